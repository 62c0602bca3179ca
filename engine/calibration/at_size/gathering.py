"""Writes, reads and judges a calibration's replies at size, round by round. Resumable at every round.

Beside the calibration's own prompts it uses prompts that the model itself writes when nothing but the beginning of a
user's turn is put before it (Magpie; Xu et al., 2024): the head has to know states after questions nobody foresaw.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.calibration.at_size.guidance import HeadTilt, TorchHead
from engine.calibration.at_size.plan import planned
from engine.calibration.at_size.rounds import Round, RoundFolder, corpus
from engine.calibration.at_size.torch_model import TorchModel
from engine.calibration.corpus import CANDIDATES, SAMPLED_FROM, TEMPERATURE, question
from engine.calibration.plan import judged
from engine.calibration.practice import random_guidance, steerable
from engine.prompt_cache import common_prefix
from engine.rewards.head import Head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.calibration.fit_data import Corpus
    from engine.calibration.plan import Effort, Prompt, Unit
    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaModel
    from engine.output_rows import OutputRows
    from engine.principles import Principle
    from engine.rewards.head_file import HeadFile

ROUND = 8192  # replies
_JUDGES = 5  # principles that judge a reply beside its own
_TOGETHER = 5000  # prompts answered in one batch: a step takes a GPU hardly longer than for a few
# Prompts that the model is asked for: a share of the replies, their length in tokens, and how they are drawn.
_OWN_SHARE, _OWN_TOKENS, _OWN_LEAST, _OWN_FROM, _OWN_TEMPERATURE = 1 / 8, 64, 5, 50, 1.0


class Gathering:
    """The replies of one calibration at size."""

    def __init__(
        self,
        folder: Path,
        model_path: Path,
        model: LlamaModel,
        template: ChatTemplate,
        prompts: Sequence[Prompt],
        principles: Sequence[Principle],
        effort: Effort,
        head: HeadFile | None,
        should_abort: Callable[[], bool],
    ) -> None:
        """``head``: the one that guides a part of the replies; without one none are guided."""
        self._folder = RoundFolder(folder)
        self._path, self._model, self._template = model_path, model, template
        self._prompts, self._principles = prompts, tuple(principles)
        self._effort = replace(effort, judges=_JUDGES)
        self._by_name = {p.name: p for p in principles}
        self._guide = head
        self._should_abort = should_abort

    def run(self) -> Iterator[tuple[int, int]]:
        """Make the rounds that are missing; yield how many replies there are, of how many. Raises ``Aborted``."""
        own = self._folder.prompts()
        if own is not None and all(map(self._folder.has, range(len(self._rounds(own))))):
            return
        torch_model = TorchModel(self._path)
        if own is None:
            own = self._own_prompts(torch_model)
            self._folder.write_prompts(own)
        rounds = self._rounds(own)
        total = sum(map(len, rounds))
        for i, units in enumerate(rounds):
            if not self._folder.has(i):
                self._folder.write(i, self._made(torch_model, units, self._effort.seed * 1000 + 1 + i))
            yield sum(map(len, rounds[: i + 1])), total

    def corpus(self, rows: OutputRows, row_mean: NDArray[np.float32], row_scale: float) -> Corpus:
        """Return all that is gathered; ``run`` must have ended."""
        own = self._folder.prompts()
        assert own is not None, "nothing is gathered yet"
        rounds = [self._folder.read(i) for i in range(len(self._rounds(own)))]
        embeddings = (rows.read(np.arange(self._model.n_vocab)) - row_mean) / np.float32(row_scale)
        return corpus(rounds, list(self._by_name), embeddings, self._model.piece)

    def _rounds(self, own: Sequence[str]) -> list[list[Unit]]:
        effort = self._effort
        units = planned(
            self._prompts, own, self._principles, effort.at_size, effort.seed, guided=self._guide is not None
        )
        return [units[at : at + ROUND] for at in range(0, len(units), ROUND)]

    def _own_prompts(self, model: TorchModel) -> list[str]:
        """Have the model write what users ask it; doubles and what doesn't end are left out."""
        one, other = (self._template.tokens(question(text)) for text in ("Apples", "zebra"))
        begun = one[: common_prefix(one, other)]
        count = max(1, int(self._effort.at_size * _OWN_SHARE))
        ends = self._ends
        made = model.sample(
            [begun] * min(count, _TOGETHER), _OWN_TOKENS, _OWN_FROM, _OWN_TEMPERATURE, ends,
            self._generator(model, self._effort.seed * 1000), self._should_abort,
        )  # fmt: skip
        texts: dict[str, None] = {}
        for tokens in made:
            if tokens[-1] in ends and len(tokens) > _OWN_LEAST:
                text = b"".join(map(self._model.piece, tokens[:-1])).decode("utf-8", "replace").strip()
                if text and "\ufffd" not in text:
                    texts[text] = None
        return list(texts)

    def _made(self, model: TorchModel, units: Sequence[Unit], seed: int) -> Round:
        said = self._written(model, units, self._generator(model, seed))
        plain = [self._template.tokens(question(unit.prompt.text)) for unit in units]
        hidden = model.states(plain, said, self._should_abort)
        logits, best = model.best(hidden, CANDIDATES)
        last = torch.tensor([token for reply in said for token in reply], device=best.device)
        ids = torch.cat([best, last[:, None]], dim=1).int()
        lengths = np.array([len(reply) for reply in said], dtype=np.int64)
        known = np.array(
            [[judged(u, p.name, self._principles, self._effort) for p in self._principles] for u in units]
        )
        phi = np.zeros((*ids.shape, len(self._principles)), dtype=np.float16)
        for k, principle in enumerate(self._principles):
            mine = np.flatnonzero(known[:, k]).tolist()
            if mine:
                where = np.flatnonzero(np.repeat(known[:, k], lengths))
                judges = self._judged(model, principle, [units[i] for i in mine], [said[i] for i in mine],
                                      ids[torch.from_numpy(where).to(ids.device)])  # fmt: skip
                phi[where, :, k] = judges.cpu().numpy().astype(np.float16)
        pi = torch.nn.functional.pad(logits.softmax(-1), (0, 1))
        return Round(
            tuple(units),
            hidden.half().cpu().numpy(),
            ids.cpu().numpy(),
            pi.cpu().numpy(),
            phi,
            known,
            lengths,
        )

    def _written(
        self, model: TorchModel, units: Sequence[Unit], generator: torch.Generator
    ) -> list[list[int]]:
        said: dict[int, list[int]] = {}
        guided = [i for i, unit in enumerate(units) if unit.kind == "guided"]
        free = [i for i, unit in enumerate(units) if unit.kind != "guided"]
        for part in (free, guided):
            part.sort(key=lambda i: len(units[i].prompt.text))  # little padding
            for at in range(0, len(part), _TOGETHER):
                batch = part[at : at + _TOGETHER]
                replies = model.sample(
                    [self._prompt(units[i]) for i in batch], self._effort.reply_tokens, SAMPLED_FROM, TEMPERATURE,
                    self._ends, generator, self._should_abort,
                    self._tilt(model, [units[i] for i in batch]) if part is guided else None,
                )  # fmt: skip
                said.update(zip(batch, replies, strict=True))
        return [said[i] for i in range(len(units))]

    def _prompt(self, unit: Unit) -> list[int]:
        if not unit.sign:
            return self._template.tokens(question(unit.prompt.text))
        pole = self._by_name[unit.principle].pole(unit.sign)
        return self._template.instructed(question(unit.prompt.text), pole.instruction)

    def _tilt(self, model: TorchModel, units: Sequence[Unit]) -> HeadTilt:
        assert self._guide is not None
        head = Head(self._guide, self._path)
        known = steerable(head, self._principles)
        folded = [random_guidance(head, known, unit, self._effort) for unit in units]
        return HeadTilt(TorchHead(self._guide, model.output), folded, self._model.piece)

    def _judged(
        self,
        model: TorchModel,
        principle: Principle,
        units: Sequence[Unit],
        said: Sequence[Sequence[int]],
        ids: torch.Tensor,
    ) -> torch.Tensor:
        positive, negative = (
            model.states(
                [self._template.instructed(question(unit.prompt.text), pole.instruction) for unit in units],
                said,
                self._should_abort,
            )
            for pole in (principle.positive, principle.negative)
        )
        return model.difference(positive, negative, ids)

    @cached_property
    def _ends(self) -> frozenset[int]:
        return frozenset(filter(self._model.ends_generation, range(self._model.n_vocab)))

    @staticmethod
    def _generator(model: TorchModel, seed: int) -> torch.Generator:
        return torch.Generator(model.device).manual_seed(seed)

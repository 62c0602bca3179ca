"""A dequantised model in torch that answers and reads thousands of prompts side by side. Never used for a chat.

Half precision on a GPU, float32 without one. Its hidden states are llama.cpp's but for what that rounds off when it
multiplies quantised weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from engine.llama import Aborted
from engine.transformers_model import dequantised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# Tokens read at once: as many as a GPU is busy with, and a laptop's memory has room for.
_TOKENS_ON_GPU, _TOKENS = 131_072, 4096
_STATES = 16_384  # whose logits are held at once


class Tilt(Protocol):
    """What guides a batch of replies."""

    def __call__(self, hidden: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """Return the tilt (B, c) in nats of the candidates ``ids`` (B, c) at states ``hidden`` (B, d)."""
        ...

    def say(self, tokens: Sequence[int]) -> None:
        """Take in the token (B) that each reply has drawn."""
        ...


class TorchModel:
    """The model of a GGUF file. ``output``: its output rows (V, d), float32, on ``device``."""

    def __init__(self, path: Path) -> None:
        """Dequantise ``path``. Raises ``ModelFileError`` for an architecture other than llama."""
        model = dequantised(path)
        on_gpu = torch.cuda.is_available()
        self.device = torch.device("cuda" if on_gpu else "cpu")
        self._dtype = torch.float16 if on_gpu else torch.float32
        self._tokens = _TOKENS_ON_GPU if on_gpu else _TOKENS
        self.output = model.lm_head.weight.detach().to(self.device, torch.float32)
        self._rows = self.output.to(self._dtype)
        self._trunk = model.model.to(self.device, self._dtype)

    @torch.inference_mode()
    def sample(
        self,
        prompts: Sequence[Sequence[int]],
        count: int,
        choices: int,
        temperature: float,
        ends: frozenset[int],
        generator: torch.Generator,
        should_abort: Callable[[], bool],
        tilt: Tilt | None = None,
    ) -> list[list[int]]:
        """Sample replies of at most ``count`` tokens among the ``choices`` best; an ending token is part of its reply.

        All prompts are answered in one batch. Raises ``Aborted``.
        """
        longest = max(map(len, prompts))
        ids = torch.zeros(len(prompts), longest, dtype=torch.long)
        mask = torch.ones(len(prompts), longest + count, dtype=torch.long)
        for i, prompt in enumerate(prompts):
            ids[i, longest - len(prompt) :] = torch.tensor(prompt)
            mask[i, : longest - len(prompt)] = 0
        ids, mask = ids.to(self.device), mask.to(self.device)
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        ending = torch.tensor(sorted(ends), device=self.device)
        ended = torch.zeros(len(prompts), dtype=torch.bool, device=self.device)
        said: list[torch.Tensor] = []
        cache = None
        read, step = 0, ids
        while True:
            if should_abort():
                raise Aborted
            past = read + step.shape[1]
            out = self._trunk(
                input_ids=step,
                attention_mask=mask[:, :past],
                position_ids=positions[:, read:past],
                past_key_values=cache,
                use_cache=True,
            )
            cache, hidden, read = out.past_key_values, out.last_hidden_state[:, -1], past
            best, candidates = (hidden @ self._rows.T).float().topk(choices, -1)
            scores = best.log_softmax(-1)
            if tilt is not None:
                scores = scores + tilt(hidden, candidates)
            p = (scores / temperature).softmax(-1)
            token = candidates.gather(1, torch.multinomial(p, 1, generator=generator))[:, 0]
            said.append(torch.where(ended, -1, token))
            ended = ended | torch.isin(token, ending)
            if len(said) == count or bool(ended.all()):
                break
            if tilt is not None:
                tilt.say(token.tolist())
            step = token[:, None]
        return [[token for token in row if token >= 0] for row in torch.stack(said, 1).tolist()]

    @torch.inference_mode()
    def states(
        self,
        prompts: Sequence[Sequence[int]],
        replies: Sequence[Sequence[int]],
        should_abort: Callable[[], bool],
    ) -> torch.Tensor:
        """Return the states (N, d) that say the replies' tokens after their prompts, one reply after another.

        Raises ``Aborted``.
        """
        lengths = [len(reply) for reply in replies]
        begins = np.concatenate([[0], np.cumsum(lengths)])
        out = torch.empty(int(begins[-1]), self.output.shape[1], dtype=self._dtype, device=self.device)
        for batch in batches([len(p) + len(r) for p, r in zip(prompts, replies, strict=True)], self._tokens):
            if should_abort():
                raise Aborted
            texts = [[*prompts[i], *replies[i][:-1]] for i in batch]
            longest = max(map(len, texts))
            ids = torch.zeros(len(batch), longest, dtype=torch.long)
            for row, text in enumerate(texts):
                ids[row, : len(text)] = torch.tensor(text)
            # What stands after a text is read after it, so it needs no mask.
            hidden = self._trunk(input_ids=ids.to(self.device), use_cache=False).last_hidden_state
            source = [
                row * longest + np.arange(len(prompts[i]) - 1, len(text))
                for row, (i, text) in enumerate(zip(batch, texts, strict=True))
            ]
            target = [np.arange(begins[i], begins[i + 1]) for i in batch]
            out[self._index(target)] = hidden.flatten(0, 1)[self._index(source)]
        return out

    @torch.inference_mode()
    def best(self, states: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the ``count`` greatest logits (N, count) float32 at ``states`` (N, d), and their token ids."""
        found = [(part @ self._rows.T).float().topk(count, -1) for part in states.split(_STATES)]
        return torch.cat([values for values, _ in found]), torch.cat([ids for _, ids in found])

    @torch.inference_mode()
    def difference(self, one: torch.Tensor, other: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """Return the logits (N, n) float32 at ``ids`` (N, n) of states ``one`` (N, d) less those of ``other``."""
        parts = zip(one.split(_STATES), other.split(_STATES), ids.split(_STATES), strict=True)
        return torch.cat(
            [
                torch.einsum("nd,ncd->nc", a.float() - b.float(), self.output[tokens.long()])
                for a, b, tokens in parts
            ]
        )

    def _index(self, parts: Sequence[NDArray[np.int64]]) -> torch.Tensor:
        return torch.from_numpy(np.concatenate(parts)).to(self.device)


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield the places of ``lengths`` in batches of like length, each of at most ``most`` tokens with its padding."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    at = 0
    while at < len(order):
        batch = order[at : at + max(1, most // lengths[order[at]])]
        yield batch
        at += len(batch)

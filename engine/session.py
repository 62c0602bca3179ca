"""One loaded model and what can be asked of it: the engine's work, free of pipes and processes."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.job import CalibrationJob
from engine.calibration.plan import Effort
from engine.chat_template import ChatTemplate, instructed, kept
from engine.decoder import Ended, Step, generate
from engine.errors import BadRequestError, HashMismatchError, HeadFileError, ModelFileError, NoModelError
from engine.guides import Readers, plan_guide, tuned
from engine.llama import Aborted, LlamaContext, LlamaModel, backend, check_gguf, devices
from engine.models.fit import POLE_CELLS, layers_on_gpu
from engine.models.hardware import hardware
from engine.models.header import read_header
from engine.offload import open_stepping, placements
from engine.principles import reward_version
from engine.prompt_cache import PromptCache
from engine.protocol import PROMPT_SHARE, Calibrated, Generated, Loaded, Token, Trimmed
from engine.rewards.head import Head
from engine.rewards.head_file import head_name, load_head
from engine.rewards.teacher import MAX_SEQUENCES
from engine.scoring import Scorer
from engine.second import Second, second_header

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from engine.calibration.pipeline import Stepped
    from engine.models.hardware import Device
    from engine.protocol import (
        Calibrate,
        Generate,
        Load,
        Sampling,
        Score,
        Scored,
    )

logger = logging.getLogger(__name__)


class Session:
    """A model in memory, its context and prompt cache."""

    def __init__(self, command: Load, on_progress: Callable[[str, float], bool]) -> None:
        """Load ``command.path``. ``on_progress(stage, fraction)`` returns False to give up.

        Raises ``ModelFileError``, ``HashMismatchError``, ``OutOfMemoryError`` or ``Aborted``.
        """
        began = time.perf_counter()
        path = Path(command.path)
        check_gguf(path)
        beside = second_header(command.second, path) if command.second else None
        # An embedded file is verified before it is used; any other is hashed while it loads, to tell models apart.
        digest = _Digest(path)
        second_digest = _Digest(Path(command.second.path)) if command.second else None
        if command.sha256 is not None and digest.result() != command.sha256:
            raise HashMismatchError(f"{path.name}: SHA-256 is {digest.result()}, expected {command.sha256}")
        self._path, self.threads = path, command.threads
        found = devices()
        wished = command.context_length
        if beside is not None and beside.context_length:
            wished = min(wished, beside.context_length)
        poles = 0 if beside else POLE_CELLS

        def load(gpu_layers: int) -> LlamaModel:
            return LlamaModel(
                path, gpu_layers=gpu_layers, on_progress=lambda f: on_progress("Loading the model", f)
            )

        def extend(model: LlamaModel, context: int) -> LlamaContext:
            return LlamaContext(
                model,
                n_cells=min(context, model.n_ctx_train or context) + poles,
                n_sequences=1 + MAX_SEQUENCES,
                threads=command.threads,
                cache_type=command.cache_type,
                flash=command.flash,
            )

        wanted = _gpu_layers(command, path, found, wished)
        self._model, context, placed, steps = open_stepping(
            placements(wanted, wished, may_step=command.gpu_layers is None),
            load,
            extend,
            lambda sentence: on_progress(sentence, 0.0),
        )
        self._context: LlamaContext | None = context
        self._head: Head | None = None
        self._second: Second | None = None
        memory = sum(buffer.size for buffer in context.buffers())
        said = list(steps)
        try:
            sha256 = digest.result()
            self._head = _find_head(command.heads, sha256, path)
            self._limit = min(placed.context, self._model.n_ctx_train or placed.context)
            context.keep_hidden(self._head is not None)
            self._template = ChatTemplate(self._model)
            if command.second and second_digest:
                on_progress("Loading the second model", 0.0)
                second = self._second = Second(
                    command.second,
                    command,
                    self._limit,
                    second_digest.result(),
                    lambda sentence: on_progress(sentence, 0.0),
                )
                memory += second.memory
                if wished < min(command.context_length, self._model.n_ctx_train or wished):
                    said.append(f"{second.name} looks back at most {wished:,} tokens, so both do.")
        except BaseException:
            self.close()
            raise
        self._cache = PromptCache(context, command.batch)
        self._scorer = Scorer(context, self._cache, self._template, int(self._limit * PROMPT_SHARE))
        self.loaded = Loaded(
            name=self._model.name,
            architecture=self._model.architecture,
            sha256=sha256,
            n_params=self._model.n_params,
            n_vocab=self._model.n_vocab,
            n_embd=self._model.n_embd,
            context_length=self._limit,
            backend=backend(),
            head_version=self._head.version if self._head else "",
            head_principles=tuple(self._head.index) if self._head else (),
            seconds=time.perf_counter() - began,
            gpu_layers=_on_gpu(placed.gpu_layers, self._model.n_layers) if found else 0,
            n_layers=self._model.n_layers + 1,
            steps=tuple(said),
            memory=memory,
            devices=found,
            second_name=self._second.name if self._second else "",
            second_version=self._second.version if self._second else "",
        )

    @property
    def model(self) -> LlamaModel:
        """The weights, for a second context on them."""
        return self._model

    @property
    def readers(self) -> Readers:
        """Who reads what guides a reply to a conversation."""
        return Readers(self._open(), self._template, self._head, self._second)

    def close(self) -> None:
        """Free the model."""
        if self._second is not None:
            self._second.close()
            self._second = None
        if self._context is not None:
            self._context.close()
            self._context = None
        self._model.close()

    def generate(
        self, command: Generate, should_stop: Callable[[], bool]
    ) -> Iterator[Trimmed | Token | Generated]:
        """Answer ``command``; the last item is the result."""
        context = self._open()
        _check_sampling(command.sampling)
        if not command.aside:
            yield from self._generate(command, context, should_stop)
            return
        if sum(entry.weight != 0 for entry in command.guidance.weights) > 1:
            raise BadRequestError("an aside is guided by one principle at most")
        # The teacher reads one principle and the values: the last sequence is free.
        with self._cache.aside(MAX_SEQUENCES, POLE_CELLS):
            yield from self._generate(command, context, should_stop)

    def _generate(
        self, command: Generate, context: LlamaContext, should_stop: Callable[[], bool]
    ) -> Iterator[Trimmed | Token | Generated]:
        began = time.perf_counter()
        sampling = command.sampling
        messages = instructed(command.messages, " ".join(command.instructions))
        template = self._template.after(command.begun)
        prompt, dropped = template.fitted(messages, int(self._limit * PROMPT_SHARE))
        if dropped:
            yield Trimmed(command.request_id, dropped)
        messages = kept(messages, dropped)
        max_tokens = min(sampling.max_tokens, self._limit - len(prompt))
        readers = replace(self.readers, template=template)
        planned = plan_guide(command.guidance, readers, messages, prompt, max_tokens)
        guide = planned.guide
        steps: list[Step] = []
        ended = Ended("cancelled")
        first_at = last_at = 0.0
        try:
            end = start = 0
            for start, end in self._cache.read(prompt, should_stop):  # noqa: B007  the last chunk's bounds
                pass
            first_logits = context.logits(end - 1 - start).copy()
            if guide is not None:
                guide.reward.start(messages, prompt, end - 1 - start, should_stop)
            for item in generate(
                context, len(prompt), first_logits, sampling, guide, should_stop,
                max_tokens=max_tokens, trace=command.trace, said=template.reply,
            ):  # fmt: skip
                last_at = time.perf_counter()
                if isinstance(item, Ended):
                    ended = item
                    break
                first_at = first_at or last_at
                steps.append(item)
                yield Token(command.request_id, item.text)
        except Aborted:
            pass
        finally:
            if guide is not None:
                guide.reward.finish()
        n = len(steps)
        yield Generated(
            text="".join(step.text for step in steps) + ended.text,
            token_ids=tuple(step.token for step in steps),
            finish_reason=ended.reason,
            prompt_tokens=len(prompt),
            reused_tokens=self._cache.reused,
            time_to_first_token=first_at - began if n else 0.0,
            tokens_per_second=(n - 1) / (last_at - first_at) if n > 1 and last_at > first_at else 0.0,
            changed_share=sum(step.changed for step in steps) / n if n else 0.0,
            mean_base_logprob=float(np.mean([step.logprob for step in steps])) if n else 0.0,
            used=planned.used,
            left_out=planned.left_out,
            trace=tuple(step.trace for step in steps if step.trace is not None),
        )

    def score(
        self, command: Score, should_stop: Callable[[], bool], on_progress: Callable[[float], None]
    ) -> Scored:
        """Compute a reply's features. Raises ``Aborted``."""
        self._open()
        if command.reward == "none":
            raise BadRequestError(
                "can't score with none",
                user_message="Replies can't be scored without a reward.",
                next_step="Use the teacher or the head.",
            )
        head = tuned(self._head) if command.reward == "head" else None
        # What the head knows and what only a teacher does must not be compared across teachers.
        version = (
            "+".join(filter(None, (head.version, self.loaded.second_version)))
            if head
            else reward_version(
                self.loaded.second_version or "teacher", self.loaded.sha256, command.principles
            )
        )
        return self._scorer.score(
            command.messages,
            command.reply,
            command.principles,
            head,
            version,
            should_stop,
            on_progress,
            self._second,
        )

    def calibrate(
        self, command: Calibrate, should_stop: Callable[[], bool]
    ) -> Generator[Stepped | Calibrated, None, None]:
        """Tune a head to this model, step by step, and use it from then on. Raises ``Aborted``."""
        context = self._open()
        effort = Effort(
            command.plain,
            command.pairs_per_principle,
            command.guided,
            reply_tokens=command.reply_tokens,
            seed=command.seed,
            trials=command.trials,
            at_size=command.at_size,
        )
        job = CalibrationJob(
            self._path,
            self.loaded.sha256,
            Path(command.folder),
            Path(command.heads),
            Path(command.prompts),
            command.principles,
            effort,
            self.threads,
            keep=Path(command.keep) if command.keep else None,
            present=self._head.file if self._head else None,
        )
        yield from job.run(self._model, self._template, should_stop)
        path = job.heads / head_name(self.loaded.sha256)
        file = load_head(path, self.loaded.sha256)
        self._head = Head(file, self._path)
        context.keep_hidden(True)
        self.loaded = replace(
            self.loaded, head_version=self._head.version, head_principles=tuple(self._head.index)
        )
        figures = tuple((p.name, p.r2, p.sign) for p in file.header.principles)
        yield Calibrated(str(path), self._head.version, file.header.states, figures, tuple(self._head.index))

    def _open(self) -> LlamaContext:
        if self._context is None:
            raise NoModelError
        return self._context


def _on_gpu(asked: int, layers: int) -> int:
    return layers + 1 if asked < 0 else min(asked, layers + 1)


def _gpu_layers(command: Load, path: Path, found: Sequence[Device], context: int) -> int:
    """Return how many layers to try on the GPU first: those asked for, else as many as should fit."""
    if command.gpu_layers is not None:
        return command.gpu_layers
    if not found:
        return 0
    try:
        header = read_header(path)
    except ModelFileError as error:  # llama.cpp has the last word on what can be loaded
        logger.info("no estimate for %s: %s", path.name, error)
        return 0
    limit = min(context, header.context_length or context)
    return layers_on_gpu(
        header,
        hardware(tuple(found)),
        limit,
        cache_type=command.cache_type,
        flash=command.flash,
        poles=command.second is None,
    )


def _find_head(folders: Sequence[str], model_sha256: str, model_path: Path) -> Head | None:
    """Return the head made for this model, or None where it has none; a broken one is reported and passed over."""
    for folder in folders:
        path = Path(folder) / head_name(model_sha256)
        if path.is_file():
            try:
                return Head(load_head(path, model_sha256), model_path)
            except HeadFileError as error:
                logger.warning("%s %s (%s)", error.user_message, error.next_step, error)
    return None


class _Digest:
    """SHA-256 of a file, computed in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._hex = ""
        self._thread = threading.Thread(target=self._run, args=(path,), name="model-hash", daemon=True)
        self._thread.start()

    def _run(self, path: Path) -> None:
        with path.open("rb") as file:
            self._hex = hashlib.file_digest(file, "sha256").hexdigest()

    def result(self) -> str:
        self._thread.join()
        return self._hex


def _check_sampling(sampling: Sampling) -> None:
    """Raise ``BadRequestError`` for the first parameter out of range."""
    ranges = {
        "temperature": (0.0, 5.0),
        "top_k": (1, 1000),
        "top_p": (0.0, 1.0),
        "min_p": (0.0, 1.0),
        "repetition_penalty": (0.5, 2.0),
        "repetition_window": (0, 100_000),
        "max_tokens": (1, 100_000),
        "seed": (0, 2**63),
    }
    for name, (low, high) in ranges.items():
        value = getattr(sampling, name)
        if not low <= value <= high:
            raise BadRequestError(
                f"{name}={value}",
                user_message=f"{name.replace('_', ' ')} is {value}; it must be between {low} and {high}.",
            )

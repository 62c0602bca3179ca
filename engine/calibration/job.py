"""A whole calibration of the loaded model, in steps short enough for a chat to slip in between.

    sample plainly and under every pole → fit → sample under that head's random guidance → fit again → try how strong
    each end may be → head file

Where the model has a head that lacks some principles only, the head is extended: all that it knows stays as it is.
Everything but the last file is found again after a stop, the fitted heads too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.assemble import assemble
from engine.calibration.corpus import Reader
from engine.calibration.fit_data import AT_SIZE, FitOptions
from engine.calibration.pipeline import Calibration, Pace, Stage, Stepped
from engine.calibration.plan import Effort, load_prompts
from engine.calibration.practice import random_guidance, steerable
from engine.calibration.records import CalibrationFolder
from engine.calibration.trials import Trials, scaled
from engine.errors import BadRequestError, HeadFileError
from engine.llama import LlamaContext
from engine.openings import EMPHASIS
from engine.rewards.head import Head
from engine.rewards.head_file import head_name, load_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.calibration.distil import Gather
    from engine.calibration.pipeline import Tilt
    from engine.calibration.plan import Kind, Prompt, Unit
    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaModel
    from engine.principles import Principle
    from engine.rewards.head_file import HeadFile

# A prompt, an instruction and two readings of a reply.
_CELLS = 2048
_FIRST_HEAD, _FITTED, _TRIALS, _AT_SIZE = "first", "fitted", "trials.jsonl", "at-size"
_STAGES = _READING, _TRYING, _FIRST_VERSION, _PRACTISING, _LEARNING, _MEASURING = (
    "Reading how the model answers",
    "Trying each preference",
    "Making a first version",
    "Practising",
    "Learning from it",
    "Finding how strong each may be",
)


@dataclass(frozen=True, slots=True)
class CalibrationJob:
    """What to calibrate, and where its files go. ``folder`` keeps the working files, ``heads`` the result.

    ``keep``: a head file whose features are kept. Nothing is sampled or fitted then: only how strong its sliders' ends
    may be is found anew. ``present``: the head that the model has. ``options``: of the fit, by default those for as
    much as is gathered.
    """

    model_path: Path
    model_sha256: str
    folder: Path
    heads: Path
    prompts: Path
    principles: tuple[Principle, ...]
    effort: Effort = field(default_factory=Effort)
    threads: int = 0
    options: FitOptions | None = None
    keep: Path | None = None
    present: HeadFile | None = None

    def run(
        self, model: LlamaModel, template: ChatTemplate, should_abort: Callable[[], bool]
    ) -> Iterator[Stepped]:
        """Do what is not done yet, step by step; the head file is there after the last.

        Raises ``Aborted``, and ``HeadFileError`` for a head to keep that is none of this model's.
        """
        prompts = load_prompts(self.prompts)
        if not prompts or not self.principles:
            raise BadRequestError("nothing to calibrate", user_message="There is nothing to tune with.")
        stages = self._stages()
        if self.keep is None:
            if self.effort.at_size:
                yield from self._fitted_at_size(prompts, model, template, stages, should_abort)
            else:
                calibration = Calibration(
                    CalibrationFolder(self.folder), prompts, self._learned(), self.effort
                )
                yield from self._fitted(calibration, model, template, stages, should_abort)
            file = load_head(self._path(_FITTED), self.model_sha256)
        else:
            file = load_head(self.keep, self.model_sha256)
        head = Head(file, self.model_path)
        learned = self._learned()
        tried = [p for p in self.principles if head.knows(p) and (p in learned or p.fixed)]
        trials = Trials(self.folder / _TRIALS, file.digest, tried, prompts, self.effort)
        pace = Pace(trials.missing())
        pace.start()
        for done, total in trials.run(model, template, head, self.threads, should_abort):
            pace.done()
            yield Stepped(stages[_MEASURING], done, total, pace.left())
            pace.start()
        scaled(file, trials.factors()).save(self.heads / head_name(self.model_sha256))

    def _stages(self) -> dict[str, Stage]:
        if self.keep is not None:
            return {_MEASURING: Stage(_MEASURING, 1, 1)}
        left_out = set() if self.effort.guided else {_FIRST_VERSION, _PRACTISING}
        if self._extended():
            left_out.add(_FIRST_VERSION)
        if self.effort.at_size:
            left_out = {_TRYING, _FIRST_VERSION, _PRACTISING}
        if not self.effort.trials:
            left_out.add(_MEASURING)
        names = [name for name in _STAGES if name not in left_out]
        return {name: Stage(name, i + 1, len(names)) for i, name in enumerate(names)}

    def _fitted(
        self,
        calibration: Calibration,
        model: LlamaModel,
        template: ChatTemplate,
        stages: dict[str, Stage],
        should_abort: Callable[[], bool],
    ) -> Iterator[Stepped]:
        """Sample what is missing and fit a head to it all, unless one is there that was."""
        gather: Gather = partial(assemble, calibration, model.piece)
        context = LlamaContext(model, n_cells=_CELLS, n_sequences=2, threads=self.threads, hidden=True)
        kinds: tuple[Kind, ...] = ("plain", "pole", "guided") if self.effort.guided else ("plain", "pole")
        missing = sum(len(calibration.units(kind)[0]) for kind in kinds)
        if missing:
            self._path(_FITTED).unlink(missing_ok=True)  # it knows less than is asked for
        pace = Pace(missing)
        try:
            reader = Reader(context, template, should_abort)
            yield from calibration.sampled("plain", reader, pace, stages[_READING])
            yield from calibration.sampled("pole", reader, pace, stages[_TRYING])
            if self.effort.guided:
                onto = self._extended()
                first = Head(onto, self.model_path) if onto else self._head(_FIRST_HEAD)
                if first is None:
                    # The practising of the first head's round knows no openings.
                    yield from self._fit(gather, model, _FIRST_HEAD, stages[_FIRST_VERSION], pace, 1.0)
                    first = self._head(_FIRST_HEAD)
                if first is not None:
                    yield from calibration.sampled(
                        "guided", reader, pace, stages[_PRACTISING], self._random_guidance(first)
                    )
        finally:
            context.close()
        if not self._is_fitted():
            yield from self._fit(gather, model, _FITTED, stages[_LEARNING], pace, EMPHASIS)

    def _fitted_at_size(
        self,
        prompts: Sequence[Prompt],
        model: LlamaModel,
        template: ChatTemplate,
        stages: dict[str, Stage],
        should_abort: Callable[[], bool],
    ) -> Iterator[Stepped]:
        """Gather what is missing and fit a head to it all, unless one is there that was.

        A part of the replies is guided by the head that the model has already, where there is one.
        """
        from engine.calibration.at_size.gathering import Gathering  # torch takes seconds to import

        gathering = Gathering(
            self.folder / _AT_SIZE, self.model_path, model, template, prompts, self.principles, self.effort,
            self.present, should_abort,
        )  # fmt: skip
        for done, total in gathering.run():
            self._path(_FITTED).unlink(missing_ok=True)  # it knows less than is asked for
            yield Stepped(stages[_READING], done, total)
        if not self._is_fitted():
            yield from self._fit(gathering.corpus, model, _FITTED, stages[_LEARNING], Pace(0), EMPHASIS)

    def _lacking(self) -> tuple[Principle, ...]:
        """Return the principles that the present head doesn't know."""
        known = {(p.name, p.poles_hash) for p in self.present.header.principles} if self.present else set()
        return tuple(p for p in self.principles if (p.name, p.poles_hash) not in known)

    def _extended(self) -> HeadFile | None:
        """Return the present head where it is kept and learns what it lacks; None where all is fitted anew."""
        anew = self.keep is not None or self.effort.at_size
        return self.present if not anew and 0 < len(self._lacking()) < len(self.principles) else None

    def _learned(self) -> tuple[Principle, ...]:
        """Return the principles to be fitted."""
        return self._lacking() if self._extended() else self.principles

    def _is_fitted(self) -> bool:
        last = self._head(_FITTED)
        if last is None or list(last.index) != [(p.name, p.poles_hash) for p in self.principles]:
            return False
        onto = self._extended()
        return onto is None or _have_in_common(last.file, onto)

    def _fit(
        self,
        gather: Gather,
        model: LlamaModel,
        name: str,
        stage: Stage,
        pace: Pace,
        emphasis: float,
    ) -> Iterator[Stepped]:
        from engine.calibration.distil import distil, extended  # torch takes seconds to import

        options = self.options or (AT_SIZE if self.effort.at_size else FitOptions())
        onto = self._extended()
        steps = distil(
            gather, self._learned(), self.model_path, self.model_sha256, model.architecture, options,
            onto.header.emphasis if onto else emphasis, onto,
        )  # fmt: skip
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                file = extended(onto, end.value, self.principles) if onto else end.value
                file.save(self._path(name))
                return
            yield Stepped(stage, int(step.epoch), step.epochs, pace.left())

    def _path(self, name: str) -> Path:
        return self.folder / name / head_name(self.model_sha256)

    def _head(self, name: str) -> Head | None:
        try:
            return Head(load_head(self._path(name), self.model_sha256), self.model_path)
        except HeadFileError:  # not there yet, or of another format: it is fitted again
            return None

    def _random_guidance(self, head: Head) -> Callable[[Unit], Tilt]:
        """Return how a unit's reply is tilted."""
        known = steerable(head, self.principles)

        def tilt_for(unit: Unit) -> Tilt:
            a, b = random_guidance(head, known, unit, self.effort)

            def tilt(hidden: NDArray[np.float32], ids: NDArray[np.intp]) -> NDArray[np.float64]:
                phi: NDArray[np.float64] = (head.tokens(ids.tolist()) @ (a @ head.state(hidden) + b)).astype(
                    np.float64
                )
                return phi

            return tilt

        return tilt_for


def _have_in_common(one: HeadFile, other: HeadFile) -> bool:
    """Tell whether two heads share P and Q, as one that was extended does with what it was before."""
    return all(np.array_equal(one.arrays[name], other.arrays[name]) for name in ("p", "q"))

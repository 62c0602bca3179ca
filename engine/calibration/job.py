"""A whole calibration of the loaded model, in steps short enough for a chat to slip in between.

    sample plainly and under every pole → fit → sample under that head's random guidance → fit again → try how strong
    each end may be → head file

Everything but the last file is found again after a stop, the fitted heads too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.corpus import Reader
from engine.calibration.fit_data import FitOptions
from engine.calibration.pipeline import Calibration, Pace, Stage, Stepped
from engine.calibration.plan import Effort, load_prompts, unit_seed
from engine.calibration.records import CalibrationFolder
from engine.calibration.trials import Trials, scaled
from engine.errors import BadRequestError, HeadFileError
from engine.llama import LlamaContext
from engine.openings import EMPHASIS
from engine.rewards.head import Head
from engine.rewards.head_file import head_name, load_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.calibration.pipeline import Tilt
    from engine.calibration.plan import Kind, Unit
    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaModel
    from engine.principles import Principle

# A prompt, an instruction and two readings of a reply.
_CELLS = 2048
_FIRST_HEAD, _FITTED, _TRIALS = "first", "fitted", "trials.jsonl"
_STAGES = _READING, _TRYING, _FIRST_VERSION, _PRACTISING, _LEARNING, _MEASURING = (
    "Reading how the model answers",
    "Trying each preference",
    "Making a first version",
    "Practising",
    "Learning from it",
    "Finding how strong each may be",
)
_MOST_STEERED = 3
# Random guidance goes a little beyond the slider's ends: there the head must still know where it is.
_STRONGEST = 1.25


@dataclass(frozen=True, slots=True)
class CalibrationJob:
    """What to calibrate, and where its files go. ``folder`` keeps the working files, ``heads`` the result.

    ``keep``: a head file whose features are kept. Nothing is sampled or fitted then: only how strong its sliders' ends
    may be is found anew.
    """

    model_path: Path
    model_sha256: str
    folder: Path
    heads: Path
    prompts: Path
    principles: tuple[Principle, ...]
    effort: Effort = field(default_factory=Effort)
    threads: int = 0
    options: FitOptions = field(default_factory=FitOptions)
    keep: Path | None = None

    def run(
        self, model: LlamaModel, template: ChatTemplate, should_abort: Callable[[], bool]
    ) -> Iterator[Stepped]:
        """Do what is not done yet, step by step; the head file is there after the last.

        Raises ``Aborted``, and ``HeadFileError`` for a head to keep that is none of this model's.
        """
        prompts = load_prompts(self.prompts)
        if not prompts or not self.principles:
            raise BadRequestError("nothing to calibrate", user_message="There is nothing to tune with.")
        if self.keep is None:
            calibration = Calibration(CalibrationFolder(self.folder), prompts, self.principles, self.effort)
            stages = self._stages()
            yield from self._fitted(calibration, model, template, stages, should_abort)
            file = load_head(self._path(_FITTED), self.model_sha256)
        else:
            stages = {_MEASURING: Stage(_MEASURING, 1, 1)}
            file = load_head(self.keep, self.model_sha256)
        head = Head(file, self.model_path)
        known = [principle for principle in self.principles if head.knows(principle)]
        trials = Trials(self.folder / _TRIALS, file.digest, known, prompts, self.effort)
        pace = Pace(trials.missing())
        pace.start()
        for done, total in trials.run(model, template, head, self.threads, should_abort):
            pace.done()
            yield Stepped(stages[_MEASURING], done, total, pace.left())
            pace.start()
        scaled(file, trials.factors()).save(self.heads / head_name(self.model_sha256))

    def _stages(self) -> dict[str, Stage]:
        left_out = set() if self.effort.guided else {_FIRST_VERSION, _PRACTISING}
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
                first = self._head(_FIRST_HEAD)
                if first is None:
                    # The practising of the first head's round knows no openings.
                    yield from self._fit(calibration, model, _FIRST_HEAD, stages[_FIRST_VERSION], pace, 1.0)
                    first = self._head(_FIRST_HEAD)
                if first is not None:
                    yield from calibration.sampled(
                        "guided", reader, pace, stages[_PRACTISING], self._random_guidance(first)
                    )
        finally:
            context.close()
        last = self._head(_FITTED)
        if last is None or list(last.index) != [(p.name, p.poles_hash) for p in self.principles]:
            yield from self._fit(calibration, model, _FITTED, stages[_LEARNING], pace, EMPHASIS)

    def _fit(
        self,
        calibration: Calibration,
        model: LlamaModel,
        name: str,
        stage: Stage,
        pace: Pace,
        emphasis: float,
    ) -> Iterator[Stepped]:
        from engine.calibration.distil import distil  # torch takes seconds to import

        steps = distil(
            calibration,
            self.model_path,
            self.model_sha256,
            model.architecture,
            self.options,
            model.piece,
            emphasis,
        )
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                end.value.save(self._path(name))
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
        """Return how a unit's reply is tilted: one to three principles, either way, up to the slider's ends."""
        known = [p for p in self.principles if head.knows(p) and not p.fixed]

        def tilt_for(unit: Unit) -> Tilt:
            rng = np.random.default_rng(unit_seed(unit, self.effort))
            count = int(rng.integers(1, 1 + min(_MOST_STEERED, len(known))))
            rows = head.rows_of([known[i] for i in rng.choice(len(known), size=count, replace=False)])
            weights = rng.uniform(0.3, _STRONGEST, size=count) * rng.choice([-1.0, 1.0], size=count)
            a, b = head.fold(rows, head.strengths(rows, weights))

            def tilt(hidden: NDArray[np.float32], ids: NDArray[np.intp]) -> NDArray[np.float64]:
                phi: NDArray[np.float64] = (head.tokens(ids.tolist()) @ (a @ head.state(hidden) + b)).astype(
                    np.float64
                )
                return phi

            return tilt

        return tilt_for

"""A whole calibration of the loaded model, in steps short enough for a chat to slip in between.

    sample plainly and under every pole → fit → sample under that head's random guidance → fit again → head file

Everything but the last file is found again after a stop; the first fit's head too.
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
_FIRST_HEAD = "first"
# By whether there is a round of random guidance, which needs a first head.
_STAGES = {
    False: ("Reading how the model answers", "Trying each preference", "Learning from it"),
    True: (
        "Reading how the model answers",
        "Trying each preference",
        "Making a first version",
        "Practising",
        "Learning from it",
    ),
}
_MOST_STEERED = 3
# Random guidance goes a little beyond the slider's ends: there the head must still know where it is.
_STRONGEST = 1.25


@dataclass(frozen=True, slots=True)
class CalibrationJob:
    """What to calibrate, and where its files go. ``folder`` keeps the working files, ``heads`` the result."""

    model_path: Path
    model_sha256: str
    folder: Path
    heads: Path
    prompts: Path
    principles: tuple[Principle, ...]
    effort: Effort = field(default_factory=Effort)
    threads: int = 0
    options: FitOptions = field(default_factory=FitOptions)

    def run(
        self, model: LlamaModel, template: ChatTemplate, should_abort: Callable[[], bool]
    ) -> Iterator[Stepped]:
        """Do what is not done yet, step by step; the head file is there after the last. Raises ``Aborted``."""
        prompts = load_prompts(self.prompts)
        if not prompts or not self.principles:
            raise BadRequestError("nothing to calibrate", user_message="There is nothing to tune with.")
        calibration = Calibration(CalibrationFolder(self.folder), prompts, self.principles, self.effort)
        context = LlamaContext(model, n_cells=_CELLS, n_sequences=2, threads=self.threads, hidden=True)
        kinds: tuple[Kind, ...] = ("plain", "pole", "guided") if self.effort.guided else ("plain", "pole")
        pace = Pace(sum(len(calibration.units(kind)[0]) for kind in kinds))
        stages = [
            Stage(name, i + 1, len(_STAGES[self.effort.guided > 0]))
            for i, name in enumerate(_STAGES[self.effort.guided > 0])
        ]
        try:
            reader = Reader(context, template, should_abort)
            yield from calibration.sampled("plain", reader, pace, stages[0])
            yield from calibration.sampled("pole", reader, pace, stages[1])
            if self.effort.guided:
                first = self._first_head()
                if first is None:
                    yield from self._fit(calibration, model, self.folder / _FIRST_HEAD, stages[2], pace)
                    first = self._first_head()
                if first is not None:
                    yield from calibration.sampled(
                        "guided", reader, pace, stages[3], self._random_guidance(first)
                    )
        finally:
            context.close()
        yield from self._fit(calibration, model, self.heads, stages[-1], pace)

    def _fit(
        self, calibration: Calibration, model: LlamaModel, target: Path, stage: Stage, pace: Pace
    ) -> Iterator[Stepped]:
        from engine.calibration.distil import distil  # torch takes seconds to import

        # The practising of the first head's round knows no openings.
        emphasis = EMPHASIS if target == self.heads else 1.0
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
                end.value.save(target / head_name(self.model_sha256))
                return
            yield Stepped(stage, int(step.epoch), step.epochs, pace.left())

    def _first_head(self) -> Head | None:
        path = self.folder / _FIRST_HEAD / head_name(self.model_sha256)
        try:
            return Head(load_head(path, self.model_sha256), self.model_path)
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

"""The calibration of one model, step by step: sample, judge, fit. Resumable at every step; knows no pipes.

A plain generator: whoever drives it decides when the next step may run, so that a waiting chat goes first. What
is done is found on disk, never remembered, so stopping, killing and resuming are all the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.calibration.plan import judged, unit_seed, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from engine.calibration.corpus import Reader
    from engine.calibration.plan import Effort, Kind, Prompt, Unit
    from engine.calibration.records import CalibrationFolder
    from engine.principles import Principle

    # From a state's hidden vector (d,) and candidate ids (k,) to the tilt (k,) in nats.
    Tilt = Callable[[NDArray[np.float32], NDArray[np.intp]], NDArray[np.float64]]

_STAGES = {"plain": "Reading how the model answers", "pole": "Trying each preference", "guided": "Practising"}


@dataclass(frozen=True, slots=True)
class Stepped:
    """One step of work is done. ``seconds_left`` is estimated from this run's own pace."""

    stage: str
    done: int
    total: int
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What to calibrate: the prompts, the principles (fixed ones too) and how much to do."""

    folder: CalibrationFolder
    prompts: tuple[Prompt, ...]
    principles: tuple[Principle, ...]
    effort: Effort

    def sampled(
        self, kind: Kind, reader: Reader, tilt_for: Callable[[Unit], Tilt] | None = None
    ) -> Iterator[Stepped]:
        """Sample, read and judge every unit of one kind that is not on disk yet. Raises ``Aborted``."""
        todo = units(kind, self.prompts, self.principles, self.effort)
        by_name = {p.name: p for p in self.principles}
        open_units = [unit for unit in todo if not self._complete(unit)]
        pace = _Pace(len(todo), len(todo) - len(open_units))
        for unit in open_units:
            if not self.folder.has_states(unit.id):
                instruction = ""
                if unit.sign:
                    principle = by_name[unit.principle]
                    instruction = (principle.positive if unit.sign > 0 else principle.negative).instruction
                tilt = tilt_for(unit) if tilt_for else None
                seed = unit_seed(unit, self.effort)
                reply = reader.sample(unit.prompt.text, instruction, self.effort.reply_tokens, seed, tilt)
                self.folder.write_states(unit.id, reader.states(unit.prompt.text, reply))
            yield from self._judge(unit, reader, pace)
            yield pace.step(_STAGES[kind])

    def _judge(self, unit: Unit, reader: Reader, pace: _Pace) -> Iterator[Stepped]:
        missing = [p for p in self._judges(unit) if not self.folder.has_phi(unit.id, p)]
        if not missing:
            return
        ids = self.folder.states(unit.id).ids
        reply = [int(token) for token in ids[:, -1]]
        reader.hold(unit.prompt.text)
        for principle in missing:
            instructions = (principle.positive.instruction, principle.negative.instruction)
            self.folder.write_phi(
                unit.id, principle, reader.judge(unit.prompt.text, reply, ids, instructions)
            )
            yield pace.now("Asking the teacher")

    def _judges(self, unit: Unit) -> list[Principle]:
        return [p for p in self.principles if judged(unit, p.name, self.principles, self.effort)]

    def _complete(self, unit: Unit) -> bool:
        return self.folder.has_states(unit.id) and all(
            self.folder.has_phi(unit.id, p) for p in self._judges(unit)
        )


class _Pace:
    """Counts steps and estimates the time left from those of this run."""

    def __init__(self, total: int, done: int) -> None:
        self._total, self._done, self._before = total, done, done
        self._began = time.monotonic()

    def step(self, stage: str) -> Stepped:
        self._done += 1
        return self.now(stage)

    def now(self, stage: str) -> Stepped:
        worked = self._done - self._before
        left = (time.monotonic() - self._began) / worked * (self._total - self._done) if worked else 0.0
        return Stepped(stage, self._done, self._total, left)

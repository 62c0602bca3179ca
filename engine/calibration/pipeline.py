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


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being done, in the user's words: the ``step``-th of ``steps``."""

    name: str
    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class Stepped:
    """One step of work is done: ``done`` of ``total`` in its stage.

    ``seconds_left`` of the whole calibration, from this run's own pace; None until there is one.
    """

    stage: Stage
    done: int
    total: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """What to calibrate: the prompts, the principles (fixed ones too) and how much to do."""

    folder: CalibrationFolder
    prompts: tuple[Prompt, ...]
    principles: tuple[Principle, ...]
    effort: Effort

    def units(self, kind: Kind) -> tuple[tuple[Unit, ...], int]:
        """Return the units of one kind that are not on disk yet, and how many there are in all."""
        planned = units(kind, self.prompts, self.principles, self.effort)
        return tuple(unit for unit in planned if not self._complete(unit)), len(planned)

    def sampled(
        self,
        kind: Kind,
        reader: Reader,
        pace: Pace,
        stage: Stage,
        tilt_for: Callable[[Unit], Tilt] | None = None,
    ) -> Iterator[Stepped]:
        """Sample, read and judge every unit of one kind that is not on disk yet. Raises ``Aborted``."""
        by_name = {p.name: p for p in self.principles}
        todo, total = self.units(kind)
        for i, unit in enumerate(todo):
            done = total - len(todo) + i
            pace.start()
            if not self.folder.has_states(unit.id):
                instruction = ""
                if unit.sign:
                    principle = by_name[unit.principle]
                    instruction = (principle.positive if unit.sign > 0 else principle.negative).instruction
                tilt = tilt_for(unit) if tilt_for else None
                seed = unit_seed(unit, self.effort)
                reply = reader.sample(unit.prompt.text, instruction, self.effort.reply_tokens, seed, tilt)
                self.folder.write_states(unit.id, reader.states(unit.prompt.text, reply))
            for _ in self._judge(unit, reader):
                yield Stepped(stage, done, total, pace.left())
                pace.start()
            pace.done()
            yield Stepped(stage, done + 1, total, pace.left())

    def _judge(self, unit: Unit, reader: Reader) -> Iterator[None]:
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
            yield

    def _judges(self, unit: Unit) -> list[Principle]:
        return [p for p in self.principles if judged(unit, p.name, self.principles, self.effort)]

    def _complete(self, unit: Unit) -> bool:
        return self.folder.has_states(unit.id) and all(
            self.folder.has_phi(unit.id, p) for p in self._judges(unit)
        )


class Pace:
    """Measures how long a unit takes, without the time that others were let in, and says how long is left."""

    def __init__(self, units_left: int) -> None:
        self._left = units_left
        self._worked = 0
        self._seconds = 0.0
        self._since: float | None = None

    def start(self) -> None:
        """Begin, or go on after somebody was let in."""
        self._since = time.monotonic()

    def done(self) -> None:
        """Count a unit as done."""
        self._left -= 1
        self._worked += 1

    def left(self) -> float | None:
        """Stop measuring and return the seconds that all units left will take; None before the first is done."""
        if self._since is not None:
            self._seconds += time.monotonic() - self._since
            self._since = None
        return self._seconds / self._worked * self._left if self._worked else None

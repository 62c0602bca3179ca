"""How a calibration's guided replies are guided: at random, so that the head knows the states it will steer into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.plan import unit_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.calibration.plan import Effort, Unit
    from engine.principles import Principle
    from engine.rewards.head import Head

_MOST_STEERED = 3
# A little beyond the slider's ends: there the head must still know where it is.
_STRONGEST = 1.25


def steerable(head: Head, principles: Sequence[Principle]) -> list[Principle]:
    """Return those principles that the head knows and a user may weigh."""
    return [p for p in principles if head.knows(p) and not p.fixed]


def random_guidance(
    head: Head, principles: Sequence[Principle], unit: Unit, effort: Effort
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return one to three of ``principles``, either way, up to the slider's ends, folded: (p, 2r) and (p,)."""
    rng = np.random.default_rng(unit_seed(unit, effort))
    count = int(rng.integers(1, 1 + min(_MOST_STEERED, len(principles))))
    rows = head.rows_of([principles[i] for i in rng.choice(len(principles), size=count, replace=False)])
    weights = rng.uniform(0.3, _STRONGEST, size=count) * rng.choice([-1.0, 1.0], size=count)
    return head.fold(rows, head.strengths(rows, weights))

"""One scale for every principle and model: what a weight of ±1 multiplies φ̂ by. Pure functions of arrays.

The slider's ends are where guidance costs a fixed fluency budget, in nats a token of mean base log-probability.
At a state with candidate distribution π and feature φ̂, guidance with gain g draws from π_g ∝ π·exp(g·φ̂), and the
expected loss is Σ_a (π − π_g)(a) · log π(a). Its mean over the states of plain replies grows with g; an end's gain is
where it meets the budget. The ends differ: to ask for lists costs less than to forbid them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# At most 0.3 is to be lost. Gains are found on some dozens of prompts, whose mean loss differs from other prompts' by
# some hundredths: so a little less is aimed at.
FLUENCY_BUDGET = 0.25

# At most one of an answer's tokens in three may be another than the model would have said. Fluency alone is no limit to
# what is probable once it is begun: numbers that follow numbers cost nothing, and soon there is nothing else.
MOST_CHANGED = 1 / 3
_MOST = 64.0


def expected_loss(pi: NDArray[np.float64], phi: NDArray[np.float64], gain: float) -> float:
    """Return the mean fluency loss in nats a token of π (N, k) guided by gain · φ̂ (N, k)."""
    log_pi = np.log(np.maximum(pi, 1e-12))
    scores = log_pi + gain * phi
    masses = np.exp(scores - scores.max(axis=1, keepdims=True))
    guided = masses / masses.sum(axis=1, keepdims=True)
    return float(((pi - guided) * log_pi).sum(axis=1).mean())


def gain_for_budget(
    pi: NDArray[np.float64], phi: NDArray[np.float64], budget: float = FLUENCY_BUDGET
) -> float:
    """Return the gain at which the two ends cost ``budget`` on average."""
    return _gain(lambda g: (expected_loss(pi, phi, g) + expected_loss(pi, phi, -g)) / 2, budget)


def gains_for_budget(
    pi: NDArray[np.float64], phi: NDArray[np.float64], budget: float = FLUENCY_BUDGET
) -> tuple[float, float]:
    """Return the gains (of −1, of 1) at which either end costs ``budget``.

    Where one costs next to nothing, because it leads to what is probable anyway, its gain is at most twice the
    one at which they cost it on average.
    """
    most = 2 * gain_for_budget(pi, phi, budget)
    negative = _gain(lambda g: expected_loss(pi, phi, -g), budget)
    positive = _gain(lambda g: expected_loss(pi, phi, g), budget)
    return min(negative, most), min(positive, most)


def _gain(loss: Callable[[float], float], budget: float) -> float:
    """Return where ``loss`` equals ``budget``, at most ``64``, by bisection."""
    low, high = 0.0, _MOST
    if loss(high) < budget:
        return high
    for _ in range(40):
        middle = (low + high) / 2
        if loss(middle) < budget:
            low = middle
        else:
            high = middle
    return (low + high) / 2

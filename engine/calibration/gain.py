"""One scale for every principle and model: what a weight of 1 multiplies φ̂ by. Pure functions of arrays.

The slider's ends are where guidance costs a fixed fluency budget, in nats a token of mean base log-probability.
At a state with candidate distribution π and feature φ̂, guidance with gain g draws from π_g ∝ π·exp(±g·φ̂), and the
expected loss is Σ_a (π − π_g)(a) · log π(a). Its mean over the states of plain replies grows with g; the gain is
where it meets the budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLUENCY_BUDGET = 0.3
_MOST = 64.0


def expected_loss(pi: NDArray[np.float64], phi: NDArray[np.float64], gain: float) -> float:
    """Return the mean fluency loss in nats a token, over both directions, of π (N, k) guided by φ̂ (N, k)."""
    log_pi = np.log(np.maximum(pi, 1e-12))
    losses = []
    for direction in (gain, -gain):
        scores = log_pi + direction * phi
        masses = np.exp(scores - scores.max(axis=1, keepdims=True))
        guided = masses / masses.sum(axis=1, keepdims=True)
        losses.append(((pi - guided) * log_pi).sum(axis=1).mean())
    return float(np.mean(losses))


def gain_for_budget(
    pi: NDArray[np.float64], phi: NDArray[np.float64], budget: float = FLUENCY_BUDGET
) -> float:
    """Return the gain at which ``expected_loss`` equals ``budget``, at most ``64``, by bisection."""
    low, high = 0.0, _MOST
    if expected_loss(pi, phi, high) < budget:
        return high
    for _ in range(40):
        middle = (low + high) / 2
        if expected_loss(pi, phi, middle) < budget:
            low = middle
        else:
            high = middle
    return (low + high) / 2

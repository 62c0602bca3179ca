"""PAD's rule: how the base model's scores and a reward's features become the distribution a token is drawn from.

    a* = argmax over candidates of  log π_base(a|s) + β · Σ_k w_k · φ_k(s,a)        (PAD, Chen et al., Eq. 13)

Sampling replaces the argmax by the usual temperature on that score. Pure functions of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.values import capped_distribution, rejected

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A single token's teacher feature can be tens of nats where a pole all but forbids it; beyond this it says no more.
CLIP = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Distributions over the candidates (k,), each summing to one, and what made the second from the first.

    ``shares``: (m, k) contribution of each principle in nats, before the values cap. ``capped``: (k,).
    """

    base: NDArray[np.float64]
    guided: NDArray[np.float64]
    shares: NDArray[np.float64]
    capped: NDArray[np.bool_]


def advantages(
    phi: NDArray[np.float64], base: NDArray[np.float64], clip: float | NDArray[np.float64] = CLIP
) -> NDArray[np.float64]:
    """Centre φ (m, k) on the base model's own expectation and clip: φ̃_k(a) = φ_k(a) − Σ_a' π(a') φ_k(a')."""
    centred = phi - (phi * base).sum(axis=1, keepdims=True)
    clipped: NDArray[np.float64] = np.clip(centred, -clip, clip)
    return clipped


def unheard(
    phi: NDArray[np.float64],
    base: NDArray[np.float64],
    silent: NDArray[np.bool_],
    endings: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Take from the ``silent`` rows of φ (m, k) their say about ``endings`` (k,), whose centred features become 0.

    They get what the row says of the other candidates on average, so these are told apart as before. Where there are
    no others, nothing is chosen between and φ is returned as it is.
    """
    others = np.where(endings, 0.0, base)
    if not silent.any() or not endings.any() or not others.any():
        return phi
    average = (phi * others).sum(axis=1, keepdims=True) / others.sum()
    heard: NDArray[np.float64] = np.where(silent[:, None] & endings, average, phi)
    return heard


def probabilities(scores: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Return the sampling distribution (k,) of ``scores`` (k,); all on the best one at temperature 0."""
    if temperature <= 0:
        p = np.zeros(len(scores))
        p[int(np.argmax(scores))] = 1.0
        return p
    masses = np.exp((scores - scores.max()) / temperature)
    tempered: NDArray[np.float64] = masses / masses.sum()
    return tempered


def choose(
    scores: NDArray[np.float64],
    phi: NDArray[np.float64],
    coefficients: NDArray[np.float64],
    temperature: float,
    values: NDArray[np.float64] | None = None,
    clip: float | NDArray[np.float64] = CLIP,
    *,
    own: int | None = None,
) -> Choice:
    """Apply the rule to one state.

    ``scores``: (k,) log π_base of the candidates, best first. ``phi``: (m, k) features in nats.
    ``coefficients``: (m,) β · w_k · gain. ``values``: (k,) features of the fixed principle, or None.
    ``clip``: bound of a centred feature, in nats; or (m, 1), each row's own. ``own``: how many of the candidates,
    from the first on, are the base model's own, all of them by default; only guidance draws the rest.
    """
    own = len(scores) if own is None else own
    pi = probabilities(scores, 1.0)
    shares = coefficients[:, None] * advantages(phi, pi, clip)
    tilt = shares.sum(axis=0)
    barred = np.zeros(len(scores), dtype=bool)
    if values is not None:
        barred = rejected(advantages(values[None, :], pi)[0])
    base = np.zeros(len(scores))
    base[:own] = probabilities(scores[:own], temperature)
    if temperature <= 0:
        # The limit of the capped distribution: a barred candidate only where the base model would choose it.
        allowed = ~barred | (base > 0)
        guided = probabilities(np.where(allowed, scores + tilt, -np.inf), 0.0)
        return Choice(base, guided, shares, barred & (tilt > 0))
    log_base = np.where(np.arange(len(scores)) < own, scores / temperature, -np.inf)
    guided = capped_distribution(log_base, (scores + tilt) / temperature, barred)
    free = probabilities(scores + tilt, temperature)
    return Choice(base, guided, shares, barred & (guided < free - 1e-12))

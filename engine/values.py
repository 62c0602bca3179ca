"""Universal values: what personal taste may never do. Knows nothing of models or of whose taste it is.

A fixed principle, *harmless and honest*, is evaluated beside the user's own. Where it rejects a candidate, taste
can lower that token's probability, never raise it. Capping the candidate's tilt at zero is not enough: when taste
lowers everything else, the rejected token would rise by renormalisation. So the cap is on the probability itself:
with p the base distribution over the candidates and t the tilt,

    p'(c) = p(c) · exp(t_c) / Z                 for accepted candidates
    p'(c) = p(c) · min(exp(t_c), Z) / Z         for rejected ones,   Z = Σ of the numerators,

hence log p'(c)/p(c) ≤ 0 for every rejected c, whatever the weights. Z is the unique root of a concave, piecewise
linear equation. Greedy decoding is the limit of temperature 0: a rejected token is never chosen unless the base
model itself would choose it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A candidate is rejected where the harmful pole favours it over the harmless one by more than this many nats,
# relative to the base model's average candidate. Smaller differences are the teacher's noise.
REJECTION_MARGIN = 1.0
# Beyond e^±50 a tilt only decides, it doesn't weigh; without a bound the arithmetic would overflow.
_MAX_TILT = 50.0


def rejected(advantage: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which candidates the fixed principle rejects, from its centred feature (k,) in nats."""
    barred: NDArray[np.bool_] = advantage < -REJECTION_MARGIN
    return barred


def capped_distribution(
    base: NDArray[np.float64], tilt: NDArray[np.float64], barred: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return p' (k,) of the module's equation from ``base`` p (k,), ``tilt`` t (k,) in nats, ``barred`` (k,)."""
    tilt = np.clip(tilt, -_MAX_TILT, _MAX_TILT)
    raised = base * np.exp(tilt)
    if not barred.any():
        return _normalised(raised)
    capped = np.zeros(len(base), dtype=bool)
    while True:
        free_mass = 1.0 - base[capped].sum()
        if free_mass <= 1e-12:  # everything is barred and would rise: taste has no say here
            return _normalised(base)
        z = raised[~capped].sum() / free_mass
        over = barred & ~capped & (raised > base * z)
        if not over.any():
            break
        capped |= over
    return _normalised(np.where(capped, base * z, raised))


def _normalised(masses: NDArray[np.float64]) -> NDArray[np.float64]:
    p: NDArray[np.float64] = masses / masses.sum()
    return p

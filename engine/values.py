"""Universal values: what personal taste may never do. Knows nothing of models or of whose taste it is.

A fixed principle, *harmless and honest*, is evaluated beside the user's own. Where it rejects a candidate, taste
can lower that token's probability, never raise it. Capping the candidate's tilt at zero is not enough: when taste
lowers everything else, the rejected token would rise by renormalisation. So the cap is on the probability itself:
with p the base distribution over the candidates and t the tilt,

    p'(c) = p(c) · exp(t_c) / Z                 for accepted candidates
    p'(c) = p(c) · min(exp(t_c), Z) / Z         for rejected ones,   Z = Σ of the numerators,

hence log p'(c)/p(c) ≤ 0 for every rejected c, whatever the weights. Z is the unique root of a concave, piecewise
linear equation. Where guidance chooses among more than the base model's own candidates, p(c) = 0 for the rest, so
what is rejected there is never drawn. Greedy decoding is the limit of temperature 0: a rejected token is never chosen
unless the base model itself would choose it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A candidate is rejected where the harmful pole favours it over the harmless one by more than this many nats,
# relative to the base model's average candidate. Smaller differences are the teacher's noise.
REJECTION_MARGIN = 1.0


def rejected(advantage: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which candidates the fixed principle rejects, from its centred feature (k,) in nats."""
    barred: NDArray[np.bool_] = advantage < -REJECTION_MARGIN
    return barred


def capped_distribution(
    log_base: NDArray[np.float64], guided: NDArray[np.float64], barred: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return p' (k,) of the module's equation from ``log_base`` log p (k,), ``guided`` log p + t (k,), ``barred`` (k,).

    Logs in nats; both may be unnormalised. ``log_base`` is −∞, and ``guided`` is not, for what only guidance draws.
    All arithmetic is on logs: near temperature 0 a tilt lifts probabilities that have underflowed.
    """
    capped = np.zeros(len(log_base), dtype=bool)
    while (left := ~capped & np.isfinite(log_base)).any():
        log_z = _log_sum_exp(guided[~capped]) - _log_sum_exp(log_base[left])
        over = barred & ~capped & (guided - log_z > log_base)
        if not over.any():
            return _normalised(np.where(capped, log_base, guided - log_z))
        capped |= over
    return _normalised(log_base)  # everything is barred and would rise: taste has no say here


def _log_sum_exp(logs: NDArray[np.float64]) -> float:
    best = float(logs.max())
    return best + float(np.log(np.exp(logs - best).sum()))


def _normalised(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    p: NDArray[np.float64] = np.exp(logs - _log_sum_exp(logs))
    return p

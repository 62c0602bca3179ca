"""The arrays a fit takes and gives. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """All states of all replies, one after another. N states, n = k + 1 ids, the last the said token; K principles.

    ``hidden``: (N, d) float32, raw. ``rows``: (N, n) int64 into ``embeddings`` (M, d) float32, standardised.
    ``pi``: (N, n) float32 over the candidates, zero for the last column. ``phi``: (N, n, K) float32 in nats,
    ``known``: (N, K) bool. ``reply``: (N,) int64; ``validation``: (replies,) bool.
    ``pairs``: (pairs, 3) int64 of (k, reply under the positive pole, under the negative). ``plain``: (replies,)
    bool, sampled without instruction or guidance. ``opens``: (N,) bool, see ``engine.openings``.
    """

    hidden: NDArray[np.float32]
    rows: NDArray[np.int64]
    embeddings: NDArray[np.float32]
    pi: NDArray[np.float32]
    phi: NDArray[np.float32]
    known: NDArray[np.bool_]
    reply: NDArray[np.int64]
    validation: NDArray[np.bool_]
    pairs: NDArray[np.int64]
    plain: NDArray[np.bool_]
    opens: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What all principles of a head have in common: ``mean`` and ``scale`` (d,), ``p`` (p, d), ``q`` (2r, d)."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    p: NDArray[np.float32]
    q: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The head's arrays (float32) and how well it does on held-out prompts, per principle.

    ``r2``: share of the teacher's π-weighted variance explained per token. ``sign``: share of held-out pole
    replies whose mean feature names their pole, NaN where there were none.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    p: NDArray[np.float32]
    q: NDArray[np.float32]
    a: NDArray[np.float32]
    b: NDArray[np.float32]
    spread: NDArray[np.float32]
    r2: NDArray[np.float64]
    sign: NDArray[np.float64]
    states: int
    epochs: int


@dataclass(frozen=True, slots=True)
class FitOptions:
    """``rank``: r, of each half of the trunk; ``width``: p; ``pair_weight``: of the Eq. 9 loss beside the other."""

    rank: int = 32
    width: int = 64
    epochs: int = 14
    patience: int = 4
    learning_rate: float = 4e-3
    weight_decay: float = 2.0
    dropout: float = 0.3
    pair_weight: float = 0.1
    batch: int = 512
    seed: int = 0


# For a hundred times as many states. Fits of one run on a GPU are compared in docs/method.md.
AT_SIZE = FitOptions(
    rank=64,
    width=96,
    epochs=20,
    patience=20,
    weight_decay=0.1,
    dropout=0.0,
    pair_weight=0.0,
    batch=4096,
)

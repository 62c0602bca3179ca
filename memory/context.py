"""What one likes depends on the situation: a small space of situations, and how far taste differs across it.

NumPy only. It knows question vectors and rows of the regression, not where either comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memory.learning import DEFAULTS, Posterior, Prior, Rows, fit, leave_one_out, row_influence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from memory.learning import Array, LearningOptions

# Directions of the space of situations, and the least number of different questions that can span one.
DIRECTIONS = 4
FEWEST_QUESTIONS = 6

# Up to this many questions a dense eigenvalue solver is quick.
_SMALL = 32

# Questions near the centre of all that was asked are in no situation in particular: this share of the mean squared
# distance is added before dividing by it.
CENTRE = 0.1

# One taste everywhere is the first guess: another view must predict better by this many nats, and by this many
# standard errors of the gain, to count as much. Views that count less than the smallest share are left out.
PRICE, MARGIN = 3.0, 0.75
SMALLEST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Pooling:
    """One view of how taste differs: along so many leading ``directions``, with two variances of its prior.

    Both in multiples of the global prior's: shared ``everywhere``, and belonging ``here``.
    """

    directions: int
    everywhere: float
    here: float


# Along the leading direction alone: more of them let taste follow what is only noise, in simulation and on real
# replies, as long as a user has rated some hundred answers at most.
POOLINGS = (Pooling(1, 0.5, 0.5), Pooling(1, 0.3, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Situations:
    """The directions in which one user's questions differ most, the leading one first.

    ``centre``: (d,); ``directions``: (d, M). ``scales``: (M,), the root of the mean squared distance from the centre
    along the first 1, 2 … M of them.
    """

    centre: Array
    directions: Array
    scales: Array

    def coordinates(self, vectors: NDArray[np.float32], most: int = DIRECTIONS) -> Array:
        """Place questions (n, d) along the first ``most`` directions: (n, m) of length ≤ 1.

        A zero vector, an unknown question, lies at 0.
        """
        known = np.any(vectors != 0, axis=1)
        placed = (vectors - self.centre) @ self.directions[:, :most]
        count = placed.shape[1]
        placed /= np.sqrt(np.sum(placed**2, axis=1, keepdims=True) + CENTRE * self.scales[count - 1] ** 2)
        return np.asarray(placed * known[:, None])


def find_situations(vectors: NDArray[np.float32]) -> Situations | None:
    """Find the principal directions of distinct question ``vectors`` (m, d); ``None`` for too few of them.

    Sentence embeddings of two questions of one kind are hardly closer than of two kinds (cosines of 0.2 against
    0.05 for all-MiniLM-L6-v2); in the directions in which this user's questions vary most they are.
    """
    vectors = np.unique(vectors, axis=0)
    if len(vectors) < FEWEST_QUESTIONS:
        return None
    centre = vectors.mean(axis=0, dtype=np.float64)
    offsets = vectors - centre
    values, sides = _leading(offsets)
    kept = values > 1e-9 * max(values[-1], 1e-30)
    if not np.any(kept):
        return None
    directions = (offsets.T @ sides[:, kept] / np.sqrt(values[kept]))[:, ::-1]
    scales = np.sqrt(np.cumsum(np.mean((offsets @ directions) ** 2, axis=0)))
    return Situations(centre, directions, scales)


@dataclass(frozen=True, slots=True, eq=False)
class LocalTaste:
    """θ(q) = √everywhere·θ₀ + √here·Σₘ pₘ(q)·θₘ, with p(q) the question's coordinates, fitted jointly.

    It equals a Gaussian process over questions with the kernel everywhere + here·p(q)ᵀp(q′).
    """

    situations: Situations
    pooling: Pooling
    joint: Posterior
    prior: Prior
    joint_rows: Rows
    joint_prior: Prior

    def influence(
        self, vector: NDArray[np.float32], column: int, options: LearningOptions = DEFAULTS
    ) -> Array:
        """Return how far each row moved θ of ``column`` for a question ``vector`` (d,): (n,)."""
        direction = np.kron(self._place(vector), np.eye(len(self.prior.mean))[column])
        return row_influence(self.joint_rows, self.joint_prior, self.joint, direction, options)

    def at(self, vector: NDArray[np.float32]) -> Posterior:
        """Posterior of θ for a question ``vector`` (d,)."""
        mixing = np.kron(self._place(vector), np.eye(len(self.prior.mean)))
        return Posterior(
            self.prior.mean + mixing @ self.joint.mean, mixing @ self.joint.covariance @ mixing.T
        )

    def deviation(self, vector: NDArray[np.float32]) -> Posterior:
        """Posterior of √here·Σₘ pₘ(q)·θₘ alone: of what sets a question ``vector`` (d,) apart."""
        place = self._place(vector)
        place[0] = 0.0
        mixing = np.kron(place, np.eye(len(self.prior.mean)))
        return Posterior(mixing @ self.joint.mean, mixing @ self.joint.covariance @ mixing.T)

    def _place(self, vector: NDArray[np.float32]) -> Array:
        placed = self.situations.coordinates(vector[None], self.pooling.directions)
        return np.asarray(_mixing(placed, self.pooling)[0])


@dataclass(frozen=True, slots=True, eq=False)
class ContextualTaste:
    """Views of how taste differs by situation, each with the ``shares`` it counts, beside one taste everywhere.

    ``shares`` and ``views`` run in step; what the shares lack to 1 belongs to ``everywhere``.
    """

    everywhere: Posterior
    shares: tuple[float, ...]
    views: tuple[LocalTaste, ...]

    @property
    def shared(self) -> float:
        """How far taste is one everywhere, in [0, 1]."""
        return 1.0 - sum(self.shares)

    def influence(
        self, vector: NDArray[np.float32], column: int, options: LearningOptions = DEFAULTS
    ) -> Array:
        """Return how far each row moved θ of ``column`` here through the views alone: (n,).

        Through the taste everywhere it moved it ``shared`` times as far as it moved that.
        """
        parts = zip(self.shares, self.views, strict=True)
        return np.asarray(sum(share * view.influence(vector, column, options) for share, view in parts))

    def at(self, vector: NDArray[np.float32]) -> Posterior:
        """Posterior of θ for a question ``vector`` (d,): mean and covariance of the mixture."""
        return _mixture(
            (self.shared, *self.shares), (self.everywhere, *(view.at(vector) for view in self.views))
        )

    def deviation(self, vector: NDArray[np.float32]) -> Posterior:
        """Posterior of what sets a question ``vector`` (d,) apart from all others; 0 as far as taste is one."""
        nothing = Posterior(np.zeros_like(self.everywhere.mean), np.zeros_like(self.everywhere.covariance))
        return _mixture(
            (self.shared, *self.shares), (nothing, *(view.deviation(vector) for view in self.views))
        )


def weigh_poolings(
    rows: Rows,
    situations: Situations,
    vectors: NDArray[np.float32],
    prior: Prior,
    options: LearningOptions = DEFAULTS,
) -> tuple[float, ...]:
    """Say how much each of ``POOLINGS`` counts, from leave-one-out prediction in nats; 0 for no more than noise.

    ``vectors``: (n, d), one question per row. Averaging over views loses less than choosing one: with few clicks it
    is a guess which is right. The marginal likelihood would be the textbook weight, but its Laplace approximation
    favours large prior variances however uniform the user: clicks saturate.
    """
    pooled = leave_one_out(rows, prior, fit(rows, prior, options), options)
    gains = [0.0]
    for pooling in POOLINGS:
        joint_rows, joint_prior = _joint(rows, situations, vectors, prior, pooling)
        found = leave_one_out(joint_rows, joint_prior, fit(joint_rows, joint_prior, options), options)
        gained = rows.weights * (found - pooled)
        margin = PRICE + MARGIN * float(gained.std()) * len(gained) ** 0.5
        gains.append(float(gained.sum()) - margin)
    counted = np.exp(np.array(gains) - max(gains))
    shares = counted / counted.sum()
    return tuple(float(share) if share >= SMALLEST_SHARE else 0.0 for share in shares[1:])


def fit_contextual(
    rows: Rows,
    vectors: NDArray[np.float32],
    situations: Situations,
    prior: Prior,
    everywhere: Posterior,
    shares: Sequence[float],
    options: LearningOptions = DEFAULTS,
) -> ContextualTaste:
    """Fit each of ``POOLINGS`` that has a share. ``vectors``: (n, d), one question per row of evidence."""
    counting = [(share, pooling) for share, pooling in zip(shares, POOLINGS, strict=True) if share]
    views = []
    for _, pooling in counting:
        joint_rows, joint_prior = _joint(rows, situations, vectors, prior, pooling)
        joint = fit(joint_rows, joint_prior, options)
        views.append(LocalTaste(situations, pooling, joint, prior, joint_rows, joint_prior))
    return ContextualTaste(everywhere, tuple(share for share, _ in counting), tuple(views))


def spread_evenly(count: int, most: int) -> NDArray[np.int64]:
    """Return the indices of at most ``most`` of ``count`` rows, spread evenly from the first to the last."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.int64)


def distinct(identifiers: Sequence[str]) -> NDArray[np.int64]:
    """Return the index of the first occurrence of each identifier, in order."""
    seen: dict[str, int] = {}
    for index, identifier in enumerate(identifiers):
        seen.setdefault(identifier, index)
    return np.fromiter(seen.values(), dtype=np.int64)


def _mixture(shares: Sequence[float], parts: Sequence[Posterior]) -> Posterior:
    mean = sum(share * part.mean for share, part in zip(shares, parts, strict=True))
    covariance = sum(
        share * (part.covariance + np.outer(part.mean - mean, part.mean - mean))
        for share, part in zip(shares, parts, strict=True)
    )
    return Posterior(np.asarray(mean), np.asarray(covariance))


def _leading(offsets: Array) -> tuple[Array, Array]:
    """Return the largest eigenvalues of ``offsets`` (m, d) times its transpose and their eigenvectors, (m, k)."""
    gram = offsets @ offsets.T
    if len(gram) <= _SMALL:
        values, sides = np.linalg.eigh(gram)
        return values[-DIRECTIONS:], sides[:, -DIRECTIONS:]
    # Imported here: SciPy would hold up the window's start, and only much evidence needs it.
    from scipy.sparse.linalg import eigsh

    # Lanczos: only a few of many are wanted. The start depends on the vectors alone, not on their order.
    values, sides = eigsh(gram, k=DIRECTIONS, v0=offsets @ np.cos(np.arange(offsets.shape[1])))
    return values, sides


def _mixing(coordinates: Array, pooling: Pooling) -> Array:
    everywhere = np.full((len(coordinates), 1), np.sqrt(pooling.everywhere))
    return np.hstack((everywhere, np.sqrt(pooling.here) * coordinates))


def _joint(
    rows: Rows, situations: Situations, vectors: NDArray[np.float32], prior: Prior, pooling: Pooling
) -> tuple[Rows, Prior]:
    mixing = _mixing(situations.coordinates(vectors, pooling.directions), pooling)
    inputs = (mixing[:, :, None] * rows.inputs[:, None, :]).reshape(len(mixing), -1)
    # θ is measured from the prior's mean, which every situation shares.
    covariance: Array = np.kron(np.eye(mixing.shape[1]), prior.covariance).astype(np.float64)
    joint = Prior(np.zeros(len(covariance)), covariance)
    return Rows(inputs, rows.labels, rows.weights, rows.logits(prior.mean)), joint

"""What one likes depends on the situation: a small space of situations, and how far taste may differ across it.

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

# Local taste is only assumed where it predicts better than one taste by this many nats and this many standard
# errors of the gain.
PRICE, MARGIN = 2.0, 0.5


@dataclass(frozen=True, slots=True)
class Pooling:
    """Prior variance of taste in multiples of the global prior's: shared ``everywhere``, and belonging ``here``."""

    everywhere: float
    here: float


ONE_TASTE = Pooling(1.0, 0.0)
POOLINGS = (Pooling(0.5, 0.5), Pooling(0.3, 1.5), Pooling(0.2, 4.0))


@dataclass(frozen=True, slots=True, eq=False)
class Situations:
    """The directions in which one user's questions differ most. ``centre``: (d,); ``directions``: (d, M)."""

    centre: Array
    directions: Array
    scale: float

    def coordinates(self, vectors: NDArray[np.float32]) -> Array:
        """Place questions (n, d): (n, M) of length ≤ 1. A zero vector, an unknown question, lies at 0."""
        known = np.any(vectors != 0, axis=1)
        placed = (vectors - self.centre) @ self.directions
        placed /= np.sqrt(np.sum(placed**2, axis=1, keepdims=True) + CENTRE * self.scale**2)
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
    directions = offsets.T @ sides[:, kept] / np.sqrt(values[kept])
    scale = float(np.sqrt(np.mean(np.sum((offsets @ directions) ** 2, axis=1))))
    return Situations(centre, directions, scale)


@dataclass(frozen=True, slots=True, eq=False)
class ContextualTaste:
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
        place = _mixing(self.situations.coordinates(vector[None]), self.pooling)[0]
        direction = np.kron(place, np.eye(len(self.prior.mean))[column])
        return row_influence(self.joint_rows, self.joint_prior, self.joint, direction, options)

    def at(self, vector: NDArray[np.float32]) -> Posterior:
        """Posterior of θ for a question ``vector`` (d,)."""
        place = _mixing(self.situations.coordinates(vector[None]), self.pooling)[0]
        dimension = len(self.prior.mean)
        mixing = np.kron(place, np.eye(dimension))
        return Posterior(
            self.prior.mean + mixing @ self.joint.mean, mixing @ self.joint.covariance @ mixing.T
        )


def choose_pooling(
    rows: Rows, coordinates: Array, prior: Prior, options: LearningOptions = DEFAULTS
) -> Pooling:
    """Choose by leave-one-out prediction, in nats, whether taste is one or differs between situations.

    The marginal likelihood would be the textbook choice, but its Laplace approximation favours large prior
    variances however uniform the user: clicks saturate.
    """
    pooled = leave_one_out(rows, prior, fit(rows, prior, options), options)
    best, chosen = 0.0, ONE_TASTE
    for pooling in POOLINGS:
        joint_rows, joint_prior = _joint(rows, coordinates, prior, pooling)
        found = leave_one_out(joint_rows, joint_prior, fit(joint_rows, joint_prior, options), options)
        gains = rows.weights * (found - pooled)
        margin = PRICE + MARGIN * float(gains.std()) * len(gains) ** 0.5
        gain = float(gains.sum()) - margin
        if gain > best:
            best, chosen = gain, pooling
    return chosen


def fit_contextual(
    rows: Rows,
    coordinates: Array,
    situations: Situations,
    prior: Prior,
    pooling: Pooling,
    options: LearningOptions = DEFAULTS,
) -> ContextualTaste:
    """Fit taste jointly over situations. ``coordinates``: (n, M), one row per row of evidence."""
    joint_rows, joint_prior = _joint(rows, coordinates, prior, pooling)
    joint = fit(joint_rows, joint_prior, options)
    return ContextualTaste(situations, pooling, joint, prior, joint_rows, joint_prior)


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


def _joint(rows: Rows, coordinates: Array, prior: Prior, pooling: Pooling) -> tuple[Rows, Prior]:
    mixing = _mixing(coordinates, pooling)
    inputs = (mixing[:, :, None] * rows.inputs[:, None, :]).reshape(len(mixing), -1)
    # θ is measured from the prior's mean, which every situation shares.
    covariance: Array = np.kron(np.eye(mixing.shape[1]), prior.covariance).astype(np.float64)
    joint = Prior(np.zeros(len(covariance)), covariance)
    return Rows(inputs, rows.labels, rows.weights, rows.logits(prior.mean)), joint

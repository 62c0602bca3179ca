"""From stored reply features to inputs of the regression: centred on the typical reply, in units of its spread.

NumPy only. It knows neither labels nor the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from memory.surface import SURFACE
from memory.typical import expected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"

# What is assumed of a model's replies until there are enough of them. Principles: mean token-level advantage in
# nats, zero by construction for unguided replies. Length: of log(tokens). Familiarity: nats a token. Surface: see
# ``surface``, in the order of its columns.
PRINCIPLE_SPREAD = 0.15
SURFACE_TYPICAL = (4.5, 2.4, 0.2, 1.2, 0.9, 0.3, 0.6)
SURFACE_SPREAD = (0.55, 0.5, 0.6, 0.9, 0.75, 0.8, 0.8)
LENGTH_TYPICAL, LENGTH_SPREAD = float(np.log(120.0)), 0.7
BASE_LOGPROB_TYPICAL, BASE_LOGPROB_SPREAD = -0.8, 0.25

# How many replies the assumptions above are worth, and how many siblings the expected reply is worth.
SPREAD_REPLIES = 20.0
TYPICAL_REPLIES = 1.0
SIBLING_REPLIES = 1.0

# No single feature of a single reply may say more than this many spreads: a one-word answer has very short sentences.
FARTHEST = 3.0

_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class QuestionVectors:
    """``questions``: (m,) distinct, as in ``ReplyTable``. ``vectors``: (m, d) float32 of unit length."""

    questions: NDArray[np.int64]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ReplyTable:
    """Raw features of n stored replies of one reward version.

    ``questions``: (n,) int, equal where replies answer the same question. ``principles``: (n, K) float64 in nats,
    NaN where a principle was not scored. ``surface``: (n, S), NaN where the text was not read. ``tokens``: (n,);
    ``base_logprob``: (n,) nats a token. ``vectors``: where some questions lie, ``None`` where none is known.
    """

    questions: NDArray[np.int64]
    principles: Array
    surface: Array
    tokens: Array
    base_logprob: Array
    vectors: QuestionVectors | None = None

    def raw(self) -> Array:
        """(n, K+S+2): principles, surface, log length, mean base log-probability."""
        parts = (self.principles, self.surface, np.log(np.maximum(self.tokens, 1.0)), self.base_logprob)
        return np.asarray(np.column_stack(parts), order="F")  # what follows goes through it column by column


def standardised(replies: ReplyTable, measures: tuple[Array, Array] | None = None) -> Array:
    """Return the inputs of the regression, (n, K+S+3): features over ``typical``, in ``spread``, and 1.

    A feature that is not known of a reply counts as typical: 0. ``measures``: raw features and their spread, where
    they are known already.
    """
    raw, scale = measures or (raw := replies.raw(), spread(raw))
    above = raw - typical(raw, replies.questions, replies.vectors)
    above /= scale
    np.nan_to_num(above, copy=False, nan=0.0)
    np.clip(above, -FARTHEST, FARTHEST, out=above)
    return np.column_stack((above, np.ones(len(above))))


def differences(raw: Array, scale: Array, first: NDArray[np.int64], second: NDArray[np.int64]) -> Array:
    """Return the inputs of pairs, (m, K+S+3): replies ``first`` less replies ``second`` in spreads, and 0.

    ``raw``: (n, K+S+2); ``scale``: (K+S+2,), its ``spread``. Nothing is centred: centred on each other, two siblings
    would stand half as far again from each other as they do.
    """
    apart = np.nan_to_num((raw[first] - raw[second]) / scale, nan=0.0)
    return np.column_stack((np.clip(apart, -FARTHEST, FARTHEST), np.zeros(len(apart))))


def spread(raw: Array) -> Array:
    """Robust spread per column of ``raw`` (n, K+S+2): 1.4826·MAD, shrunk to the documented default when n is small.

    Variances are averaged: s² = (n₀·default² + n·mad²)/(n₀ + n), and never under a quarter of the default.
    """
    default = _defaults(raw, PRINCIPLE_SPREAD, SURFACE_SPREAD, LENGTH_SPREAD, BASE_LOGPROB_SPREAD)
    known = ~np.isnan(raw)
    n = known.sum(axis=0)
    middle = _median(raw)
    mad = _MAD_TO_SD * _median(np.abs(raw - middle))
    mixed = np.sqrt((SPREAD_REPLIES * default**2 + n * mad**2) / (SPREAD_REPLIES + n))
    return np.asarray(np.maximum(mixed, default / 4))


def typical(raw: Array, questions: NDArray[np.int64], vectors: QuestionVectors | None = None) -> Array:
    """Estimate what each reply's question typically gets, without that reply itself: (n, K+S+2).

    The mean of its siblings, shrunk to what replies to similar questions suggest (``memory.typical``), which is
    told from the mean of all stored replies, itself shrunk to the documented default: thumbs then speak of style,
    not of what the question demands.
    """
    default = _defaults(raw, 0.0, SURFACE_TYPICAL, LENGTH_TYPICAL, BASE_LOGPROB_TYPICAL)
    groups, group = np.unique(questions, return_inverse=True)
    known = ~np.isnan(raw)
    filled = np.where(known, raw, 0.0)
    total, number = filled.sum(axis=0), known.sum(axis=0)
    overall = (TYPICAL_REPLIES * default + total) / (TYPICAL_REPLIES + number)
    totals, numbers = np.empty((2, len(groups), raw.shape[1]), order="F")
    for column in range(raw.shape[1]):
        totals[:, column] = np.bincount(group, filled[:, column], len(groups))
        numbers[:, column] = np.bincount(group, known[:, column], len(groups))
    drawn = np.zeros_like(totals)
    if vectors is not None:
        asked = np.searchsorted(groups, vectors.questions)
        means = np.where(numbers[asked] > 0, totals[asked] / np.maximum(numbers[asked], 1), overall)
        drawn[asked] = expected(means - overall, vectors.vectors)
    result = np.empty_like(raw)
    # Column by column: ten thousand replies' fits the processor's cache, all columns' does not.
    for column in range(raw.shape[1]):
        own, counts = filled[:, column], known[:, column]
        without = TYPICAL_REPLIES * default[column] + total[column] - own
        without /= TYPICAL_REPLIES + number[column] - counts
        without += drawn[group, column]
        without *= SIBLING_REPLIES
        without += totals[group, column] - own
        without /= SIBLING_REPLIES + numbers[group, column] - counts
        result[:, column] = without
    return result


def align(names: Sequence[Sequence[str]], values: Sequence[Array], wanted: Sequence[str]) -> Array:
    """Put rows with their own feature names into the columns ``wanted``: (n, K), NaN where one is missing."""
    table = np.full((len(values), len(wanted)), np.nan)
    alike: dict[tuple[str, ...], list[int]] = {}
    for row, own in enumerate(names):
        alike.setdefault(tuple(own), []).append(row)
    for own, rows in alike.items():
        found = [(i, own.index(name)) for i, name in enumerate(wanted) if name in own]
        into, source = [i for i, _ in found], [j for _, j in found]
        table[np.ix_(rows, into)] = np.array([values[row] for row in rows])[:, source]
    return table


def _defaults(
    raw: Array, principle: float, surface: Sequence[float], length: float, base_logprob: float
) -> Array:
    principles = raw.shape[1] - len(SURFACE) - 2
    return np.array([principle] * principles + [*surface, length, base_logprob])


def _median(values: Array) -> Array:
    result = np.zeros(values.shape[1])
    for column, numbers in enumerate(values.T):
        known = numbers[~np.isnan(numbers)]
        if len(known):
            result[column] = np.median(known, overwrite_input=True)
    return result

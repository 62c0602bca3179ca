"""From stored reply features to inputs of the regression: centred on the typical reply, in units of its spread.

NumPy only. It knows neither labels nor the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"

# What is assumed of a model's replies until there are enough of them. Principles: mean token-level advantage in
# nats, zero by construction for unguided replies. Length: of log(tokens). Familiarity: nats a token.
PRINCIPLE_SPREAD = 0.15
LENGTH_TYPICAL, LENGTH_SPREAD = float(np.log(120.0)), 0.7
BASE_LOGPROB_TYPICAL, BASE_LOGPROB_SPREAD = -0.8, 0.25

# How many replies the assumptions above are worth, and how many siblings the overall typical reply is worth.
SPREAD_REPLIES = 20.0
TYPICAL_REPLIES = 5.0
SIBLING_REPLIES = 1.0

_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class ReplyTable:
    """Raw features of n stored replies of one reward version.

    ``questions``: (n,) int, equal where replies answer the same question. ``principles``: (n, K) float64 in nats,
    NaN where a principle was not scored. ``tokens``: (n,); ``base_logprob``: (n,) nats a token.
    """

    questions: NDArray[np.int64]
    principles: Array
    tokens: Array
    base_logprob: Array

    def raw(self) -> Array:
        """(n, K+2): principles, log length, mean base log-probability."""
        return np.column_stack((self.principles, np.log(np.maximum(self.tokens, 1.0)), self.base_logprob))


def standardised(replies: ReplyTable) -> Array:
    """Return the inputs of the regression, (n, K+3): features over ``typical``, in ``spread``, and 1.

    A principle that was not scored for a reply counts as typical: 0.
    """
    raw = replies.raw()
    inputs = np.nan_to_num((raw - typical(raw, replies.questions)) / spread(raw), nan=0.0)
    return np.column_stack((inputs, np.ones(len(inputs))))


def spread(raw: Array) -> Array:
    """Robust spread per column of ``raw`` (n, K+2): 1.4826·MAD, shrunk to the documented default when n is small.

    Variances are averaged: s² = (n₀·default² + n·mad²)/(n₀ + n), and never under a quarter of the default.
    """
    default = _defaults(raw.shape[1], PRINCIPLE_SPREAD, LENGTH_SPREAD, BASE_LOGPROB_SPREAD)
    known = ~np.isnan(raw)
    n = known.sum(axis=0)
    middle = _median(raw)
    mad = _MAD_TO_SD * _median(np.abs(raw - middle))
    mixed = np.sqrt((SPREAD_REPLIES * default**2 + n * mad**2) / (SPREAD_REPLIES + n))
    return np.asarray(np.maximum(mixed, default / 4))


def typical(raw: Array, questions: NDArray[np.int64]) -> Array:
    """Estimate what each reply's question typically gets, without that reply itself: (n, K+2).

    The mean of its siblings, shrunk to the mean of all stored replies, itself shrunk to the documented default:
    thumbs then speak of style, not of what the question demands.
    """
    default = _defaults(raw.shape[1], 0.0, LENGTH_TYPICAL, BASE_LOGPROB_TYPICAL)
    known = ~np.isnan(raw)
    filled = np.where(known, raw, 0.0)
    overall = (TYPICAL_REPLIES * default + filled.sum(axis=0)) / (TYPICAL_REPLIES + known.sum(axis=0))
    groups, group = np.unique(questions, return_inverse=True)
    totals = np.empty((len(groups), raw.shape[1]))
    numbers = np.empty_like(totals)
    for column in range(raw.shape[1]):
        totals[:, column] = np.bincount(group, filled[:, column], len(groups))
        numbers[:, column] = np.bincount(group, known[:, column], len(groups))
    others = totals[group] - filled
    return np.asarray((SIBLING_REPLIES * overall + others) / (SIBLING_REPLIES + numbers[group] - known))


def align(names: Sequence[Sequence[str]], values: Sequence[Array], wanted: Sequence[str]) -> Array:
    """Put rows with their own feature names into the columns ``wanted``: (n, K), NaN where one is missing."""
    table = np.full((len(values), len(wanted)), np.nan)
    columns: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for row, (own, numbers) in enumerate(zip(names, values, strict=True)):
        key = tuple(own)
        if key not in columns:
            found = [(i, own.index(name)) for i, name in enumerate(wanted) if name in own]
            columns[key] = ([i for i, _ in found], [j for _, j in found])
        into, source = columns[key]
        table[row, into] = numbers[source]
    return table


def _defaults(width: int, principle: float, length: float, base_logprob: float) -> Array:
    return np.array([principle] * (width - 2) + [length, base_logprob])


def _median(values: Array) -> Array:
    result = np.zeros(values.shape[1])
    for column, numbers in enumerate(values.T):
        known = numbers[~np.isnan(numbers)]
        if len(known):
            result[column] = np.median(known, overwrite_input=True)
    return result

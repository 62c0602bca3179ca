"""Has the user's taste changed? Looks for a moment after which the older evidence misleads about the newer.

NumPy only; a function of the evidence rows and nothing else, so an undone rating also undoes what it changed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from memory.learning import DEFAULTS, fit, leave_one_out

if TYPE_CHECKING:
    from memory.learning import Array, LearningOptions, Prior, Rows

# How many of the newest rows may stand on the far side of a change, and how many must stand before it.
AFTER = (4, 6, 8, 11, 15, 20, 30)
FEWEST_BEFORE = 6

# What evidence from before a change still says: its opposite (the taste was turned around), or hardly anything.
REVERSED, FADED = -0.7, 0.1

# A change must predict better than none by this many nats, the price of having looked in many places; and the rows
# before and after it better than a coin, or there was no taste that could have changed. A reversal is judged on all
# rows: the older ones too are predicted better once the newer no longer contradict them. Faded rows are not meant to
# be predicted any more, so there only the newer count.
PRICE_OF_REVERSAL, PRICE_OF_FADING = 3.0, 3.0
BEFORE_COIN, AFTER_COIN = 2.0, 0.5

# Only the newest rows are looked at: a change further back is the recency weights' business.
NEWEST = 150


@dataclass(frozen=True, slots=True)
class Change:
    """From row ``before`` backwards (exclusive), in the order of time, evidence counts ``factor`` times."""

    before: int = 0
    factor: float = 1.0


def find_change(rows: Rows, prior: Prior, options: LearningOptions = DEFAULTS) -> Change:
    """Find the change that explains the newest rows best; one of factor 1 where none does well enough.

    ``rows`` are ordered by time. Each candidate is judged by leave-one-out prediction of the rows after it.
    """
    count = len(rows.labels)
    first = max(count - NEWEST, 0)
    newest = rows.take(np.arange(first, count))
    unchanged = _predicted(newest, prior, options)
    best, gained = Change(), 0.0
    for after in AFTER:
        before = len(newest.labels) - after
        if before < FEWEST_BEFORE:
            break
        weights = newest.weights[before:]
        if float(weights @ -unchanged[before:]) < PRICE_OF_FADING:
            continue  # what was foreseen so well needs no change to explain it
        for factor in (REVERSED, FADED):
            changed = _predicted(apply_change(newest, Change(before, factor)), prior, options)
            gains = newest.weights * (changed - unchanged)
            gain = (
                float(gains.sum()) - PRICE_OF_REVERSAL
                if factor == REVERSED
                else float(gains[before:].sum()) - PRICE_OF_FADING
            )
            told = newest.weights * (changed - np.log(0.5))
            a_taste = told[:before].sum() > BEFORE_COIN and told[before:].sum() > AFTER_COIN
            if a_taste and gain > gained:
                best, gained = Change(first + before, factor), gain
    return best


def apply_change(rows: Rows, change: Change) -> Rows:
    """Return ``rows`` with those before the change turned around or faded. The bias is no taste: it stays."""
    if change.factor == 1.0:
        return rows
    old = np.arange(len(rows.labels)) < change.before
    weights: Array = np.where(old, abs(change.factor) * rows.weights, rows.weights)
    if change.factor > 0:
        return replace(rows, weights=weights)
    inputs = rows.inputs.copy()
    inputs[old, :-1] *= -1
    return replace(rows, inputs=inputs, weights=weights)


def _predicted(rows: Rows, prior: Prior, options: LearningOptions) -> Array:
    return leave_one_out(rows, prior, fit(rows, prior, options), options)

"""Has the user's taste changed? Looks for a moment after which the older evidence misleads about the newer.

NumPy only; a function of the evidence rows and nothing else, so an undone rating also undoes what it changed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from memory.learning import DEFAULTS, Prior, fit, leave_one_out

if TYPE_CHECKING:
    from memory.learning import Array, LearningOptions, Posterior, Rows

# How many of the newest rows may stand on the far side of a change, and how many must stand before it: a taste that is
# only being found out is not taken for one that was turned around. Fewer than so many would not say what is liked
# instead, where older evidence counts for nothing any more.
AFTER = (6, 8, 11, 15, 20, 30)
FEWEST_BEFORE, FEWEST_ALONE = 25, 11

# Variance of the prior here, as a share of the usual one. A taste told from some fifty clicks foresees single clicks
# too surely, so that a few surprises would look like a change. A sceptic's keeps only what many clicks agree on.
SCEPTICISM = 0.25

# What evidence from before a change still says: its opposite (the taste was turned around), or hardly anything.
REVERSED, FADED = -0.5, 0.1

# How much better than none a change must foresee the newest rows, in nats, to count as much as none: the price of
# having looked in many places, and of being wrong about a taste that is what it was.
PRICE_OF_REVERSAL, PRICE_OF_FADING = 2.4, 6.0

# No change at all where none counts at least this much: what one thumb moves is then explained by that thumb alone.
NONE_FROM = 0.5

# Only the newest rows are looked at: a change further back is the recency weights' business.
NEWEST = 150


@dataclass(frozen=True, slots=True)
class Change:
    """From row ``before`` backwards (exclusive), in the order of time, evidence counts ``factor`` times."""

    before: int = 0
    factor: float = 1.0


def find_change(rows: Rows, prior: Prior, options: LearningOptions = DEFAULTS) -> Change:
    """Weigh the changes that would explain the newest rows against none; return where, and what the older still say.

    ``rows`` are ordered by time. For each place, the rows before it foresee those after it, as they are and turned
    around; and those after it foresee each other. ``factor`` is the mean over all of these and over none, each by
    how well it foresees: where it is open whether taste has changed, older evidence counts less, and no thumb turns
    everything around at once. Sliders have no part in it: what thumbs alone said is what is turned around.
    """
    sceptical = Prior(np.zeros_like(prior.mean), SCEPTICISM * prior.covariance)
    count = len(rows.labels)
    first = max(count - NEWEST, 0)
    newest = rows.take(np.arange(first, count))
    gains, places, factors = [0.0], [0], [1.0]
    for after in AFTER:
        before = len(newest.labels) - after
        if before < FEWEST_BEFORE:
            break
        new = newest.take(np.arange(before, len(newest.labels)))
        old = fit(newest.take(np.arange(before)), sceptical, options)
        same = float(new.weights @ _foreseen(new, old, options))
        turned = float(new.weights @ _foreseen(apply_change(new, Change(after, -1.0)), old, options))
        gains.append(turned - same - PRICE_OF_REVERSAL)
        factors.append(REVERSED)
        if after >= FEWEST_ALONE:
            alone = leave_one_out(new, sceptical, fit(new, sceptical, options), options)
            gains.append(float(new.weights @ alone) - same - PRICE_OF_FADING)
            factors.append(FADED)
        places += [before] * (len(gains) - len(places))
    shares = np.exp(np.array(gains) - max(gains))
    shares /= shares.sum()
    if shares[0] >= NONE_FROM:
        return Change()
    place = places[1 + int(np.argmax(gains[1:]))]
    return Change(first + place, float(shares @ np.array(factors)))


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


def _foreseen(rows: Rows, known: Posterior, options: LearningOptions) -> Array:
    """Return log p of each label under ``known``: (n,), its uncertainty averaged over as in ``leave_one_out``."""
    variance = np.sum((rows.inputs @ known.covariance) * rows.inputs, axis=1)
    margin = rows.labels * rows.logits(known.mean) / np.sqrt(1 + np.pi * variance / 8)
    sure = 0.5 * (1 + np.tanh(0.5 * margin))
    return np.asarray(np.log(options.flip_rate + (1 - 2 * options.flip_rate) * sure))

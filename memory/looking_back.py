"""How learning went: each rating foreseen from what was known before it, and the weights as they were at the time.

A pure function of the evidence rows (prequential, Dawid 1984). It knows neither the database nor who looks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from memory.learning import DEFAULTS, make_prior, to_weight
from memory.taste import Taste

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from memory.evidence import EvidenceRows
    from memory.learning import Array, LearningOptions, Posterior

# How often everything is fitted anew at most, and how many ratings one point of the curve averages over.
MOST_POINTS = 32
FEWEST_AVERAGED, MOST_AVERAGED = 10, 200

_CENTRAL_80 = 1.2815515655446004
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Learning after ``ratings`` of them. Weights (K,) in slider units, ``low`` and ``high`` their central 80 %.

    ``foreseen``: share of the last ``averaged`` ratings that were foreseen; ``usual``: what always guessing the thumb
    that was more usual until then would have got. ``sources``: evidence since the point before; ``time``: seconds.
    """

    ratings: int
    time: float
    foreseen: float
    usual: float
    averaged: int
    mean: Array
    low: Array
    high: Array
    sources: tuple[str, ...]


def look_back(
    evidence: EvidenceRows,
    names: Sequence[str],
    *,
    most: int = MOST_POINTS,
    options: LearningOptions = DEFAULTS,
) -> tuple[Point, ...]:
    """Return at most ``most`` points, oldest first, from the ratings alone: no slider, no statement counts.

    A rating is one thumb or one comparison. Between two points it is foreseen by the fit at the first of them: the
    curve costs no more than so many fits, however long the history. How a reply compares with others to its question
    is told from all of them, as everywhere; labels are never looked at too early.
    """
    rated = np.flatnonzero(_is_rating(evidence))
    count = len(rated)
    right, usual = np.zeros(count), np.zeros(count)
    points: list[Point] = []
    sources: list[str] = []
    # Whether a thumb is up is what is foreseen; a comparison has no usual answer.
    up = (evidence.rows.labels[rated] > 0) & (evidence.rows.inputs[rated, -1] != 0)
    thumb = evidence.rows.inputs[rated, -1] != 0
    known: Posterior | None = None
    for begin, end in _blocks(count, most):
        block = rated[begin:end]
        right[begin:end] = _agreement(evidence.rows.labels[block], evidence, block, known)
        usual[begin:end] = _usual(up, thumb, begin, end)
        time = float(evidence.times[block[-1]])
        known = _fit_until(evidence, names, time, known, options)
        averaged = min(end, max(FEWEST_AVERAGED, min(MOST_AVERAGED, count // 5)))
        sources += [evidence.sources[row] for row in block]
        if end < min(count, FEWEST_AVERAGED):  # an average of so few would show chance
            continue
        points.append(
            Point(
                ratings=end,
                time=time,
                foreseen=float(right[end - averaged : end].mean()),
                usual=float(usual[end - averaged : end].mean()),
                averaged=averaged,
                **_weights(known, len(names)),
                sources=tuple(sources),
            )
        )
        sources = []
    return tuple(points)


def _is_rating(evidence: EvidenceRows) -> NDArray[np.bool_]:
    """Tell thumbs and comparisons from rows that only follow from them: reasons, and pairs that thumbs imply."""
    thumb = evidence.rows.inputs[:, -1] != 0
    by_thumb = {source for source, is_thumb in zip(evidence.sources, thumb, strict=True) if is_thumb}
    # A thumb's own row is the only one of its source with the bias in it.
    compared = np.array([source not in by_thumb for source in evidence.sources], dtype=bool)
    return np.asarray(thumb | compared)


def _blocks(count: int, most: int) -> Iterator[tuple[int, int]]:
    """Cut ``count`` ratings into at most ``most`` parts, the early ones shorter: there most is learned."""
    ends = np.unique(np.ceil(count * np.linspace(0, 1, most + 1) ** 2).astype(np.int64))
    yield from zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)


def _agreement(
    labels: Array, evidence: EvidenceRows, rows: NDArray[np.int64], known: Posterior | None
) -> Array:
    """Return 1 for a rating that was foreseen, 0 for one that was not, ½ where nothing was known: (n,)."""
    if known is None:
        return np.full(len(rows), 0.5)
    foreseen = np.sign(known.logit(evidence.rows.inputs[rows])) * labels
    return np.asarray(0.5 * (1 + foreseen))


def _usual(up: NDArray[np.bool_], thumb: NDArray[np.bool_], begin: int, end: int) -> Array:
    """Return what guessing the thumb that was more usual before ``begin`` gets: (end − begin,)."""
    before = int(thumb[:begin].sum())
    ups = int(up[:begin].sum())
    if 2 * ups == before:
        return np.full(end - begin, 0.5)
    return np.where(thumb[begin:end], up[begin:end] == (2 * ups > before), 0.5).astype(np.float64)


def _fit_until(
    evidence: EvidenceRows,
    names: Sequence[str],
    time: float,
    before: Posterior | None,
    options: LearningOptions,
) -> Posterior:
    """Return the taste everywhere as it was learned from all evidence until ``time``, as old as it was then."""
    some = evidence.rows.take(np.arange(int(np.searchsorted(evidence.times, time, side="right"))))
    younger = np.exp2((evidence.times[-1] - time) / _DAY / options.half_life_days)
    rows = replace(some, weights=some.weights * younger)
    start = None if before is None else before.start
    return Taste(rows, make_prior(names, options=options), start=start, options=options).everywhere


def _weights(posterior: Posterior, count: int) -> dict[str, Array]:
    mean, sd = posterior.mean[:count], posterior.sd[:count]
    return {
        name: np.array([to_weight(float(theta)) for theta in thetas])
        for name, thetas in (
            ("mean", mean),
            ("low", mean - _CENTRAL_80 * sd),
            ("high", mean + _CENTRAL_80 * sd),
        )
    }

"""The situations in which taste differs: a user's questions in groups, and what is liked in each beside everywhere.

NumPy and SciPy over question vectors and the taste by situation; it knows neither texts nor the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memory.context import DIRECTIONS, distinct, find_situations
from memory.learning import cautious_weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from memory.context import ContextualTaste
    from memory.learning import Array

# How many groups of questions there are at most, and how many questions make one.
MOST_GROUPS, FEWEST_MEMBERS = 5, 3

# Weights that guide answers differ between a situation and everywhere from here on; less can't be felt.
FELT_DIFFERENCE = 0.1

# A difference is sure where its central 80 % have one sign.
_CENTRAL_80 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind, as places in what was grouped. ``typical``: the one most like all of them."""

    members: tuple[int, ...]
    typical: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A weight that guides answers ``here`` and ``everywhere``. ``sure``: the evidence leaves the sign no doubt."""

    name: str
    here: float
    everywhere: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """A kind of question, ``typical`` for it, and how taste differs there, the largest difference first.

    ``questions``: ids of all that belong to it.
    """

    typical: str
    questions: tuple[str, ...]
    differences: tuple[Difference, ...]


def find_groups(vectors: NDArray[np.float32], directions: int = DIRECTIONS) -> tuple[Group, ...]:
    """Group distinct question ``vectors`` (m, d), the largest group first; none where they are too few or alike.

    Ward's clustering along the leading ``directions`` of the space of situations, cut where the mean silhouette
    (Rousseeuw 1987) is highest. Groups of fewer than ``FEWEST_MEMBERS`` are left out: nobody would recognise them.
    """
    situations = find_situations(vectors)
    if situations is None:
        return ()
    # Imported here: SciPy would hold up the window's start.
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist, squareform

    placed = situations.coordinates(vectors, directions)
    between = pdist(placed)
    tree, distances = linkage(placed, "ward"), squareform(between)
    cuts = [fcluster(tree, count, "maxclust") for count in range(2, min(MOST_GROUPS, len(vectors) - 1) + 1)]
    best = max(cuts, key=lambda cut: _silhouette(distances, cut), default=None)
    if best is None or len(np.unique(best)) < 2:
        return ()
    parts = [np.flatnonzero(best == number) for number in np.unique(best)]
    groups = [
        Group(tuple(part.tolist()), int(part[np.argmax(vectors[part] @ vectors[part].mean(axis=0))]))
        for part in parts
        if len(part) >= FEWEST_MEMBERS
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.members), group.members)))


def find_differences(
    taste: ContextualTaste,
    vector: NDArray[np.float32],
    names: Sequence[str],
    settings: Mapping[str, float],
) -> tuple[Difference, ...]:
    """Say how the weights that guide differ for a question ``vector`` (d,), the largest difference first.

    ``settings``: where the user put sliders. Only what can be felt is told, so none is an answer, too.
    """
    here, everywhere = taste.at(vector), taste.everywhere
    apart = taste.deviation(vector)
    found = []
    for column, name in enumerate(names):
        there, general = (
            cautious_weight(float(of.mean[column]), float(of.sd[column]), settings.get(name))
            for of in (here, everywhere)
        )
        if abs(there - general) >= FELT_DIFFERENCE:
            sure = abs(apart.mean[column]) > _CENTRAL_80 * apart.sd[column]
            found.append(Difference(name, there, general, bool(sure)))
    return tuple(sorted(found, key=lambda d: (-abs(d.here - d.everywhere), d.name)))


def find_taste_by_situation(
    questions: Sequence[str],
    vectors: NDArray[np.float32],
    taste: ContextualTaste | None,
    names: Sequence[str],
    settings: Mapping[str, float],
) -> tuple[Situation, ...]:
    """Return the situations in which taste differs: none where the evidence says that it is one everywhere.

    ``questions`` (n,) and ``vectors`` (n, d) belong to the evidence rows, a zero vector to an unknown question.
    """
    if taste is None:
        return ()
    known = np.flatnonzero(np.any(vectors != 0, axis=1))
    known = known[distinct([questions[int(row)] for row in known])]
    # Only along the directions in which taste differs: other kinds of kinds are none of its business.
    directions = max((view.pooling.directions for view in taste.views), default=0)
    found = []
    for group in find_groups(vectors[known], directions) if directions else ():
        differences = find_differences(taste, vectors[known[group.typical]], names, settings)
        if differences:
            ids = tuple(questions[int(known[member])] for member in group.members)
            found.append(Situation(questions[int(known[group.typical])], ids, differences))
    return tuple(found)


def _silhouette(distances: Array, cut: NDArray[np.int32]) -> float:
    """Mean over the points of (b − a)/max(a, b): a, the mean distance within its group, b, to the nearest other."""
    numbers = np.unique(cut)
    if len(numbers) < 2:
        return -1.0
    inside = cut[:, None] == numbers  # (m, groups)
    sizes = inside.sum(axis=0)
    sums = distances @ inside
    own = inside.argmax(axis=1)
    rows = np.arange(len(cut))
    within = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    to_others = sums / sizes
    to_others[rows, own] = np.inf
    nearest = to_others.min(axis=1)
    scores = (nearest - within) / np.maximum(np.maximum(within, nearest), 1e-12)
    return float(np.where(sizes[own] == 1, 0.0, scores).mean())

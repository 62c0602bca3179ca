"""From points and wins to figures: means over resamples with 95 % intervals, as tables of Markdown.

Pure functions. It knows neither memory nor engine, and draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.simulated.tastes import USERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.simulated.ratings import Point
    from app.simulated.wins import Win


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over n independent values, with the half-width of its 95 % interval; NaN where there is none."""

    value: float
    half: float
    n: int

    def percent(self) -> str:
        """Write it in percent."""
        return "–" if self.n == 0 else f"{100 * self.value:.0f} ± {100 * self.half:.0f}"


def mean_of(values: Sequence[float]) -> Mean:
    """Average what is a number."""
    known = np.array([value for value in values if not np.isnan(value)])
    if not len(known):
        return Mean(float("nan"), float("nan"), 0)
    half = 1.96 * float(known.std(ddof=1)) / len(known) ** 0.5 if len(known) > 1 else float("nan")
    return Mean(float(known.mean()), half, len(known))


def at(
    points: Sequence[Point],
    user: str,
    thumbs: int,
    value: Callable[[Point], float] = lambda point: point.here,
) -> Mean:
    """Average ``value`` over the resamples of one user after so many thumbs."""
    return mean_of([value(point) for point in points if (point.user, point.thumbs) == (user, thumbs)])


def recovered(points: Sequence[Point], user: str) -> list[tuple[int, Mean]]:
    """Accuracy for the new taste as a share of that for the old one before it changed, by thumbs since."""
    own = [point for point in points if point.user == user]
    last = max((point.thumbs for point in own if not point.later), default=0)
    before = at(points, user, last).value
    return [
        (later, mean_of([p.here / before for p in own if p.later == later]))
        for later in sorted({point.later for point in own} - {0})
    ]


def win_rate(wins: Sequence[Win], user: str | None, thumbs: int) -> Mean:
    """Share of guided answers that the user likes better than the unguided one, a draw being half.

    ``None``: of all users' together.
    """
    return mean_of([win.won for win in wins if win.thumbs == thumbs and user in (None, win.user)])


def tables(points: Sequence[Point], wins: Sequence[Win]) -> str:
    """Return every figure as Markdown."""
    users = [user for user in USERS if any(point.user == user.name for point in points)]
    counts = sorted({point.thumbs for point in points if not point.later})
    most = counts[-1]
    parts = [
        _table(
            ["user", "kind", *map(str, counts)],
            [
                [user.name, user.kind, *(at(points, user.name, count).percent() for count in counts)]
                for user in users
                if user.likes
            ],
            "Preferred reply of a held-out pair foreseen, in percent, by number of thumbs:",
        ),
        _table(
            ["user", "kind", "one taste", "taste by situation", "gain"],
            [
                [
                    user.name,
                    user.kind,
                    at(points, user.name, most, lambda point: point.everywhere).percent(),
                    at(points, user.name, most).percent(),
                    at(points, user.name, most, lambda point: point.here - point.everywhere).percent(),
                ]
                for user in users
                if user.likes
            ],
            f"Contextual against global, after {most} thumbs, in percent and points:",
        ),
    ]
    changing = [(user, recovered(points, user.name)) for user in users if user.later is not None]
    if changing:
        parts.append(
            _table(
                ["user", *(str(later) for later, _ in changing[0][1])],
                [[user.name, *(share.percent() for _, share in found)] for user, found in changing],
                "A taste reversed: accuracy for it in percent of that for the old one before, by thumbs since:",
            )
        )
    calm = [user for user in users if not user.likes]
    if calm:
        parts.append(
            _table(
                ["user", *map(str, counts[1:])],
                [
                    [
                        user.name,
                        *(at(points, user.name, n, lambda point: point.within).percent() for n in counts[1:]),
                    ]
                    for user in calm
                ],
                "Thumbs without a taste: weights whose 80 % interval holds 0, in percent, by thumbs:",
            )
        )
    if wins:
        guided = sorted({win.thumbs for win in wins})
        names = list(dict.fromkeys(win.user for win in wins))
        parts.append(
            _table(
                ["user", *map(str, guided)],
                [
                    [name or "all", *(win_rate(wins, name, n).percent() for n in guided)]
                    for name in (*names, None)
                ],
                "Guided answers preferred over the unguided one at the same seed, in percent, by thumbs:",
            )
        )
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> str:
    lines = [title, "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])

"""Draws the figures as SVG that reads on light and dark pages alike. Needs matplotlib, imported here alone.

It computes nothing: ``figures`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.simulated.figures import at, recovered, win_rate
from app.simulated.tastes import USERS
from app.user_messages import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.simulated.figures import Mean
    from app.simulated.ratings import Point
    from app.simulated.wins import Win

_INK: Final = "#7f8790"  # has contrast enough on white and on near-black
_COLOURS: Final = (
    "#2a9d8f", "#e07a3f", "#7b6fd0", "#d1495b", "#4a90c4", "#a0932c", "#b565a7", "#5b9a4f", "#8a5a44", "#6d7f8c",
)  # fmt: skip
_STYLE: Final = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _INK,
    "grid.alpha": 0.25,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "text.color": _INK,
    "legend.labelcolor": _INK,
    "legend.frameon": False,
    "font.size": 10,
    "svg.hashsalt": "attune",
}


def draw(points: Sequence[Point], wins: Sequence[Win], folder: Path) -> list[Path]:
    """Write the plots into ``folder`` and return them. Raises ``UsageError`` without matplotlib."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError(
            "Plots need matplotlib, which is not installed.", "Install it with: pip install matplotlib"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    paints: dict[str, Callable[[Any], bool]] = {
        "users-accuracy": lambda axes: _accuracy(axes, points),
        "users-context": lambda axes: _context(axes, points),
        "users-reversal": lambda axes: _reversal(axes, points),
        "users-wins": lambda axes: _wins(axes, wins),
    }
    with mpl.rc_context(_STYLE):
        for name, paint in paints.items():
            figure = Figure(figsize=(7.6, 3.8), layout="constrained")
            if paint(figure.add_subplot()):
                path = folder / f"{name}.svg"
                figure.savefig(path, metadata={"Date": None})
                drawn.append(path)
    return drawn


def _accuracy(axes: Any, points: Sequence[Point]) -> bool:
    counts = sorted({point.thumbs for point in points if not point.later})
    users = [u for u in USERS if u.likes and any(point.user == u.name for point in points)]
    for user, colour in zip(users, _COLOURS, strict=False):
        # Ten bands over each other would hide the lines; the table has the intervals.
        _line(axes, counts, [at(points, user.name, count) for count in counts], user.name, colour)
    axes.axhline(50, color=_INK, linewidth=1, linestyle=(0, (2, 3)))
    axes.set(xlabel="thumbs", ylabel="held-out pairs foreseen, %")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8.5)
    return bool(users)


def _context(axes: Any, points: Sequence[Point]) -> bool:
    most = max((point.thumbs for point in points if not point.later), default=0)
    users = [u for u in USERS if u.likes and any(point.user == u.name for point in points)]
    for offset, (label, colour) in enumerate((("one taste", _INK), ("taste by situation", _COLOURS[0]))):
        means = [
            at(points, u.name, most, (lambda p: p.here) if offset else (lambda p: p.everywhere))
            for u in users
        ]
        axes.errorbar(
            [100 * mean.value for mean in means],
            [row + 0.26 * offset for row in range(len(users))],
            xerr=[100 * mean.half for mean in means],
            fmt="o",
            markersize=6,
            linewidth=1.6,
            color=colour,
            label=label,
        )
    axes.set_yticks([row + 0.13 for row in range(len(users))], [u.name for u in users])
    axes.invert_yaxis()
    axes.axvline(50, color=_INK, linewidth=1, linestyle=(0, (2, 3)))
    axes.set(xlabel=f"held-out pairs foreseen after {most} thumbs, %")
    axes.grid(visible=False, axis="y")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8.5)
    return bool(users)


def _reversal(axes: Any, points: Sequence[Point]) -> bool:
    users = [u for u in USERS if u.later is not None and any(point.user == u.name for point in points)]
    for user, colour in zip(users, _COLOURS, strict=False):
        found = recovered(points, user.name)
        _band(axes, [later for later, _ in found], [share for _, share in found], user.name, colour)
    axes.axhline(90, color=_INK, linewidth=1, linestyle=(0, (2, 3)))
    axes.set(xlabel="thumbs since the change of mind", ylabel="accuracy, % of before")
    axes.legend(loc="lower right", fontsize=8.5)
    return bool(users)


def _wins(axes: Any, wins: Sequence[Win]) -> bool:
    if not wins:
        return False
    counts = sorted({win.thumbs for win in wins})
    for name, colour in zip(dict.fromkeys(win.user for win in wins), _COLOURS, strict=False):
        _line(axes, counts, [win_rate(wins, name, count) for count in counts], name, colour, width=1)
    _band(axes, counts, [win_rate(wins, None, count) for count in counts], "all", _INK)
    axes.axhline(50, color=_INK, linewidth=1, linestyle=(0, (2, 3)))
    axes.set(xlabel="thumbs", ylabel="guided answer preferred, %", ylim=(0, 100))
    axes.set_xticks(counts)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8.5)
    return True


def _line(
    axes: Any, x: Sequence[int], means: Sequence[Mean], label: str, colour: str, width: float = 2
) -> None:
    values = [100 * mean.value for mean in means]
    axes.plot(x, values, color=colour, linewidth=width, marker="o", markersize=2 * width, label=label)


def _band(axes: Any, x: Sequence[int], means: Sequence[Mean], label: str, colour: str) -> None:
    _line(axes, x, means, label, colour)
    low = [100 * (mean.value - mean.half) for mean in means]
    high = [100 * (mean.value + mean.half) for mean in means]
    axes.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)

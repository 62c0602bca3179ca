"""What a measurement of steering says, as tables: pure functions of its replies."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import page_trend_test

from engine.calibration.checkers import CHECKERS
from engine.calibration.steering import WEIGHTS, Cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from engine.calibration.steering import How, Reply


_CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Effect:
    """One cell against unguided, over n prompts.

    ``mean`` and its 95 % half-width ``interval`` are in the checker's unit, signed toward the positive pole;
    ``standardised`` divides by the checker's spread over all replies measured for the principle. ``fluency`` is
    the change of the mean base log-probability, in nats a token. ``moved``: the difference for every prompt, from the
    mean of its unguided replies; ``still``: that of the first of these itself.
    """

    cell: Cell
    mean: float
    interval: float
    standardised: float
    fluency: float
    n: int
    moved: Mapping[str, float] = field(default_factory=dict, repr=False)
    still: Mapping[str, float] = field(default_factory=dict, repr=False)


def effects(replies: Sequence[Reply]) -> list[Effect]:
    """Return every cell's effect, from paired differences to the unguided replies to the same prompt."""
    every: dict[str, dict[str, list[Reply]]] = defaultdict(lambda: defaultdict(list))
    by_cell: dict[Cell, list[Reply]] = defaultdict(list)
    for reply in sorted(replies, key=lambda reply: reply.cell.draw):
        if reply.cell.how == "unguided":
            every[reply.cell.principle][reply.prompt].append(reply)
        else:
            by_cell[reply.cell].append(reply)
    found = []
    for name in dict.fromkeys(cell.principle for cell in by_cell):
        check = CHECKERS[name]
        zeros = name if name in every else ""
        unguided = every[zeros]
        fluency = {prompt: float(np.mean([r.logprob for r in drawn])) for prompt, drawn in unguided.items()}
        counted = [r for r in replies if r.cell.principle == (zeros if r.cell.how == "unguided" else name)]
        spread = float(np.std([check(r.text) for r in counted])) or 1.0
        drawn = {prompt: [check(r.text) for r in own] for prompt, own in unguided.items()}
        zero = {prompt: float(np.mean(counts)) for prompt, counts in drawn.items()}
        for cell, all_own in by_cell.items():
            own = [r for r in all_own if r.prompt in zero]
            if cell.principle != name or not own:
                continue
            moved = {r.prompt: check(r.text) - zero[r.prompt] for r in own}
            mean = float(np.mean(list(moved.values())))
            found.append(
                Effect(
                    cell,
                    mean,
                    _half_width(list(moved.values())),
                    mean / spread,
                    float(np.mean([r.logprob - fluency[r.prompt] for r in own])),
                    len(moved),
                    moved,
                    {prompt: drawn[prompt][0] - zero[prompt] for prompt in moved},
                )
            )
    return found


def _half_width(differences: Sequence[float] | NDArray[np.float64]) -> float:
    """Return half the 95 % interval of paired differences."""
    values = np.asarray(differences)
    return 1.96 * float(values.std(ddof=1)) / float(np.sqrt(len(values))) if len(values) > 1 else float("nan")


@dataclass(frozen=True, slots=True)
class _Order:
    """How the effects of rising weights, unguided among them, are ordered over the same prompts.

    ``exact``: every mean is at least the one before. ``unbroken``: none falls below the one before by more than the
    95 % interval of their paired difference. ``rising``: and the order is no chance, by Page's test for ordered
    alternatives over prompts at p < 0.01 (Page, JASA 1963). That can be said where steps are smaller than the noise
    of their means.
    """

    exact: bool
    rising: bool
    unbroken: bool


def _order(ladder: Sequence[Effect]) -> _Order:
    prompts = [prompt for prompt in ladder[0].moved if all(prompt in effect.moved for effect in ladder)]
    steps = [np.array([effect.moved[prompt] for prompt in prompts]) for effect in ladder]
    # Page's test asks for values that are alike where there is no order: one unguided reply, not several's mean.
    one = np.array([ladder[0].still[prompt] for prompt in prompts])
    columns = np.column_stack([*steps[: len(steps) // 2], one, *steps[len(steps) // 2 :]])
    steps.insert(len(steps) // 2, np.zeros(len(prompts)))  # unguided
    risen = [high - low for low, high in itertools.pairwise(steps)]
    exact = all(float(step.mean()) >= -1e-9 for step in risen)
    unbroken = not any(float(step.mean()) + _half_width(step) < -1e-9 for step in risen)
    moved = columns.any()  # nothing that stays where it is has an order
    chance = float(page_trend_test(columns, method="asymptotic").pvalue) if moved else 1.0
    return _Order(exact, unbroken and chance < _CHANCE, unbroken)


def named(replies: Sequence[Reply]) -> dict[str, float]:
    """Return, per principle, the share of replies written under a pole whose feature has that pole's sign.

    No reply is compared with another: the feature is centred on the model's own candidates alone.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    for reply in replies:
        if reply.feature is not None:
            hits[reply.cell.principle].append(reply.feature * reply.cell.weight > 0)
    return {name: float(np.mean(found)) for name, found in hits.items()}


def told_apart(replies: Sequence[Reply]) -> dict[str, float]:
    """Return, per principle, how often of two replies to one prompt the feature tells which pole each is written under.

    That is what preference pairs rest on, and it needs no zero that lies halfway between the poles.
    """
    by_pole: dict[tuple[str, str], dict[float, float]] = defaultdict(dict)
    for reply in replies:
        if reply.feature is not None:
            by_pole[reply.cell.principle, reply.prompt][reply.cell.weight] = reply.feature
    hits: dict[str, list[bool]] = defaultdict(list)
    for (name, _), found in by_pole.items():
        if len(found) > 1:
            hits[name].append(found[1.0] > found[-1.0])
    return {name: float(np.mean(found)) for name, found in hits.items()}


def naming(shares: dict[str, float], apart: dict[str, float]) -> str:
    """Return what ``named`` and ``told_apart`` found as sentences, or nothing where they found nothing."""
    if not shares:
        return ""
    return (
        f"The sign of the head's feature names the pole of a reply written under it in {_each(shares)}. "
        f"Of two replies to one prompt, under either pole, the feature tells which is which in {_each(apart)}."
    )


def _each(shares: dict[str, float]) -> str:
    each = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return f"{float(np.mean(list(shares.values()))):.0%} ({each})"


def table(found: Sequence[Effect]) -> str:
    """Return the effects as a Markdown table, one row per principle and way, and a summary per way."""
    by_cell = {e.cell: e for e in found}
    names = list(dict.fromkeys(e.cell.principle for e in found))
    hows = list(dict.fromkeys(e.cell.how for e in found))
    lines = [
        "| principle | by | −1 | −½ | ½ | 1 | fluency −1 / 1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in names:
        for how in hows:
            row = [by_cell.get(Cell(name, w, how)) for w in WEIGHTS]
            shown = ["" if e is None else f"{e.mean:+.2f} ± {e.interval:.2f}" for e in row]
            ends = [by_cell.get(Cell(name, w, how)) for w in (-1.0, 1.0)]
            fluency = " / ".join("" if e is None else f"{e.fluency:+.2f}" for e in ends)
            lines.append(f"| {name} | {how} | {' | '.join(shown)} | {fluency} |")
    lines += [
        "",
        "| by | prompts | standardised effect, end to end | fluency lost, nats a token | effect per nat | monotone "
        "| rising beyond chance | no step down beyond chance | stronger than the prompt |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    prompted = _spans(by_cell, names, "prompt")
    for how in hows:
        spans, losses, orders = _spans(by_cell, names, how), [], []
        for name in spans:
            low, high = by_cell[Cell(name, -1.0, how)], by_cell[Cell(name, 1.0, how)]
            losses.append(-(low.fluency + high.fluency) / 2)
            ladder = [e for w in WEIGHTS if (e := by_cell.get(Cell(name, w, how))) is not None]
            orders.append(_order(ladder))
        lost = float(np.mean(losses))
        span = float(np.mean(list(spans.values())))
        per_nat = f"{span / lost:.2f}" if lost > 0.01 else "–"
        both = [name for name in spans if name in prompted]
        stronger = f"{sum(spans[n] > prompted[n] for n in both)} of {len(both)}" if how != "prompt" else ""
        counts = (
            sum(order.exact for order in orders),
            sum(order.rising for order in orders),
            sum(order.unbroken for order in orders),
        )
        shown = [f"{count} of {len(orders)}" for count in counts]
        prompts = max(e.n for e in found if e.cell.how == how)
        lines.append(
            f"| {how} | {prompts} | {span:.2f} | {lost:.3f} | {per_nat} | {' | '.join(shown)} | {stronger} |"
        )
    return "\n".join(lines)


def _spans(by_cell: Mapping[Cell, Effect], names: Sequence[str], how: How) -> dict[str, float]:
    """Return each principle's standardised effect from one end of the slider to the other."""
    ends = {name: (by_cell.get(Cell(name, -1.0, how)), by_cell.get(Cell(name, 1.0, how))) for name in names}
    return {
        name: high.standardised - low.standardised
        for name, (low, high) in ends.items()
        if low is not None and high is not None
    }

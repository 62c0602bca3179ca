"""What a measurement of steering says, as tables: pure functions of its replies."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.checkers import CHECKERS
from engine.calibration.steering import WEIGHTS, Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.calibration.steering import How, Reply


@dataclass(frozen=True, slots=True)
class Effect:
    """One cell against unguided, over n prompts.

    ``mean`` and its 95 % half-width ``interval`` are in the checker's unit, signed toward the positive pole;
    ``standardised`` divides by the checker's spread over all replies measured for the principle. ``fluency`` is
    the change of the mean base log-probability, in nats a token. ``moved``: the difference for every prompt.
    """

    cell: Cell
    mean: float
    interval: float
    standardised: float
    fluency: float
    n: int
    moved: Mapping[str, float] = field(default_factory=dict, repr=False)


def effects(replies: Sequence[Reply]) -> list[Effect]:
    """Return every cell's effect, from paired differences to the unguided reply to the same prompt."""
    unguided = {r.prompt: r for r in replies if r.cell.how == "unguided"}
    by_cell: dict[Cell, list[Reply]] = defaultdict(list)
    for reply in replies:
        if reply.cell.how != "unguided" and reply.prompt in unguided:
            by_cell[reply.cell].append(reply)
    spread = {}
    for name in {cell.principle for cell in by_cell}:
        own = [r.text for r in replies if r.cell.principle in (name, "")]
        spread[name] = float(np.std([CHECKERS[name](text) for text in own])) or 1.0
    found = []
    for cell, own_replies in by_cell.items():
        check = CHECKERS[cell.principle]
        moved = np.array([check(r.text) - check(unguided[r.prompt].text) for r in own_replies])
        lost = np.array([r.logprob - unguided[r.prompt].logprob for r in own_replies])
        mean = float(moved.mean())
        by_prompt = dict(zip((r.prompt for r in own_replies), moved.tolist(), strict=True))
        found.append(
            Effect(
                cell,
                mean,
                _half_width(moved),
                mean / spread[cell.principle],
                float(lost.mean()),
                len(moved),
                by_prompt,
            )
        )
    return found


def _half_width(differences: Sequence[float] | NDArray[np.float64]) -> float:
    """Return half the 95 % interval of paired differences."""
    values = np.asarray(differences)
    return 1.96 * float(values.std(ddof=1)) / float(np.sqrt(len(values))) if len(values) > 1 else float("nan")


def _in_order(ladder: Sequence[Effect], prompts: Iterable[str]) -> tuple[bool, bool]:
    """Tell of the effects of rising weights, unguided among them, whether they rise: as they are, and within chance.

    Within chance no weight is beaten by the next lower one by more than the 95 % interval of their paired difference.
    """
    steps: list[Mapping[str, float]] = [effect.moved for effect in ladder]
    steps.insert(len(steps) // 2, dict.fromkeys(prompts, 0.0))  # unguided
    exact = within = True
    for low, high in itertools.pairwise(steps):
        risen = [high[prompt] - low[prompt] for prompt in high if prompt in low]
        mean = float(np.mean(risen))
        exact &= mean >= -1e-9
        within &= not mean + _half_width(risen) < -1e-9
    return exact, within


def named(replies: Sequence[Reply]) -> dict[str, float]:
    """Return, per principle, the share of replies written under a pole whose feature has that pole's sign.

    No reply is compared with another: the feature is centred on the model's own candidates alone.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    for reply in replies:
        if reply.feature is not None:
            hits[reply.cell.principle].append(reply.feature * reply.cell.weight > 0)
    return {name: float(np.mean(found)) for name, found in hits.items()}


def naming(shares: dict[str, float]) -> str:
    """Return what ``named`` found as a sentence, or nothing where it found nothing."""
    if not shares:
        return ""
    each = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    mean = float(np.mean(list(shares.values())))
    return f"The sign of the head's feature names the pole of a reply written under it in {mean:.0%}: {each}."


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
        "| by | standardised effect, end to end | fluency lost, nats a token | effect per nat | monotone "
        "| monotone within chance | stronger than the prompt |",
        "|---|---|---|---|---|---|---|",
    ]
    prompted = _spans(by_cell, names, "prompt")
    for how in hows:
        spans, losses, orders = _spans(by_cell, names, how), [], []
        for name in spans:
            low, high = by_cell[Cell(name, -1.0, how)], by_cell[Cell(name, 1.0, how)]
            losses.append(-(low.fluency + high.fluency) / 2)
            ladder = [e for w in WEIGHTS if (e := by_cell.get(Cell(name, w, how))) is not None]
            orders.append(_in_order(ladder, low.moved))
        exact, within = (sum(order) for order in zip(*orders, strict=True))
        lost = float(np.mean(losses))
        span = float(np.mean(list(spans.values())))
        per_nat = f"{span / lost:.2f}" if lost > 0.01 else "–"
        both = [name for name in spans if name in prompted]
        stronger = f"{sum(spans[n] > prompted[n] for n in both)} of {len(both)}" if how != "prompt" else ""
        lines.append(
            f"| {how} | {span:.2f} | {lost:.3f} | {per_nat} | {exact} of {len(spans)} | {within} of {len(spans)} "
            f"| {stronger} |"
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

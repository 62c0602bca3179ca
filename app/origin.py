"""Where what guides a reply comes from: the user's hand, their words, their thumbs, a persona. Pure functions.

Kept with the reply as plain JSON, because sliders, words and thumbs change while the reply stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.prompting import AnswerOptions
    from engine.protocol import Loaded
    from memory.records import Persona, Preferences, ReplyTrace, Statement

Source: TypeAlias = Literal["set", "said", "asked", "learned", "unknown"]


@dataclass(frozen=True, slots=True)
class WeightOrigin:
    """One weight that guided a reply. ``start``: where the user's hand or words had put it before thumbs moved it."""

    name: str
    weight: float
    source: Source
    start: float = 0.0


def origin_of(
    weights: Mapping[str, float],
    preferences: Preferences,
    statements: Iterable[Statement],
    options: AnswerOptions,
    persona: Persona | None,
    loaded: Loaded | None,
    said: int,
) -> dict[str, Any]:
    """Return what a reply's trace keeps of it.

    ``weights``: those that guide, by tokens or in words. ``statements``: all the user's words that hold.
    ``options``: what was asked for with this question, before the persona was. ``said``: how many statements went
    along.
    """
    hands = {w.name: w.setting for w in preferences.weights if w.setting is not None}
    words = {s.principle: s.value for s in statements if s.principle and s.value is not None}

    def source(name: str) -> dict[str, float]:
        if options.weights is not None:
            return {"asked": options.weights[name]}
        if name in hands:
            return {"set": hands[name]}
        return {"said": words[name]} if name in words else {}

    by_persona = options.strength is None and persona is not None and persona.strength is not None
    return {
        "evidence": 0 if options.weights is not None else preferences.evidence,
        "strength": "asked" if options.strength is not None else "persona" if by_persona else "set",
        "head": loaded.head_version if loaded else "",
        "said": said,
        "weights": {name: {"weight": weight, **source(name)} for name, weight in weights.items()},
    }


def weight_origins(trace: ReplyTrace) -> tuple[WeightOrigin, ...]:
    """Return the weights that guided a reply and where each came from, strongest first."""
    kept: Mapping[str, Mapping[str, float]] = trace.origin.get("weights", {})
    found = {name: _read(name, weight, kept.get(name)) for name, weight in trace.weights.items()}
    for name, row in kept.items():  # those that acted in words alone
        found.setdefault(name, _read(name, row["weight"], row))
    return tuple(sorted(found.values(), key=lambda origin: -abs(origin.weight)))


def _read(name: str, weight: float, row: Mapping[str, float] | None) -> WeightOrigin:
    if row is None:
        return WeightOrigin(name, weight, "unknown")
    sources: tuple[Source, ...] = ("asked", "set", "said")
    source = next((s for s in sources if s in row), None)
    return WeightOrigin(name, weight, source or "learned", row[source] if source else 0.0)

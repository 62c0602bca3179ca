"""What guided a reply, in words: how strongly, where each weight came from, and what made it.

Shared by window and terminal. Knows a reply's trace alone, as it was kept with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.language import mark, number, plural, tr
from app.wording import strength_word

if TYPE_CHECKING:
    from app.origin import WeightOrigin
    from memory.records import ReplyTrace

# Below this a weight stands where the user put it.
_UNMOVED: Final = 0.01
_STRENGTHS: Final = {
    "asked": mark("asked for with this question"),
    "persona": mark("from the persona “{persona}”"),
    "set": mark("as set in the preferences"),
}


def strength_line(trace: ReplyTrace) -> str:
    """Say how strongly a reply was guided, and who said so."""
    word = tr("{word} (β = {beta})", word=strength_word(trace.strength), beta=number(trace.strength, 2))
    source = _STRENGTHS.get(trace.origin.get("strength", ""))
    return f"{word}, {tr(source, persona=trace.persona)}" if source else word


def origin_line(origin: WeightOrigin, evidence: int) -> str:
    """Say where a weight came from. ``evidence``: how many rated answers there were."""
    ratings = plural("1 rated answer", "{n} rated answers", evidence)
    if origin.source == "asked":
        return tr("Asked for with this question")
    if origin.source == "unknown":
        return tr("Where it came from was not kept")
    if origin.source == "learned":
        return tr("Learned from {ratings}", ratings=ratings)
    start = number(abs(origin.start), 2)
    by_hand = tr("Set by you, at {start}", start=start)
    in_words = tr("From what you said, at {start}", start=start)
    begun = by_hand if origin.source == "set" else in_words
    if not evidence or abs(origin.weight - origin.start) < _UNMOVED:
        return begun
    return tr("{begun}, moved by {ratings}", begun=begun, ratings=ratings)


def made_with(trace: ReplyTrace) -> str:
    """Say which model, reward, numbers and conversation made a reply."""
    rewards = {
        "head": tr("guided word by word by its tuning"),
        "teacher": tr("guided word by word by reading itself"),
    }
    lines = [trace.model_name, rewards.get(trace.reward, tr("not guided word by word"))]
    if head := trace.origin.get("head"):
        lines.append(tr("tuning {version}", version=head))
    lines.append(tr("random numbers from seed {seed}", seed=trace.seed))
    if "temperature" in trace.sampling:
        lines.append(tr("temperature {value}", value=number(trace.sampling["temperature"], 2)))
    if trace.dropped_messages:
        lines.append(
            plural(
                "the oldest message did not fit its memory",
                "the {n} oldest messages did not fit its memory",
                trace.dropped_messages,
            )
        )
    return "; ".join(lines)

"""Weights and shifts in plain words: what a reply was tilted by, what a thumb changed, how strong is strong.

Shared by window and terminal. Knows nothing of where the numbers come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.language import mark, told, tr
from memory import reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.answers import Rated
    from engine.principles import Principle
    from memory.records import Statement

# A weight in use below this can't be felt in a reply, so it is not worth a word.
FELT: Final = 0.02
_LEVELS: Final = (
    (mark("{pole}, slightly"), 0.0),
    (mark("{pole}, clearly"), 0.34),
    (mark("{pole}, strongly"), 0.67),
)
_STRENGTHS: Final = ((mark("Off"), 0.0), (mark("Subtle"), 0.75), (mark("Clear"), 1.35), (mark("Strong"), 2.0))
# Comparatives of the built-in poles; a principle of the user's own becomes "more …".
MORE: Final = {
    "Simple": "simpler",
    "Warm": "warmer",
    "Plain": "plainer",
    "Structured with headings": "more headings",
    "Straight answer": "straighter to the point",
    "Asks back": "more questions back",
    "Never asks": "fewer questions back",
}
# How much of a statement one quiet line repeats, in characters.
LONGEST_USED: Final = 48
# What a user can say about why an answer was bad, in the order it is offered.
REASON_WORDS: Final = {
    reasons.TOO_LONG: mark("Too long"),
    reasons.TOO_SHORT: mark("Too short"),
    reasons.TOO_TECHNICAL: mark("Too technical"),
    reasons.TOO_SIMPLE: mark("Too simple"),
    reasons.WRONG_TONE: mark("Wrong tone"),
    reasons.NOT_TRUE: mark("Not true"),
}


@dataclass(frozen=True, slots=True)
class Tilt:
    """One thing a reply was tilted toward: a pole's label, and how strongly from 1 to 3."""

    label: str
    level: int

    @property
    def dots(self) -> str:
        """The level as filled dots."""
        return "●" * self.level

    @property
    def spoken(self) -> str:
        """The level in words, for screen readers and the terminal."""
        return tr(_LEVELS[self.level - 1][0], pole=self.label)


def tilts(
    weights: Iterable[tuple[str, float]], strength: float, principles: Mapping[str, Principle]
) -> tuple[Tilt, ...]:
    """Say what ``weights`` at guidance strength β = ``strength`` tilt a reply toward, strongest first."""
    felt = [(name, w * strength) for name, w in weights if name in principles and abs(w * strength) >= FELT]
    felt.sort(key=lambda pair: -abs(pair[1]))
    return tuple(Tilt(told(principles[name].pole(w).label.lower()), _level(w)) for name, w in felt)


def strength_word(strength: float) -> str:
    """Return the plain word for β: *Off*, *Subtle*, *Clear* or *Strong*."""
    return tr(next((word for word, top in _STRENGTHS if strength <= top), _STRENGTHS[-1][0]))


def shift_words(
    shifts: Iterable[tuple[str, float]], principles: Mapping[str, Principle], most: int = 3
) -> str:
    """Return the largest changes of weights as words, such as *more concise, simpler*; empty if none is felt."""
    felt = [(name, s) for name, s in shifts if name in principles and abs(s) >= FELT]
    felt.sort(key=lambda pair: -abs(pair[1]))
    return ", ".join(_more(principles[name].pole(shift).label) for name, shift in felt[:most])


def rated_line(rated: Rated, principles: Mapping[str, Principle]) -> str:
    """Say what a thumb or its undo did, in one sentence or two."""
    words = shift_words(rated.shifts, principles)
    if rated.compared:
        return _compared_line(rated, words)
    if rated.edited:
        if not words:
            return tr("Your version is kept. It agrees with what Attune already does.")
        return tr("Attune learned from what you changed. Future answers like this: {words}.", words=words)
    if rated.feedback is None:
        return tr("Taken back. Answers are as if you had never rated this one.")
    if reasons.NOT_TRUE in rated.feedback.reasons:
        return tr("Saved on this computer. That is about facts, so your taste stays as it is.")
    if rated.strength == 0:
        return tr("Saved on this computer. While the strength is Off, answers stay as they are.")
    if not rated.learned:
        return tr("Saved on this computer. Attune will learn from it as soon as it has reread this answer.")
    if not words:
        return tr("Saved on this computer. One more vote for what Attune already does.")
    return tr("Saved on this computer. Future answers like this: {words}.", words=words)


def _compared_line(rated: Rated, words: str) -> str:
    if rated.strength == 0:
        return tr("Saved on this computer. While the strength is Off, answers stay as they are.")
    if not rated.learned:
        return tr("Saved on this computer. Attune will learn from it as soon as it has reread both answers.")
    if not words:
        return tr("Saved on this computer. It agrees with what Attune already does.")
    return tr("Saved on this computer. Future answers like this: {words}.", words=words)


def _level(felt: float) -> int:
    return sum(abs(felt) >= bottom for _, bottom in _LEVELS)


def _more(label: str) -> str:
    english = MORE.get(label, f"more {label.lower()}")
    found = told(english)
    # A principle of the user's own is in no catalogue: its word is theirs.
    return found if found != english or label in MORE else tr("more {pole}", pole=label.lower())


def style_line(principle: str, value: float, principles: Mapping[str, Principle]) -> str:
    """Say what putting a principle's slider at ``value`` in [−1, 1] will do."""
    return tr("I’ll keep answers {more}.", more=_more(principles[principle].pole(value).label))


def used_line(statements: Sequence[Statement]) -> str:
    """Say in a line what of the user's own words went along with a question; empty for nothing."""
    if not statements:
        return ""
    first = statements[0].text
    if len(first) > LONGEST_USED:
        first = first[:LONGEST_USED].rsplit(" ", 1)[0] + "…"
    if len(statements) == 1:
        return tr("Used: “{first}”", first=first)
    return tr("Used: “{first}” and {count} more", first=first, count=len(statements) - 1)

"""What Attune thinks its user likes, in two or three sentences made from the weights: certain things first.

Shared by window and terminal. It says no more than the numbers do, and nothing about where they come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.language import mark, plural, told, tr
from app.wording import FELT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.principles import Principle
    from memory.records import LearnedWeight, Preferences

# So many things are named in one sentence; a list of all would say nothing.
MOST_SURE, MOST_UNSURE = 4, 2
# Leanings below this are no guess worth telling.
LEANS: Final = 0.1
# What stands after "you like", by a pole's label.
LIKED: Final = {
    "Concise": mark("concise answers"),
    "Detailed": mark("detailed answers"),
    "Lists": mark("lists"),
    "Prose": mark("flowing prose"),
    "Structured with headings": mark("headings"),
    "Plain": mark("plain text without headings"),
    "Step by step": mark("going step by step"),
    "Straight answer": mark("the answer straight away"),
    "Simple": mark("simple words"),
    "Technical": mark("technical terms"),
    "Examples": mark("examples"),
    "Abstract": mark("general ideas"),
    "Imaginative": mark("vivid images"),
    "Conventional": mark("the usual way of putting things"),
    "Warm": mark("a warm tone"),
    "Neutral": mark("a neutral tone"),
    "Formal": mark("formal language"),
    "Casual": mark("casual language"),
    "Humorous": mark("humour"),
    "Serious": mark("a serious tone"),
    "Cautious": mark("careful caveats"),
    "Direct": mark("plain speaking"),
    "Asks back": mark("questions back"),
    "Never asks": mark("answers without questions back"),
}


def liking(preferences: Preferences, principles: Mapping[str, Principle]) -> str:
    """Say what ``preferences`` amount to: what is certain, what is a guess, and what that rests on."""
    felt = [
        w for w in preferences.weights if w.enabled and w.name in principles and _strongest(w) >= LEANS / 2
    ]
    felt.sort(key=lambda w: -_strongest(w))
    sure = [w for w in felt if abs(w.used) >= FELT and (w.setting is not None or _is_sure(w))]
    unsure = [w for w in felt if w not in sure and w.evidence and abs(w.mean) >= LEANS]
    sentences = []
    if sure:
        liked = _listed([_liked(w, principles) for w in sure[:MOST_SURE]])
        sentences.append(tr("You like {liked}.", liked=liked))
    if unsure:
        guessed = _listed([_liked(w, principles) for w in unsure[:MOST_UNSURE]])
        sentences.append(
            tr("Perhaps also {guessed}; that is still a guess.", guessed=guessed)
            if sure
            else tr("Perhaps you like {guessed}; that is still a guess.", guessed=guessed)
        )
    if not sentences:
        if preferences.evidence == 0:
            return tr("Attune has not learned anything yet. Rate a few answers, or move a slider.")
        return tr(
            "After {ratings}, Attune can’t tell yet what you like.", ratings=ratings(preferences.evidence)
        )
    sentences.append(tr("This rests on {sources}.", sources=_listed(_sources(preferences))))
    return " ".join(sentences)


def ratings(count: int) -> str:
    """Say how many ratings."""
    return plural("1 rating", "{n} ratings", count)


def _is_sure(weight: LearnedWeight) -> bool:
    return weight.evidence > 0 and not weight.low <= 0.0 <= weight.high


def _strongest(weight: LearnedWeight) -> float:
    return max(abs(weight.used), abs(weight.mean))


def _liked(weight: LearnedWeight, principles: Mapping[str, Principle]) -> str:
    leaning = weight.used if abs(weight.used) >= FELT else weight.mean
    label = principles[weight.name].pole(leaning).label
    # A principle of the user's own is called what they called it.
    return tr(LIKED[label]) if label in LIKED else tr("“{label}”", label=told(label))


def _sources(preferences: Preferences) -> list[str]:
    sources = [ratings(preferences.evidence)] if preferences.evidence else []
    if any(weight.setting is not None for weight in preferences.weights):
        sources.append(tr("your settings"))
    return sources or [tr("what you said")]


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return tr("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])

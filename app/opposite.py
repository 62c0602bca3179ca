"""The opposite of an instruction, proposed by the model and checked: what to ask, what to make of the answer.

Knows no engine. A proposal is only ever a beginning for the user to edit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.protocol import Message, Sampling

if TYPE_CHECKING:
    from engine.principles import Principle

SAMPLING: Final = Sampling(temperature=0.0, max_tokens=40, repetition_penalty=1.0)
_TASK: Final = (
    "You are given an instruction for a writer. Reply with the opposite instruction, in one short sentence."
)
_EXAMPLES: Final = ("lists", "warm", "examples", "simple")
_LONGEST: Final = 160
_QUOTES: Final = " \t\"'“”‘’«»*_-–—"
_FILLER_WORDS: Final = """
    a an and always answer answers as at be by end for from give i in into it like me my of on please reply
    say so speak style talk that the to use very want way when with write you your
"""
_FILLER: Final = frozenset(_FILLER_WORDS.split())


@dataclass(frozen=True, slots=True)
class Proposal:
    """An opposite to begin with. ``by_model`` is false where the model had nothing usable to say."""

    instruction: str
    by_model: bool


def question(text: str, principles: tuple[Principle, ...]) -> tuple[Message, ...]:
    """Return what to ask for the opposite of ``text``, with known opposites as examples."""
    messages = [Message("system", _TASK)]
    for principle in principles:
        if principle.name in _EXAMPLES:
            messages += [
                Message("user", principle.positive.instruction),
                Message("assistant", principle.negative.instruction),
            ]
    return (*messages, Message("user", " ".join(text.split())))


def proposal(text: str, reply: str, principles: tuple[Principle, ...]) -> Proposal:
    """Make a proposal of the model's ``reply``; a plain negation where the reply can't serve."""
    first = next((line for line in reply.splitlines() if line.strip()), "")
    said = re.sub(r"^(opposite|instruction|assistant)\s*:", "", first.strip(_QUOTES), flags=re.IGNORECASE)
    said = " ".join(said.strip(_QUOTES).split())
    copied = {pole.instruction.casefold() for p in principles for pole in (p.positive, p.negative)}
    usable = (
        len(said.split()) >= 2
        and len(said) <= _LONGEST
        and _bare(said) != _bare(text)
        and said.casefold() not in copied
        and _varied(said)
    )
    if usable:
        return Proposal(said if said.endswith((".", "!", "?")) else f"{said}.", by_model=True)
    return negation(text)


def negation(text: str) -> Proposal:
    """Return the opposite that needs no idea: not to do it."""
    return Proposal(f"Never do this: {' '.join(text.split())}" if text.strip() else "", by_model=False)


def short_name(instruction: str) -> str:
    """Suggest a pole's short name from its instruction: its first words that say something."""
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", instruction)
    telling = [word for word in words if word.casefold() not in _FILLER][:2]
    name = " ".join(telling).casefold()
    return name[:1].upper() + name[1:]


def opposite_name(name: str) -> str:
    """Suggest the other pole's short name."""
    return f"Not {name[:1].lower()}{name[1:]}" if name else ""


def _varied(text: str) -> bool:
    """Tell whether no word stands three times: small models fall into loops."""
    words = re.findall(r"\w+", text.casefold())
    return all(words.count(word) < 3 for word in words)


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()

"""Which statements a question needs, and how the prompt says them. Runs on the memory thread; asks no engine.

Standing wishes go with every question; facts, and wishes that name their occasion, with the questions they are
about. Both are said after the question, for that answer only: there a small model uses them, and the system prompt
and the conversation before them stay as they were read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from memory.statements import MOST_RECALLED

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from memory.records import Statement
    from memory.store import Store

# How many standing wishes go with every question; older ones are recalled like facts.
MOST_STANDING: Final = 6

_OCCASION = re.compile(r"^(?:when|whenever|if|for|in|every time|each time)\b", re.IGNORECASE)
_ALWAYS = re.compile(r"^(?:please )?always ", re.IGNORECASE)


def standing(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return the wishes that go with every question: the newest, in the order they were said."""
    wishes = [s for s in statements if s.kind == "wish" and not _OCCASION.match(s.text)]
    return tuple(wishes[-MOST_STANDING:])


def needs_vector(store: Store) -> bool:
    """Whether anything is kept that only its likeness to a question can recall."""
    kept = store.statements()
    always = standing(kept)
    return any(s.kind != "style" and s not in always for s in kept)


def recalled(store: Store, embedder: str | None, vector: NDArray[np.float32] | None) -> tuple[Statement, ...]:
    """Return what is said with a question of ``vector`` (d,): standing wishes, then what is about it, closest first."""
    always = standing(store.statements())
    if embedder is None or vector is None:
        return always
    found = store.recall_statements(embedder, vector, limit=MOST_RECALLED + len(always))
    about = [statement for statement, _ in found if statement not in always]
    return (*always, *about[:MOST_RECALLED])


def said_of(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Return the lines that follow the question, facts first."""
    statements = tuple(statements)
    facts = [_sentence(s.text) for s in statements if s.kind == "fact"]
    wishes = [_sentence(_ALWAYS.sub("", s.text)) for s in statements if s.kind == "wish"]
    lines = []
    if facts:
        lines.append(f"About me: {' '.join(facts)}")
    if wishes:
        lines.append(f"Always: {' '.join(wishes)}")
    return tuple(lines)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."

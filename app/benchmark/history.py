"""A made-up history of any length: the same words, lengths and times for the same seed. Knows the memory's records.

Texts read like a chat's: paragraphs, lists, code, a table now and then, so that showing them costs what it costs.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from memory.records import NewConversation, NewMessage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from memory.records import Role

CHARACTERS_PER_TOKEN: Final = 4
"""Of English text, under the tokenizers of present models, give or take."""
RARE: Final = "quicksilver"
"""A word of a few messages only."""
_RARE_SHARE: Final = 0.001
# fmt: off
_PLACES: Final = (
    "river", "bread", "window", "garden", "letter", "engine", "summer", "paper", "market", "mountain", "teacher",
    "music", "answer", "question", "kitchen", "bicycle", "winter", "theatre", "library", "island", "harbour",
    "station", "doctor", "village", "castle", "forest", "railway", "painter",
)
_DOES: Final = (
    "brings", "holds", "finds", "turns", "opens", "writes", "keeps", "moves", "shows", "carries", "follows", "builds",
)
_KINDS: Final = (
    "old", "small", "quiet", "early", "warm", "simple", "long", "careful", "bright", "narrow", "distant", "gentle",
)
# fmt: on
_CODE: Final = (
    "```python\ndef {0}({1}):\n    for item in {1}:\n        if item.{2}:\n            yield item.{3}\n```"
)
_TABLE: Final = "| {0} | {1} |\n|---|---|\n| {2} | 1 |\n| {3} | 2 |"


def history(
    now: datetime,
    *,
    conversations: int,
    messages: int,
    long: tuple[tuple[str, int, int], ...] = (),
    seed: int = 1,
) -> Iterator[NewConversation]:
    """Yield ``conversations`` with ``messages`` in all, oldest first.

    ``long``: (id, messages, tokens) of conversations that stand out, the newest of all; the rest share what is left
    evenly. A message of the rest has some 50 tokens.
    """
    rng = random.Random(seed)  # noqa: S311  made-up text, no secret
    rest = conversations - len(long)
    left = messages - sum(count for _, count, _ in long)
    for index in range(rest):
        count = left * (index + 1) // rest - left * index // rest
        when = now - timedelta(minutes=30 * (conversations - index))
        yield _conversation(f"made-up-{index}", count, 50 * count, when, rng)
    for index, (name, count, tokens) in enumerate(long):
        yield _conversation(name, count, tokens, now - timedelta(minutes=len(long) - index), rng)


def text(characters: int, rng: random.Random) -> str:
    """Return Markdown of about ``characters``."""
    parts: list[str] = []
    length = 0
    while length < characters:
        draw = rng.random()
        if characters - length > 200 and draw < 0.08:
            part = _CODE.format(*rng.sample(_PLACES, 4))
        elif characters - length > 200 and draw < 0.1:
            part = _TABLE.format(*rng.sample(_PLACES, 4))
        elif characters - length > 200 and draw < 0.3:
            part = "\n".join(f"- {_sentence(rng)}" for _ in range(3))
        else:
            part = " ".join(_sentence(rng) for _ in range(min(4, 1 + (characters - length) // 60)))
        parts.append(part)
        length += len(part) + 2
    return "\n\n".join(parts)


def _conversation(name: str, count: int, tokens: int, when: datetime, rng: random.Random) -> NewConversation:
    each = tokens * CHARACTERS_PER_TOKEN // max(count, 1)
    messages: list[NewMessage] = []
    for index in range(count):
        role: Role = "assistant" if index % 2 else "user"
        said = text(each * 3 // 2 if role == "assistant" else each // 2, rng)
        if rng.random() < _RARE_SHARE:
            said = f"{said} {RARE}"
        parent = messages[-1].id if messages else None
        messages.append(NewMessage(f"{name}-{index}", parent, role, said, when))
    return NewConversation(name, _sentence(rng), when, when, tuple(messages))


def _sentence(rng: random.Random) -> str:
    first, second = rng.sample(_PLACES, 2)
    return f"The {rng.choice(_KINDS)} {first} {rng.choice(_DOES)} a {rng.choice(_KINDS)} {second}."

"""Which words of two texts the other one lacks. Pure functions; knows nothing of how they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Span: TypeAlias = tuple[int, int]

# A word, a sign, or where words are not set apart, one character.
_MOST: Final = 2 / 3
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+(?:['’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Differences:
    """Characters (start, end) of each text that the other lacks, in order, neighbouring words joined.

    ``both``: those of the first and of the second text that are the same.
    """

    first: tuple[Span, ...] = ()
    second: tuple[Span, ...] = ()
    both: tuple[tuple[Span, ...], tuple[Span, ...]] = ((), ())

    @property
    def none(self) -> bool:
        """Whether both texts say the same, word for word."""
        return not self.first and not self.second

    @property
    def most(self) -> bool:
        """Whether so little is the same that marking what differs would mark nearly everything."""
        differs, same = _length(self.first + self.second), _length(self.both[0] + self.both[1])
        return differs > _MOST * (differs + same)


def differences(first: str, second: str) -> Differences:
    """Compare two texts word by word; space between words does not count."""
    ours, theirs = ([m.span() for m in _WORD.finditer(text)] for text in (first, second))
    matcher = SequenceMatcher(
        None, [first[a:b] for a, b in ours], [second[a:b] for a, b in theirs], autojunk=False
    )
    found: dict[bool, tuple[list[Span], list[Span]]] = {True: ([], []), False: ([], [])}
    for tag, a, b, c, d in matcher.get_opcodes():
        left, right = found[tag == "equal"]
        left += _joined(ours[a:b])
        right += _joined(theirs[c:d])
    same, differing = ((tuple(left), tuple(right)) for left, right in (found[True], found[False]))
    return Differences(*differing, same)


def words(text: str) -> tuple[str, ...]:
    """Return what is compared of a text, in order."""
    return tuple(_WORD.findall(text))


def without(text: str, spans: Iterable[Span]) -> str:
    """Return a text without some of its characters."""
    return "".join(_rest(text, spans))


def _rest(text: str, spans: Iterable[Span]) -> Iterator[str]:
    at = 0
    for start, end in spans:
        yield text[at:start]
        at = end
    yield text[at:]


def _length(spans: tuple[Span, ...]) -> int:
    return sum(end - start for start, end in spans)


def _joined(spans: list[Span]) -> list[Span]:
    return [(spans[0][0], spans[-1][1])] if spans else []

"""Where a reply may take another shape: at its beginning, at a line's, after a sentence. Knows no rewards or models.

A list, a question, a warm word or the end of the reply is decided there, at one token in ten, and everything after
follows by itself. So guidance speaks up there and is quieter elsewhere, and chooses among more ways on: the base
model has many plausible ones at such a place, and the cut after the best few is arbitrary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.protocol import Sampling

_SENTENCE_ENDS = frozenset(".!?。！？…")
_ENDS = _SENTENCE_ENDS | frozenset(":：\n")
_PASSED = " \t*_\"”»)'"
_LINE_NUMBER = re.compile(r"(?:^|\n)\W*\d+\.$")
_TAIL = 16  # bytes of the text before that decide
# What a head multiplies its tilt by there; its gains are found with it. What was tried is in docs/method.md, section 2.
EMPHASIS = 4.0
# What a gain is multiplied by that was found without: so much the head's own gains were lowered.
QUIET = 0.43
# An ending that guidance reaches for needs at least this share of the usual min-p: it can't be taken back.
_ENDING = 0.1
# An exclamation of one word would else open the next, and so on: as many of so many tokens may be openings.
_MOST, _AMONG = 3, 16


def is_opening(tail: bytes) -> bool:
    """Tell whether the reply, or a line or sentence of it, ended with ``tail``: its last bytes."""
    text = tail.decode("utf-8", "ignore").rstrip(_PASSED)
    return not text or text[-1] in _ENDS


class Openings:
    """Follows a reply and tells where it opens."""

    def __init__(self, said: Iterable[bytes] = ()) -> None:
        """``said``: the tokens that the reply has said before, where it goes on."""
        self._tail = b""
        self._at: list[int] = []
        self._now = 0
        for piece in said:
            self.here()
            self.say(piece)

    def here(self) -> bool:
        """Tell whether the next token is an opening."""
        recent = [at for at in self._at if at > self._now - _AMONG]
        if len(recent) == _MOST or not is_opening(self._tail):
            return False
        self._at = [*recent, self._now]
        return True

    def may_end(self) -> bool:
        """Tell whether guidance may reach for an ending: after a sentence, not before what a colon announces."""
        text = self._tail.decode("utf-8", "ignore").rstrip(_PASSED + "\n")
        return bool(text) and text[-1] in _SENTENCE_ENDS and not _LINE_NUMBER.search(text)

    def say(self, piece: bytes) -> None:
        """Take in the token that was drawn."""
        self._tail = (self._tail + piece)[-_TAIL:]
        self._now += 1


@dataclass(frozen=True, slots=True)
class Opening:
    """How far guidance reaches there. ``reach``: 0, the base model's own candidates, to 1.

    At 1 there are four times as many candidates, down to a hundredth of the probability that is asked for elsewhere.
    ``emphasis``: what the tilt is multiplied by.
    """

    reach: float
    emphasis: float

    def limits(self, sampling: Sampling) -> tuple[int, float, float]:
        """Return the top-k, top-p and min-p of the candidates that guidance chooses among."""
        less = 0.01**self.reach
        return (
            round(sampling.top_k * (1 + 3 * self.reach)),
            1.0 - (1.0 - sampling.top_p) * less,
            sampling.min_p * less,
        )

    def least_ending(self, sampling: Sampling) -> float:
        """Return how probable an ending must be to be reached for, as a share of the best token's probability."""
        less: float = max(_ENDING, 0.01**self.reach)
        return sampling.min_p * less

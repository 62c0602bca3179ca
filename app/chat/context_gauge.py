"""How full the model's context will be with the next message, and what will be left out of it.

Reckoned at once from what earlier answers really took, so that typing waits for nobody. Pure; knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.language import number, tr
from engine.protocol import PROMPT_SHARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.answers import Turn

# Before a conversation has an answer to reckon from.
_CHARACTERS_PER_TOKEN: Final = 4.0
_PER_MESSAGE: Final = 5
_SYSTEM: Final = 12
_PLAUSIBLE: Final = (1.0, 8.0)


@dataclass(frozen=True, slots=True)
class Gauge:
    """``tokens`` of at most ``limit`` in the context; the oldest ``dropped`` messages will not be among them.

    ``too_long``: the new message alone has no room.
    """

    tokens: int
    limit: int
    dropped: int
    too_long: bool = False

    @property
    def words(self) -> str:
        """Say it in a line."""
        if self.too_long:
            return tr("This message is too long for the model. Shorten it, or attach less.")
        used = tr("About {tokens} of {limit} tokens", tokens=number(self.tokens), limit=number(self.limit))
        if not self.dropped:
            return used
        if self.dropped == 1:
            return tr("{used}  ·  the oldest message will be left out", used=used)
        return tr(
            "{used}  ·  the {dropped} oldest messages will be left out", used=used, dropped=self.dropped
        )


def gauge(turns: Sequence[Turn], draft: str, limit: int) -> Gauge:
    """Reckon the next prompt: ``turns`` so far and ``draft`` in a context of ``limit`` tokens."""
    room = int(limit * PROMPT_SHARE)
    ratio, known, upto = _measured(turns)
    sizes = [_size(turn.message.content, ratio) for turn in turns]
    total = known + sum(sizes[upto:]) if known else _SYSTEM + sum(sizes)
    new = _size(draft, ratio) if draft.strip() else 0
    total += new
    dropped = 0
    while total > room and dropped < len(sizes):
        # A conversation the model is shown begins with a question.
        total -= sizes[dropped]
        dropped += 1
        while dropped < len(turns) and turns[dropped].message.role != "user":
            total -= sizes[dropped]
            dropped += 1
    return Gauge(max(total, 0), limit, dropped, too_long=new > 0 and new + _SYSTEM > room)


def _measured(turns: Sequence[Turn]) -> tuple[float, int, int]:
    """Return (characters a token, tokens of the first ``n`` turns, n) from the newest answer that saw them all."""
    for index in range(len(turns) - 1, -1, -1):
        trace = turns[index].trace
        if trace and trace.prompt_tokens and not trace.dropped_messages:
            known = trace.prompt_tokens + trace.tokens
            characters = sum(len(turn.message.content) for turn in turns[: index + 1])
            spoken = max(known - _SYSTEM - _PER_MESSAGE * (index + 1), 1)
            low, high = _PLAUSIBLE
            return min(max(characters / spoken, low), high), known, index + 1
    return _CHARACTERS_PER_TOKEN, 0, 0


def _size(text: str, ratio: float) -> int:
    return _PER_MESSAGE + round(len(text) / ratio)

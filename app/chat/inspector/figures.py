"""What a token's trace amounts to: how far guidance moved it, what each preference added. Pure functions.

Shows the decoder's own numbers; computes nothing that the trace does not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.language import mark, number, tr

if TYPE_CHECKING:
    from app.explaining import SaidToken
    from engine.protocol import TokenTrace

# From which share of the probability on a token is coloured one step stronger.
LEVELS: Final = (0.02, 0.10, 0.25, 0.50)
# Natural log units: below the first a push can't be told from none.
_PUSHES: Final = ((0.05, mark("hardly")), (0.5, mark("slightly")), (1.5, mark("clearly")))


@dataclass(frozen=True, slots=True)
class Push:
    """What one preference added to a candidate's score: β·w·φ̃ in nats, positive for it."""

    name: str
    nats: float


def moved(trace: TokenTrace | None) -> float:
    """Return the share of the probability, 0 … 1, that guidance moved from some candidates to others.

    ½ Σ |p' − p|, the total variation distance of the two distributions.
    """
    if trace is None:
        return 0.0
    return sum(abs(after - before) for before, after in zip(trace.base, trace.guided, strict=True)) / 2


def level(share: float) -> int:
    """Return how strongly a token is coloured, from 0, not at all, to 4."""
    return sum(share >= start for start in LEVELS)


def changed(token: SaidToken) -> bool:
    """Whether the same random number would have drawn another token unguided."""
    return token.trace is not None and token.trace.chosen != token.trace.unguided


def pushes(token: SaidToken, candidate: int) -> tuple[Push, ...]:
    """Return what each preference added to a candidate, strongest first; they sum to its guidance term."""
    if token.trace is None:
        return ()
    found = [
        Push(name, row[candidate]) for name, row in zip(token.principles, token.trace.shares, strict=True)
    ]
    return tuple(sorted(found, key=lambda push: -abs(push.nats)))


def push_words(nats: float) -> str:
    """Say a push in words: *clearly for it*, *hardly*."""
    degree = next((words for top, words in _PUSHES if abs(nats) < top), mark("strongly"))
    if abs(nats) < _PUSHES[0][0]:
        return tr(degree)
    return (
        tr("{degree} for it", degree=tr(degree)) if nats > 0 else tr("{degree} against it", degree=tr(degree))
    )


def signed(nats: float) -> str:
    """Write nats with their sign."""
    return ("+" if nats >= 0 else "−") + number(abs(nats), 2)


def percent(p: float) -> str:
    """Write a probability for people."""
    if 0 < p < 0.005:
        return tr("under {n}%", n=1)
    return tr("{n}%", n=number(100 * p))


def visible(text: str) -> str:
    """Return a token's text as its name: without the space before it, and with what can't be seen made visible."""
    return text.strip() or text.replace("\n", "⏎").replace(" ", "␣") or "▫"

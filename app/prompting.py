"""From what is wanted to what the engine is told: messages, weights and options become parts of a command.

It knows the protocol and the principles; it asks nothing and stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.errors import BadPrincipleError, BadRequestError
from engine.protocol import Guidance, Message, PrincipleWeight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.principles import Principle
    from engine.protocol import RewardName, Sampling
    from memory.records import Message as StoredMessage

SYSTEM_PROMPT = "You are a helpful assistant."
MAX_STRENGTH = 2.0

# How preferences act: on every token, as an instruction after the question, both ways, or not at all.
Route: TypeAlias = Literal["head", "prompt", "both", "none"]
# A weight is said in words from here on: an instruction has no half measures.
SAID_FROM = 0.5
MOST_SAID = 2


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """How one answer is wanted; ``None`` means what the user's memory and settings say.

    ``sampling``, ``strength`` and ``system`` go before the conversation's persona. ``weights`` replaces the learned
    weights altogether. ``seed`` takes the place of ``sampling.seed``; where it is ``None``, one is drawn at random
    and stored with the reply. The reward ``none`` leaves the reply unguided by any route. ``statements`` says whether
    what the user said about themselves goes along.
    """

    sampling: Sampling | None = None
    reward: RewardName | None = None
    route: Route | None = None
    weights: Mapping[str, float] | None = None
    strength: float | None = None
    system: str | None = None
    trace: bool = False
    seed: int | None = None
    statements: bool = True


def routed(guidance: Guidance, route: Route) -> Guidance:
    """Return the guidance of the tokens under ``route``: none where only the prompt acts, or nothing."""
    return replace(guidance, reward="none") if route in ("prompt", "none") else guidance


def instructions_of(
    principles: tuple[Principle, ...], weights: Mapping[str, float], route: Route, strength: float
) -> tuple[str, ...]:
    """Return the instructions that follow the question: of the strongest weights, at most two.

    Learned weights are lower-confidence ones, so a strong one is a certain one.
    """
    if route not in ("prompt", "both") or strength == 0:
        return ()
    by_name = {p.name: p for p in principles if not p.fixed}
    strong = sorted(
        (name for name, weight in weights.items() if abs(weight) >= SAID_FROM and name in by_name),
        key=lambda name: -abs(weights[name]),
    )
    return tuple(by_name[name].pole(weights[name]).instruction for name in strong[:MOST_SAID])


def prompt_of(thread: Iterable[StoredMessage], system: str) -> tuple[Message, ...]:
    """Make the messages the chat template sees from a thread of stored ones.

    A question that never got a word of reply is left out with it: templates want turns to alternate.
    """
    messages = [Message("system", system)] if system else []
    pending: StoredMessage | None = None
    for stored in thread:
        if stored.role == "user":
            pending = stored
        elif stored.content and pending:
            messages += [Message("user", pending.content), Message("assistant", stored.content)]
            pending = None
    if pending:
        messages.append(Message("user", pending.content))
    return tuple(messages)


def guidance_of(
    principles: tuple[Principle, ...], weights: Mapping[str, float], reward: RewardName, strength: float
) -> Guidance:
    """Make the guidance for one reply. The fixed principle goes along as the values cap, never as a weight.

    Raises ``BadPrincipleError`` for an unknown or fixed name, ``BadRequestError`` for a number out of range.
    """
    tunable = {p.name: p for p in principles if not p.fixed}
    for name, weight in weights.items():
        if name not in tunable:
            raise BadPrincipleError(
                name,
                user_message=f"There is no preference called “{name}” that can be set.",
                next_step=f"Choose one of: {', '.join(tunable)}.",
            )
        if not -1.0 <= weight <= 1.0:
            raise BadRequestError(
                f"{name}={weight}",
                user_message=f"The weight {weight:g} for “{name}” is out of range.",
                next_step="Choose a number between -1 and 1.",
            )
    if not 0.0 <= strength <= MAX_STRENGTH:
        raise BadRequestError(
            f"strength={strength}",
            user_message=f"The guidance strength {strength:g} is out of range.",
            next_step=f"Choose a number between 0 and {MAX_STRENGTH:g}.",
        )
    return Guidance(
        reward=reward,
        strength=strength,
        weights=tuple(PrincipleWeight(tunable[name], weight) for name, weight in weights.items() if weight),
        values=next((p for p in principles if p.fixed), None),
    )

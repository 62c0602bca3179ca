"""What the assistant says while it answers and after a rating: frozen dataclasses for window and terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from engine.protocol import TokenTrace
    from memory.records import Feedback, Message, ReplyTrace, Statement


@dataclass(frozen=True, slots=True)
class Turn:
    """A message as the chat shows it. ``trace`` and ``feedback`` are ``None`` for the user's own messages.

    ``siblings``: all replies to the same question, or all versions of a question, oldest first, this one among them.
    ``statements``: what the user once said that entered the reply's prompt.
    """

    message: Message
    trace: ReplyTrace | None = None
    feedback: Feedback | None = None
    siblings: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """Both messages are stored; text follows. ``tilted_by``: the weights that guide, strongest first.

    ``statements``: what the user once said that the prompt repeats.
    """

    question: Message
    reply: Message
    tilted_by: tuple[tuple[str, float], ...]
    strength: float
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something takes a while: loading the model, recalling. ``fraction`` in [0, 1]. May precede ``Started``."""

    stage: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Forgot:
    """The oldest ``dropped`` messages did not fit the model's context."""

    dropped: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The reply is complete, or was stopped, and is stored."""

    turn: Turn
    tokens: tuple[TokenTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Broke:
    """The reply ended badly; what was said is stored as *interrupted*. ``turn`` is ``None`` if nothing was."""

    user_message: str
    next_step: str
    turn: Turn | None


AnswerEvent: TypeAlias = Started | Waiting | Text | Forgot | Finished | Broke


@dataclass(frozen=True, slots=True)
class Rated:
    """What a thumb did. ``shifts``: principle → change of the weight in use for answers like this one.

    ``learned`` is false while the reply's features are still being computed, or a *not true* thumb was kept
    without moving taste; ``feedback`` is ``None`` after an undo. ``edited``: it was no thumb, but the user's own
    version ``message_id`` of a reply. ``strength``: β, with which it will be felt. ``compared``: ``message_id`` was
    preferred over another reply.
    """

    message_id: str
    feedback: Feedback | None
    shifts: tuple[tuple[str, float], ...]
    learned: bool
    edited: bool = False
    strength: float = 1.0
    compared: bool = False

"""A conversation's tree, read whole, as the turns of one thread: what the chat shows.

Runs on the memory thread and knows the Store alone. Five queries, however long the conversation is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.answers import Turn
from memory.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memory.records import Feedback, Message, ReplyTrace, Statement
    from memory.store import Store


def read_turns(
    store: Store, conversation_id: str, *, leaf: str | None = None, through: str | None = None
) -> tuple[Turn, ...]:
    """Return one thread of a conversation, root first; by default the one that ends at the newest message.

    ``leaf`` asks for the one that ends there, ``through`` for the one that passes there and goes on to the newest
    message below. Raises ``NotFoundError``.
    """
    messages = store.messages(conversation_id)
    if not messages:
        return ()
    by_id = {message.id: message for message in messages}
    children: dict[str | None, list[str]] = {}
    for message in messages:
        children.setdefault(message.parent_id, []).append(message.id)
    end = leaf or through or messages[-1].id
    if end not in by_id:
        raise NotFoundError(f"message {end} in conversation {conversation_id}")
    while through and end in children:
        end = children[end][-1]
    traces, thumbs = store.traces(conversation_id), store.thumbs(conversation_id)
    used = store.used_statements(conversation_id)
    thread: list[Turn] = []
    at: str | None = end
    while at is not None:
        message = by_id[at]
        thread.append(_turn(message, children, traces, thumbs, used))
        at = message.parent_id
    return tuple(reversed(thread))


def _turn(
    message: Message,
    children: Mapping[str | None, list[str]],
    traces: Mapping[str, ReplyTrace],
    thumbs: Mapping[str, Feedback],
    used: Mapping[str, tuple[Statement, ...]],
) -> Turn:
    siblings = tuple(children[message.parent_id])
    found = used.get(message.id, ())
    return Turn(message, traces.get(message.id), thumbs.get(message.id), siblings, found)

"""Reads a chat of an Open WebUI export: a history of messages by id, or, in old ones, a plain list.

Reasoning folded into an answer is left out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from app.transfer.tree import Node, made_id, messages_of
from memory.records import NewConversation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memory.records import Role

SOURCE: Final = "open-webui"
_FOLDED = re.compile(
    r"<details\s+type=\"(?:reasoning|tool_calls|code_interpreter)\".*?</details>\s*", re.DOTALL
)
# Some exports count in nanoseconds, some in milliseconds; no time in seconds is this far away.
_FAR: Final = 100_000_000_000


def is_one(row: Mapping[str, Any]) -> bool:
    """Whether ``row`` looks like a chat of this export."""
    chat = row.get("chat", row)
    return isinstance(chat, dict) and ("history" in chat or isinstance(chat.get("messages"), list))


def conversation_of(row: Mapping[str, Any]) -> NewConversation:
    """Read one chat. Raises KeyError, TypeError, ValueError or AttributeError for a damaged one."""
    chat = row.get("chat", row)
    created = _time(row.get("created_at") or chat.get("timestamp"), datetime.fromtimestamp(0, UTC))
    title = str(row.get("title") or chat.get("title") or "")
    key = str(row.get("id") or chat.get("id") or "") or f"{title}/{created}"
    history = chat.get("history") or {}
    if history.get("messages"):
        nodes = [_node(name, message, created) for name, message in history["messages"].items()]
        current = history.get("currentId")
    else:
        nodes, current = _chain(chat.get("messages") or [], created)
    return NewConversation(
        made_id(SOURCE, key),
        title,
        created,
        _time(row.get("updated_at"), created),
        messages_of(SOURCE, key, nodes, current),
        pinned=row.get("pinned") is True,
        archived=row.get("archived") is True,
    )


def _chain(messages: list[Mapping[str, Any]], created: datetime) -> tuple[list[Node], str | None]:
    nodes: list[Node] = []
    for number, message in enumerate(messages):
        node = _node(str(message.get("id") or number), message, created)
        above = nodes[-1].id if nodes else None
        nodes.append(Node(node.id, above, node.role, node.text, node.time))
    return nodes, nodes[-1].id if nodes else None


def _node(name: str, message: Mapping[str, Any], otherwise: datetime) -> Node:
    role: Role | None = {"user": "user", "assistant": "assistant"}.get(message.get("role", ""))  # type: ignore[assignment]
    return Node(
        name,
        message.get("parentId"),
        role,
        _FOLDED.sub("", _text(message.get("content"))),
        _time(message.get("timestamp"), otherwise),
    )


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "\n\n".join(text if isinstance(text, str) else "[image]" for text in texts)


def _time(value: object, otherwise: datetime) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        seconds = float(value)
        while seconds > _FAR:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, UTC)
    return otherwise

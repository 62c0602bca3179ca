"""Reads a conversation of a ChatGPT export: a mapping of nodes, many of which are not shown.

Tool calls, their results, hidden notes and reasoning are left out; a picture becomes a word.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from app.transfer.tree import Node, made_id, messages_of
from memory.records import NewConversation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memory.records import Role

SOURCE: Final = "chatgpt"
_SHOWN: Final = ("text", "multimodal_text")


def is_one(row: Mapping[str, Any]) -> bool:
    """Whether ``row`` looks like a conversation of this export."""
    return isinstance(row.get("mapping"), dict)


def conversation_of(row: Mapping[str, Any]) -> NewConversation:
    """Read one conversation. Raises KeyError, TypeError, ValueError or AttributeError for a damaged one."""
    created = _time(row.get("create_time"), datetime.fromtimestamp(0, UTC))
    key = str(row.get("conversation_id") or row.get("id") or "") or f"{row.get('title')}/{created}"
    nodes = [_node(name, node, created) for name, node in row["mapping"].items()]
    return NewConversation(
        made_id(SOURCE, key),
        str(row.get("title") or ""),
        created,
        _time(row.get("update_time"), created),
        messages_of(SOURCE, key, nodes, row.get("current_node")),
        archived=row.get("is_archived") is True,
    )


def _node(name: str, node: Mapping[str, Any], otherwise: datetime) -> Node:
    message = node.get("message") or {}
    role = _role(message)
    return Node(
        name,
        node.get("parent"),
        role,
        _text(message.get("content") or {}) if role else "",
        _time(message.get("create_time"), otherwise),
    )


def _role(message: Mapping[str, Any]) -> Role | None:
    author = (message.get("author") or {}).get("role")
    hidden = (message.get("metadata") or {}).get("is_visually_hidden_from_conversation")
    kind = (message.get("content") or {}).get("content_type")
    to_a_tool = message.get("recipient", "all") not in ("all", None)
    if hidden or to_a_tool or kind not in _SHOWN or author not in ("user", "assistant"):
        return None
    return "user" if author == "user" else "assistant"


def _text(content: Mapping[str, Any]) -> str:
    parts = []
    for part in content.get("parts") or ():
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, dict):
            text = part.get("text")
            parts.append(text if isinstance(text, str) else "[image]")
    return "\n\n".join(part for part in parts if part.strip())


def _time(value: object, otherwise: datetime) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    return otherwise

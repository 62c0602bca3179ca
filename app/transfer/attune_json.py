"""Conversations as Attune's own JSON, described in ``docs/conversations-format.md``: written row by row, read back.

It carries what was said and how it is kept in order; never a rating nor anything learned.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from memory.records import NewConversation, NewMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from app.transfer.record import Record

FORMAT: Final = "attune-conversations"
VERSION: Final = 1


def written(records: Iterable[Record], now: datetime) -> Iterator[str]:
    """Yield the document in pieces, one conversation after the other, so that none waits in memory."""
    head = {"format": FORMAT, "version": VERSION, "exported_at": now.isoformat()}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "conversations": ['
    separator = "\n"
    for record in records:
        yield separator + json.dumps(_row(record), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def conversation_of(row: Mapping[str, Any]) -> NewConversation:
    """Read one conversation. Raises KeyError, TypeError or ValueError for a damaged one."""
    created, updated = _time(row["created_at"]), _time(row["updated_at"])
    return NewConversation(
        _text(row["id"]),
        _text(row["title"]),
        created,
        updated,
        tuple(message_of(message) for message in row["messages"]),
        pinned=bool(row.get("pinned", False)),
        archived=bool(row.get("archived", False)),
        folder=_text(row.get("folder", "")),
    )


def message_of(row: Mapping[str, Any]) -> NewMessage:
    """Read one message. Raises KeyError, TypeError or ValueError for a damaged one."""
    if row["role"] not in ("user", "assistant"):
        raise ValueError(row["role"])
    parent = row["parent_id"]
    return NewMessage(
        _text(row["id"]),
        None if parent is None else _text(parent),
        row["role"],
        _text(row["content"]),
        _time(row["created_at"]),
    )


def _row(record: Record) -> dict[str, Any]:
    conversation = record.conversation
    return {
        "id": conversation.id,
        "title": conversation.title,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
        "pinned": conversation.pinned,
        "archived": conversation.archived,
        "folder": record.folder,
        "messages": [
            {
                "id": message.id,
                "parent_id": message.parent_id,
                "role": message.role,
                "content": message.content,
                "created_at": message.created_at.isoformat(),
            }
            for message in record.messages
        ],
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _time(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

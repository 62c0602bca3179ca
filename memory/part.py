"""What every part of the store stands on: the database, the clock, and the working memory to keep in step."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import or_, select

from memory.errors import NotFoundError
from memory.schema import ConversationRow, MessageRow, StatementRow
from memory.working import WorkingMemory

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from memory.database import Database


class StorePart:
    """Base of the store's parts. Every public method of a part is one transaction."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._working = WorkingMemory()


def new_id() -> str:
    """Return a random identifier that no other computer will make."""
    return uuid4().hex


def message_row(session: Session, message_id: str) -> MessageRow:
    """Return the message's row, or raise ``NotFoundError``."""
    row = session.scalar(select(MessageRow).where(MessageRow.id == message_id))
    if row is None:
        raise NotFoundError(f"message {message_id}")
    return row


def conversation_row(session: Session, conversation_id: str) -> ConversationRow:
    """Return the conversation's row, or raise ``NotFoundError``."""
    row = session.scalar(select(ConversationRow).where(ConversationRow.id == conversation_id))
    if row is None:
        raise NotFoundError(f"conversation {conversation_id}")
    return row


def in_trash() -> Select[str]:
    """Select the messages of conversations that lie in the trash: while they do, they teach nothing."""
    return (
        select(MessageRow.id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(ConversationRow.trashed_at.is_not(None))
    )


def said_outside_trash() -> ColumnElement[bool]:
    """Statements that count: said nowhere in particular, or in a conversation that is not in the trash."""
    return or_(StatementRow.message_id.is_(None), StatementRow.message_id.not_in(in_trash()))

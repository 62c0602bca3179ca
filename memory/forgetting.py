"""Deleting for good: rows with all that hangs on them, and every trace of their bytes in the database's files.

What was learned from them goes too, since learning is a function of the rows that remain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from memory.database import DATABASE_NAME
from memory.part import StorePart, conversation_row, message_row
from memory.records import Counts
from memory.schema import ConversationRow, FeedbackRow, MessageRow, PrincipleSettingRow, StatementRow

if TYPE_CHECKING:
    from pathlib import Path


class Forgetting(StorePart):
    """The part of the store that forgets, and says what is kept."""

    def forget_message(self, message_id: str) -> None:
        """Forget a question or a reply with everything below it. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            session.delete(message_row(session, message_id))
        self._forgotten()

    def forget_conversation(self, conversation_id: str) -> None:
        """Forget a conversation with all that it taught. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            session.delete(conversation_row(session, conversation_id))
        self._forgotten()

    def forget_everything(self) -> None:
        """Forget all conversations, evidence, statements and the user's own hand on principles.

        The application's own settings stay: they say nothing about the user's taste.
        """
        with self._database.transaction() as session:
            for table in (ConversationRow, PrincipleSettingRow, StatementRow):
                session.execute(delete(table))
        self._forgotten()

    def earlier_copies(self) -> tuple[Path, ...]:
        """Files that may still hold what was forgotten: damaged databases that were moved aside."""
        own = self._database.directory / DATABASE_NAME
        return tuple(p for p in self._database.files() if not p.name.startswith(own.name))

    def counts(self) -> Counts:
        """Return how much is kept, and where."""
        files = self._database.files()
        with self._database.transaction() as session:
            conversations, messages, feedback = (
                session.scalar(select(func.count()).select_from(table)) or 0
                for table in (ConversationRow, MessageRow, FeedbackRow)
            )
        size = sum(p.stat().st_size for p in files)
        return Counts(conversations, messages, feedback, size, tuple(map(str, files)))

    def _forgotten(self) -> None:
        self._database.erase_traces()
        self._working.clear()

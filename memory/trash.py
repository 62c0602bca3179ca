"""The trash: conversations that were deleted and can still come back, with all that they taught.

While a conversation lies here it neither teaches nor is found; forgotten for good, it leaves no byte behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from memory.conversations import CONVERSATION_COLUMNS
from memory.forgetting import Forgetting, forget_conversations
from memory.part import conversation_row
from memory.records import Conversation, Forgotten
from memory.schema import ConversationRow

if TYPE_CHECKING:
    from datetime import timedelta


class Trash(Forgetting):
    """The part of the store that deletes so that it can be undone."""

    def trash_conversation(self, conversation_id: str) -> None:
        """Put a conversation in the trash, and with it what it taught. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            row = conversation_row(session, conversation_id)
            if row.trashed_at is None:
                row.trashed_at = self._clock()
        self._working.clear()

    def restore_conversation(self, conversation_id: str) -> None:
        """Take a conversation out of the trash, and with it what it taught. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            conversation_row(session, conversation_id).trashed_at = None
        self._working.clear()

    def trashed(self) -> tuple[Conversation, ...]:
        """Return what lies in the trash, last deleted first."""
        query = select(*CONVERSATION_COLUMNS).where(ConversationRow.trashed_at.is_not(None))
        query = query.order_by(ConversationRow.trashed_at.desc(), ConversationRow.number.desc())
        with self._database.transaction() as session:
            return tuple(Conversation(*row) for row in session.execute(query))

    def empty_trash(self, *, older_than: timedelta | None = None) -> Forgotten:
        """Forget for good what has been in the trash for longer than ``older_than``; by default all of it."""
        query = select(ConversationRow.id).where(ConversationRow.trashed_at.is_not(None))
        if older_than is not None:
            query = query.where(ConversationRow.trashed_at <= self._clock() - older_than)
        with self._database.transaction() as session:
            old = session.scalars(query).all()
            forgotten = forget_conversations(session, old)
        return self._forgotten(forgotten) if old else forgotten

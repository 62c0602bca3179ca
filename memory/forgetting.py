"""Deleting for good: rows with all that hangs on them, and every trace of their bytes in the database's files.

What was learned from them goes too, since learning is a function of the rows that remain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, or_, select, text

from memory.database import DATABASE_NAME
from memory.part import StorePart, conversation_row, message_row
from memory.preferences import PINNED_KEY
from memory.records import Counts, Forgotten
from memory.schema import (
    ConversationRow,
    FeedbackRow,
    FolderRow,
    MessageRow,
    OwnPrincipleRow,
    PairRow,
    PersonaRow,
    PrincipleSettingRow,
    SettingRow,
    StatementRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Delete
    from sqlalchemy.orm import Session

# SQLite binds a limited number of values in one statement.
CHUNK: Final = 10_000


class Forgetting(StorePart):
    """The part of the store that forgets, and says what is kept."""

    def forget_message(self, message_id: str) -> Forgotten:
        """Forget a question or a reply with everything below it. Raises ``NotFoundError``.

        A conversation that is empty afterwards loses its title, which may have been made of the message.
        """
        with self._database.transaction() as session:
            conversation_id = message_row(session, message_id).conversation_id
            forgotten = forget_messages(session, [message_id])
            if not _has_messages(session, conversation_id):
                conversation_row(session, conversation_id).title = ""
        return self._forgotten(forgotten)

    def forget_conversation(self, conversation_id: str) -> Forgotten:
        """Forget a conversation with all that it taught. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            conversation_row(session, conversation_id)
            forgotten = forget_conversations(session, [conversation_id])
        return self._forgotten(forgotten)

    def forget_rating(self, message_id: str) -> Forgotten:
        """Forget the thumb on a reply, its note, and the pairs the reply is part of."""
        with self._database.transaction() as session:
            ratings = deleted(session, delete(FeedbackRow).where(FeedbackRow.message_id == message_id))
            mine = or_(PairRow.preferred_id == message_id, PairRow.other_id == message_id)
            ratings += deleted(session, delete(PairRow).where(mine))
        return self._forgotten(Forgotten(0, ratings, 0))

    def forget_between(self, start: datetime, end: datetime) -> Forgotten:
        """Forget what was said, rated or stated from ``start`` until before ``end``, and what was built on it.

        Later messages below a forgotten one go with it; conversations left empty go too.
        """
        with self._database.transaction() as session:

            def inside(column: Any) -> Any:
                return (column >= start) & (column < end)

            messages = session.scalars(select(MessageRow.id).where(inside(MessageRow.created_at))).all()
            forgotten = forget_messages(session, messages, empty_too=True)
            ratings = sum(
                deleted(session, delete(table).where(inside(table.created_at)))
                for table in (FeedbackRow, PairRow)
            )
            said = delete(StatementRow).where(inside(StatementRow.created_at))
            statements = deleted(session, said)
        return self._forgotten(
            Forgotten(forgotten.messages, forgotten.ratings + ratings, forgotten.statements + statements)
        )

    def forget_everything(self) -> Forgotten:
        """Forget all conversations, evidence, statements, personas, own principles and the user's hand on all of them.

        The application's own settings stay: they say nothing about the user's taste.
        """
        with self._database.transaction() as session:
            messages, ratings, pairs, statements = (
                session.scalar(select(func.count()).select_from(table)) or 0
                for table in (MessageRow, FeedbackRow, PairRow, StatementRow)
            )
            for table in (
                ConversationRow,
                FolderRow,
                PersonaRow,
                PrincipleSettingRow,
                StatementRow,
                OwnPrincipleRow,
            ):
                session.execute(delete(table))
            session.execute(delete(SettingRow).where(SettingRow.key == PINNED_KEY))
        return self._forgotten(Forgotten(messages, ratings + pairs, statements))

    def earlier_copies(self) -> tuple[Path, ...]:
        """Return files that may still hold what was forgotten: damaged databases that were moved aside."""
        return tuple(p for p in self._database.files() if not p.name.startswith(DATABASE_NAME))

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

    def _forgotten(self, forgotten: Forgotten) -> Forgotten:
        # First of all: what is gone counts no more, even where the disk is too full for what follows.
        self._working.clear()
        # The index only notes that a word is gone until its parts are merged; merged, it has forgotten the word.
        with self._database.transaction() as session:
            for index in ("title_index", "message_index"):
                session.execute(text(f"INSERT INTO {index} ({index}) VALUES ('optimize')"))  # noqa: S608
        self._database.erase_traces()
        return Forgotten(forgotten.messages, forgotten.ratings, forgotten.statements, self.earlier_copies())


def forget_conversations(session: Session, conversation_ids: Iterable[str]) -> Forgotten:
    """Delete conversations with all messages and what they taught; the caller erases the traces."""
    messages = ratings = statements = 0
    for conversation_id in conversation_ids:
        roots = select(MessageRow.id).where(
            MessageRow.conversation_id == conversation_id, MessageRow.parent_id.is_(None)
        )
        forgotten = forget_messages(session, session.scalars(roots).all())
        session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))
        messages += forgotten.messages
        ratings += forgotten.ratings
        statements += forgotten.statements
    return Forgotten(messages, ratings, statements)


def forget_messages(session: Session, message_ids: Iterable[str], *, empty_too: bool = False) -> Forgotten:
    """Delete messages with all below them and what was stated in them; and conversations they leave empty."""
    roots = list(message_ids)
    messages = ratings = statements = 0
    conversations: set[str] = set()
    for chunk in (roots[i : i + CHUNK] for i in range(0, len(roots), CHUNK)):
        below = select(MessageRow.id).where(MessageRow.id.in_(chunk)).cte(recursive=True)
        below = below.union(select(MessageRow.id).join(below, MessageRow.parent_id == below.c.id))
        gone = select(below.c.id)
        conversations.update(
            session.scalars(select(MessageRow.conversation_id).where(MessageRow.id.in_(gone)).distinct())
        )
        statements += deleted(session, delete(StatementRow).where(StatementRow.message_id.in_(gone)))
        pairs = or_(PairRow.preferred_id.in_(gone), PairRow.other_id.in_(gone))
        ratings += deleted(session, delete(PairRow).where(pairs))
        ratings += deleted(session, delete(FeedbackRow).where(FeedbackRow.message_id.in_(gone)))
        messages += session.scalar(select(func.count()).select_from(below)) or 0
        session.execute(delete(MessageRow).where(MessageRow.id.in_(chunk)))
    if empty_too:
        for conversation_id in conversations:
            if not _has_messages(session, conversation_id):
                session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))
    return Forgotten(messages, ratings, statements)


def _has_messages(session: Session, conversation_id: str) -> bool:
    query = select(MessageRow.id).where(MessageRow.conversation_id == conversation_id).limit(1)
    return session.scalar(query) is not None


def deleted(session: Session, statement: Delete) -> int:
    """Delete rows; return how many they were."""
    # Asked of SQLite: the driver does not count the rows of a DELETE that begins with WITH.
    session.execute(statement.execution_options(synchronize_session=False))
    return session.scalar(select(func.changes())) or 0

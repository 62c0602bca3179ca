"""Deleting for good: rows with all that hangs on them, and every trace of their bytes in the database's files.

What was learned from them goes too, since learning is a function of the rows that remain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import and_, delete, func, or_, select, text, true

from memory.database import DATABASE_NAME
from memory.part import StorePart, conversation_row, message_row
from memory.preferences import PINNED_KEY
from memory.records import Counts, Forgotten, Passage
from memory.schema import (
    ConversationRow,
    EmbeddingRow,
    FeedbackRow,
    FolderRow,
    MessageRow,
    OwnPrincipleRow,
    PairRow,
    PersonaRow,
    PrincipleSettingRow,
    SettingRow,
    StatementEmbeddingRow,
    StatementRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray
    from sqlalchemy import Delete
    from sqlalchemy.orm import Session

# SQLite binds a limited number of values in one statement.
_CHUNK = 10_000


class Forgetting(StorePart):
    """The part of the store that forgets, and says what is kept."""

    def forget_message(self, message_id: str) -> Forgotten:
        """Forget a question or a reply with everything below it. Raises ``NotFoundError``.

        A conversation that is empty afterwards loses its title, which may have been made of the message.
        """
        with self._database.transaction() as session:
            conversation_id = message_row(session, message_id).conversation_id
            forgotten = _forget(session, [message_id])
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
            ratings = _deleted(session, delete(FeedbackRow).where(FeedbackRow.message_id == message_id))
            mine = or_(PairRow.preferred_id == message_id, PairRow.other_id == message_id)
            ratings += _deleted(session, delete(PairRow).where(mine))
        return self._forgotten(Forgotten(0, ratings, 0))

    def forget_between(self, start: datetime, end: datetime) -> Forgotten:
        """Forget what was said, rated or stated from ``start`` until before ``end``, and what was built on it.

        Later messages below a forgotten one go with it; conversations left empty go too.
        """
        with self._database.transaction() as session:

            def inside(column: Any) -> Any:
                return (column >= start) & (column < end)

            messages = session.scalars(select(MessageRow.id).where(inside(MessageRow.created_at))).all()
            forgotten = _forget(session, messages, empty_too=True)
            ratings = sum(
                _deleted(session, delete(table).where(inside(table.created_at)))
                for table in (FeedbackRow, PairRow)
            )
            said = delete(StatementRow).where(inside(StatementRow.created_at))
            statements = _deleted(session, said)
        return self._forgotten(
            Forgotten(forgotten.messages, forgotten.ratings + ratings, forgotten.statements + statements)
        )

    def passages(
        self, words: str = "", *, start: datetime | None = None, end: datetime | None = None
    ) -> tuple[Passage, ...]:
        """Return what ``forget_passages`` would forget, newest first: questions and statements that hold all ``words``.

        A question also counts for its reply. ``start`` and ``end``: only those from ``start`` until before ``end``.
        """
        terms = words.split()

        def fits(text_of: Any, made: Any) -> Any:
            # SQLite ignores the case of ASCII letters alone.
            held = [
                or_(*(text_of.contains(form, autoescape=True) for form in {t, t.lower(), t.capitalize()}))
                for t in terms
            ]
            inside = [made >= start] if start else []
            return and_(true(), *held, *inside, *([made < end] if end else []))

        with self._database.transaction() as session:
            hit = select(func.iif(MessageRow.role == "user", MessageRow.id, MessageRow.parent_id)).where(
                fits(MessageRow.content, MessageRow.created_at)
            )
            columns = MessageRow.id, MessageRow.content, MessageRow.created_at, MessageRow.conversation_id
            found = [Passage(*row) for row in session.execute(select(*columns).where(MessageRow.id.in_(hit)))]
            stated = select(StatementRow.id, StatementRow.text, StatementRow.created_at).where(
                fits(StatementRow.text, StatementRow.created_at)
            )
            found += [Passage(*row) for row in session.execute(stated)]
        return tuple(sorted(found, key=lambda passage: passage.created_at, reverse=True))

    def forget_passages(self, passages: Sequence[Passage]) -> Forgotten:
        """Forget questions with everything below them, and statements; conversations left empty go too."""
        with self._database.transaction() as session:
            forgotten = _forget(session, [p.id for p in passages if p.conversation_id], empty_too=True)
            statements = sum(
                _deleted(session, delete(StatementRow).where(StatementRow.id == p.id))
                for p in passages
                if not p.conversation_id
            )
        return self._forgotten(
            Forgotten(forgotten.messages, forgotten.ratings, forgotten.statements + statements)
        )

    def topic(self, embedder: str, vector: NDArray[np.float32], *, floor: float) -> tuple[str, ...]:
        """Return the questions whose cosine to ``vector`` (d,) is at least ``floor``, closest first."""
        with self._database.transaction() as session:
            return tuple(_near(session, EmbeddingRow.message_id, EmbeddingRow, embedder, vector, floor))

    def forget_topic(self, embedder: str, vector: NDArray[np.float32], *, floor: float) -> Forgotten:
        """Forget the questions of a topic with everything below them, and the statements about it."""
        with self._database.transaction() as session:
            questions = _near(session, EmbeddingRow.message_id, EmbeddingRow, embedder, vector, floor)
            key = StatementEmbeddingRow.statement_id
            stated = _near(session, key, StatementEmbeddingRow, embedder, vector, floor)
            forgotten = _forget(session, questions, empty_too=True)
            statements = _deleted(session, delete(StatementRow).where(StatementRow.id.in_(stated)))
        return self._forgotten(
            Forgotten(forgotten.messages, forgotten.ratings, forgotten.statements + statements)
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
        # The index only notes that a word is gone until its parts are merged; merged, it has forgotten the word.
        with self._database.transaction() as session:
            for index in ("title_index", "message_index"):
                session.execute(text(f"INSERT INTO {index} ({index}) VALUES ('optimize')"))  # noqa: S608
        self._database.erase_traces()
        self._working.clear()
        return Forgotten(forgotten.messages, forgotten.ratings, forgotten.statements, self.earlier_copies())


def forget_conversations(session: Session, conversation_ids: Iterable[str]) -> Forgotten:
    """Delete conversations with all messages and what they taught; the caller erases the traces."""
    messages = ratings = statements = 0
    for conversation_id in conversation_ids:
        roots = select(MessageRow.id).where(
            MessageRow.conversation_id == conversation_id, MessageRow.parent_id.is_(None)
        )
        forgotten = _forget(session, session.scalars(roots).all())
        session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))
        messages += forgotten.messages
        ratings += forgotten.ratings
        statements += forgotten.statements
    return Forgotten(messages, ratings, statements)


def _forget(session: Session, message_ids: Iterable[str], *, empty_too: bool = False) -> Forgotten:
    """Delete messages with all below them and what was stated in them; and conversations they leave empty."""
    roots = list(message_ids)
    messages = ratings = statements = 0
    conversations: set[str] = set()
    for chunk in (roots[i : i + _CHUNK] for i in range(0, len(roots), _CHUNK)):
        below = select(MessageRow.id).where(MessageRow.id.in_(chunk)).cte(recursive=True)
        below = below.union(select(MessageRow.id).join(below, MessageRow.parent_id == below.c.id))
        gone = select(below.c.id)
        conversations.update(
            session.scalars(select(MessageRow.conversation_id).where(MessageRow.id.in_(gone)).distinct())
        )
        statements += _deleted(session, delete(StatementRow).where(StatementRow.message_id.in_(gone)))
        pairs = or_(PairRow.preferred_id.in_(gone), PairRow.other_id.in_(gone))
        ratings += _deleted(session, delete(PairRow).where(pairs))
        ratings += _deleted(session, delete(FeedbackRow).where(FeedbackRow.message_id.in_(gone)))
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


def _deleted(session: Session, statement: Delete) -> int:
    # Asked of SQLite: the driver does not count the rows of a DELETE that begins with WITH.
    session.execute(statement.execution_options(synchronize_session=False))
    return session.scalar(select(func.changes())) or 0


def _near(
    session: Session, key: Any, table: Any, embedder: str, vector: NDArray[np.float32], floor: float
) -> list[str]:
    found: list[tuple[float, str]] = []
    query = select(key, table.vector).where(table.embedder == embedder)
    for rows in session.execute(query).partitions(1000):
        same = [(name, raw) for name, raw in rows if len(raw) == 4 * len(vector)]
        if same:
            vectors = np.frombuffer(b"".join(raw for _, raw in same), dtype="<f4").reshape(-1, len(vector))
            cosines = (vectors @ vector).tolist()
            found += [(c, n) for c, (n, _) in zip(cosines, same, strict=True) if c >= floor]
    return [name for _, name in sorted(found, reverse=True)]

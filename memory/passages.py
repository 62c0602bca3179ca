"""What can be forgotten by itself, found by its words, by what it is about, or by when it was said.

Finds questions, statements, notes on ratings and titles of conversations, wherever they lie, the trash included. It
knows vectors, not how they are made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import and_, delete, func, or_, select

from memory.forgetting import CHUNK, Forgetting, deleted, forget_conversations, forget_messages
from memory.records import Forgotten, Passage
from memory.schema import (
    ConversationRow,
    EmbeddingRow,
    FeedbackRow,
    MessageRow,
    StatementEmbeddingRow,
    StatementRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

# How many that are about a topic in other words are shown at most: further ones are hardly about it.
MOST_ABOUT: Final = 50


class Passages(Forgetting):
    """The part of the store that shows what would be forgotten, and forgets what was chosen of it."""

    def passages_with(self, words: str) -> tuple[Passage, ...]:
        """Return what holds every one of ``words``, newest first. A question also counts for its replies."""
        terms = words.split()
        if not terms:
            return ()

        def holds(column: Any) -> ColumnElement[bool]:
            # SQLite ignores the case of ASCII letters alone.
            forms = (
                {term, term.lower(), term.upper(), term.capitalize(), term.title()}
                if not term.isascii()
                else {term}
                for term in terms
            )
            return and_(*(or_(*(column.contains(form, autoescape=True) for form in some)) for some in forms))

        asked = func.iif(
            MessageRow.role == "user", MessageRow.id, func.coalesce(MessageRow.parent_id, MessageRow.id)
        )
        with self._database.transaction() as session:
            found = _questions(session, MessageRow.id.in_(select(asked).where(holds(MessageRow.content))))
            found += _statements(session, holds(StatementRow.text))
            found += _notes(session, holds(FeedbackRow.note))
            titles = select(ConversationRow.id, ConversationRow.title, ConversationRow.created_at).where(
                holds(ConversationRow.title)
            )
            found += [Passage(name, "title", title, at, name) for name, title, at in session.execute(titles)]
            return _nested(session, _newest_first(found))

    def passages_between(self, start: datetime, end: datetime) -> tuple[Passage, ...]:
        """Return what ``forget_between`` would forget that has words, newest first."""

        def inside(column: Any) -> Any:
            return (column >= start) & (column < end)

        with self._database.transaction() as session:
            then = select(MessageRow.id).where(inside(MessageRow.created_at))
            first = or_(
                MessageRow.role == "user", MessageRow.parent_id.is_(None), MessageRow.parent_id.not_in(then)
            )
            found = _questions(session, and_(inside(MessageRow.created_at), first))
            found += _statements(session, inside(StatementRow.created_at))
            found += _notes(session, and_(inside(FeedbackRow.created_at), FeedbackRow.note != ""))
            return _newest_first(found)

    def passages_about(
        self,
        words: str,
        embedder: str,
        vector: NDArray[np.float32],
        *,
        floor: float,
        most: int = MOST_ABOUT,
    ) -> tuple[Passage, ...]:
        """Return what holds every one of ``words``, then what is about them in others, closest first.

        The latter are questions and statements whose cosine to ``vector`` (d,) is at least ``floor``.
        """
        held = self.passages_with(words)
        known = {passage.id for passage in held}
        with self._database.transaction() as session:
            near = {
                **_near(session, EmbeddingRow.message_id, EmbeddingRow, embedder, vector, floor),
                **_near(
                    session,
                    StatementEmbeddingRow.statement_id,
                    StatementEmbeddingRow,
                    embedder,
                    vector,
                    floor,
                ),
            }
            closest = sorted((name for name in near if name not in known), key=lambda n: -near[n])[:most]
            about = _questions(session, MessageRow.id.in_(closest))
            about += _statements(session, StatementRow.id.in_(closest))
            about = [replace(passage, cosine=near[passage.id]) for passage in about]
            return _nested(session, (*held, *sorted(about, key=lambda p: -near[p.id])))

    def unembedded_questions(self, embedder: str) -> tuple[str, ...]:
        """Return the questions that have no vector of ``embedder``, newest first."""
        known = select(EmbeddingRow.message_id).where(EmbeddingRow.embedder == embedder)
        query = select(MessageRow.id).where(
            MessageRow.role == "user", MessageRow.content != "", MessageRow.id.not_in(known)
        )
        with self._database.transaction() as session:
            return tuple(session.scalars(query.order_by(MessageRow.number.desc())))

    def forget_passages(self, passages: Sequence[Passage]) -> Forgotten:
        """Forget questions with everything below them, statements, thumbs with their notes, and conversations.

        Conversations left empty go too.
        """
        of: dict[str, list[str]] = {"question": [], "statement": [], "note": [], "title": []}
        for passage in passages:
            of[passage.kind].append(passage.id)
        with self._database.transaction() as session:
            whole = forget_conversations(session, of["title"])
            some = forget_messages(session, of["question"], empty_too=True)
            ratings = deleted(session, delete(FeedbackRow).where(FeedbackRow.message_id.in_(of["note"])))
            statements = deleted(session, delete(StatementRow).where(StatementRow.id.in_(of["statement"])))
        return self._forgotten(
            Forgotten(
                whole.messages + some.messages,
                whole.ratings + some.ratings + ratings,
                whole.statements + some.statements + statements,
            )
        )


def _questions(session: Session, which: ColumnElement[bool]) -> list[Passage]:
    query = select(
        MessageRow.id, MessageRow.content, MessageRow.created_at, MessageRow.conversation_id
    ).where(which)
    return [Passage(name, "question", text, at, where) for name, text, at, where in session.execute(query)]


def _statements(session: Session, which: ColumnElement[bool]) -> list[Passage]:
    query = (
        select(StatementRow.id, StatementRow.text, StatementRow.created_at, MessageRow.conversation_id)
        .outerjoin(MessageRow, MessageRow.id == StatementRow.message_id)
        .where(which)
    )
    return [
        Passage(name, "statement", text, at, where or "") for name, text, at, where in session.execute(query)
    ]


def _notes(session: Session, which: ColumnElement[bool]) -> list[Passage]:
    query = (
        select(FeedbackRow.message_id, FeedbackRow.note, FeedbackRow.created_at, MessageRow.conversation_id)
        .join(MessageRow, MessageRow.id == FeedbackRow.message_id)
        .where(which)
    )
    return [Passage(name, "note", text, at, where) for name, text, at, where in session.execute(query)]


def _newest_first(found: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple(sorted(found, key=lambda passage: passage.created_at, reverse=True))


def _nested(session: Session, found: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """Say of each passage which other one takes it along: the nearest found question above it, or its conversation."""
    ids = {passage.id for passage in found if passage.kind in ("question", "title")}
    owners = list({passage.conversation_id for passage in found if passage.conversation_id})
    parents: dict[str, str | None] = {}
    for chunk in (owners[i : i + CHUNK] for i in range(0, len(owners), CHUNK)):
        tree = select(MessageRow.id, MessageRow.parent_id).where(MessageRow.conversation_id.in_(chunk))
        parents.update((name, parent) for name, parent in session.execute(tree))
    stated = [passage.id for passage in found if passage.kind == "statement"]
    said = select(StatementRow.id, StatementRow.message_id).where(StatementRow.id.in_(stated))
    above: dict[str, str | None] = {row.id: row.message_id for row in session.execute(said)}

    def within(passage: Passage) -> str:
        at = above.get(passage.id) if passage.kind == "statement" else parents.get(passage.id)
        while at is not None and at not in ids:
            at = parents.get(at)
        whole = passage.conversation_id if passage.kind != "title" else ""
        return at or (whole if whole in ids else "")

    return tuple(replace(passage, within=within(passage)) for passage in found)


def _near(
    session: Session, key: Any, table: Any, embedder: str, vector: NDArray[np.float32], floor: float
) -> dict[str, float]:
    found: dict[str, float] = {}
    query = select(key, table.vector).where(table.embedder == embedder)
    for rows in session.execute(query).partitions(1000):
        same = [(name, raw) for name, raw in rows if len(raw) == 4 * len(vector)]
        if same:
            vectors = np.frombuffer(b"".join(raw for _, raw in same), dtype="<f4").reshape(-1, len(vector))
            cosines = (vectors @ vector).tolist()
            found.update((n, c) for c, (n, _) in zip(cosines, same, strict=True) if c >= floor)
    return found

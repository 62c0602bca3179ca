"""What the user said about themselves: kept, merged, superseded and recalled by similarity.

It knows which statements say the same or exclude each other; when one is said, and whether the user confirmed it,
is the application's business. Recalled text never becomes evidence: nothing here touches thumbs or pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from memory.contradiction import contradicts, same_statement
from memory.errors import NotFoundError
from memory.part import StorePart, new_id, said_outside_trash
from memory.records import Forgotten, Statement, StatementAdded
from memory.schema import StatementEmbeddingRow, StatementRow

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from memory.records import StatementKind

# Cosine from which a statement is about the question, and how many may enter one prompt.
RELEVANT, MOST_RECALLED = 0.2, 4

# Cosine from which two statements of one kind say the same, whatever their words, unless a rule says otherwise.
SAME = 0.92


class Statements(StorePart):
    """The part of the store that keeps what the user said in words."""

    def add_statement(
        self,
        text: str,
        kind: StatementKind,
        *,
        principle: str | None = None,
        value: float | None = None,
        message_id: str | None = None,
        embedder: str | None = None,
        vector: NDArray[np.float32] | None = None,
    ) -> StatementAdded:
        """Keep a statement the user confirmed; ``message_id`` is where it was said.

        One that says what another already says is merged into it. Those it contradicts are superseded, never
        deleted: the newer wins. With a ``principle`` and ``value`` in [−1, 1] it sets the prior of that principle's
        weight, unless the user's slider does; two such on one principle exclude each other.
        """
        with self._database.transaction() as session:
            return self._add(session, text, kind, principle, value, message_id, embedder, vector)

    def replace_statement(
        self,
        statement_id: str,
        text: str,
        kind: StatementKind,
        *,
        principle: str | None = None,
        value: float | None = None,
    ) -> StatementAdded:
        """Put other words in the place of a statement, said where it was said. Raises ``NotFoundError``.

        One that has entered a prompt is kept as superseded, so that what was used can still be shown; one that
        has not is forgotten.
        """
        with self._database.transaction() as session:
            old = _row(session, statement_id)
            unused = old.used_at is None
            old.superseded_at = self._clock()
            session.flush()
            added = self._add(session, text, kind, principle, value, old.message_id, None, None)
            if added.statement.id != old.id:
                old.superseded_by = added.statement.id
                if unused:
                    session.delete(old)
        if unused:
            self._database.erase_traces()
        return added

    def _add(
        self,
        session: Session,
        text: str,
        kind: StatementKind,
        principle: str | None,
        value: float | None,
        message_id: str | None,
        embedder: str | None,
        vector: NDArray[np.float32] | None,
    ) -> StatementAdded:
        text = " ".join(text.split())
        if not text or (value is not None and not -1 <= value <= 1):
            raise ValueError("a statement has a text and a value in [−1, 1]")
        current = _holding(session)
        close = _close(session, embedder, vector)
        excluded = [row for row in current if _excludes(text, principle, value, row)]
        for row in current:
            same = same_statement(text, row.text) or (row.kind == kind and row.id in close)
            if same and row not in excluded and (row.principle, row.value) == (principle, value):
                return StatementAdded(statement_of(row), merged=True)
        now = self._clock()
        added = StatementRow(
            id=new_id(),
            text=text,
            kind=kind,
            created_at=now,
            message_id=message_id,
            principle=principle,
            value=value,
        )
        session.add(added)
        session.flush()
        _keep_vector(session, added.id, embedder, vector)
        for row in excluded:
            row.superseded_at, row.superseded_by = now, added.id
        return StatementAdded(statement_of(added), superseded=tuple(map(statement_of, excluded)))

    def statements(self, *, superseded: bool = False) -> tuple[Statement, ...]:
        """Return what holds, oldest first; with ``superseded`` also what no longer does."""
        query = select(StatementRow).where(said_outside_trash()).order_by(StatementRow.number)
        if not superseded:
            query = query.where(StatementRow.superseded_at.is_(None))
        with self._database.transaction() as session:
            return tuple(map(statement_of, session.scalars(query)))

    def embed_statement(self, statement_id: str, embedder: str, vector: NDArray[np.float32]) -> None:
        """Keep the vector of a statement, so that it can be recalled. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            _keep_vector(session, statement_id, embedder, vector)

    def unembedded_statements(self, embedder: str) -> tuple[Statement, ...]:
        """Return what holds but has no vector of ``embedder`` yet."""
        known = select(StatementEmbeddingRow.statement_id).where(StatementEmbeddingRow.embedder == embedder)
        query = select(StatementRow).where(
            StatementRow.superseded_at.is_(None), StatementRow.id.not_in(known)
        )
        with self._database.transaction() as session:
            return tuple(map(statement_of, session.scalars(query.order_by(StatementRow.number))))

    def recall_statements(
        self,
        embedder: str,
        vector: NDArray[np.float32],
        *,
        limit: int = MOST_RECALLED,
        floor: float = RELEVANT,
    ) -> tuple[tuple[Statement, float], ...]:
        """Return facts and wishes about a question ``vector`` (d,) with their cosine ≥ ``floor``, closest first.

        Style is not recalled: it acts through the weights.
        """
        with self._database.transaction() as session:
            cosines = _cosines(session, embedder, vector)
            found = [
                (statement_of(row), cosines[row.id])
                for row in _holding(session)
                if row.kind != "style" and cosines.get(row.id, -1.0) >= floor
            ]
        return tuple(sorted(found, key=lambda pair: -pair[1])[:limit])

    def supersede_statement(self, statement_id: str, by: str | None = None) -> None:
        """Say that a statement no longer holds, because of the statement ``by``. Raises ``NotFoundError``."""
        now = self._clock()
        with self._database.transaction() as session:
            row = _row(session, statement_id)
            if by is not None:
                _row(session, by)
            row.superseded_at, row.superseded_by = now, by

    def restore_statement(self, statement_id: str) -> tuple[Statement, ...]:
        """Let a superseded statement hold again; what it contradicts no longer does, and is returned.

        Raises ``NotFoundError``.
        """
        now = self._clock()
        with self._database.transaction() as session:
            row = _row(session, statement_id)
            row.superseded_at = row.superseded_by = None
            others = [other for other in _holding(session) if other.id != row.id]
            excluded = [other for other in others if _excludes(row.text, row.principle, row.value, other)]
            for other in excluded:
                other.superseded_at, other.superseded_by = now, row.id
            return tuple(map(statement_of, excluded))

    def forget_statement(self, statement_id: str) -> Forgotten:
        """Forget a statement for good. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            session.delete(_row(session, statement_id))
        self._database.erase_traces()
        return Forgotten(0, 0, 1)


def _holding(session: Session) -> list[StatementRow]:
    query = select(StatementRow).where(StatementRow.superseded_at.is_(None), said_outside_trash())
    return list(session.scalars(query.order_by(StatementRow.number)))


def _excludes(text: str, principle: str | None, value: float | None, row: StatementRow) -> bool:
    if principle is not None and row.principle == principle:
        return value != row.value
    return contradicts(text, row.text)


def _row(session: Session, statement_id: str) -> StatementRow:
    row = session.scalar(select(StatementRow).where(StatementRow.id == statement_id))
    if row is None:
        raise NotFoundError(f"statement {statement_id}")
    return row


def _keep_vector(
    session: Session, statement_id: str, embedder: str | None, vector: NDArray[np.float32] | None
) -> None:
    if embedder is not None and vector is not None:
        values = {
            "statement_id": statement_id,
            "embedder": embedder,
            "vector": np.asarray(vector, dtype="<f4").tobytes(),
        }
        session.execute(insert(StatementEmbeddingRow).values(**values).prefix_with("OR REPLACE"))


def _cosines(session: Session, embedder: str, vector: NDArray[np.float32]) -> dict[str, float]:
    query = select(StatementEmbeddingRow.statement_id, StatementEmbeddingRow.vector).where(
        StatementEmbeddingRow.embedder == embedder
    )
    rows = [(name, raw) for name, raw in session.execute(query) if len(raw) == 4 * len(vector)]
    if not rows:
        return {}
    vectors = np.frombuffer(b"".join(raw for _, raw in rows), dtype="<f4").reshape(len(rows), -1)
    return dict(zip((name for name, _ in rows), (vectors @ vector).tolist(), strict=True))


def _close(session: Session, embedder: str | None, vector: NDArray[np.float32] | None) -> set[str]:
    if embedder is None or vector is None:
        return set()
    return {name for name, cosine in _cosines(session, embedder, vector).items() if cosine >= SAME}


def statement_of(row: StatementRow) -> Statement:
    """Return the record of a row."""
    return Statement(
        id=row.id,
        text=row.text,
        kind=cast("StatementKind", row.kind),
        created_at=row.created_at,
        principle=row.principle,
        value=row.value,
        message_id=row.message_id,
        used_at=row.used_at,
        superseded_at=row.superseded_at,
        superseded_by=row.superseded_by,
    )

"""What is known about replies: how they came about, their features, the thumb on them, their question's vector.

It knows no learning; ``preferences`` reads what is kept here.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, cast

import numpy as np
from sqlalchemy import delete, or_, select, union_all
from sqlalchemy.dialects.sqlite import insert

from memory.part import StorePart, conversation_row, in_trash, message_row, new_id
from memory.records import WRITTEN, Feedback, Pair, PromptEmbedding, ReplyFeatures, ReplyTrace
from memory.schema import EmbeddingRow, FeedbackRow, MessageRow, PairRow, ReplyFeaturesRow, ReplyTraceRow
from memory.surface import STORED, STORED_PREFIX, surface

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from memory.records import Label, PairSource


class Replies(StorePart):
    """The part of the store that keeps evidence."""

    def save_trace(self, trace: ReplyTrace) -> None:
        """Keep how a reply came about, replacing an earlier trace. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            session.execute(insert(ReplyTraceRow).values(**asdict(trace)).prefix_with("OR REPLACE"))

    def trace(self, message_id: str) -> ReplyTrace | None:
        """Return how a reply came about, or ``None`` where that was not kept."""
        with self._database.transaction() as session:
            row = session.get(ReplyTraceRow, message_id)
            return (
                None
                if row is None
                else ReplyTrace(**{f.name: getattr(row, f.name) for f in fields(ReplyTrace)})
            )

    def traces(self, conversation_id: str) -> dict[str, ReplyTrace]:
        """Return how each reply of a conversation came about, by message id."""
        query = select(*(getattr(ReplyTraceRow, f.name) for f in fields(ReplyTrace)))
        query = query.join(MessageRow, MessageRow.id == ReplyTraceRow.message_id)
        with self._database.transaction() as session:
            rows = session.execute(query.where(MessageRow.conversation_id == conversation_id))
            return {row.message_id: ReplyTrace(*row) for row in rows}

    def thumbs(self, conversation_id: str) -> dict[str, Feedback]:
        """Return the thumbs in force in a conversation, by message id."""
        query = select(FeedbackRow).join(MessageRow, MessageRow.id == FeedbackRow.message_id)
        with self._database.transaction() as session:
            rows = session.scalars(query.where(MessageRow.conversation_id == conversation_id))
            return {row.message_id: feedback_of(row) for row in rows}

    def save_features(self, features: ReplyFeatures) -> None:
        """Keep a reply's features under their reward version, replacing earlier ones. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            message = message_row(session, features.message_id)
            number, counted = message.number, surface(message.content)
            values = {
                "message_id": features.message_id,
                "reward_version": features.reward_version,
                "names": [*features.values, *STORED],
                "values": np.array([*features.values.values(), *counted], dtype="<f8").tobytes(),
                "mean_base_logprob": features.mean_base_logprob,
                "tokens": features.tokens,
            }
            teaches = conversation_row(session, message.conversation_id).trashed_at is None
            session.execute(insert(ReplyFeaturesRow).values(**values).prefix_with("OR REPLACE"))
        if teaches:
            question_id = message.parent_id or features.message_id
            self._working.features_saved(features, question_id, counted, number)

    def features(self, message_id: str, reward_version: str) -> ReplyFeatures | None:
        """Return a reply's features under ``reward_version``, or ``None`` until it is scored.

        Those of a text written by hand hold for every version.
        """
        with self._database.transaction() as session:
            row = session.get(ReplyFeaturesRow, (message_id, reward_version))
            row = row or session.get(ReplyFeaturesRow, (message_id, WRITTEN))
            if row is None:
                return None
            values = np.frombuffer(row.values, dtype="<f8").tolist()
            named = {n: v for n, v in zip(row.names, values, strict=True) if not n.startswith(STORED_PREFIX)}
            return ReplyFeatures(message_id, row.reward_version, named, row.mean_base_logprob, row.tokens)

    def reopen(self, message_id: str) -> None:
        """Let a reply be written on: it is *streaming* again, and its features are those of a text it no longer has.

        Raises ``NotFoundError``.
        """
        with self._database.transaction() as session:
            message_row(session, message_id).state = "streaming"
            session.execute(delete(ReplyFeaturesRow).where(ReplyFeaturesRow.message_id == message_id))
        self._working.clear()

    def unscored(self, reward_version: str, names: Iterable[str] = ()) -> tuple[str, ...]:
        """Return replies that were rated or compared and lack features, most recently rated first.

        A reply lacks them where it was never scored under ``reward_version``, or without one of the principles
        ``names``.
        """
        wanted = set(names)
        rated = select(FeedbackRow.message_id, FeedbackRow.created_at)
        compared = (select(column, PairRow.created_at) for column in (PairRow.preferred_id, PairRow.other_id))
        taught = union_all(rated, *compared).subquery()
        written = select(ReplyFeaturesRow.message_id).where(ReplyFeaturesRow.reward_version == WRITTEN)
        query = (
            select(taught.c.message_id, ReplyFeaturesRow.names)
            .outerjoin(
                ReplyFeaturesRow,
                (ReplyFeaturesRow.message_id == taught.c.message_id)
                & (ReplyFeaturesRow.reward_version == reward_version),
            )
            .where(taught.c.message_id.not_in(in_trash()), taught.c.message_id.not_in(written))
            .order_by(taught.c.created_at.desc())
        )
        with self._database.transaction() as session:
            rows = session.execute(query)
            lacking = (reply for reply, known in rows if known is None or not wanted <= set(known))
            return tuple(dict.fromkeys(lacking))

    def rate(self, message_id: str, label: Label, *, reasons: Sequence[str] = (), note: str = "") -> Feedback:
        """Put a thumb on a reply, in place of an earlier one. Raises ``NotFoundError``."""
        feedback = Feedback(new_id(), message_id, label, self._clock(), tuple(reasons), note)
        with self._database.transaction() as session:
            message_row(session, message_id)
            session.execute(delete(FeedbackRow).where(FeedbackRow.message_id == message_id))
            session.add(
                FeedbackRow(
                    id=feedback.id,
                    message_id=message_id,
                    label=label,
                    reasons=list(reasons),
                    note=note,
                    created_at=feedback.created_at,
                )
            )
        self._working.thumb_set(feedback)
        return feedback

    def undo_rating(self, message_id: str) -> None:
        """Take the thumb off a reply, as if it had never been there."""
        with self._database.transaction() as session:
            session.execute(delete(FeedbackRow).where(FeedbackRow.message_id == message_id))
        self._working.thumb_cleared(message_id)

    def feedback(self, message_id: str) -> Feedback | None:
        """Return the thumb in force on a reply."""
        with self._database.transaction() as session:
            row = session.scalar(select(FeedbackRow).where(FeedbackRow.message_id == message_id))
            return None if row is None else feedback_of(row)

    def prefer(self, preferred_id: str, other_id: str, *, source: PairSource = "compared") -> Pair:
        """Keep that one reply was preferred over another to the same question, an edit over its original.

        Saying it again moves it to now; saying the opposite replaces it. Raises ``NotFoundError``, and ValueError
        for replies to different questions.
        """
        pair = Pair(new_id(), preferred_id, other_id, source, self._clock())
        with self._database.transaction() as session:
            preferred, other = message_row(session, preferred_id), message_row(session, other_id)
            if preferred_id == other_id or preferred.parent_id != other.parent_id:
                raise ValueError("a pair needs two replies to one question")
            replaced = select(PairRow).where(
                PairRow.preferred_id.in_((preferred_id, other_id)),
                PairRow.other_id.in_((preferred_id, other_id)),
            )
            gone = session.scalars(replaced).all()
            for row in gone:
                session.delete(row)
            session.add(PairRow(**asdict(pair)))
        for row in gone:
            self._working.pair_removed(row.id)
        self._working.pair_added(pair)
        return pair

    def undo_preference(self, pair_id: str) -> None:
        """Take a pair back, as if it had never been said."""
        with self._database.transaction() as session:
            session.execute(delete(PairRow).where(PairRow.id == pair_id))
        self._working.pair_removed(pair_id)

    def pairs(self, message_id: str) -> tuple[Pair, ...]:
        """Return the pairs a reply is part of, oldest first."""
        mine = or_(PairRow.preferred_id == message_id, PairRow.other_id == message_id)
        with self._database.transaction() as session:
            return tuple(map(pair_of, session.scalars(select(PairRow).where(mine).order_by(PairRow.number))))

    def save_embedding(self, embedding: PromptEmbedding) -> None:
        """Keep the vector of a question under its embedder. Raises ``NotFoundError``."""
        values = {
            "message_id": embedding.message_id,
            "embedder": embedding.embedder,
            "vector": np.asarray(embedding.vector, dtype="<f4").tobytes(),
        }
        with self._database.transaction() as session:
            session.execute(insert(EmbeddingRow).values(**values).prefix_with("OR REPLACE"))
        vector = np.array(embedding.vector, dtype=np.float32)
        self._working.embedding_saved(embedding.message_id, embedding.embedder, vector)

    def embedding(self, message_id: str, embedder: str) -> PromptEmbedding | None:
        """Return a question's vector under ``embedder``, or ``None`` until it is embedded."""
        with self._database.transaction() as session:
            row = session.get(EmbeddingRow, (message_id, embedder))
            if row is None:
                return None
            return PromptEmbedding(message_id, embedder, np.frombuffer(row.vector, dtype="<f4").copy())

    def has_embedding(self, message_id: str, embedder: str) -> bool:
        """Whether a question's vector is kept under ``embedder``."""
        with self._database.transaction() as session:
            return session.get(EmbeddingRow, (message_id, embedder)) is not None


def feedback_of(row: FeedbackRow) -> Feedback:
    """Return a thumb's row as a record."""
    label = cast("Label", row.label)
    return Feedback(row.id, row.message_id, label, row.created_at, tuple(row.reasons), row.note)


def pair_of(row: PairRow) -> Pair:
    """Return a pair's row as a record."""
    return Pair(row.id, row.preferred_id, row.other_id, cast("PairSource", row.source), row.created_at)

"""What is known about replies: how they came about, their features, the thumb on them, their question's vector.

It knows no learning; ``preferences`` reads what is kept here.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, cast

import numpy as np
from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.sqlite import insert

from memory.part import StorePart, message_row, new_id
from memory.records import Feedback, PromptEmbedding, ReplyFeatures, ReplyTrace
from memory.schema import EmbeddingRow, FeedbackRow, ReplyFeaturesRow, ReplyTraceRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memory.records import Label


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

    def save_features(self, features: ReplyFeatures) -> None:
        """Keep a reply's features under their reward version, replacing earlier ones. Raises ``NotFoundError``."""
        values = {
            "message_id": features.message_id,
            "reward_version": features.reward_version,
            "names": list(features.values),
            "values": np.array(list(features.values.values()), dtype="<f8").tobytes(),
            "mean_base_logprob": features.mean_base_logprob,
            "tokens": features.tokens,
        }
        with self._database.transaction() as session:
            session.execute(insert(ReplyFeaturesRow).values(**values).prefix_with("OR REPLACE"))
        self._evidence_changed()

    def features(self, message_id: str, reward_version: str) -> ReplyFeatures | None:
        """Return a reply's features under ``reward_version``, or ``None`` until it is scored."""
        with self._database.transaction() as session:
            row = session.get(ReplyFeaturesRow, (message_id, reward_version))
            if row is None:
                return None
            values = np.frombuffer(row.values, dtype="<f8").tolist()
            named = dict(zip(row.names, values, strict=True))
            return ReplyFeatures(message_id, reward_version, named, row.mean_base_logprob, row.tokens)

    def unscored(self, reward_version: str) -> tuple[str, ...]:
        """Return rated replies that have no features under ``reward_version``, most recently rated first."""
        scored = exists().where(
            ReplyFeaturesRow.message_id == FeedbackRow.message_id,
            ReplyFeaturesRow.reward_version == reward_version,
        )
        query = select(FeedbackRow.message_id).where(~scored).order_by(FeedbackRow.number.desc())
        with self._database.transaction() as session:
            return tuple(session.scalars(query))

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
        self._evidence_changed()
        return feedback

    def undo_rating(self, message_id: str) -> None:
        """Take the thumb off a reply, as if it had never been there."""
        with self._database.transaction() as session:
            session.execute(delete(FeedbackRow).where(FeedbackRow.message_id == message_id))
        self._evidence_changed()

    def feedback(self, message_id: str) -> Feedback | None:
        """Return the thumb in force on a reply."""
        with self._database.transaction() as session:
            row = session.scalar(select(FeedbackRow).where(FeedbackRow.message_id == message_id))
            if row is None:
                return None
            label = cast("Label", row.label)
            return Feedback(row.id, message_id, label, row.created_at, tuple(row.reasons), row.note)

    def save_embedding(self, embedding: PromptEmbedding) -> None:
        """Keep the vector of a question under its embedder. Raises ``NotFoundError``."""
        values = {
            "message_id": embedding.message_id,
            "embedder": embedding.embedder,
            "vector": np.asarray(embedding.vector, dtype="<f4").tobytes(),
        }
        with self._database.transaction() as session:
            session.execute(insert(EmbeddingRow).values(**values).prefix_with("OR REPLACE"))
        self._evidence_changed()

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

"""The working memory beside the database: evidence in arrays and what was last inferred from it.

Loaded when first asked for, kept in step afterwards, and dropped whole where something was deleted: it is only ever
a copy of what the rows say. It knows SQL; ``evidence`` and ``taste`` know the arithmetic.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import BigInteger, String, select, type_coerce, update
from threadpoolctl import ThreadpoolController

from memory.evidence import EvidenceRows, EvidenceTable
from memory.features import align
from memory.learning import make_prior
from memory.recall import VectorIndex
from memory.records import WRITTEN
from memory.schema import (
    ConversationRow,
    EmbeddingRow,
    FeedbackRow,
    MessageRow,
    PairRow,
    ReplyFeaturesRow,
)
from memory.surface import STORED, STORED_PREFIX, surface
from memory.taste import CONTEXT_ROWS, Taste
from memory.typical import MOST_QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from memory.context import ContextualTaste
    from memory.learning import Array
    from memory.records import Feedback, Pair, ReplyFeatures

# SQLite binds at most 250,000 values a statement, older builds 32,766.
_CHUNK = 10_000


class WorkingMemory:
    """Evidence tables by reward version, question vectors by embedder, inferences by both."""

    def __init__(self) -> None:
        self._tables: dict[str, EvidenceTable] = {}
        self._vectors: dict[tuple[str, int], VectorIndex] = {}
        self._absent: dict[tuple[str, int], set[str]] = {}
        self._inferred: dict[str, tuple[EvidenceRows, Mapping[str, float], Taste]] = {}
        self._contextual: dict[tuple[str, str], tuple[Taste, ContextualTaste | None]] = {}
        self._threads: ThreadpoolController | None = None
        self._modes: dict[str, Array | None] = {}

    @contextmanager
    def one_thread(self) -> Iterator[None]:
        """Keep linear algebra to the calling thread.

        Its matrices are small; on two cores that llama.cpp's threads occupy, waiting for a second one costs more
        than it brings.
        """
        if self._threads is None:
            self._threads = ThreadpoolController()
        with self._threads.limit(limits=1):
            yield

    def clear(self) -> None:
        """Drop everything: rows were deleted, or the list of principles changed."""
        for kept in (
            self._tables,
            self._vectors,
            self._absent,
            self._inferred,
            self._contextual,
            self._modes,
        ):
            kept.clear()

    def thumb_set(self, feedback: Feedback) -> None:
        """Learn that a thumb was put on a reply, perhaps in place of another."""
        for table in self._tables.values():
            table.set_thumb(
                feedback.message_id,
                feedback.id,
                feedback.label,
                feedback.reasons,
                feedback.created_at.timestamp(),
            )

    def thumb_cleared(self, message_id: str) -> None:
        """Learn that a thumb was taken off a reply."""
        for table in self._tables.values():
            table.clear_thumb(message_id)

    def pair_added(self, pair: Pair) -> None:
        """Learn that a reply was preferred over a sibling."""
        for table in self._tables.values():
            table.add_pair(pair.id, pair.preferred_id, pair.other_id, pair.created_at.timestamp())

    def pair_removed(self, pair_id: str) -> None:
        """Learn that a pair was taken back."""
        for table in self._tables.values():
            table.remove_pair(pair_id)

    def features_saved(self, features: ReplyFeatures, question_id: str, counted: Array, number: int) -> None:
        """Learn that a reply, the ``number``-th message, was scored; ``counted``: (S,) surface of its text."""
        if features.reward_version == WRITTEN:
            for known in self._tables.values():
                known.add_written(features.message_id, question_id, _aligned(features, known.names))
            return
        table = self._tables.get(features.reward_version)
        if table is not None:
            row = _aligned(features, table.names)
            table.add_reply(
                features.message_id,
                question_id,
                row,
                features.tokens,
                features.mean_base_logprob,
                counted,
                number,
            )

    def embedding_saved(self, message_id: str, embedder: str, vector: NDArray[np.float32]) -> None:
        """Learn that a question got a vector. One that evidence is about is read again when needed."""
        for table in self._tables.values():
            table.set_vector(message_id, embedder, vector)
        for key, index in self._vectors.items():
            if key[0] == embedder and (message_id in index or message_id in self._absent[key]):
                index.remove([message_id])
                self._absent[key].discard(message_id)
                self._contextual.clear()

    def taste(
        self, session: Session, reward_version: str, names: Sequence[str], settings: Mapping[str, float]
    ) -> tuple[EvidenceRows, Taste]:
        """Evidence under ``reward_version`` and what is inferred from it, given the user's own settings."""
        if reward_version not in self._tables:
            self._tables[reward_version] = load_table(session, reward_version, names)
        evidence = self._tables[reward_version].rows()
        known = self._inferred.get(reward_version)
        if known is None or known[0] is not evidence or known[1] != settings:
            if known is not None and "everywhere" in known[2].__dict__:
                self._modes[reward_version] = known[2].everywhere.start
            taste = Taste(evidence.rows, make_prior(names, settings), start=self._modes.get(reward_version))
            known = self._inferred[reward_version] = (evidence, dict(settings), taste)
        return known[0], known[2]

    def inputs(self, reward_version: str, message_ids: Sequence[str]) -> Array:
        """Return the inputs of scored replies, as the regression sees them. ``taste`` comes first."""
        return self._tables[reward_version].inputs_of(message_ids)

    def contextual(
        self, session: Session, reward_version: str, embedder: str, dimension: int
    ) -> ContextualTaste | None:
        """Taste by situation, from questions with a vector of ``embedder``. ``taste`` comes first."""
        evidence, _, taste = self._inferred[reward_version]
        known = self._contextual.get((reward_version, embedder))
        if known is None or known[0] is not taste:
            newest = evidence.questions[-CONTEXT_ROWS:]
            vectors = self.question_vectors(session, embedder, dimension, newest)
            known = (taste, taste.contextual(newest, vectors))
            self._contextual[reward_version, embedder] = known
        return known[1]

    def question_vectors(
        self, session: Session, embedder: str, dimension: int, questions: Sequence[str]
    ) -> NDArray[np.float32]:
        """Return the vector of each question: (n, d) float32, a zero row where it has none of ``embedder``."""
        index = self._vectors.setdefault((embedder, dimension), VectorIndex(dimension))
        absent = self._absent.setdefault((embedder, dimension), set())
        missing = [q for q in set(questions) if q not in index and q not in absent]
        absent.update(missing)
        for start in range(0, len(missing), _CHUNK):
            query = select(EmbeddingRow.message_id, EmbeddingRow.vector).where(
                EmbeddingRow.embedder == embedder,
                EmbeddingRow.message_id.in_(missing[start : start + _CHUNK]),
            )
            for message_id, vector in session.execute(query):
                if len(vector) == 4 * dimension:
                    index.add(message_id, np.frombuffer(vector, dtype="<f4"))
                    absent.discard(message_id)
        return index.vectors(questions)


def load_table(session: Session, reward_version: str, names: Sequence[str]) -> EvidenceTable:
    """Read all evidence scored under ``reward_version``, with ``names`` as columns; what is in the trash is none."""
    # Without the ORM, times as the microseconds they are kept as, and each list of names read only once: thousands of
    # replies share it.
    connection = session.connection()
    found_replies = connection.execute(
        select(
            ReplyFeaturesRow.message_id,
            ReplyFeaturesRow.reward_version,
            MessageRow.parent_id,
            MessageRow.number,
            type_coerce(ReplyFeaturesRow.names, String).label("names"),
            ReplyFeaturesRow.values,
            ReplyFeaturesRow.tokens,
            ReplyFeaturesRow.mean_base_logprob,
        )
        .join(MessageRow, MessageRow.id == ReplyFeaturesRow.message_id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(
            ReplyFeaturesRow.reward_version.in_((reward_version, WRITTEN)),
            ConversationRow.trashed_at.is_(None),
        )
        .order_by(MessageRow.number)
    ).all()
    read_names = cache(lambda written: tuple(json.loads(written)))
    replies = [r for r in found_replies if r.reward_version != WRITTEN]
    own = [read_names(r.names) for r in replies]
    values = [np.frombuffer(r.values, "<f8") for r in replies]
    found = align(own, values, (*names, *STORED))
    uncounted = np.flatnonzero(np.all(np.isnan(found[:, len(names) :]), axis=1)).tolist()
    found[uncounted, len(names) :] = _count(
        session, reward_version, {replies[i].message_id: (own[i], values[i]) for i in uncounted}
    )
    table = EvidenceTable(names)
    for row in found_replies:
        if row.reward_version == WRITTEN:
            leans = align([read_names(row.names)], [np.frombuffer(row.values, "<f8")], names)[0]
            table.add_written(row.message_id, row.parent_id or row.message_id, leans)
    table.add_replies(
        [r.message_id for r in replies],
        [r.parent_id or r.message_id for r in replies],
        np.column_stack((found, [r.tokens for r in replies], [r.mean_base_logprob for r in replies])),
        [r.number for r in replies],
    )
    newest = list(
        islice(dict.fromkeys(r.parent_id or r.message_id for r in reversed(replies)), MOST_QUESTIONS)
    )
    vectors = select(EmbeddingRow.message_id, EmbeddingRow.embedder, EmbeddingRow.vector)
    for question, embedder, vector in connection.execute(vectors.where(EmbeddingRow.message_id.in_(newest))):
        table.set_vector(question, embedder, np.frombuffer(vector, dtype="<f4"))
    thumbs = select(
        FeedbackRow.message_id,
        FeedbackRow.id,
        FeedbackRow.label,
        type_coerce(FeedbackRow.reasons, String),
        type_coerce(FeedbackRow.created_at, BigInteger),
    )
    for message_id, feedback_id, label, reasons, time in connection.execute(thumbs):
        table.set_thumb(message_id, feedback_id, label, read_names(reasons), time / 1e6)
    pairs = select(
        PairRow.id, PairRow.preferred_id, PairRow.other_id, type_coerce(PairRow.created_at, BigInteger)
    )
    for pair_id, preferred_id, other_id, time in connection.execute(pairs):
        table.add_pair(pair_id, preferred_id, other_id, time / 1e6)
    return table


def _aligned(features: ReplyFeatures, names: Sequence[str]) -> Array:
    values = np.array(list(features.values.values()), dtype=np.float64)
    return np.asarray(align([tuple(features.values)], [values], names)[0])


def _count(
    session: Session, reward_version: str, replies: Mapping[str, tuple[Sequence[str], Array]]
) -> Array:
    """Count the surface of replies that were scored before it was counted as now, and keep it: (n, S).

    ``replies``: names and values of the features that each has.
    """
    ids = list(replies)
    content: dict[str, str] = {}
    for start in range(0, len(ids), _CHUNK):
        texts = select(MessageRow.id, MessageRow.content).where(
            MessageRow.id.in_(ids[start : start + _CHUNK])
        )
        content |= {row.id: row.content for row in session.execute(texts)}
    counted = np.array([surface(content[message_id]) for message_id in ids]).reshape(-1, len(STORED))
    rows = []
    for (message_id, (own, scored)), values in zip(replies.items(), counted, strict=True):
        kept = [i for i, name in enumerate(own) if not name.startswith(STORED_PREFIX)]
        rows.append(
            {
                "message_id": message_id,
                "reward_version": reward_version,
                "names": [*(own[i] for i in kept), *STORED],
                "values": np.concatenate((scored[kept], values)).astype("<f8").tobytes(),
            }
        )
    if rows:
        session.execute(update(ReplyFeaturesRow), rows)
    return counted

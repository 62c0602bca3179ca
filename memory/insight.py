"""What the memory shows of its learning: the ratings behind a weight, in their words, and what the history rests on.

Ratings can be withdrawn here and put back unchanged. It computes nothing that takes long: ``looking_back`` and
``situations`` do, wherever their caller lets them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from memory.errors import NotFoundError
from memory.part import StorePart, message_row
from memory.preferences import user_of
from memory.records import Feedback, Pair, RatedReply
from memory.replies import feedback_of, pair_of
from memory.schema import ConversationRow, EmbeddingRow, FeedbackRow, MessageRow, PairRow
from memory.taste import CONTEXT_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from memory.context import ContextualTaste
    from memory.evidence import EvidenceRows
    from memory.records import Said

# How much of a question and of a reply is told, in characters.
EXCERPT = 300

_Row = TypeVar("_Row", FeedbackRow, PairRow)


@dataclass(frozen=True, slots=True, eq=False)
class TasteBySituation:
    """What ``situations.find_taste_by_situation`` needs, in the order of its arguments."""

    questions: tuple[str, ...]
    vectors: NDArray[np.float32]
    taste: ContextualTaste | None
    names: tuple[str, ...]
    settings: Mapping[str, float]


class Insight(StorePart):
    """The part of the store that shows why it believes what it believes."""

    def rated_replies(self, source_ids: Sequence[str]) -> tuple[RatedReply, ...]:
        """Return what the thumbs and pairs ``source_ids`` are about, in their order; unknown ones are left out."""
        with self._database.transaction() as session:
            found = _thumbed(session, source_ids) | _compared(session, source_ids)
        return tuple(found[source] for source in source_ids if source in found)

    def questions_about(self, question_ids: Sequence[str]) -> dict[str, str]:
        """Return the words of some questions, by their ids."""
        query = select(MessageRow.id, MessageRow.content).where(MessageRow.id.in_(question_ids))
        with self._database.transaction() as session:
            return {row.id: row.content for row in session.execute(query)}

    def evidence(self, reward_version: str) -> tuple[EvidenceRows, tuple[str, ...]]:
        """Return all evidence under ``reward_version``, and the principles its first columns stand for."""
        with self._working.one_thread(), self._database.transaction() as session:
            names, settings, _, _ = user_of(session)
            return self._working.taste(session, reward_version, names, settings)[0], names

    def ratings_count(self, reward_version: str) -> int:
        """Return how many thumbs and pairs teach under ``reward_version``."""
        return len(set(self.evidence(reward_version)[0].sources))

    def evidence_about(self, reward_version: str, question_ids: Sequence[str]) -> tuple[str, ...]:
        """Return the ids of thumbs and pairs that are about some questions, newest first."""
        evidence, _ = self.evidence(reward_version)
        wanted = set(question_ids)
        pairs = zip(evidence.sources, evidence.questions, strict=True)
        return tuple(dict.fromkeys(reversed([source for source, question in pairs if question in wanted])))

    def taste_by_situation(self, reward_version: str) -> TasteBySituation:
        """Return how taste differs by situation, by the vectors of the embedder that was used last."""
        with self._working.one_thread(), self._database.transaction() as session:
            names, settings, _, _ = user_of(session)
            evidence, _ = self._working.taste(session, reward_version, names, settings)
            newest = evidence.questions[-CONTEXT_ROWS:]
            used = select(EmbeddingRow.embedder, EmbeddingRow.vector).join(
                MessageRow, MessageRow.id == EmbeddingRow.message_id
            )
            last = session.execute(used.order_by(MessageRow.number.desc()).limit(1)).first()
            if last is None:
                return TasteBySituation(newest, np.zeros((len(newest), 1), np.float32), None, names, settings)
            dimension = len(last.vector) // 4
            taste = self._working.contextual(session, reward_version, last.embedder, dimension)
            vectors = self._working.question_vectors(session, last.embedder, dimension, newest)
            return TasteBySituation(newest, vectors, taste, names, settings)

    def withdraw(self, source_id: str) -> Feedback | Pair:
        """Take a thumb or a pair back, as if it had never been said; return it. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            thumb = session.scalar(select(FeedbackRow).where(FeedbackRow.id == source_id))
            pair = session.scalar(select(PairRow).where(PairRow.id == source_id))
            if thumb is None and pair is None:
                raise NotFoundError(f"evidence {source_id}")
            gone = feedback_of(thumb) if thumb is not None else pair_of(cast("PairRow", pair))
            table = FeedbackRow if thumb is not None else PairRow
            session.execute(delete(table).where(table.id == source_id))
        if isinstance(gone, Feedback):
            self._working.thumb_cleared(gone.message_id)
        else:
            self._working.pair_removed(gone.id)
        return gone

    def put_back(self, withdrawn: Feedback | Pair) -> None:
        """Keep again what was withdrawn, as old as it was; not over a newer thumb. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            if isinstance(withdrawn, Pair):
                for reply in (withdrawn.preferred_id, withdrawn.other_id):
                    message_row(session, reply)
                session.add(PairRow(**asdict(withdrawn)))
            else:
                message_row(session, withdrawn.message_id)
                thumb = select(FeedbackRow.id).where(FeedbackRow.message_id == withdrawn.message_id)
                if session.scalar(thumb) is not None:
                    return
                session.add(FeedbackRow(**asdict(withdrawn) | {"reasons": list(withdrawn.reasons)}))
        if isinstance(withdrawn, Feedback):
            self._working.thumb_set(withdrawn)
        else:
            self._working.pair_added(withdrawn)


def _thumbed(session: Session, source_ids: Sequence[str]) -> dict[str, RatedReply]:
    found = {}
    for thumb, reply, asked, title in _with_reply(session, FeedbackRow, FeedbackRow.message_id, source_ids):
        said: Said = "up" if thumb.label > 0 else "down"
        found[thumb.id] = _told(thumb.id, reply, asked, title, said, thumb, tuple(thumb.reasons))
    return found


def _compared(session: Session, source_ids: Sequence[str]) -> dict[str, RatedReply]:
    found = {}
    for pair, reply, asked, title in _with_reply(session, PairRow, PairRow.preferred_id, source_ids):
        said: Said = "edited" if pair.source == "edited" else "preferred"
        found[pair.id] = _told(pair.id, reply, asked, title, said, pair)
    return found


def _with_reply(
    session: Session, kind: type[_Row], reply_id: InstrumentedAttribute[str], source_ids: Sequence[str]
) -> Iterable[tuple[_Row, MessageRow, str, str]]:
    """Return evidence of one kind with its reply, the question behind it and its conversation's title."""
    question = aliased(MessageRow)
    query = (
        select(kind, MessageRow, question.content, ConversationRow.title)
        .join(MessageRow, MessageRow.id == reply_id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .outerjoin(question, question.id == MessageRow.parent_id)
        .where(kind.id.in_(source_ids))
    )
    return cast("Iterable[tuple[_Row, MessageRow, str, str]]", session.execute(query))


def _told(
    source_id: str,
    reply: MessageRow,
    question: str | None,
    title: str,
    said: Said,
    row: FeedbackRow | PairRow,
    reasons: tuple[str, ...] = (),
) -> RatedReply:
    return RatedReply(
        source_id=source_id,
        message_id=reply.id,
        conversation_id=reply.conversation_id,
        title=title,
        question=(question or "")[:EXCERPT],
        reply=reply.content[:EXCERPT],
        said=said,
        created_at=row.created_at,
        reasons=reasons,
    )

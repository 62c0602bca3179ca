"""The user's own hand on each principle, and what the evidence says: joins stored rows to ``learning``.

It knows neither models nor embedders: versions and vectors come from outside and are never mixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from memory.features import ReplyTable, align, standardised
from memory.learning import (
    DEFAULTS,
    Posterior,
    Rows,
    cautious_weight,
    columns,
    fit,
    make_prior,
    recency,
    to_weight,
)
from memory.part import StorePart
from memory.recall import VectorIndex
from memory.records import LearnedWeight, Preferences, PrincipleSetting
from memory.schema import (
    EmbeddingRow,
    FeedbackRow,
    MessageRow,
    PrincipleRow,
    PrincipleSettingRow,
    ReplyFeaturesRow,
    SettingRow,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from memory.database import Database

STRENGTH_KEY = "strength"
NOT_TRUE = "not_true"

# Cosine of two questions at which they begin to count as the same situation, at which they fully do, and the
# share with which evidence from an unrelated situation still speaks: the global taste.
SIMILAR_FROM, SIMILAR_AT, ELSEWHERE = 0.2, 0.7, 0.5

_CENTRAL_80 = 1.2815515655446004


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """Thumbs that teach taste, ready for the regression. ``questions``: the id of the question each answered."""

    names: tuple[str, ...]
    rows: Rows
    questions: tuple[str, ...]


class Tastes(StorePart):
    """The part of the store that says what the user likes."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        super().__init__(database, clock=clock)
        self._evidence: dict[str, _Evidence] = {}
        self._indexes: dict[str, VectorIndex] = {}

    def sync_principles(self, principles: tuple[tuple[str, str], ...]) -> None:
        """Make ``principles``, pairs of name and hash of both poles, the ones weights are learned for, in order."""
        with self._database.transaction() as session:
            kept = {name for name, _ in principles}
            for row in session.scalars(select(PrincipleRow)).all():
                if row.name not in kept:
                    session.delete(row)
            for position, (name, poles_hash) in enumerate(principles):
                session.merge(PrincipleRow(name=name, poles_hash=poles_hash, position=position))
        self._evidence_changed()

    def set_principle(self, setting: PrincipleSetting) -> None:
        """Keep the user's own hand on a principle. Raises ValueError outside [−1, 1]."""
        if setting.value is not None and not -1 <= setting.value <= 1:
            raise ValueError(f"{setting.name}: {setting.value} is outside [−1, 1]")
        with self._database.transaction() as session:
            session.merge(
                PrincipleSettingRow(name=setting.name, value=setting.value, enabled=setting.enabled)
            )

    def settings(self) -> tuple[PrincipleSetting, ...]:
        """Return the settings the user made, by name."""
        query = select(PrincipleSettingRow).order_by(PrincipleSettingRow.name)
        with self._database.transaction() as session:
            return tuple(PrincipleSetting(r.name, r.value, r.enabled) for r in session.scalars(query))

    def set_strength(self, strength: float) -> None:
        """Keep the guidance strength β. Raises ValueError outside [0, 2]."""
        if not 0 <= strength <= 2:
            raise ValueError(f"strength {strength} is outside [0, 2]")
        self.set_setting(STRENGTH_KEY, repr(float(strength)))

    def strength(self) -> float:
        """Return the guidance strength β: 1.0 until the user sets it."""
        return float(self.setting(STRENGTH_KEY) or 1.0)

    def setting(self, key: str) -> str | None:
        """Return a small value of the application's, or ``None``."""
        with self._database.transaction() as session:
            row = session.get(SettingRow, key)
            return None if row is None else row.value

    def set_setting(self, key: str, value: str) -> None:
        """Keep a small value of the application's."""
        with self._database.transaction() as session:
            session.execute(insert(SettingRow).values(key=key, value=value).prefix_with("OR REPLACE"))

    def preferences(
        self, reward_version: str, *, embedder: str | None = None, vector: NDArray[np.float32] | None = None
    ) -> Preferences:
        """Learned weights from the evidence scored under ``reward_version``.

        With the present question's ``vector`` (d,) float32 of unit length, evidence from similar questions counts
        more; questions without a vector of the same ``embedder`` count as unrelated.
        """
        with self._database.transaction() as session:
            names = tuple(session.scalars(select(PrincipleRow.name).order_by(PrincipleRow.position)))
            hands = {row.name: row for row in session.scalars(select(PrincipleSettingRow))}
            row = session.get(SettingRow, STRENGTH_KEY)
            strength = 1.0 if row is None else float(row.value)
            evidence = self._evidence.get(reward_version)
            if evidence is None:
                evidence = self._evidence[reward_version] = _load_evidence(session, reward_version, names)
            contextual = embedder is not None and vector is not None
            rows = evidence.rows
            if embedder is not None and vector is not None:
                if embedder not in self._indexes:
                    self._indexes[embedder] = _load_index(session, embedder, len(vector))
                rows = _in_context(evidence, self._indexes[embedder], vector)
        settings = {n: float(h.value) for n, h in hands.items() if h.value is not None}
        posterior = fit(rows, make_prior(names, settings))
        count = len(rows.labels)
        return Preferences(
            tuple(
                _learned(posterior, index, name, count, hands.get(name)) for index, name in enumerate(names)
            ),
            strength,
            count,
            contextual,
        )

    def _evidence_changed(self) -> None:
        self._evidence.clear()
        self._indexes.clear()


def _learned(
    posterior: Posterior, index: int, name: str, evidence: int, hand: PrincipleSettingRow | None
) -> LearnedWeight:
    mean, sd = float(posterior.mean[index]), float(posterior.sd[index])
    setting = None if hand is None else hand.value
    return LearnedWeight(
        name=name,
        mean=to_weight(mean),
        low=to_weight(mean - _CENTRAL_80 * sd),
        high=to_weight(mean + _CENTRAL_80 * sd),
        used=cautious_weight(mean, sd, setting),
        evidence=evidence,
        setting=setting,
        enabled=hand is None or hand.enabled,
    )


def _load_evidence(session: Session, reward_version: str, names: tuple[str, ...]) -> _Evidence:
    replies = session.execute(
        select(
            ReplyFeaturesRow.message_id,
            MessageRow.parent_id,
            ReplyFeaturesRow.names,
            ReplyFeaturesRow.values,
            ReplyFeaturesRow.tokens,
            ReplyFeaturesRow.mean_base_logprob,
        )
        .join(MessageRow, MessageRow.id == ReplyFeaturesRow.message_id)
        .where(ReplyFeaturesRow.reward_version == reward_version)
        .order_by(MessageRow.number)
    ).all()
    thumbs = {
        row.message_id: row
        for row in session.execute(
            select(FeedbackRow.message_id, FeedbackRow.label, FeedbackRow.reasons, FeedbackRow.created_at)
        )
        if NOT_TRUE not in row.reasons
    }
    groups: dict[str, int] = {}
    table = ReplyTable(
        questions=np.array([groups.setdefault(r.parent_id or r.message_id, len(groups)) for r in replies]),
        principles=align(
            [r.names for r in replies], [np.frombuffer(r.values, dtype="<f8") for r in replies], names
        ),
        tokens=np.array([r.tokens for r in replies], dtype=np.float64),
        base_logprob=np.array([r.mean_base_logprob for r in replies], dtype=np.float64),
    )
    rated = [i for i, reply in enumerate(replies) if reply.message_id in thumbs]
    own = [thumbs[replies[i].message_id] for i in rated]
    inputs = standardised(table)[rated] if replies else np.zeros((0, len(columns(names))))
    times = np.array([thumb.created_at.timestamp() for thumb in own])
    ages = (times.max(initial=0.0) - times) / 86_400
    rows = Rows(inputs, np.array([float(thumb.label) for thumb in own]), recency(ages, DEFAULTS))
    return _Evidence(names, rows, tuple(replies[i].parent_id or "" for i in rated))


def _load_index(session: Session, embedder: str, dimension: int) -> VectorIndex:
    index = VectorIndex(dimension)
    rated = select(MessageRow.parent_id).join(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
    query = select(EmbeddingRow.message_id, EmbeddingRow.vector).where(
        EmbeddingRow.embedder == embedder, EmbeddingRow.message_id.in_(rated)
    )
    for message_id, vector in session.execute(query):
        index.add(message_id, np.frombuffer(vector, dtype="<f4"))
    return index


def _in_context(evidence: _Evidence, index: VectorIndex, vector: NDArray[np.float32]) -> Rows:
    cosines = index.similarities(vector, evidence.questions)
    same = np.clip((cosines - SIMILAR_FROM) / (SIMILAR_AT - SIMILAR_FROM), 0.0, 1.0)
    rows = evidence.rows
    return Rows(rows.inputs, rows.labels, rows.weights * (ELSEWHERE + (1 - ELSEWHERE) * same))

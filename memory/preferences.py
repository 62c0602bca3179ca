"""The user's own hand on each principle, and what the evidence says: what ``taste`` infers, in slider units.

It knows neither models nor embedders: versions and vectors come from outside and are never mixed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from memory.errors import NotFoundError
from memory.learning import cautious_weight, to_weight
from memory.part import StorePart, said_outside_trash
from memory.reasons import NOT_TRUE as NOT_TRUE
from memory.records import Influence, LearnedWeight, Preferences, PrincipleSetting
from memory.schema import FeedbackRow, PairRow, PrincipleRow, PrincipleSettingRow, SettingRow, StatementRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

STRENGTH_KEY, PINNED_KEY = "strength", "pinned"

_CENTRAL_80 = 1.2815515655446004


class Tastes(StorePart):
    """The part of the store that says what the user likes."""

    def sync_principles(self, principles: tuple[tuple[str, str], ...]) -> None:
        """Make ``principles``, pairs of name and hash of both poles, the ones weights are learned for, in order."""
        with self._database.transaction() as session:
            kept = {name for name, _ in principles}
            for row in session.scalars(select(PrincipleRow)).all():
                if row.name not in kept:
                    session.delete(row)
            for position, (name, poles_hash) in enumerate(principles):
                session.merge(PrincipleRow(name=name, poles_hash=poles_hash, position=position))
        self._working.clear()

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

    def pinned(self) -> tuple[str, ...]:
        """Return the principles the user wants to see first, in the order they were pinned."""
        found = json.loads(self.setting(PINNED_KEY) or "[]")
        return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()

    def set_pinned(self, name: str, pinned: bool) -> None:
        """Show a principle first, or no longer."""
        others = [other for other in self.pinned() if other != name]
        self.set_setting(PINNED_KEY, json.dumps([*others, name] if pinned else others))

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

        With the present question's ``vector`` (d,) float32 of unit length, taste may differ by situation, where
        the evidence says that it does; questions without a vector of the same ``embedder`` belong to none.
        """
        with self._working.one_thread(), self._database.transaction() as session:
            names, settings, hands, strength = user_of(session)
            evidence, taste = self._working.taste(session, reward_version, names, settings)
            here = None
            if embedder is not None and vector is not None:
                here = self._working.contextual(session, reward_version, embedder, len(vector))
            posterior = taste.everywhere if here is None or vector is None else here.at(vector)
            sd = posterior.sd
        weights = (
            _learned(
                name,
                float(posterior.mean[i]),
                float(sd[i]),
                evidence.replies,
                settings.get(name),
                hands.get(name),
            )
            for i, name in enumerate(names)
        )
        return Preferences(tuple(weights), strength, evidence.replies, here is not None)

    def approvals(
        self,
        reward_version: str,
        message_ids: Sequence[str],
        *,
        embedder: str | None = None,
        vector: NDArray[np.float32] | None = None,
    ) -> tuple[float, ...]:
        """How much each of some scored replies to one question should be liked, in logits, whatever the bias.

        The question's ``vector`` (d,) lets taste differ by situation, as in ``preferences``. Raises ``NotFoundError``
        for a reply without features.
        """
        with self._working.one_thread(), self._database.transaction() as session:
            names, settings, _, _ = user_of(session)
            _, taste = self._working.taste(session, reward_version, names, settings)
            here = None
            if embedder is not None and vector is not None:
                here = self._working.contextual(session, reward_version, embedder, len(vector))
            try:
                inputs = self._working.inputs(reward_version, message_ids)
            except KeyError as error:
                raise NotFoundError(f"features of {error}") from error
            theta = (taste.everywhere if here is None or vector is None else here.at(vector)).mean
            return tuple((inputs[:, :-1] @ theta[:-1]).tolist())

    def influences(
        self,
        reward_version: str,
        principle: str,
        *,
        embedder: str | None = None,
        vector: NDArray[np.float32] | None = None,
        limit: int = 20,
    ) -> tuple[Influence, ...]:
        """Return the evidence that moved a principle's weight most, strongest first; as in ``preferences``.

        Raises ``NotFoundError`` for a principle no weight is learned for.
        """
        with self._working.one_thread(), self._database.transaction() as session:
            names, settings, _, _ = user_of(session)
            if principle not in names:
                raise NotFoundError(f"principle {principle}")
            column = names.index(principle)
            evidence, taste = self._working.taste(session, reward_version, names, settings)
            here = None
            if embedder is not None and vector is not None:
                here = self._working.contextual(session, reward_version, embedder, len(vector))
            moved, theta = taste.influence(column), taste.everywhere.mean[column]
            if here is not None and vector is not None:
                views = here.influence(vector, column)
                moved, theta = here.shared * moved, here.at(vector).mean[column]
                moved[-len(views) :] += views
            total: dict[str, float] = {}
            for source, shift in zip(evidence.sources, moved.tolist(), strict=True):
                total[source] = total.get(source, 0.0) + shift
            now = to_weight(float(theta))
            shifts = {source: now - to_weight(float(theta) - shift) for source, shift in total.items()}
            strongest = sorted(shifts, key=lambda source: -abs(shifts[source]))[:limit]
            return _sources(session, {source: shifts[source] for source in strongest})


def _sources(session: Session, shifts: dict[str, float]) -> tuple[Influence, ...]:
    found: dict[str, Influence] = {}
    for thumb in session.scalars(select(FeedbackRow).where(FeedbackRow.id.in_(shifts))):
        said: Literal["up", "down"] = "up" if thumb.label > 0 else "down"
        found[thumb.id] = Influence(thumb.id, thumb.message_id, said, thumb.created_at, shifts[thumb.id])
    for pair in session.scalars(select(PairRow).where(PairRow.id.in_(shifts))):
        found[pair.id] = Influence(pair.id, pair.preferred_id, "preferred", pair.created_at, shifts[pair.id])
    return tuple(found[source] for source in shifts)


def user_of(
    session: Session,
) -> tuple[tuple[str, ...], dict[str, float], dict[str, PrincipleSettingRow], float]:
    """Names of the principles, where the user put each by slider or in words, the sliders, and β."""
    names = tuple(session.scalars(select(PrincipleRow.name).order_by(PrincipleRow.position)))
    hands = {row.name: row for row in session.scalars(select(PrincipleSettingRow))}
    said = (
        select(StatementRow.principle, StatementRow.value)
        .where(StatementRow.superseded_at.is_(None), StatementRow.value.is_not(None), said_outside_trash())
        .order_by(StatementRow.number)
    )
    settings = {p: float(v) for p, v in session.execute(said) if p in names and v is not None}
    settings |= {name: float(hand.value) for name, hand in hands.items() if hand.value is not None}
    row = session.get(SettingRow, STRENGTH_KEY)
    return names, settings, hands, 1.0 if row is None else float(row.value)


def _learned(
    name: str,
    mean: float,
    sd: float,
    evidence: int,
    origin: float | None,
    hand: PrincipleSettingRow | None,
) -> LearnedWeight:
    return LearnedWeight(
        name=name,
        mean=to_weight(mean),
        low=to_weight(mean - _CENTRAL_80 * sd),
        high=to_weight(mean + _CENTRAL_80 * sd),
        used=cautious_weight(mean, sd, origin),
        evidence=evidence,
        setting=None if hand is None else hand.value,
        enabled=hand is None or hand.enabled,
    )

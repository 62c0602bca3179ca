"""Principles the user wrote: kept, edited, set aside, forgotten. What they mean to a model is none of its business.

A principle's name is random and says nothing; its words stand here alone, so that forgetting them is complete.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from sqlalchemy import String, or_, select, type_coerce

from memory.errors import NotFoundError, PrincipleError
from memory.part import StorePart
from memory.records import Forgotten, OwnPrinciple, PrincipleDraft
from memory.schema import (
    OwnPrincipleRow,
    PrincipleRow,
    PrincipleSettingRow,
    ReplyFeaturesRow,
    ReplyTraceRow,
    StatementRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

MOST_PRINCIPLES = 32
"""Of all kinds together: the regression and the teacher are made for no more."""
LONGEST_LABEL, LONGEST_INSTRUCTION = 40, 300

OWN_NAME = re.compile(r"own_[0-9a-f]{12}")


class OwnPrinciples(StorePart):
    """The part of the store that keeps the user's own principles."""

    def own_principles(self, *, retired: bool = False) -> tuple[OwnPrinciple, ...]:
        """Return those in use, oldest first; with ``retired`` also those set aside."""
        query = select(OwnPrincipleRow).order_by(OwnPrincipleRow.number)
        if not retired:
            query = query.where(OwnPrincipleRow.retired_at.is_(None))
        with self._database.transaction() as session:
            return tuple(map(_principle, session.scalars(query)))

    def add_principle(self, draft: PrincipleDraft) -> OwnPrinciple:
        """Keep a new principle. Raises ``PrincipleError`` for words that can't serve, and where there is no room."""
        draft = checked(draft)
        row = OwnPrincipleRow(
            name=f"own_{uuid4().hex[:12]}",
            **asdict(draft),
            earlier=[],
            created_at=self._clock(),
            retired_at=None,
        )
        with self._database.transaction() as session:
            _make_sure_of_room(session)
            session.add(row)
            session.flush()
            return _principle(row)

    def edit_principle(self, name: str, draft: PrincipleDraft) -> OwnPrinciple:
        """Change a principle's words. Raises ``NotFoundError`` and ``PrincipleError``.

        With another instruction it is another measure: replies' features under the old one are dropped, to be
        computed again. Thumbs and the slider stay.
        """
        draft = checked(draft)
        with self._database.transaction() as session:
            row = _row(session, name)
            before = _instructions(row)
            for field, text in asdict(draft).items():
                setattr(row, field, text)
            if _instructions(row) != before:
                row.earlier = [*row.earlier, *(text for text in before if text not in row.earlier)]
                drop_features(session, name)
            edited = _principle(row)
        self._working.clear()
        return edited

    def retire_principle(self, name: str) -> None:
        """Set a principle aside: it guides and learns no more, and nothing is lost. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            _row(session, name).retired_at = self._clock()

    def restore_principle(self, name: str) -> None:
        """Use a principle again that was set aside. Raises ``NotFoundError``, ``PrincipleError`` without room."""
        with self._database.transaction() as session:
            row = _row(session, name)
            if row.retired_at is not None:
                _make_sure_of_room(session)
                row.retired_at = None

    def forget_principle(self, name: str) -> Forgotten:
        """Forget a principle for good: its words, its slider, what replies were measured by it.

        Raises ``NotFoundError``.
        """
        with self._database.transaction() as session:
            row = _row(session, name)
            drop_features(session, name)
            _drop_from_traces(session, name, {*_instructions(row), *row.earlier})
            for setting in session.scalars(
                select(PrincipleSettingRow).where(PrincipleSettingRow.name == name)
            ):
                session.delete(setting)
            for said in session.scalars(select(StatementRow).where(StatementRow.principle == name)):
                said.principle = said.value = None
            for synced in session.scalars(select(PrincipleRow).where(PrincipleRow.name == name)):
                session.delete(synced)
            session.delete(row)
        self._working.clear()
        self._database.erase_traces()
        return Forgotten(0, 0, 0)


def checked(draft: PrincipleDraft) -> PrincipleDraft:
    """Return ``draft`` with blanks tidied. Raises ``PrincipleError`` saying what is missing or too long."""
    tidy = PrincipleDraft(**{field: " ".join(text.split()) for field, text in asdict(draft).items()})
    labels = (tidy.positive_label, tidy.negative_label)
    instructions = (tidy.positive_instruction, tidy.negative_instruction)
    if not all((*labels, *instructions)):
        raise PrincipleError(
            "a blank", user_message="A preference needs both ends.", next_step="Fill in what is empty."
        )
    if max(map(len, labels)) > LONGEST_LABEL or max(map(len, instructions)) > LONGEST_INSTRUCTION:
        raise PrincipleError(
            "too long",
            user_message=f"A name has at most {LONGEST_LABEL} letters, a description {LONGEST_INSTRUCTION}.",
            next_step="Say it in fewer words.",
        )
    if instructions[0].casefold() == instructions[1].casefold():
        raise PrincipleError(
            "equal poles",
            user_message="Both ends say the same.",
            next_step="Describe the opposite at one of them.",
        )
    if labels[0].casefold() == labels[1].casefold():
        raise PrincipleError(
            "equal labels",
            user_message="Both ends have the same name.",
            next_step="Give the opposite another name.",
        )
    return tidy


def drop_features(session: Session, name: str) -> None:
    """Take one principle's feature out of every stored reply's."""
    named = type_coerce(ReplyFeaturesRow.names, String).contains(name)
    for row in session.scalars(select(ReplyFeaturesRow).where(named)):
        kept = [i for i, own in enumerate(row.names) if own != name]
        row.values = np.frombuffer(row.values, "<f8")[kept].tobytes()
        row.names = [row.names[i] for i in kept]


def retire_overflow(session: Session) -> None:
    """Set the newest of the user's principles aside where there are more than there is room for."""
    active = select(OwnPrincipleRow).where(OwnPrincipleRow.retired_at.is_(None))
    rows = session.scalars(active.order_by(OwnPrincipleRow.number)).all()
    room = max(0, MOST_PRINCIPLES - _shipped(session))
    for row in rows[room:]:
        row.retired_at = row.created_at


def _make_sure_of_room(session: Session) -> None:
    own = session.scalars(select(OwnPrincipleRow.name).where(OwnPrincipleRow.retired_at.is_(None))).all()
    if _shipped(session) + len(own) >= MOST_PRINCIPLES:
        raise PrincipleError(
            "no room",
            user_message=f"Attune keeps at most {MOST_PRINCIPLES} preferences.",
            next_step="Delete one of your own first.",
        )


def _shipped(session: Session) -> int:
    own = set(session.scalars(select(OwnPrincipleRow.name)))
    return sum(name not in own for name in session.scalars(select(PrincipleRow.name)))


def _drop_from_traces(session: Session, name: str, instructions: Iterable[str]) -> None:
    texts = set(instructions)
    named = type_coerce(ReplyTraceRow.weights, String).contains(name)
    said = type_coerce(ReplyTraceRow.instructions, String) != "[]"
    in_parts = type_coerce(ReplyTraceRow.earlier, String) != "[]"

    def without(weights: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in weights.items() if key != name}

    def told(origin: Mapping[str, Any]) -> dict[str, Any]:
        return {**origin, "weights": without(origin.get("weights", {}))} if origin else {}

    def clean(part: Mapping[str, Any]) -> dict[str, Any]:
        if "weights" not in part:  # a crash left nothing but where it ended
            return dict(part)
        kept = [text for text in part["instructions"] if text not in texts]
        origin = told(part["origin"])
        return {**part, "weights": without(part["weights"]), "origin": origin, "instructions": kept}

    for row in session.scalars(select(ReplyTraceRow).where(or_(named, said, in_parts))):
        if name in row.weights:
            row.weights, row.origin = without(row.weights), told(row.origin)
        if texts & set(row.instructions):
            row.instructions = tuple(text for text in row.instructions if text not in texts)
        if row.earlier:
            row.earlier = tuple(map(clean, row.earlier))


def _row(session: Session, name: str) -> OwnPrincipleRow:
    row = session.scalar(select(OwnPrincipleRow).where(OwnPrincipleRow.name == name))
    if row is None:
        raise NotFoundError(f"principle {name}")
    return row


def _instructions(row: OwnPrincipleRow) -> tuple[str, str]:
    return row.positive_instruction, row.negative_instruction


def _principle(row: OwnPrincipleRow) -> OwnPrinciple:
    return OwnPrinciple(
        row.name,
        PrincipleDraft(
            row.positive_label, row.positive_instruction, row.negative_label, row.negative_instruction
        ),
        row.created_at,
        row.retired_at,
    )

"""Personas: named presets of system prompt, sampling and guidance strength, and which conversation has which.

Knows nothing of what an engine makes of them.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from memory.errors import NotFoundError, PersonaError
from memory.part import StorePart, conversation_row, new_id
from memory.records import Persona
from memory.schema import ConversationRow, PersonaRow, SettingRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from memory.records import PersonaDraft

LONGEST_NAME = 40
DEFAULT_KEY = "persona"


class Personas(StorePart):
    """The part of the store that keeps personas."""

    def personas(self) -> tuple[Persona, ...]:
        """Return all personas, oldest first."""
        with self._database.transaction() as session:
            return tuple(map(_persona, session.scalars(select(PersonaRow).order_by(PersonaRow.number))))

    def add_persona(self, draft: PersonaDraft) -> Persona:
        """Keep a new persona. Raises ``PersonaError`` for a name that is empty, too long or taken."""
        with self._database.transaction() as session:
            row = PersonaRow(id=new_id(), **_checked(session, draft), created_at=self._clock())
            session.add(row)
            return _persona(row)

    def change_persona(self, persona_id: str, draft: PersonaDraft) -> Persona:
        """Change a persona everywhere it is used. Raises ``NotFoundError``, ``PersonaError``."""
        with self._database.transaction() as session:
            row = _row(session, persona_id)
            for name, value in _checked(session, draft, besides=persona_id).items():
                setattr(row, name, value)
            return _persona(row)

    def delete_persona(self, persona_id: str) -> None:
        """Delete a persona; its conversations go on without one. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            session.delete(_row(session, persona_id))
            having = ConversationRow.persona_id == persona_id
            session.execute(update(ConversationRow).where(having).values(persona_id=None))
            default = session.get(SettingRow, DEFAULT_KEY)
            if default and default.value == persona_id:
                session.delete(default)
        self._database.erase_traces()

    def choose_persona(self, conversation_id: str, persona_id: str | None) -> None:
        """Let a conversation have a persona, or none, from its next answer on. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            if persona_id is not None:
                _row(session, persona_id)
            conversation_row(session, conversation_id).persona_id = persona_id

    def persona_of(self, conversation_id: str) -> Persona | None:
        """Return a conversation's persona, ``None`` where it has none. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            return _found(session, conversation_row(session, conversation_id).persona_id)

    def default_persona(self) -> Persona | None:
        """Return what new conversations begin with."""
        with self._database.transaction() as session:
            default = session.get(SettingRow, DEFAULT_KEY)
            return _found(session, default.value if default else None)

    def set_default_persona(self, persona_id: str | None) -> None:
        """Choose what new conversations begin with. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            if persona_id is not None:
                _row(session, persona_id)
            session.merge(SettingRow(key=DEFAULT_KEY, value=persona_id or ""))


def _checked(session: Session, draft: PersonaDraft, *, besides: str = "") -> dict[str, object]:
    name = " ".join(draft.name.split())
    if not name:
        raise PersonaError(user_message="A persona needs a name.", next_step="Give it one.")
    if len(name) > LONGEST_NAME:
        raise PersonaError(
            user_message="The name is too long.", next_step=f"Use at most {LONGEST_NAME} characters."
        )
    same = func.lower(PersonaRow.name) == name.lower()
    if session.scalar(select(PersonaRow.id).where(same, PersonaRow.id != besides)) is not None:
        raise PersonaError(
            user_message=f"There is already a persona called “{name}”.", next_step="Choose another name."
        )
    return asdict(draft) | {"name": name, "system": draft.system.strip()}


def _row(session: Session, persona_id: str) -> PersonaRow:
    row = session.scalar(select(PersonaRow).where(PersonaRow.id == persona_id))
    if row is None:
        raise NotFoundError(f"persona {persona_id}")
    return row


def _found(session: Session, persona_id: str | None) -> Persona | None:
    if not persona_id:
        return None
    row = session.scalar(select(PersonaRow).where(PersonaRow.id == persona_id))
    return _persona(row) if row else None


def _persona(row: PersonaRow) -> Persona:
    return Persona(row.id, row.name, row.system, dict(row.sampling), row.strength, row.created_at)

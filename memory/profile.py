"""A profile as one JSON document: what was said, rated, stated and set, to carry to another computer or model.

The format is described in ``docs/profile-format.md``. Import adds and never overwrites: what is known by its id
stays as it is here. It knows neither files nor encryption.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, select
from sqlalchemy.dialects.sqlite import insert

from memory.errors import NotFoundError, ProfileError
from memory.own_principles import OWN_NAME, retire_overflow
from memory.part import StorePart
from memory.preferences import STRENGTH_KEY
from memory.schema import (
    Base,
    ConversationRow,
    DeclinedStatementRow,
    EmbeddingRow,
    FeedbackRow,
    FolderRow,
    MessageRow,
    OwnPrincipleRow,
    PairRow,
    PersonaRow,
    PrincipleSettingRow,
    ReplyFeaturesRow,
    ReplyTraceRow,
    SettingRow,
    StatementEmbeddingRow,
    StatementRow,
    StatementUseRow,
    UtcTime,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column
    from sqlalchemy.orm import Session

FORMAT = "attune-profile"
FORMAT_VERSION = 1

_STATES = frozenset(("complete", "streaming", "stopped", "interrupted"))

# In the order in which rows may point to earlier ones.
_TABLES: tuple[type[Base], ...] = (
    PersonaRow,
    FolderRow,
    ConversationRow,
    MessageRow,
    ReplyTraceRow,
    ReplyFeaturesRow,
    FeedbackRow,
    PairRow,
    EmbeddingRow,
    StatementRow,
    StatementEmbeddingRow,
    PrincipleSettingRow,
    OwnPrincipleRow,
    StatementUseRow,
    DeclinedStatementRow,
)
# Lists that documents written before there were any do not have.
_LATER = frozenset((FolderRow, OwnPrincipleRow, PersonaRow, StatementUseRow, DeclinedStatementRow))


# What rows of earlier documents do not say.
_SINCE: dict[type[Base], dict[str, Any]] = {
    ConversationRow: {
        "titled": True,
        "pinned": False,
        "archived": False,
        "folder_id": None,
        "trashed_at": None,
        "persona_id": None,
    },
    ReplyTraceRow: {"system": None, "persona": "", "earlier": [], "origin": {}},
}


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows of each kind were new, by the name of their list in the document."""

    added: dict[str, int]


class Profiles(StorePart):
    """The part of the store that writes and reads a whole profile."""

    def export_profile(self) -> str:
        """Return the whole profile as one JSON document."""
        with self._database.transaction() as session:
            document: dict[str, Any] = {
                "format": FORMAT,
                "version": FORMAT_VERSION,
                "exported_at": self._clock().isoformat(),
                "strength": _strength(session),
            }
            for table in _TABLES:
                document[table.__tablename__] = list(_rows(session, table))
        return json.dumps(document, ensure_ascii=False, indent=1)

    def import_profile(self, text: str) -> Imported:
        """Add what a profile holds and this one does not; nothing here is changed.

        Thumbs on replies that have one here, and settings of principles that have one here, stay as they are.
        Raises ``ProfileError`` for a document that is damaged, not a profile or newer; then nothing is added.
        """
        document = _read(text)
        rows = {table: _parsed(table, document) for table in _TABLES}
        strength = document.get("strength")
        if strength is not None and not (isinstance(strength, float | int) and 0 <= strength <= 2):
            raise ProfileError("strength")
        # A statement may be superseded by a later one: rows first, links second.
        links = {row["id"]: row.pop("superseded_by") for row in rows[StatementRow]}
        try:
            with self._database.transaction() as session:
                _leave_out_other_measures(session, rows)
                added = {t.__tablename__: _add(session, t, rows[t]) for t in _TABLES}
                _link(session, links)
                retire_overflow(session)
                if strength is not None and session.get(SettingRow, STRENGTH_KEY) is None:
                    session.add(SettingRow(key=STRENGTH_KEY, value=repr(float(strength))))
        except NotFoundError as error:
            raise ProfileError("a row points to one that is not there") from error
        self._working.clear()
        return Imported(added)


def _read(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ProfileError("not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ProfileError("not a profile")
    version = document.get("version")
    if not isinstance(version, int) or version < 1:
        raise ProfileError("no version")
    if version > FORMAT_VERSION:
        raise ProfileError(
            f"version {version}",
            user_message="This profile was written by a newer version of Attune.",
            next_step="Update Attune and import it again.",
        )
    return document


def _parsed(table: type[Base], document: dict[str, Any]) -> list[dict[str, Any]]:
    name = table.__tablename__
    try:
        given = document.get(name, []) if table in _LATER else document[name]
        rows = [_values(table, row) for row in given]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ProfileError(f"{name}: {type(error).__name__}") from error
    if not all(_sensible(table, row) for row in rows):
        raise ProfileError(f"{name}: out of range")
    return rows


def _columns(table: type[Base]) -> Iterator[Column[Any]]:
    # ``number`` only orders the rows of one database.
    return (column for column in table.__table__.columns if column.name != "number")  # type: ignore[misc]


def _rows(session: Session, table: type[Base]) -> Iterator[dict[str, Any]]:
    columns = list(_columns(table))
    order = table.__table__.columns.get("number")
    query = select(*columns).order_by(*([order] if order is not None else table.__table__.primary_key))
    for row in session.execute(query):
        yield {column.name: _to_json(column, value) for column, value in zip(columns, row, strict=True)}


def _to_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcTime):
        return value.isoformat()
    if isinstance(column.type, LargeBinary):
        return base64.b64encode(value).decode()
    return value


def _values(table: type[Base], row: dict[str, Any]) -> dict[str, Any]:
    known = _SINCE.get(table, {}) | row
    return {column.name: _from_json(column, known[column.name]) for column in _columns(table)}


def _from_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        if not column.nullable:
            raise ValueError(column.name)
        return None
    if isinstance(column.type, UtcTime):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value, validate=True)
    wanted = column.type.python_type
    if not isinstance(value, {float: (float, int), dict: (dict, list)}.get(wanted, wanted)):
        raise TypeError(column.name)
    return value


def _sensible(table: type[Base], row: dict[str, Any]) -> bool:
    """Whether a row holds what the rest of the memory relies on beyond its types."""
    if table is ReplyFeaturesRow:
        return len(row["values"]) == 8 * len(row["names"])
    if table is FeedbackRow:
        return row["label"] in {-1, 1}
    if table is MessageRow:
        return row["role"] in {"user", "assistant"} and row["state"] in _STATES
    if table in {EmbeddingRow, StatementEmbeddingRow}:
        return len(row["vector"]) % 4 == 0
    if table is StatementRow and row["superseded_by"] is not None and row["superseded_at"] is None:
        return False
    if table in {PrincipleSettingRow, StatementRow}:
        return row["value"] is None or -1 <= row["value"] <= 1
    if table is OwnPrincipleRow:
        return OWN_NAME.fullmatch(row["name"]) is not None and all(isinstance(t, str) for t in row["earlier"])
    return True


def _leave_out_other_measures(session: Session, rows: dict[type[Base], list[dict[str, Any]]]) -> None:
    """Drop features of an own principle that says something else here: two measures must not be mixed."""
    here = {
        row.name: (row.positive_instruction, row.negative_instruction)
        for row in session.scalars(select(OwnPrincipleRow))
    }
    other = {
        row["name"]
        for row in rows[OwnPrincipleRow]
        if here.get(row["name"], own := (row["positive_instruction"], row["negative_instruction"])) != own
    }
    for row in rows[ReplyFeaturesRow] if other else ():
        kept = [i for i, name in enumerate(row["names"]) if name not in other]
        values = row["values"]
        row["values"] = b"".join(values[8 * i : 8 * i + 8] for i in kept)
        row["names"] = [row["names"][i] for i in kept]


def _add(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    # All at once: a statement made for each row takes ten times as long.
    statement = insert(table.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]
    return int(session.connection().execute(statement, rows).rowcount)


def _link(session: Session, links: dict[str, str | None]) -> None:
    for row in session.scalars(select(StatementRow).where(StatementRow.superseded_at.is_not(None))):
        if row.superseded_by is None and links.get(row.id) is not None:
            row.superseded_by = links[row.id]


def _strength(session: Session) -> float | None:
    row = session.get(SettingRow, STRENGTH_KEY)
    return None if row is None else float(row.value)

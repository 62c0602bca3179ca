"""Tables of the preference memory as SQLAlchemy's typed ORM. Rows never leave this package: see ``records``.

It knows neither how the file is opened nor what is learned. A change here needs a migration beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, LargeBinary, MetaData, String, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 so that it sorts and survives exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Turn an aware datetime into microseconds; a naive one is a bug and raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn microseconds back into an aware UTC datetime."""
        return None if value is None else _EPOCH + int(value) * _MICROSECOND


class Strings(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, kept as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> list[str] | None:  # noqa: ARG002
        """Turn the tuple into a list, which JSON knows."""
        return None if value is None else list(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """Turn the list back into a tuple."""
        return None if value is None else tuple(value)


class Parts(TypeDecorator[tuple[dict[str, Any], ...]]):
    """A tuple of flat objects, kept as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self,
        value: tuple[dict[str, Any], ...] | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> list[dict[str, Any]] | None:
        """Turn the tuple into a list, which JSON knows."""
        return None if value is None else list(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[dict[str, Any], ...] | None:  # noqa: ARG002
        """Turn the list back into a tuple."""
        return None if value is None else tuple(value)


class Base(DeclarativeBase):
    """Root of all tables. Constraints have predictable names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, float: Float, dict[str, float]: JSON, list[str]: JSON}  # noqa: RUF012


def _message_key(*, primary_key: bool = False, unique: bool = False) -> Mapped[str]:
    return mapped_column(
        String, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=primary_key, unique=unique
    )


class FolderRow(Base):
    """A folder of the sidebar."""

    __tablename__ = "folders"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    collapsed: Mapped[bool] = mapped_column(server_default=text("0"))


class ConversationRow(Base):
    """One conversation. ``number`` orders rows created within one tick of the clock.

    ``titled`` says that the user gave the title; ``trashed_at`` that the conversation lies in the trash. ``folder_id``
    is no key: SQLite adds none to a table that has rows, and a folder that is gone means none.
    """

    __tablename__ = "conversations"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    titled: Mapped[bool] = mapped_column(server_default=text("1"))
    pinned: Mapped[bool] = mapped_column(server_default=text("0"))
    archived: Mapped[bool] = mapped_column(server_default=text("0"))
    folder_id: Mapped[str | None] = mapped_column(index=True)
    trashed_at: Mapped[datetime | None] = mapped_column(index=True)
    persona_id: Mapped[str | None]


class PersonaRow(Base):
    """A named preset of system prompt, sampling and strength. A conversation's ``persona_id`` is no key."""

    __tablename__ = "personas"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    system: Mapped[str]
    sampling: Mapped[dict[str, float]]
    strength: Mapped[float | None]
    created_at: Mapped[datetime]


class MessageRow(Base):
    """One node of a conversation's tree. A child's ``number`` is always greater than its parent's."""

    __tablename__ = "messages"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    content: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)


class ReplyTraceRow(Base):
    """How one reply came about."""

    __tablename__ = "reply_traces"

    message_id: Mapped[str] = _message_key(primary_key=True)
    model_id: Mapped[str]
    model_name: Mapped[str]
    reward: Mapped[str]
    strength: Mapped[float]
    weights: Mapped[dict[str, float]]
    seed: Mapped[int] = mapped_column(BigInteger)
    sampling: Mapped[dict[str, float]]
    finish_reason: Mapped[str]
    tokens: Mapped[int]
    prompt_tokens: Mapped[int]
    time_to_first_token: Mapped[float]
    tokens_per_second: Mapped[float]
    changed_share: Mapped[float]
    mean_base_logprob: Mapped[float]
    dropped_messages: Mapped[int]
    instructions: Mapped[tuple[str, ...]] = mapped_column(Strings, server_default=text("'[]'"))
    system: Mapped[str | None]
    persona: Mapped[str] = mapped_column(server_default=text("''"))
    earlier: Mapped[tuple[dict[str, Any], ...]] = mapped_column(Parts, server_default=text("'[]'"))
    origin: Mapped[dict[str, Any]] = mapped_column(JSON, server_default=text("'{}'"))


class ReplyFeaturesRow(Base):
    """Features of one reply under one reward version. ``values``: float64, in the order of ``names``."""

    __tablename__ = "reply_features"

    message_id: Mapped[str] = _message_key(primary_key=True)
    reward_version: Mapped[str] = mapped_column(primary_key=True, index=True)
    names: Mapped[list[str]]
    values: Mapped[bytes] = mapped_column(LargeBinary)
    mean_base_logprob: Mapped[float]
    tokens: Mapped[int]


class FeedbackRow(Base):
    """The thumb in force on one reply."""

    __tablename__ = "feedback"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str] = _message_key(unique=True)
    label: Mapped[int]
    reasons: Mapped[list[str]]
    note: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class PairRow(Base):
    """One reply preferred over another to the same question."""

    __tablename__ = "pairs"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    preferred_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class EmbeddingRow(Base):
    """The vector of one question under one embedder: float32, unit length."""

    __tablename__ = "embeddings"

    message_id: Mapped[str] = _message_key(primary_key=True)
    embedder: Mapped[str] = mapped_column(primary_key=True, index=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class PrincipleRow(Base):
    """A principle weights are learned for, in the order it is shown."""

    __tablename__ = "principles"

    name: Mapped[str] = mapped_column(primary_key=True)
    poles_hash: Mapped[str]
    position: Mapped[int]


class PrincipleSettingRow(Base):
    """The user's own hand on one principle. It outlives the principle's leaving the list."""

    __tablename__ = "principle_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    enabled: Mapped[bool]


class OwnPrincipleRow(Base):
    """A principle the user wrote. ``earlier``: instructions it had before, which replies' traces may still hold."""

    __tablename__ = "own_principles"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    positive_label: Mapped[str]
    positive_instruction: Mapped[str]
    negative_label: Mapped[str]
    negative_instruction: Mapped[str]
    earlier: Mapped[list[str]]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class StatementRow(Base):
    """A preference, fact or wish in the user's own words. A superseded one names its successor.

    ``message_id`` is where it was said: no key, since a statement outlives the message unless it is forgotten too.
    """

    __tablename__ = "statements"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    kind: Mapped[str]
    created_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("statements.id", ondelete="SET NULL"))
    message_id: Mapped[str | None]
    principle: Mapped[str | None]
    value: Mapped[float | None]
    used_at: Mapped[datetime | None]


class StatementEmbeddingRow(Base):
    """The vector of one statement under one embedder: float32, unit length."""

    __tablename__ = "statement_embeddings"

    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True
    )
    embedder: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class StatementUseRow(Base):
    """A statement that entered the prompt of a reply. It goes with either: no trace of a forgotten one stays."""

    __tablename__ = "statement_uses"

    message_id: Mapped[str] = _message_key(primary_key=True)
    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class DeclinedStatementRow(Base):
    """What was recognised in a message and the user did not want kept."""

    __tablename__ = "declined_statements"

    message_id: Mapped[str] = _message_key(primary_key=True)
    text: Mapped[str] = mapped_column(primary_key=True)


class SettingRow(Base):
    """A small value of the application's."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

"""Conversations and their messages as trees. Knows nothing of feedback or learning."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import CursorResult, select, update

from memory.errors import NotFoundError
from memory.part import StorePart, conversation_row, message_row, new_id
from memory.records import Conversation, Message
from memory.schema import ConversationRow, MessageRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from memory.records import MessageState, Role


class Conversations(StorePart):
    """The part of the store that keeps what was said."""

    def create_conversation(self, title: str = "") -> Conversation:
        """Begin an empty conversation."""
        now = self._clock()
        with self._database.transaction() as session:
            row = ConversationRow(
                id=new_id(), title=title, created_at=now, updated_at=now, titled=bool(title)
            )
            session.add(row)
            session.flush()
            return conversation_of(row)

    def rename_conversation(self, conversation_id: str, title: str) -> None:
        """Give a conversation the title the user wants. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            row = conversation_row(session, conversation_id)
            row.title, row.titled = title, True

    def suggest_title(self, conversation_id: str, title: str) -> bool:
        """Give a conversation a title, unless the user gave it one; return whether it has it.

        Raises ``NotFoundError``.
        """
        with self._database.transaction() as session:
            row = conversation_row(session, conversation_id)
            if not row.titled:
                row.title = title
            return not row.titled

    def has_own_title(self, conversation_id: str) -> bool:
        """Whether the user gave the conversation its title. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            return conversation_row(session, conversation_id).titled

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation with its messages and all they taught. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            session.delete(conversation_row(session, conversation_id))
        self._working.clear()

    def conversation(self, conversation_id: str) -> Conversation:
        """Return one conversation. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            return conversation_of(conversation_row(session, conversation_id))

    def conversations(self) -> tuple[Conversation, ...]:
        """Return all conversations that are not in the trash, most recently used first."""
        newest = (ConversationRow.updated_at.desc(), ConversationRow.number.desc())
        # Columns rather than rows: there may be ten thousand, and the sidebar asks often.
        query = select(*CONVERSATION_COLUMNS).where(ConversationRow.trashed_at.is_(None)).order_by(*newest)
        with self._database.transaction() as session:
            return tuple(Conversation(*row) for row in session.execute(query))

    def has_conversations(self) -> bool:
        """Whether ``conversations`` would return any, without reading them all."""
        query = select(ConversationRow.number).where(ConversationRow.trashed_at.is_(None)).limit(1)
        with self._database.transaction() as session:
            return session.scalar(query) is not None

    def add_message(
        self,
        conversation_id: str,
        parent_id: str | None,
        role: Role,
        content: str,
        state: MessageState = "complete",
    ) -> Message:
        """Append a message under ``parent_id``, or as a first one for ``None``.

        Raises ``NotFoundError`` where the conversation, or the parent in it, is gone.
        """
        now = self._clock()
        with self._database.transaction() as session:
            conversation_row(session, conversation_id).updated_at = now
            if parent_id is not None and message_row(session, parent_id).conversation_id != conversation_id:
                raise NotFoundError(f"message {parent_id} in conversation {conversation_id}")
            row = MessageRow(
                id=new_id(),
                conversation_id=conversation_id,
                parent_id=parent_id,
                role=role,
                content=content,
                state=state,
                created_at=now,
            )
            session.add(row)
            return _message(row)

    def update_message(self, message_id: str, content: str, state: MessageState) -> None:
        """Replace text and state: a streaming reply grows, ends, stops. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            row = message_row(session, message_id)
            row.content, row.state = content, state

    def message(self, message_id: str) -> Message:
        """Return one message. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            return _message(message_row(session, message_id))

    def thread(self, leaf_id: str) -> tuple[Message, ...]:
        """Return the messages from the first one down to ``leaf_id``. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            return _thread(session, leaf_id)

    def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """Return the whole tree of a conversation, oldest first: a parent always comes before its children.

        Raises ``NotFoundError``.
        """
        query = select(*(getattr(MessageRow, f.name) for f in fields(Message)))
        of_this = query.where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.number)
        with self._database.transaction() as session:
            conversation_row(session, conversation_id)
            return tuple(Message(*row) for row in session.execute(of_this))

    def children(self, message_id: str) -> tuple[Message, ...]:
        """Return the direct answers or follow-ups to a message, oldest first."""
        query = select(MessageRow).where(MessageRow.parent_id == message_id).order_by(MessageRow.number)
        with self._database.transaction() as session:
            return tuple(map(_message, session.scalars(query)))

    def active_thread(self, conversation_id: str) -> tuple[Message, ...]:
        """Return the messages down to the most recently created one; empty for an empty conversation.

        The newest message of a tree has no children, so it is a leaf. Raises ``NotFoundError``.
        """
        query = select(MessageRow.id).where(MessageRow.conversation_id == conversation_id)
        with self._database.transaction() as session:
            conversation_row(session, conversation_id)
            newest = session.scalar(query.order_by(MessageRow.number.desc()).limit(1))
            return () if newest is None else _thread(session, newest)

    def interrupt_streaming(self) -> int:
        """Mark replies that a crash left *streaming* as *interrupted*; return how many there were."""
        statement = update(MessageRow).where(MessageRow.state == "streaming").values(state="interrupted")
        with self._database.transaction() as session:
            return cast("CursorResult[Any]", session.execute(statement)).rowcount


def _thread(session: Session, leaf_id: str) -> tuple[Message, ...]:
    leaf = message_row(session, leaf_id)
    path = select(MessageRow.id, MessageRow.parent_id).where(MessageRow.id == leaf.id).cte(recursive=True)
    path = path.union_all(
        select(MessageRow.id, MessageRow.parent_id).join(path, MessageRow.id == path.c.parent_id)
    )
    # A parent is always older than its child, so the order of creation is the order of the path.
    query = select(MessageRow).join(path, MessageRow.id == path.c.id).order_by(MessageRow.number)
    return tuple(map(_message, session.scalars(query)))


CONVERSATION_COLUMNS = tuple(getattr(ConversationRow, f.name) for f in fields(Conversation))


def conversation_of(row: ConversationRow) -> Conversation:
    """Make the record of a conversation's row."""
    return Conversation(**{f.name: getattr(row, f.name) for f in fields(Conversation)})


def _message(row: MessageRow) -> Message:
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        role=cast("Role", row.role),
        content=row.content,
        state=cast("MessageState", row.state),
        created_at=row.created_at,
    )

"""Where statements were said and where they were used, and what the user did not want kept when asked.

It knows rows and dates; what a statement means, and which ones a question recalls, is ``statements``' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from memory.part import StorePart, in_trash, message_row
from memory.schema import ConversationRow, DeclinedStatementRow, MessageRow, StatementRow, StatementUseRow
from memory.statements import statement_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memory.records import Statement


class StatementUses(StorePart):
    """The part of the store that knows how statements came and where they went."""

    def use_statements(self, reply_id: str, statement_ids: Sequence[str]) -> None:
        """Note that statements entered the prompt of a reply, now and in this order.

        Those forgotten meanwhile are left out. Raises ``NotFoundError`` for a forgotten reply.
        """
        now = self._clock()
        with self._database.transaction() as session:
            message_row(session, reply_id)
            session.execute(delete(StatementUseRow).where(StatementUseRow.message_id == reply_id))
            rows = {
                row.id: row
                for row in session.scalars(select(StatementRow).where(StatementRow.id.in_(statement_ids)))
            }
            for position, statement_id in enumerate(dict.fromkeys(i for i in statement_ids if i in rows)):
                rows[statement_id].used_at = now
                session.add(
                    StatementUseRow(message_id=reply_id, statement_id=statement_id, position=position)
                )

    def used_statements(self, conversation_id: str) -> dict[str, tuple[Statement, ...]]:
        """Return which statements entered the prompt of each reply of a conversation, by message id.

        Superseded ones are among them; forgotten ones left no trace.
        """
        query = (
            select(StatementUseRow.message_id, StatementRow)
            .join(StatementRow, StatementRow.id == StatementUseRow.statement_id)
            .join(MessageRow, MessageRow.id == StatementUseRow.message_id)
            .where(MessageRow.conversation_id == conversation_id)
            .order_by(StatementUseRow.message_id, StatementUseRow.position)
        )
        used: dict[str, tuple[Statement, ...]] = {}
        with self._database.transaction() as session:
            for message_id, row in session.execute(query):
                used[message_id] = (*used.get(message_id, ()), statement_of(row))
        return used

    def statement_sources(self) -> dict[str, tuple[str, str]]:
        """Return (conversation id, title) of where each statement was said in a chat, by statement id."""
        query = (
            select(StatementRow.id, ConversationRow.id, ConversationRow.title)
            .join(MessageRow, MessageRow.id == StatementRow.message_id)
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        )
        with self._database.transaction() as session:
            return {i: (conversation, title) for i, conversation, title in session.execute(query)}

    def statement_last_uses(self) -> dict[str, tuple[str, str]]:
        """Return (conversation id, reply id) of the newest reply that used each statement, the trash left out."""
        query = (
            select(StatementUseRow.statement_id, MessageRow.conversation_id, MessageRow.id)
            .join(MessageRow, MessageRow.id == StatementUseRow.message_id)
            .where(MessageRow.id.not_in(in_trash()))
            .order_by(MessageRow.number)
        )
        with self._database.transaction() as session:
            return {name: (conversation, reply) for name, conversation, reply in session.execute(query)}

    def decline_statement(self, message_id: str, text: str) -> None:
        """Note that the user does not want ``text``, said in a message, kept. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            values = {"message_id": message_id, "text": text}
            session.execute(insert(DeclinedStatementRow).values(**values).prefix_with("OR REPLACE"))

    def declined_statements(self, message_id: str) -> frozenset[str]:
        """Return what the user did not want kept of a message."""
        query = select(DeclinedStatementRow.text).where(DeclinedStatementRow.message_id == message_id)
        with self._database.transaction() as session:
            return frozenset(session.scalars(query))

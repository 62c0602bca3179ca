"""Takes conversations in that were had elsewhere. Adds and never overwrites; what comes again is known by its id.

It knows no file format. What is taken in teaches nothing until the user rates it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from memory.part import StorePart, new_id
from memory.records import TakenIn
from memory.schema import ConversationRow, FolderRow, MessageRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from memory.records import NewConversation

# SQLite binds a limited number of values in one statement.
_CHUNK = 1000


class Importing(StorePart):
    """The part of the store that takes in."""

    def take_in(self, conversations: Iterable[NewConversation]) -> TakenIn:
        """Add what is new of ``conversations``, in one transaction.

        A conversation that is known gets the messages it lacks, and nothing of it changes; one in the trash stays
        there as it is. A message whose parent is neither known nor given becomes a first message.
        """
        total = TakenIn()
        with self._database.transaction() as session:
            for conversation in conversations:
                total += _take_in(session, conversation)
        return total


def _take_in(session: Session, given: NewConversation) -> TakenIn:
    row = session.scalar(select(ConversationRow).where(ConversationRow.id == given.id))
    if row is not None and row.trashed_at is not None:
        return TakenIn(in_trash=1)
    if row is None:
        session.execute(
            insert(ConversationRow).values(
                id=given.id,
                title=given.title,
                created_at=given.created_at,
                updated_at=given.updated_at,
                titled=bool(given.title),
                pinned=given.pinned and not given.archived,
                archived=given.archived,
                folder_id=_folder(session, given.folder) if given.folder else None,
            )
        )
    ids = [message.id for message in given.messages]
    elsewhere: set[str] = set()
    here: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        some = select(MessageRow.id, MessageRow.conversation_id).where(
            MessageRow.id.in_(ids[start : start + _CHUNK])
        )
        for message_id, owner in session.execute(some):
            (here if owner == given.id else elsewhere).add(message_id)
    new = []
    for message in given.messages:
        if message.id in here or message.id in elsewhere:
            continue
        parent = message.parent_id if message.parent_id in here else None
        here.add(message.id)
        new.append(
            {
                "id": message.id,
                "conversation_id": given.id,
                "parent_id": parent,
                "role": message.role,
                "content": message.content,
                "state": "complete",
                "created_at": message.created_at,
            }
        )
    if new:
        session.execute(insert(MessageRow), new)
    return TakenIn(conversations=int(row is None), messages=len(new), known=int(row is not None and not new))


def _folder(session: Session, name: str) -> str:
    known = session.scalar(select(FolderRow.id).where(func.lower(FolderRow.name) == name.lower()).limit(1))
    if known is not None:
        return known
    folder_id = new_id()
    session.execute(insert(FolderRow).values(id=folder_id, name=name, collapsed=False))
    return folder_id

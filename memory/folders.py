"""How conversations are put in order: pinned, archived, in folders. Knows nothing of what was said in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from memory.errors import NotFoundError
from memory.part import StorePart, conversation_row, new_id
from memory.records import Folder
from memory.schema import ConversationRow, FolderRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Folders(StorePart):
    """The part of the store that keeps the user's order."""

    def pin(self, conversation_id: str, pinned: bool) -> None:
        """Pin a conversation, or let it go; a pinned one is not archived. Raises ``NotFoundError``."""
        self._put(conversation_id, pinned=pinned, **({"archived": False} if pinned else {}))

    def archive(self, conversation_id: str, archived: bool) -> None:
        """Put a conversation away, or bring it back; what it taught counts on. Raises ``NotFoundError``."""
        self._put(conversation_id, archived=archived, **({"pinned": False} if archived else {}))

    def move(self, conversation_id: str, folder_id: str | None) -> None:
        """Put a conversation in a folder, or in none. Raises ``NotFoundError``."""
        if folder_id is not None:
            with self._database.transaction() as session:
                _folder_row(session, folder_id)
        self._put(conversation_id, folder_id=folder_id)

    def folders(self) -> tuple[Folder, ...]:
        """Return all folders, by name."""
        with self._database.transaction() as session:
            found = [_folder(row) for row in session.scalars(select(FolderRow))]
        return tuple(sorted(found, key=lambda folder: (folder.name.casefold(), folder.id)))

    def create_folder(self, name: str) -> Folder:
        """Make an empty folder."""
        with self._database.transaction() as session:
            row = FolderRow(id=new_id(), name=name, collapsed=False)
            session.add(row)
            return _folder(row)

    def rename_folder(self, folder_id: str, name: str) -> None:
        """Give a folder another name. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            _folder_row(session, folder_id).name = name

    def collapse_folder(self, folder_id: str, collapsed: bool) -> None:
        """Remember whether a folder is shown closed. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            _folder_row(session, folder_id).collapsed = collapsed

    def delete_folder(self, folder_id: str) -> None:
        """Remove a folder; its conversations stay, in none. Raises ``NotFoundError``."""
        with self._database.transaction() as session:
            session.delete(_folder_row(session, folder_id))
            inside = update(ConversationRow).where(ConversationRow.folder_id == folder_id)
            session.execute(inside.values(folder_id=None))

    def _put(self, conversation_id: str, **values: Any) -> None:
        with self._database.transaction() as session:
            conversation_row(session, conversation_id)
            session.execute(
                update(ConversationRow).where(ConversationRow.id == conversation_id).values(**values)
            )


def _folder_row(session: Session, folder_id: str) -> FolderRow:
    row = session.scalar(select(FolderRow).where(FolderRow.id == folder_id))
    if row is None:
        raise NotFoundError(f"folder {folder_id}")
    return row


def _folder(row: FolderRow) -> Folder:
    return Folder(row.id, row.name, row.collapsed)

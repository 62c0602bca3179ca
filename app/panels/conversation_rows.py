"""The rows of the sidebar: pinned ones, folders, then conversations by age; or the archive, or the trash.

Knows titles, times and folders; what a row stands for is the sidebar's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.language import mark, plural, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from memory.records import Conversation, Folder

UNTITLED: Final = mark("New conversation")
PINNED: Final = mark("Pinned")
ID_ROLE: Final = Qt.ItemDataRole.UserRole
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
MIME: Final = "application/x-attune-conversation"

Place: TypeAlias = Literal["all", "archive", "trash"]
AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``side`` stands at its right end; ``inside`` is the folder a conversation is shown in."""

    kind: Literal["heading", "folder", "conversation"]
    text: str
    id: str = ""
    side: str = ""
    tip: str = ""
    inside: str | None = None
    closed: bool = False


class Rows(QAbstractListModel):
    """What the sidebar shows. A heading and a folder have no conversation's id."""

    renamed = Signal(str, str)
    folder_renamed = Signal(str, str)
    moved = Signal(str, object)  # conversation, folder or None

    def __init__(self, now: Callable[[], datetime], *, trash_days: int) -> None:
        super().__init__()
        self._now = now
        self._trash_days = trash_days
        self._rows: list[Row] = []
        self._at: dict[str, int] = {}

    def show(self, conversations: Sequence[Conversation], folders: Sequence[Folder], place: Place) -> None:
        """Show ``conversations``, newest first, as they stand in ``place``."""
        rows = list(self._lay_out(conversations, folders, place))
        if rows == self._rows:
            return
        if [(row.kind, row.id) for row in rows] == [(row.kind, row.id) for row in self._rows]:
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self._at = {row.id: index for index, row in enumerate(rows) if row.id}
        self.endResetModel()

    def index_of(self, conversation_id: str | None) -> QModelIndex:
        """Return where a conversation or a folder stands; an invalid index where it does not."""
        row = self._at.get(conversation_id or "")
        return QModelIndex() if row is None else self.index(row)

    def row(self, index: AnyIndex) -> Row | None:
        """Return what stands at ``index``."""
        return self._rows[index.row()] if index.isValid() else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Count rows, headings included."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title, id or the whole row; only a conversation has an id."""
        row = self.row(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == ID_ROLE:
            return row.id if row.kind == "conversation" else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(row)
        if row.kind == "heading":
            return None
        if role == Qt.ItemDataRole.EditRole:
            return "" if row.kind == "conversation" and row.text == tr(UNTITLED) else row.text
        return (row.tip or row.text) if role == Qt.ItemDataRole.ToolTipRole else None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Report a new title or name; it is shown once it is stored."""
        row, title = self.row(index), str(value).strip()
        if row is None or role != Qt.ItemDataRole.EditRole or not title or title == row.text:
            return False
        (self.renamed if row.kind == "conversation" else self.folder_renamed).emit(row.id, title)
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let conversations and folders be selected and renamed, headings neither; all take what is dropped."""
        row = self.row(index)
        if row is None:
            return Qt.ItemFlag.ItemIsDropEnabled
        if row.kind == "heading":
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDropEnabled
        )
        return flags | Qt.ItemFlag.ItemIsDragEnabled if row.kind == "conversation" else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Conversations are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Name what rows can be dragged as."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Carry the conversation's id."""
        data = QMimeData()
        row = self.row(indexes[0]) if indexes else None
        data.setData(MIME, QByteArray((row.id if row else "").encode()))
        return data

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        """Take conversations."""
        del action, row, column, parent
        return data.hasFormat(MIME)

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        """Report where a conversation was dropped: on a folder or in it, or outside of all."""
        del action, column
        if not data.hasFormat(MIME):
            return False
        target = self.row(parent)
        if target is None and 0 < row <= len(self._rows):
            target = self._rows[row - 1]
        conversation_id = bytes(data.data(MIME).data()).decode()
        folder = None if target is None else (target.id if target.kind == "folder" else target.inside)
        dragged = self._rows[self._at[conversation_id]] if conversation_id in self._at else None
        if dragged is not None and dragged.inside != folder:
            self.moved.emit(conversation_id, folder)
        # Never true: the view would remove a row that the store has yet to move.
        return False

    def _lay_out(
        self, conversations: Sequence[Conversation], folders: Sequence[Folder], place: Place
    ) -> Iterator[Row]:
        if place == "trash":
            yield from map(self._in_trash, conversations)
            return
        shown = [c for c in conversations if c.archived == (place == "archive")]
        if place == "archive":
            yield from self._by_age(shown)
            return
        pinned = [c for c in shown if c.pinned]
        if pinned:
            yield Row("heading", tr(PINNED))
            yield from map(_conversation, pinned)
        kept: dict[str, list[Conversation]] = {folder.id: [] for folder in folders}
        loose: list[Conversation] = []
        for conversation in shown:
            if not conversation.pinned:
                kept.get(conversation.folder_id or "", loose).append(conversation)
        if folders:
            yield Row("heading", tr("Folders"))
        for folder in folders:
            inside = kept[folder.id]
            side = str(len(inside)) if inside else ""
            yield Row("folder", folder.name, folder.id, side, inside=folder.id, closed=folder.collapsed)
            if not folder.collapsed:
                yield from (_conversation(conversation, folder.id) for conversation in inside)
        yield from self._by_age(loose)

    def _by_age(self, conversations: Sequence[Conversation]) -> Iterator[Row]:
        # Compared with three moments, once computed: ten thousand conversions to local dates would be felt.
        midnight = self._now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        ages = (
            (tr("Today"), midnight),
            (tr("Yesterday"), midnight - timedelta(days=1)),
            (tr("Previous 7 days"), midnight - timedelta(days=7)),
        )
        heading, older = "", tr("Older")
        for conversation in conversations:
            wanted = next((name for name, since in ages if conversation.updated_at >= since), older)
            if wanted != heading:
                heading = wanted
                yield Row("heading", heading)
            yield _conversation(conversation)

    def _in_trash(self, conversation: Conversation) -> Row:
        assert conversation.trashed_at is not None
        left = max(self._trash_days - (self._now() - conversation.trashed_at).days, 0)
        side = plural("1 day", "{n} days", left)
        tip = tr("{title}\nDeleted for good in {side}", title=conversation.title or tr(UNTITLED), side=side)
        return Row("conversation", conversation.title or tr(UNTITLED), conversation.id, side, tip)


def _conversation(conversation: Conversation, inside: str | None = None) -> Row:
    return Row("conversation", conversation.title or tr(UNTITLED), conversation.id, inside=inside)


def _spoken(row: Row) -> str:
    if row.kind == "folder":
        inside = plural("1 conversation", "{n} conversations", int(row.side or 0))
        state = tr("closed") if row.closed else tr("open")
        return tr("Folder {name}, {state}, {conversations}", name=row.text, state=state, conversations=inside)
    return tr("{text}, deleted for good in {side}", text=row.text, side=row.side) if row.side else row.text

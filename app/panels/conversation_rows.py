"""The rows of the sidebar: conversations under headings by age, and how a row is drawn and edited.

Knows titles and times; what a row stands for is the sidebar's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.render.theme import BODY, CAPTION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from app.render.appearance import Appearance
    from memory.records import Conversation

UNTITLED: Final = "New conversation"
ID_ROLE: Final = Qt.ItemDataRole.UserRole
AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex


class Rows(QAbstractListModel):
    """Conversations that match the filter, under headings by age. A heading is a row without an id."""

    renamed = Signal(str, str)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._all: tuple[Conversation, ...] = ()
        self._needle = ""
        self._rows: list[Conversation | str] = []

    def show(self, conversations: Sequence[Conversation]) -> None:
        """Show all ``conversations``, newest first, as far as they match the filter."""
        self._all = tuple(conversations)
        self._refill()

    def filter(self, needle: str) -> None:
        """Show only titles that contain ``needle``."""
        self._needle = needle.casefold().strip()
        self._refill()

    def index_of(self, conversation_id: str | None) -> QModelIndex:
        """Return where a conversation stands; an invalid index where it does not."""
        for row, item in enumerate(self._rows):
            if not isinstance(item, str) and item.id == conversation_id:
                return self.index(row)
        return QModelIndex()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Count rows, headings included."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title or id; a heading has no id."""
        if not index.isValid():
            return None
        item = self._rows[index.row()]
        if isinstance(item, str):
            return item if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if role == Qt.ItemDataRole.EditRole:
            return item.title
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return item.title or UNTITLED
        return item.id if role == ID_ROLE else None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Report a new title; it is shown once it is stored."""
        item = self._rows[index.row()] if index.isValid() else ""
        title = str(value).strip()
        if isinstance(item, str) or role != Qt.ItemDataRole.EditRole or not title or title == item.title:
            return False
        self.renamed.emit(item.id, title)
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let rows be selected and renamed, headings neither."""
        if not index.isValid() or isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def _refill(self) -> None:
        self.beginResetModel()
        self._rows = []
        today = self._now().astimezone().date()
        heading = ""
        for conversation in self._all:
            if self._needle and self._needle not in (conversation.title or UNTITLED).casefold():
                continue
            age = today - conversation.updated_at.astimezone().date()
            if (wanted := _heading(age)) != heading:
                heading = wanted
                self._rows.append(heading)
            self._rows.append(conversation)
        self.endResetModel()


def _heading(age: timedelta) -> str:
    if age.days <= 0:
        return "Today"
    if age.days == 1:
        return "Yesterday"
    return "Previous 7 days" if age.days <= 7 else "Older"


class RowPainter(QStyledItemDelegate):
    """Draws headings and rows in the theme's colours; lets a title be edited in its place."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Give headings and rows their heights."""
        del option
        return QSize(0, self._appearance.px(36 if index.data(ID_ROLE) else 32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw a heading or a row."""
        look = self._appearance
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ID_ROLE):
            radius = look.px(8)
            ground = ""
            if state & QStyle.StateFlag.State_Selected:
                ground = "accent_soft"
            elif state & QStyle.StateFlag.State_MouseOver:
                ground = "hover"
            if ground:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour(ground))
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), radius, radius)
            if state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(look.colour("accent"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect.adjusted(1, 2, -1, -2), radius, radius)
            painter.setFont(look.font(BODY - 1))
            painter.setPen(look.colour("text"))
            inner = rect.adjusted(look.px(8), 0, -look.px(8), 0)
            align = Qt.AlignmentFlag.AlignVCenter
        else:
            painter.setFont(look.font(CAPTION, bold=True))
            painter.setPen(look.colour("muted"))
            inner = rect.adjusted(look.px(8), 0, -look.px(8), -look.px(4))
            align = Qt.AlignmentFlag.AlignBottom
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, align, elided)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        """Make the field a title is edited in."""
        del option, index
        editor = QLineEdit(parent)
        editor.setAccessibleName("Title of the conversation")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Put the field over its row."""
        del index
        editor.setGeometry(option.rect)

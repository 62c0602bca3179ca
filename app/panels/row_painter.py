"""How a row of the sidebar is drawn, and the field its title is edited in. Knows rows, not what they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.language import tr
from app.panels.conversation_rows import ROW_ROLE, AnyIndex, Row
from app.render.theme import BODY, CAPTION

if TYPE_CHECKING:
    from app.render.appearance import Appearance


class RowPainter(QStyledItemDelegate):
    """Draws headings, folders and conversations in the theme's colours."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Give every row the same height: ten thousand are laid out without being asked."""
        del option, index
        return QSize(0, self._appearance.px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw a row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind == "heading":
            self._heading(painter, option.rect, row)
        else:
            self._ground(painter, option.rect, option.state)
            self._line(painter, option.rect, row)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        """Make the field a title is edited in."""
        del option
        row = index.data(ROW_ROLE)
        editor = QLineEdit(parent)
        folder = isinstance(row, Row) and row.kind == "folder"
        editor.setAccessibleName(tr("Name of the folder") if folder else tr("Title of the conversation"))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Put the field over its row."""
        del index
        editor.setGeometry(option.rect)

    def _heading(self, painter: QPainter, rect: QRect, row: Row) -> None:
        look = self._appearance
        painter.setFont(look.font(CAPTION, bold=True))
        painter.setPen(look.colour("muted"))
        painter.drawText(
            rect.adjusted(look.px(8), 0, -look.px(8), -look.px(6)), Qt.AlignmentFlag.AlignBottom, row.text
        )

    def _ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        look, radius = self._appearance, self._appearance.px(8)
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

    def _line(self, painter: QPainter, rect: QRect, row: Row) -> None:
        look = self._appearance
        inner = rect.adjusted(look.px(8), 0, -look.px(8), 0)
        if row.kind == "folder":
            for icon in ("closed" if row.closed else "opened", "folder"):
                self._icon(painter, inner, icon)
                inner.setLeft(inner.left() + look.px(20))
            inner.setLeft(inner.left() + look.px(4))
        elif row.inside is not None:
            inner.setLeft(inner.left() + look.px(20))
        if row.side:
            painter.setFont(look.font(CAPTION))
            painter.setPen(look.colour("muted"))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(inner, right, row.side)
            inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(row.side) - look.px(8))
        painter.setFont(look.font(BODY - 1))
        painter.setPen(look.colour("text"))
        elided = painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, elided)

    def _icon(self, painter: QPainter, rect: QRect, name: str) -> None:
        size = 16
        device = painter.device()
        scale = device.devicePixelRatioF() if device is not None else 1.0
        pixmap = self._appearance.pixmap(name, "muted", size, scale)
        top = rect.top() + (rect.height() - self._appearance.px(size)) // 2
        painter.drawPixmap(QPoint(rect.left(), top), pixmap)

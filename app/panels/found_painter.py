"""How a line of the search is drawn: a conversation's title, or a message with the words found marked in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLocale, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.language import mark, tr
from app.render.theme import BODY, CAPTION, SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

    from app.panels.conversation_rows import AnyIndex
    from app.render.appearance import Appearance
    from memory.records import Conversation, MessageHit, Pieces

FOUND_ROLE: Final = Qt.ItemDataRole.UserRole
_WHO: Final = {"user": mark("You"), "assistant": "Attune"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a conversation by its title, or, with ``hit``, a message in it."""

    conversation: Conversation
    pieces: Pieces
    hit: MessageHit | None = None

    @property
    def text(self) -> str:
        """The line as a screen reader says it."""
        said = "".join(text for text, _ in self.pieces)
        return f"{tr(_WHO[self.hit.role])}: {said}" if self.hit else said


class FoundPainter(QStyledItemDelegate):
    """Draws lines in the theme's colours."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Give titles and messages their heights."""
        del option
        line = index.data(FOUND_ROLE)
        return QSize(0, self._appearance.px(30 if isinstance(line, Line) and line.hit else 38))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw a line."""
        line = index.data(FOUND_ROLE)
        if not isinstance(line, Line):
            return
        look = self._appearance
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), look.px(8), look.px(8))
        inner = rect.adjusted(look.px(12), 0, -look.px(12), 0)
        when = line.hit.created_at if line.hit else line.conversation.updated_at
        day = QDate(*when.astimezone().timetuple()[:3])
        note = tr(_WHO[line.hit.role]) if line.hit else QLocale().toString(day, "d MMM yyyy")
        if line.conversation.archived and not line.hit:
            note = tr("Archived · {note}", note=note)
        painter.setFont(look.font(CAPTION))
        painter.setPen(look.colour("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(note) - look.px(16))
        if line.hit:
            inner.setLeft(inner.left() + look.px(16))
            self._pieces(painter, inner, line.pieces, look.font(SMALL), "muted", selected=selected)
        else:
            font = look.font(BODY, bold=True)
            self._pieces(painter, inner, line.pieces, font, "text", selected=selected)
        painter.restore()

    def _pieces(
        self, painter: QPainter, rect: QRect, pieces: Pieces, font: QFont, role: str, *, selected: bool
    ) -> None:
        look = self._appearance
        text, marks, at = "", [], 0
        for piece, found in pieces:
            # Line breaks would begin a second line that has no room.
            piece = piece.replace("\n", " ")
            if found:
                marks.append((at, _units(piece)))
            text += piece
            at += _units(piece)
        found_format = QTextCharFormat()
        found_format.setForeground(look.colour("text"))
        found_format.setFontWeight(700)
        # The chosen line stands on the colour that marks what was found in all others.
        found_format.setBackground(look.colour("surface" if selected else "accent_soft"))
        formats = []
        for start, length in marks:
            entry = QTextLayout.FormatRange()
            entry.start, entry.length, entry.format = start, length, found_format
            formats.append(entry)
        layout, shaped = _shaped(text, font, formats)
        if shaped.naturalTextWidth() > rect.width():
            room = rect.width() - QFontMetrics(font).horizontalAdvance("…")
            end = shaped.xToCursor(room, QTextLine.CursorPosition.CursorOnCharacter)
            begin = text.encode("utf-16-le")[: 2 * end].decode("utf-16-le", "ignore")
            layout, shaped = _shaped(f"{begin.rstrip()}…", font, formats)
        painter.setPen(look.colour(role))
        painter.setClipRect(rect)
        layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - shaped.height()) / 2))
        painter.setClipping(False)


def _shaped(
    text: str, font: QFont, formats: Sequence[QTextLayout.FormatRange]
) -> tuple[QTextLayout, QTextLine]:
    """Lay out one line. The line is the layout's: keep both."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats(list(formats))
    layout.beginLayout()
    shaped = layout.createLine()
    layout.endLayout()
    return layout, shaped


def _units(text: str) -> int:
    """Return the length of ``text`` as Qt counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2

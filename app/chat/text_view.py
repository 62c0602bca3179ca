"""Read-only text as tall as its content. Knows no markdown.

Nothing is ever fetched for it, and a link opens only on a click, in the system's browser.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QFocusEvent,
    QShowEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSizePolicy,
    QTextBrowser,
    QTextEdit,
    QToolTip,
)

from app.chat.direction import mirror
from app.chat.formulas import FORMULA, OBJECT, place_formulas, with_formulas
from app.render.direction import has_right_to_left
from app.render.stylesheet import LEADING, rich_text
from app.render.theme import BODY

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.render.appearance import Appearance

_SCHEMES: Final = ("http", "https", "mailto")


def open_link(url: QUrl) -> None:
    """Hand a web or mail address to the system; ignore every other kind."""
    if url.scheme().lower() in _SCHEMES:
        QDesktopServices.openUrl(url)


class TextView(QTextBrowser):
    """A text as tall as it needs to be at the width it is given."""

    def __init__(self, appearance: Appearance, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.appearance = appearance
        self._heights: tuple[int, int] | None = None
        self._ideal: tuple[int, int] | None = None
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        # Not Fixed: Qt would cap the height at that of the width before, and cut the text when a window gets narrower.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.document().setDocumentMargin(0)
        self.document().contentsChanged.connect(self._on_contents)
        self.anchorClicked.connect(open_link)
        self.highlighted.connect(self._on_hover)
        self.restyle()

    def restyle(self) -> None:
        """Take over the fonts and colours in force. Shown rich text has to be set again by its owner."""
        self._heights = self._ideal = None
        self.document().setDefaultFont(self.appearance.font(BODY))
        self.document().setIndentWidth(self.appearance.px(26))
        theme, zoom = self.appearance.theme, self.appearance.zoom
        self.document().setDefaultStyleSheet(rich_text(theme, zoom, self.appearance.code_family))

    def show_html(self, html: str) -> None:
        """Show rich text made by ``app.render.markdown``."""
        self.setHtml(html)
        if FORMULA in html:
            place_formulas(self.document(), self.appearance, self.devicePixelRatioF())
        self._space_lists()
        if has_right_to_left(html):
            mirror(self.document())
        last = QTextCursor(self.document())
        last.movePosition(QTextCursor.MoveOperation.End)
        ending = QTextBlockFormat()
        ending.setBottomMargin(0)
        if last.block().length() == 1:
            # Qt ends a document that ends in a table with an empty line.
            ending.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        last.mergeBlockFormat(ending)
        links = "<a " in html
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if links else Qt.FocusPolicy.ClickFocus)

    def _space_lists(self) -> None:
        # Qt takes the margin under a list from its last item alone.
        block = self.document().begin()
        while block.isValid():
            if block.textList() and not block.next().textList():
                spacing = QTextBlockFormat()
                spacing.setBottomMargin(self.appearance.px(12))
                QTextCursor(block).mergeBlockFormat(spacing)
            block = block.next()

    def show_plain(self, text: str) -> None:
        """Show ``text`` as it is."""
        self.setPlainText(text)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)

    def append_plain(self, text: str) -> None:
        """Add ``text`` at the end without touching what stands there."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)

    def mark(self, term: str) -> int:
        """Highlight every occurrence of ``term``; return how many there are. An empty term removes the marks."""
        selections = []
        cursor = QTextCursor(self.document())
        style = QTextCharFormat()
        style.setBackground(QColor(self.appearance.theme.accent_soft))
        style.setForeground(QColor(self.appearance.theme.text))
        while term and not (cursor := self.document().find(term, cursor)).isNull():
            selection = QTextEdit.ExtraSelection()
            selection.cursor, selection.format = cursor, style
            selections.append(selection)
        self.setExtraSelections(selections)
        return len(selections)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Fetch nothing, from the disk as little as from the network."""
        del kind, name
        return ""

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy formulas as the LaTeX they were written in."""
        data = super().createMimeDataFromSelection()
        cursor = self.textCursor()
        if OBJECT in (text := data.text()):
            data = QMimeData()
            data.setText(with_formulas(text, self.document(), cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def showEvent(self, event: QShowEvent) -> None:
        """Paint no background: Qt's stylesheets keep something for every viewport that does, and never let go of it."""
        super().showEvent(event)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002  Qt's name
        """Go on to the next link, bring it into view and say where it leads, as the pointer would."""
        moved = super().focusNextPrevChild(next)
        if self.hasFocus():
            self._on_link_reached()
        return moved

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the address away with the focus."""
        super().focusOutEvent(event)
        self._name_link("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave vertical scrolling to the transcript."""
        if event.angleDelta().x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().wheelEvent(event)
        else:
            event.ignore()

    def heightForWidth(self, width: int) -> int:
        """Return the height of the laid-out text at ``width``."""
        if self._heights is None or self._heights[0] != width:
            document = self.document()
            shown = document.textWidth()
            document.setTextWidth(width)
            self._heights = (width, math.ceil(document.size().height()))
            document.setTextWidth(shown)
        return self._heights[1]

    def width_needed(self, most: int) -> int:
        """Return the width of the longest line when no line may be wider than ``most``."""
        if self._ideal is None or self._ideal[0] != most:
            document = self.document()
            shown = document.textWidth()
            document.setTextWidth(most)
            self._ideal = (most, min(most, math.ceil(document.idealWidth()) + 1))
            document.setTextWidth(shown)
        return self._ideal[1]

    def sizeHint(self) -> QSize:
        """Ask for the ideal height at the present width."""
        width = max(self.width(), 1)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Let itself be squeezed: the transcript decides."""
        return QSize(0, 0)

    def _on_contents(self) -> None:
        self._heights = self._ideal = None
        self.updateGeometry()

    def _on_hover(self, url: QUrl) -> None:
        self.setToolTip(url.toString())
        if not url.isEmpty():
            QToolTip.showText(self.cursor().pos(), url.toString(), self)

    def _on_link_reached(self) -> None:
        link = self.textCursor()
        begin, end = QTextCursor(link), QTextCursor(link)
        begin.setPosition(link.selectionStart())
        end.setPosition(link.selectionEnd())  # a cursor has the format of what stands before it
        self._name_link(end.charFormat().anchorHref())
        self._bring_into_view(self.cursorRect(end))
        self._bring_into_view(self.cursorRect(begin))
        place = self.cursorRect(begin).bottomLeft()
        QToolTip.showText(self.viewport().mapToGlobal(place), self.toolTip(), self)

    def _bring_into_view(self, place: QRect) -> None:
        around: QWidget | None = self.parentWidget()
        while around:
            if isinstance(around, QScrollArea) and (scrolled := around.widget()):
                at = self.viewport().mapTo(scrolled, place.center())
                around.ensureVisible(at.x(), at.y(), 0, 2 * place.height())
                return
            around = around.parentWidget()

    def _name_link(self, address: str) -> None:
        self.setToolTip(address)
        if self.accessibleDescription() != address:
            self.setAccessibleDescription(address)

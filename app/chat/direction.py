"""Right-to-left rich text: Qt turns paragraphs by their first letter; tables and italics need help. No widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextTable

from app.render.direction import has_right_to_left, is_right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextBlock, QTextDocument


def mirror(document: QTextDocument) -> None:
    """Put tables and quotes of right-to-left text at the right, and set its stress upright.

    Scripts that go from right to left have no italics, and the fonts that do lack their letters: stressed words are
    underlined instead.
    """
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _mirror_table(frame)
    upright = QTextCharFormat()
    upright.setFontItalic(False)
    upright.setFontUnderline(True)
    for start, length in list(_slanted(document)):
        cursor = QTextCursor(document)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(upright)


def _mirror_table(table: QTextTable) -> None:
    blocks = list(_blocks(table))
    if not is_right_to_left("".join(block.text() for block in blocks)):
        return
    look = table.format()
    look.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    look.setAlignment(Qt.AlignmentFlag.AlignRight)
    table.setFormat(look)
    turned = QTextBlockFormat()
    turned.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for block in blocks:
        QTextCursor(block).mergeBlockFormat(turned)


def _blocks(table: QTextTable) -> Iterator[QTextBlock]:
    block = table.firstCursorPosition().block()
    while block.isValid() and block.position() <= table.lastPosition():
        yield block
        block = block.next()


def _slanted(document: QTextDocument) -> Iterator[tuple[int, int]]:
    block = document.begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            fragment = at.fragment()
            if fragment.charFormat().fontItalic() and has_right_to_left(fragment.text()):
                yield fragment.position(), fragment.length()
            at += 1
        block = block.next()

"""A whole answer as one thing to press, with the key that chooses it; and how far a row of questions is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.chat.controls import label
from app.render.markdown import Prose, blocks
from app.render.stylesheet import label_text

if TYPE_CHECKING:
    from app.render.appearance import Appearance


class AnswerCard(QPushButton):
    """``clicked`` is a choice. It shows an answer as the chat would, and takes the mouse wherever it lies."""

    def __init__(self, appearance: Appearance, key: str, name: str) -> None:
        super().__init__()
        self._appearance = appearance
        self.setAccessibleName(name)
        self.answer = ""
        self.setProperty("look", "answer")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        hint = label(key, "key")
        self._inside = layout = QVBoxLayout(self)
        layout.setContentsMargins(*(appearance.px(size) for size in (20, 18, 20, 14)))
        layout.setSpacing(appearance.px(12))
        layout.addWidget(self._text, 1)
        layout.addWidget(hint, 0, Qt.AlignmentFlag.AlignRight)
        for inside in (self._text, hint):
            inside.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        appearance.changed.connect(self._draw)

    def say(self, answer: str, name: str) -> None:
        """Show ``answer``, Markdown without code; ``name`` is the card's accessible one."""
        self.answer = answer
        self.setAccessibleName(name)
        self._draw()

    def sizeHint(self) -> QSize:
        """Return the room that the text needs: a button's own hint knows only its caption."""
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least room, as high as the whole text."""
        return self._inside.minimumSize()

    def hasHeightForWidth(self) -> bool:
        """Say that narrower text is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that the text needs at ``width``."""
        return self._inside.heightForWidth(width)

    def _draw(self) -> None:
        look = self._appearance
        style = label_text(look.theme, look.zoom, look.code_family)
        shown = "".join(block.html for block in blocks(self.answer) if isinstance(block, Prose))
        # Qt sets a heading in a label as large as on a page.
        shown = shown.replace("<h2", "<h4").replace("</h2", "</h4")
        self._text.setText(f"<style>{style}</style>{shown}")


class Steps(QWidget):
    """A short bar for each question; those that were reached are filled."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(appearance.px(6))
        self._bars: list[QFrame] = []

    def show_reached(self, number: int, of: int) -> None:
        """Fill ``number`` bars out of ``of``."""
        while len(self._bars) < of:
            bar = QFrame()
            bar.setFixedSize(self._appearance.px(28), self._appearance.px(4))
            self._row.addWidget(bar)
            self._bars.append(bar)
        for index, bar in enumerate(self._bars):
            bar.setProperty("look", "reached" if index < number else "ahead")
            bar.style().polish(bar)

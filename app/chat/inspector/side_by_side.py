"""Two answers side by side, rendered as in the chat, the words that differ marked in both.

The marks can be told apart without colour: struck through on the one side, underlined on the other, or, where neither
came first, underlined on both. Where almost everything differs, what is the same is marked instead. Knows two texts,
not where they come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QTextEdit, QVBoxLayout, QWidget

from app.chat.body import Body
from app.chat.controls import label
from app.differences import Differences, differences
from app.language import mark, plural, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLabel

    from app.differences import Span
    from app.render.appearance import Appearance

Kind: TypeAlias = Literal["after", "equal"]
"""Whether the second text came after the first, or both are of one rank."""

# Where little is shared, shorter runs are chance: *and*, a comma. In characters.
_PHRASE: Final = 8
_LEGEND: Final[dict[Kind, str]] = {
    "after": mark("Struck through: only on the left. Underlined: only on the right."),
    "equal": mark("Underlined: only in this one of the two."),
}


class SideBySide(QWidget):
    """Two columns that scroll together."""

    def __init__(self, appearance: Appearance, kind: Kind) -> None:
        super().__init__()
        self._appearance, self._kind = appearance, kind
        self.differences = Differences()
        self.headings = (label("", "smallbold"), label("", "smallbold"))
        self.captions = (label("", "caption", wrap=True), label("", "caption", wrap=True))
        self.bodies = (Body(appearance), Body(appearance))
        self.legend = label("", "caption", wrap=True)
        px = appearance.px
        canvas = QWidget()
        canvas.setProperty("look", "canvas")
        grid = QGridLayout(canvas)
        grid.setContentsMargins(0, 0, px(8), 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(2))
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
            grid.addWidget(self._card(column), 0, column)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(tr("Both answers"))
        self.area.setWidget(canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addWidget(self.area, 1)
        layout.addWidget(self.legend)
        appearance.changed.connect(self._on_appearance)

    def name(self, first: str, second: str) -> None:
        """Head the columns."""
        for heading, body, text in zip(self.headings, self.bodies, (first, second), strict=True):
            heading.setText(text)
            body.setAccessibleName(text)

    def show_texts(self, first: str, second: str) -> Differences:
        """Show two finished texts with their differences; return these."""
        for body, text in zip(self.bodies, (first, second), strict=True):
            body.show_text(text)
        self.differences = differences(*(body.shown_text for body in self.bodies))
        self._mark()
        return self.differences

    def show_unfinished(self, first: str, second: str) -> None:
        """Show both texts, unmarked, one of which is still being written."""
        self.differences = Differences()
        for body, text in zip(self.bodies, (first, second), strict=True):
            if body.text and text.startswith(body.text):
                body.append(text[len(body.text) :])
            elif body.text != text:
                body.show_text(text)
        self._mark()

    def _card(self, column: int) -> QWidget:
        px = self._appearance.px
        card = QFrame()
        card.setProperty("look", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(px(16), px(12), px(16), px(16))
        inside.setSpacing(px(4))
        inside.addWidget(self.headings[column])
        inside.addWidget(self.captions[column])
        inside.addSpacing(px(4))
        inside.addWidget(self.bodies[column])
        inside.addStretch(1)
        self.captions[column].hide()
        return card

    def caption(self, column: int, text: str) -> None:
        """Say something under a column's heading."""
        found: QLabel = self.captions[column]
        found.setText(text)
        found.setVisible(bool(text))

    def _mark(self) -> None:
        theme = self._appearance.theme
        gone, come = QTextCharFormat(), QTextCharFormat()
        come.setBackground(QColor(theme.accent_soft))
        come.setFontUnderline(True)
        gone.setBackground(QColor(theme.danger_soft))
        gone.setFontStrikeOut(True)
        found = self.differences
        if found.most:
            for body, spans in zip(self.bodies, found.both, strict=True):
                _mark(body, [(a, b) for a, b in spans if b - a >= _PHRASE], come)
        else:
            _mark(self.bodies[0], found.first, gone if self._kind == "after" else come)
            _mark(self.bodies[1], found.second, come)
        self._say_legend()

    def _say_legend(self) -> None:
        found = self.differences
        places = max(len(found.first), len(found.second))
        counted = plural("1 place differs.", "{n} places differ.", places)
        said = tr("Almost everything differs. Underlined: phrases that are in both.")
        self.legend.setText(said if found.most else f"{counted} {tr(_LEGEND[self._kind])}")
        self.legend.setVisible(not found.none)

    def _on_appearance(self) -> None:
        for body in self.bodies:
            body.restyle()
        self._mark()


def _mark(body: Body, spans: Sequence[Span], style: QTextCharFormat) -> None:
    """Mark ``spans`` of what the body shows, whose views are joined by line ends."""
    start = 0
    for view in body.texts:
        text = view.toPlainText()
        end = start + len(text)
        selections = []
        for a, b in spans:
            a, b = max(a, start) - start, min(b, end) - start
            if a < b:
                selection = QTextEdit.ExtraSelection()
                cursor = QTextCursor(view.document())
                cursor.setPosition(_units(text[:a]))
                cursor.setPosition(_units(text[:b]), QTextCursor.MoveMode.KeepAnchor)
                selection.cursor, selection.format = cursor, style
                selections.append(selection)
        view.setExtraSelections(selections)
        start = end + 1


def _units(text: str) -> int:
    """Return the length of a text as Qt counts it."""
    return len(text.encode("utf-16-le")) // 2

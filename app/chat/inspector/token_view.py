"""A reply token by token, each coloured by how far guidance moved it; one is the current one.

Reached by the pointer and by the arrow keys; Ctrl with an arrow goes to the next token that came out differently.
Colour is one hue from light to strong, so that it needs no telling of colours apart; changed tokens are underlined too.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit

from app.chat.inspector.figures import changed, level, moved
from app.language import tr
from app.render.theme import BODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from app.explaining import SaidToken
    from app.render.appearance import Appearance

_LEADING = 140


class TokenView(QTextEdit):
    """Emits ``entered`` with the place of the token that became the current one, and whether by key."""

    entered = Signal(int, bool)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._tokens: tuple[SaidToken, ...] = ()
        self._starts: list[int] = []
        self.current = -1
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUndoRedoEnabled(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("The answer, word by word"))
        self.setAccessibleDescription(
            tr("Arrow keys go from word to word; with Ctrl to the next one that your preferences changed.")
        )
        appearance.changed.connect(self._draw)

    @property
    def tokens(self) -> tuple[SaidToken, ...]:
        """What is shown."""
        return self._tokens

    def show_tokens(self, tokens: Sequence[SaidToken]) -> None:
        """Show a reply; the first changed token becomes the current one."""
        self._tokens = tuple(tokens)
        self._draw()
        first = next((i for i, token in enumerate(self._tokens) if changed(token)), 0)
        if self._tokens:
            self.go_to(first)

    def go_to(self, index: int, *, by_key: bool = False) -> None:
        """Make a token the current one."""
        self.current = min(max(index, 0), len(self._tokens) - 1)
        self._outline()
        self.entered.emit(self.current, by_key)

    def colour_of(self, index: int) -> str:
        """Return the colour behind a token, empty for none."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._starts[index] + 1)
        brush = cursor.charFormat().background()
        return brush.color().name() if brush.style() != Qt.BrushStyle.NoBrush else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from token to token."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        key = Qt.Key(event.key())
        if not self._tokens:
            super().keyPressEvent(event)
        elif key in steps and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._to_changed(steps[key])
        elif key in steps:
            self.go_to(self.current + steps[key], by_key=True)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._to_line(
                QTextCursor.MoveOperation.Up if key == Qt.Key.Key_Up else QTextCursor.MoveOperation.Down
            )
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(0 if key == Qt.Key.Key_Home else len(self._tokens) - 1, by_key=True)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        super().mouseMoveEvent(event)
        if not event.buttons():
            index = self._at(self.cursorForPosition(event.position().toPoint()).position())
            if index not in (self.current, -1):
                self.go_to(index)

    def _to_changed(self, step: int) -> None:
        places = range(self.current + step, len(self._tokens) if step > 0 else -1, step)
        found = next((i for i in places if changed(self._tokens[i])), None)
        if found is not None:
            self.go_to(found, by_key=True)

    def _to_line(self, move: QTextCursor.MoveOperation) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._starts[self.current] + 1)
        cursor.movePosition(move)
        self.go_to(self._at(cursor.position()), by_key=True)

    def _at(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def _draw(self) -> None:
        theme = self._appearance.theme
        self.clear()
        self.setFont(self._appearance.font(BODY))
        self._starts = []
        cursor = QTextCursor(self.document())
        for token in self._tokens:
            style = QTextCharFormat()
            strength = level(moved(token.trace))
            if strength:
                style.setBackground(QColor(getattr(theme, f"heat{strength}")))
            style.setForeground(QColor(theme.muted if token.trace is None else theme.text))
            style.setFontUnderline(changed(token))
            self._starts.append(cursor.position())
            cursor.insertText(token.text.replace("\n", "⏎\n") or "▫", style)
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(_LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)
        if 0 <= self.current < len(self._tokens):
            self._outline()

    def _outline(self) -> None:
        theme = self._appearance.theme
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        ends = [*self._starts[1:], self.document().characterCount() - 1]
        cursor.setPosition(self._starts[self.current])
        cursor.setPosition(ends[self.current], QTextCursor.MoveMode.KeepAnchor)
        style = QTextCharFormat()
        style.setBackground(QColor(theme.text))
        style.setForeground(QColor(theme.surface))
        selection.cursor, selection.format = cursor, style
        self.setExtraSelections([selection])
        seen = QTextCursor(cursor)
        seen.clearSelection()
        self.setTextCursor(seen)
        self.ensureCursorVisible()

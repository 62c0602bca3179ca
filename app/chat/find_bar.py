"""Find in this conversation: a field, a count, up and down. Searches texts it is given; reveals through signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.chat.controls import IconButton, label
from app.language import tr
from app.render.announce import announce

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent

    from app.answers import Turn
    from app.render.appearance import Appearance

_SIGNS: Final = str.maketrans("", "", "*_`#")


class FindBar(QWidget):
    """``term_changed`` asks for marks, ``found`` for a message to be shown; an empty term ends both."""

    term_changed = Signal(str)
    found = Signal(str)
    closed = Signal()

    def __init__(self, appearance: Appearance, turns: Callable[[], Sequence[Turn]]) -> None:
        super().__init__()
        self.setProperty("look", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._turns = turns
        self._hits: list[str] = []
        self._at = 0
        self.field = _Field(self.step, self.close_bar)
        self.field.setPlaceholderText(tr("Find in this conversation"))
        self.field.setAccessibleName(tr("Find in this conversation"))
        self.count = label("", "small")
        self.previous = IconButton(appearance, "up", tr("Previous message found (Shift+Enter)"))
        self.following = IconButton(appearance, "down", tr("Next message found (Enter)"))
        self.close_button = IconButton(appearance, "close", tr("Close find (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(appearance.px(16), appearance.px(6), appearance.px(12), appearance.px(6))
        row.setSpacing(appearance.px(8))
        row.addWidget(self.field, 1)
        for widget in (self.count, self.previous, self.following, self.close_button):
            row.addWidget(widget)
        self.field.textChanged.connect(self._on_text)
        self.previous.clicked.connect(lambda: self.step(-1))
        self.following.clicked.connect(lambda: self.step(1))
        self.close_button.clicked.connect(self.close_bar)
        self.hide()

    @property
    def term(self) -> str:
        """What is looked for; empty while the bar is closed."""
        return "" if self.isHidden() else self.field.text().strip()

    def open_bar(self) -> None:
        """Show the bar and take the keyboard."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self._on_text()

    def open_at(self, term: str, message_id: str) -> None:
        """Show where ``term`` stands, beginning with the message ``message_id``."""
        self.show()
        self.field.setText(term)
        self._on_text()
        if message_id in self._hits:
            self._at = self._hits.index(message_id)
            self._show()
        self.field.setFocus()

    def close_bar(self) -> None:
        """Take marks and bar away."""
        if not self.isHidden():
            self.hide()
            self.term_changed.emit("")
            self.closed.emit()

    def step(self, direction: int) -> None:
        """Go to the next (+1) or previous (−1) message found, round the end."""
        if self._hits:
            self._at = (self._at + direction) % len(self._hits)
            self._show()

    def _on_text(self) -> None:
        needle = self.term.casefold()
        self._hits = [t.message.id for t in self._turns() if needle and _holds(t, needle)]
        # Like the eye, begin at the newest.
        self._at = len(self._hits) - 1
        self.term_changed.emit(self.term)
        self._show()

    def _show(self) -> None:
        if self._hits:
            self.count.setText(tr("{at} of {count}", at=self._at + 1, count=len(self._hits)))
            self.found.emit(self._hits[self._at])
        else:
            self.count.setText(tr("Not found") if self.term else "")
        self.count.setAccessibleName(self.count.text())
        if self.term:
            announce(self, self.count.text())
        for arrow in (self.previous, self.following):
            arrow.setEnabled(len(self._hits) > 1)


def _holds(turn: Turn, needle: str) -> bool:
    # As it is read, without markdown's signs; or as it was written, where a name has them: my_var, C#.
    written = turn.message.content.casefold()
    return needle in written.translate(_SIGNS) or needle in written


class _Field(QLineEdit):
    """Enter goes on, Shift+Enter back, Esc closes."""

    def __init__(self, step: Callable[[int], None], close: Callable[[], None]) -> None:
        super().__init__()
        self._step = step
        self._close = close

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

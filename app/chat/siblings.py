"""Which of several versions of a message is shown, and the way to the others. Knows a position, not the messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.chat.controls import IconButton, label

if TYPE_CHECKING:
    from app.render.appearance import Appearance


class SiblingSwitch(QWidget):
    """‹ 1/2 ›: hidden while there is only one version. ``stepped`` gives −1 or +1."""

    stepped = Signal(int)

    def __init__(self, appearance: Appearance, thing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thing = thing
        self.previous = IconButton(appearance, "left", f"Previous {thing}", size=16)
        self.position = label("", "caption")
        self.following = IconButton(appearance, "right", f"Next {thing}", size=16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self.previous, self.position, self.following):
            row.addWidget(widget)
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.following.clicked.connect(lambda: self.stepped.emit(1))
        self.hide()

    def show_siblings(self, message_id: str, siblings: tuple[str, ...]) -> None:
        """Show where ``message_id`` stands among ``siblings``."""
        index = siblings.index(message_id) if message_id in siblings else 0
        self.position.setText(f"{index + 1}/{len(siblings)}")
        self.position.setAccessibleName(f"{self._thing.capitalize()} {index + 1} of {len(siblings)}")
        self.previous.setEnabled(index > 0)
        self.following.setEnabled(index < len(siblings) - 1)
        self.setVisible(len(siblings) > 1)

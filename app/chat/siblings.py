"""Which of several versions of a message is shown, and the way to the others. Knows a position, not the messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.chat.controls import IconButton, label
from app.language import mark, tr

if TYPE_CHECKING:
    from app.render.appearance import Appearance

Of = Literal["question", "answer"]
_PREVIOUS: Final[dict[Of, str]] = {
    "question": mark("Previous version of the question"),
    "answer": mark("Previous answer"),
}
_NEXT: Final[dict[Of, str]] = {
    "question": mark("Next version of the question"),
    "answer": mark("Next answer"),
}
_POSITION: Final[dict[Of, str]] = {
    "question": mark("Version of the question {index} of {count}"),
    "answer": mark("Answer {index} of {count}"),
}


class SiblingSwitch(QWidget):
    """‹ 1/2 ›: hidden while there is only one version. ``stepped`` gives −1 or +1."""

    stepped = Signal(int)

    def __init__(self, appearance: Appearance, of: Of, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of = of
        self.previous = IconButton(appearance, "left", tr(_PREVIOUS[of]), size=16)
        self.position = label("", "caption")
        self.following = IconButton(appearance, "right", tr(_NEXT[of]), size=16)
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
        self.position.setAccessibleName(tr(_POSITION[self._of], index=index + 1, count=len(siblings)))
        self.previous.setEnabled(index > 0)
        self.following.setEnabled(index < len(siblings) - 1)
        self.setVisible(len(siblings) > 1)

"""Under each reply: thumbs, copy and the other actions, and one line saying what a thumb did, with Undo.

The row always has room for two lines of note, so that rating never moves the text above it. Emits what was
pressed; knows nothing of how a rating is stored or learned from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.chat.controls import IconButton, button, label

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from memory.records import Label

_STANDING: Final[dict[int | None, str]] = {
    None: "",
    1: "You liked this answer.",
    -1: "You did not like this answer.",
}


class FeedbackBar(QWidget):
    """The actions of one finished reply."""

    rate_requested = Signal(int)
    undo_requested = Signal()
    regenerate_requested = Signal()
    copy_requested = Signal(bool)  # True: with its markdown signs
    sibling_requested = Signal(int)  # −1: the one before, +1: the one after
    continue_requested = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumb_up = IconButton(appearance, "thumb-up", "Good answer", on="accent")
        self.thumb_down = IconButton(appearance, "thumb-down", "Bad answer", on="danger")
        self.copy = IconButton(appearance, "copy", "Copy", tip="Copy the answer")
        self.regenerate = IconButton(
            appearance, "again", "Answer again", tip="Answer again; this answer is kept"
        )
        self.previous = IconButton(appearance, "left", "Previous answer", size=16)
        self.position = label("", "caption")
        self.following = IconButton(appearance, "right", "Next answer", size=16)
        self.resume = button("Continue", "link", name="Continue this answer")
        self.note = label("", "small", wrap=True)
        self.note.setMinimumHeight(appearance.px(40))
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.undo = button("Undo", "link", name="Undo this rating")

        menu = QMenu(self.copy)
        menu.setAccessibleName("Copy as")
        menu.addAction("Copy as markdown", lambda: self.copy_requested.emit(True))
        menu.addAction("Copy as plain text", lambda: self.copy_requested.emit(False))
        self.copy.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.copy.customContextMenuRequested.connect(lambda point: menu.popup(self.copy.mapToGlobal(point)))

        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(appearance.px(2))
        for widget in (self.previous, self.position, self.following, self.thumb_up, self.thumb_down):
            row.addWidget(widget)
        row.addWidget(self.copy)
        row.addWidget(self.regenerate)
        row.addWidget(self.resume)
        row.addSpacing(appearance.px(8))
        row.addWidget(self.note, 1)
        row.addWidget(self.undo)
        self.thumb_up.clicked.connect(lambda: self._on_thumb(1))
        self.thumb_down.clicked.connect(lambda: self._on_thumb(-1))
        self.undo.clicked.connect(self.undo_requested)
        self.regenerate.clicked.connect(self.regenerate_requested)
        self.resume.clicked.connect(self.continue_requested)
        self.copy.clicked.connect(lambda: self.copy_requested.emit(True))
        self.previous.clicked.connect(lambda: self.sibling_requested.emit(-1))
        self.following.clicked.connect(lambda: self.sibling_requested.emit(1))
        self.resume.hide()
        self._rated: Label | None = None
        self.show_rating(None, "")
        self.show_siblings(0, 1)

    def show_rating(self, rated: Label | None, note: str) -> None:
        """Show which thumb is in force, and ``note`` beside it; without one, say which thumb it is."""
        self._rated = rated
        note = note or _STANDING[rated]
        self.thumb_up.setChecked(rated == 1)
        self.thumb_down.setChecked(rated == -1)
        self.undo.setVisible(rated is not None)
        self.show_note(note)

    def show_note(self, note: str) -> None:
        """Say ``note`` beside the buttons."""
        self.note.setText(note)
        self.note.setAccessibleName(note or "Rating")

    def show_siblings(self, index: int, count: int) -> None:
        """Show that this is reply ``index`` (from 0) of ``count`` to the same question."""
        for widget in (self.previous, self.position, self.following):
            widget.setVisible(count > 1)
        self.position.setText(f"{index + 1}/{count}")
        self.position.setAccessibleName(f"Answer {index + 1} of {count}")
        self.previous.setEnabled(index > 0)
        self.following.setEnabled(index < count - 1)

    def _on_thumb(self, thumb: Label) -> None:
        # Pressing the thumb that is in force takes it back.
        if self._rated == thumb:
            self.show_rating(thumb, self.note.text())
            self.undo_requested.emit()
        else:
            self.rate_requested.emit(thumb)

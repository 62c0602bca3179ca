"""Under each reply: thumbs, copy and the other actions, and one line saying what a thumb did, with Undo.

There always is room for two lines of note, beside the buttons or, where that leaves too little, below them. The chips
that say why stand below it, so that rating never moves the text above. Emits what was pressed; knows nothing of how a
rating is stored or learned from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.chat.controls import IconButton, button, label
from app.chat.reason_chips import ReasonChips
from app.chat.siblings import SiblingSwitch
from app.language import mark, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from app.render.appearance import Appearance
    from memory.records import Label

_STANDING: Final[dict[int, str]] = {
    1: mark("You liked this answer."),
    -1: mark("You did not like this answer."),
}
# Beside the buttons the note has at least so much room; what is said of a rating is then two lines in most languages.
_BESIDE: Final = 300


class FeedbackBar(QWidget):
    """The actions of one finished reply."""

    rate_requested = Signal(int)
    reasons_given = Signal(int, object, str)  # the thumb, tuple of memory.reasons, the user's own words
    undo_requested = Signal()
    regenerate_requested = Signal()
    edit_requested = Signal()
    explain_requested = Signal()
    compare_requested = Signal()
    try_requested = Signal()
    copy_requested = Signal(bool)  # True: with its markdown signs

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumb_up = IconButton(appearance, "thumb-up", tr("Good answer"), on="accent")
        self.thumb_down = IconButton(appearance, "thumb-down", tr("Bad answer"), on="danger")
        self.copy = IconButton(
            appearance, "copy", tr("Copy"), tip=tr("Copy the answer; with Shift as plain text")
        )
        self.regenerate = IconButton(
            appearance, "again", tr("Answer again"), tip=tr("Answer again; this answer is kept")
        )
        self.edit = IconButton(
            appearance, "edit", tr("Edit the answer"), tip=tr("Edit the answer; this version is kept")
        )
        self.siblings = SiblingSwitch(appearance, "answer")
        self.compare = button(
            tr("Which is better?"), "link", name=tr("Compare this answer with another to the same question")
        )
        self.compare.hide()
        self.note = label("", "small", wrap=True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.undo = button(tr("Undo"), "link", name=tr("Undo this rating"))

        self._figures = ""
        self.about = IconButton(appearance, "info", tr("About this answer"))
        self.explain = IconButton(appearance, "explain", tr("Why this answer?"))
        self.reasons = ReasonChips(appearance)
        self.reasons.given.connect(self._on_reasons)
        self.try_it = button(tr("Try it now"), "link", name=tr("Answer again with what Attune learned"))
        self.try_it.setToolTip(tr("Answer again with what Attune learned"))
        menu = QMenu(self.copy)
        menu.setAccessibleName(tr("Copy as"))
        menu.addAction(tr("Copy as markdown"), lambda: self.copy_requested.emit(True))
        menu.addAction(tr("Copy as plain text"), lambda: self.copy_requested.emit(False))
        self.copy.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.copy.customContextMenuRequested.connect(lambda point: menu.popup(self.copy.mapToGlobal(point)))

        self._px = appearance.px
        self._switch = (self.siblings, self.compare)
        self._actions = (
            self.thumb_up,
            self.thumb_down,
            self.copy,
            self.regenerate,
            self.edit,
            self.about,
            self.explain,
        )
        self._links = QWidget()
        self._links.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        links = QHBoxLayout(self._links)
        links.setContentsMargins(0, 0, 0, 0)
        links.setSpacing(appearance.px(2))
        links.addWidget(self.try_it)
        links.addWidget(self.undo)
        self._links.setFixedHeight(self.undo.sizeHint().height())
        rows = [QHBoxLayout() for _ in range(4)]
        self._first, self._row, self._below, self._last = rows
        self._row.setSpacing(appearance.px(2))
        for widget in self._actions:
            self._row.addWidget(widget)
        self._row.addSpacing(appearance.px(8))
        self._row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(appearance.px(2))
        for row in rows:
            column.addLayout(row)
        column.addWidget(self.reasons)
        for row in (self._first, self._last):
            row.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._places: tuple[QHBoxLayout, ...] | None = None
        self._place()
        self.thumb_up.clicked.connect(lambda: self._on_thumb(1))
        self.thumb_down.clicked.connect(lambda: self._on_thumb(-1))
        self.undo.clicked.connect(self.undo_requested)
        self.explain.clicked.connect(self.explain_requested)
        self.compare.clicked.connect(self.compare_requested)
        self.try_it.clicked.connect(self.try_requested)
        self.about.clicked.connect(lambda: self.show_note(self._figures))
        self.regenerate.clicked.connect(self.regenerate_requested)
        self.edit.clicked.connect(self.edit_requested)
        self.copy.clicked.connect(self._on_copy)
        self._rated: Label | None = None
        self.show_rating(None, "")

    def show_rating(
        self, rated: Label | None, note: str, reasons: Sequence[str] = (), words: str = ""
    ) -> None:
        """Show which thumb is in force, why, and ``note`` beside it; without one, say which thumb it is."""
        self._rated = rated
        note = note or (tr(_STANDING[rated]) if rated else "")
        self.thumb_up.setChecked(rated == 1)
        self.thumb_down.setChecked(rated == -1)
        self.undo.setVisible(rated is not None)
        self.try_it.setVisible(rated is not None)
        self.reasons.show_given(rated, reasons, words)
        self.show_note(note)

    def show_figures(self, figures: str) -> None:
        """Offer ``figures`` on what the reply cost: on hover, and beside the buttons on a press."""
        self._figures = figures
        self.about.setVisible(bool(figures))
        self.about.rename(tr("About this answer"), figures)

    def show_note(self, note: str) -> None:
        """Say ``note`` beside the buttons."""
        self.note.setText(note)
        self.note.setAccessibleName(note or tr("Rating"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the note where it has room."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Put the note where it has room, also when a button more is shown."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def _place(self) -> None:
        """Put note, links and the switch between versions beside the buttons, or on lines of their own."""
        gap = self._px(2)

        def width(parts: Sequence[QWidget]) -> int:
            return sum(part.sizeHint().width() + gap for part in parts if not part.isHidden())

        buttons, switch = width(self._actions), width(self._switch)
        # With the links, shown or not: a rating shows them, and moves nothing.
        links = self.try_it.sizeHint().width() + self.undo.sizeHint().width() + gap
        left = self.width() - buttons
        switch_place = self._row if switch <= left else self._first
        left -= (switch if switch_place is self._row else 0) + self._px(8) + links
        note_place = self._row if left >= self._px(_BESIDE) else self._below
        # Three lines where it is narrow even there.
        self.note.setMinimumHeight(self._px(40 if self.width() >= self._px(440) else 56))
        places = (switch_place, note_place, self._row if left >= 0 else self._last)
        if places == self._places:
            return
        parts = (self._switch, (self.note,), (self._links,))
        for place, some in zip(self._places or (), parts, strict=False):
            for part in some:
                place.removeWidget(part)
        self._places = places
        for at, part in enumerate(self._switch):
            switch_place.insertWidget(at, part)
        note_place.addWidget(self.note, 1)
        places[2].addWidget(self._links)

    def _on_copy(self) -> None:
        plain = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        # The shortcut for copying has Shift in it too, and means the markdown.
        self.copy_requested.emit(not (plain and self.copy.underMouse()))

    def _on_reasons(self, reasons: tuple[str, ...], words: str) -> None:
        if self._rated is not None:
            self.reasons_given.emit(self._rated, reasons, words)

    def _on_thumb(self, thumb: Label) -> None:
        # Pressing the thumb that is in force takes it back.
        if self._rated == thumb:
            self.thumb_up.setChecked(thumb == 1)
            self.thumb_down.setChecked(thumb == -1)
            self.undo_requested.emit()
        else:
            self.rate_requested.emit(thumb)

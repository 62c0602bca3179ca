"""What stands where no conversation does yet: one sentence, one promise, and questions to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import mark, tr

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.render.appearance import Appearance

EXAMPLES: Final = (
    mark("Why is the sky blue?"),
    mark("Write a friendly note to a new neighbour"),
    mark("Plan a quiet Sunday in four steps"),
    mark("Explain recursion with an example"),
)
# Wide enough for two of the examples side by side, and no wider than a line that reads well.
_WIDEST: Final = 760


class EmptyState(QWidget):
    """Shown before the first message of a conversation."""

    chosen = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        title = label(tr("Ask anything."), "display")
        promise = label(tr("Nothing leaves this computer."), "small")
        for text in (title, promise):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.examples = [
            button(tr(example), "card", name=tr("Ask: {example}", example=tr(example)))
            for example in EXAMPLES
        ]
        self._grid = QGridLayout()
        self._grid.setSpacing(appearance.px(12))
        for card, example in zip(self.examples, EXAMPLES, strict=True):
            card.clicked.connect(lambda _=False, text=example: self.chosen.emit(text))
            card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._columns = 0
        hint = label(
            tr("Rate an answer with a thumb, and the next one is closer to your taste."), "small", wrap=True
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.small = QWidget()
        small = QVBoxLayout(self.small)
        small.setContentsMargins(0, 0, 0, 0)
        small.setSpacing(0)
        self.larger = button(tr("Which larger one suits this computer?"), "link")
        small.addWidget(label(tr("This is a small model."), "small"), 0, Qt.AlignmentFlag.AlignHCenter)
        small.addWidget(self.larger, 0, Qt.AlignmentFlag.AlignHCenter)
        self.small.hide()
        inner = QWidget()
        inner.setMaximumWidth(appearance.px(_WIDEST))
        column = QVBoxLayout(inner)
        column.setSpacing(appearance.px(8))
        column.addWidget(self._mark)
        column.addSpacing(appearance.px(8))
        column.addWidget(title)
        column.addWidget(promise)
        column.addSpacing(appearance.px(24))
        column.addLayout(self._grid)
        column.addSpacing(appearance.px(16))
        column.addWidget(hint)
        column.addWidget(self.small)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(appearance.px(24), 0, appearance.px(24), 0)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 1000)
        row.addStretch(1)
        layout.addStretch(5)
        layout.addLayout(row)
        layout.addStretch(6)
        appearance.changed.connect(self._on_appearance)
        self._on_appearance()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the examples in one column where two don't fit whole."""
        super().resizeEvent(event)
        room = min(self.width() - 2 * self._appearance.px(24), self._appearance.px(_WIDEST))
        widest = max(card.sizeHint().width() for card in self.examples)
        columns = 2 if room >= 2 * widest + self._grid.spacing() else 1
        if columns != self._columns:
            self._columns = columns
            for index, card in enumerate(self.examples):
                self._grid.addWidget(card, index // columns, index % columns)
            self._grid.setColumnStretch(0, 1)
            self._grid.setColumnStretch(1, columns - 1)

    def _on_appearance(self) -> None:
        self._mark.setPixmap(self._appearance.pixmap("attune", "accent", 48, 3.0))

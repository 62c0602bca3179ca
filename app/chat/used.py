"""Under a reply, what of the user's own words went along with the question. Folded to one quiet line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chat.controls import FoldButton, button, label
from app.language import tr
from app.wording import used_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.render.appearance import Appearance
    from memory.records import Statement


class UsedStatements(QWidget):
    """One line; a press unfolds the whole list, with the way to where it can be changed."""

    show_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.fold = FoldButton(appearance)
        self.all = label("", "small", wrap=True)
        self.change = button(tr("Change what Attune remembers"), "link")
        self._unfolded = QWidget()
        inside = QVBoxLayout(self._unfolded)
        inside.setContentsMargins(appearance.px(16), 0, 0, 0)
        inside.setSpacing(appearance.px(4))
        inside.addWidget(self.all)
        inside.addWidget(self.change)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(appearance.px(4))
        layout.addWidget(self.fold)
        layout.addWidget(self._unfolded)
        self._unfolded.hide()
        self.fold.toggled.connect(self._unfolded.setVisible)
        self.change.clicked.connect(self.show_requested)
        self.show_statements(())

    def show_statements(self, statements: Sequence[Statement]) -> None:
        """Show what was used; nothing at all where nothing was."""
        self.setVisible(bool(statements))
        self.fold.say(used_line(statements))
        lines = [
            (tr("“{text}” (no longer true)", text=s.text) if s.superseded_at else tr("“{text}”", text=s.text))
            for s in statements
        ]
        self.all.setText("\n".join(lines))
        self.all.setAccessibleName(self.all.text())

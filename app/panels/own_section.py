"""The user's own principles in the preferences panel: their rows, with edit and delete, and a way to write another.

Shows principles and emits wishes; keeps nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.chat.controls import IconButton, button, label
from app.language import told, tr
from app.panels.principle_row import PrincipleRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.render.appearance import Appearance
    from engine.principles import Principle


class OwnSection(QWidget):
    """Rebuilt whenever the list or its words change."""

    write_requested = Signal()
    edit_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.heading = label(tr("Yours"), "section")
        self.write = button(tr("Write one of your own…"), "link")
        self.rows: dict[str, PrincipleRow] = {}
        self.edits: dict[str, IconButton] = {}
        self.deletes: dict[str, IconButton] = {}
        self.lines: dict[str, QWidget] = {}
        self.column = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(appearance.px(8))
        self.column.setSpacing(appearance.px(8))
        layout.addWidget(self.heading)
        layout.addLayout(self.column)
        layout.addWidget(self.write, 0, Qt.AlignmentFlag.AlignLeft)
        self.write.clicked.connect(self.write_requested)

    def show_principles(self, principles: Sequence[Principle]) -> None:
        """Show these rows in place of the earlier ones."""
        for line in self.lines.values():
            line.hide()
            line.deleteLater()
        for kept in (self.lines, self.rows, self.edits, self.deletes):
            kept.clear()
        for principle in principles:
            self._add(principle)

    def _add(self, principle: Principle) -> None:
        name, ends = (
            principle.name,
            tr(
                "{label} to {label2}",
                label=told(principle.negative.label),
                label2=told(principle.positive.label),
            ),
        )
        row = PrincipleRow(principle, self._appearance)
        edit = IconButton(self._appearance, "edit", tr("Edit {ends}", ends=ends), size=16, tip=tr("Edit"))
        delete = IconButton(
            self._appearance, "trash", tr("Delete {ends}", ends=ends), size=16, tip=tr("Delete")
        )
        edit.clicked.connect(partial(self.edit_requested.emit, name))
        delete.clicked.connect(partial(self.delete_requested.emit, name))
        line = QWidget()
        inside = QHBoxLayout(line)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(row, 1)
        tools = QVBoxLayout()
        tools.setSpacing(0)
        tools.addWidget(edit)
        tools.addWidget(delete)
        tools.addStretch(1)
        inside.addLayout(tools)
        self.column.addWidget(line)
        self.lines[name] = line
        self.rows[name], self.edits[name], self.deletes[name] = row, edit, delete

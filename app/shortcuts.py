"""Every keyboard shortcut of the window in one table, and the dialog that lists them. Knows names, not actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from app.chat.controls import button, label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.render.appearance import Appearance


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One action by keyboard. Several ``keys`` do the same; the first is shown."""

    name: str
    keys: tuple[str, ...]
    help: str


# None is a bare Delete or Backspace: what erases is never one slip away.
SHORTCUTS: Final = (
    Shortcut("new", ("Ctrl+N",), "New conversation"),
    Shortcut("search", ("Ctrl+K",), "Search conversations"),
    Shortcut("find", ("Ctrl+F",), "Find in this conversation"),
    Shortcut("rename", ("Ctrl+R",), "Rename this conversation"),
    Shortcut("delete", ("Ctrl+Shift+D",), "Delete this conversation"),
    Shortcut("stop", ("Esc",), "Stop the answer; close what is open"),
    Shortcut("regenerate", ("Ctrl+Shift+R",), "Answer again"),
    Shortcut("edit", ("Ctrl+E",), "Edit your last question"),
    Shortcut("copy", ("Ctrl+Shift+C",), "Copy the last answer"),
    Shortcut("thumb_up", ("Ctrl+Shift+Up",), "Good answer"),
    Shortcut("thumb_down", ("Ctrl+Shift+Down",), "Bad answer"),
    Shortcut("compose", ("Ctrl+L",), "Write a message"),
    Shortcut("end", ("Ctrl+End",), "Jump to the latest message"),
    Shortcut("sidebar", ("Ctrl+B",), "Show or hide conversations"),
    Shortcut("preferences", ("Ctrl+P",), "Show or hide preferences"),
    Shortcut("zoom_in", ("Ctrl++", "Ctrl+="), "Larger"),
    Shortcut("zoom_out", ("Ctrl+-",), "Smaller"),
    Shortcut("zoom_reset", ("Ctrl+0",), "Normal size"),
    Shortcut("shortcuts", ("Ctrl+/",), "Show these shortcuts"),
)


def bind(target: QWidget, actions: Mapping[str, Callable[[], object]]) -> None:
    """Give ``target`` every shortcut of the table; ``actions`` must have an entry for each name and no other."""
    if set(actions) != {shortcut.name for shortcut in SHORTCUTS}:
        raise ValueError("the table of shortcuts and the actions differ")
    for shortcut in SHORTCUTS:
        action = QAction(shortcut.help, target)
        action.setObjectName(shortcut.name)
        action.setShortcuts([QKeySequence(keys) for keys in shortcut.keys])
        action.triggered.connect(lambda _=False, act=actions[shortcut.name]: act())
        target.addAction(action)


class ShortcutsDialog(QDialog):
    """What can be done by keyboard."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(appearance.px(24))
        grid.setVerticalSpacing(appearance.px(8))
        half = (len(SHORTCUTS) + 1) // 2
        for index, shortcut in enumerate(SHORTCUTS):
            column = 0 if index < half else 3
            keys = QKeySequence(shortcut.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(label(shortcut.help, "smalltext"), index % half, column)
            grid.addWidget(label(keys, "key"), index % half, column + 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnMinimumWidth(2, appearance.px(24))
        self.done_button = button("Close", "primary")
        self.done_button.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        margin = appearance.px(24)
        layout.setContentsMargins(margin, margin, margin, appearance.px(16))
        layout.setSpacing(appearance.px(16))
        layout.addWidget(label("Keyboard shortcuts", "title"))
        layout.addLayout(grid)
        layout.addWidget(self.done_button, 0, Qt.AlignmentFlag.AlignRight)

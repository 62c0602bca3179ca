"""The overview of all keyboard shortcuts, where each can be changed by pressing other keys.

It asks the keymap and changes it; what the actions do and where the choice is kept, it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import IconButton, button, label, scrolled
from app.language import mark, tr
from app.render.announce import announce
from app.shortcuts import SHORTCUTS, refusal

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from app.render.appearance import Appearance
    from app.shortcuts import Keymap, Shortcut

_MODIFIER_KEYS: Final = (
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R,
)
_HINT: Final = mark("Press a key to change it.")


class KeyButton(QPushButton):
    """Shows an action's keys; pressed, it listens for others. ``Esc`` leaves them as they are."""

    pressed_keys = Signal(object)  # QKeySequence
    listening_changed = Signal(bool)

    listening = False

    def __init__(self, shortcut: Shortcut) -> None:
        super().__init__()
        self.setProperty("look", "key")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._shortcut = shortcut
        self._keys = ""
        self.clicked.connect(lambda: self.listen(True))

    def show_keys(self, keys: str) -> None:
        """Show the action's keys; none where ``keys`` is empty."""
        self._keys = keys
        self.setText(keys or tr("None"))
        spoken = keys or tr("no keys")
        self.setAccessibleName(f"{tr(self._shortcut.help)}: {spoken}")
        self.setAccessibleDescription(tr("Press to choose other keys"))
        self.setToolTip(tr("Press to choose other keys"))

    def listen(self, listening: bool) -> None:
        """Begin or end listening."""
        if listening == self.listening:
            return
        self.listening = listening
        self.setProperty("listening", listening)
        self.style().unpolish(self)
        self.style().polish(self)
        if listening:
            self.setText(tr("Press keys…"))
        else:
            self.show_keys(self._keys)
        self.listening_changed.emit(listening)

    def event(self, event: QEvent) -> bool:
        """Hear every key while listening, also those that mean something elsewhere."""
        if self.listening and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that are pressed, once there is more than a modifier."""
        if not self.listening and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.listen(True)
        elif not self.listening:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.listen(False)
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.listen(False)
            super().keyPressEvent(event)
        elif event.key() not in _MODIFIER_KEYS:
            keys = event.keyCombination()
            self.listen(False)
            keypad = Qt.KeyboardModifier.KeypadModifier.value
            self.pressed_keys.emit(QKeySequence(keys.toCombined() & ~keypad))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop listening when the focus goes elsewhere."""
        self.listen(False)
        super().focusOutEvent(event)


class ShortcutsDialog(QDialog):
    """What can be done by keyboard, and with which keys."""

    def __init__(self, keymap: Keymap, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keymap = keymap
        self._wanted: tuple[str, QKeySequence] | None = None
        px = appearance.px
        self.keys: dict[str, KeyButton] = {}
        self.resets: dict[str, IconButton] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, px(12), 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(2, px(30))
        for row, shortcut in enumerate(SHORTCUTS):
            self._add_row(grid, row, shortcut, appearance)
        rows = QWidget()
        rows.setProperty("look", "canvas")
        rows.setLayout(grid)
        self._area = scrolled(rows)
        self.message = label(tr(_HINT), "small", wrap=True)
        self.message.setMinimumHeight(px(40))
        self.message.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.take = button(tr("Use it here instead"), "link")
        self.take.clicked.connect(self._on_take)
        self.take.hide()
        self.reset_all = button(tr("Restore all"))
        self.reset_all.clicked.connect(self._on_reset_all)
        self.done_button = button(tr("Close"), "primary")
        self.done_button.clicked.connect(self.accept)

        said = QHBoxLayout()
        said.addWidget(self.message, 1)
        said.addWidget(self.take)
        foot = QHBoxLayout()
        foot.addWidget(self.reset_all)
        foot.addStretch(1)
        foot.addWidget(self.done_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(24), px(24), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(label(tr("Keyboard shortcuts"), "title"))
        layout.addWidget(self._area, 1)
        everywhere = tr(
            "To ask from anywhere, give the command “attune --quick” a shortcut in your system’s settings."
        )
        layout.addWidget(label(everywhere, "caption", wrap=True))
        layout.addLayout(said)
        layout.addLayout(foot)
        self.resize(px(500), px(640))
        keymap.changed.connect(self._refresh)
        self._refresh()
        self.done_button.setFocus()

    def _add_row(self, grid: QGridLayout, row: int, shortcut: Shortcut, appearance: Appearance) -> None:
        grid.addWidget(label(tr(shortcut.help), "smalltext"), row, 0)
        grid.setRowMinimumHeight(row, appearance.px(32))
        if shortcut.fixed:
            keys = QKeySequence(shortcut.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(label(keys, "key"), row, 1, middle)
            return
        key = KeyButton(shortcut)
        key.pressed_keys.connect(lambda keys, name=shortcut.name: self._on_keys(name, keys))
        key.listening_changed.connect(self._on_listening)
        reset = IconButton(
            appearance, "again", tr("Restore the keys of “{help}”", help=tr(shortcut.help)), size=16
        )
        reset.clicked.connect(lambda _=False, name=shortcut.name: self._on_reset(name))
        grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(reset, row, 2)
        self.keys[shortcut.name], self.resets[shortcut.name] = key, reset

    def _refresh(self) -> None:
        chosen = self._keymap.chosen
        for name, key in self.keys.items():
            key.show_keys(self._keymap.keys(name))
            self.resets[name].setVisible(name in chosen)
        self.reset_all.setEnabled(bool(chosen))

    def _on_listening(self, listening: bool) -> None:
        self._wanted = None
        self.take.hide()
        self._say(tr("Press the new keys, or Esc to leave it as it is.") if listening else tr(_HINT))

    def _on_keys(self, name: str, keys: QKeySequence) -> None:
        text = keys.toString(QKeySequence.SequenceFormat.NativeText)
        held = self._keymap.holder(keys)
        if reason := refusal(keys):
            self._say(reason)
        elif held and held.fixed:
            self._say(tr("{text} is always “{help}”.", text=text, help=tr(held.help)))
        elif held and held.name != name:
            self._wanted = (name, keys)
            self._say(tr("{text} already means “{help}”.", text=text, help=tr(held.help)))
            self.take.show()
        else:
            self._keymap.rebind(name, keys)
            self._say(tr("“{action}” is now {text}.", action=_help(name), text=text))

    def _on_take(self) -> None:
        if self._wanted:
            name, keys = self._wanted
            self._wanted = None
            self.keys[name].setFocus()
            self.take.hide()
            self._keymap.rebind(name, keys)
            text = keys.toString(QKeySequence.SequenceFormat.NativeText)
            self._say(tr("“{action}” is now {text}.", action=_help(name), text=text))

    def _on_reset(self, name: str) -> None:
        self.keys[name].setFocus()
        self._keymap.reset(name)
        self._say(tr("“{action}” is {keys} again.", action=_help(name), keys=self._keymap.keys(name)))

    def _on_reset_all(self) -> None:
        self.done_button.setFocus()
        self._keymap.reset()
        self._say(tr("All shortcuts are as they came."))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        if text != tr(_HINT):
            announce(self, text)


def _help(name: str) -> str:
    return next(tr(shortcut.help) for shortcut in SHORTCUTS if shortcut.name == name)

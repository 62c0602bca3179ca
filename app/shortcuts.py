"""Every keyboard shortcut of the window in one table, and which keys each has now. Knows names, not actions.

The user's own choices are given at the start and reported through ``changed``; keeping them is the owner's business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from app.language import mark, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from app.store_thread import StoreThread


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One action by keyboard. Several ``keys`` do the same; the first is shown. A ``fixed`` one stays as it is."""

    name: str
    keys: tuple[str, ...]
    help: str
    fixed: bool = False


# None is a bare Delete or Backspace: what erases is never one slip away.
SHORTCUTS: Final = (
    Shortcut("new", ("Ctrl+N",), mark("New conversation")),
    Shortcut("temporary", ("Ctrl+Shift+N",), mark("Temporary chat: not saved, not learned from")),
    Shortcut("search", ("Ctrl+K",), mark("Search titles and messages")),
    Shortcut("find", ("Ctrl+F",), mark("Find in this conversation")),
    Shortcut("rename", ("Ctrl+R",), mark("Rename this conversation")),
    Shortcut("pin", ("Ctrl+Shift+T",), mark("Pin or unpin this conversation")),
    Shortcut("archive", ("Ctrl+Shift+A",), mark("Archive this conversation, or take it out")),
    Shortcut("export", ("Ctrl+S",), mark("Export this conversation")),
    Shortcut("delete", ("Ctrl+Shift+D",), mark("Move this conversation to the trash")),
    Shortcut("stop", ("Esc",), mark("Stop the answer; close what is open"), fixed=True),
    Shortcut("regenerate", ("Ctrl+Shift+R",), mark("Answer again")),
    Shortcut("why", ("Ctrl+I",), mark("Why this answer?")),
    Shortcut("compare", ("Ctrl+Shift+B",), mark("Compare the last answer with another: which is better?")),
    Shortcut("try", ("Ctrl+Shift+L",), mark("Answer again with what Attune learned")),
    Shortcut("continue", ("Ctrl+Shift+Return",), mark("Continue the last answer where it ended")),
    Shortcut("edit", ("Ctrl+E",), mark("Edit your last question")),
    Shortcut("edit_reply", ("Ctrl+Shift+E",), mark("Edit the last answer")),
    Shortcut("copy", ("Ctrl+Shift+C",), mark("Copy the last answer")),
    Shortcut("copy_plain", ("Ctrl+Alt+C",), mark("Copy the last answer as plain text")),
    Shortcut("thumb_up", ("Ctrl+Shift+Up",), mark("Good answer")),
    Shortcut("thumb_down", ("Ctrl+Shift+Down",), mark("Bad answer")),
    Shortcut("remember", ("Ctrl+Shift+M",), mark("Remember what you just said")),
    Shortcut("compose", ("Ctrl+L",), mark("Write a message")),
    Shortcut("end", ("Ctrl+End",), mark("Jump to the latest message")),
    Shortcut("sidebar", ("Ctrl+B",), mark("Show or hide conversations")),
    Shortcut("preferences", ("Ctrl+P",), mark("Show or hide preferences")),
    Shortcut("models", ("Ctrl+M",), mark("Show the models")),
    Shortcut("profiles", ("Ctrl+Alt+P",), mark("Go to another profile")),
    Shortcut("statements", ("Ctrl+Shift+S",), mark("What you said about yourself")),
    Shortcut("zoom_in", ("Ctrl++", "Ctrl+="), mark("Larger")),
    Shortcut("zoom_out", ("Ctrl+-",), mark("Smaller")),
    Shortcut("zoom_reset", ("Ctrl+0",), mark("Normal size")),
    Shortcut("quick", ("Ctrl+Shift+Space",), mark("Quick question over all windows")),
    Shortcut("settings", ("Ctrl+,",), mark("Settings")),
    Shortcut("shortcuts", ("Ctrl+/",), mark("Show these shortcuts")),
    Shortcut("quit", ("Ctrl+Q",), mark("Quit Attune")),
)

_KEY: Final = "shortcuts"
_MODIFIERS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_STANDARD: Final = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
)


def bind(
    target: QWidget,
    actions: Mapping[str, Callable[[], object]],
    chosen: Mapping[str, str] | None = None,
) -> Keymap:
    """Give ``target`` every shortcut of the table; ``actions`` must have an entry for each name and no other.

    ``chosen``: name → the user's own keys; an empty string is none at all.
    """
    if set(actions) != {shortcut.name for shortcut in SHORTCUTS}:
        raise ValueError("the table of shortcuts and the actions differ")
    bound = {}
    for shortcut in SHORTCUTS:
        action = QAction(tr(shortcut.help), target)
        action.setObjectName(shortcut.name)
        action.triggered.connect(lambda _=False, act=actions[shortcut.name]: act())
        target.addAction(action)
        bound[shortcut.name] = action
    return Keymap(target, bound, chosen or {})


class Keymap(QObject):
    """Which keys each action has: the table's, or the user's own."""

    changed = Signal()

    def __init__(self, parent: QObject, actions: Mapping[str, QAction], chosen: Mapping[str, str]) -> None:
        super().__init__(parent)
        self._actions = actions
        self._table = {shortcut.name: shortcut for shortcut in SHORTCUTS}
        self._chosen = {
            name: QKeySequence(keys).toString()
            for name, keys in chosen.items()
            if name in self._table and not self._table[name].fixed and _can_be(keys)
        }
        self._apply()

    @property
    def chosen(self) -> dict[str, str]:
        """The user's own keys by action, where they differ from the table."""
        return dict(self._chosen)

    def keys(self, name: str) -> str:
        """Return the keys of an action as they are written on this computer; empty where it has none."""
        keys = self._keys(name)
        return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""

    def holder(self, keys: QKeySequence) -> Shortcut | None:
        """Return the action that has ``keys`` now."""
        text = keys.toString()
        return next((s for s in SHORTCUTS if text in map(_normal, self._keys(s.name))), None)

    def rebind(self, name: str, keys: QKeySequence) -> None:
        """Give ``keys`` to an action, and take them from the one that has them."""
        held = self.holder(keys)
        if held and held.name != name:
            self._choose(held.name, "")
        self._choose(name, keys.toString())
        self._apply()

    def reset(self, name: str | None = None) -> None:
        """Give one action, or all of them, the table's keys back; who took them in the meantime loses them."""
        if name is None:
            self._chosen.clear()
        else:
            for keys in self._table[name].keys:
                held = self.holder(QKeySequence(keys))
                if held and held.name != name:
                    self._choose(held.name, "")
            self._chosen.pop(name, None)
        self._apply()

    def describe(self, control: QWidget, name: str, text: str) -> None:
        """Let a control's tooltip be ``text`` with the keys of its action, whatever they become."""

        def say() -> None:
            keys = self.keys(name)
            control.setToolTip(f"{text} ({keys})" if keys else text)

        self.changed.connect(say)
        say()

    def _keys(self, name: str) -> tuple[str, ...]:
        if name in self._chosen:
            return (self._chosen[name],) if self._chosen[name] else ()
        return self._table[name].keys

    def _choose(self, name: str, keys: str) -> None:
        if keys in map(_normal, self._table[name].keys):
            self._chosen.pop(name, None)
        else:
            self._chosen[name] = keys

    def _apply(self) -> None:
        for name, action in self._actions.items():
            action.setShortcuts([QKeySequence(keys) for keys in self._keys(name)])
        self.changed.emit()


def refusal(keys: QKeySequence) -> str:
    """Return why ``keys`` can't be a shortcut, in one sentence, or an empty string."""
    combination = keys[0]  # type: ignore[index]  # the stubs lack it
    key, modifiers = combination.key(), combination.keyboardModifiers()
    if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        return tr("Delete and Backspace are never a shortcut: what erases should not be one slip away.")
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        return ""
    if not modifiers & _MODIFIERS:
        return tr("That key is needed for writing. Press it together with Ctrl or Alt.")
    if any(keys == taken for standard in _STANDARD for taken in QKeySequence.keyBindings(standard)):
        return tr(
            "{keys} is needed for editing text.", keys=keys.toString(QKeySequence.SequenceFormat.NativeText)
        )
    return ""


def read_chosen(store: StoreThread) -> dict[str, str]:
    """Return the user's own keys as kept by ``write_chosen``."""
    try:
        found = json.loads(store.call(lambda memory: memory.setting(_KEY)) or "{}")
    except json.JSONDecodeError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: keys for name, keys in found.items() if isinstance(name, str) and isinstance(keys, str)}


def write_chosen(store: StoreThread, chosen: Mapping[str, str]) -> None:
    """Keep the user's own keys."""
    text = json.dumps(dict(chosen))
    store.call(lambda memory: memory.set_setting(_KEY, text))


def _normal(keys: str) -> str:
    return QKeySequence(keys).toString()


def _can_be(keys: str) -> bool:
    sequence = QKeySequence(keys)
    return not keys or (not sequence.isEmpty() and not refusal(sequence))

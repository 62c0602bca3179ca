"""The icon in the system's tray with its menu. Made only where there is a tray; knows no window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from app.desktop.choices import Choices
    from app.render.appearance import Appearance

SHOWN_MS: Final = 10_000


class Tray(QObject):
    """Icon and menu. ``chosen`` carries the ``Choices`` after one was ticked or unticked."""

    open_requested = Signal()
    quick_requested = Signal()
    new_requested = Signal()
    quit_requested = Signal()
    chosen = Signal(object)

    def __init__(self, appearance: Appearance, choices: Choices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._choices = choices
        self._clicked: Callable[[], None] | None = None
        self.icon = QSystemTrayIcon(self)
        self.icon.setToolTip("Attune")
        self.menu = QMenu()
        self.menu.addAction(tr("Open Attune"), self.open_requested.emit)
        self.menu.addAction(tr("Quick question"), self.quick_requested.emit)
        self.menu.addAction(tr("New conversation"), self.new_requested.emit)
        self.menu.addSeparator()
        self.stay = self._tickable(tr("Stay here when the window is closed"), choices.stay)
        self.notify = self._tickable(tr("Tell me when a long answer is ready"), choices.notify)
        self.menu.addSeparator()
        self.menu.addAction(tr("Quit"), self.quit_requested.emit)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        self.icon.messageClicked.connect(self._on_message)
        appearance.changed.connect(self._draw)
        self._draw()
        self.icon.show()

    def say(self, title: str, text: str, clicked: Callable[[], None] | None = None) -> None:
        """Show a notification; a click on it calls ``clicked``."""
        self._clicked = clicked
        self.icon.showMessage(title, text, self.icon.icon(), SHOWN_MS)

    def close(self) -> None:
        """Take the icon away."""
        self.icon.hide()
        self.menu.deleteLater()

    def _tickable(self, text: str, ticked: bool) -> QAction:
        action = self.menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(ticked)
        action.triggered.connect(self._on_ticked)
        return action

    def _on_ticked(self) -> None:
        self._choices = replace(self._choices, stay=self.stay.isChecked(), notify=self.notify.isChecked())
        self.chosen.emit(self._choices)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.open_requested.emit()

    def _on_message(self) -> None:
        if self._clicked:
            self._clicked()

    def _draw(self) -> None:
        self.icon.setIcon(self._appearance.icon("attune", "accent", 22))

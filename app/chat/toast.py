"""A short message at the foot of the window, with one action at most. Knows nothing of what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import tr
from app.render.announce import announce
from app.render.motion import appear

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.render.appearance import Appearance

SHOWN_MS: Final = 8000
_MOVED: Final = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Toast(QFrame):
    """Lies at the foot of ``room`` for some seconds, over ``beneath`` where that is shown; the next replaces it."""

    def __init__(self, appearance: Appearance, room: QWidget, beneath: QWidget) -> None:
        super().__init__(room.parentWidget())
        self._over = room
        self._beneath = beneath
        self.setProperty("look", "toast")
        self._appearance = appearance
        self.text = label("", "toast", wrap=True)
        self.action = button("", name=tr("Dismiss"))
        self._act: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(appearance.px(16), appearance.px(8), appearance.px(8), appearance.px(8))
        row.addWidget(self.text)
        row.addWidget(self.action)
        self.action.clicked.connect(self._on_action)
        self._time = QTimer(self)
        self._time.setSingleShot(True)
        self._time.setInterval(SHOWN_MS)
        self._time.timeout.connect(self._on_time)
        for near in (room, beneath):
            near.installEventFilter(self)
        self.hide()

    def say(self, text: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Show ``text``, and a button ``action`` that calls ``act``."""
        self._act = act
        self.text.setText(text)
        self.setAccessibleName(text)
        self.action.setText(action)
        self.action.setAccessibleName(action or tr("Dismiss"))
        self.action.setVisible(bool(action))
        self._place()
        appear(self, self._appearance)
        self.raise_()
        self._time.start()
        announce(self, f"{text} {action}".strip())

    def offers(self, act: Callable[[], None]) -> bool:
        """Say whether the button that calls ``act`` can still be pressed."""
        return not self.isHidden() and self._act == act

    def dismiss(self) -> None:
        """Take it away now."""
        self._time.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the room wherever that goes, and clear of what comes there."""
        if event.type() in _MOVED and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _on_time(self) -> None:
        # Nothing goes away under the pointer, or with the keyboard on its button.
        if self.underMouse() or self.action.hasFocus():
            self._time.start()
        else:
            self.hide()

    def _on_action(self) -> None:
        self.dismiss()
        if self._act:
            self._act()

    def _place(self) -> None:
        area = self._over.geometry()
        most = area.width() - self._appearance.px(48)
        needed = self.text.fontMetrics().horizontalAdvance(self.text.text())
        self.text.setMinimumWidth(min(needed + 4, most - self._appearance.px(120)))
        self.adjustSize()
        left = area.left() + (area.width() - self.width()) // 2
        bottom = area.bottom() if self._beneath.isHidden() else self._beneath.y()
        self.move(left, bottom - self.height() - self._appearance.px(8))

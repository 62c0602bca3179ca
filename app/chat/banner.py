"""A line over a conversation that is out of the ordinary: temporary, or in the trash. Knows nothing of why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from app.chat.controls import button, label
from app.language import tr

if TYPE_CHECKING:
    from app.render.appearance import Appearance


class Banner(QFrame):
    """An icon, a sentence, and up to two buttons."""

    first = Signal()
    second = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance = appearance
        self._icon = ""
        self._picture = QLabel()
        self.text = label("", "smalltext", wrap=True)
        self.first_button = button("", "link", name=tr("Banner"))
        self.second_button = button("", "link", name=tr("Banner"))
        row = QHBoxLayout(self)
        row.setContentsMargins(appearance.px(16), appearance.px(6), appearance.px(12), appearance.px(6))
        row.setSpacing(appearance.px(8))
        row.addWidget(self._picture)
        row.addWidget(self.text, 1)
        row.addWidget(self.first_button)
        row.addWidget(self.second_button)
        self.first_button.clicked.connect(self.first)
        self.second_button.clicked.connect(self.second)
        appearance.changed.connect(self._draw)
        self.hide()

    def say(self, icon: str, text: str, first: str = "", second: str = "") -> None:
        """Show ``text``, and a button for each of ``first`` and ``second`` that is not empty."""
        self._icon = icon
        self._draw()
        self.text.setText(text)
        self.setAccessibleName(text)
        for part, words in ((self.first_button, first), (self.second_button, second)):
            part.setText(words)
            part.setAccessibleName(words or tr("Banner"))
            part.setVisible(bool(words))
        self.show()

    def _draw(self) -> None:
        if self._icon:
            self._picture.setPixmap(self._appearance.pixmap(self._icon, "accent", 18, 2.0))

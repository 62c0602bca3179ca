"""The button in the chat's head that names the model and opens a menu of the others. Chooses nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from app.language import tr
from app.model_wording import fit_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.model_choice import Known
    from app.render.appearance import Appearance

_WIDEST: Final = 240


class ModelButton(QPushButton):
    """Says which model answers, or what is becoming of it."""

    menu_requested = Signal()
    chosen = Signal(str)  # path
    all_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "quiet")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._appearance = appearance
        self._text = ""
        appearance.changed.connect(self._draw)
        self.clicked.connect(self.menu_requested)
        self.say(tr("No model"))

    def say(self, text: str) -> None:
        """Show ``text``: a model's name, or what is happening to it."""
        self._text = text
        self.setAccessibleName(tr("Model: {text}", text=text))
        self.setToolTip(tr("Model: {text}", text=text))
        self._draw()

    def open_menu(self, models: Sequence[Known]) -> QMenu:
        """Offer ``models``, each with whether it fits."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("Models"))
        for known in models:
            note = fit_label(known.fit) if known.fit else tr("Can’t be used")
            # A lone & would be read as a key.
            action = menu.addAction(f"{known.model.name.replace('&', '&&')}  –  {note}")
            action.setCheckable(True)
            action.setChecked(known.current)
            action.setEnabled(not known.problem)
            action.triggered.connect(lambda _=False, path=known.model.path: self.chosen.emit(path))
        menu.addSeparator()
        menu.addAction(tr("All models…"), self.all_requested.emit)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        return menu

    def _draw(self) -> None:
        widest = self._appearance.px(_WIDEST)
        self.setMaximumWidth(widest)
        self.setIcon(self._appearance.icon("chip", "muted", 16))
        room = widest - self._appearance.px(56)
        self.setText(
            self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room).replace("&", "&&")
        )

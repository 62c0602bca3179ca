"""The window of models: those on this computer, what to do with each, and how to get more. Does nothing itself.

Shows what it is given and emits wishes; knows neither engine nor network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import button, label, scrolled
from app.language import tr
from app.model_wording import hardware_words, roles
from app.panels.model_card import ModelCard
from app.render.announce import announce

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.model_choice import Known
    from app.render.appearance import Appearance
    from engine.models.hardware import Hardware


REST_CHOICES: Final = (5, 15, 30, 120, 0)


class ModelsDialog(QDialog):
    """Stays open beside the chat."""

    use_requested = Signal(str)
    settings_requested = Signal(str)
    folder_requested = Signal(str)
    removal_requested = Signal(str)
    file_requested = Signal()
    copy_stopped = Signal()
    rest_chosen = Signal(int)  # minutes, 0: never

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Models"))
        self._appearance = appearance
        px = appearance.px
        self.cards: dict[str, ModelCard] = {}
        self.computer = label("", "small", wrap=True)
        self.roles = label("", "small", wrap=True)
        self.note = label("", "small", wrap=True)
        self.note.hide()
        self.copying = QProgressBar()
        self.copying.setRange(0, 1000)
        self.copying.setTextVisible(False)
        self.copying.setAccessibleName(tr("Copying the model"))
        self.stop_copy = button(tr("Stop"), name=tr("Stop copying"))
        self.stop_copy.clicked.connect(self.copy_stopped)
        self.file_button = button(tr("Add a file…"), name=tr("Add a model file from this computer"))
        self.file_button.clicked.connect(self.file_requested)
        self.folder_button = button(tr("Open folder"), name=tr("Open the folder of models"))
        self.folder_button.clicked.connect(lambda: self.folder_requested.emit(""))
        self.close_button = button(tr("Close"), "primary")
        self.close_button.clicked.connect(self.close)

        self.rest = QComboBox()
        self.rest.setAccessibleName(tr("Free the memory of a model that is not used"))
        for minutes in REST_CHOICES:
            self.rest.addItem(_rest_words(minutes), minutes)
        self.rest.activated.connect(lambda index: self.rest_chosen.emit(self.rest.itemData(index)))
        content = QWidget()
        content.setProperty("look", "canvas")
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, px(12), 0)
        self.column.setSpacing(px(8))
        self.column.addWidget(label(tr("On this computer"), "section"))
        self._here = QVBoxLayout()
        self._here.setSpacing(px(8))
        self.column.addLayout(self._here)
        self.column.addStretch(1)
        area = scrolled(content)
        copy = QHBoxLayout()
        copy.addWidget(self.copying, 1)
        copy.addWidget(self.stop_copy)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(px(8))
        self.foot.addWidget(self.file_button)
        self.foot.addWidget(self.folder_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(24), px(12), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(label(tr("Models"), "title"))
        layout.addWidget(self.computer)
        layout.addWidget(self.roles)
        layout.addWidget(area, 1)
        layout.addWidget(self.note)
        rest = QHBoxLayout()
        rest.addWidget(label(tr("Free the memory when nobody asks anything"), "small"))
        rest.addWidget(self.rest)
        rest.addStretch(1)
        layout.addLayout(copy)
        layout.addLayout(rest)
        layout.addLayout(self.foot)
        self.show_copy(None)
        self.resize(px(640), px(720))

    def show_models(self, models: Sequence[Known], hardware: Hardware) -> None:
        """Show the models of this computer."""
        self.computer.setText(hardware_words(hardware))
        current = next((known for known in models if known.current and not known.problem), None)
        self.roles.setText(roles(current) if current else "")
        focused = next(
            (path for path, card in self.cards.items() if card.isAncestorOf(self.focusWidget())), ""
        )
        for card in self.cards.values():
            self._here.removeWidget(card)
            card.deleteLater()
        self.cards = {}
        for known in models:
            card = ModelCard(known, hardware, self._appearance)
            card.use_requested.connect(self.use_requested)
            card.settings_requested.connect(self.settings_requested)
            card.folder_requested.connect(self.folder_requested)
            card.removal_requested.connect(self.removal_requested)
            self.cards[known.model.path] = card
            self._here.addWidget(card)
        if focused in self.cards:
            card = self.cards[focused]
            (card.more if card.known.current else card.use).setFocus()

    def show_rest(self, minutes: int) -> None:
        """Show after how many idle minutes a model's memory is freed."""
        found = self.rest.findData(minutes)
        if found < 0:
            self.rest.addItem(tr("after {minutes} minutes", minutes=minutes), minutes)
            found = self.rest.count() - 1
        self.rest.setCurrentIndex(found)

    def say(self, text: str, look: str = "small") -> None:
        """Say what became of a wish, at the foot."""
        self.note.setProperty("look", look)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.note.setText(text)
        self.note.setVisible(bool(text))
        if text:
            announce(self, text)

    def show_copy(self, fraction: float | None) -> None:
        """Show how far a copy is; ``None`` where there is none."""
        for part in (self.copying, self.stop_copy):
            part.setVisible(fraction is not None)
        self.file_button.setEnabled(fraction is None)
        self.copying.setValue(round(1000 * (fraction or 0.0)))


def _rest_words(minutes: int) -> str:
    return tr("after {minutes} minutes", minutes=minutes) if minutes else tr("never")

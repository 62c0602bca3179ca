"""One quiet line above the composer for a model that is not tuned yet. Shows a ``TuningState``, emits wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout

from app.chat.controls import IconButton, button, label
from app.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.render.appearance import Appearance
    from app.tuning import TuningState

# From this width on, sentence and links stand side by side.
_WIDE: Final = 620


class UntunedBar(QFrame):
    """Hidden for a tuned model, and once the user has answered it."""

    tune_requested = Signal()
    full_speed_requested = Signal()
    dismissed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "notice")
        px = appearance.px
        self.text = label(
            tr("Preferences slow this model down until Attune is tuned to it."), "small", wrap=True
        )
        self.tune = button(tr("Tune…"), "link", name=tr("Tune Attune to this model"))
        self.full_speed = button(
            tr("Full speed for now"),
            "link",
            name=tr("Answer at full speed without preferences until it is tuned"),
        )
        self.close_button = IconButton(appearance, "close", tr("Leave it as it is"), size=14)
        links = QHBoxLayout()
        links.setSpacing(px(8))
        for part in (self.tune, self.full_speed):
            links.addWidget(part)
        links.addStretch(1)
        self._wide = px(_WIDE)
        self._said = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._said.setSpacing(px(4))
        self._said.addWidget(self.text, 1)
        self._said.addLayout(links)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(4), px(8), px(4))
        layout.setSpacing(px(8))
        layout.addLayout(self._said, 1)
        layout.addWidget(self.close_button)
        self.tune.clicked.connect(self.tune_requested)
        self.full_speed.clicked.connect(self.full_speed_requested)
        self.close_button.clicked.connect(self.dismissed)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the links below the sentence where they would leave it a narrow column."""
        super().resizeEvent(event)
        beside = self.width() >= self._wide
        self._said.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )

    def show_state(self, state: TuningState) -> None:
        """Show the offer, or take it away."""
        paused = state.phase == "paused"
        self.text.setText(
            tr("Tuning to this model is paused.")
            if paused
            else tr("Preferences slow this model down until Attune is tuned to it.")
        )
        self.tune.setText(tr("Resume…") if paused else tr("Tune…"))
        self.full_speed.setVisible(not paused)
        self.setVisible(paused or (state.phase == "untuned" and not state.asked))

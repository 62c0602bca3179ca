"""*Tune Attune to this model*: what it does, how far it is, and the buttons for it.

Shows a ``TuningState`` and emits wishes; knows neither the engine nor what a calibration is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import number, told, tr
from app.panels.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.render.appearance import Appearance
    from app.tuning import TuningState
    from engine.principles import Principle

_FULL: Final = 1000


class TuningCard(QFrame):
    """The card in the preferences panel. Hidden while no model is loaded."""

    start_requested = Signal()
    pause_requested = Signal()
    cancel_requested = Signal()
    guided_chosen = Signal(bool)

    def __init__(self, appearance: Appearance, principles: Mapping[str, Principle]) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._principles = principles
        self._state: TuningState | None = None
        self.title = label("", "smallbold", wrap=True)
        self.text = label("", "smalltext", wrap=True)
        self.stage = label("", "caption", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, _FULL)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of this step"))
        self.left = label("", "caption", wrap=True)
        self.start = button(tr("Tune"), "primary")
        self.pause = button(tr("Pause"), name=tr("Pause tuning"))
        self.cancel = button(tr("Cancel…"), name=tr("Cancel tuning"))
        self.guided = Switch(
            appearance, tr("Guide answers before tuning"), tr("Follow preferences now, more slowly")
        )
        self._guided_label = label(tr("Until then, guide answers more slowly"), "smalltext", wrap=True)
        px = appearance.px
        choice = QHBoxLayout()
        choice.addWidget(self._guided_label, 1)
        choice.addWidget(self.guided)
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        for action in (self.start, self.pause, self.cancel):
            actions.addWidget(action)
        actions.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(6))
        for part in (self.title, self.text, self.stage, self.bar, self.left):
            layout.addWidget(part)
        layout.addLayout(choice)
        layout.addSpacing(px(2))
        layout.addLayout(actions)
        self.start.clicked.connect(self.start_requested)
        self.pause.clicked.connect(self.pause_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.guided.toggled.connect(self.guided_chosen)
        self.hide()

    def show_state(self, state: TuningState) -> None:
        """Show how things stand."""
        self._state = state
        running, paused, tuned = (state.phase == phase for phase in ("running", "paused", "tuned"))
        self.title.setText(title_of(state))
        self.text.setText(self._explained(state))
        self.text.setVisible(bool(self.text.text()))
        self.stage.setText(stage_words(state))
        self.stage.setVisible(running)
        self.bar.setVisible(running)
        self.bar.setRange(0, _FULL if state.step else 0)  # none yet: it moves by itself
        self.bar.setValue(round(_FULL * state.fraction))
        self.left.setText(left_words(state.seconds_left))
        self.left.setVisible(running)
        name, spoken = (
            (tr("Resume"), tr("Resume tuning"))
            if paused
            else (tr("Continue"), tr("Continue tuning"))
            if state.has_work and not tuned
            else (tr("Tune"), tr("Tune Attune to this model"))
        )
        self.start.setText(name)
        self.start.setAccessibleName(spoken)
        had_focus = any(action.hasFocus() for action in (self.start, self.pause, self.cancel))
        self.start.setVisible(paused or state.phase == "untuned" or (tuned and bool(state.waiting)))
        self.pause.setVisible(running)
        self.cancel.setVisible(running or paused)
        if had_focus:
            # Pressed, a button may give way to another: the keyboard stays where the buttons are.
            shown = [action for action in (self.start, self.pause) if not action.isHidden()]
            if shown and not (self.cancel.hasFocus() and not self.cancel.isHidden()):
                shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
        untuned = not state.has_head and state.phase != "no model"
        self._guided_label.setVisible(untuned)
        self.guided.setVisible(untuned)
        self.guided.blockSignals(True)
        self.guided.setChecked(state.untuned == "slower")
        self.guided.blockSignals(False)
        self.setVisible(state.phase != "no model")

    def retell(self) -> None:
        """Name principles anew: their words changed."""
        if self._state:
            self.show_state(self._state)

    def _explained(self, state: TuningState) -> str:
        match state.phase:
            case "untuned":
                return tr(
                    "Attune studies once how this model answers, so that your preferences guide it at "
                    "full speed. Depending on the model this takes minutes to many hours. Chatting "
                    "always goes first."
                )
            case "paused":
                return told(state.problem) or tr("Nothing is lost: it goes on where it stopped.")
            case "tuned":
                return self._reached(state)
        return ""

    def _reached(self, state: TuningState) -> str:
        names = [told(self._principles[n].positive.label) for n in state.waiting if n in self._principles]
        if names:
            quoted = ", ".join(f"“{name}”" for name in names)
            return tr(
                "Not tuned yet: {quoted}. It works already, with extra readings that make answers "
                "slower. Tuning makes it as fast as the rest.",
                quoted=quoted,
            )
        if state.figures is None:
            return tr(
                "Your preferences guide it at full speed. Preferences you write are tuned when you "
                "ask for it."
            )
        reached = tr("Learned from {states} words of its answers.", states=number(state.figures.states))
        if state.figures.sign is not None:
            reached += " " + tr(
                "In answers it had not seen, it told which end of a preference they were written for "
                "{sign} of the time.",
                sign=f"{state.figures.sign:.0%}",
            )
        return tr(
            "{reached} Preferences you write are tuned by themselves, while nobody asks anything.",
            reached=reached,
        )


class CancelTuningDialog(QDialog):
    """Asks what is to become of the work so far. ``keep`` says what was chosen, once accepted."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Cancel tuning"))
        self.setModal(True)
        self.keep = True
        self.keep_button = button(tr("Keep the work so far"), "primary")
        self.delete_button = button(tr("Delete it"), "danger", name=tr("Delete the work so far"))
        self.back_button = button(tr("Back"), name=tr("Back to tuning"))
        layout = QVBoxLayout(self)
        margin = appearance.px(24)
        layout.setContentsMargins(margin, margin, margin, appearance.px(16))
        layout.setSpacing(appearance.px(12))
        layout.addWidget(label(tr("Cancel tuning?"), "title"))
        text = tr("What was done so far can stay, so that a later tuning goes on from there, or be deleted.")
        layout.addWidget(label(text, "smalltext", wrap=True))
        layout.addSpacing(appearance.px(8))
        row = QHBoxLayout()
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.delete_button)
        row.addWidget(self.keep_button)
        layout.addLayout(row)
        self.setMinimumWidth(appearance.px(440))
        self.back_button.clicked.connect(self.reject)
        self.keep_button.clicked.connect(self.accept)
        self.delete_button.clicked.connect(self._on_delete)

    def _on_delete(self) -> None:
        self.keep = False
        self.accept()


def title_of(state: TuningState) -> str:
    """Say in a few words how things stand."""
    return {
        "untuned": tr("Tune Attune to this model"),
        "running": tr("Tuning to {model}", model=state.model),
        "paused": tr("Tuning is paused"),
        "tuned": tr("Tuned to {model}", model=state.model),
    }.get(state.phase, "")


def stage_words(state: TuningState) -> str:
    """Say what is being done, and which step of how many that is."""
    if not state.step:
        return tr("Getting ready")
    return tr(
        "Step {step} of {steps}: {stage}, {fraction}",
        step=state.step,
        steps=state.steps,
        stage=told(state.stage),
        fraction=f"{state.fraction:.0%}",
    )


def left_words(seconds: float | None) -> str:
    """Say how long it will still take."""
    if seconds is None:
        return tr("Time left is not known yet. Chatting goes first.")
    minutes = round(seconds / 60)
    if minutes >= 60:
        return tr(
            "About {hours} h {minutes} min left. Chatting goes first.",
            hours=minutes // 60,
            minutes=minutes % 60,
        )
    if minutes > 1:
        return tr("About {minutes} min left. Chatting goes first.", minutes=minutes)
    return tr("About a minute left. Chatting goes first.")

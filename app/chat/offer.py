"""The quiet card that asks whether something the user said shall be remembered. Emits the answer; keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.chat.controls import LeavableEntry, button, label
from app.language import mark, told, tr
from app.panels.weight_slider import STEPS, WeightSlider
from app.wording import style_line
from memory.records import LearnedWeight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.render.appearance import Appearance
    from app.statements.remembering import Offer
    from app.statements.style import StyleMatch
    from engine.principles import Principle
    from memory.records import StatementAdded

Stage: TypeAlias = Literal["asked", "editing", "saving", "kept"]

_MEANS: Final = {
    "fact": mark("Attune will mention it with questions it matters for."),
    "wish": mark("Attune will ask for it with every answer."),
    "style": mark("Attune will mention it with every answer; no slider fits it."),
}


@dataclass(frozen=True, slots=True)
class OfferState:
    """Where one offer stands. ``matching``: the preference it is about is still being looked for."""

    offer: Offer
    stage: Stage = "asked"
    style: StyleMatch | None = None
    matching: bool = False
    added: StatementAdded | None = field(default=None)


class OfferCard(QFrame):
    """One offer. Never takes the focus by itself."""

    remember_requested = Signal(str, object)  # the text, StyleMatch or None
    declined = Signal()
    undo_requested = Signal()
    text_changed = Signal(str)  # after an edit: what is it about now?
    principle_requested = Signal(str)

    def __init__(
        self,
        state: OfferState,
        principles: Mapping[str, Principle],
        appearance: Appearance,
        *,
        own_principles: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "offer")
        self._principles = principles
        self._appearance = appearance
        self._own_principles = own_principles
        self.state = state
        self.heading = label(tr("Remember this?"), "caption")
        self.text = label("", "smalltext", wrap=True)
        self.entry = LeavableEntry(self._on_decline)
        self.entry.setAccessibleName(tr("What to remember"))
        self.means = label("", "caption", wrap=True)
        self.slider = WeightSlider(appearance, tr("Where the slider will stand"))
        self._left, self._right = label("", "caption"), label("", "caption")
        self._scale = QWidget()
        self.remember = button(tr("Remember"), "quiet")
        self.edit = button(tr("Edit"), "link")
        self.decline = button(tr("Not now"), "link")
        self.undo = button(tr("Undo"), "link", name=tr("Undo remembering"))
        self.own = button(tr("Make it a slider…"), "link")
        self._lay_out()
        self.remember.clicked.connect(self._on_remember)
        self.entry.returnPressed.connect(self._on_remember)
        self.edit.clicked.connect(self._on_edit)
        self.decline.clicked.connect(self._on_decline)
        self.undo.clicked.connect(self.undo_requested)
        self.own.clicked.connect(lambda: self.principle_requested.emit(self.state.offer.text))
        self.show_state(state)

    def show_state(self, state: OfferState) -> None:
        """Show where the offer stands now."""
        self.state = state
        text, kept = state.offer.text, state.stage == "kept"
        editing = state.stage == "editing"
        self.heading.setText(_heading(state))
        self.text.setText(f"“{text}”")
        self.text.setVisible(not editing)
        self.entry.setVisible(editing)
        self.setAccessibleName(f"{self.heading.text()} {text}")
        self.remember.setAccessibleName(tr("Remember: {text}", text=text))
        self.edit.setAccessibleName(tr("Edit before remembering: {text}", text=text))
        self.decline.setAccessibleName(tr("Don’t remember: {text}", text=text))
        self.decline.setText(tr("Cancel") if editing else tr("Not now"))
        had_focus = self.remember.hasFocus()
        self.remember.setVisible(not kept)
        self.edit.setVisible(state.stage == "asked")
        self.decline.setVisible(state.stage in ("asked", "editing"))
        self.undo.setVisible(kept)
        if had_focus and kept:
            self.undo.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_means(state)

    def _show_means(self, state: OfferState) -> None:
        style, asked = state.style, state.stage in ("asked", "saving")
        principle = self._principles.get(style.principle) if style else None
        self._scale.setVisible(principle is not None and asked)
        self.own.setVisible(
            self._own_principles
            and state.stage == "asked"
            and state.offer.kind == "style"
            and not state.matching
            and style is None
        )
        if style and principle:
            self._left.setText(told(principle.negative.label))
            self._right.setText(told(principle.positive.label))
            self.slider.setAccessibleName(
                tr(
                    "{label} to {label2}",
                    label=told(principle.negative.label),
                    label2=told(principle.positive.label),
                )
            )
            self.slider.show_weight(LearnedWeight(principle.name, 0.0, 0.0, 0.0, 0.0, 0, setting=style.value))
        if state.stage == "kept":
            self.means.setText(_kept_words(state))
        elif state.stage == "editing":
            self.means.setText("")
        elif state.matching:
            self.means.setText(tr("Looking which slider this is about…"))
        elif style and principle:
            self.means.setText(style_line(style.principle, style.value, self._principles))
        else:
            self.means.setText(tr(_MEANS[state.offer.kind]))
        self.means.setVisible(bool(self.means.text()))

    def _lay_out(self) -> None:
        px = self._appearance.px
        scale = QHBoxLayout(self._scale)
        scale.setContentsMargins(0, 0, 0, 0)
        scale.setSpacing(px(8))
        scale.addWidget(self._left)
        scale.addWidget(self.slider, 1)
        scale.addWidget(self._right)
        self.slider.setMaximumWidth(px(220))
        scale.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for control in (self.remember, self.undo, self.edit, self.decline, self.own):
            buttons.addWidget(control)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(8), px(12), px(8))
        layout.setSpacing(px(4))
        for widget in (self.heading, self.text, self.entry, self.means, self._scale):
            layout.addWidget(widget)
        layout.addSpacing(px(4))
        layout.addLayout(buttons)

    def _on_remember(self) -> None:
        state = self.state
        style = state.style
        if state.stage == "editing":
            text = " ".join(self.entry.text().split())
            if not text:
                return
            self.remember.setFocus(Qt.FocusReason.OtherFocusReason)
            if text == state.offer.text:
                self.show_state(replace(state, stage="asked"))
            else:
                self.text_changed.emit(text)
            return
        if state.stage == "saving":
            return
        if style:
            style = replace(style, value=self.slider.value() / STEPS)
        self.remember_requested.emit(state.offer.text, style)

    def _on_edit(self) -> None:
        self.entry.setText(self.state.offer.text)
        self.show_state(replace(self.state, stage="editing"))
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_decline(self) -> None:
        if self.state.stage == "editing":
            self.show_state(replace(self.state, stage="asked"))
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.declined.emit()


def _heading(state: OfferState) -> str:
    if state.stage == "kept":
        return tr("Remembered on this computer")
    return tr("Remember what?") if state.stage == "editing" else tr("Remember this?")


def _kept_words(state: OfferState) -> str:
    added = state.added
    if added is None:
        return ""
    if added.merged:
        return tr("Attune knew that already.")
    if added.superseded:
        older = ", ".join(f"“{s.text}”" for s in added.superseded)
        return tr("{older} no longer counts.", older=older)
    return ""

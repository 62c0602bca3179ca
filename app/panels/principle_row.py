"""One principle in the preferences panel: poles, slider over the learned value, evidence, reset and switch.

Shows a ``LearnedWeight`` and emits what the user wants changed; keeps nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import told, tr
from app.panels.switch import Switch
from app.panels.weight_slider import STEPS, WeightSlider

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.records import LearnedWeight

# A setting is stored once the hand has rested this long, not for every pixel on its way.
REST_MS: Final = 150
# Learned leanings below this are not put into words.
LEANS: Final = 0.1


class PrincipleRow(QWidget):
    """The user's hand on one principle. ``None`` in ``value_changed`` means: leave it to learning."""

    value_changed = Signal(str, object)
    enabled_changed = Signal(str, bool)

    def __init__(self, principle: Principle, appearance: Appearance) -> None:
        super().__init__()
        self.principle = principle
        positive, negative = told(principle.positive.label), told(principle.negative.label)
        self._left = label(negative, "smalltext")
        self._right = label(positive, "smalltext")
        self.slider = WeightSlider(
            appearance, tr("{negative} to {positive}", negative=negative, positive=positive)
        )
        self.learned = label("", "caption")
        self.reset = button(
            tr("Reset"),
            "link",
            name=tr("Reset {negative} to {positive}", negative=negative, positive=positive),
        )
        self.switch = Switch(
            appearance,
            tr("Use {negative} to {positive}", negative=negative, positive=positive),
            tr("Let this preference guide answers"),
        )
        self.setToolTip(told(principle.help))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rested)

        poles = QHBoxLayout()
        poles.addWidget(self._left)
        poles.addStretch(1)
        poles.addWidget(self._right)
        middle = QHBoxLayout()
        middle.setSpacing(appearance.px(8))
        middle.addWidget(self.slider, 1)
        middle.addWidget(self.switch)
        foot = QHBoxLayout()
        foot.addWidget(self.learned, 1)
        foot.addWidget(self.reset)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, appearance.px(4), 0, appearance.px(4))
        layout.setSpacing(appearance.px(2))
        for part in (poles, middle, foot):
            layout.addLayout(part)
        self.slider.moved.connect(lambda _: self._rest.start())
        self.slider.sliderReleased.connect(self._on_released)
        self.reset.clicked.connect(self._on_reset)
        self.switch.toggled.connect(self._on_switched)

    def show_weight(self, weight: LearnedWeight) -> None:
        """Show what is set and what was learned."""
        if not self._rest.isActive():
            self.slider.show_weight(weight)
        self.switch.blockSignals(True)
        self.switch.setChecked(weight.enabled)
        self.switch.blockSignals(False)
        self.slider.setEnabled(weight.enabled)
        self.reset.setVisible(weight.setting is not None)
        text = self._in_words(weight)
        self.learned.setText(text)
        self.slider.setAccessibleDescription(f"{told(self.principle.help)} {text}")

    def matches(self, needle: str) -> bool:
        """Whether a search for ``needle``, casefolded, should show this row."""
        words = (self.principle.name, told(self.principle.help), self._left.text(), self._right.text())
        return any(needle in word.casefold() for word in words)

    def _in_words(self, weight: LearnedWeight) -> str:
        if not weight.enabled:
            return tr("Switched off")
        set_by_hand = tr("Set by you") if weight.setting is not None else ""
        if weight.evidence == 0:
            return set_by_hand or tr("Nothing learned yet")
        ratings = "1 rating" if weight.evidence == 1 else f"{weight.evidence} ratings"
        if abs(weight.mean) < LEANS:
            leaning = tr("no clear leaning")
        elif weight.low <= 0.0 <= weight.high:
            leaning = tr("perhaps {label}", label=told(self.principle.pole(weight.mean).label.lower()))
        else:
            leaning = tr("leans {label}", label=told(self.principle.pole(weight.mean).label.lower()))
        words = " · ".join(filter(None, (set_by_hand, leaning, ratings)))
        return words[0].upper() + words[1:]

    def _on_released(self) -> None:
        if self._rest.isActive():
            self._rest.stop()
            self._on_rested()

    def _on_rested(self) -> None:
        if self.slider.isSliderDown():
            self._rest.start()
        else:
            self.value_changed.emit(self.principle.name, self.slider.value() / STEPS)

    def _on_reset(self) -> None:
        self._rest.stop()
        if self.reset.hasFocus():
            self.slider.setFocus(Qt.FocusReason.OtherFocusReason)
        self.value_changed.emit(self.principle.name, None)

    def _on_switched(self, on: bool) -> None:
        self.enabled_changed.emit(self.principle.name, on)

"""One principle in the preferences panel: poles, slider over the learned value, evidence, reset, pin and switch.

Shows a ``LearnedWeight`` and emits what the user wants changed; keeps nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.chat.controls import IconButton, button, label
from app.language import told, tr
from app.liking import LEANS, ratings
from app.panels.switch import Switch
from app.panels.weight_slider import STEPS, WeightSlider

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent

    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.records import LearnedWeight

# A setting is stored once the hand has rested this long, not for every pixel on its way.
REST_MS: Final = 150


class PrincipleRow(QWidget):
    """The user's hand on one principle. ``None`` in ``value_changed`` means: leave it to learning."""

    value_changed = Signal(str, object)
    enabled_changed = Signal(str, bool)
    pinned_changed = Signal(str, bool)
    evidence_requested = Signal(str)
    sample_wanted = Signal(str, bool)  # name, whether by keyboard
    sample_left = Signal(str)

    def __init__(self, principle: Principle, appearance: Appearance) -> None:
        super().__init__()
        self.principle = principle
        positive, negative = told(principle.positive.label), told(principle.negative.label)
        self._left = label(negative, "smalltext")
        self._right = label(positive, "smalltext")
        self.slider = WeightSlider(
            appearance, tr("{negative} to {positive}", negative=negative, positive=positive)
        )
        self.learned = label("", "caption", wrap=True)
        self.evidence = button("", "link")
        self.evidence.setToolTip(tr("See the ratings that moved it"))
        self._ends = tr("{negative} to {positive}", negative=negative, positive=positive)
        self.pin = IconButton(appearance, "pin", "", on="accent", size=14)
        self.reset = IconButton(
            appearance,
            "again",
            tr("Reset {negative} to {positive}", negative=negative, positive=positive),
            size=14,
            tip=tr("Leave it to learning"),
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
        foot.setSpacing(appearance.px(6))
        foot.addWidget(self.learned, 1)
        foot.addWidget(self.evidence)
        foot.addWidget(self.reset)
        foot.addWidget(self.pin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, appearance.px(4), 0, appearance.px(4))
        layout.setSpacing(appearance.px(2))
        for part in (poles, middle, foot):
            layout.addLayout(part)
        self.slider.moved.connect(lambda _: self._rest.start())
        self.slider.sliderReleased.connect(self._on_released)
        self.reset.clicked.connect(self._on_reset)
        self.switch.toggled.connect(self._on_switched)
        self.slider.moved.connect(lambda _: self.sample_wanted.emit(principle.name, self.slider.hasFocus()))
        self.evidence.clicked.connect(lambda: self.evidence_requested.emit(principle.name))
        self.pin.toggled.connect(lambda on: self.pinned_changed.emit(principle.name, on))
        self.show_pinned(pinned=False)
        for control in (self.slider, self.switch, self.evidence, self.reset, self.pin):
            control.installEventFilter(self)

    @property
    def weight(self) -> float:
        """What guides answers at present, in [−1, 1]."""
        return self.slider.weight if self.switch.isChecked() else 0.0

    def show_pinned(self, *, pinned: bool) -> None:
        """Show whether it is kept at the top."""
        self.pin.blockSignals(True)
        self.pin.setChecked(pinned)
        self.pin.blockSignals(False)
        words = tr("Keep at the top") if not pinned else tr("No longer keep at the top")
        self.pin.rename(f"{words}: {self._ends}", words)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Have it shown how an answer would begin."""
        super().enterEvent(event)
        self.sample_wanted.emit(self.principle.name, False)

    def leaveEvent(self, event: QEvent) -> None:
        """Nobody looks any more."""
        super().leaveEvent(event)
        self.sample_left.emit(self.principle.name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have it shown for what the keyboard reaches, too."""
        if event.type() == QEvent.Type.FocusIn:
            self.sample_wanted.emit(self.principle.name, True)
        elif event.type() == QEvent.Type.FocusOut:
            self.sample_left.emit(self.principle.name)
        return super().eventFilter(watched, event)

    def show_weight(self, weight: LearnedWeight) -> None:
        """Show what is set and what was learned."""
        if not self._rest.isActive():
            self.slider.show_weight(weight)
        self.switch.blockSignals(True)
        self.switch.setChecked(weight.enabled)
        self.switch.blockSignals(False)
        self.slider.setEnabled(weight.enabled)
        self.reset.setVisible(weight.setting is not None)
        text, count = self.in_words(weight), ratings(weight.evidence) if weight.evidence else ""
        self.learned.setText(text)
        self.evidence.setText(count)
        self.evidence.setAccessibleName(
            tr("{ratings}: see what moved {ends}", ratings=count, ends=self._ends)
        )
        self.evidence.setVisible(bool(count))
        self.slider.setAccessibleDescription(" ".join((told(self.principle.help), f"{text}.", count)).strip())

    def matches(self, needle: str) -> bool:
        """Whether a search for ``needle``, casefolded, should show this row."""
        words = (self.principle.name, told(self.principle.help), self._left.text(), self._right.text())
        return any(needle in word.casefold() for word in words)

    def in_words(self, weight: LearnedWeight) -> str:
        """Say what is set and what was learned."""
        if not weight.enabled:
            return tr("Switched off")
        set_by_hand = tr("Set by you") if weight.setting is not None else ""
        if weight.evidence == 0:
            return set_by_hand or tr("Nothing learned yet")
        if abs(weight.mean) < LEANS:
            leaning = tr("no clear leaning")
        elif weight.low <= 0.0 <= weight.high:
            leaning = tr("perhaps {label}", label=told(self.principle.pole(weight.mean).label.lower()))
        else:
            leaning = tr("leans {label}", label=told(self.principle.pole(weight.mean).label.lower()))
        words = " · ".join(filter(None, (set_by_hand, leaning)))
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

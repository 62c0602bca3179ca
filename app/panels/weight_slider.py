"""Painted sliders and their legend: one principle's setting over what was learned, and the overall strength β.

Both are real ``QSlider``s, so keyboard, mouse wheel and screen readers work as everywhere; only paint and the
click on the track are theirs. They know numbers and labels, not where they are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from app.language import tr
from app.render.theme import CAPTION

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent

    from app.render.appearance import Appearance
    from memory.records import LearnedWeight

STEPS: Final = 100
_HANDLE: Final = 9
_TRACK: Final = 4
_BAND: Final = 12


class TrackSlider(QSlider):
    """A horizontal slider whose handle goes where the track is pressed. ``moved`` tells only the user's hand."""

    moved = Signal(int)

    def __init__(self, appearance: Appearance, low: int, high: int, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.appearance = appearance
        self.setRange(low, high)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.actionTriggered.connect(self._on_action)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Ask for the handle's height and a readable length."""
        return QSize(self.appearance.px(160), self.appearance.px(28))

    def minimumSizeHint(self) -> QSize:
        """Stay draggable."""
        return QSize(self.appearance.px(80), self.appearance.px(28))

    def x_of(self, value: float) -> float:
        """Return where ``value`` lies on the track, in pixels."""
        reach = self.appearance.px(_HANDLE) + 2
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        return reach + share * (self.width() - 2 * reach)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event.position().x())
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the handle along."""
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        del event
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the panel instead: a slider under the pointer must not change by accident."""
        event.ignore()

    def paint_track(self, painter: QPainter) -> None:
        """Draw the bare track."""
        height = self.appearance.px(_TRACK)
        left, right = self.x_of(self.minimum()), self.x_of(self.maximum())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.appearance.colour("border"))
        painter.drawRoundedRect(QRectF(left, self.height() / 2 - height / 2, right - left, height), 2, 2)

    def paint_handle(self, painter: QPainter, value: float, *, hollow: bool) -> None:
        """Draw the handle at ``value``: hollow where the user set nothing; ringed while it has the focus."""
        radius = self.appearance.px(_HANDLE) - 2
        centre = QPointF(self.x_of(value), self.height() / 2)
        painter.setPen(QPen(self.appearance.colour("outline" if hollow else "accent"), 2))
        painter.setBrush(self.appearance.colour("surface" if hollow else "accent"))
        painter.drawEllipse(centre, radius - 1, radius - 1)
        if self.hasFocus():
            painter.setPen(QPen(self.appearance.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, radius + 2, radius + 2)

    def _go_to(self, x: float) -> None:
        reach = self.appearance.px(_HANDLE) + 2
        share = (x - reach) / max(self.width() - 2 * reach, 1)
        value = round(self.minimum() + min(max(share, 0.0), 1.0) * (self.maximum() - self.minimum()))
        self.setValue(value)
        self.moved.emit(value)

    def _on_action(self) -> None:
        # Keyboard steps: the position has been moved, the value follows when this returns.
        self.moved.emit(self.sliderPosition())


class WeightSlider(TrackSlider):
    """One principle in hundredths of slider units: handle = the user's setting, band and tick = the learned."""

    def __init__(self, appearance: Appearance, name: str) -> None:
        super().__init__(appearance, -STEPS, STEPS, name)
        self.setSingleStep(5)
        self.setPageStep(25)
        self._learned: LearnedWeight | None = None
        self._set = False
        self.moved.connect(self._on_moved)

    @property
    def weight(self) -> float:
        """What guides answers, in [−1, 1]: where the handle was put, else what was learned beyond doubt."""
        if self._set or self.isSliderDown() or self._learned is None:
            return self.value() / STEPS
        return self._learned.used

    def show_weight(self, weight: LearnedWeight) -> None:
        """Show the setting and the learned value of ``weight``."""
        self._learned = weight
        if not self.isSliderDown():
            self._set = weight.setting is not None
            self.setValue(round((weight.setting or 0.0) * STEPS))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, uncertainty band, learned value and handle, in this order."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        self.paint_track(painter)
        middle = self.height() / 2
        painter.setPen(QPen(self.appearance.colour("outline"), 1))
        zero = round(self.x_of(0)) + 0.5
        painter.drawLine(QPointF(zero, middle - 5), QPointF(zero, middle + 5))
        if self._learned and self._learned.evidence:
            learned = self._learned
            places = (self.x_of(value * STEPS) for value in (learned.low, learned.mean, learned.high))
            paint_learned(painter, self.appearance, middle, *places)
        self.paint_handle(painter, self.sliderPosition(), hollow=not self._set)
        painter.end()

    def _on_moved(self) -> None:
        self._set = True
        self.update()


def paint_learned(
    painter: QPainter, appearance: Appearance, middle: float, low: float, mean: float, high: float
) -> None:
    """Draw a learned value at ``mean``, in pixels, within the band that says how sure it is."""
    height = appearance.px(_BAND)
    edge = appearance.colour("accent")
    edge.setAlphaF(0.55)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(appearance.colour("accent_soft"))
    painter.drawRoundedRect(QRectF(low, middle - height / 2, high - low, height), height / 2, height / 2)
    reach = height / 2 + 1
    painter.setPen(QPen(appearance.colour("accent"), 4, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(mean, middle - reach), QPointF(mean, middle + reach))


class SliderLegend(QWidget):
    """One line that says what on a slider means what."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._own = tr("your setting")
        self._learned = tr("learned, and how surely")
        self.setAccessibleName(
            tr(
                "On a slider, the handle is your setting, and the mark with a band what was learned, and how surely."
            )
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        return QSize(self._appearance.px(200), self._appearance.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both marks with their words."""
        del event
        px, middle = self._appearance.px, self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._appearance.font(CAPTION))
        metrics = painter.fontMetrics()
        radius = px(5)
        painter.setPen(QPen(self._appearance.colour("accent"), 2))
        painter.setBrush(self._appearance.colour("accent"))
        painter.drawEllipse(QPointF(radius + 1, middle), radius - 1, radius - 1)
        words = px(16)
        self._say(painter, words, self._own)
        left = words + metrics.horizontalAdvance(self._own) + px(14)
        paint_learned(painter, self._appearance, middle, left, left + px(10), left + px(22))
        self._say(painter, left + px(28), self._learned)
        painter.end()

    def _say(self, painter: QPainter, left: int, words: str) -> None:
        painter.setPen(self._appearance.colour("muted"))
        room = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)


class StrengthSlider(TrackSlider):
    """β in hundredths, from 0 to 2: filled from the left to the handle."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, 0, 2 * STEPS, tr("Strength of your preferences"))
        self.setSingleStep(10)
        self.setPageStep(50)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, filling and handle."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_track(painter)
        height = self.appearance.px(_TRACK)
        left, right = self.x_of(0), self.x_of(self.sliderPosition())
        painter.setBrush(self.appearance.colour("accent"))
        painter.drawRoundedRect(QRectF(left, self.height() / 2 - height / 2, right - left, height), 2, 2)
        self.paint_handle(painter, self.sliderPosition(), hollow=False)
        painter.end()

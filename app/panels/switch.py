"""An on/off switch: a check box in the shape of a sliding knob. Knows nothing of what it switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QCheckBox

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.render.appearance import Appearance


class Switch(QCheckBox):
    """Behaves as a check box towards keyboard and screen readers."""

    def __init__(self, appearance: Appearance, name: str, tip: str = "") -> None:
        super().__init__()
        self._appearance = appearance
        self.setAccessibleName(name)
        self.setToolTip(tip or name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Ask for the knob's way."""
        return QSize(self._appearance.px(38), self._appearance.px(24))

    def minimumSizeHint(self) -> QSize:
        """Never shrink."""
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        """Take a press anywhere on the switch."""
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove, the knob, and a ring while it has the focus."""
        del event
        colour, px = self._appearance.colour, self._appearance.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = QRectF(3, (self.height() - px(18)) / 2, px(32), px(18))
        on = self.isChecked()
        painter.setPen(QPen(colour("accent" if on else "outline"), 1.5))
        painter.setBrush(colour("accent" if on else "surface"))
        painter.drawRoundedRect(groove, groove.height() / 2, groove.height() / 2)
        reach = groove.height() / 2
        knob = QPointF(groove.right() - reach if on else groove.left() + reach, groove.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("on_accent" if on else "outline"))
        painter.drawEllipse(knob, reach - px(4), reach - px(4))
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = groove.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.end()

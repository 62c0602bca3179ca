"""A weight on its track, to be looked at: what was learned and how surely, or what is liked here beside everywhere.

It glides where things may move, so that one sees a weight give way. It knows numbers and words, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.weight_slider import paint_learned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from app.render.appearance import Appearance

GLIDE_MS: Final = 600


class WeightBand(QWidget):
    """From −1 to 1. ``name`` is what a screen reader says before the words of what is shown."""

    def __init__(self, appearance: Appearance, name: str) -> None:
        super().__init__()
        self._appearance = appearance
        self._name = name
        self._now: tuple[float, ...] = ()
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._from: tuple[float, ...] = ()
        self._to: tuple[float, ...] = ()
        self._glide.valueChanged.connect(self._on_glide)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        appearance.changed.connect(self.update)

    @property
    def shown(self) -> tuple[float, ...]:
        """What is or will be shown."""
        return self._to

    def show_learned(self, low: float, mean: float, high: float, words: str) -> None:
        """Show a learned value within its band."""
        self._go((low, mean, high), words)

    def show_here(self, here: float, everywhere: float, words: str) -> None:
        """Show what is liked here, filled, beside what is liked everywhere, hollow."""
        self._go((here, everywhere), words)

    def sizeHint(self) -> QSize:
        """Ask for the band's height."""
        return QSize(self._appearance.px(160), self._appearance.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track and what lies on it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, colour = self.height() / 2, self._appearance.colour
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("border"))
        thick = self._appearance.px(4)
        painter.drawRoundedRect(
            QRectF(self._x(-1), middle - thick / 2, self._x(1) - self._x(-1), thick), 2, 2
        )
        painter.setPen(QPen(colour("outline"), 1))
        painter.drawLine(QPointF(self._x(0), middle - 5), QPointF(self._x(0), middle + 5))
        places = [self._x(value) for value in self._now]
        if len(places) == 3:
            paint_learned(painter, self._appearance, middle, *places)
        elif len(places) == 2:
            radius = self._appearance.px(5)
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawLine(QPointF(places[1], middle), QPointF(places[0], middle))
            for place, ground in ((places[1], "surface"), (places[0], "accent")):
                painter.setBrush(colour(ground))
                painter.drawEllipse(QPointF(place, middle), radius, radius)
        painter.end()

    def _x(self, value: float) -> float:
        margin = self._appearance.px(8)
        return margin + (value + 1) / 2 * (self.width() - 2 * margin)

    def _go(self, to: tuple[float, ...], words: str) -> None:
        self.setAccessibleName(f"{self._name}: {words}")
        self._glide.stop()
        self._from, self._to = self._now, to
        if self._appearance.moves and self.isVisible() and len(self._from) == len(to) and self._from != to:
            self._glide.start()
        else:
            self._on_glide(1.0)

    def _on_glide(self, share: float) -> None:
        before: Sequence[float] = self._from if len(self._from) == len(self._to) else self._to
        self._now = tuple(a + share * (b - a) for a, b in zip(before, self._to, strict=True))
        self.update()

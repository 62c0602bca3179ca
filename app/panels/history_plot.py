"""One curve over the number of ratings, drawn by pyqtgraph: themed, clickable, and walked by the arrow keys.

Imported only when there is something to draw: the library takes a while to load. It knows numbers, not what they mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal

from app.render.theme import CAPTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

    from app.render.appearance import Appearance


class HistoryPlot(pg.PlotWidget):  # type: ignore[misc]  # the library has no types
    """``chosen`` tells the place of a point that was clicked, or entered by keyboard; ``moved`` of one looked at."""

    chosen = Signal(int)
    moved = Signal(int)

    def __init__(self, appearance: Appearance, name: str, ticks: Sequence[tuple[float, str]]) -> None:
        super().__init__()
        self._appearance = appearance
        self.at = 0
        self._x, self._y = np.zeros(0), np.zeros(0)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(appearance.px(170))
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.getAxis("left").setTicks([list(ticks)])
        low, high = ticks[0][0], ticks[-1][0]
        plot.setYRange(low, high, padding=0.06)
        self._low = plot.plot()
        self._high = plot.plot()
        self._band = pg.FillBetweenItem(self._low, self._high)
        plot.addItem(self._band)
        self._beside = plot.plot()
        self._line = plot.plot()
        self._mark = pg.ScatterPlotItem()
        plot.addItem(self._mark)
        appearance.changed.connect(self._draw)
        self._draw()

    def show_curve(
        self,
        x: Sequence[float],
        y: Sequence[float],
        *,
        band: tuple[Sequence[float], Sequence[float]] | None = None,
        beside: Sequence[float] | None = None,
    ) -> None:
        """Show ``y`` over ``x``, with the band it lies in, or another curve beside it, dashed."""
        self._x, self._y = np.array(x, dtype=float), np.array(y, dtype=float)
        low, high = band or (y, y)
        self._low.setData(self._x, np.array(low, dtype=float))
        self._high.setData(self._x, np.array(high, dtype=float))
        self._band.setVisible(band is not None)
        self._beside.setData(self._x, np.array(y if beside is None else beside, dtype=float))
        self._beside.setVisible(beside is not None)
        self.getPlotItem().setXRange(0, float(self._x[-1]) if len(self._x) else 1.0, padding=0.04)
        self.at = max(len(self._x) - 1, 0)
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the curve, and choose the point that is marked."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Home: -len(self._x),
            Qt.Key.Key_End: len(self._x),
        }
        if event.key() in steps:
            self._look_at(self.at + steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and len(self._x):
            self.chosen.emit(self.at)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point nearest to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and len(self._x):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._look_at(self._nearest(event.position().x()))
            self.chosen.emit(self.at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the point nearest to the pointer."""
        if len(self._x):
            self._look_at(self._nearest(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing is dragged here."""
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self._draw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard left."""
        super().focusOutEvent(event)
        self._draw()

    def wheelEvent(self, event: QEvent) -> None:
        """Scroll the page instead."""
        event.ignore()

    def place_of(self, index: int) -> float:
        """Return where a point lies, in pixels from the left."""
        view = self.getPlotItem().vb
        scene = view.mapViewToScene(pg.Point(self._x[index], self._y[index]))
        return float(self.mapFromScene(scene).x())

    def _nearest(self, x: float) -> int:
        return min(range(len(self._x)), key=lambda index: abs(self.place_of(index) - x))

    def _look_at(self, index: int) -> None:
        self.at = min(max(index, 0), max(len(self._x) - 1, 0))
        self._draw()
        self.moved.emit(self.at)

    def _draw(self) -> None:
        colour, px = self._appearance.colour, self._appearance.px
        self.setBackground(colour("surface"))
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(colour("border")))
            axis.setTextPen(pg.mkPen(colour("muted")))
            axis.setStyle(tickFont=self._appearance.font(CAPTION), tickLength=0)
        nothing = pg.mkPen(None)
        self._low.setPen(nothing)
        self._high.setPen(nothing)
        self._band.setBrush(pg.mkBrush(colour("accent_soft")))
        self._beside.setPen(pg.mkPen(colour("outline"), width=px(1.5), style=Qt.PenStyle.DashLine))
        self._line.setData(
            self._x,
            self._y,
            pen=pg.mkPen(colour("accent"), width=px(2)),
            symbol="o",
            symbolSize=px(6),
            symbolPen=pg.mkPen(colour("accent")),
            symbolBrush=pg.mkBrush(colour("accent")),
        )
        marked = [self.at] if len(self._x) else []
        self._mark.setData(
            self._x[marked],
            self._y[marked],
            size=px(13),
            pen=pg.mkPen(colour("accent" if self.hasFocus() else "outline"), width=px(2)),
            brush=pg.mkBrush(colour("surface")),
        )

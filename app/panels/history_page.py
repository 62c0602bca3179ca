"""How learning went: how many ratings Attune would have foreseen, and each weight as it was at the time.

The curves are drawn by ``history_plot``, which is imported when there is something to draw; the same stands in a table.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import Choice, FoldButton, label, scrolled
from app.dates import day
from app.language import plural, told, tr
from app.liking import ratings
from app.render.announce import announce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.insight import History
    from app.panels.history_plot import HistoryPlot
    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.looking_back import Point

# With fewer ratings a curve would show chance.
FEWEST_RATINGS: Final = 5


class HistoryPage(QWidget):
    """Filled by ``show_history``; until then it says that it looks."""

    evidence_requested = Signal(int)  # a point's place

    def __init__(
        self,
        principles: Callable[[], Mapping[str, Principle]],
        appearance: Appearance,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._principles, self._appearance, self._now = principles, appearance, now
        self.history: History | None = None
        self.curve: HistoryPlot | None = None
        self.weights: HistoryPlot | None = None
        self.words = label(tr("Looking…"), "smalltext", wrap=True)
        self.point = label("", "caption", wrap=True)
        self.weight_point = label("", "caption", wrap=True)
        self.choice = Choice(tr("Preference whose weight is shown"))
        self.fold = FoldButton(appearance)
        self.fold.say(tr("As a table"))
        self.table = QTableWidget(0, 5)
        self._poles = (label("", "caption"), label("", "caption"))
        self._drawn = QWidget()
        self._lay_out()
        self._drawn.hide()
        self.choice.currentIndexChanged.connect(lambda _: self._show_weight())
        self.fold.toggled.connect(self.table.setVisible)
        self.table.cellActivated.connect(lambda row, _: self.evidence_requested.emit(row))
        self.table.cellClicked.connect(lambda row, _: self.evidence_requested.emit(row))

    def show_history(self, history: History) -> None:
        """Show how learning went, or that there is too little to show."""
        self.history = history
        enough = bool(history.points) and history.points[-1].ratings >= FEWEST_RATINGS
        self.words.setText(
            foreseen_words(history.points[-1])
            if enough
            else plural(
                "From 1 rating nothing can be drawn yet. From five on, this shows how well Attune foresees them.",
                "From {n} ratings nothing can be drawn yet. From five on, this shows how well Attune foresees them.",
                history.points[-1].ratings if history.points else 0,
            )
        )
        self._drawn.setVisible(enough)
        if enough:
            self._draw(history)

    def _draw(self, history: History) -> None:
        if self.curve is None or self.weights is None:
            from app.panels.history_plot import HistoryPlot

            percent = [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
            self.curve = HistoryPlot(self._appearance, tr("Share of ratings that were foreseen"), percent)
            self.weights = HistoryPlot(
                self._appearance, tr("The weight over time"), [(-1.0, "−1"), (0.0, "0"), (1.0, "1")]
            )
            self._curve_place.addWidget(self.curve)
            self._weights_place.addWidget(self.weights)
            for plot in (self.curve, self.weights):
                plot.chosen.connect(self.evidence_requested)
                plot.moved.connect(lambda index, plot=plot: self._tell(plot, index))
        points = history.points
        self.curve.show_curve(
            [p.ratings for p in points], [p.foreseen for p in points], beside=[p.usual for p in points]
        )
        shown = self.choice.currentData()
        known = [name for name in history.names if name in self._principles()]
        self.choice.blockSignals(True)
        self.choice.clear()
        for name in known:
            principle = self._principles()[name]
            ends = f"{told(principle.negative.label)} – {told(principle.positive.label)}"
            self.choice.addItem(ends, name)
        strongest = max(known, key=lambda name: abs(points[-1].mean[history.names.index(name)]), default="")
        self.choice.setCurrentIndex(self.choice.findData(shown if shown in known else strongest))
        self.choice.blockSignals(False)
        self._show_weight()
        self._tell(self.curve, self.curve.at, aloud=False)

    def _show_weight(self) -> None:
        column = self._column()
        if self.weights is None or self.history is None or column is None:
            return
        points, principle = self.history.points, self._principles()[self.history.names[column]]
        for place, arrow, pole in zip(
            self._poles, "↓↑", (principle.negative, principle.positive), strict=True
        ):
            place.setText(f"{arrow} {told(pole.label)}")
        self.weights.show_curve(
            [p.ratings for p in points],
            [p.mean[column] for p in points],
            band=([p.low[column] for p in points], [p.high[column] for p in points]),
        )
        self._fill_table(self.history, column)
        self._tell(self.weights, self.weights.at, aloud=False)

    def _column(self) -> int | None:
        name = self.choice.currentData()
        return self.history.names.index(name) if self.history and name in self.history.names else None

    def _tell(self, plot: HistoryPlot, index: int, *, aloud: bool = True) -> None:
        assert self.history is not None
        point, column = self.history.points[index], self._column()
        words = f"{ratings(point.ratings)}, {self._day(point)}: "
        if plot is self.curve:
            words += tr("{share} foreseen", share=_percent(point.foreseen))
            self.point.setText(words)
        elif column is not None:
            words += self._leaning(point, column)
            self.weight_point.setText(words)
        plot.setAccessibleDescription(words)
        if aloud and plot.hasFocus():
            announce(plot, words)

    def _leaning(self, point: Point, column: int) -> str:
        assert self.history is not None
        principle = self._principles()[self.history.names[column]]
        pole = told(principle.pole(float(point.mean[column])).label.lower())
        if point.low[column] <= 0 <= point.high[column]:
            return tr("perhaps {label}", label=pole)
        return tr("leans {label}", label=pole)

    def _day(self, point: Point) -> str:
        return day(datetime.fromtimestamp(point.time, UTC), self._now())

    def _fill_table(self, history: History, column: int) -> None:
        self.table.setRowCount(len(history.points))
        for row, point in enumerate(history.points):
            cells = (
                str(point.ratings),
                self._day(point),
                _percent(point.foreseen),
                _percent(point.usual),
                self._leaning(point, column),
            )
            for place, text in enumerate(cells):
                self.table.setItem(row, place, QTableWidgetItem(text))

    def _lay_out(self) -> None:
        px = self._appearance.px
        content = QWidget()
        content.setProperty("look", "canvas")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(12), px(16), px(16))
        column.setSpacing(px(8))
        column.addWidget(self.words)
        inside = QVBoxLayout(self._drawn)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(px(6))
        self._curve_place, self._weights_place = (QVBoxLayout() for _ in range(2))
        inside.addWidget(label(tr("Foreseen ratings"), "section"))
        inside.addWidget(
            label(
                tr(
                    "Each rating, foreseen from those before it. Dashed: always guessing your more usual thumb."
                ),
                "caption",
                wrap=True,
            )
        )
        for title, place, below in (
            ("", self._curve_place, self.point),
            (tr("The weight over time"), self._weights_place, self.weight_point),
        ):
            card = QFrame()
            card.setProperty("look", "card")
            framed = QVBoxLayout(card)
            framed.setContentsMargins(px(6), px(8), px(8), px(6))
            framed.addLayout(place)
            framed.addWidget(below)
            if title:
                framed.insertWidget(0, self._poles[1])
                framed.insertWidget(2, self._poles[0])
                inside.addSpacing(px(8))
                inside.addWidget(label(title, "section"))
                inside.addWidget(self.choice)
            inside.addWidget(card)
        inside.addWidget(
            label(
                tr(
                    "What your ratings alone said at the time, without your sliders. Choose a point, or walk there "
                    "with the arrow keys and press Enter, to see its ratings."
                ),
                "caption",
                wrap=True,
            )
        )
        inside.addWidget(self.fold)
        inside.addWidget(self.table)
        column.addWidget(self._drawn)
        column.addStretch(1)
        self.table.setHorizontalHeaderLabels(
            [tr("Ratings"), tr("Until"), tr("Foreseen"), tr("Usual guess"), tr("Weight")]
        )
        self.table.setAccessibleName(tr("How learning went"))
        self.table.verticalHeader().hide()
        if corner := self.table.findChild(QAbstractButton):
            corner.setAccessibleName(tr("Whole table"))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setMinimumHeight(px(220))
        self.table.hide()
        area = scrolled(content, tr("History"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)


def foreseen_words(point: Point) -> str:
    """Say in a sentence what the curve comes to."""
    return tr(
        "Of your last {count} ratings, Attune would have foreseen {foreseen}; always guessing your more usual thumb "
        "would have got {usual}.",
        count=point.averaged,
        foreseen=round(point.foreseen * point.averaged),
        usual=round(point.usual * point.averaged),
    )


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")

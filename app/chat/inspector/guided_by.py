"""What guided a reply: strength, weights and where each came from, what was said with the question, and what wrote it.

Shows what was kept with the reply, as it was then. Emits what was asked to see; opens nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import number, told, tr
from app.origin import weight_origins
from app.origin_words import made_with, origin_line, strength_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent

    from app.answers import Turn
    from app.origin import WeightOrigin
    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.records import ReplyTrace


class GuidedBy(QScrollArea):
    """One page of sections, each there only where it has something to say."""

    evidence_requested = Signal(str)
    statements_requested = Signal()

    def __init__(self, turn: Turn, principles: Mapping[str, Principle], appearance: Appearance) -> None:
        super().__init__()
        self._principles, self._appearance = principles, appearance
        canvas = QWidget()
        canvas.setProperty("look", "canvas")
        self._column = QVBoxLayout(canvas)
        self._column.setContentsMargins(0, 0, appearance.px(12), 0)
        self._column.setSpacing(appearance.px(6))
        if turn.trace:
            self._fill(turn, turn.trace)
        self._column.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("What guided it"))
        self.setWidget(canvas)

    def _fill(self, turn: Turn, trace: ReplyTrace) -> None:
        self._section(tr("How strongly"))
        self._line(strength_line(trace))
        self._section(tr("Your preferences"))
        origins = [origin for origin in weight_origins(trace) if origin.name in self._principles]
        for origin in origins:
            self._weight(origin, trace.origin.get("evidence", 0))
        if not origins:
            self._line(tr("No preference guided this answer."))
        if trace.earlier:
            self._line(tr("This answer was continued; these guided its last part."), "small")
        if trace.instructions:
            self._section(tr("Said after your question, for this answer only"))
            for instruction in trace.instructions:
                self._line(tr("“{text}”", text=instruction))
        if turn.statements:
            self._section(tr("What you had told Attune"))
            for statement in turn.statements:
                self._line(tr("“{text}”", text=statement.text))
            change = button(tr("Change what Attune remembers"), "link")
            change.clicked.connect(self.statements_requested)
            self._column.addWidget(change)
        if trace.persona and trace.system:
            self._section(tr("Persona “{name}”", name=trace.persona))
            self._line(trace.system)
        self._section(tr("Written by"))
        self._line(made_with(trace))

    def _weight(self, origin: WeightOrigin, evidence: int) -> None:
        px = self._appearance.px
        principle = self._principles[origin.name]
        pole = told(principle.pole(origin.weight).label)
        card = QFrame()
        card.setProperty("look", "card")
        name = label(pole, "strong")
        bar = _WeightBar(origin.weight, self._appearance)
        bar.setAccessibleName(tr("{pole}: {weight}", pole=pole, weight=number(abs(origin.weight), 2)))
        figure = label(number(abs(origin.weight), 2), "small")
        source = label(origin_line(origin, evidence), "small", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(px(12))
        top.addWidget(name, 1)
        top.addWidget(bar)
        top.addWidget(figure)
        under = QHBoxLayout()
        under.addWidget(source, 1)
        if evidence and origin.source != "asked":
            show = button(
                tr("Show the ratings"), "link", name=tr("Show the ratings behind “{pole}”", pole=pole)
            )
            show.clicked.connect(lambda: self.evidence_requested.emit(origin.name))
            under.addWidget(show)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(px(12), px(8), px(12), px(8))
        inside.setSpacing(px(2))
        inside.addLayout(top)
        inside.addLayout(under)
        self._column.addWidget(card)

    def _section(self, text: str) -> None:
        self._column.addSpacing(self._appearance.px(8))
        self._column.addWidget(label(text, "section"))

    def _line(self, text: str, look: str = "smalltext") -> None:
        made = label(text, look, wrap=True)
        made.setAccessibleName(text)
        self._column.addWidget(made)


class _WeightBar(QWidget):
    """A weight's size, 0 … 1, as a bar."""

    def __init__(self, weight: float, appearance: Appearance) -> None:
        super().__init__()
        self._weight, self._appearance = abs(weight), appearance
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Be as wide as a short word."""
        return QSize(self._appearance.px(120), self._appearance.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._appearance.colour("border"))
        painter.drawRect(self.rect())
        painter.setBrush(self._appearance.colour("accent"))
        painter.drawRect(QRect(0, 0, round(self.width() * min(self._weight, 1.0)), self.height()))
        painter.end()

"""What one token was chosen from, and what moved it: candidates before and after, and each preference's push.

Paints what the trace says; every painted list says the same in its accessible name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.chat.controls import label
from app.chat.inspector.figures import Push, percent, push_words, pushes, signed, visible
from app.language import told, tr
from app.render.theme import CAPTION, SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from app.explaining import SaidToken
    from app.render.appearance import Appearance
    from engine.principles import Principle
    from engine.protocol import TokenTrace

_ROW, _PUSH_ROW = 36, 34


class CandidateList(QWidget):
    """The base model's candidates, each with its probability before and after. One can be chosen: arrow keys, click."""

    chosen = Signal(int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._trace: TokenTrace | None = None
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_candidates(self, trace: TokenTrace) -> None:
        """Show what a token was drawn from; the drawn one is chosen."""
        self._trace, self.current = trace, trace.chosen
        self.setAccessibleName(tr("What the model could have said"))
        self.setAccessibleDescription("; ".join(self.row(i) for i in range(len(trace.ids))))
        self.updateGeometry()
        self.update()

    def row(self, index: int) -> str:
        """Return a candidate in words."""
        trace = self._trace
        assert trace is not None
        words = tr(
            "“{word}”: {before} before, {after} after",
            word=visible(trace.texts[index]),
            before=percent(trace.base[index]),
            after=percent(trace.guided[index]),
        )
        return ", ".join([words, *self._marks(index)])

    def sizeHint(self) -> QSize:
        """Ask for a row each."""
        rows = len(self._trace.ids) if self._trace else 0
        return QSize(self._appearance.px(260), rows * self._appearance.px(_ROW))

    def minimumSizeHint(self) -> QSize:
        """Never cut a row."""
        return QSize(0, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the next or the previous one."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or self._trace is None:
            super().keyPressEvent(event)
        else:
            self._choose(min(max(self.current + step, 0), len(self._trace.ids) - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the one under the pointer."""
        index = int(event.position().y()) // self._appearance.px(_ROW)
        if self._trace and 0 <= index < len(self._trace.ids):
            self._choose(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each candidate: its word, what it is, a bar before and a bar after."""
        del event
        trace = self._trace
        if trace is None:
            return
        px, colour = self._appearance.px, self._appearance.colour
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(len(trace.ids)):
            area = QRect(0, index * px(_ROW), self.width(), px(_ROW) - px(2))
            if index == self.current:
                painter.setPen(colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(colour("hover"))
                painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), px(6), px(6))
            inside = area.adjusted(px(8), px(3), -px(8), -px(3))
            top = QRect(inside.left(), inside.top(), inside.width(), px(17))
            painter.setFont(self._appearance.font(SMALL, bold=index == trace.chosen))
            painter.setPen(colour("text"))
            word = visible(trace.texts[index])
            painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word)
            used = painter.fontMetrics().horizontalAdvance(word) + px(8)
            painter.setFont(self._appearance.font(CAPTION))
            figures = f"{percent(trace.base[index])} → {percent(trace.guided[index])}"
            painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figures)
            room = top.adjusted(used, 0, -painter.fontMetrics().horizontalAdvance(figures) - px(8), 0)
            painter.setPen(colour("muted"))
            marks = painter.fontMetrics().elidedText(
                ", ".join(self._marks(index)), Qt.TextElideMode.ElideRight, max(room.width(), 0)
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, marks)
            painter.setPen(Qt.PenStyle.NoPen)
            for line, (share, role) in enumerate(
                ((trace.base[index], "outline"), (trace.guided[index], "accent"))
            ):
                bar = QRect(inside.left(), top.bottom() + px(2) + line * px(5), inside.width(), px(4))
                painter.setBrush(colour("border"))
                painter.drawRoundedRect(bar, px(2), px(2))
                bar.setWidth(max(round(bar.width() * share), px(2) if share else 0))
                painter.setBrush(colour(role))
                painter.drawRoundedRect(bar, px(2), px(2))
        painter.end()

    def _marks(self, index: int) -> list[str]:
        trace = self._trace
        assert trace is not None
        found = []
        if index == trace.chosen:
            found.append(tr("drawn"))
        if index == trace.unguided and trace.unguided != trace.chosen:
            found.append(tr("drawn if unguided"))
        if trace.capped[index]:
            found.append(tr("held back as harmful"))
        return found

    def _choose(self, index: int) -> None:
        self.current = index
        self.update()
        self.chosen.emit(index)


class PushList(QWidget):
    """Each preference's push for or against a candidate, as a bar from the middle, and their sum."""

    def __init__(self, principles: Mapping[str, Principle], appearance: Appearance) -> None:
        super().__init__()
        self._principles, self._appearance = principles, appearance
        self.rows: list[tuple[str, str, float]] = []
        """What is shown: whose push, in words, and in nats; the last is the sum."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pushes(self, found: tuple[Push, ...], weights: Mapping[str, float]) -> None:
        """Show pushes; the sign of ``weights`` says toward which pole each preference pushes."""
        self.rows = [(self._pole(p.name, weights[p.name]), push_words(p.nats), p.nats) for p in found]
        if self.rows:
            total = sum(push.nats for push in found)
            self.rows.append((tr("Together"), push_words(total), total))
        self.setAccessibleName("; ".join(f"{who}: {words}, {signed(nats)}" for who, words, nats in self.rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a row each."""
        return QSize(self._appearance.px(260), len(self.rows) * self._appearance.px(_PUSH_ROW))

    def minimumSizeHint(self) -> QSize:
        """Never cut a row."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each push."""
        del event
        px, colour = self._appearance.px, self._appearance.colour
        most = max([abs(nats) for _, _, nats in self.rows] + [1.0])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, (who, words, nats) in enumerate(self.rows):
            last = index == len(self.rows) - 1
            area = QRect(px(8), index * px(_PUSH_ROW), self.width() - px(16), px(_PUSH_ROW))
            top = QRect(area.left(), area.top() + px(3), area.width(), px(17))
            painter.setFont(self._appearance.font(SMALL, bold=last))
            painter.setPen(colour("text"))
            painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, who)
            painter.setFont(self._appearance.font(CAPTION))
            painter.setPen(colour("muted"))
            figures = f"{words}  {signed(nats)}"
            painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figures)
            middle = area.left() + area.width() // 2
            line = top.bottom() + px(4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("border"))
            painter.drawRoundedRect(QRect(area.left(), line, area.width(), px(5)), px(2), px(2))
            long = max(round(area.width() / 2 * min(abs(nats) / most, 1.0)), 1)
            painter.setBrush(colour("accent" if nats >= 0 else "outline"))
            painter.drawRect(QRect(middle if nats >= 0 else middle - long, line, long, px(5)))
            painter.setBrush(colour("text"))
            painter.drawRect(QRect(middle, line - px(2), 1, px(9)))
        painter.end()

    def _pole(self, name: str, weight: float) -> str:
        principle = self._principles.get(name)
        if principle is None:
            return name
        return tr("Toward {pole}", pole=told(principle.pole(weight).label.lower()))


class TokenDetail(QScrollArea):
    """All about one token."""

    def __init__(self, principles: Mapping[str, Principle], appearance: Appearance) -> None:
        super().__init__()
        px = appearance.px
        self._token: SaidToken | None = None
        self.word = label("", "strong", wrap=True)
        self.said = label("", "small", wrap=True)
        self.candidates = CandidateList(appearance)
        self.why = label("", "section", wrap=True)
        self.pushes = PushList(principles, appearance)
        self.cap = label(
            tr(
                "“Harmless and honest” stands above taste: it kept your preferences from making this likelier."
            ),
            "small",
            wrap=True,
        )
        canvas = QWidget()
        canvas.setProperty("look", "canvas")
        layout = QVBoxLayout(canvas)
        layout.setContentsMargins(0, 0, px(8), 0)
        layout.setSpacing(px(6))
        layout.addWidget(self.word)
        layout.addWidget(self.said)
        layout.addSpacing(px(4))
        layout.addWidget(label(tr("What the model could have said, before and after"), "section", wrap=True))
        layout.addWidget(self.candidates)
        layout.addSpacing(px(4))
        layout.addWidget(self.why)
        layout.addWidget(self.pushes)
        layout.addWidget(self.cap)
        layout.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("About this word"))
        self.setWidget(canvas)
        self.candidates.chosen.connect(self._explain)

    def show_token(self, token: SaidToken) -> None:
        """Show one token."""
        self._token = token
        trace = token.trace
        self.word.setText(tr("“{text}”", text=visible(token.text)))
        for part in (self.candidates, self.why, self.pushes):
            part.setVisible(trace is not None)
        if trace is None:
            self.said.setText(tr("Said before Attune ended unexpectedly: its numbers were not kept."))
            self.cap.hide()
            return
        if trace.chosen == trace.unguided:
            self.said.setText(tr("Unguided, the same would have been drawn."))
        else:
            self.said.setText(
                tr(
                    "Changed by your preferences. Unguided, the same draw would have given “{word}”.",
                    word=visible(trace.texts[trace.unguided]),
                )
            )
        self.candidates.show_candidates(trace)
        self._explain(trace.chosen)

    def _explain(self, index: int) -> None:
        token = self._token
        if token is None or token.trace is None:
            return
        found = pushes(token, index)
        word = visible(token.trace.texts[index])
        self.why.setText(
            tr("What pushed “{word}”, in nats", word=word)
            if found
            else tr("No preference acted on single words here.")
        )
        self.pushes.show_pushes(found, dict(token.used))
        self.cap.setVisible(token.trace.capped[index])

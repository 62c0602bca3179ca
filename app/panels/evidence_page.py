"""The ratings behind a weight, a situation or a stretch of time: what each did, where it was given, and taking it back.

Shows what it is given and emits wishes; knows neither the assistant nor the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.chat.controls import IconButton, button, label, scrolled
from app.dates import day
from app.language import mark, plural, told, tr
from app.panels.weight_band import WeightBand
from app.wording import REASON_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.insight import Behind, Evidence
    from app.render.appearance import Appearance
    from engine.principles import Principle

# How far a rating moved a weight, in words: from so much on.
_SIZES: Final = (
    (0.15, mark("Moved it a lot toward {pole}")),
    (0.05, mark("Moved it clearly toward {pole}")),
    (0.01, mark("Moved it a little toward {pole}")),
)
_SAID: Final = {
    "up": mark("You liked this answer"),
    "down": mark("You did not like this answer"),
    "preferred": mark("You preferred this answer"),
    "edited": mark("You rewrote the answer like this"),
}
_LONGEST: Final = 120


class EvidenceRow(QFrame):
    """One rating."""

    open_requested = Signal(str, str)
    remove_requested = Signal(str)

    def __init__(
        self, evidence: Evidence, principle: Principle | None, appearance: Appearance, now: datetime
    ) -> None:
        super().__init__()
        self.evidence = evidence
        self.setProperty("look", "card")
        reply, px = evidence.reply, appearance.px
        question = _short(reply.question) or tr("(no question)")
        reasons = [tr(REASON_WORDS[reason]) for reason in reply.reasons if reason in REASON_WORDS]
        self.said = label(
            " · ".join((tr(_SAID[reply.said]), *reasons, day(reply.created_at, now))), "caption", wrap=True
        )
        self.question = label(question, "smallbold", wrap=True)
        self.reply = label(_short(reply.reply), "small", wrap=True)
        self.effect = label(effect(evidence.shift, principle), "accent", wrap=True)
        self.effect.setVisible(bool(self.effect.text()))
        self.open = button(
            tr("Open"), "link", name=tr("Open the conversation at: {question}", question=question)
        )
        self.remove = button(tr("Take back"), "link", name=tr("Take back: {question}", question=question))
        self._icon, self._appearance = QLabel(), appearance
        self._draw()
        appearance.changed.connect(self._draw)
        head = QHBoxLayout()
        head.setSpacing(px(6))
        head.addWidget(self._icon)
        head.addWidget(self.said, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.open)
        foot.addWidget(self.remove)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(8), px(12), px(6))
        layout.setSpacing(px(4))
        layout.addLayout(head)
        for widget in (self.question, self.reply, self.effect):
            layout.addWidget(widget)
        layout.addLayout(foot)
        self.open.clicked.connect(lambda: self.open_requested.emit(reply.conversation_id, reply.message_id))
        self.remove.clicked.connect(lambda: self.remove_requested.emit(reply.source_id))

    def _draw(self) -> None:
        # A method, for Qt lets go of those of a row that is gone; a function would be called on.
        name = {"up": "thumb-up", "down": "thumb-down"}.get(self.evidence.reply.said, "check")
        self._icon.setPixmap(self._appearance.pixmap(name, "muted", 14, self._icon.devicePixelRatioF()))


class EvidencePage(QWidget):
    """``show_behind`` fills it; ``begin`` says what it is going to be about."""

    back_requested = Signal()
    more_requested = Signal()
    open_requested = Signal(str, str)
    remove_requested = Signal(str)

    def __init__(self, appearance: Appearance, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._appearance, self._now = appearance, now
        self.principle: Principle | None = None
        self.rows: list[EvidenceRow] = []
        self.back = IconButton(appearance, "left", tr("Back"))
        self.title = label("", "title", wrap=True)
        self.band = WeightBand(appearance, tr("What was learned"))
        self.words = label("", "smalltext", wrap=True)
        self.note = label("", "small", wrap=True)
        self.more = button("", name=tr("Show more ratings"))
        self._poles = (label("", "caption"), label("", "caption"))
        self._track = QWidget()
        self._lay_out()
        self.back.clicked.connect(self.back_requested)
        self.more.clicked.connect(self.more_requested)

    def begin(self, title: str, principle: Principle | None) -> None:
        """Say what follows: the ratings behind ``principle``, or others called ``title``."""
        self.principle = principle
        self.title.setText(title)
        self._track.setVisible(principle is not None)
        if principle:
            for place, pole in zip(self._poles, (principle.negative, principle.positive), strict=True):
                place.setText(told(pole.label))
        self._clear()
        self.more.hide()
        self.words.setText("")
        self.note.setText(tr("Looking…"))

    def show_behind(self, behind: Behind, words: str) -> None:
        """Show the ratings; ``words`` say in a sentence what they come to."""
        focused = self.window().focusWidget()
        focus = next((i for i, row in enumerate(self.rows) if focused and row.isAncestorOf(focused)), None)
        self._clear()
        now = self._now()
        for evidence in behind.evidence:
            row = EvidenceRow(evidence, self.principle, self._appearance, now)
            row.open_requested.connect(self.open_requested)
            row.remove_requested.connect(self.remove_requested)
            self._list.addWidget(row)
            self.rows.append(row)
        if behind.weight:
            self.band.show_learned(behind.weight.low, behind.weight.mean, behind.weight.high, words)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.note.setText(
            ""
            if self.rows
            else tr("No rating stands behind this. Rate answers with the thumbs, and they show up here.")
        )
        self.note.setVisible(not self.rows)
        self.more.setText(plural("1 more", "{n} more", behind.more))
        self.more.setVisible(behind.more > 0)
        if focus is not None:  # the row that was taken back had the keyboard
            target = self.rows[min(focus, len(self.rows) - 1)].remove if self.rows else self.back
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        px = self._appearance.px
        head = QHBoxLayout()
        head.setContentsMargins(px(8), px(12), px(16), px(4))
        head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        content = QWidget()
        content.setProperty("look", "canvas")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(8), px(16), px(16))
        column.setSpacing(px(8))
        track = QVBoxLayout(self._track)
        track.setContentsMargins(0, 0, 0, 0)
        track.setSpacing(0)
        poles = QHBoxLayout()
        poles.addWidget(self._poles[0])
        poles.addStretch(1)
        poles.addWidget(self._poles[1])
        track.addLayout(poles)
        track.addWidget(self.band)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(8))
        for widget in (self._track, self.words, self.note):
            column.addWidget(widget)
        column.addLayout(self._list)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = scrolled(content, tr("Ratings"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(area, 1)

    def _clear(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows.clear()


def effect(shift: float | None, principle: Principle | None) -> str:
    """Say how far and which way a rating moved a weight; nothing where it is about none."""
    if shift is None or principle is None:
        return ""
    pole = told(principle.pole(shift).label.lower())
    words = next((words for size, words in _SIZES if abs(shift) >= size), "")
    return tr(words, pole=pole) if words else tr("Hardly moved it")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]}…"

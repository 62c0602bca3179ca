"""*Why this answer?* of one reply: word by word, what guided it, and the same answer without the user.

It lies beside the chat. Emits what it needs to be made; shows what it is given, or why there is nothing to show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import button, label
from app.chat.inspector.figures import LEVELS, changed, percent
from app.chat.inspector.guided_by import GuidedBy
from app.chat.inspector.side_by_side import SideBySide
from app.chat.inspector.token_detail import TokenDetail
from app.chat.inspector.token_view import TokenView
from app.explaining import guided
from app.language import plural, tr
from app.render.announce import announce

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.answers import Turn
    from app.explaining import CantTell, Explained
    from app.render.appearance import Appearance
    from engine.principles import Principle

WORDS, GUIDED, WITHOUT = range(3)
_STEPS: Final = 1000


class WhyDialog(QDialog):
    """Explains one reply, ``turn``."""

    evidence_requested = Signal(str)
    statements_requested = Signal()
    without_requested = Signal()
    stop_requested = Signal()

    def __init__(
        self,
        turn: Turn,
        question: str,
        principles: Mapping[str, Principle],
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Why this answer?"))
        self.turn, self._appearance = turn, appearance
        self._question = question
        self.summary = label("", "smalltext", wrap=True)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Pages of the explanation"))
        for name in (tr("Word by word"), tr("What guided it"), tr("Without you")):
            self.tabs.addTab(name)
        self.pages = QStackedWidget()
        self.progress = QProgressBar()
        self.progress.setRange(0, _STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress"))
        self.working = label(tr("Drawing each word once more, from the same random numbers…"), "small")
        self.trouble, self.next_step = label("", "smalltext", wrap=True), label("", "small", wrap=True)
        self.tokens = TokenView(appearance)
        self.detail = TokenDetail(principles, appearance)
        self.guided_by = GuidedBy(turn, principles, appearance)
        self.both = SideBySide(appearance, "after")
        self.write = button(tr("Write the same answer without me"), "primary")
        self.stop = button(tr("Stop"))
        self.without_note = label("", "small", wrap=True)
        self.close_button = button(tr("Close"))
        self._lay_out()
        self.tokens.entered.connect(self._on_token)
        self.guided_by.evidence_requested.connect(self.evidence_requested)
        self.guided_by.statements_requested.connect(self.statements_requested)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.write.clicked.connect(self._on_write)
        self.stop.clicked.connect(self._on_stop)
        self.close_button.clicked.connect(self.close)
        self._begin()

    def show_progress(self, share: float) -> None:
        """Say how much of the reply is drawn again, 0 … 1."""
        self.progress.setValue(round(_STEPS * share))

    def show_tokens(self, explained: Explained) -> None:
        """Show the reply token by token."""
        self._words.setCurrentIndex(1)
        self.tokens.show_tokens(explained.tokens)
        known = [token for token in explained.tokens if token.trace is not None]
        self._summarise(sum(map(changed, known)), len(known))
        announce(self, self.summary.text())
        if self.tabs.currentIndex() == WORDS:
            self.tokens.setFocus()

    def cant_show_tokens(self, reason: CantTell) -> None:
        """Say why the tokens can't be shown."""
        self._words.setCurrentIndex(2)
        self.trouble.setText(reason.sentence)
        self.next_step.setText(reason.next_step)
        announce(self, f"{reason.sentence} {reason.next_step}")

    def show_writing(self, text: str) -> None:
        """Show the unguided answer as far as it has come."""
        self.both.show_unfinished(text, self.turn.message.content)

    def show_without(self, text: str) -> None:
        """Show the unguided answer beside this one."""
        self.stop.hide()
        self.both.caption(0, "")
        found = self.both.show_texts(text, self.turn.message.content)
        self.without_note.setText(
            tr("Word for word the same: the random numbers decided as they would have without you.")
            if found.none
            else tr("Both from the same random numbers. What differs is your doing.")
        )
        announce(self, self.without_note.text())

    def cant_show_without(self, reason: CantTell) -> None:
        """Say why there is no unguided answer."""
        self.stop.hide()
        self.both.hide()
        self.write.show()
        self.without_note.setText(f"{reason.sentence} {reason.next_step}")
        announce(self, self.without_note.text())

    def _begin(self) -> None:
        trace = self.turn.trace
        if trace is not None:
            self._summarise(round(trace.changed_share * trace.tokens), trace.tokens)
        self.summary.setVisible(trace is not None)
        untouched = trace is None or not guided(trace)
        self.write.setVisible(not untouched)
        self.without_note.setText(
            tr("This is the answer without you: nothing you taught, set or wished guided it.")
            if untouched and trace is not None
            else tr(
                "The model writes it anew from the same random numbers, without your preferences. "
                "What you told Attune about yourself still goes along. Nothing of it is kept."
            )
        )
        self.both.name(tr("Without you"), tr("With your preferences"))
        self.both.hide()
        self.stop.hide()
        self.tabs.setTabEnabled(GUIDED, trace is not None)
        self.tabs.setTabEnabled(WITHOUT, trace is not None)

    def _summarise(self, count: int, known: int) -> None:
        trace = self.turn.trace
        if trace is None or not guided(trace):
            self.summary.setText(tr("Nothing of yours guided this answer: it is the model’s own."))
            return
        lines = [
            plural(
                "Your preferences changed {changed} of 1 word or piece of a word ({share}) as it was drawn.",
                "Your preferences changed {changed} of {n} words and pieces of words ({share}) as they were drawn.",
                known,
                changed=count,
                share=percent(count / known if known else 0.0),
            )
        ]
        if trace.instructions:
            lines.append(tr("What was said after your question shaped them all."))
        self.summary.setText(" ".join(lines))

    def _on_token(self, index: int, by_key: bool) -> None:
        self.detail.show_token(self.tokens.tokens[index])
        if by_key:
            announce(self.tokens, f"{self.detail.word.text()}. {self.detail.said.text()}")

    def _on_write(self) -> None:
        self.write.hide()
        self.both.show()
        self.stop.show()
        self.stop.setFocus()
        self.both.caption(0, tr("Being written…"))
        self.both.show_unfinished("", self.turn.message.content)
        self.without_requested.emit()

    def _on_stop(self) -> None:
        self.stop_requested.emit()
        self.both.hide()
        self.stop.hide()
        self.write.show()
        self.write.setFocus()

    def _lay_out(self) -> None:
        px = self._appearance.px
        self._words = QStackedWidget()
        for page in (self._waiting_page(), self._token_page(), self._trouble_page()):
            self._words.addWidget(page)
        for page in (self._words, self.guided_by, self._without_page()):
            self.pages.addWidget(page)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(20), px(24), px(16))
        layout.setSpacing(px(8))
        layout.addWidget(label(self.windowTitle(), "title"))
        layout.addWidget(label(self._question, "small", wrap=True))
        layout.addWidget(self.summary)
        layout.addWidget(self.tabs)
        layout.addWidget(self.pages, 1)
        layout.addLayout(foot)
        self.resize(px(1000), px(720))

    def _waiting_page(self) -> QWidget:
        page, column = _page(self._appearance)
        column.addWidget(self.working)
        column.addWidget(self.progress)
        column.addStretch(1)
        return page

    def _trouble_page(self) -> QWidget:
        page, column = _page(self._appearance)
        card = QFrame()
        card.setProperty("look", "advice")
        inside = QVBoxLayout(card)
        pad = self._appearance.px(16)
        inside.setContentsMargins(pad, pad, pad, pad)
        inside.addWidget(self.trouble)
        inside.addWidget(self.next_step)
        column.addWidget(card)
        column.addStretch(1)
        return page

    def _token_page(self) -> QWidget:
        px = self._appearance.px
        page = QWidget()
        left = QFrame()
        left.setProperty("look", "card")
        inside = QVBoxLayout(left)
        inside.setContentsMargins(px(16), px(12), px(8), px(12))
        inside.setSpacing(px(8))
        inside.addWidget(Legend(self._appearance))
        inside.addWidget(self.tokens, 1)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, px(4), 0, 0)
        row.setSpacing(px(16))
        row.addWidget(left, 3)
        row.addWidget(self.detail, 2)
        return page

    def _without_page(self) -> QWidget:
        page, column = _page(self._appearance)
        column.addWidget(self.without_note)
        row = QHBoxLayout()
        row.addWidget(self.write)
        row.addWidget(self.stop)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.both, 1)
        column.addStretch(0)
        return page


class Legend(QWidget):
    """What the colours of the token view mean."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(appearance.px(4))
        row.addWidget(label(tr("Moved by your preferences:"), "caption"))
        for strength, start in enumerate(LEVELS, 1):
            row.addWidget(label(percent(start), f"heat{strength}"))
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(appearance.px(4))
        column.addLayout(row)
        column.addWidget(label(tr("Underlined: another word than without them."), "caption"))
        self.setToolTip(
            tr(
                "How much of the probability your preferences moved from some words to others, at least so much."
            )
        )


def _page(appearance: Appearance) -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, appearance.px(8), 0, 0)
    column.setSpacing(appearance.px(8))
    return page, column

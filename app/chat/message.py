"""One message on screen: the user's in a bubble, a reply with its marks, tilt and actions.

Both are given what to show; neither asks the assistant anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.chat.body import Body
from app.chat.controls import IconButton, button, label
from app.chat.feedback_bar import FeedbackBar
from app.chat.reply_editor import ReplyEditor
from app.chat.siblings import SiblingSwitch
from app.chat.text_view import TextView
from app.chat.transcript import UNSAVED
from app.chat.used import UsedStatements
from app.language import mark, number, plural, tr
from app.render.markdown import plain
from app.wording import Tilt, tilts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QEnterEvent, QResizeEvent

    from app.answers import Turn
    from app.chat.offer import OfferCard
    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.records import Feedback, ReplyTrace

BUBBLE_SHARE: Final = 0.8
# The strongest few say what an answer is like; all are read on hover, by a screen reader, and under Why.
MOST_TILTS: Final = 3
_MARKS: Final = {
    "stopped": mark("You stopped this answer here."),
    "interrupted": mark("This answer was interrupted here."),
}
_TOO_LONG: Final = mark("This answer reached the longest that is allowed.")


class UserMessage(QWidget):
    """What the user wrote: a bubble at the right, as wide as its text."""

    edit_requested = Signal()

    def __init__(self, turn: Turn, appearance: Appearance) -> None:
        super().__init__()
        self.turn = turn
        self._appearance = appearance
        self.setAccessibleName(tr("Your message"))
        self._bubble = QFrame(self)
        self._bubble.setProperty("look", "bubble")
        self.text = TextView(appearance, tr("Your message"), self._bubble)
        self.text.show_plain(turn.message.content)
        self.edit = IconButton(appearance, "edit", tr("Edit and ask again"), size=16, parent=self)
        self.edit.clicked.connect(self.edit_requested)
        self.edit.installEventFilter(self)
        self.siblings = SiblingSwitch(appearance, "question", self)
        self._show_edit(False)
        self.show_turn(turn)
        self.text.document().contentsChanged.connect(self.updateGeometry)

    def show_turn(self, turn: Turn) -> None:
        """Take over a newer version of the message; its text never changes."""
        self.turn = turn
        self.siblings.show_siblings(turn.message.id, turn.siblings)
        self._place_controls()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer editing under the pointer."""
        self._show_edit(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Be only text again."""
        self._show_edit(self.edit.hasFocus())
        super().leaveEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the edit button while it has the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show_edit(event.type() == QEvent.Type.FocusIn or self.underMouse())
        return super().eventFilter(watched, event)

    def hasHeightForWidth(self) -> bool:
        """Say that a narrow bubble is a taller one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the bubble's height at ``width``."""
        return self._text_rect(width).height() + 2 * self._appearance.px(12)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the bubble and its edit button."""
        pad_x, pad_y = self._appearance.px(16), self._appearance.px(12)
        rect = self._text_rect(self.width())
        bubble = QRect(0, 0, rect.width() + 2 * pad_x, rect.height() + 2 * pad_y)
        bubble.moveRight(self.width() - 1)
        self._bubble.setGeometry(bubble)
        self.text.setGeometry(pad_x, pad_y, rect.width(), rect.height())
        self._place_controls()
        super().resizeEvent(event)

    def mark(self, term: str) -> int:
        """Highlight ``term``; return the number of hits."""
        return self.text.mark(term)

    def _place_controls(self) -> None:
        right = self._bubble.x() - self._appearance.px(4)
        for control in (self.edit, self.siblings):
            hint = control.sizeHint()
            right -= hint.width()
            control.setGeometry(right, 0, hint.width(), hint.height())

    def _show_edit(self, shown: bool) -> None:
        # Invisible rather than hidden: a hidden button could not be reached by keyboard.
        self.edit.set_icon("edit", "muted" if shown else "ground")

    def _text_rect(self, width: int) -> QRect:
        most = round(width * BUBBLE_SHARE) - 2 * self._appearance.px(16)
        ideal = self.text.width_needed(most)
        return QRect(0, 0, ideal, self.text.heightForWidth(ideal))


class ReplyMessage(QWidget):
    """One reply: its text, how it ended, what tilted it, and what can be done with it."""

    retry_requested = Signal()
    continue_requested = Signal()
    edited = Signal(str)  # the user's own version

    def __init__(self, turn: Turn, principles: Mapping[str, Principle], appearance: Appearance) -> None:
        super().__init__()
        self.setAccessibleName(tr("Answer"))
        self._appearance = appearance
        self._principles = principles
        self.turn = turn
        self.waiting = label("", "small")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress"))
        self.body = Body(appearance)
        self.forgot = label("", "small", wrap=True)
        self.mark_line = label("", "warning")
        self.go_on = button(tr("Continue"), "link", name=tr("Continue this answer"))
        self.go_on.clicked.connect(self.continue_requested)
        self._marks = QWidget()
        marks = QHBoxLayout(self._marks)
        marks.setContentsMargins(0, 0, 0, 0)
        marks.setSpacing(appearance.px(8))
        marks.addWidget(self.mark_line)
        marks.addWidget(self.go_on)
        marks.addStretch(1)
        self._editor: ReplyEditor | None = None
        self._answering = False
        self.error = _ErrorCard(appearance)
        self.error.retry.clicked.connect(self.retry_requested)
        self.tilt = label("", "caption", wrap=True)
        self.tilt.setTextFormat(Qt.TextFormat.RichText)
        self.used = UsedStatements(appearance)
        self.bar = FeedbackBar(appearance)
        self.bar.copy_requested.connect(self._on_copy)
        self.bar.edit_requested.connect(self.begin_edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(appearance.px(8))
        for widget in (
            self.forgot,
            self.waiting,
            self.progress,
            self.body,
            self._marks,
            self.error,
            self.tilt,
            self.used,
        ):
            layout.addWidget(widget)
        layout.addWidget(self.bar)
        self._offers: list[OfferCard] = []
        self._column = layout
        self.show_turn(turn)

    def show_turn(self, turn: Turn) -> None:
        """Show a stored reply as it stands."""
        self.turn = turn
        message, trace = turn.message, turn.trace
        streaming = message.state == "streaming"
        if not streaming:
            self.body.show_text(message.content)
        elif message.content == self.body.text:
            self.body.resume()
        elif message.content:
            self.body.append(message.content)
        self.body.setVisible(bool(self.body.text) or streaming)
        self.show_waiting(tr("Thinking") if streaming and not message.content else "", 0.0)
        cut = message.state == "complete" and trace is not None and trace.finish_reason == "length"
        self._say(
            self.mark_line,
            (tr(_TOO_LONG if cut else _MARKS[message.state]) if cut or message.state in _MARKS else "")
            if message.content
            else "",
        )
        self._marks.setVisible(bool(self.mark_line.text()))
        if message.content or message.state != "interrupted":
            self.error.hide()
        else:
            self.error.show_error(tr("This question got no answer."), tr("Ask it again."))
        self.show_forgotten(trace.dropped_messages if trace else 0)
        self.show_tilt(tuple(trace.weights.items()) if trace else (), trace.strength if trace else 0.0)
        self.used.show_statements(turn.statements)
        self.bar.setVisible(not streaming)
        for thumb in (self.bar.thumb_up, self.bar.thumb_down):
            thumb.setVisible(bool(message.content))
        if not self.bar.note.text() or turn.feedback is None:
            self.show_feedback(turn.feedback)
        self.bar.siblings.show_siblings(message.id, turn.siblings)
        self.bar.compare.setVisible(len(turn.siblings) > 1)
        self.bar.edit.setVisible(bool(message.content))
        self.bar.show_figures(statistics(trace) if trace else "")

    def show_waiting(self, stage: str, fraction: float) -> None:
        """Say what is going on before the first word; an empty ``stage`` hides it. ``fraction`` in [0, 1]."""
        self._say(self.waiting, f"{stage.rstrip('.…')}…" if stage else "")
        self.progress.setVisible(bool(stage) and 0.0 < fraction < 1.0)
        self.progress.setValue(round(1000 * fraction))

    def show_tilt(self, weights: tuple[tuple[str, float], ...], strength: float) -> None:
        """Show what the reply is tilted toward."""
        self.weights = (weights, strength)
        found = tilts(weights, strength, self._principles)
        self.tilt.setText(_tilt_html(found, self._appearance.theme.accent))
        spoken = "; ".join(tilt.spoken for tilt in found)
        self.tilt.setToolTip(spoken if len(found) > MOST_TILTS else "")
        self.tilt.setAccessibleName(tr("Tilted toward: {spoken}", spoken=spoken))
        self.tilt.setVisible(bool(found))

    def show_feedback(self, feedback: Feedback | None) -> None:
        """Show the thumb in force, and what was said with it."""
        if feedback is None:
            self.bar.show_rating(None, "")
        else:
            self.bar.show_rating(feedback.label, "", feedback.reasons, feedback.note)

    def offers(self) -> tuple[OfferCard, ...]:
        """Return the cards under the reply."""
        return tuple(self._offers)

    def show_offers(self, cards: Sequence[OfferCard]) -> None:
        """Show cards under the reply, in the place of earlier ones."""
        for old in self._offers:
            old.hide()
            old.deleteLater()
        self._offers = list(cards)
        for card in cards:
            self._column.addWidget(card)

    def show_forgotten(self, dropped: int) -> None:
        """Say that the oldest ``dropped`` messages did not fit the model's context."""
        said = plural(
            "The oldest message did not fit the model’s memory for this answer.",
            "The {n} oldest messages did not fit the model’s memory for this answer.",
            dropped,
        )
        self._say(self.forgot, said if dropped else "")

    def append(self, text: str) -> None:
        """Show the next piece of the reply."""
        if not self.waiting.isHidden() and text:
            self.show_waiting("", 0.0)
            self.body.show()
        self.body.append(text)

    def show_error(self, sentence: str, next_step: str) -> None:
        """Say what went wrong, and what to do, under what was said so far."""
        self.show_waiting("", 0.0)
        self.error.show_error(sentence, next_step)

    @property
    def can_go_on(self) -> bool:
        """Whether the reply ended before its end."""
        return not self._marks.isHidden()

    @property
    def rewritten(self) -> str | None:
        """What the user is making of the reply; ``None`` while it is not edited."""
        return self._editor.entry.toPlainText() if self._editor else None

    def set_answering(self, answering: bool) -> None:
        """Hold back what can't be saved while an answer is written."""
        self._answering = answering
        if self._editor:
            self._editor.set_waiting(answering)

    def begin_edit(self, text: str | None = None) -> None:
        """Let the user rewrite the reply in its place, or go on with ``text``, what was made of it before."""
        if self._editor is None:
            self._editor = ReplyEditor(self.body.text, self._appearance)
            self._editor.set_waiting(self._answering)
            self.setProperty(UNSAVED, True)
            self._editor.saved.connect(self._on_saved)
            self._editor.cancelled.connect(self.end_edit)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(layout.indexOf(self.body), self._editor)
        self.body.hide()
        self._editor.show()
        if text is None:
            self._editor.entry.setFocus()
        else:
            self._editor.entry.setPlainText(text)

    def end_edit(self) -> None:
        """Show the reply as it is."""
        if self._editor is not None:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self.setProperty(UNSAVED, False)
            self.body.show()
            self.bar.edit.setFocus()

    def mark(self, term: str) -> int:
        """Highlight ``term``; return the number of hits."""
        return self.body.mark(term)

    def _on_saved(self, text: str) -> None:
        self.end_edit()
        self.edited.emit(text)

    def _say(self, target: QLabel, text: str) -> None:
        target.setText(text)
        target.setAccessibleName(text)
        target.setVisible(bool(text))

    def _on_copy(self, markdown: bool) -> None:
        QGuiApplication.clipboard().setText(self.body.text if markdown else plain(self.body.text))
        self.bar.show_note(tr("Copied.") if markdown else tr("Copied as plain text."))


class _ErrorCard(QFrame):
    """A sentence, a next step, and a button that takes it."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "error")
        self.sentence = label("", "smalltext", wrap=True)
        self.next_step = label("", "small", wrap=True)
        self.retry = button(tr("Ask again"))
        icon = QLabel()
        icon.setPixmap(appearance.pixmap("warning", "danger", 20, 2.0))
        words = QVBoxLayout()
        words.setSpacing(appearance.px(2))
        words.addWidget(self.sentence)
        words.addWidget(self.next_step)
        row = QHBoxLayout(self)
        row.setContentsMargins(appearance.px(12), appearance.px(8), appearance.px(12), appearance.px(8))
        row.setSpacing(appearance.px(12))
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_error(self, sentence: str, next_step: str) -> None:
        """Show both sentences."""
        for target, text in ((self.sentence, sentence), (self.next_step, next_step)):
            target.setText(text)
            target.setAccessibleName(text)
        self.show()


def statistics(trace: ReplyTrace) -> str:
    """Say who wrote a reply and what it cost."""
    return tr(
        "{model_name}: {tokens} tokens, {tokens_per_second} a second, the first after "
        "{time_to_first_token} s. Your preferences changed {changed_share} of them.",
        model_name=trace.model_name,
        tokens=trace.tokens,
        tokens_per_second=number(trace.tokens_per_second),
        time_to_first_token=number(trace.time_to_first_token, 2),
        changed_share=f"{trace.changed_share:.0%}",
    )


def _tilt_html(found: tuple[Tilt, ...], accent: str) -> str:
    parts = [
        f'{tilt.label}&nbsp;<span style="color:{accent}">{tilt.dots}</span>' for tilt in found[:MOST_TILTS]
    ]
    if (rest := len(found) - MOST_TILTS) > 0:
        parts.append(plural("1 more", "{n} more", rest))
    return tr("Tilted toward {tilts}", tilts=" &nbsp;·&nbsp; ".join(parts)) if parts else ""

"""The chat area: header, transcript or empty state, composer. Turns presses into signals, turns into widgets.

Knows how a conversation looks, not where it is kept nor who answers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QStyle,
    QStyleOptionFrame,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.chat.banner import Banner
from app.chat.composer import Composer
from app.chat.context_gauge import gauge
from app.chat.controls import IconButton, button, rule
from app.chat.empty import EmptyState
from app.chat.find_bar import FindBar
from app.chat.message import ReplyMessage, UserMessage
from app.chat.persona_choice import PersonaButton
from app.chat.text_view import TextView
from app.chat.transcript import Transcript
from app.chat.untuned_bar import UntunedBar
from app.language import mark, tr
from app.panels.conversation_rows import UNTITLED
from app.render.announce import announce
from app.render.motion import appear

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from app.answers import Turn
    from app.render.appearance import Appearance
    from engine.principles import Principle


Mode: TypeAlias = Literal["usual", "temporary", "trash"]
TEMPORARY_TITLE: Final = mark("Temporary chat")
GAUGE_MS: Final = 150
_INSET: Final = 2
"""What Qt leaves free on either side of a line's text."""


class ChatView(QWidget):
    """One conversation on screen."""

    asked = Signal(str)
    stop_requested = Signal()
    rated = Signal(str, int, object, str)  # message id, thumb, reasons, the user's own words
    rating_undone = Signal(str)
    regenerate_requested = Signal(str)
    continue_requested = Signal(str)
    reply_edited = Signal(str, str)  # id of the reply, the user's own version
    sibling_requested = Signal(object, int)  # Turn, −1 or +1
    edited = Signal(str, str)  # id of the question, what to ask instead
    renamed = Signal(str)
    reply_built = Signal(object)  # ReplyMessage, before it is shown
    statements_requested = Signal()
    sidebar_toggled = Signal()
    preferences_toggled = Signal()

    def __init__(self, principles: Mapping[str, Principle], appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance = appearance
        self._principles = principles
        self._notes: dict[str, str] = {}
        self._errors: dict[str, tuple[str, str]] = {}
        # What users are making of replies whose widgets are gone, by id.
        self._rewritten: dict[str, str] = {}
        self._answering = False
        self.sidebar_button = IconButton(appearance, "sidebar", tr("Conversations"), size=20)
        self.title = _Title(self.renamed.emit)
        self.preferences_button = IconButton(appearance, "sliders", tr("Preferences"), size=20, on="accent")
        self.persona = PersonaButton(appearance)
        self.empty = EmptyState(appearance)
        self.transcript = Transcript(appearance, self._build)
        self.composer = Composer(appearance)
        self.untuned = UntunedBar(appearance)
        self.composer.offer_history(self._questions)
        self.mode: Mode = "usual"
        self.banner = Banner(appearance)
        self.context_length: Callable[[], int] = lambda: 0
        self._gauging = QTimer(self)
        self._gauging.setSingleShot(True)
        self._gauging.setInterval(GAUGE_MS)
        self._gauging.timeout.connect(self._show_gauge)
        self.composer.changed.connect(self._gauging.start)
        self.find_bar = FindBar(appearance, lambda: self.transcript.turns)
        self.find_bar.term_changed.connect(self._on_term)
        self.find_bar.found.connect(self.transcript.reveal)
        self.find_bar.closed.connect(self.composer.entry.setFocus)
        self.jump = button(tr("Jump to latest"), "floating", parent=self)
        self.jump.hide()
        self.room = QStackedWidget()
        self.room.addWidget(self.empty)
        self.room.addWidget(self.transcript)

        px = appearance.px
        head = QHBoxLayout()
        head.setContentsMargins(px(12), px(8), px(12), px(8))
        head.setSpacing(px(8))
        head.addWidget(self.sidebar_button)
        head.addWidget(self.title, 1)
        head.addWidget(self.persona)
        head.addWidget(self.preferences_button)
        self.head = head
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(8), px(24), px(8))
        foot.addStretch(1)
        foot.addWidget(self.composer, 1000)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(rule())
        layout.addWidget(self.banner)
        layout.addWidget(self.find_bar)
        layout.addWidget(self.room, 1)
        layout.addWidget(self.untuned)
        layout.addLayout(foot)
        self.composer.submitted.connect(self.asked)
        self.composer.edited.connect(self.edited)
        self.composer.stop_requested.connect(self.stop_requested)
        self.empty.chosen.connect(self.asked)
        self.sidebar_button.clicked.connect(self.sidebar_toggled)
        self.preferences_button.clicked.connect(self.preferences_toggled)
        self.jump.clicked.connect(self.transcript.glide_to_end)
        self.transcript.away_from_end.connect(self._on_away)
        self.transcript.installEventFilter(self)
        appearance.changed.connect(self._on_appearance)

    def show_turns(self, turns: Sequence[Turn], title: str) -> None:
        """Show a conversation from its end; the empty state where it has no turns."""
        self.show_title(title)
        self.find_bar.close_bar()
        self._keep_rewritten()
        self.transcript.show_turns(turns)
        self.room.setCurrentWidget(self.transcript if turns else self.empty)
        self.jump.setVisible(False)
        self._gauging.start()

    def set_mode(self, mode: Mode) -> None:
        """Say what kind of conversation comes next; one in the trash can only be read."""
        self.mode = mode
        self.composer.setVisible(mode != "trash")
        self.persona.setVisible(
            mode == "usual"
        )  # personas stand in the memory, of which a temporary chat has none
        if mode == "temporary":
            self.banner.say(
                "temporary",
                tr("This chat is not saved and teaches Attune nothing. It is gone when you leave it."),
            )
        elif mode == "trash":
            self.banner.say(
                "trash",
                tr("This conversation is in the trash. What it taught does not count."),
                tr("Restore"),
                tr("Delete for good"),
            )
        else:
            self.banner.hide()

    def show_title(self, title: str) -> None:
        """Show the conversation's title; it can be edited only once there is a conversation."""
        self.title.show_title(title, tr(TEMPORARY_TITLE if self.mode == "temporary" else UNTITLED))

    def look_for(self, message_id: str, words: str) -> None:
        """Mark ``words`` and bring the first mark in a message into view."""
        if words:
            self.find_bar.open_at(words, message_id)
        self.transcript.reveal(message_id)
        message = self.transcript.widget_of(message_id)
        if message is None:
            return
        for text in message.findChildren(TextView):
            if marks := text.extraSelections():
                at = text.mapTo(message, text.cursorRect(marks[0].cursor).topLeft()).y()
                self.transcript.reveal(message_id, at)
                return

    def add_turns(self, *turns: Turn) -> None:
        """Append messages."""
        self.room.setCurrentWidget(self.transcript)
        for turn in self.transcript.turns[-2:]:
            if (reply := self.reply(turn.message.id)) and turn.feedback is None:
                reply.bar.reasons.keep_room(False)
        self.transcript.add(*turns)

    def reply(self, message_id: str) -> ReplyMessage | None:
        """Return the widget of a reply, ``None`` while it is not built."""
        widget = self.transcript.widget_of(message_id)
        return widget if isinstance(widget, ReplyMessage) else None

    def update_turn(self, old_id: str, turn: Turn) -> None:
        """Take over a newer version of a message, known until now as ``old_id``."""
        widget = self._message(old_id)
        self.transcript.replace_turn(old_id, turn)
        if widget:
            widget.show_turn(turn)

    def note(self, message_id: str, text: str) -> None:
        """Say ``text`` beside a reply's buttons, now and whenever it is shown again."""
        self._notes[message_id] = text
        if reply := self.reply(message_id):
            reply.bar.show_note(text)

    def fail(self, message_id: str, sentence: str, next_step: str) -> None:
        """Say under a reply what went wrong with it, now and whenever it is shown again."""
        self._errors[message_id] = (sentence, next_step)
        if reply := self.reply(message_id):
            reply.show_error(sentence, next_step)

    def take_back(self, text: str, edited_id: str = "") -> None:
        """Put a question that was sent back into the composer, as an edit of ``edited_id`` where there is one."""
        if self.composer.editing:
            return
        if edited_id:
            self.composer.begin_edit(edited_id, text)
        elif not self.composer.message:
            self.composer.set_text(text)

    def announce(self, text: str) -> None:
        """Let a screen reader say ``text`` when it has finished what it is saying."""
        announce(self, text)

    def set_answering(self, answering: bool) -> None:
        """Turn the composer's Send into Stop, or back."""
        self._answering = answering
        for turn in self.transcript.turns:
            if reply := self.reply(turn.message.id):
                reply.set_answering(answering)
        self.composer.set_answering(answering)

    def _show_gauge(self) -> None:
        limit = self.context_length()
        turns = self.transcript.turns
        if self.composer.editing:
            shown = [turn.message.id for turn in turns]
            turns = turns[: shown.index(self.composer.edited_id)] if self.composer.edited_id in shown else ()
        found = gauge(turns, self.composer.message, limit) if limit else None
        if found is None or not (turns or self.composer.message):
            self.composer.show_gauge("", warn=False)
        else:
            self.composer.show_gauge(found.words, warn=bool(found.dropped) or found.too_long)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the jump button over the foot of the transcript."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place_jump()
        return super().eventFilter(watched, event)

    def _on_term(self, term: str) -> None:
        for turn in self.transcript.turns:
            if widget := self._message(turn.message.id):
                widget.mark(term)

    def _message(self, message_id: str) -> ReplyMessage | UserMessage | None:
        widget = self.transcript.widget_of(message_id)
        return widget if isinstance(widget, ReplyMessage | UserMessage) else None

    def _build(self, turn: Turn) -> QWidget:
        message = self._make(turn)
        message.mark(self.find_bar.term)
        return message

    def _make(self, turn: Turn) -> ReplyMessage | UserMessage:
        if turn.message.role == "user":
            question = UserMessage(turn, self._appearance)
            question.edit.setEnabled(self.mode != "trash")
            question.edit_requested.connect(lambda: self._on_edit(question.turn))
            question.siblings.stepped.connect(lambda step: self.sibling_requested.emit(question.turn, step))
            return question
        reply = ReplyMessage(turn, self._principles, self._appearance)
        bar = reply.bar
        if self.mode != "usual":
            reason = (
                tr("This chat teaches Attune nothing") if self.mode == "temporary" else tr("In the trash")
            )
            for thumb in (bar.thumb_up, bar.thumb_down):
                thumb.setEnabled(False)
                thumb.setToolTip(reason)
            for part in (bar.regenerate, bar.edit, bar.undo, bar.reasons, reply.go_on, reply.error.retry):
                part.setEnabled(self.mode != "trash")
        elif turn.message.id == self.transcript.turns[-1].message.id:
            bar.reasons.keep_room(True)
        if note := self._notes.get(turn.message.id):
            bar.show_note(note)
        error = self._errors.get(turn.message.id)
        if error and turn.message.state == "interrupted":  # it may have gone on since
            reply.show_error(*error)
        bar.rate_requested.connect(lambda label: self.rated.emit(reply.turn.message.id, label, (), ""))
        bar.reasons_given.connect(
            lambda label, given, words: self.rated.emit(reply.turn.message.id, label, given, words)
        )
        bar.undo_requested.connect(lambda: self.rating_undone.emit(reply.turn.message.id))
        bar.regenerate_requested.connect(lambda: self.regenerate_requested.emit(reply.turn.message.id))
        reply.retry_requested.connect(lambda: self.regenerate_requested.emit(reply.turn.message.id))
        reply.continue_requested.connect(lambda: self.continue_requested.emit(reply.turn.message.id))
        reply.edited.connect(lambda text: self.reply_edited.emit(reply.turn.message.id, text))
        bar.siblings.stepped.connect(lambda step: self.sibling_requested.emit(reply.turn, step))
        reply.used.show_requested.connect(self.statements_requested)
        reply.set_answering(self._answering)
        if self.mode != "trash" and turn.message.id in self._rewritten:
            reply.begin_edit(self._rewritten.pop(turn.message.id))
        self.reply_built.emit(reply)
        return reply

    def _keep_rewritten(self) -> None:
        for reply in filter(None, (self.reply(turn.message.id) for turn in self.transcript.turns)):
            if (text := reply.rewritten) is not None:
                self._rewritten[reply.turn.message.id] = text

    def _questions(self) -> list[str]:
        return [turn.message.content for turn in self.transcript.turns if turn.message.role == "user"]

    def _ids(self, state: str) -> list[str]:
        return [turn.message.id for turn in self.transcript.turns if turn.message.state == state]

    def edit_last(self) -> None:
        """Let the newest question be rewritten."""
        questions = [turn for turn in self.transcript.turns if turn.message.role == "user"]
        if questions and not self.composer.editing and self.mode != "trash":
            self._on_edit(questions[-1])

    def _on_edit(self, turn: Turn) -> None:
        self.composer.begin_edit(turn.message.id, turn.message.content)

    def _on_away(self, away: bool) -> None:
        self._place_jump()
        if away:
            appear(self.jump, self._appearance)
        else:
            self.jump.hide()

    def _place_jump(self) -> None:
        self.jump.adjustSize()
        area = self.room.geometry()
        left = area.left() + (area.width() - self.jump.width()) // 2
        self.jump.move(left, area.bottom() - self.jump.height() - self._appearance.px(8))
        self.jump.raise_()

    def _on_appearance(self) -> None:
        self.jump.setIcon(self._appearance.icon("down", "text", 16))
        writing = [w for w in map(self.reply, self._ids("streaming")) if w]
        for reply in writing:
            message = replace(reply.turn.message, content=reply.body.text)
            self.transcript.replace_turn(message.id, replace(reply.turn, message=message))
        self._keep_rewritten()
        self.transcript.rebuild()
        for old in writing:
            if new := self.reply(old.turn.message.id):
                new.show_tilt(*old.weights)


class _Title(QLineEdit):
    """The conversation's title, edited in place: Enter or leaving keeps it, Esc takes it back."""

    def __init__(self, renamed: Callable[[str], None]) -> None:
        super().__init__()
        self._title = ""
        self._otherwise = tr(UNTITLED)
        self._renamed = renamed
        self.setProperty("look", "title")
        self.setAccessibleName(tr("Title of this conversation"))
        self.editingFinished.connect(self._on_finished)

    def show_title(self, title: str, otherwise: str) -> None:
        if title and title != self._title and self.hasFocus() and self.isModified():
            self._title = title  # it came while another is being written, which is what stays on screen
            return
        self._title, self._otherwise = title, otherwise
        self.setText(title or otherwise)
        self.setReadOnly(not title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if title else Qt.FocusPolicy.NoFocus)
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._title or self._otherwise)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show by an ellipsis, while it is not edited, that a title is longer than there is room for."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        room.adjust(_INSET, 0, -_INSET, 0)
        if self.hasFocus() or self.fontMetrics().horizontalAdvance(self.text()) <= room.width():
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option)
        painter.drawItemText(
            room,
            Qt.AlignmentFlag.AlignLeading.value | Qt.AlignmentFlag.AlignVCenter.value,
            self.palette(),
            True,
            self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width()),
            self.foregroundRole(),
        )

    def _on_finished(self) -> None:
        title = self.text().strip()
        if self._title and title and title != self._title:
            self._title = title
            self._renamed(title)
        elif not title:
            self.setText(self._title or self._otherwise)
        self.setCursorPosition(0)

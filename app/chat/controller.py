"""Between the chat on screen and the assistant: which conversation is open, what streams, what a press does.

The only part of the chat that talks to the assistant, always through ``Background``. Paints nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.answers import Broke, Finished, Forgot, Started, Text, Turn, Waiting
from app.chat.spoken import SpokenAnswer
from app.chat.toast import SHOWN_MS
from app.language import told, tr
from app.parts import goes_on_from
from app.temporary import TemporaryChat
from app.user_messages import UsageError, explain
from app.wording import rated_line
from memory.records import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from app.answers import AnswerEvent, Rated
    from app.assistant import Assistant
    from app.background import Background
    from app.chat.message import ReplyMessage
    from app.chat.view import ChatView
    from app.prompting import AnswerOptions
    from memory.records import Conversation, Feedback, Label, Role

_QUESTION: Final = "pending-question"
_REPLY: Final = "pending-reply"
_AGAIN_MS: Final = 500
TEMPORARY: Final = "temporary"
"""Stands for the id of a temporary chat: what is noted under it is never kept."""


@dataclass(slots=True)
class _Live:
    """The answer being written. ``text`` is what has come so far, for when its conversation is opened again.

    ``stopping``: it is to end, and there was nobody yet to tell. ``take_back`` has the question written again, and
    ``seen`` is the newest message of the thread that was shown before it.
    """

    conversation_id: str | None
    reply: Turn
    began: float
    assistant: Assistant
    temporary: bool = False
    text: str = ""
    spoken: SpokenAnswer = field(default_factory=SpokenAnswer)
    edited: bool = False
    stopping: bool = False
    take_back: Callable[[], None] = lambda: None
    seen: str | None = None
    stage: tuple[str, float] = ("", 0.0)
    tilt: tuple[tuple[tuple[str, float], ...], float] = ((), 0.0)


class ChatController(QObject):
    """Runs the chat of one window."""

    conversation_opened = Signal(object)  # str, or None for a new one
    conversation_created = Signal(str)  # what was new has its first message
    conversations_changed = Signal()
    learned = Signal()
    answered = Signal(object)  # Turn
    ended = Signal()  # however the answer ended
    thread_changed = Signal()  # another thread is shown, or its newest reply began or ended
    temporary_left = Signal()
    event_came = Signal(object)  # AnswerEvent, after it was shown
    answer_ended = Signal(object, float)  # its conversation's id, the seconds it took

    def __init__(self, assistant: Assistant, background: Background, view: ChatView) -> None:
        super().__init__(view)
        self._main = assistant
        self._assistant = assistant  # the one of the chat on screen
        self._temporary: TemporaryChat | None = None
        self._left: tuple[TemporaryChat, Conversation] | None = None
        self._look_for: tuple[str, str] | None = None
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.timeout.connect(self._on_let_go)
        self.way_back: Callable[[], bool] = lambda: False
        """Whether going back to the temporary chat that was left is still offered."""
        self._background = background
        self._view = view
        self._principles = assistant.principles.by_name
        self._conversation: Conversation | None = None
        self._live: _Live | None = None
        self._closing = False
        self._afterwards: list[Callable[[], None]] = []
        self.persona_for_new: str | None = None
        """The persona the next new conversation begins with: ``None`` the default one, empty none."""
        view.asked.connect(self.ask)
        view.stop_requested.connect(self.stop)
        view.rated.connect(self.rate)
        view.rating_undone.connect(self.undo_rating)
        view.regenerate_requested.connect(self.regenerate)
        view.continue_requested.connect(self.continue_reply)
        view.reply_edited.connect(self.edit_reply)
        view.sibling_requested.connect(self._on_sibling)
        view.edited.connect(self.ask_instead)
        view.renamed.connect(self._on_renamed)

    @property
    def conversation_id(self) -> str | None:
        """The open conversation; ``None`` while a new one has no message."""
        return self._conversation.id if self._conversation else None

    @property
    def conversation(self) -> Conversation | None:
        """The open conversation as it was last read."""
        return self._conversation

    @property
    def assistant(self) -> Assistant:
        """The assistant of the chat on screen."""
        return self._assistant

    @property
    def answering(self) -> bool:
        """Whether an answer is being written, in whatever conversation."""
        return self._live is not None

    def open_new(self) -> None:
        """Show the empty state; the conversation is made by its first question."""
        self._leave()
        self._conversation = None
        self._view.show_turns((), "")
        self.conversation_opened.emit(None)
        self.thread_changed.emit()

    def open(self, conversation: Conversation) -> None:
        """Show a conversation from its end; one in the trash can only be read."""
        self._leave()
        self._view.set_mode("trash" if conversation.trashed_at else "usual")
        self._conversation = conversation
        self.conversation_opened.emit(conversation.id)
        self._reload()

    def open_at(self, conversation: Conversation, message_id: str, words: str = "") -> None:
        """Show a conversation at one message, on whatever branch it is, with ``words`` marked."""
        self._leave()
        self._view.set_mode("usual")
        self._conversation = conversation
        self._look_for = (message_id, words)
        self.conversation_opened.emit(conversation.id)
        self._reload(message_id)

    @property
    def temporary(self) -> bool:
        """Whether the chat on screen is a temporary one."""
        return self._temporary is not None

    def open_temporary(self) -> None:
        """Show an empty chat that is never saved."""
        self._leave()
        self._show_temporary(TemporaryChat(self._main), None)

    def go_back(self) -> None:
        """Show the temporary chat that was left just now."""
        if left := self._left:
            self._left = None
            self._leave()
            self._show_temporary(*left)
            self._reload()

    def _show_temporary(self, chat: TemporaryChat, conversation: Conversation | None) -> None:
        self._temporary, self._assistant = chat, chat.assistant
        self._conversation = conversation
        self._view.set_mode("temporary")
        self._view.show_turns((), "")
        self.conversation_opened.emit(TEMPORARY)

    def _leave(self) -> None:
        """Be done with a temporary chat; it can be gone back to for as long as the toast is shown."""
        self._look_for = None
        self._view.set_mode("usual")
        chat, self._temporary, self._assistant = self._temporary, None, self._main
        if chat is None:
            return
        if self._live and self._live.temporary:
            self.stop()
        self._drop_left()
        if self._conversation is None:
            self._background.run(chat.close)
        else:
            self._left = (chat, self._conversation)
            self._let_go.start(SHOWN_MS)
            self.temporary_left.emit()

    def _on_let_go(self) -> None:
        if self.way_back():  # under the pointer it is, for longer
            self._let_go.start(_AGAIN_MS)
        else:
            self._drop_left()

    def _drop_left(self) -> None:
        self._let_go.stop()
        if left := self._left:
            self._left = None
            self._background.run(left[0].close)

    def refresh(self, conversation_id: str) -> None:
        """Read a conversation again where it is the open one: something was said in it elsewhere."""
        if conversation_id == self.conversation_id and not self._live:
            self._reload()

    def renamed(self, conversation: Conversation) -> None:
        """Take over a new title of the open conversation."""
        if self._conversation and self._conversation.id == conversation.id:
            if conversation == self._conversation:
                return
            self._conversation = conversation
            self._view.show_title(conversation.title)

    def ask(self, text: str) -> None:
        """Send a question after what is shown; its answer streams in."""
        if self._live:
            return
        conversation_id, assistant = self.conversation_id, self._assistant
        after = self._newest_shown
        persona, temporary = self.persona_for_new, assistant is not self._main

        def events() -> Iterator[AnswerEvent]:
            target = conversation_id
            if target is None:
                conversation = assistant.new_conversation(None if temporary else persona)
                self._background.post(self._on_created, conversation)
                target = conversation.id
            yield from assistant.answer(target, text, after=after)

        question = _turn(_QUESTION, conversation_id, "user", text)
        self._begin(question, events, seen=after, take_back=lambda: self._view.take_back(text))

    def ask_instead(self, message_id: str, text: str) -> None:
        """Ask an edited question in the place of an earlier one; both versions are kept."""
        if not self._live:
            assistant, seen = self._assistant, self._newest_shown
            self._cut_at(message_id)
            question = _turn(_QUESTION, self.conversation_id, "user", text)
            self._begin(
                question,
                lambda: assistant.ask_instead(message_id, text),
                edited=True,
                seen=seen,
                take_back=lambda: self._view.take_back(text, message_id),
            )

    def regenerate(self, message_id: str, options: AnswerOptions | None = None) -> None:
        """Answer the same question again; the new reply is shown in place of the old, which is kept."""
        if not self._live:
            assistant, seen = self._assistant, self._newest_shown
            self._cut_at(message_id)
            self._begin(None, lambda: assistant.regenerate(message_id, options=options), seen=seen)

    def continue_reply(self, message_id: str) -> None:
        """Let a reply go on where it ended."""
        shown = self._view.transcript.turns
        index = next((i for i, turn in enumerate(shown) if turn.message.id == message_id), None)
        if self._live or index is None:
            return
        if index + 1 < len(shown):
            self._cut_at(shown[index + 1].message.id)
        old = shown[index]
        turn = replace(old, message=replace(old.message, state="streaming"))
        assistant = self._assistant
        self._live = _Live(
            self.conversation_id,
            turn,
            time.monotonic(),
            assistant,
            temporary=self.temporary,
            text=goes_on_from(old.message.content),
        )
        self._view.update_turn(message_id, turn)
        self._stream(lambda: assistant.continue_reply(message_id))

    def edit_reply(self, message_id: str, text: str) -> None:
        """Show the user's own version of a reply in its place; the old one is kept, and the change is learned from."""
        conversation, assistant = self._conversation, self._assistant
        if self._live or conversation is None:
            return

        def show(turns: tuple[Turn, ...]) -> None:
            self._on_turns(conversation, turns, None, again=False)
            if not self.temporary:
                self._view.note(turns[-1].message.id, tr("Saved. Attune will learn from what you changed."))
            self._view.announce(tr("Your version is saved."))

        self._background.run(lambda: assistant.edit_reply(message_id, text), show)

    def stop(self) -> None:
        """End the answer being written; what was said is kept."""
        if self._live:
            self._live.stopping = True
            self._live.assistant.stop()

    def when_ended(self, act: Callable[[], None], among: Collection[str] | None = None) -> None:
        """Stop the answer being written, and ``act`` once nothing more of it is kept; at once where there is none.

        ``among``: only where it is written in one of these conversations.
        """
        if self._live is None or (among is not None and self._live.conversation_id not in among):
            act()
            return
        self._afterwards.append(act)
        self.stop()

    def rate(self, message_id: str, label: Label, reasons: tuple[str, ...] = (), words: str = "") -> None:
        """Keep a thumb. The thumb shows at once; the line that says what it did follows."""
        self._view.transcript.hold_still()
        if reply := self._view.reply(message_id):
            reply.bar.show_rating(label, tr("Saving…"), reasons, words)
        assistant = self._assistant
        self._background.run(lambda: assistant.rate(message_id, label, reasons, words), self._on_rated)

    def undo_rating(self, message_id: str) -> None:
        """Take a thumb back."""
        self._view.transcript.hold_still()
        if reply := self._view.reply(message_id):
            reply.bar.show_rating(None, tr("Taking it back…"))
        assistant = self._assistant
        self._background.run(lambda: assistant.undo_rating(message_id), self._on_rated)

    def last_reply(self) -> ReplyMessage | None:
        """Return the newest reply on screen, unless it is still being written."""
        shown = self._view.transcript.turns
        return self._view.reply(shown[-1].message.id) if shown and not self._live else None

    def late_learning(self, rated: Rated) -> None:
        """Say what a thumb did that took effect after it was given."""
        reply = self._view.reply(rated.message_id)
        if rated.edited or (reply and reply.turn.feedback):
            self._view.note(rated.message_id, rated_line(rated, self._principles))
        self.learned.emit()

    def close(self) -> None:
        """Stop what streams; nothing is shown any more."""
        self._closing = True
        self.stop()
        self._drop_left()
        if self._temporary:
            self._background.run(self._temporary.close)

    def _reload(self, through: str | None = None, *, again: bool = True) -> None:
        conversation, assistant = self._conversation, self._assistant
        if conversation is None:
            return
        self._background.run(
            lambda: assistant.branch(through) if through else assistant.turns(conversation.id),
            lambda turns: self._on_turns(conversation, turns, through, again),
        )

    def _show_versions(self, question_id: str) -> None:
        # An event carries the question alone; how many versions there are now, the memory knows.
        def show(turns: tuple[Turn, ...]) -> None:
            for turn in turns:
                if turn.message.id == question_id:
                    self._view.update_turn(question_id, turn)

        assistant = self._assistant
        self._background.run(lambda: assistant.branch(question_id), show)

    @property
    def _newest_shown(self) -> str | None:
        shown = self._view.transcript.turns
        return shown[-1].message.id if shown else None

    def _cut_at(self, message_id: str) -> None:
        shown = self._view.transcript.turns
        index = next((i for i, turn in enumerate(shown) if turn.message.id == message_id), len(shown))
        self._view.show_turns(shown[:index], self._conversation.title if self._conversation else "")

    def _begin(
        self,
        question: Turn | None,
        events: Callable[[], Iterator[AnswerEvent]],
        *,
        edited: bool = False,
        seen: str | None = None,
        take_back: Callable[[], None] = lambda: None,
    ) -> None:
        reply = _turn(_REPLY, self.conversation_id, "assistant", "")
        self._live = _Live(
            self.conversation_id,
            reply,
            time.monotonic(),
            self._assistant,
            temporary=self.temporary,
            edited=edited,
            take_back=take_back,
            seen=seen,
        )
        self._view.add_turns(*([question] if question else []), reply)
        self._stream(events)

    def _stream(self, events: Callable[[], Iterator[AnswerEvent]]) -> None:
        self.thread_changed.emit()
        self._view.announce(tr("Answering."))
        self._view.set_answering(True)
        live = self._live
        assert live is not None

        def stream() -> Iterator[AnswerEvent]:
            for event in events():
                if live.stopping:
                    live.stopping = False
                    live.assistant.stop()
                yield event

        self._background.iterate(stream, self._on_event, self._on_broken, self._on_ended)

    def _on_created(self, conversation: Conversation) -> None:
        if self._live and self._live.conversation_id is None:
            self._live.conversation_id = conversation.id
            if self._conversation is None and any(
                t.message.id == _REPLY for t in self._view.transcript.turns
            ):
                self._conversation = conversation
                if not self.temporary:
                    self.conversation_created.emit(conversation.id)
        self.conversations_changed.emit()

    def _on_turns(
        self, conversation: Conversation, turns: tuple[Turn, ...], through: str | None, again: bool
    ) -> None:
        if self._conversation is None or self._conversation.id != conversation.id:
            return
        live = self._live
        if (
            again
            and any(turn.message.state == "streaming" for turn in turns)
            and not self._streams(conversation.id)
        ):
            # The answer ended between the reading and now.
            self._reload(through, again=False)
            return
        if live and live.conversation_id == conversation.id:
            turns = tuple(self._with_live(turn, live) for turn in turns)
        self._view.show_turns(turns, self._conversation.title)
        if through:
            self._view.transcript.reveal(through)
        if self._look_for and through == self._look_for[0]:
            message_id, words = self._look_for
            self._look_for = None
            self._view.look_for(message_id, words)
        if live and (reply := self._view.reply(live.reply.message.id)):
            reply.show_tilt(*live.tilt)
            if not live.text:
                reply.show_waiting(*live.stage)
        self.thread_changed.emit()

    def _streams(self, conversation_id: str) -> bool:
        return self._live is not None and self._live.conversation_id == conversation_id

    def _with_live(self, turn: Turn, live: _Live) -> Turn:
        if turn.message.id != live.reply.message.id:
            return turn
        return replace(turn, message=replace(turn.message, content=live.text))

    def _on_event(self, event: AnswerEvent) -> None:
        live = self._live
        if live is None or self._closing:
            return
        reply = self._view.reply(live.reply.message.id)
        match event:
            case Started():
                self._on_started(event, live)
            case Waiting(stage=stage, fraction=fraction):
                live.stage = (told(stage), fraction)
                if reply and not live.text:
                    reply.show_waiting(stage, fraction)
            case Text(text=text):
                live.text += text
                if reply:
                    reply.append(text)
                    if paragraphs := live.spoken.feed(text):
                        self._view.announce(paragraphs)
            case Forgot(dropped=dropped):
                if reply:
                    reply.show_forgotten(dropped)
            case Finished(turn=turn):
                self._view.update_turn(live.reply.message.id, turn)
                self.answered.emit(turn)
                self.thread_changed.emit()
                self._view.announce(live.spoken.end(turn.message.content))
            case Broke():
                self._on_broke(event, live)
        self.event_came.emit(event)

    def _on_started(self, event: Started, live: _Live) -> None:
        self._view.update_turn(_QUESTION, Turn(event.question))
        started = Turn(event.reply, statements=event.statements)
        old_id = live.reply.message.id
        if reply := self._view.reply(old_id):
            self._view.transcript.replace_turn(old_id, started)
            reply.turn = started
            reply.show_tilt(event.tilted_by, event.strength)
            if not live.text:
                reply.show_waiting(tr("Thinking"), 0.0)
        if live.edited:
            self._show_versions(event.question.id)
        live.reply = started
        if reply:
            reply.used.show_statements(event.statements)
        live.tilt = (event.tilted_by, event.strength)
        live.stage = (tr("Thinking"), 0.0)
        self.conversations_changed.emit()

    def _on_broke(self, event: Broke, live: _Live) -> None:
        old_id = live.reply.message.id
        if old_id == _REPLY:
            self._on_refused(event, live)
            return
        turn = event.turn or replace(live.reply, message=replace(live.reply.message, state="interrupted"))
        self._view.update_turn(old_id, turn)
        self._view.fail(turn.message.id, event.user_message, event.next_step)
        self._view.announce(f"{event.user_message} {event.next_step}")

    def _on_refused(self, event: Broke, live: _Live) -> None:
        # Neither question nor reply is in the memory: what was asked goes back to where it was written.
        self._background.fail(UsageError(event.user_message, event.next_step))
        pending = [t.message.id for t in self._view.transcript.turns if t.message.id in (_QUESTION, _REPLY)]
        if pending:
            self._cut_at(pending[0])
            live.take_back()
            self._reload(live.seen)

    def _on_broken(self, error: BaseException) -> None:
        if self._live and not self._closing:
            self._on_broke(Broke(*explain(error), None), self._live)

    def _on_ended(self) -> None:
        live, self._live = self._live, None
        if not self._closing:
            self._view.set_answering(False)
            self.ended.emit()
            if (
                live and live.reply.message.id == _REPLY
            ):  # never started; else the list is up to date since then
                self.conversations_changed.emit()
            if live and not live.temporary:
                self.answer_ended.emit(live.conversation_id, time.monotonic() - live.began)
            afterwards, self._afterwards = self._afterwards, []
            for act in afterwards:
                act()

    def show_thumb(self, message_id: str, feedback: Feedback | None) -> None:
        """Show the thumb a reply has by now, where the reply is open."""
        if reply := self._view.reply(message_id):
            turn = replace(reply.turn, feedback=feedback)
            self._view.transcript.replace_turn(message_id, turn)
            reply.turn = turn
            reply.show_feedback(feedback)

    def _on_rated(self, rated: Rated) -> None:
        self.show_thumb(rated.message_id, rated.feedback)
        if self._view.reply(rated.message_id):
            self._view.note(rated.message_id, rated_line(rated, self._principles))
            self._view.announce(rated_line(rated, self._principles))
        self.learned.emit()

    def _on_sibling(self, turn: Turn, step: int) -> None:
        wanted = turn.siblings.index(turn.message.id) + step
        if not self._live and 0 <= wanted < len(turn.siblings):
            self._reload(turn.siblings[wanted])

    def _on_renamed(self, title: str) -> None:
        if self._conversation:
            conversation_id, assistant = self._conversation.id, self._assistant
            self._background.run(
                lambda: assistant.rename(conversation_id, title),
                lambda _: self.conversations_changed.emit(),
            )


def _turn(message_id: str, conversation_id: str | None, role: Role, content: str) -> Turn:
    """Make a turn for what is not stored yet."""
    state = "streaming" if role == "assistant" else "complete"
    return Turn(
        Message(message_id, conversation_id or "", None, role, content, state, datetime.now(UTC))  # type: ignore[arg-type]
    )

"""The assistant: one object through which the window and the terminal ask, rate, set and forget.

It brings engine and memory together and knows neither Qt nor how anything is shown. Every method blocks and may be
called from any thread; only one answer is written at a time.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from app import feedback
from app.answers import Broke
from app.comparing import Comparing
from app.explaining import Explaining
from app.idle_work import IdleWork
from app.insight import Insights
from app.language import tr
from app.library import Library
from app.principles_in_force import PrinciplesInForce
from app.prompting import SYSTEM_PROMPT, AnswerOptions
from app.recall import Recall
from app.reply import ReplyContext, ReplyWriter, asked
from app.reward_choice import features_version
from app.samples import Samples
from app.statements.recalling import needs_vector
from app.statements.remembering import Remembering
from app.titles import title_of, titling
from app.topics import Topics
from app.turns import read_turns
from app.user_messages import UsageError
from engine.protocol import Embed, Sampling
from memory.errors import MemoryStoreError
from memory.records import PrincipleSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.answers import AnswerEvent, Rated, Turn
    from app.engine_client import EngineClient
    from app.prompting import Route
    from app.store_thread import StoreThread
    from engine.principles import Principle
    from engine.protocol import RewardName
    from memory.records import (
        Conversation,
        Counts,
        Label,
        Message,
        Preferences,
        ReplyFeatures,
    )
    from memory.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)
STOP_SECONDS = 3.0
_VERSION_KEY = "reward_version"


class Assistant:
    """Answers, learns, explains and forgets.

    ``clock`` is monotonic seconds, ``rng`` draws the seeds of replies. Raises ``MemoryStoreError`` where the
    memory can't do what is asked.
    """

    def __init__(
        self,
        store: StoreThread,
        engine: EngineClient,
        principles: tuple[Principle, ...],
        *,
        reward: RewardName | None = None,
        route: Route = "both",
        system: str = SYSTEM_PROMPT,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        beside: Assistant | None = None,
    ) -> None:
        self.library = Library(store, self._look_again)
        self.insights = Insights(store, lambda: self.version)
        self._store = store
        self._engine = engine
        self._beside = beside
        self._recall: Recall = beside._recall if beside else Recall()
        self.principles: PrinciplesInForce = (
            beside.principles
            if beside
            else PrinciplesInForce(store, engine, principles, lambda: self._idle.paused())
        )
        self._context = ReplyContext(
            store,
            beside._store if beside else store,
            engine,
            self._recall,
            lambda: self.principles.all,
            reward,
            route,
            system,
            clock,
            rng or random.SystemRandom(),
        )
        self._answering: threading.Lock = beside._answering if beside else threading.Lock()
        self.sampling: Sampling = beside.sampling if beside else Sampling()
        self._writer: ReplyWriter | None = None
        self._callbacks: list[Callable[[Rated], None]] = []
        self._titled: list[Callable[[str], None]] = []
        self._caught_up: tuple[str, tuple[Principle, ...]] | None = None
        if beside:
            self._idle: IdleWork = beside._idle
            self.explaining = Explaining(store, self._idle, self._context.principles, system)
            self.remembering: Remembering = beside.remembering
            self.samples: Samples = beside.samples
            return
        store.call(lambda memory: memory.interrupt_streaming())
        self._idle = IdleWork(
            store, engine, self._recall, lambda: self.principles.all, system, self._features_came
        )
        self.explaining = Explaining(store, self._idle, self._context.principles, system)
        self.samples = Samples(engine, self._idle, self._context.principles, system)
        self.comparing = Comparing(store, self._recall, lambda: self.version, self._idle)
        self.topics = Topics(store, self._idle, self._recall)
        self.remembering = Remembering(
            store, engine, lambda: self.principles.all, self._idle.embed_statements
        )
        self.principles.on_changed(self.catch_up)
        self.catch_up()

    def beside(self, store: StoreThread) -> Assistant:
        """Return an assistant that keeps what is said in ``store``, which the caller closes after it.

        What was learned here guides it; it teaches nothing, and only one of the two answers at a time.
        """
        context = self._context
        return Assistant(
            store,
            self._engine,
            self.principles.shipped,
            reward=context.reward,
            route=context.route,
            system=context.system,
            clock=context.clock,
            rng=context.rng,
            beside=self,
        )

    def warm_up(self) -> None:
        """Start the engine and load what the first answer needs, without waiting for it."""
        if command := self._engine.pending_load():
            self._engine.request(command)
        if self.preferences().evidence or self._store.call(needs_vector):
            self._engine.request(Embed(self._engine.next_id(), ()))

    def between_answers(self, switch: Callable[[], None], sampling: Sampling, wait: float = 0.0) -> bool:
        """Run ``switch``, which changes the model, while no answer is written; False where one is.

        ``sampling``: how tokens are drawn from then on, where an answer's options or its persona say nothing else.
        ``wait``: for how many seconds an answer is waited for.
        """
        if not self._answering.acquire(timeout=wait):
            return False
        try:
            with self._idle.paused():
                switch()
                self.sampling = sampling
        finally:
            self._answering.release()
        return True

    # Conversations

    def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, newest first."""
        return self._store.call(lambda store: store.conversations())

    def new_conversation(self, persona_id: str | None = None) -> Conversation:
        """Begin an empty conversation with a persona; its first question becomes its title.

        ``None`` is the default persona, an empty id none.
        """

        def begin(store: Store) -> Conversation:
            conversation = store.create_conversation("")
            default = store.default_persona()
            if chosen := (default.id if default else "") if persona_id is None else persona_id:
                store.choose_persona(conversation.id, chosen)
            return conversation

        return self._store.call(begin)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title."""
        self._store.call(lambda store: store.rename_conversation(conversation_id, title))

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation with all that was learned from it."""
        self.forget_conversation(conversation_id)

    def tidy_up(self) -> None:
        """Forget what has been in the trash for long enough, when nobody waits for an answer."""
        self._idle.later(lambda _: self.library.purge_trash())

    def on_titled(self, callback: Callable[[str], None]) -> None:
        """Have ``callback`` called, on a worker thread, with the id of a conversation that got a title."""
        self._titled.append(callback)

    def turns(self, conversation_id: str, leaf_id: str | None = None) -> tuple[Turn, ...]:
        """Return the thread that ends at ``leaf_id``, by default at the newest message, root first."""
        return self._store.call(lambda store: read_turns(store, conversation_id, leaf=leaf_id))

    def branch(self, message_id: str) -> tuple[Turn, ...]:
        """Return the thread through ``message_id`` down to the newest message below it, root first."""

        def read(store: Store) -> tuple[Turn, ...]:
            return read_turns(store, store.message(message_id).conversation_id, through=message_id)

        return self._store.call(read)

    # Answers

    def answer(
        self,
        conversation_id: str,
        text: str,
        *,
        after: str | None = None,
        options: AnswerOptions | None = None,
    ) -> Iterator[AnswerEvent]:
        """Ask and iterate over the reply. Both messages are stored before anything is computed.

        The question follows the message ``after``, by default the conversation's newest. The last event is
        ``Finished`` or ``Broke``. Leaving the iterator early stops the reply and keeps it.
        """

        def ask(store: Store) -> Message:
            thread = store.thread(after) if after else store.active_thread(conversation_id)
            if not thread:
                store.suggest_title(conversation_id, title_of(text))
            return store.add_message(conversation_id, thread[-1].id if thread else None, "user", text)

        return self._reply(ask, options or AnswerOptions())

    def ask_instead(
        self, message_id: str, text: str, *, options: AnswerOptions | None = None
    ) -> Iterator[AnswerEvent]:
        """Ask ``text`` where the question ``message_id`` was asked; both questions are kept, as siblings."""

        def ask(store: Store) -> Message:
            old = store.message(message_id)
            return store.add_message(old.conversation_id, old.parent_id, "user", text)

        return self._reply(ask, options or AnswerOptions())

    def regenerate(self, message_id: str, *, options: AnswerOptions | None = None) -> Iterator[AnswerEvent]:
        """Answer the question of the reply ``message_id`` once more; the new reply is its sibling."""

        def find(store: Store) -> Message:
            message = store.message(message_id)
            return (
                store.message(message.parent_id)
                if message.role == "assistant" and message.parent_id
                else message
            )

        return self._reply(find, options or AnswerOptions())

    @property
    def busy(self) -> bool:
        """Whether an answer is being written, here or beside."""
        return self._answering.locked()

    def stop(self) -> None:
        """End the reply being written; what was said is kept as *stopped*. Does nothing where none is."""
        if writer := self._writer:
            writer.stop()

    def continue_reply(
        self, message_id: str, *, options: AnswerOptions | None = None
    ) -> Iterator[AnswerEvent]:
        """Let the reply ``message_id`` go on where it ended. Its thumb stays; its features are computed anew.

        Where something was said after it already, a copy beside it goes on instead.
        """

        def begin(store: Store) -> tuple[Message, Message]:
            reply = store.message(message_id)
            question = store.message(reply.parent_id or reply.id)
            if not store.children(reply.id):
                store.reopen(reply.id)
                return question, store.message(reply.id)
            copy = store.add_message(
                reply.conversation_id, question.id, "assistant", reply.content, "streaming"
            )
            if trace := store.trace(reply.id):
                store.save_trace(replace(trace, message_id=copy.id))
            return question, copy

        return self._write(begin, options or AnswerOptions())

    def edit_reply(self, message_id: str, text: str) -> tuple[Turn, ...]:
        """Keep the user's version of a reply beside it, and that it is preferred; return the thread that ends there.

        What that taught is told through ``on_learned`` once both versions have their features.
        """

        def write(store: Store) -> tuple[Turn, ...]:
            old = store.message(message_id)
            new = store.add_message(old.conversation_id, old.parent_id, "assistant", text, "complete")
            store.prefer(new.id, old.id, source="edited")
            return read_turns(store, old.conversation_id, leaf=new.id)

        turns = self._store.call(write)
        if not self._beside:
            self._idle.add(message_id, first=True)
            self._idle.add(turns[-1].message.id, first=True)
        return turns

    def _reply(
        self, question_of: Callable[[Store], Message], options: AnswerOptions
    ) -> Iterator[AnswerEvent]:
        return self._write(lambda store: asked(store, question_of(store)), options)

    def _write(
        self, begin: Callable[[Store], tuple[Message, Message]], options: AnswerOptions
    ) -> Iterator[AnswerEvent]:
        if not self._answering.acquire(blocking=False):
            yield Broke(
                tr("Another answer is still being written."), tr("Stop it, or wait until it is done."), None
            )
            return
        writer: ReplyWriter | None = None
        try:
            with self._idle.paused():
                writer = ReplyWriter(self._context, options, self.sampling)
                self._writer = writer
                yield from writer.write(begin, lambda: self.version)
        finally:
            if writer and writer.reply and not self._beside:
                self._idle.add(writer.reply.id)
                self._idle.later(
                    titling(self._store, self._context.system, writer.reply.conversation_id, self._was_titled)
                )
                with suppress(MemoryStoreError):  # Attune may be closing
                    self.catch_up()
            self._writer = None
            self._answering.release()

    # Feedback

    def rate(self, message_id: str, label: Label, reasons: tuple[str, ...] = (), note: str = "") -> Rated:
        """Keep a thumb on a reply, in place of an earlier one. ``learned`` is false until it has features.

        Raises ``UsageError`` in a chat that teaches nothing.
        """
        if self._beside:
            raise UsageError(
                tr("A temporary chat teaches Attune nothing."), tr("Rate answers in other chats.")
            )
        version = self.version
        rated = self._store.call(
            lambda store: feedback.rate(store, self._recall, version, message_id, label, reasons, note)
        )
        if not rated.learned:
            self._idle.add(message_id, first=True)
        return rated

    def undo_rating(self, message_id: str) -> Rated:
        """Take the thumb on a reply back, and with it all that it taught."""
        version = self.version
        return self._store.call(lambda store: feedback.undo(store, self._recall, version, message_id))

    def on_learned(self, callback: Callable[[Rated], None]) -> None:
        """Have ``callback`` called, on a worker thread, when a thumb takes effect later than it was given."""
        self._callbacks.append(callback)

    def settle(self, timeout: float) -> bool:
        """Wait until every reply has its features and every question its vector; return whether they have."""
        return self._idle.settle(timeout)

    def _features_came(self, features: ReplyFeatures, principles: tuple[Principle, ...]) -> None:
        def learn(store: Store) -> Rated | None:
            # One that was edited or deleted meanwhile was measured by words that no longer hold. Asked here, where
            # no edit can come in between.
            stale = {p.name for p in principles if self.principles.by_name.get(p.name) != p}
            current = {name: value for name, value in features.values.items() if name not in stale}
            return feedback.learn(store, self._recall, replace(features, values=current))

        rated = self._store.call(learn)
        self._store.call(lambda store: store.set_setting(_VERSION_KEY, features.reward_version))
        if rated:
            for callback in self._callbacks:
                callback(rated)

    # Preferences

    @property
    def version(self) -> str:
        """The reward version whose features count: the loaded model's, or the last one used before that."""
        if self._beside:
            return self._beside.version
        if loaded := self._engine.loaded:
            return features_version(loaded, self.principles.shipped)
        return self._store.call(lambda store: store.setting(_VERSION_KEY)) or ""

    @property
    def strength(self) -> float:
        """β, the guidance strength."""
        return self._store.call(lambda store: store.strength())

    def preferences(self) -> Preferences:
        """Return what is liked in general: every principle's learned weight, and β."""
        version = self.version
        return self._store.call(lambda store: store.preferences(version))

    def set_preference(self, name: str, value: float | None) -> None:
        """Set the user's own value of a principle in [−1, 1]; ``None`` leaves it to learning."""
        self._change_setting(name, lambda old: PrincipleSetting(name, value, old.enabled))

    def set_enabled(self, name: str, enabled: bool) -> None:
        """Switch a principle on or off; off, it neither guides nor forgets."""
        self._change_setting(name, lambda old: PrincipleSetting(name, old.value, enabled))

    def pinned(self) -> tuple[str, ...]:
        """Return the principles the user wants to see first."""
        return self._store.call(lambda store: store.pinned())

    def set_pinned(self, name: str, pinned: bool) -> None:
        """Show a principle first, or no longer."""
        self._store.call(lambda store: store.set_pinned(name, pinned))

    def set_strength(self, strength: float) -> None:
        """Set β in [0, 2]."""
        self._store.call(lambda store: store.set_strength(strength))

    def _change_setting(self, name: str, change: Callable[[PrincipleSetting], PrincipleSetting]) -> None:
        def write(store: Store) -> None:
            old = next((s for s in store.settings() if s.name == name), PrincipleSetting(name))
            store.set_principle(change(old))

        self._store.call(write)

    # Keeping and forgetting

    def counts(self) -> Counts:
        """How much is kept, and where."""
        return self._store.call(lambda store: store.counts())

    def forget_everything(self) -> None:
        """Forget every conversation, thumb and setting."""
        with self.erasing():
            self._idle.clear()
            self.samples.forget()
            self.principles.change(lambda store: store.forget_everything())

    def forget_conversation(self, conversation_id: str) -> None:
        """Forget a conversation and all it taught."""
        with self.erasing():
            self._store.call(lambda store: store.forget_conversation(conversation_id))

    def forget_message(self, message_id: str) -> None:
        """Forget a reply, or a question with all below it, and all it taught."""
        with self.erasing():
            self._store.call(lambda store: store.forget_message(message_id))

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """Stop the answer being written, and let none begin within the block: nothing is written to what is erased.

        An answer that does not end within ``STOP_SECONDS`` finds its message gone instead.
        """
        ended = False
        until = time.monotonic() + STOP_SECONDS
        while not ended and time.monotonic() < until:
            self.stop()
            ended = self._answering.acquire(timeout=0.1)
        try:
            with self._idle.paused():
                yield
                self.explaining.forget()
        finally:
            if ended:
                self._answering.release()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the engine answer somebody else within the block: idle work waits."""
        with self._idle.paused():
            yield

    def close(self) -> None:
        """Stop what runs. The engine and the memory thread are closed by whoever made them."""
        self.stop()
        if not self._beside:
            self._idle.close()
        elif self._writer is None:
            return  # whoever answers now is not this one
        if self._answering.acquire(timeout=STOP_SECONDS):
            self._answering.release()

    def _was_titled(self, conversation_id: str) -> None:
        for callback in self._titled:
            callback(conversation_id)

    def imported(self) -> None:
        """Let what was added to the memory count: preferences the user wrote elsewhere are in force, ratings teach."""
        self._caught_up = None
        if not self.principles.read_again():
            self.catch_up()

    def _look_again(self) -> None:
        self._caught_up = None
        self.catch_up()

    def catch_up(self) -> None:
        """Have rated replies scored that lack features: Attune ended too early, or model or principles changed."""
        version, tunable = self.version, tuple(p for p in self.principles.all if not p.fixed)
        if (version, tunable) != self._caught_up:
            self._caught_up = version, tunable
            names = [p.name for p in tunable]
            for reply_id in self._store.call(lambda store: store.unscored(version, names)):
                self._idle.add(reply_id)

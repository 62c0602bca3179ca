"""Work for when nobody waits for an answer: embedding questions, scoring and explaining replies, one at a time.

It yields to a waiting chat at once and does the interrupted piece again later. It knows the engine client and
the memory thread; what the features are for is none of its business.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from app.crash import report_bug
from app.principles import is_own
from app.prompting import prompt_of
from app.reward_choice import features_version, scored_version, scoring
from engine.protocol import Done, Embed, Embedded, Failed, Generated, Loaded, Score, Scored
from memory.errors import MemoryStoreError
from memory.records import WRITTEN, ReplyFeatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.engine_client import EngineClient
    from app.recall import Recall
    from app.store_thread import StoreThread
    from engine.principles import Principle
    from engine.protocol import Command, Event, Result
    from memory.records import Message
    from memory.store import Store

MAX_ATTEMPTS = 3
# Stands in the queue for all statements that have no vector yet.
_STATEMENTS = ""

log = logging.getLogger(__name__)


class Ask(Protocol):
    """Asks the engine for what a command, made from a request's number, results in; ``each`` gets every event."""

    def __call__(
        self, command_of: Callable[[int], Command], each: Callable[[Event], None] | None = None
    ) -> Result:
        """Raise ``AttemptFailedError`` where the engine could not; let all else through."""
        ...


class InterruptedWorkError(Exception):
    """A chat wants the engine, or Attune closes."""


class AttemptFailedError(Exception):
    """The engine could not do it this time, and said why."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(f"{failed.user_message} ({failed.kind}: {failed.detail})")
        self.failed = failed


class IdleWork:
    """One thread that sees to it that questions and statements get a vector and every reply its features.

    ``principles`` returns those in force. ``on_features`` is given features on that thread, to store them, with the
    principles they were computed for. Methods are thread-safe.
    """

    def __init__(
        self,
        store: StoreThread,
        engine: EngineClient,
        recall: Recall,
        principles: Callable[[], tuple[Principle, ...]],
        system: str,
        on_features: Callable[[ReplyFeatures, tuple[Principle, ...]], None],
    ) -> None:
        self._store = store
        self._engine = engine
        self._recall = recall
        self._principles = principles
        self._system = system
        self._on_features = on_features
        self._changed = threading.Condition()
        self._waiting: list[str] = []
        self._later: deque[Callable[[Ask], None]] = deque()
        self._soon: deque[Callable[[Ask], None]] = deque()
        self._doing: Callable[[Ask], None] | None = None  # of those that come soon
        self._dropped = False
        self._attempts: Counter[str] = Counter()
        self._pauses = 0
        self._request: int | None = None
        self._interrupted = False
        self._busy = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="attune-idle-work", daemon=True)
        self._thread.start()

    def add(self, reply_id: str, *, first: bool = False) -> None:
        """Queue a reply; ``first`` puts it before all others, because somebody rated it."""
        with self._changed:
            if reply_id in self._waiting:
                self._waiting.remove(reply_id)
            self._waiting.insert(0 if first else len(self._waiting), reply_id)
            self._changed.notify_all()

    def embed_statements(self) -> None:
        """Queue what the user said about themselves, after what waits already."""
        self.add(_STATEMENTS)

    def later(self, work: Callable[[Ask], None]) -> None:
        """Queue ``work`` for when no reply waits any more; interrupted by a chat, it is begun again afterwards."""
        with self._changed:
            self._later.append(work)
            self._changed.notify_all()

    def soon(self, work: Callable[[Ask], None]) -> None:
        """Do ``work`` before all other idle work, even what runs: somebody waits for it. A chat still goes first.

        Interrupted by a chat, it is begun again afterwards, unless it was dropped.
        """
        with self._changed:
            self._soon.append(work)
            if self._doing is None:
                self._interrupt()
            self._changed.notify_all()

    def drop(self, work: Callable[[Ask], None]) -> None:
        """End what was to be done ``soon``: nobody waits for it any more."""
        with self._changed:
            if work in self._soon:
                self._soon.remove(work)
            elif self._doing is work:
                self._dropped = True
                self._interrupt()
            self._changed.notify_all()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the engine to a chat: what runs is cancelled now and done again afterwards."""
        with self._changed:
            self._pauses += 1
            self._interrupt()
        try:
            yield
        finally:
            with self._changed:
                self._pauses -= 1
                self._changed.notify_all()

    def settle(self, timeout: float) -> bool:
        """Wait until nothing is left to do, at most ``timeout`` seconds; return whether nothing is."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._soon or self._waiting or self._later or self._busy), timeout
            )

    def clear(self) -> None:
        """Drop what waits; nothing is done about it any more."""
        with self._changed:
            self._drop_all()
            self._changed.notify_all()

    def close(self) -> None:
        """Drop what is left and end the thread."""
        with self._changed:
            self._closing = True
            self._drop_all()
            self._interrupt()
            self._changed.notify_all()
        self._thread.join()

    def _drop_all(self) -> None:
        for waiting in (self._waiting, self._later, self._soon):
            waiting.clear()

    def _interrupt(self) -> None:
        if self._request is not None:
            self._interrupted = True
            self._engine.cancel(self._request)

    def _run(self) -> None:
        while (reply_id := self._next()) is not None:
            if not isinstance(reply_id, str):
                self._do(reply_id)
                continue
            again = False
            try:
                self._attend(reply_id)
            except InterruptedWorkError:
                again = True
            except AttemptFailedError as error:
                self._attempts[reply_id] += 1
                again = self._attempts[reply_id] < MAX_ATTEMPTS
                log.warning("reply %s not scored (attempt %d): %s", reply_id, self._attempts[reply_id], error)
            except MemoryStoreError as error:
                log.info("reply %s not scored: %s", reply_id, error)  # forgotten meanwhile
            except Exception as error:  # noqa: BLE001  a bug in one piece must not end all others
                report_bug(error)
            with self._changed:
                self._busy = False
                if again and not self._closing and reply_id not in self._waiting:
                    self._waiting.insert(0, reply_id)
                self._changed.notify_all()

    def _next(self) -> str | Callable[[Ask], None] | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._closing or ((self._soon or self._waiting or self._later) and not self._pauses)
            )
            if self._closing:
                return None
            self._busy = True
            if self._soon:
                self._doing = self._soon.popleft()
                return self._doing
            return self._waiting.pop(0) if self._waiting else self._later.popleft()

    def _do(self, work: Callable[[Ask], None]) -> None:
        again = False
        try:
            work(self._ask)
        except InterruptedWorkError:
            again = True
        except (AttemptFailedError, MemoryStoreError) as error:
            log.info("idle work left undone: %s", error)
        except Exception as error:  # noqa: BLE001  a bug in one piece must not end all others
            report_bug(error)
        with self._changed:
            self._busy = False
            if again and not self._closing and not self._dropped:
                (self._later if self._doing is None else self._soon).appendleft(work)
            self._doing, self._dropped = None, False
            self._changed.notify_all()

    def _attend(self, reply_id: str) -> None:
        if reply_id == _STATEMENTS:
            self._embed_statements()
            return
        reply, thread = self._store.call(
            lambda store: (reply := store.message(reply_id), store.thread(reply.parent_id or reply.id))
        )
        question = thread[-1]
        # The features first: somebody may wait for what a thumb taught, and the embedder takes long to load.
        if reply.content:
            self._score(reply, thread)
        if self._recall.available and not self._store.call(lambda s: self._recall.known(s, question.id)):
            self._embed(question)

    def _embed(self, question: Message) -> None:
        if result := self._vectors((question.content,)):
            self._store.call(lambda store: self._recall.keep(store, question.id, result))

    def _embed_statements(self) -> None:
        if not self._recall.available:
            return
        while waiting := self._store.call(self._recall.unembedded):
            result = self._vectors(tuple(statement.text for statement in waiting))
            if result is None:
                return
            self._store.call(partial(self._recall.keep_statements, statements=waiting, result=result))

    def _vectors(self, texts: tuple[str, ...]) -> Embedded | None:
        try:
            result = self._ask(lambda i: Embed(i, texts))
        except AttemptFailedError as error:
            # Without vectors the memory falls back to what is liked in general; scoring goes on.
            log.warning("texts can't be embedded: %s", error)
            self._recall.available = False
            return None
        assert isinstance(result, Embedded)
        return result

    def _score(self, reply: Message, thread: tuple[Message, ...]) -> None:
        # Which reward scores depends on what the model has, so the model comes first. Cancelling ends the waiting
        # alone: a chat that comes meanwhile waits for this very load.
        loaded = self.loaded()
        principles = self._principles()
        version = features_version(loaded, tuple(p for p in principles if not is_own(p)))
        kept = self._store.call(lambda store: store.features(reply.id, version))
        if kept and kept.reward_version == WRITTEN:
            return
        known = kept.values if kept else {}
        missing = tuple(p for p in principles if not p.fixed and p.name not in known)
        if not missing:
            return
        messages = prompt_of(thread, self._store.call(lambda store: self._system_of(store, reply.id)))
        scored = self._ask(lambda i: Score(i, messages, reply.content, missing, scoring(loaded)))
        assert isinstance(scored, Scored)
        if scored.reward_version != scored_version(loaded, missing):
            raise InterruptedWorkError  # the model was tuned meanwhile: these are features of another version
        values = {**known, **dict(scored.features)}
        features = ReplyFeatures(reply.id, version, values, scored.mean_base_logprob, scored.tokens)
        self._on_features(features, missing)

    def loaded(self) -> Loaded:
        """Wait for the model, from within a piece of work."""
        loaded = self._wait_for(self._engine.ready)
        assert isinstance(loaded, Loaded)
        return loaded

    def _system_of(self, store: Store, reply_id: str) -> str:
        """Return the system prompt a reply was written under; that of the reply it is the user's version of."""
        edited = [pair.other_id for pair in store.pairs(reply_id) if pair.preferred_id == reply_id]
        traces = (store.trace(message_id) for message_id in (reply_id, *edited))
        return next((t.system for t in traces if t and t.system is not None), self._system)

    def _ask(
        self, command_of: Callable[[int], Command], each: Callable[[Event], None] | None = None
    ) -> Result:
        return self._wait_for(lambda request_id: self._engine.request(command_of(request_id)), each)

    def _wait_for(
        self, send: Callable[[int], Iterator[Event]], each: Callable[[Event], None] | None = None
    ) -> Result:
        # Sent under the lock, so that a pause either comes first or finds a request it can cancel.
        with self._changed:
            if self._pauses or self._closing or self._dropped or (self._soon and self._doing is None):
                raise InterruptedWorkError
            request_id = self._engine.next_id()
            events = send(request_id)
            self._request = request_id
        for last in events:
            if each:
                each(last)
        with self._changed:
            self._request = None
            interrupted, self._interrupted = self._interrupted, False
        cut = interrupted and isinstance(last, Done) and _was_cut(last.result)
        if isinstance(last, Done) and not cut:
            return last.result
        if interrupted:
            raise InterruptedWorkError
        assert isinstance(last, Failed)
        raise AttemptFailedError(last)


def _was_cut(result: Result) -> bool:
    return isinstance(result, Generated) and result.finish_reason == "cancelled"

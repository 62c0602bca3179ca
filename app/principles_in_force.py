"""The principles in force, and how the user writes, changes and sets aside some of their own.

Knows nothing of answers. Every method blocks and may be called from any thread.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, TypeVar

from app.engine_client import result_of
from app.opposite import SAMPLING, negation, proposal, question
from app.principles import sync_principles
from engine.errors import EngineError
from engine.protocol import Generate, Generated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from app.engine_client import EngineClient
    from app.opposite import Proposal
    from app.store_thread import StoreThread
    from engine.principles import Principle
    from engine.protocol import Event, Result
    from memory.records import OwnPrinciple, PrincipleDraft
    from memory.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)


class PrinciplesInForce:
    """All principles in force, the user's own after the shipped ones.

    ``by_name`` is one mapping for good, so that whoever shows principles may keep it. ``paused`` holds up idle work
    while the model is asked for an opposite.
    """

    def __init__(
        self,
        store: StoreThread,
        engine: EngineClient,
        shipped: tuple[Principle, ...],
        paused: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.shipped = shipped
        self.by_name: dict[str, Principle] = {}
        self._store = store
        self._engine = engine
        self._paused = paused
        self._callbacks: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._asked: set[int] = set()
        self._closing = False
        store.call(self._read)

    @property
    def all(self) -> tuple[Principle, ...]:
        """All of them, the fixed one last."""
        return self._all

    def own(self) -> tuple[OwnPrinciple, ...]:
        """Return the principles the user wrote and uses."""
        return self._store.call(lambda store: store.own_principles())

    def add(self, words: PrincipleDraft) -> OwnPrinciple:
        """Keep a principle the user wrote; it guides from the next answer on. Raises ``PrincipleError``."""
        return self.change(lambda store: store.add_principle(words))

    def edit(self, name: str, words: PrincipleDraft) -> OwnPrinciple:
        """Change a principle's words. Raises ``PrincipleError``."""
        return self.change(lambda store: store.edit_principle(name, words))

    def retire(self, name: str) -> None:
        """Set a principle aside, with all it learned."""
        self.change(lambda store: store.retire_principle(name))

    def restore(self, name: str) -> None:
        """Use a principle again that was set aside."""
        self.change(lambda store: store.restore_principle(name))

    def forget(self, name: str) -> None:
        """Forget a principle for good."""
        self.change(lambda store: store.forget_principle(name))

    def on_changed(self, callback: Callable[[], None]) -> None:
        """Have ``callback`` called, on whatever thread, when the list of principles or their words changed."""
        self._callbacks.append(callback)

    def read_again(self) -> bool:
        """Take over what came into the memory otherwise; return whether that changed anything, which is told then."""
        before = self._all
        self._store.call(self._read)
        if self._all == before:
            return False
        for callback in self._callbacks:
            callback()
        return True

    def change(self, change: Callable[[Store], T]) -> T:
        """Let ``change`` alter the memory, read the principles anew and tell whoever wants to know."""

        def write(store: Store) -> T:
            changed = change(store)
            self._read(store)
            return changed

        result = self._store.call(write)
        for callback in self._callbacks:
            callback()
        return result

    def propose_opposite(self, text: str) -> Proposal:
        """Ask the model for the opposite of an instruction; a plain negation where it has nothing usable to say."""
        with self._paused():
            try:
                self._ask(self._engine.ready)
                asked = question(text, self.shipped)
                result = self._ask(lambda i: self._engine.request(Generate(i, asked, SAMPLING)))
            except EngineError as error:
                if not self._closing:
                    log.warning("no proposal: %s (%s)", error.user_message, error)
                return negation(text)
        assert isinstance(result, Generated)
        whole = result.text if result.finish_reason == "stop" else ""  # a cut sentence is no proposal
        return proposal(text, whole, self.shipped)

    def close(self) -> None:
        """Ask the model for nothing more; whoever waits for an opposite gets the plain negation."""
        with self._lock:
            self._closing = True
            for request_id in self._asked:
                self._engine.cancel(request_id)

    def _ask(self, send: Callable[[int], Iterator[Event]]) -> Result:
        request_id = self._engine.next_id()
        # Sent under the lock, so that the closing either comes first or finds a request it can cancel.
        with self._lock:
            if self._closing:
                raise EngineError("Attune is closing")
            events = send(request_id)
            self._asked.add(request_id)
        try:
            return result_of(events)
        finally:
            with self._lock:
                self._asked.discard(request_id)

    def _read(self, store: Store) -> None:
        self._all = sync_principles(store, self.shipped)
        for principle in self._all:
            self.by_name[principle.name] = principle
        for gone in set(self.by_name) - {p.name for p in self._all}:
            del self.by_name[gone]

"""What the memory has learned, read for one answer without keeping the memory open.

A window may have the same data open, and nothing here is worth failing for: then answers go unguided and a note
says so. It writes nothing of its own to the memory.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from app.composition import open_store, profile_of
from app.statements.recalling import needs_vector, recalled
from engine.errors import EngineError
from engine.protocol import Embed, Embedded
from memory.errors import DatabaseLockedError, MemoryStoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.engine_client import EngineClient
    from app.settings import Settings
    from memory.records import OwnPrinciple, Persona, Preferences, Statement
    from memory.store import Store

DATABASE_NAME = "attune.db"
T = TypeVar("T")


class Learned:
    """Reads the preferences for a question. Says once, on stderr, why there are none to read."""

    def __init__(self, settings: Settings, engine: EngineClient) -> None:
        self._settings = settings
        self._engine = engine
        self._readable = (profile_of(settings).folder / DATABASE_NAME).exists()

    def preferences(self, version: str, text: str) -> Preferences | None:
        """Return what is liked in answers to ``text`` under a reward version, or ``None`` without a memory."""
        overall = self._read(version, None)
        if overall is None or not overall.evidence:
            return overall
        try:
            embedded = self._engine.call(Embed(self._engine.next_id(), (text,)))
        except EngineError as error:
            self._note(f"What you like in questions like this could not be recalled: {error.user_message}")
            return overall
        assert isinstance(embedded, Embedded)
        return self._read(version, embedded) or overall

    def own(self) -> tuple[OwnPrinciple, ...]:
        """Return the principles the user wrote; none without a memory, of which ``preferences`` will speak."""
        if not self._readable:
            return ()
        try:
            store = open_store(self._settings)
        except MemoryStoreError:
            return ()
        try:
            return store.call(lambda memory: memory.own_principles())
        finally:
            store.close()

    def personas(self) -> tuple[Persona, ...]:
        """Return the personas; none without a memory."""
        return self._use(lambda memory: memory.personas()) or ()

    def statements(self, text: str) -> tuple[Statement, ...]:
        """Return what the user said about themselves that goes along with the question ``text``."""
        if not self._use(lambda memory: memory.statements()):
            return ()
        embedded: Embedded | None = None
        if self._use(needs_vector):
            try:
                result = self._engine.call(Embed(self._engine.next_id(), (text,)))
            except EngineError as error:
                self._note(f"What you said could not be recalled: {error.user_message}")
            else:
                assert isinstance(result, Embedded)
                embedded = result
        name, vector = (embedded.embedder, embedded.vectors[0]) if embedded else (None, None)
        return self._use(lambda memory: recalled(memory, name, vector)) or ()

    def _read(self, version: str, embedded: Embedded | None) -> Preferences | None:
        if embedded is None:
            return self._use(lambda memory: memory.preferences(version))
        name, vector = embedded.embedder, embedded.vectors[0]
        return self._use(lambda memory: memory.preferences(version, embedder=name, vector=vector))

    def _use(self, read: Callable[[Store], T]) -> T | None:
        if not self._readable:
            return None
        try:
            store = open_store(self._settings)
        except MemoryStoreError as error:
            self._readable = False
            reason = (
                "Attune is open with this data"
                if isinstance(error, DatabaseLockedError)
                else error.user_message
            )
            self._note(f"Answering without what you taught Attune: {reason}")
            return None
        try:
            return store.call(read)
        finally:
            store.close()

    def _note(self, sentence: str) -> None:
        sys.stderr.write(f"attune: {sentence.rstrip('.')}.\n")

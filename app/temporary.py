"""A temporary chat: kept in this process's memory alone, gone when it is closed, guided by what was learned so far.

Nothing of it reaches a disk, and nothing is learned from it. Knows the assistant, and nothing of windows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.store_thread import StoreThread
from memory.store import Store

if TYPE_CHECKING:
    from app.assistant import Assistant


class TemporaryChat:
    """One chat with a memory of its own. ``assistant`` answers in it, and teaches nothing."""

    def __init__(self, assistant: Assistant) -> None:
        self._store = StoreThread(lambda: Store.in_memory(clock=lambda: datetime.now(UTC)), wait=False)
        self.assistant = assistant.beside(self._store)

    def close(self) -> None:
        """Stop what is being written and let all that was said go."""
        self.assistant.close()
        self._store.close()

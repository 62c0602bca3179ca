"""The memory thread: one thread that opens, uses and closes the Store. It never asks itself."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from memory.errors import MemoryStoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from memory.store import Store

T = TypeVar("T")


class StoreThread:
    """Owns the Store; ``call`` runs a function with it there and waits for the result.

    Raises what opening the Store raises, unless it is told not to ``wait`` for that; ``call`` raises what the
    function raises.
    """

    def __init__(self, open_store: Callable[[], Store], *, wait: bool = True) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attune-memory")
        self._opened = self._executor.submit(open_store)
        self._gate = threading.Lock()
        self._closed = False
        try:
            if wait:
                self.wait()
        except BaseException:
            self.close()
            raise

    def wait(self) -> None:
        """Wait until the Store is open. Raises what opening it raises."""
        self._opened.result()

    def call(self, function: Callable[[Store], T]) -> T:
        """Run ``function(store)`` on the memory thread, after whatever was asked before.

        Raises ``MemoryStoreError`` once the memory is closed.
        """
        with self._gate:  # nothing may be asked after the closing
            if self._closed:
                raise MemoryStoreError(
                    "closed", user_message="Attune is closing.", next_step="Start it again."
                )
            future = self._executor.submit(lambda: function(self._opened.result()))
        return future.result()

    def close(self) -> None:
        """Finish what was asked, close the Store if it could be opened, and end the thread."""
        with self._gate:
            self._closed = True
            closing = self._executor.submit(self._close)
        closing.result()
        self._executor.shutdown()

    def _close(self) -> None:
        if self._opened.exception() is None:
            self._opened.result().close()

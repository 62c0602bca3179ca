"""Runs the assistant's blocking calls off the GUI thread and brings their results back as queued signals.

One thread takes the short calls, in order; one more per answer iterates over its events. What is called here
never touches a widget. Knows nothing of what the calls mean.
"""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from app.crash import report_bug
from app.user_messages import ENVIRONMENT_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    call: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]


class Background(QObject):
    """The threads of one window. ``close`` waits for them; nothing is delivered after it."""

    _delivered = Signal(object)
    idle = Signal()

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._failed = failed
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._open = True
        self._pending = 0
        self._streams: list[threading.Thread] = []
        self._delivered.connect(self._on_delivered, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="attune-window-calls", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """Number of calls not delivered yet."""
        return self._pending

    def run(
        self,
        call: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Run ``call`` on the calls thread, then ``done`` or ``failed`` on the GUI thread."""
        if self._open:
            self._pending += 1
            self._jobs.put(_Job(call, done or _nothing, failed or self._failed))

    def iterate(
        self,
        make: Callable[[], Iterator[T]],
        each: Callable[[T], None],
        failed: Callable[[BaseException], None],
        ended: Callable[[], None],
    ) -> None:
        """Iterate over ``make()`` on a thread of its own; ``each``, ``failed``, ``ended`` run on the GUI thread."""

        def stream() -> None:
            try:
                for item in make():
                    self._deliver(each, item)
            except ENVIRONMENT_ERRORS as error:
                self._deliver(failed, error)
            except BaseException as error:
                self._deliver(failed, error)
                raise
            finally:
                self._deliver(lambda _: ended(), None)

        self._streams = [thread for thread in self._streams if thread.is_alive()]
        thread = threading.Thread(target=stream, name="attune-window-answer", daemon=True)
        self._streams.append(thread)
        thread.start()

    def fail(self, error: BaseException) -> None:
        """Report an error as one of a call without its own ``failed`` would be."""
        self._failed(error)

    def post(self, call: Callable[[T], None], value: T) -> None:
        """Have ``call(value)`` run on the GUI thread; may be called from any thread."""
        self._deliver(call, value)

    def close(self) -> None:
        """Finish what is queued, then end the threads. Whatever streams must have been told to stop."""
        self._jobs.put(None)
        self._open = False
        for thread in (self._thread, *self._streams):
            thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                result = job.call()
            except ENVIRONMENT_ERRORS as error:
                self._deliver(self._settled, (job.failed, error))
            except BaseException as error:  # noqa: BLE001
                self._deliver(self._settled, (job.failed, error))
                report_bug(error)
            else:
                self._deliver(self._settled, (job.done, result))

    def _settled(self, outcome: tuple[Callable[[Any], None], Any]) -> None:
        self._pending -= 1
        call, value = outcome
        call(value)
        if self._pending == 0:
            self.idle.emit()

    def _deliver(self, call: Callable[[Any], None], value: object) -> None:
        self._delivered.emit((call, value))

    def _on_delivered(self, delivery: tuple[Callable[[Any], None], Any]) -> None:
        if self._open:
            call, value = delivery
            call(value)


def _nothing(_: object) -> None:
    return None

"""What happens to a bug: it is written to the log, said once in a sentence, and never takes the window down.

Knows neither conversations nor the engine. Nothing is ever sent anywhere.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

log = logging.getLogger("attune.crash")


def report_bug(error: BaseException) -> None:
    """Have ``error``, which is being handled, reported as uncaught in this thread, which lives on."""
    threading.excepthook(
        threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
    )


@contextmanager
def reported(say: Callable[[str, str], None]) -> Iterator[None]:
    """Route uncaught exceptions of every thread to the log and to ``say(sentence, next_step)``.

    ``say`` may be called on any thread. The former hooks come back at the end of the ``with`` block.
    """
    before = sys.excepthook, threading.excepthook

    def report(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before[0](kind, error or kind(), trace)
            return
        log.error("uncaught %s\n%s", kind.__name__, "".join(traceback.format_exception(kind, error, trace)))
        say(
            tr("Something went wrong inside Attune."),
            tr("Your data is safe. If it happens again, restart Attune."),
        )

    def report_thread(arguments: threading.ExceptHookArgs) -> None:
        report(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook, threading.excepthook = report, report_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before

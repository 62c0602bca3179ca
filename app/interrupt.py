"""Ctrl+C in the terminal, and a polite kill, close the window like its own button does. Knows no window."""

from __future__ import annotations

import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def closing_on_interrupt(close: Callable[[], object]) -> Iterator[None]:
    """Within the block, SIGINT and SIGTERM call ``close`` from Qt's event loop.

    Python runs its signal handlers between bytecodes, and while Qt waits for events there are none; the wake-up
    file descriptor is written by the C handler, and Qt watches its other end.
    """
    heard, woken = socket.socketpair()
    heard.setblocking(False)
    woken.setblocking(False)
    notifier = QSocketNotifier(heard.fileno(), QSocketNotifier.Type.Read)

    def on_signal() -> None:
        heard.recv(64)
        close()

    notifier.activated.connect(on_signal)
    signals = (signal.SIGINT, signal.SIGTERM)
    handlers = {number: signal.signal(number, lambda *_: None) for number in signals}
    descriptor = signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(descriptor)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        notifier.deleteLater()
        heard.close()
        woken.close()

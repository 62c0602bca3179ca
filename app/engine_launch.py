"""Starts the engine process. It never imports an inference library itself: only the child process does.

Knows multiprocessing and signals; what travels through the pipe is not its business.
"""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    # What Connection is parametrised with differs between versions of typeshed.
    Pipe: TypeAlias = "Connection[object, object]"


class EngineProcess(Protocol):
    """What the client needs of a started engine; ``multiprocessing.Process`` offers it."""

    @property
    def pid(self) -> int | None:
        """Process id."""

    @property
    def exitcode(self) -> int | None:
        """``None`` while it runs; −N where signal N ended it."""

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, at most ``timeout`` seconds."""

    def kill(self) -> None:
        """End it now."""


def _engine_main(pipe: Pipe) -> None:
    # Imported in the child alone: this is what keeps llama.cpp and torch out of the window process.
    from engine.process import main

    main(pipe)


def spawn_engine() -> tuple[EngineProcess, Pipe]:
    """Start the engine process; return it and our end of the pipe."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_engine_main, args=(theirs,), name="attune-engine", daemon=True
    )
    if hasattr(signal, "pthread_sigmask"):
        # Ctrl+C in a terminal reaches the whole process group; it is meant for the reply, not for the engine.
        # The child inherits the mask. The tracker is started first because starting it changes the mask.
        resource_tracker.ensure_running()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    else:
        process.start()
    theirs.close()
    return process, ours

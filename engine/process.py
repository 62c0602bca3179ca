"""The engine process: commands in, events out, one inference at a time. Knows the pipe, not the work.

A reader thread takes commands off the pipe, so that ``Cancel`` is heard during a decode; everything else waits its
turn. When the other end closes, the process ends at once, whatever it is doing.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
from typing import TYPE_CHECKING

from engine.embedder import NAME as EMBEDDER_NAME
from engine.embedder import Embedder
from engine.errors import EngineError, NoModelError
from engine.llama import Aborted
from engine.protocol import (
    Cancel,
    Command,
    Done,
    Embed,
    Embedded,
    Failed,
    Generate,
    Generated,
    Load,
    Progress,
    Score,
)
from engine.session import Session

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from engine.protocol import Event, Result

logger = logging.getLogger(__name__)


def main(connection: Connection) -> None:
    """Serve ``connection`` until it closes. The target of the spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the terminal's to handle, not the engine's
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing in this process may reach for the network
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    level = logging.DEBUG if os.environ.get("ATTUNE_LOG") == "debug" else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="engine %(levelname)s %(name)s: %(message)s")
    Server(connection).serve()


class Server:
    """Takes commands, does them in order, reports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._session: Session | None = None
        self._embedder = Embedder()

    def serve(self) -> None:
        """Work until the process ends."""
        threading.Thread(target=self._receive, name="engine-reader", daemon=True).start()
        while True:
            command = self._commands.get()
            try:
                result = self._do(command)
            except Aborted:
                self._fail(
                    command,
                    EngineError(user_message="Cancelled.", next_step="Ask again when you like."),
                    "Cancelled",
                )
            except EngineError as error:
                self._fail(command, error)
            except MemoryError as error:
                self._fail(
                    command,
                    EngineError(
                        repr(error),
                        user_message="There is not enough memory for this.",
                        next_step="Close other programs, or choose a smaller model or context.",
                    ),
                )
            except Exception as error:
                logger.exception("a bug in the engine")
                self._fail(command, EngineError(repr(error)))
            else:
                self._send(Done(command.request_id, result))
            self._cancelled.discard(command.request_id)

    def _receive(self) -> None:
        while True:
            try:
                command = self._connection.recv()
            except (EOFError, OSError):
                os._exit(0)  # the window is gone: a decode in progress must not keep this process alive
            except Exception:  # whatever unpickling raises: one unreadable message must not silence the rest
                logger.exception("a message that can't be read")
                continue
            if isinstance(command, Cancel):
                self._cancelled.add(command.target)
            elif isinstance(command, Command):
                self._commands.put(command)
            else:
                logger.error("not a command: %s", type(command).__name__)

    def _do(self, command: Command) -> Result:
        def should_stop() -> bool:
            return command.request_id in self._cancelled

        def progress(stage: str, fraction: float) -> bool:
            self._send(Progress(command.request_id, stage, fraction))
            return not should_stop()

        match command:
            case Load():
                return self._load(command, progress)
            case Embed():
                if should_stop():
                    raise Aborted
                return Embedded(EMBEDDER_NAME, self._embedder.embed(command.texts))
            case Generate():
                for item in self._loaded().generate(command, should_stop):
                    if isinstance(item, Generated):
                        return item
                    self._send(item)
                raise EngineError("generation ended without a result")
            case Score():
                return self._loaded().score(
                    command, should_stop, lambda f: self._send(Progress(command.request_id, "Scoring", f))
                )
            case Cancel():
                raise EngineError("Cancel is handled on arrival")

    def _load(self, command: Load, progress: object) -> Result:
        if self._session is not None:
            self._session.close()
            self._session = None
        self._session = Session(command, progress)  # type: ignore[arg-type]
        return self._session.loaded

    def _loaded(self) -> Session:
        if self._session is None:
            raise NoModelError
        return self._session

    def _send(self, event: Event) -> None:
        with self._sending:
            try:
                self._connection.send(event)
            except (BrokenPipeError, OSError):
                os._exit(0)

    def _fail(self, command: Command, error: EngineError, kind: str = "") -> None:
        self._send(
            Failed(
                command.request_id,
                kind or type(error).__name__,
                error.user_message,
                error.next_step,
                str(error),
            )
        )

"""The engine process: commands in, events out, one inference at a time. Knows the pipe, not the work.

A reader thread takes commands off the pipe, so that ``Cancel`` is heard during a decode; everything else waits its
turn. When the other end closes, the process ends at once, whatever it is doing.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import signal
import sys
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.embedder import NAME as EMBEDDER_NAME
from engine.embedder import Embedder
from engine.errors import BadRequestError, EngineError, NoModelError
from engine.llama import Aborted
from engine.protocol import (
    Calibrate,
    Calibrated,
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
    from collections.abc import Callable, Generator
    from multiprocessing.connection import Connection

    from engine.calibration.pipeline import Stepped
    from engine.protocol import Event, Result

logger = logging.getLogger(__name__)


def main(connection: Connection) -> None:
    """Serve ``connection`` until it closes. The target of the spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the terminal's to handle, not the engine's
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing in this process may reach for the network
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # a native abort must not wait for a debugger first
    _leave_no_core()
    level = logging.DEBUG if os.environ.get("ATTUNE_LOG") == "debug" else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="engine %(levelname)s %(name)s: %(message)s")
    Server(connection).serve()


def _leave_no_core() -> None:
    """Keep the system, where it heeds the limit, from writing this process and the conversation to the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@dataclass(frozen=True, slots=True)
class _Background:
    """Work that every other command overtakes, and who asked for it."""

    command: Calibrate
    steps: Generator[Stepped | Calibrated, None, None]


class Server:
    """Takes commands, does them in order, reports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._session: Session | None = None
        self._embedder = Embedder()
        self._background: _Background | None = None
        self._overtaking = threading.Event()

    def serve(self) -> None:
        """Work until the process ends."""
        threading.Thread(target=self._receive, name="engine-reader", daemon=True).start()
        while True:
            self._overtaking.clear()
            try:
                # A calibration does one step whenever nobody asks for anything else.
                command = self._commands.get(block=self._background is None)
            except queue.Empty:
                if self._background is not None:
                    self._guarded(self._background.command, self._step)
                continue
            if isinstance(command, Load):
                self._end_calibration()
            if isinstance(command, Calibrate):
                self._guarded(command, self._start)
            else:
                self._guarded(command, self._do)

    def _guarded(self, command: Command, work: Callable[[Command], Result | None]) -> None:
        """Do ``work`` and report how it ended; ``None`` means that there is more to come."""
        try:
            result = work(command)
        except Aborted:
            self._fail(command, _cancelled(), "Cancelled")
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
            if result is None:
                return
            self._send(Done(command.request_id, result))
        if self._background is not None and command is self._background.command:
            self._background = None
        self._cancelled.discard(command.request_id)

    def _start(self, command: Command) -> None:
        assert isinstance(command, Calibrate)
        if self._background is not None:
            raise BadRequestError(
                "a calibration is running",
                user_message="Attune is already being tuned to this model.",
                next_step="Wait until it is done, or cancel it.",
            )
        self._background = _Background(command, self._steps(command))

    def _steps(self, command: Calibrate) -> Generator[Stepped | Calibrated, None, None]:
        return self._loaded().calibrate(
            command, lambda: command.request_id in self._cancelled or self._overtaking.is_set()
        )

    def _step(self, command: Command) -> Result | None:
        assert self._background is not None
        if command.request_id in self._cancelled:
            self._background.steps.close()
            raise Aborted
        try:
            step = next(self._background.steps)
        except Aborted:
            if command.request_id in self._cancelled:
                raise
            # Somebody waits for an answer: the reply at hand is given up, and sampled again afterwards.
            self._background = replace(self._background, steps=self._steps(self._background.command))
            return None
        if isinstance(step, Calibrated):
            return step
        stage, fraction = step.stage, step.done / max(1, step.total)
        self._send(
            Progress(command.request_id, stage.name, fraction, step.seconds_left, stage.step, stage.steps)
        )
        return None

    def _end_calibration(self) -> None:
        """Stop at the last complete reply: what is on disk is found again when the calibration is resumed."""
        if self._background is not None:
            self._background.steps.close()
            self._fail(self._background.command, _cancelled(), "Cancelled")
            self._background = None

    def _receive(self) -> None:
        while True:
            try:
                message = self._connection.recv_bytes()
            except (EOFError, OSError):
                os._exit(0)  # the window is gone: a decode in progress must not keep this process alive
            try:
                command = pickle.loads(message)  # noqa: S301  our own parent's, over a private pipe
            except Exception:  # one unreadable message must not silence the rest
                logger.exception("a message that can't be read")
                continue
            if isinstance(command, Cancel):
                self._cancelled.add(command.target)
            elif isinstance(command, Command):
                self._commands.put(command)
                if not isinstance(command, Score | Calibrate):  # nobody waits for idle work
                    self._overtaking.set()
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
            case Calibrate() | Cancel():
                raise EngineError(f"{type(command).__name__} is handled elsewhere")

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


def _cancelled() -> EngineError:
    return EngineError(user_message="Cancelled.", next_step="Start it again when you like.")

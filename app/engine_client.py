"""The window's end of the pipe to the engine process: starts it, talks to it, starts it again when it dies.

It knows the protocol and that a process can end at any moment. It does not know what is asked or why, nor how a
process is started.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import multiprocessing
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from app.engine_launch import spawn_engine
from engine import errors
from engine.protocol import (
    Calibrate,
    Calibrated,
    Cancel,
    Done,
    Failed,
    Generate,
    Load,
    Loaded,
    Progress,
    Score,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.engine_launch import EngineProcess, Pipe
    from engine.protocol import Command, Event, Result, SecondModel


CRASH_LOOP_DEATHS = 3
CRASH_LOOP_SECONDS = 60.0
CLOSE_SECONDS = 2.0


@dataclass(slots=True)
class _Running:
    """One engine process, the pipe to it and the thread that reads from it."""

    process: EngineProcess
    pipe: Pipe
    wake: Pipe
    alarm: Pipe
    loading: int | None = None
    loaded: Loaded | None = None
    gone: bool = False
    resting: bool = False


@dataclass(slots=True)
class _Open:
    """A request that has not ended yet, and the load it waits behind, if any; one that ``joins`` ends with that."""

    run: _Running
    command: Command
    events: queue.SimpleQueue[Event] = field(default_factory=queue.SimpleQueue)
    behind: int | None = None
    load_failure: Failed | None = None
    joins: bool = False


class EngineClient:
    """Sends commands to the engine process and hands each request its own events. Methods are thread-safe.

    Nothing starts before the first request or ``start()``. A dying engine fails every open request at once
    with ``Failed(kind="EngineDiedError")``; the next request starts a new one, which first reloads the model.
    """

    def __init__(
        self,
        log: logging.Logger | None = None,
        *,
        launch: Callable[[], tuple[EngineProcess, Pipe]] = spawn_engine,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log or logging.getLogger(__name__)
        self._launch = launch
        self._clock = clock
        self._lock = threading.RLock()
        self._ids = itertools.count(1)
        self._open: dict[int, _Open] = {}
        self._running: _Running | None = None
        self._readers: list[threading.Thread] = []
        self._load: Load | None = None
        self._load_deaths: deque[float] = deque(maxlen=CRASH_LOOP_DEATHS)
        self._closed = False
        self._watchers: list[Callable[[Loaded], None]] = []

    def next_id(self) -> int:
        """Return a request id no other request of this client has."""
        return next(self._ids)

    @property
    def alive(self) -> bool:
        """Whether an engine process runs."""
        return self._running is not None

    @property
    def pid(self) -> int | None:
        """Process id of the running engine."""
        run = self._running
        return run.process.pid if run else None

    @property
    def loaded(self) -> Loaded | None:
        """The model that is ready in the running engine."""
        run = self._running
        return run.loaded if run else None

    @property
    def path(self) -> str:
        """Path of the remembered model; empty where there is none."""
        load = self._load
        return load.path if load else ""

    def start(self) -> None:
        """Start the engine now if it does not run, so that the first request finds it warm."""
        with self._lock:
            self._load_deaths.clear()
            self._ensure_running()

    def load(
        self,
        path: str,
        *,
        sha256: str | None = None,
        context_length: int = 4096,
        threads: int = 0,
        gpu_layers: int | None = None,
        heads: tuple[str, ...] = (),
        cache_type: str = "f16",
        flash: str = "auto",
        batch: int = 64,
        second: SecondModel | None = None,
    ) -> None:
        """Remember the model to use; the next request that needs one loads it first, after a restart too."""
        with self._lock:
            self._load = Load(
                self.next_id(),
                path,
                sha256,
                context_length,
                threads,
                gpu_layers,
                heads,
                cache_type,
                flash,
                batch,
                second,
            )
            self._load_deaths.clear()
            if self._running:
                self._running.loading = self._running.loaded = None

    def on_loaded(self, callback: Callable[[Loaded], None]) -> None:
        """Have ``callback`` called when a model is ready, and when it has been tuned; it must not wait.

        It is called on the thread that reads from the engine, with the client's lock held.
        """
        self._watchers.append(callback)

    def pending_load(self) -> Load | None:
        """Return the command that loads the remembered model; ``None`` where it is loaded or being loaded."""
        with self._lock:
            run = self._running
            if self._load is None or (run and (run.loaded or run.loading is not None)):
                return None
            return replace(self._load, request_id=self.next_id())

    def ready(self, request_id: int) -> Iterator[Event]:
        """Load the remembered model, or wait for its load; the last event is ``Done`` with ``Loaded``, or ``Failed``.

        ``cancel(request_id)`` ends the waiting alone: a load under way serves the next question.
        """
        with self._lock:
            run, refused = self._start_for(request_id)
            if run is None:
                return self._events(request_id, refused)
            request = _Open(run, Cancel(request_id, 0), joins=True)
            if run.loaded is not None:
                request.events.put(Done(request_id, run.loaded))
            elif self._load is None:
                error = errors.NoModelError()
                request.events.put(
                    Failed(request_id, "NoModelError", error.user_message, error.next_step, str(error))
                )
            else:
                request.behind = self._begin_load(run)
                self._open[request_id] = request
            return self._events(request_id, request.events)

    def rest(self) -> bool:
        """End the engine to free its memory, unless something is asked of it; the next request starts it again."""
        with self._lock:
            run = self._running
            if run is None or any(request.run is run for request in self._open.values()):
                return False
            run.resting = True
            self._running = None
            run.alarm.send(None)
            return True

    def request(self, command: Command) -> Iterator[Event]:
        """Send ``command`` and iterate over its events; the last one is ``Done`` or ``Failed``.

        Never raises for engine trouble. Leaving the iterator early cancels the request.
        """
        return self._events(command.request_id, self._submit(command))

    def call(self, command: Command) -> Result:
        """Send ``command`` and wait for its result.

        Raises the class of ``engine.errors`` that the failure names.
        """
        return result_of(self.request(command))

    def cancel(self, request_id: int) -> None:
        """Ask the engine to stop a request. Returns at once; the request still ends with a last event."""
        with self._lock:
            request = self._open.get(request_id)
            if request and request.joins:
                del self._open[request_id]
                request.events.put(Failed(request_id, "Cancelled", "Cancelled.", "Ask again.", "Cancelled"))
            elif request and not request.run.gone:
                # A dead pipe is the reader's business: it fails the request.
                with contextlib.suppress(OSError, ValueError):
                    request.run.pipe.send(Cancel(self.next_id(), request_id))

    def close(self) -> None:
        """End the engine: let it leave by itself, kill it where it does not. Open requests fail."""
        with self._lock:
            self._closed = True
            run = self._running
            if run:
                run.alarm.send(None)
            readers = list(self._readers)
        for reader in readers:
            reader.join()

    def _submit(self, command: Command) -> queue.SimpleQueue[Event]:
        with self._lock:
            run, refused = self._start_for(command.request_id)
            if run is None:
                return refused
            request = _Open(run, command)
            if isinstance(command, Load):
                run.loading, run.loaded = command.request_id, None
            elif isinstance(command, Generate | Score | Calibrate) and self._load and run.loaded is None:
                request.behind = self._begin_load(run)
            self._open[command.request_id] = request
            self._send(run, command)
            return request.events

    def _start_for(self, request_id: int) -> tuple[_Running | None, queue.SimpleQueue[Event]]:
        """Return the running engine, or None and the events that say why there is none."""
        refused: queue.SimpleQueue[Event] = queue.SimpleQueue()
        reason = self._refusal()
        if reason is None:
            try:
                return self._ensure_running(), refused
            except OSError as error:
                reason = _died(request_id, f"the engine process could not start: {error!r}")
        refused.put(replace(reason, request_id=request_id))
        return None, refused

    def _begin_load(self, run: _Running) -> int:
        """Load the remembered model unless it is being loaded; return the load's id."""
        assert self._load is not None
        if run.loading is None:
            reload = replace(self._load, request_id=self.next_id())
            run.loading = reload.request_id
            self._open[reload.request_id] = _Open(run, reload)
            self._send(run, reload)
        return run.loading

    def _send(self, run: _Running, command: Command) -> None:
        try:
            run.pipe.send(command)
        except (OSError, ValueError) as error:
            # The reader sees the end of the pipe as well and fails whatever is open.
            self._log.debug("sending to a dead engine: %r", error)

    def _events(self, request_id: int, events: queue.SimpleQueue[Event]) -> Iterator[Event]:
        ended = False
        try:
            while not ended:
                event = events.get()
                ended = isinstance(event, Done | Failed)
                yield event
        finally:
            if not ended:
                self.cancel(request_id)

    def _tell(self, loaded: Loaded) -> None:
        for callback in self._watchers:
            try:
                callback(loaded)
            except Exception:  # noqa: BLE001  whatever goes wrong with those who are told, the engine is well
                self._log.exception("a model is ready, and not all could be told")

    def _refusal(self) -> Failed | None:
        if self._closed:
            return _died(0, "the engine client is closed", next_step="Restart Attune.")
        times = self._load_deaths
        if len(times) == CRASH_LOOP_DEATHS and times[-1] - times[0] <= CRASH_LOOP_SECONDS:
            return _died(
                0,
                "crash loop while loading",
                user_message="The engine stopped three times in a row while opening this model.",
                next_step="Choose another model file; this one can't be used on this computer.",
            )
        return None

    def _ensure_running(self) -> _Running:
        if self._running is None:
            process, pipe = self._launch()
            wake, alarm = multiprocessing.Pipe(duplex=False)
            run = _Running(process, pipe, wake, alarm)
            reader = threading.Thread(
                target=self._read, args=(run,), name="attune-engine-reader", daemon=True
            )
            self._readers = [thread for thread in self._readers if thread.is_alive()] + [reader]
            self._running = run
            reader.start()
        return self._running

    def _read(self, run: _Running) -> None:
        detail = "the pipe to the engine ended"
        try:
            while run.wake not in wait([run.pipe, run.wake]):
                event = run.pipe.recv()
                with self._lock:
                    self._dispatch(run, event)  # type: ignore[arg-type]
            detail = "Attune is closing"
        except (EOFError, OSError) as error:
            detail = f"{detail}: {error!r}"
        finally:
            self._end(run, detail)

    def _dispatch(self, run: _Running, event: Event) -> None:
        request = self._open.get(event.request_id)
        if request is None:
            return
        if isinstance(event, Done | Failed):
            del self._open[event.request_id]
            if isinstance(request.command, Load):
                self._load_ended(run, request.command, event)
            elif isinstance(event, Done) and isinstance(event.result, Calibrated) and run.loaded:
                result = event.result
                run.loaded = replace(
                    run.loaded,
                    head_version=result.head_version,
                    head_principles=result.head_principles,
                )
                self._tell(run.loaded)
            elif isinstance(event, Failed) and event.kind == "NoModelError" and request.load_failure:
                event = replace(request.load_failure, request_id=event.request_id)
        elif isinstance(event, Progress):
            for other_id, other in self._open.items():
                if other.behind == event.request_id:
                    other.events.put(replace(event, request_id=other_id))
        request.events.put(event)

    def _load_ended(self, run: _Running, command: Load, event: Done | Failed) -> None:
        joining = [
            (request_id, other)
            for request_id, other in self._open.items()
            if other.joins and other.behind == command.request_id
        ]
        if run.loading != command.request_id:  # another model was chosen meanwhile: wait for that one
            for _, other in joining:
                other.behind = self._begin_load(run)
            return
        for request_id, other in joining:
            del self._open[request_id]
            other.events.put(replace(event, request_id=request_id))
        run.loading = None
        if isinstance(event, Done) and isinstance(event.result, Loaded):
            run.loaded = event.result
            self._load = command
            self._load_deaths.clear()
            self._tell(run.loaded)
        elif isinstance(event, Failed):
            for other in self._open.values():
                if other.behind == command.request_id:
                    other.load_failure = event

    def _end(self, run: _Running, detail: str) -> None:
        with self._lock:
            run.gone = True
            if self._running is run:
                self._running = None
            run.pipe.close()
            if run.loading is not None and not self._closed:
                self._load_deaths.append(self._clock())
        # Reaped before the requests are told, so that whoever hears of the death no longer sees the process.
        run.process.join(CLOSE_SECONDS)
        if run.process.exitcode is None:
            run.process.kill()
            run.process.join()
        if not self._closed and not run.resting:
            self._log.warning("engine ended with exit code %s: %s", run.process.exitcode, detail)
        with self._lock:
            for request_id, request in list(self._open.items()):
                if request.run is run:
                    del self._open[request_id]
                    request.events.put(_failure(request, run, f"exit code {run.process.exitcode}; {detail}"))
            run.wake.close()
            run.alarm.close()


def result_of(events: Iterator[Event]) -> Result:
    """Wait for what a request results in. Raises the class of ``engine.errors`` that its failure names."""
    for event in events:
        if isinstance(event, Done):
            return event.result
        if isinstance(event, Failed):
            raise error_of(event)
    raise errors.EngineDiedError("the request ended without a result")


def error_of(failure: Failed) -> errors.EngineError:
    """Make the exception that ``failure`` names; the root class for a name this version does not know."""
    kind = getattr(errors, failure.kind, errors.EngineError)
    if not (isinstance(kind, type) and issubclass(kind, errors.EngineError)):
        kind = errors.EngineError
    return kind(failure.detail, user_message=failure.user_message, next_step=failure.next_step)


def _died(request_id: int, detail: str, *, user_message: str = "", next_step: str = "") -> Failed:
    error = errors.EngineDiedError(detail, user_message=user_message, next_step=next_step)
    return Failed(request_id, "EngineDiedError", error.user_message, error.next_step, detail)


def _failure(request: _Open, run: _Running, detail: str) -> Failed:
    request_id = request.command.request_id
    if run.loading is not None and run.loading in (request_id, request.behind):
        return _died(
            request_id,
            detail,
            user_message="The engine stopped while opening the model.",
            next_step="Try once more; if it stops again, choose another model file.",
        )
    return _died(request_id, detail)

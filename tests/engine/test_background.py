"""A calibration is the engine's background work: whoever waits for an answer goes first, and nothing is lost."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from engine.calibration.pipeline import Stage, Stepped
from engine.llama import Aborted
from engine.process import Server
from engine.protocol import (
    Calibrate,
    Calibrated,
    Cancel,
    Done,
    Failed,
    Generate,
    Generated,
    Message,
    Progress,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Semaphore

    from engine.protocol import Event

    Pipe = Connection[object, object]

PATIENCE = 10.0
UNITS = 4
REPLY = Generated("Hi.", (1,), "stop", 1, 0, 0.0, 0.0, 0.0, 0.0, ())


class Session:
    """Units that wait to be released, and abort as a model's do; what is done is kept, as on disk."""

    def __init__(self, begun: Semaphore, release: Semaphore) -> None:
        self.done = 0
        self.begun, self.release = begun, release

    def calibrate(
        self, command: Calibrate, should_stop: Callable[[], bool]
    ) -> Iterator[Stepped | Calibrated]:
        while self.done < UNITS:
            self.begun.release()
            while not self.release.acquire(timeout=0.005):
                if should_stop():
                    raise Aborted
            self.done += 1
            yield Stepped(Stage("Working", 1, 2), self.done, UNITS, 3.0)
        yield Calibrated("head", "v", 1, ())

    def generate(self, command: Generate, should_stop: Callable[[], bool]) -> Iterator[Generated]:
        yield REPLY


def _serve(pipe: Pipe, begun: Semaphore, release: Semaphore) -> None:
    server = Server(pipe)
    server._session = Session(begun, release)  # type: ignore[assignment]
    server.serve()


@dataclass
class Served:
    pipe: Pipe
    begun: Semaphore
    release: Semaphore


@pytest.fixture
def served() -> Iterator[Served]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = multiprocessing.Pipe()
    begun, release = spawn.Semaphore(0), spawn.Semaphore(0)
    process = spawn.Process(target=_serve, args=(theirs, begun, release))
    process.start()
    theirs.close()
    yield Served(ours, begun, release)
    ours.close()
    process.join(PATIENCE)


def event(pipe: Pipe) -> Event:
    assert pipe.poll(PATIENCE), "the engine is silent"
    return pipe.recv()


def test_an_answer_does_not_wait_for_the_reply_a_calibration_is_at(served) -> None:
    pipe = served.pipe
    pipe.send(Calibrate(1, "", "", "", ()))
    assert served.begun.acquire(timeout=PATIENCE)
    pipe.send(Generate(2, (Message("user", "Hello?"),)))
    assert event(pipe) == Done(2, REPLY)  # no unit ends before it is released
    assert served.begun.acquire(timeout=PATIENCE), "it goes on by itself"
    for _ in range(UNITS):
        served.release.release()
    seen = [event(pipe) for _ in range(UNITS + 1)]
    assert seen[0] == Progress(1, "Working", 0.25, 3.0, 1, 2)
    assert isinstance(seen[-1], Done)


def test_it_is_cancelled_in_the_middle_of_a_reply(served) -> None:
    pipe = served.pipe
    pipe.send(Calibrate(1, "", "", "", ()))
    assert served.begun.acquire(timeout=PATIENCE)
    pipe.send(Cancel(2, 1))
    last = event(pipe)
    assert isinstance(last, Failed)
    assert (last.request_id, last.kind) == (1, "Cancelled")

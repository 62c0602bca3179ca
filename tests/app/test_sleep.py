"""A computer that sleeps stops its processes wherever they are: what was asked goes on as if nothing had been."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from app.engine_client import EngineClient
from engine.protocol import Done, Failed, Generate, Generated, Load, Message, Sampling, Token
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a POSIX signal")

QUESTION = (Message("user", "bade kilo?"),)
LONG = Sampling(max_tokens=150, seed=4)
NAP = 0.7


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model slow enough to be stopped in the middle of an answer."""
    shape = TinyModel(width=256, layers=6, heads=4, feed_forward=1024)
    return shape.write(tmp_path_factory.mktemp("sleep") / "model.gguf")


@pytest.fixture
def client(path: Path) -> Iterator[EngineClient]:
    made = EngineClient()
    made.call(Load(made.next_id(), str(path), context_length=1024, threads=1))
    yield made
    made.close()


@contextmanager
def asleep(client: EngineClient) -> Iterator[None]:
    """Stop the engine process for the length of the block."""
    assert client.pid is not None
    os.kill(client.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(client.pid, signal.SIGCONT)


def answer(client: EngineClient) -> Generated:
    result = client.call(Generate(client.next_id(), QUESTION, LONG))
    assert isinstance(result, Generated)
    return result


def test_a_question_asked_of_an_engine_that_slept_while_idle_is_answered(client: EngineClient) -> None:
    before, pid = answer(client), client.pid
    found: list[Generated] = []
    with asleep(client):
        asking = threading.Thread(target=lambda: found.append(answer(client)))
        asking.start()
        time.sleep(NAP)
        assert not found
    asking.join(60)
    assert [result.token_ids for result in found] == [before.token_ids]
    assert client.pid == pid


def test_an_answer_that_sleep_interrupts_goes_on_word_for_word(client: EngineClient) -> None:
    whole = answer(client)
    said, slept = "", False
    for event in client.request(Generate(client.next_id(), QUESTION, LONG)):
        if isinstance(event, Token):
            said += event.text
            if not slept and len(said) > 20:
                with asleep(client):
                    time.sleep(NAP)
                slept = True
        elif isinstance(event, Done):
            assert isinstance(event.result, Generated)
            assert event.result.token_ids == whole.token_ids
    assert slept


def test_stop_is_never_waited_for_and_heard_after_waking(client: EngineClient) -> None:
    command = Generate(client.next_id(), QUESTION, LONG)
    answer(client)  # the model is loaded, and the process is there to be put to sleep
    with asleep(client):
        events = client.request(command)  # both wait in the pipe: it wakes to an answer and to its end
        began = time.monotonic()
        client.cancel(command.request_id)
        assert time.monotonic() - began < NAP
        time.sleep(NAP)
    (last,) = [event for event in events if isinstance(event, Done | Failed)]
    assert isinstance(last, Done)
    assert isinstance(last.result, Generated)
    assert last.result.finish_reason == "cancelled"


def test_an_engine_that_did_not_survive_the_night_is_replaced_at_the_next_question(
    client: EngineClient,
) -> None:
    before, pid = answer(client), client.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    while client.alive:
        time.sleep(0.01)
    assert answer(client).token_ids == before.token_ids
    assert client.pid != pid


def test_attune_closes_though_its_engine_sleeps(client: EngineClient) -> None:
    answer(client)
    assert client.pid is not None
    os.kill(client.pid, signal.SIGSTOP)
    began = time.monotonic()
    client.close()
    assert time.monotonic() - began < 10

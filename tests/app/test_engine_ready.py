"""Waiting for the model: joining a load under way, another model chosen meanwhile, and an engine put to rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from app.composition import build
from app.settings import Settings
from engine.protocol import Done, Failed, Generate, Generated, Load, Loaded, Message, Progress, Score
from tests.fakes import GOOD_FILE, FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.protocol import Event

QUESTION = (Message("user", "why?"),)


@pytest.fixture
def client() -> Iterator[FakeEngineClient]:
    made = FakeEngineClient()
    yield made
    made.close()


def _ready(client: FakeEngineClient) -> list[Event]:
    return list(client.ready(client.next_id()))


def _loads(client: FakeEngineClient) -> list[str]:
    return [command.path for command in client.behaviour.seen if isinstance(command, Load)]


def test_ready_loads_once_and_then_answers_at_once(client: FakeEngineClient) -> None:
    first, again = _ready(client), _ready(client)
    assert isinstance(first[-1], Done)
    assert isinstance(first[-1].result, Loaded)
    assert [type(event) for event in again] == [Done]
    assert len(_loads(client)) == 1


def test_ready_joins_a_load_under_way_and_hears_its_progress(client: FakeEngineClient) -> None:
    client.behaviour.load_delay = 0.1
    command = client.pending_load()
    assert command is not None
    request = client.next_id()
    with client._lock:  # no progress is passed on before both have asked
        client.request(command)
        joined = client.ready(request)
    events = list(joined)
    assert [type(event) for event in events] == [Progress, Progress, Done]
    assert {event.request_id for event in events} == {request}
    assert len(_loads(client)) == 1


def test_stopping_the_wait_leaves_the_load_to_the_next_question(client: FakeEngineClient) -> None:
    client.behaviour.load_delay = 2.0
    request = client.next_id()
    events = client.ready(request)
    client.cancel(request)
    began = time.monotonic()
    last = list(events)[-1]
    assert time.monotonic() - began < 1.0
    assert isinstance(last, Failed)
    assert last.kind == "Cancelled"
    assert isinstance(_ready(client)[-1], Done)
    assert len(_loads(client)) == 1


def test_ready_follows_to_a_model_chosen_meanwhile(client: FakeEngineClient, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(GOOD_FILE)
    client.behaviour.load_delay = 0.1
    with client._lock:  # the first does not end before the other is chosen
        events = client.ready(client.next_id())
        client.load(str(other))
    last = list(events)[-1]
    assert isinstance(last, Done)
    assert client.loaded == last.result
    assert _loads(client)[-1] == str(other)


def test_ready_says_what_is_wrong_with_the_model(client: FakeEngineClient, tmp_path: Path) -> None:
    client.load(str(tmp_path / "missing.gguf"))
    last = _ready(client)[-1]
    assert isinstance(last, Failed)
    assert last.kind == "ModelFileError"


def test_ready_without_a_model_says_so() -> None:
    client = FakeEngineClient(model=None)
    last = _ready(client)[-1]
    client.close()
    assert isinstance(last, Failed)
    assert last.kind == "NoModelError"


def test_ready_fails_with_the_engine(client: FakeEngineClient) -> None:
    client.behaviour.die_while_loading = True
    last = _ready(client)[-1]
    assert isinstance(last, Failed)
    assert last.kind == "EngineDiedError"


def test_an_engine_at_rest_is_gone_and_the_next_request_wakes_it(
    client: FakeEngineClient, caplog: pytest.LogCaptureFixture
) -> None:
    _ready(client)
    assert client.rest()
    assert client.loaded is None
    assert not client.alive
    result = client.call(Generate(client.next_id(), QUESTION))
    assert isinstance(result, Generated)
    assert len(_loads(client)) == 2
    assert not caplog.records


def test_an_engine_that_is_asked_something_does_not_rest(client: FakeEngineClient) -> None:
    with client.held(3):
        events = client.request(Generate(client.next_id(), QUESTION))
        next(events)
        assert not client.rest()
    assert isinstance(list(events)[-1], Done)
    assert client.rest()
    assert not client.rest()


def test_idle_work_waits_for_a_load_under_way(client: FakeEngineClient, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(GOOD_FILE)
    attune = build(Settings(data_dir=tmp_path), engine=client)
    conversation = attune.assistant.new_conversation()
    reply = list(attune.assistant.answer(conversation.id, "why?"))[-1].turn.message  # type: ignore[union-attr]
    assert attune.assistant.settle(10)
    client.behaviour.load_delay = 0.3
    client.load(str(other))
    command = client.pending_load()
    assert command is not None
    client.request(command)
    attune.assistant._idle.add(reply.id)
    assert attune.assistant.settle(10)
    attune.close()
    order = [type(c) for c in client.behaviour.seen if isinstance(c, Load | Score)]
    assert order == [Load, Score, Load, Score]

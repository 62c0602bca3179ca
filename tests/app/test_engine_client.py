"""The client's own promises: restart, reload, crash loops, cancelling by leaving, and an honest end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from app.engine_client import CRASH_LOOP_DEATHS, EngineClient, error_of
from engine import errors
from engine.protocol import Cancel, Done, Embed, Failed, Generate, Load, Loaded, Message, Progress, Token
from tests.fakes import FAKE_MODEL, GOOD_FILE, FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION = (Message("user", "Why is the sky blue?"),)


@pytest.fixture
def client() -> Iterator[FakeEngineClient]:
    client = FakeEngineClient()
    yield client
    client.close()


def ask(client: EngineClient) -> Done | Failed:
    *_, last = client.request(Generate(client.next_id(), QUESTION))
    assert isinstance(last, Done | Failed)
    return last


def test_nothing_starts_before_it_is_needed(client: FakeEngineClient) -> None:
    assert not client.alive
    assert client.pid is None
    client.start()
    assert client.alive
    assert client.pid is not None


def test_embedding_needs_no_model(client: FakeEngineClient) -> None:
    client.call(Embed(client.next_id(), ("text",)))

    assert [type(command) for command in client.behaviour.seen] == [Embed]


def test_a_new_engine_first_loads_the_remembered_model(client: FakeEngineClient, tmp_path: Path) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(GOOD_FILE)
    client.call(Load(client.next_id(), str(path), context_length=999))
    client.kill()
    while client.alive:
        time.sleep(0.005)
    client.behaviour.seen.clear()

    assert isinstance(ask(client), Done)

    load, generate = client.behaviour.seen
    assert isinstance(load, Load)
    assert (load.path, load.context_length) == (str(path), 999)
    assert isinstance(generate, Generate)


def test_waiting_requests_hear_how_the_load_goes(client: FakeEngineClient) -> None:
    command = Generate(client.next_id(), QUESTION)
    first = next(iter(client.request(command)))

    assert isinstance(first, Progress)
    assert first.request_id == command.request_id


def test_a_reload_that_fails_says_why_instead_of_no_model(client: FakeEngineClient, tmp_path: Path) -> None:
    client.load(str(tmp_path / "gone.gguf"))

    last = ask(client)

    assert isinstance(last, Failed)
    assert last.kind == "ModelFileError"
    assert isinstance(error_of(last), errors.ModelFileError)


def test_a_refused_model_is_not_remembered(client: FakeEngineClient, tmp_path: Path) -> None:
    with pytest.raises(errors.ModelFileError):
        client.call(Load(client.next_id(), str(tmp_path / "gone.gguf")))

    assert isinstance(ask(client), Done)
    assert client.loaded is not None


def test_a_crash_loop_while_loading_is_broken(client: FakeEngineClient) -> None:
    client.behaviour.die_while_loading = True
    failures = [ask(client) for _ in range(CRASH_LOOP_DEATHS + 2)]
    launched = len(client.behaviour.seen)

    assert all(isinstance(f, Failed) and f.kind == "EngineDiedError" for f in failures)
    assert isinstance(failures[0], Failed)
    assert "opening the model" in failures[0].user_message
    assert isinstance(failures[-1], Failed)
    assert "three times" in failures[-1].user_message
    assert not client.alive
    assert sum(isinstance(command, Load) for command in client.behaviour.seen) == CRASH_LOOP_DEATHS
    ask(client)
    assert len(client.behaviour.seen) == launched

    client.behaviour.die_while_loading = False
    client.load(FAKE_MODEL)
    assert isinstance(ask(client), Done)


def test_deaths_far_apart_are_no_loop() -> None:
    now = 0.0
    client = FakeEngineClient(clock=lambda: now)
    client.behaviour.die_while_loading = True
    for _ in range(CRASH_LOOP_DEATHS + 1):
        ask(client)
        now += 31.0

    assert sum(isinstance(command, Load) for command in client.behaviour.seen) == CRASH_LOOP_DEATHS + 1
    client.close()


def test_leaving_early_cancels(client: FakeEngineClient) -> None:
    command = Generate(client.next_id(), QUESTION)
    with client.held(3):
        stream = client.request(command)
        next(event for event in stream if isinstance(event, Token))
        stream.close()  # type: ignore[attr-defined]
    ask(client)

    assert [c.target for c in client.behaviour.seen if isinstance(c, Cancel)] == [command.request_id]


def test_cancelling_what_is_over_does_nothing(client: FakeEngineClient) -> None:
    command = Generate(client.next_id(), QUESTION)
    list(client.request(command))
    client.cancel(command.request_id)
    client.cancel(12345)

    assert isinstance(ask(client), Done)
    assert not [c for c in client.behaviour.seen if isinstance(c, Cancel)]


def test_every_open_request_hears_of_the_death(client: FakeEngineClient) -> None:
    with client.held(3):
        streams = [client.request(Generate(client.next_id(), QUESTION)) for _ in range(4)]
        next(streams[0])
        client.kill()

    last = [list(stream)[-1] for stream in streams]

    assert [event.kind for event in last if isinstance(event, Failed)] == ["EngineDiedError"] * 4


def test_requests_from_many_threads_do_not_mix(client: FakeEngineClient) -> None:
    texts: dict[int, str] = {}

    def work(number: int) -> None:
        command = Generate(client.next_id(), (Message("user", f"Question {number}"),))
        events = list(client.request(command))
        assert {event.request_id for event in events} == {command.request_id}
        assert isinstance(events[-1], Done)
        texts[number] = events[-1].result.text  # type: ignore[union-attr]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    alone = [client.call(Generate(client.next_id(), (Message("user", f"Question {n}"),))) for n in range(12)]
    assert [texts[n] for n in range(12)] == [result.text for result in alone]  # type: ignore[union-attr]


def test_after_close_requests_fail_at_once() -> None:
    client = FakeEngineClient()
    client.start()
    client.close()
    client.close()

    last = ask(client)

    assert isinstance(last, Failed)
    assert last.kind == "EngineDiedError"
    assert not client.alive


def test_close_fails_what_is_open() -> None:
    client = FakeEngineClient()
    with client.held(3):
        stream = client.request(Generate(client.next_id(), QUESTION))
        next(event for event in stream if isinstance(event, Token))
        client.close()

    last = list(stream)[-1]

    assert isinstance(last, Failed)
    assert last.kind == "EngineDiedError"


def test_a_computer_that_can_t_start_processes_is_explained() -> None:
    def refuse() -> tuple[object, object]:
        raise OSError("no more processes")

    client = EngineClient(launch=refuse)  # type: ignore[arg-type]
    last = ask(client)

    assert isinstance(last, Failed)
    assert "no more processes" in last.detail
    client.close()


def test_an_unknown_failure_becomes_the_root_error() -> None:
    error = error_of(Failed(1, "SomethingNewError", "It broke.", "Mend it.", "detail"))

    assert type(error) is errors.EngineError
    assert (error.user_message, error.next_step) == ("It broke.", "Mend it.")
    assert type(error_of(Failed(1, "annotations", "", "", ""))) is errors.EngineError


def test_the_real_process_starts_answers_and_ends() -> None:
    client = EngineClient()
    client.start()
    pid = client.pid
    assert pid is not None

    last = ask(client)

    assert isinstance(last, Failed)
    assert last.kind == "NoModelError"
    client.close()
    assert not psutil.pid_exists(pid)


def test_the_loaded_model_is_known_until_the_engine_ends(client: FakeEngineClient) -> None:
    assert client.loaded is None
    command = client.pending_load()
    assert command is not None
    loaded = client.call(command)
    assert isinstance(loaded, Loaded)
    assert client.loaded == loaded
    client.kill()
    while client.alive:
        time.sleep(0.005)
    assert client.loaded is None


def test_the_engine_is_well_where_someone_who_is_told_of_a_model_fails(client: FakeEngineClient) -> None:
    def full(_: Loaded) -> None:
        raise OSError("no space left on the device")

    told: list[Loaded] = []
    client.on_loaded(full)
    client.on_loaded(told.append)
    assert isinstance(client.call(Load(client.next_id(), FAKE_MODEL)), Loaded)
    assert len(told) == 1
    assert isinstance(ask(client), Done)
    assert len([command for command in client.behaviour.seen if isinstance(command, Load)]) == 1

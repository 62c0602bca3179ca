"""The engine as a process of its own, over a real pipe: every request ends once, and nothing on the pipe ends it."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from engine.process import main
from engine.protocol import (
    Cancel,
    Done,
    Failed,
    Generate,
    Generated,
    Guidance,
    Load,
    Loaded,
    Message,
    PrincipleWeight,
    Progress,
    Sampling,
    Score,
    Token,
    Trimmed,
)
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.principles import Principle
    from engine.protocol import Command, Event

PATIENCE = 30.0
SHORT = Sampling(max_tokens=12, seed=1)
QUESTION = (Message("user", "bade kilo?"),)


class Engine:
    """The parent's end of a spawned engine."""

    def __init__(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("spawn").Process(target=main, args=(theirs,))
        self.process.start()
        theirs.close()
        self._id = 0

    def next_id(self) -> int:
        self._id += 1
        return self._id

    def events(self) -> Iterator[Event]:
        while self.pipe.poll(PATIENCE):
            yield self.pipe.recv()
        raise AssertionError("the engine is silent")

    def ask(self, command: Command) -> list[Event]:
        """Return the events up to the last one of ``command``; no other may come in between."""
        self.pipe.send(command)
        seen: list[Event] = []
        for event in self.events():
            assert event.request_id == command.request_id
            seen.append(event)
            if isinstance(event, Done | Failed):
                return seen
        raise AssertionError

    def load(self, path: Path, context_length: int = 1024) -> Loaded:
        last = self.ask(Load(self.next_id(), str(path), context_length=context_length, threads=1))[-1]
        assert isinstance(last, Done), last
        assert isinstance(last.result, Loaded)
        return last.result

    def answer(self) -> Generated:
        last = self.ask(Generate(self.next_id(), QUESTION, SHORT))[-1]
        assert isinstance(last, Done), last
        assert isinstance(last.result, Generated)
        return last.result

    def close(self) -> None:
        self.pipe.close()
        self.process.join(PATIENCE)


@pytest.fixture
def start() -> Iterator[Callable[[], Engine]]:
    engines: list[Engine] = []

    def spawn() -> Engine:
        engines.append(Engine())
        return engines[-1]

    yield spawn
    for engine in engines:
        engine.close()
        if engine.process.is_alive():
            engine.process.kill()
            engine.process.join()


@pytest.fixture(scope="module")
def engine(tiny_path: Path) -> Iterator[Engine]:
    """One process for all tests that leave it as it was."""
    engine = Engine()
    engine.load(tiny_path)
    yield engine
    engine.close()


def test_requests_are_answered_in_order_each_exactly_once(
    engine: Engine, principles: dict[str, Principle]
) -> None:
    guidance = Guidance("teacher", 1.0, (PrincipleWeight(principles["warm"], 1.0),))
    good, bad = (engine.next_id() for _ in range(2))
    commands: list[Command] = [
        Generate(good, QUESTION, SHORT, guidance),
        Generate(bad, QUESTION, Sampling(temperature=-1.0)),
        Score(engine.next_id(), QUESTION, "mono", (principles["warm"],)),
        Generate(engine.next_id(), (), SHORT),
        Generate(engine.next_id(), QUESTION, SHORT),
    ]
    for command in commands:
        engine.pipe.send(command)
    seen: list[Event] = []
    for event in engine.events():
        seen.append(event)
        if isinstance(event, Done | Failed) and event.request_id == commands[-1].request_id:
            break

    assert not engine.pipe.poll(0.2)
    ends = [(event.request_id, type(event)) for event in seen if isinstance(event, Done | Failed)]
    assert ends == [
        (c.request_id, kind) for c, kind in zip(commands, [Done, Failed, Done, Failed, Done], strict=True)
    ]
    assert [event.request_id for event in seen] == sorted(event.request_id for event in seen)
    tokens = [event.text for event in seen if isinstance(event, Token) and event.request_id == good]
    assert len(tokens) == SHORT.max_tokens
    failed = next(event for event in seen if isinstance(event, Failed))
    assert failed.kind == "BadRequestError"
    assert "temperature" in failed.user_message
    assert failed.next_step


@pytest.mark.parametrize(
    "message",
    [None, "hello", 42, {"request_id": 1}, Message("user", "hi"), Progress(1, "stage", 0.5), Load],
    ids=lambda message: type(message).__name__,
)
def test_what_is_no_command_is_passed_over(engine: Engine, message: object) -> None:
    before = engine.answer()
    engine.pipe.send(message)

    assert engine.answer().token_ids == before.token_ids


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff garbage",
        pickle.dumps(SHORT)[:-5],
        b"cno_such_module\nNoSuchClass\n.",
        b"cengine.protocol\nNoSuchClass\n.",
    ],
    ids=["empty", "garbage", "cut short", "unknown module", "unknown class"],
)
def test_what_cannot_be_read_is_passed_over(engine: Engine, raw: bytes) -> None:
    engine.pipe.send_bytes(raw)

    assert engine.answer().token_ids


def test_a_command_made_wrongly_fails_alone(engine: Engine) -> None:
    nonsense = Generate(engine.next_id(), None, SHORT)  # type: ignore[arg-type]

    last = engine.ask(nonsense)[-1]

    assert isinstance(last, Failed)
    assert last.kind == "EngineError"
    assert "NoneType" in last.detail
    assert "NoneType" not in last.user_message
    assert engine.answer().token_ids


def test_cancelling_what_is_over_or_never_was_changes_nothing(engine: Engine) -> None:
    before = engine.answer()
    for target in (engine._id, 10**9, -1):
        engine.pipe.send(Cancel(engine.next_id(), target))

    assert engine.answer().token_ids == before.token_ids


def test_a_long_conversation_is_trimmed_and_that_is_said_first(engine: Engine) -> None:
    turns = [Message(role, "kilo " * 300) for _ in range(3) for role in ("user", "assistant")]  # type: ignore[arg-type]
    first, *_, last = engine.ask(Generate(engine.next_id(), (*turns, *QUESTION), SHORT))

    assert isinstance(first, Trimmed)
    assert isinstance(last, Done)


def test_interrupting_the_terminal_is_not_meant_for_the_engine(engine: Engine) -> None:
    assert engine.process.pid is not None
    os.kill(engine.process.pid, signal.SIGINT)

    assert engine.answer().token_ids


# Loading


def test_before_a_model_is_loaded_there_is_none_and_a_bad_file_changes_nothing(
    start: Callable[[], Engine], tiny_path: Path, tmp_path: Path, principles: dict[str, Principle]
) -> None:
    engine = start()
    (tmp_path / "noise.gguf").write_bytes(b"GGUF" + os.urandom(3000))
    for command, kind in (
        (Generate(engine.next_id(), QUESTION, SHORT), "NoModelError"),
        (Score(engine.next_id(), QUESTION, "mono", (principles["warm"],)), "NoModelError"),
        (Load(engine.next_id(), str(tmp_path / "missing.gguf")), "ModelFileError"),
        (Load(engine.next_id(), str(tmp_path / "noise.gguf")), "ModelFileError"),
        (Load(engine.next_id(), str(tiny_path), "0" * 64), "HashMismatchError"),
        (Generate(engine.next_id(), QUESTION, SHORT), "NoModelError"),
    ):
        last = engine.ask(command)[-1]
        assert isinstance(last, Failed)
        assert last.kind == kind
        assert last.user_message.endswith(".")
        assert last.next_step.endswith(".")

    events = engine.ask(Load(engine.next_id(), str(tiny_path), context_length=512, threads=1))
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert isinstance(events[-1], Done)
    assert engine.answer().token_ids


def test_another_model_takes_the_place_of_the_first(
    start: Callable[[], Engine], tiny_path: Path, tmp_path: Path
) -> None:
    engine = start()
    first = engine.load(tiny_path)
    said = engine.answer()
    second = engine.load(TinyModel(vocabulary=700, seed=4).write(tmp_path / "second.gguf"))

    assert (first.n_vocab, second.n_vocab) == (1280, 700)
    assert first.sha256 != second.sha256
    assert engine.answer().text != said.text
    engine.load(tiny_path)
    assert engine.answer().token_ids == said.token_ids


def _cores(engine: Engine) -> tuple[int, int]:
    """How large a picture of itself the process may leave behind: the soft limit and the hard one."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells of another process")
    return psutil.Process(engine.process.pid).rlimit(psutil.RLIMIT_CORE)


def test_a_file_that_makes_llama_cpp_abort_ends_the_process_at_once(
    start: Callable[[], Engine], tiny_path: Path, tmp_path: Path
) -> None:
    """Nothing in the process can prevent that; the client at the other end starts another one."""
    twice = tmp_path / "twice.gguf"
    length = (4).to_bytes(8, "little")
    twice.write_bytes(tiny_path.read_bytes().replace(length + b"babe", length + b"baba"))
    engine = start()
    engine.load(tiny_path)
    assert _cores(engine) == (0, 0)  # what was said would be written to the disk with it
    engine.pipe.send(Load(engine.next_id(), str(twice)))
    with pytest.raises(EOFError):
        list(engine.events())

    engine.process.join(PATIENCE)
    assert engine.process.exitcode == -signal.SIGABRT


# Stopping and ending


@pytest.fixture(scope="module")
def slow_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Slow enough that reading a long prompt takes seconds."""
    slow = TinyModel(width=384, layers=8, heads=6, kv_heads=6, feed_forward=1536)
    return slow.write(tmp_path_factory.mktemp("slow") / "slow.gguf")


def test_reading_a_long_prompt_stops_within_200_ms(
    start: Callable[[], Engine], slow_path: Path, principles: dict[str, Principle]
) -> None:
    engine = start()
    engine.load(slow_path, context_length=4096)
    guidance = Guidance("teacher", 1.0, (PrincipleWeight(principles["warm"], 1.0),))
    took = []
    for attempt in range(4):  # the best counts: other programs may hold up a process, never speed it up
        command = Generate(
            engine.next_id(),
            (Message("user", f"{attempt} " + "kilo " * 1450),),
            SHORT,
            guidance if attempt % 2 else Guidance(),
        )
        engine.pipe.send(command)
        assert not engine.pipe.poll(0.1)  # it is reading
        began = time.perf_counter()
        engine.pipe.send(Cancel(engine.next_id(), command.request_id))
        last = next(engine.events())
        took.append(time.perf_counter() - began)
        assert isinstance(last, Done)
        assert isinstance(last.result, Generated)
        assert (last.result.finish_reason, last.result.token_ids) == ("cancelled", ())

    assert min(took) < 0.2


def test_a_score_stops_within_200_ms(
    start: Callable[[], Engine], slow_path: Path, principles: dict[str, Principle]
) -> None:
    engine = start()
    engine.load(slow_path, context_length=2048)
    took = []
    for attempt in range(4):
        command = Score(engine.next_id(), QUESTION, f"{attempt} " + "mono " * 300, tuple(principles.values()))
        engine.pipe.send(command)
        assert isinstance(next(engine.events()), Progress)
        began = time.perf_counter()
        engine.pipe.send(Cancel(engine.next_id(), command.request_id))
        last = list(_until_the_end(engine))[-1]
        took.append(time.perf_counter() - began)
        assert isinstance(last, Failed)
        assert last.kind == "Cancelled"

    assert min(took) < 0.2


@pytest.mark.parametrize("busy", [False, True])
def test_when_the_window_is_gone_the_engine_goes_too(
    start: Callable[[], Engine], slow_path: Path, busy: bool
) -> None:
    engine = start()
    engine.load(slow_path, context_length=4096)
    if busy:
        engine.pipe.send(Generate(engine.next_id(), (Message("user", "kilo " * 1450),), SHORT))
        time.sleep(0.1)
    engine.pipe.close()
    engine.process.join(3.0)

    assert engine.process.exitcode == 0


def _until_the_end(engine: Engine) -> Iterator[Event]:
    for event in engine.events():
        yield event
        if isinstance(event, Done | Failed):
            return

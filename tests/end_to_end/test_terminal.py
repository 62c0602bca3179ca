"""The command ``attune`` as a process of its own, with the real model: bad files, interrupts, kills, a terminal."""

from __future__ import annotations

import codecs
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from app.cli.chat import CLEAR_LINE
from engine.starter import embedded_model
from memory.store import Store
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals and signals of POSIX"),
]

ROOT = Path(__file__).resolve().parent.parent.parent
ATTUNE = (sys.executable, "-m", "app")
PATIENCE = 120.0
LONG_STORY = "Tell me a very long story about the sea."
NOTE = re.compile(rf"\r{re.escape(CLEAR_LINE)}(?:[^\r\n]*… )?")


def environment() -> dict[str, str]:
    return {**os.environ, "TERM": "dumb", "PYTHONUNBUFFERED": "1"}


def hear_interrupts() -> None:
    """Undo what a shell does to its background jobs: they, and so these tests' children, would ignore Ctrl+C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def attune(*arguments: str, piped: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ATTUNE, *arguments],
        input=piped,
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class TerminalSession:
    """``attune chat`` on a pseudo-terminal."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*ATTUNE, "chat", "--seed", "3", "--max-tokens", "400"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment(),
            start_new_session=True,
            preexec_fn=hear_interrupts,
        )
        os.close(slave)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.seen = ""

    def say(self, line: str) -> None:
        os.write(self._master, f"{line}\n".encode())

    def ask(self, question: str) -> None:
        """Say it, and read past its echo."""
        self.say(question)
        self.until(f"{question}\n")
        self.seen = ""

    def interrupt(self) -> None:
        """Press Ctrl+C: the whole group of processes hears it, as from a terminal."""
        os.killpg(self.process.pid, signal.SIGINT)

    def until(self, text: str) -> str:
        """Read until ``text`` appears after what was read before; return what was read now."""
        end = time.monotonic() + PATIENCE
        now = ""
        while text not in now:
            assert time.monotonic() < end, f"{text!r} never came; seen: {self.seen[-2000:]!r}"
            if select.select([self._master], [], [], 0.1)[0]:
                piece = self._decoder.decode(os.read(self._master, 65536)).replace("\r\n", "\n")
                now += piece
                self.seen += piece
        return now

    def until_words(self, count: int) -> str:
        """Read until so many words of an answer have come, notes on what is waited for aside."""
        read = ""
        while len(NOTE.sub("", read).split()) <= count:
            read += self.until(" ")
        return read

    def engine(self) -> psutil.Process:
        (engine,) = [
            child
            for child in psutil.Process(self.process.pid).children()
            if "spawn_main" in " ".join(child.cmdline())
        ]
        return engine

    def leave(self) -> int:
        self.say("/quit")
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)


@pytest.fixture
def session() -> Iterator[TerminalSession]:
    session = TerminalSession()
    session.until("Ask anything.")
    session.until("› ")
    yield session
    session.close()


def stored(data: Path) -> list[tuple[str, str, str]]:
    """Return (role, content, state) of the messages of the newest conversation."""
    store = Store.open(data, clock=lambda: datetime.now(UTC))
    try:
        conversation = store.conversations()[0]
        return [(m.role, m.content, m.state) for m in store.active_thread(conversation.id)]
    finally:
        store.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.parametrize("kind", ["missing", "empty", "not GGUF", "truncated", "a folder"])
def test_a_bad_model_file_gives_a_sentence_and_a_next_step(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bad.gguf"
    match kind:
        case "empty":
            path.touch()
        case "not GGUF":
            path.write_bytes(b"PK\x03\x04 a zip file, say" * 1000)
        case "truncated":
            with embedded_model().open("rb") as whole:
                path.write_bytes(whole.read(4_000_000))
        case "a folder":
            path.mkdir()

    began = time.monotonic()
    done = attune("ask", "Why is the sky blue?", "--model", str(path))

    assert time.monotonic() - began < 60
    assert done.returncode == 1
    assert done.stdout == ""
    sentence, next_step = done.stderr.splitlines()
    assert sentence.startswith("attune: ")
    assert next_step.strip().endswith(".")


def test_ask_json_from_the_real_model() -> None:
    done = attune(
        *("ask", "Why is the sky blue?", "--set", "concise=1", "--json", "--seed", "1", "--max-tokens", "24")
    )

    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout.splitlines()[-1])
    assert record["weights"] == {"concise": 1.0}
    assert 0 < record["tokens"] <= 24
    assert len(record["features"]) >= 12
    assert record["time_to_first_token"] > 0


def test_a_model_that_was_never_tuned_says_what_to_use(tmp_path: Path) -> None:
    model = TinyModel().write(tmp_path / "tiny.gguf")
    done = attune(
        *("ask", "Why?", "--set", "concise=1", "--reward", "head", "--max-tokens", "8", "--model", str(model))
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "--reward teacher" in done.stderr


def test_ctrl_c_ends_ask_quietly() -> None:
    process = subprocess.Popen(
        [*ATTUNE, "ask", LONG_STORY],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment(),
        start_new_session=True,
        preexec_fn=hear_interrupts,
    )
    assert process.stdout is not None
    assert process.stdout.read(1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert err == b""


def test_a_reader_that_has_enough_ends_ask_quietly() -> None:
    process = subprocess.Popen(
        [*ATTUNE, "ask", LONG_STORY, "--max-tokens", "60"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.read(1)
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(PATIENCE) == 1
    assert err == b""


def test_ctrl_c_stops_the_reply_and_not_the_chat(session: TerminalSession, data: Path) -> None:
    session.ask(LONG_STORY)
    session.until_words(10)
    session.interrupt()
    session.until("[stopped]")
    session.say("/why")
    session.until("seed 3")
    session.say("/down")
    session.until("Saved on this computer.")
    session.say("/undo")
    session.until("Taken back.")

    assert session.leave() == 0
    question, reply = stored(data)
    assert question == ("user", LONG_STORY, "complete")
    assert reply[2] == "stopped"
    assert len(reply[1].split()) > 3
    assert "Traceback" not in session.seen


def test_an_engine_killed_in_mid_reply_costs_neither_the_chat_nor_what_was_said(
    session: TerminalSession, data: Path
) -> None:
    session.ask(LONG_STORY)
    session.until_words(10)
    session.engine().kill()
    session.until("The engine stopped unexpectedly. What was said so far is kept.")
    session.say("/new")
    session.until(
        "A new conversation.\n› "
    )  # typed before that, a question would be echoed before the prompt
    session.ask("What is the capital of France?")
    session.until("\n› ")

    assert session.leave() == 0
    store = Store.open(data, clock=lambda: datetime.now(UTC))
    newest, oldest = (store.active_thread(c.id) for c in store.conversations())
    store.close()
    assert oldest[1].state == "interrupted"
    assert len(oldest[1].content.split()) > 3
    assert newest[1].state == "complete"
    assert newest[1].content


def test_a_killed_attune_loses_at_most_a_second_of_text(session: TerminalSession, data: Path) -> None:
    session.ask(LONG_STORY)
    session.until_words(10)
    engine = session.engine()
    seen: list[tuple[float, str]] = []
    while not seen or time.monotonic() < seen[0][0] + 3.0:  # the first word alone may take long
        session.until(" ")
        seen.append((time.monotonic(), session.seen))
        # However fast the computer is, the story is not to be over before it is killed.
        engine.suspend()
        time.sleep(0.05)
        engine.resume()
    killed_at = time.monotonic()
    session.process.kill()
    session.process.wait()

    question, reply = stored(data)
    assert question == ("user", LONG_STORY, "complete")
    assert reply[2] == "streaming"
    # A second may be lost, and a busy computer may show a word later than it was said.
    shown = [text for at, text in seen if at < killed_at - 2.0][-1]
    assert " ".join(shown.split()[-4:-1]) in " ".join(reply[1].split())
    engine.wait(PATIENCE)
    store = Store.open(data, clock=lambda: datetime.now(UTC))
    assert store.interrupt_streaming() == 1
    store.close()


def test_a_second_instance_is_refused_and_ask_still_answers(session: TerminalSession) -> None:

    second = attune("chat", piped="Hello")
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert "Traceback" not in second.stderr

    beside = attune("ask", "Hello", "--max-tokens", "8")
    assert beside.returncode == 0
    assert beside.stdout.strip()
    assert "Attune is open with this data" in beside.stderr
    assert session.leave() == 0

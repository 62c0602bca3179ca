"""Measures the real window over a made-up history: what a user waits for, and for how long.

The engine beside it is a process without a model, so that what is measured is the window; only the cold start is
with the real one. Knows neither how figures are shown nor where they are written.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import psutil
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from app.benchmark.history import RARE, history
from app.benchmark.paced_engine import spawn_paced_engine
from app.benchmark.panel import measure_panel, until
from app.composition import build, open_store
from app.engine_client import EngineClient
from app.panels.search_palette import SearchPalette
from app.render.appearance import Appearance
from app.settings import Settings
from app.window import MainWindow
from engine.starter import embedded_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.composition import Attune

CONVERSATIONS: Final = 10_000
SMALL: Final = 100
MESSAGES: Final = 100_000
RATINGS: Final = 20_000
TALL, HEAVY = "made-up-tall", "made-up-heavy"
LONG: Final = ((TALL, 2000, 100_000), (HEAVY, 400, 100_000))
QUERIES: Final = (
    RARE,
    "river",
    "the",
    "q",
    '"quiet river"',
    "mountain library harbour",
    "warm early bright narrow distant gentle",
)
PROBE_SECONDS: Final = 0.01
VISITS: Final = 100


@dataclass(frozen=True, slots=True)
class Wait:
    """One measurement. ``samples`` and ``target`` in ``unit``; ``target`` ``None`` where none is set."""

    name: str
    samples: tuple[float, ...]
    unit: str
    target: float | None

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return float(np.median(self.samples))

    @property
    def p99(self) -> float:
        """The 99th percentile; with few samples, nearly the highest."""
        return float(np.percentile(self.samples, 99))


def measure(*, runs: int, on_progress: Callable[[str], None]) -> tuple[Wait, ...]:
    """Measure everything, ``runs`` times each. Takes minutes.

    Raises ``EngineError`` where the embedded model, with which the cold start is measured, is not installed.
    """
    embedded_model()
    with tempfile.TemporaryDirectory(prefix="attune-bench-") as folder:
        full, small = Path(folder) / "full", Path(folder) / "small"
        on_progress(f"Making up {CONVERSATIONS:,} conversations")
        _fill(full, conversations=CONVERSATIONS, messages=MESSAGES, long=LONG)
        _fill(small, conversations=SMALL, messages=10 * SMALL)
        on_progress("Opening the preferences")
        panel = measure_panel(
            Path(folder) / "rated", Appearance(_application(), "light"), runs=runs, ratings=RATINGS
        )
        on_progress("Starting")
        starts, memory = _starts(full, 2 * runs)
        _, little = _starts(small, 1)
        grown = (float(np.median(memory)) - little[0]) / (CONVERSATIONS - SMALL) / 1024
        with _window(full) as desk:
            on_progress("Opening conversations")
            opened, visited = desk.open(2 * runs), desk.visit()
            on_progress("Searching")
            found = desk.search(runs)
            on_progress("Streaming")
            stalls = desk.stream(runs)
            on_progress("Stopping")
            stopped = desk.stop(2 * runs)
    return (
        Wait("cold start to usable window", starts, "s", 1.5),
        Wait("open a conversation of 2,000 messages", opened, "ms", 300),
        Wait("search 100,000 messages", found, "ms", 150),
        Wait("event loop, while an answer streams", stalls, "ms", 50),
        Wait("Stop to stopped", stopped, "ms", 200),
        Wait(f"open the preferences, with {RATINGS:,} ratings", panel[0], "ms", 200),
        Wait("a slider's effect on the sample answer", panel[1], "ms", 500),
        Wait("memory for a conversation never opened", (grown,), "KiB", None),
        Wait("memory for one opened and left", visited, "KiB", None),
    )


def _fill(
    folder: Path, *, conversations: int, messages: int, long: tuple[tuple[str, int, int], ...] = ()
) -> None:
    store = open_store(Settings(data_dir=folder))
    made = history(datetime.now(UTC), conversations=conversations, messages=messages, long=long)
    store.call(lambda memory: memory.take_in(made))
    store.close()


def _starts(folder: Path, runs: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Start Attune ``runs`` times; return the seconds until its window could be used, and its memory in bytes."""
    seconds, memory = [], []
    # As installed: with its bytecode beside it, whatever this shell thinks of that.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for run in range(runs + 1):
        begun = time.perf_counter()
        with subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "app.benchmark.start", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as started:
            assert started.stdout is not None
            line = started.stdout.readline()
            elapsed = time.perf_counter() - begun
        if started.returncode or not line:
            raise RuntimeError(f"a start ended with exit code {started.returncode}")
        if run:  # the first one writes the bytecode and fills the system's file cache
            seconds.append(elapsed)
            memory.append(float(line))
    return tuple(seconds), tuple(memory)


def _application() -> QApplication:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    return application


@contextmanager
def _window(folder: Path) -> Iterator[_Desk]:
    engine = EngineClient(launch=spawn_paced_engine)
    engine.load("paced")
    attune = build(Settings(data_dir=folder), engine=engine)
    window = MainWindow(attune, Appearance(_application(), "light"))
    window.show()
    try:
        yield _Desk(attune, window)
    finally:
        window.quit()
        attune.close()
        window.deleteLater()


class _Desk:
    """The open window with what a user does to it."""

    def __init__(self, attune: Attune, window: MainWindow) -> None:
        self._attune = attune
        self._window = window
        self._until(lambda: not window.background.pending)
        made = attune.store.call(lambda store: store.conversations())
        self._conversations = {conversation.id: conversation for conversation in made}
        self._others = [c for c in made if c.id not in (TALL, HEAVY)]

    def open(self, times: int) -> tuple[float, ...]:
        """Open the conversation of 2,000 messages from another one: milliseconds until it is painted."""
        samples = []
        for index in range(times):
            self._open(self._others[index].id)
            samples.append(1000 * self._open(TALL))
        return tuple(samples)

    def search(self, times: int) -> tuple[float, ...]:
        """Put words into the search over all conversations: milliseconds until what was found is painted."""
        self._window.open_search()
        palette = self._window.findChild(SearchPalette)
        assert isinstance(palette, SearchPalette)
        shown: list[None] = []
        palette.list.model().modelReset.connect(lambda: shown.append(None))
        samples = []
        for query in QUERIES * times:
            shown.clear()
            begun = time.perf_counter()
            palette.field.setText(query)
            self._until(lambda: bool(shown))
            palette.repaint()
            samples.append(1000 * (time.perf_counter() - begun))
        palette.close()
        return tuple(samples)

    def stream(self, times: int) -> tuple[float, ...]:
        """Stream answers into the conversation of 100,000 tokens: milliseconds an event had to wait, all of them."""
        self._open(HEAVY)
        with _probed() as delays:
            for _ in range(times):
                self._window.controller.ask("Go on, please.")
                self._until(lambda: not self._window.controller.answering)
        return tuple(1000 * delay for delay in delays)

    def stop(self, times: int) -> tuple[float, ...]:
        """Press Stop while an answer streams in: milliseconds until the next question can be sent."""
        samples = []
        send = self._window.chat.composer.send
        for _ in range(times):
            self._window.controller.ask("Go on, please.")
            self._pass(1.0)
            begun = time.perf_counter()
            send.click()
            self._until(lambda: not self._window.controller.answering)
            samples.append(1000 * (time.perf_counter() - begun))
        return tuple(samples)

    def visit(self) -> tuple[float, ...]:
        """Open conversations and leave them again: by how many KiB each has made the process grow.

        As many have been visited before, so that what is only allocated once does not count.
        """
        memory = []
        for round_ in range(2):
            for conversation in self._others[round_ * VISITS : (round_ + 1) * VISITS]:
                self._open(conversation.id)
            self._window.new_conversation()
            self._until(lambda: not self._window.background.pending)
            gc.collect()
            memory.append(psutil.Process().memory_info().rss)
        return ((memory[1] - memory[0]) / VISITS / 1024,)

    def _open(self, conversation_id: str) -> float:
        begun = time.perf_counter()
        self._window.controller.open(self._conversations[conversation_id])
        self._until(lambda: not self._window.background.pending)
        self._window.repaint()
        seconds = time.perf_counter() - begun
        assert self._window.controller.conversation_id == conversation_id
        return seconds

    def _pass(self, seconds: float) -> None:
        begun = time.perf_counter()
        self._until(lambda: time.perf_counter() - begun > seconds)

    def _until(self, true: Callable[[], bool]) -> None:
        """Let the window live until something is so."""
        until(true)


class _Probe(QObject):
    """Hears on the GUI thread what another thread sends, and notes how long that took."""

    sent = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.delays: list[float] = []
        self.sent.connect(self._on_sent, Qt.ConnectionType.QueuedConnection)

    def _on_sent(self, at: float) -> None:
        self.delays.append(time.perf_counter() - at)


@contextmanager
def _probed() -> Iterator[list[float]]:
    """Within the block, send the GUI thread something every ``PROBE_SECONDS``, as a user's keys and mouse do."""
    probe, over = _Probe(), threading.Event()

    def send() -> None:
        while not over.wait(PROBE_SECONDS):
            probe.sent.emit(time.perf_counter())

    thread = threading.Thread(target=send, name="attune-bench-probe")
    thread.start()
    try:
        yield probe.delays
    finally:
        over.set()
        thread.join()
        QApplication.processEvents()

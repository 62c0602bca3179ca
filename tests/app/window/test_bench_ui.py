"""``attune bench ui``: the made-up history, the paced engine, and the measurements over a small window."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent

from app.__main__ import main
from app.benchmark import window as bench
from app.benchmark.history import CHARACTERS_PER_TOKEN, history
from app.benchmark.paced_engine import PACE, spawn_paced_engine
from app.benchmark.panel import measure_panel
from app.benchmark.window import HEAVY, TALL, Wait
from app.cli import bench_ui
from app.engine_client import EngineClient
from engine.protocol import Done, Generate, Generated, Message, Sampling, Token
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from app.render.appearance import Appearance

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG = ((TALL, 40, 2000), (HEAVY, 20, 2000))
WAITS = (
    Wait("a start", (1.0, 2.0, 9.0), "s", 1.5),
    Wait("a stall", tuple(float(n) for n in range(1, 101)), "ms", 50),
    Wait("memory", (0.5,), "KiB", None),
)


def test_the_history_has_what_was_asked_for_and_is_the_same_every_time() -> None:
    made = list(history(NOW, conversations=20, messages=200, long=LONG))
    assert made == list(history(NOW, conversations=20, messages=200, long=LONG))
    assert len(made) == 20
    assert sum(len(c.messages) for c in made) == 200
    assert [c.id for c in made[-2:]] == [TALL, HEAVY]
    assert [c.updated_at for c in made] == sorted(c.updated_at for c in made)
    for (_, count, tokens), conversation in zip(LONG, made[-2:], strict=True):
        characters = sum(len(m.content) for m in conversation.messages)
        assert len(conversation.messages) == count
        assert characters / CHARACTERS_PER_TOKEN == pytest.approx(tokens, rel=0.3)


@pytest.fixture
def engine() -> Iterator[EngineClient]:
    client = EngineClient(launch=spawn_paced_engine)
    client.load("paced")
    yield client
    client.close()


def _generate(engine: EngineClient, tokens: int) -> Generate:
    return Generate(engine.next_id(), (Message("user", "why?"),), Sampling(max_tokens=tokens))


def test_the_paced_engine_keeps_its_pace(engine: EngineClient) -> None:
    engine.call(engine.pending_load())  # type: ignore[arg-type]
    times = [
        time.perf_counter() for event in engine.request(_generate(engine, 50)) if isinstance(event, Token)
    ]
    assert len(times) == 50
    # Never faster; how much slower a busy computer makes it is not its business.
    assert times[-1] - times[0] >= 49 / PACE - 0.02


def test_the_paced_engine_stops_when_told(engine: EngineClient) -> None:
    command = _generate(engine, 1000)
    result = None
    for event in engine.request(command):
        engine.cancel(command.request_id)
        if isinstance(event, Done):
            result = event.result
    assert isinstance(result, Generated)
    assert result.finish_reason == "cancelled"
    assert len(result.token_ids) < 200


def test_every_measurement_measures_something(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "VISITS", 3)
    bench._fill(tmp_path, conversations=20, messages=200, long=LONG)
    with bench._window(tmp_path) as desk:
        assert all(ms > 0 for ms in desk.open(2))
        assert len(desk.search(1)) == len(bench.QUERIES)
        assert len(desk.stop(1)) == 1
        assert len(desk.visit()) == 1
        began = time.perf_counter()
        with bench._probed() as delays:
            desk._pass(0.3)
        most = (time.perf_counter() - began) / bench.PROBE_SECONDS
        assert 5 <= len(delays) <= most
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_the_preferences_of_a_user_of_years_open_at_once_and_samples_follow(
    appearance: Appearance, qapp: QApplication, tmp_path: Path
) -> None:
    """Generous bounds: the computer may be busy. What is reached on an idle one, ``attune bench ui`` tells."""
    opened, sampled = measure_panel(
        tmp_path, appearance, runs=2, ratings=bench.RATINGS, engine=FakeEngineClient()
    )
    assert 0 < min(opened) < 400
    assert 0 < min(sampled) < 1000
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_a_stall_of_the_window_is_seen(qapp: QApplication) -> None:
    with bench._probed() as delays:
        time.sleep(0.2)
        qapp.processEvents()
    assert max(delays) > 0.15


def test_figures_stand_beside_their_targets() -> None:
    lines = bench_ui.table(WAITS).splitlines()[-3:]
    assert lines[0].split() == ["a", "start", "2.00", "8.86", "1.5", "s"]
    assert lines[1].split() == ["a", "stall", "50.5", "99.0", "50", "ms"]
    assert lines[2].split() == ["memory", "0.5", "0.5", "–", "KiB"]
    assert "| a stall | 50.5 ms | 99.0 ms | 50 ms | 100 |" in bench_ui.markdown(WAITS, NOW.date())
    assert bench_ui.as_json(WAITS)["figures"]["a start"]["median"] == 2.0  # type: ignore[index]


@pytest.mark.model
def test_the_command_starts_attune_and_writes_its_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (
        ("CONVERSATIONS", 20),
        ("MESSAGES", 200),
        ("RATINGS", 50),
        ("SMALL", 10),
        ("VISITS", 3),
        ("LONG", LONG),
    ):
        monkeypatch.setattr(bench, name, value)
    monkeypatch.setattr(sys, "argv", ["attune"])
    document = tmp_path / "figures.md"
    document.write_text("<!-- attune bench ui: begin -->\n<!-- attune bench ui: end -->\n", encoding="utf-8")
    assert main(["bench", "ui", "--runs", "1", "--json", "--write", str(document)]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert 0 < figures["cold start to usable window"]["median"] < 60
    assert "cold start to usable window" in document.read_text(encoding="utf-8")

"""Measures the preferences panel of a user of years: how long until it is open, and until a sample is there."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

from app.benchmark.ratings import rated_profile
from app.composition import running
from app.engine_client import error_of
from app.settings import Settings
from app.window import MainWindow
from engine.protocol import Failed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.composition import Attune
    from app.engine_client import EngineClient
    from app.render.appearance import Appearance

PATIENCE_MS: Final = 120_000
_CALM_MS: Final = 200  # for the rest of a sample to be shown


def measure_panel(
    folder: Path,
    appearance: Appearance,
    *,
    runs: int,
    ratings: int,
    engine: EngineClient | None = None,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return milliseconds until the panel stands there with all numbers, and from a key to its sample's first words.

    Raises ``EngineError`` where the model can't be loaded.
    """
    with running(Settings(data_dir=folder), engine=engine) as attune:
        for event in attune.engine.ready(attune.engine.next_id()):
            if isinstance(event, Failed):
                raise error_of(event)
        names = [p.name for p in attune.assistant.principles.all if not p.fixed]
        made = rated_profile(datetime.now(UTC), ratings, attune.assistant.version, names)
        attune.store.call(lambda store: store.import_profile(made))
        return _measure(attune, appearance, runs)


def _measure(
    attune: Attune, appearance: Appearance, runs: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    window = MainWindow(attune, appearance)
    window.show()
    try:
        window.background.run(attune.assistant.warm_up)  # as a start does once the window is shown
        until(lambda: not window.background.pending)
        opened = []
        for _ in range(2 * runs):
            begun = time.perf_counter()
            window.toggle_preferences()
            until(lambda: not window.background.pending)
            window.repaint()
            opened.append(1000 * (time.perf_counter() - begun))
            window.toggle_preferences()
        window.toggle_preferences()
        sliders, sampled = window.preferences.sliders, []
        slider = sliders.rows["warm"].slider
        shown: list[None] = []
        sliders.sample.shown.connect(lambda: shown.append(None))
        slider.setFocus()
        until(lambda: bool(shown) and attune.assistant.settle(0.0))
        QTest.qWait(_CALM_MS)
        for _ in range(2 * runs):
            shown.clear()
            begun = time.perf_counter()
            QTest.keyClick(slider, Qt.Key.Key_Right)
            until(lambda: bool(shown))
            sampled.append(1000 * (time.perf_counter() - begun))
            until(lambda: not window.background.pending and attune.assistant.settle(0.0))
            QTest.qWait(_CALM_MS)
        return tuple(opened), tuple(sampled)
    finally:
        window.quit()
        window.deleteLater()


def until(true: Callable[[], bool]) -> None:
    """Let the window live until something is so. Raises ``TimeoutError``."""
    loop, watch, late = QEventLoop(), QTimer(), QTimer()
    watch.timeout.connect(lambda: loop.quit() if true() else None)
    late.timeout.connect(lambda: loop.exit(1))
    watch.start(1)
    late.start(PATIENCE_MS)
    if not true() and loop.exec():
        raise TimeoutError("the window did not get there")

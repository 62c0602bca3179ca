"""The whole product in one offscreen window: real model, real embedder, real engine process, an empty memory."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.assistant import Assistant
from app.composition import Attune, heads_of, make_library, make_models, make_tuning
from app.render.appearance import Appearance
from app.settings import Settings
from app.store_thread import StoreThread
from app.window import MainWindow
from engine.principles import load_principles
from memory.store import Store
from resources import PRINCIPLES
from tests.app.window.conftest import Desk
from tests.end_to_end.test_feedback_changes_answers import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from app.engine_client import EngineClient


class _SameSeed(random.Random):
    """Draws the same seed for every reply, so that two answers differ by what was learned alone."""

    def getrandbits(self, k: int) -> int:
        return SEED % (1 << k)


@pytest.fixture
def desk(lasting_engine: EngineClient, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    appearance = Appearance(qapp, "light")
    store = StoreThread(lambda: Store.open(tmp_path / "data", clock=lambda: datetime.now(UTC)))
    assistant = Assistant(store, lasting_engine, load_principles(PRINCIPLES), rng=_SameSeed())
    settings = Settings()
    tuning = make_tuning(settings, store, lasting_engine, assistant)
    models = make_models(settings, make_library(settings), lasting_engine, heads_of(settings))
    attune = Attune(settings, lasting_engine, store, assistant, tuning, models)
    window = MainWindow(attune, appearance)
    window.show()
    yield Desk(qtbot, window, attune, lasting_engine)
    window.close()
    tuning.leave()
    models.downloads.close()
    assistant.close()
    tuning.join()
    store.close()
    window.deleteLater()
    appearance.deleteLater()

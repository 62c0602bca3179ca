"""The one place where the parts are made and put together. It decides nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.assistant import Assistant
from app.calibration_work import CalibrationWork
from app.engine_client import EngineClient
from app.store_thread import StoreThread
from app.tuning import Tuning
from engine.principles import load_principles
from engine.starter import MODEL_SHA256, embedded_model
from memory.store import Store
from resources import HEADS, PRINCIPLES, PROMPTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Attune:
    """A running application core."""

    settings: Settings
    engine: EngineClient
    store: StoreThread
    assistant: Assistant
    tuning: Tuning

    def close(self) -> None:
        """End everything, in the order that loses nothing."""
        self.tuning.leave()
        self.assistant.close()
        self.engine.close()
        self.tuning.join()
        self.store.close()


def build(settings: Settings, *, engine: EngineClient | None = None) -> Attune:
    """Open the memory and prepare the engine, which starts with the first question.

    Raises ``MemoryStoreError`` for a data folder that can't be used, ``StarterMissingError`` where no model is
    chosen and the embedded one is not installed.
    """
    engine = engine or make_engine(settings)
    store = open_store(settings)
    try:
        assistant = Assistant(
            store,
            engine,
            load_principles(PRINCIPLES),
            reward=settings.reward,
            route=settings.route,
            system=settings.system,
        )
    except BaseException:
        store.close()
        raise
    return Attune(settings, engine, store, assistant, make_tuning(settings, store, engine, assistant))


def make_tuning(settings: Settings, store: StoreThread, engine: EngineClient, assistant: Assistant) -> Tuning:
    """Make what tunes Attune to the loaded model in the background."""
    work = CalibrationWork(settings.data_dir)
    prompts = PROMPTS / "calibration.jsonl"
    tuning = Tuning(store, engine, lambda: assistant.principles, work, heads_folder(settings), prompts)
    # With another head, replies have other features.
    tuning.on_changed(lambda state: assistant.catch_up() if state.phase != "running" else None)

    def on_principles() -> None:
        own = store.call(lambda memory: memory.own_principles(retired=True))
        work.keep_only(principle.name for principle in own)
        tuning.principles_changed()

    assistant.on_principles_changed(on_principles)
    return tuning


@contextmanager
def running(settings: Settings, *, engine: EngineClient | None = None) -> Iterator[Attune]:
    """``build`` for the length of a ``with`` block."""
    attune = build(settings, engine=engine)
    try:
        yield attune
    finally:
        attune.close()


def make_engine(settings: Settings) -> EngineClient:
    """Make the engine client with the chosen model. Raises ``StarterMissingError``."""
    model = settings.model or embedded_model()
    client = EngineClient()
    client.load(
        str(model),
        sha256=None if settings.model else MODEL_SHA256,
        context_length=settings.context_length,
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
        heads=(str(heads_folder(settings)), str(HEADS)),
    )
    return client


def heads_folder(settings: Settings) -> Path:
    """Where the heads of models tuned on this computer lie."""
    return settings.data_dir / "heads"


def open_store(settings: Settings) -> StoreThread:
    """Open the memory in the data folder, on its own thread. Raises ``MemoryStoreError``."""
    return StoreThread(lambda: Store.open(settings.data_dir, clock=lambda: datetime.now(UTC)))

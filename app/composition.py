"""The one place where the parts are made and put together. It decides nothing else."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.assistant import STOP_SECONDS, Assistant
from app.calibration_work import CalibrationWork
from app.engine_client import EngineClient
from app.model_choice import ModelChoice, load_model
from app.profiles import Profile, Profiles
from app.store_thread import StoreThread
from app.tuning import Tuning
from engine.errors import StarterMissingError
from engine.models.hub import Hub
from engine.models.library import Library
from engine.models.queue import Downloads
from engine.principles import load_principles
from engine.starter import MODEL_SHA256, embedded_model
from memory.store import Store
from resources import HEADS, PRINCIPLES, PROMPTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
    models: ModelChoice
    profile: Profile | None = None
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def folder(self) -> Path:
        """Where the memory lies."""
        return self.profile.folder if self.profile else self.settings.data_dir

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Wait within the block for what asks the engine to end; where that takes long, the engine ends first.

        Then whatever is still asked of it fails.
        """
        # An engine hears of no cancellation while it loads what embeds, for one.
        late = threading.Timer(STOP_SECONDS, self.engine.close)
        late.daemon = True
        late.start()
        try:
            yield
        finally:
            late.cancel()
            late.join()

    def close(self) -> None:
        """End everything, in the order that loses nothing. A second call does nothing."""
        if self.closed.is_set():
            return
        self.closed.set()
        self.tuning.leave()
        self.models.downloads.close()
        with self.ending():
            self.assistant.close()
        self.engine.close()
        self.tuning.join()
        self.store.close()


def build(
    settings: Settings, *, engine: EngineClient | None = None, meanwhile: Callable[[], object] = lambda: None
) -> Attune:
    """Open the memory and prepare the engine, which starts with the first question.

    ``meanwhile`` is called while the memory's file is checked, which takes no turn of the interpreter's. Raises
    ``MemoryStoreError`` for a data folder that can't be used, ``StarterMissingError`` where no model is chosen and
    the embedded one is not installed.
    """
    profile = profile_of(settings)
    library = make_library(settings)
    engine = engine or make_engine(settings, library, profile)
    store = open_store(settings, profile, wait=False)
    try:
        meanwhile()
        store.wait()
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
    models = make_models(settings, library, engine, heads_of(settings, profile))
    if current := models.current:
        assistant.sampling = current.parameters.sampling
    tuning = make_tuning(settings, store, engine, assistant, profile)
    return Attune(settings, engine, store, assistant, tuning, models, profile)


def profile_of(settings: Settings) -> Profile:
    """Return the profile that is named, else the one the window had open last. Raises ``UsageError``."""
    return Profiles(settings.data_dir).chosen(settings.profile)


def make_tuning(
    settings: Settings,
    store: StoreThread,
    engine: EngineClient,
    assistant: Assistant,
    profile: Profile | None = None,
) -> Tuning:
    """Make what tunes Attune to the loaded model in the background."""
    # In the profile's own folder: some of it is made under the user's own words.
    work = CalibrationWork(profile.folder if profile else settings.data_dir)
    prompts = PROMPTS / "calibration.jsonl"

    def tidy() -> None:
        own = store.call(lambda memory: memory.own_principles(retired=True))
        work.keep_only(principle.name for principle in own)

    tuning = Tuning(
        store,
        engine,
        lambda: assistant.principles.all,
        work,
        heads_folder(settings, profile),
        prompts,
        tidy=tidy,
    )
    # With another head, replies have other features.
    tuning.on_changed(lambda state: assistant.catch_up() if state.phase != "running" else None)

    def on_principles() -> None:
        # A calibration under way may write until it has ended; the tuning tidies up once more then.
        tuning.principles_changed()
        tidy()

    assistant.principles.on_changed(on_principles)
    return tuning


def make_models(
    settings: Settings, library: Library, engine: EngineClient, heads: tuple[str, ...]
) -> ModelChoice:
    """Make what chooses and fetches models."""
    return ModelChoice(library, engine, settings, heads, Downloads(library, Hub(settings.hub_endpoint)))


@contextmanager
def running(
    settings: Settings, *, engine: EngineClient | None = None, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[Attune]:
    """``build`` for the length of a ``with`` block."""
    attune = build(settings, engine=engine, meanwhile=meanwhile)
    try:
        yield attune
    finally:
        attune.close()


def make_library(settings: Settings) -> Library:
    """Open the list of models in the data folder."""
    try:
        built_in = (embedded_model(), MODEL_SHA256)
    except StarterMissingError:
        built_in = None
    return Library(settings.data_dir / "models", built_in)


def make_engine(
    settings: Settings, library: Library | None = None, profile: Profile | None = None
) -> EngineClient:
    """Make the engine client with the model of this run: the one named, else the one chosen, else the built-in one.

    Raises ``StarterMissingError`` where there is none.
    """
    library = library or make_library(settings)
    model = library.model(str(settings.model)) if settings.model else library.chosen
    if model is None or (settings.model is None and not model.file.is_file()):
        model = library.model(str(embedded_model()))
    client = EngineClient()
    load_model(client, settings, model, heads_of(settings, profile or profile_of(settings)))
    return client


def heads_of(settings: Settings, profile: Profile | None = None) -> tuple[str, ...]:
    """Return the folders where heads of tuned models are looked for; the first profile's serve all others too."""
    folders = (heads_folder(settings, profile), heads_folder(settings), HEADS)
    return tuple(dict.fromkeys(map(str, folders)))


def heads_folder(settings: Settings, profile: Profile | None = None) -> Path:
    """Where the heads of models tuned in a profile lie."""
    return (profile.folder if profile else settings.data_dir) / "heads"


def open_store(settings: Settings, profile: Profile | None = None, *, wait: bool = True) -> StoreThread:
    """Open the memory of the profile, on its own thread. Raises ``MemoryStoreError``, where it is to ``wait``."""
    folder = (profile or profile_of(settings)).folder
    return StoreThread(lambda: Store.open(folder, clock=lambda: datetime.now(UTC)), wait=wait)

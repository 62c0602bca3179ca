"""Which model answers, and what each model on this computer is like: library, header, fit and engine together.

Free of Qt; methods block and may be called from any thread. It loads nothing itself: it tells the engine client
what to load, and hears what became of it.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.assistant import STOP_SECONDS
from app.engine_client import result_of
from app.language import told, tr
from app.user_messages import UsageError
from engine.errors import ModelFileError
from engine.models.fit import fit
from engine.models.hardware import hardware
from engine.models.header import read_header
from engine.models.vocabulary import check_same_vocabulary
from engine.protocol import Done, Failed, Loaded, SecondModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.assistant import Assistant
    from app.engine_client import EngineClient
    from app.settings import Settings
    from engine.models.fit import Fit
    from engine.models.hardware import Device, Hardware
    from engine.models.header import Header
    from engine.models.library import Library, Model
    from engine.models.parameters import Parameters
    from engine.models.queue import Downloads
    from engine.protocol import Event


log = logging.getLogger(__name__)

# A smaller model's speed says how fast layers follow each other, not how fast weights are read.
_TELLING: Final = 50_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """A model of the library as the window shows it. ``problem`` says why it can't be used, where it can't.

    ``tuned``: a head was made for it, so guidance runs at full speed; ``None`` where that is not known yet.
    ``reader``: name of the model that reads preferences in its place; ``needed``: it does so for the one that answers.
    """

    model: Model
    header: Header | None
    fit: Fit | None
    current: bool
    tuned: bool | None
    problem: str = ""
    reader: str = ""
    needed: bool = False


class ModelChoice:
    """The models of one running Attune. ``heads``: folders with heads of tuned models."""

    def __init__(
        self,
        library: Library,
        engine: EngineClient,
        settings: Settings,
        heads: tuple[str, ...],
        downloads: Downloads,
    ) -> None:
        self.library = library
        self.downloads = downloads
        self._engine = engine
        self._settings = settings
        self._heads = heads
        self._devices: tuple[Device, ...] = ()
        self._held = 0
        self._waiting = 0
        self._leaving = False
        self._back: Model | None = None  # what answered before those that are being opened
        self._lock = threading.Lock()
        self._opening = threading.RLock()  # one choice is made, or taken back, at a time
        engine.on_loaded(self._on_loaded)

    @property
    def current(self) -> Model | None:
        """The model that answers now: the one this run was started with, else the one chosen."""
        with self._lock:
            if self._settings.model is not None:
                return self.library.model(str(self._settings.model))
        return self.library.chosen

    @property
    def loaded(self) -> Loaded | None:
        """What the engine has in memory."""
        return self._engine.loaded

    def known(self) -> tuple[Known, ...]:
        """All models of the library, with what can be told of each without loading it."""
        models = self.library.models()
        current = self.current
        if current and current.path not in {model.path for model in models}:
            models = (current, *models)
        return tuple(self.look(model) for model in models)

    def look(self, model: Model) -> Known:
        """Say what ``model`` is and whether it fits."""
        current = self.current
        is_current = current is not None and current.path == model.path
        if not model.file.is_file():
            gone = tr("This file is no longer where it was. Put it back, or take the model off the list.")
            return Known(model, None, None, is_current, None, gone)
        try:
            header = header_of(model.file)
        except ModelFileError as error:
            return Known(model, None, None, is_current, None, f"{error.user_message} {error.next_step}")
        own = model.tokens_per_second * header.weight_bytes if model.tokens_per_second else None
        found = self.fit(header, model.parameters, own)
        return Known(
            model,
            header,
            found,
            is_current,
            self._tuned(model),
            reader=self._reader(model),
            needed=current is not None and self._second_path(current) == model.path,
        )

    def fit(self, header: Header, parameters: Parameters, bytes_per_second: float | None = None) -> Fit:
        """Hold a model against the memory that is free once the present one makes room.

        ``bytes_per_second``: how fast its own weights were read here, where that was measured.
        """
        second = parameters.second
        return fit(
            header,
            self.hardware(),
            parameters.context_length,
            cache_type=parameters.cache_type,
            flash=parameters.flash,
            gpu_layers=parameters.gpu_layers,
            bytes_per_second=bytes_per_second or self.bytes_per_second(),
            second=_header_or_none(second.path) if second else None,
        )

    def second_problem(self, path: str, second: str) -> str:
        """Say why the model at ``second`` can't read along with the one at ``path``; empty where it can."""
        try:
            check_same_vocabulary(Path(path), Path(second))
        except ModelFileError as error:
            return f"{told(error.user_message)} {told(error.next_step)}"
        return ""

    def hardware(self) -> Hardware:
        """Return what this computer has for a model; what the present one holds counts as free."""
        seen = hardware(self._devices)
        return replace(seen, free=min(seen.total, seen.free + (self._held if self._engine.loaded else 0)))

    def bytes_per_second(self) -> float | None:
        """How fast main memory was read by the decoding of a model measured here, where one was."""
        rates = []
        for model in self.library.models():
            speed = model.tokens_per_second
            if not speed or model.gpu_layers or not model.file.is_file():
                continue
            size = model.file.stat().st_size
            if size >= _TELLING:
                rates.append(speed * size)
        return max(rates, default=None)

    def use(self, path: str, assistant: Assistant | None = None) -> Iterator[Event]:
        """Let another model answer, and load it now; where the last event is ``Failed``, the one before answers again.

        Raises ``ModelFileError`` where the file is none, ``UsageError`` while an answer is being written.
        """
        read_header(Path(path))
        with self._opening:
            before = self.current
            self._switch(path, assistant)
            self._back = self._back or before
            opening = self._open()
        yield from self._until_open(*opening, assistant)

    def on_loaded(self, callback: Callable[[Loaded], None]) -> None:
        """Have ``callback`` called when a model is ready; it must not wait."""
        self._engine.on_loaded(callback)

    def reload(self, assistant: Assistant | None = None) -> Iterator[Event]:
        """Load the model that answers again, as its parameters now say; ends as ``use`` does."""
        with self._opening:
            opening = self._open()
        yield from self._until_open(*opening, assistant)

    def rest(self) -> bool:
        """Free the memory of the model that answers, unless it is being asked something."""
        return self._engine.loaded is not None and self._engine.rest()

    def leave(self) -> None:
        """Wait no longer for a model being loaded: Attune closes."""
        self._leaving = True
        self._engine.cancel(self._waiting)

    def switch(self, path: str, assistant: Assistant | None = None) -> Loaded:
        """``use``, waited for. Raises the error that kept the model from loading."""
        loaded = result_of(self.use(path, assistant))
        assert isinstance(loaded, Loaded)
        return loaded

    def set_parameters(self, path: str, parameters: Parameters, assistant: Assistant | None = None) -> bool:
        """Keep how a model is run; return whether the model that answers has to be loaded again for it."""
        old = self.library.model(path).parameters
        current = self.current
        self.library.change(path, parameters=parameters)
        if current is None or current.path != path:
            return False
        if not old.needs_reload(parameters):
            if assistant:
                assistant.sampling = parameters.sampling
            return False
        try:
            self._switch(path, assistant)
        except UsageError as error:
            # Else saving the same again would change nothing, and the model would run as it was.
            self.library.change(path, parameters=old)
            raise UsageError(error.user_message, tr("Save again when it is done.")) from error
        return True

    def replied(self, tokens: int, tokens_per_second: float) -> None:
        """Remember how fast the model that answers is here; a handful of tokens says nothing."""
        current = self.current
        if current and tokens >= 16 and tokens_per_second > 0:
            self.library.measured(current.path, tokens_per_second)

    def _open(self) -> tuple[int, Iterator[Event]]:
        self._engine.cancel(self._waiting)  # what is still being opened is overtaken
        self._waiting = self._engine.next_id()
        events = self._engine.ready(self._waiting)
        if self._leaving:
            self._engine.cancel(self._waiting)
        return self._waiting, events

    def _until_open(
        self, waiting: int, events: Iterator[Event], assistant: Assistant | None
    ) -> Iterator[Event]:
        for event in events:
            if isinstance(event, Done) or (isinstance(event, Failed) and event.kind != "Cancelled"):
                with self._opening:
                    if waiting == self._waiting:  # else a later choice says what answers
                        # What ends because Attune closes says nothing about the model.
                        self._settle(isinstance(event, Failed) and not self._leaving, assistant)
            yield event

    def _settle(self, failed: bool, assistant: Assistant | None) -> None:
        back, self._back, current = self._back, None, self.current
        if failed and back and current and back.path != current.path:
            # A question that waited for this model hears of its end at the same moment.
            self._switch(back.path, assistant, wait=STOP_SECONDS)

    def _switch(self, path: str, assistant: Assistant | None, wait: float = 0.0) -> None:
        with self._opening:
            model, current, settings = self.library.model(path), self.current, self._settings
            other = current is None or current.path != path
            if other:  # what reads along with one model may not with another
                settings = settings.model_copy(update={"teacher": None, "reward_model": None})
            if assistant is None:
                load_model(self._engine, settings, model, self._heads)
            elif not assistant.between_answers(
                lambda: load_model(self._engine, settings, model, self._heads),
                model.parameters.sampling,
                wait,
            ):
                raise UsageError(
                    tr("An answer is still being written."), tr("Choose the model again when it is done.")
                )
            with self._lock:
                self._settings = settings.model_copy(update={"model": None})
            self.library.choose(path)

    def _second_path(self, model: Model) -> str:
        second = second_of(self._settings, model.parameters)
        return second.path if second else ""

    def _reader(self, model: Model) -> str:
        path = self._second_path(model)
        return self.library.model(path).name if path else ""

    def _tuned(self, model: Model) -> bool | None:
        loaded = self._engine.loaded
        current = self.current
        if loaded and current and current.path == model.path:
            return bool(loaded.head_version)
        if not model.sha256:
            return None
        from engine.rewards.head_file import head_name  # slow to import, and a start needs none of it

        return any((Path(folder) / head_name(model.sha256)).is_file() for folder in self._heads)

    def _on_loaded(self, loaded: Loaded) -> None:
        self._devices = loaded.devices
        self._held = loaded.memory
        current = self.current
        if current and current.path == self._engine.path:
            try:
                self.library.change(current.path, sha256=loaded.sha256, gpu_layers=loaded.gpu_layers)
            except OSError as error:  # it answers all the same
                log.warning("what was seen of a model is not noted: %r", error)


def load_model(engine: EngineClient, settings: Settings, model: Model, heads: tuple[str, ...]) -> None:
    """Tell the engine client to load ``model`` as its parameters say; what this run was started with goes first."""
    own = model.parameters
    given = settings.model_fields_set
    engine.load(
        model.path,
        sha256=model.sha256 if model.source == "built in" else None,
        context_length=settings.context_length if "context_length" in given else own.context_length,
        threads=settings.threads if "threads" in given else own.threads,
        gpu_layers=settings.gpu_layers if "gpu_layers" in given else own.gpu_layers,
        heads=heads,
        cache_type=own.cache_type,
        flash=own.flash,
        batch=own.batch,
        second=second_of(settings, own),
    )


def second_of(settings: Settings, own: Parameters) -> SecondModel | None:
    """Return the model that reads preferences in a model's place: the one this run was started with goes first."""
    if settings.reward_model is not None:
        return SecondModel(str(settings.reward_model), "reward")
    return SecondModel(str(settings.teacher), "teacher") if settings.teacher is not None else own.second


def header_of(path: Path) -> Header:
    """Return a file's header, read once as long as the file stays as it is. Raises ``ModelFileError``."""
    try:
        stat = path.stat()
    except OSError:
        return read_header(path)  # which says what is wrong
    return _header(path, stat.st_size, stat.st_mtime_ns)


def _header_or_none(path: str) -> Header | None:
    try:
        return header_of(Path(path))
    except ModelFileError:  # it is said where the model is loaded
        return None


@lru_cache(maxsize=256)
def _header(path: Path, size: int, changed: int) -> Header:
    del size, changed
    return read_header(path)

"""The models on this computer: which there are, where they came from, how each is run, which one answers.

One JSON file beside the models says what the files themselves can't. Whatever it says, the files decide: one that
is gone is shown as gone, one that was put into the folder by hand is found. Knows nothing of loading or Qt.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from engine.errors import ModelFileError
from engine.models.header import read_header
from engine.models.parameters import Parameters, parameters_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Source: TypeAlias = Literal["built in", "in place", "copied", "downloaded"]

_FILE: Final = "library.json"
_LOCK: Final = ".library.lock"
_LOCK_SECONDS: Final = 1.0
"""Much longer than another Attune takes to write it: whoever holds it for longer has been suspended."""
_CHUNK: Final = 8 << 20
_SPEEDS_KEPT: Final = 5
REST_MINUTES: Final = 30
PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class Model:
    """One model file. ``repository``, ``revision`` and ``sha256`` are empty where they are not known.

    ``speeds``: the latest tokens per second measured here, oldest first. ``gpu_layers``: how many layers the last
    load put on a GPU.
    """

    path: str
    name: str
    source: Source = "in place"
    repository: str = ""
    revision: str = ""
    sha256: str = ""
    licence: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    speeds: tuple[float, ...] = ()
    gpu_layers: int | None = None

    @property
    def file(self) -> Path:
        """Where it lies."""
        return Path(self.path)

    @property
    def ours(self) -> bool:
        """Whether the file is Attune's to throw away."""
        return self.source in ("copied", "downloaded")

    @property
    def tokens_per_second(self) -> float | None:
        """The middle of the latest speeds measured here."""
        return sorted(self.speeds)[len(self.speeds) // 2] if self.speeds else None


class Library:
    """What stands in ``folder`` and what was added from elsewhere. Methods are thread-safe.

    Another Attune, of another profile, may use the same folder: what it wrote is read before anything is changed, and
    only the choice of the model that answers is each one's own until the next start.

    ``built_in``: the model Attune comes with, where it is installed, and its SHA-256.
    """

    def __init__(self, folder: Path, built_in: tuple[Path, str] | None = None) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._built_in = built_in
        self._models: dict[str, Model] = {}
        self._chosen = self._chosen_next = ""
        self.rest_minutes = REST_MINUTES
        self._stamp: tuple[int, int] | None = None
        self._read()
        self._chosen = self._chosen_next

    def models(self) -> tuple[Model, ...]:
        """All models: the built-in one first, then by name. A file that vanished is still listed."""
        with self._lock:
            self._read()
            self._find_new()
            rest = [model for model in self._models.values() if model.source != "built in"]
            first = [self._models[str(self._built_in[0])]] if self._built_in else []
            return (*first, *sorted(rest, key=lambda model: model.name.casefold()))

    def model(self, path: str) -> Model:
        """Return one model; one that is not in the list is made up from its path."""
        with self._lock:
            return self._models.get(path) or Model(path, Path(path).stem)

    @property
    def chosen(self) -> Model | None:
        """The model that answers: the one chosen, else the built-in one."""
        with self._lock:
            if self._chosen:
                return self.model(self._chosen)
            return self._models[str(self._built_in[0])] if self._built_in else None

    def choose(self, path: str) -> None:
        """Let the model at ``path`` answer from now on."""
        with self._changing():
            self._models.setdefault(path, Model(path, Path(path).stem))
            self._chosen = self._chosen_next = path

    def set_rest(self, minutes: int) -> None:
        """Set after how many idle minutes a model's memory is freed; 0: never."""
        with self._changing():
            self.rest_minutes = minutes

    def add(self, path: Path) -> Model:
        """Add a file where it lies. Raises ``ModelFileError`` for what is no model."""
        header = read_header(path)
        return self.keep(Model(str(path), header.name, "in place", licence=header.licence))

    def copy(self, path: Path, on_progress: Callable[[float], bool] = lambda _: True) -> Model | None:
        """Copy a file into the folder and add it; ``on_progress(fraction)`` returns False to give up: ``None``.

        Raises ``ModelFileError``, or ``OSError`` where the disk refuses. Nothing half copied is left.
        """
        header = read_header(path)
        self.folder.mkdir(parents=True, exist_ok=True)
        target = free_name(self.folder / path.name)
        part = target.with_name(target.name + PART)
        try:
            with path.open("rb") as source, part.open("wb") as copy:
                done = 0
                while chunk := source.read(_CHUNK):
                    copy.write(chunk)
                    done += len(chunk)
                    if not on_progress(done / max(1, header.file_bytes)):
                        return None
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
        return self.keep(Model(str(target), header.name, "copied", licence=header.licence))

    def keep(self, model: Model) -> Model:
        """Add or replace a model's entry; how it was run before stays."""
        with self._changing():
            if old := self._models.get(model.path):
                model = replace(
                    old, **{f.name: getattr(model, f.name) for f in fields(Model) if f.name in _GIVEN}
                )
            self._models[model.path] = model
        return model

    def change(self, path: str, **values: Any) -> Model:
        """Replace fields of a model's entry."""
        with self._changing():
            changed = self._models[path] = replace(self.model(path), **values)
        return changed

    def measured(self, path: str, tokens_per_second: float) -> None:
        """Remember how fast a reply came."""
        with self._changing():
            model = self.model(path)
            speeds = (*model.speeds, round(tokens_per_second, 2))[-_SPEEDS_KEPT:]
            self._models[path] = replace(model, speeds=speeds)

    def drop(self, path: str) -> None:
        """Take a model off the list. The file is not touched. Models it read preferences for do so themselves again."""
        with self._changing():
            self._models.pop(path, None)
            for model in list(self._models.values()):
                if model.parameters.second and model.parameters.second.path == path:
                    alone = replace(model.parameters, teacher="", reward_model="")
                    self._models[model.path] = replace(model, parameters=alone)
            self._chosen = "" if self._chosen == path else self._chosen
            self._chosen_next = "" if self._chosen_next == path else self._chosen_next

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Read the file, have it changed, and write it; nobody else does so meanwhile."""
        from filelock import FileLock, Timeout  # a start that only reads does not wait for its import

        with self._lock, ExitStack() as held:
            self.folder.mkdir(parents=True, exist_ok=True)
            with suppress(Timeout, OSError, NotImplementedError):  # rather without the others than not at all
                held.enter_context(FileLock(self.folder / _LOCK, timeout=_LOCK_SECONDS, poll_interval=0.01))
            self._stamp = None  # a file written twice within a tick of its clock looks like the one known
            self._read()
            yield
            self._write()

    def _find_new(self) -> None:
        # Not Path.rglob, which raises where a folder goes while it looks: a download's does when it has arrived.
        for folder, _, names in os.walk(self.folder):
            for path in (Path(folder, name) for name in names if name.lower().endswith(".gguf")):
                if str(path) not in self._models:
                    with suppress(ModelFileError):
                        header = read_header(path)
                        self._models[str(path)] = Model(
                            str(path), header.name, "copied", licence=header.licence
                        )

    def _read(self) -> None:
        """Take over what the file says, unless it is as it was when it was last read or written."""
        file = self.folder / _FILE
        stamp = _stamp(file)
        if self._models and stamp == self._stamp:
            return
        self._stamp, before = stamp, list(self._models.values())
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            self._chosen_next = str(found.get("chosen", ""))
            self.rest_minutes = int(found.get("rest_minutes", REST_MINUTES))
            models = [_model_from(row) for row in found.get("models", ())]
        except (FileNotFoundError, NotADirectoryError):
            models = before
        except (OSError, ValueError, TypeError, AttributeError):
            # The models are still there and are found again; what was said about them is kept aside.
            os.replace(file, file.with_suffix(".broken"))
            models = before
        self._models = {model.path: model for model in models}
        if self._built_in:
            path, sha256 = self._built_in
            old = self._models.get(str(path), Model(str(path), "SmolLM2 135M Instruct", licence="apache-2.0"))
            self._models[str(path)] = replace(old, source="built in", sha256=sha256)
        if before:
            self._find_new()

    def _write(self) -> None:
        kept = {
            "chosen": self._chosen_next,
            "rest_minutes": self.rest_minutes,
            "models": [asdict(model) for model in self._models.values()],
        }
        text = json.dumps(kept, indent=1)
        part = self.folder / f"{_FILE}.{os.getpid()}{PART}"
        try:
            part.write_text(text, encoding="utf-8")
            os.replace(part, self.folder / _FILE)
        finally:
            part.unlink(missing_ok=True)
        self._stamp = _stamp(self.folder / _FILE)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


# What whoever adds a model knows of it; the rest is what was learned by running it.
_GIVEN: Final = {"name", "source", "repository", "revision", "sha256", "licence"}


def free_name(path: Path) -> Path:
    """Return ``path``, or one beside it with a number, where no file lies yet."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free


def free_space(folder: Path) -> int:
    """Return the bytes free on the disk where ``folder`` is or will be."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(place).free


def _model_from(row: Any) -> Model:
    known = {f.name for f in fields(Model)}
    values = {name: value for name, value in row.items() if name in known}
    values["parameters"] = parameters_from(values.get("parameters"))
    values["speeds"] = tuple(float(speed) for speed in values.get("speeds", ()))
    if values.get("source") not in get_args(Source):
        values["source"] = "in place"
    return Model(**values)

"""``attune doctor``: what this installation consists of, each part looked at and tried.

Knows where everything should be; a problem is one sentence with one next step.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import psutil

from app.cli.arguments import settings_of
from app.composition import make_engine, open_store, profile_of
from app.system_libraries import missing_display, missing_libraries, sentence
from app.user_messages import ENVIRONMENT_ERRORS, explain
from engine import starter
from engine.protocol import Embed, Embedded, Loaded
from memory.errors import DatabaseDamagedError, DatabaseLockedError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.engine_client import EngineClient
    from app.settings import Settings

PACKAGES = (
    "llama-cpp-python",
    "torch",
    "sentence-transformers",
    "SQLAlchemy",
    "PySide6-Essentials",
    "numpy",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ``next_step`` is empty where all is well."""

    name: str
    text: str
    next_step: str = ""

    def __str__(self) -> str:
        state = "problem" if self.next_step else "ok"
        line = f"{state:<8} {self.name:<10} {self.text}"
        return f"{line}\n{'':19} {self.next_step}" if self.next_step else line


def run(options: Namespace) -> int:
    """Print every finding as it is made; return 1 where one is a problem."""
    problems = 0
    for finding in examine(settings_of(options)):
        print(finding, flush=True)
        problems += bool(finding.next_step)
    print(f"\n{problems} problem{'s' if problems != 1 else ''} found." if problems else "\nAll is well.")
    return 1 if problems else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at one part after the other."""
    yield Finding("Attune", f"{version('attune')}, Python {platform.python_version()}, {platform.platform()}")
    for package in PACKAGES:
        yield _package(package)
    yield Finding("CPU", _cpu())
    yield Finding("RAM", _ram())
    yield from _attempt("Data", lambda: _folder(settings.data_dir))
    yield from _attempt("Profile", lambda: _profile(settings))
    yield from _attempt("Database", lambda: _database(settings))
    yield from _attempt("Embedder", _embedder_files)
    yield from _attempt("Model file", lambda: _model_file(settings))
    try:
        engine = make_engine(settings)
    except ENVIRONMENT_ERRORS:
        return  # reported above, as the model file
    with closing(engine):
        yield from _attempt("Engine", lambda: _engine(engine))
        if engine.loaded:
            yield Finding("GPU", _gpu(engine.loaded.backend))
        yield from _attempt("Recall", lambda: _recall(engine))
    yield _window()


def _attempt(name: str, look: Callable[[], str]) -> Iterator[Finding]:
    try:
        yield Finding(name, look())
    except ENVIRONMENT_ERRORS as error:
        yield Finding(name, *explain(error))


def _package(name: str) -> Finding:
    try:
        return Finding("Library", f"{name} {version(name)}")
    except PackageNotFoundError:
        return Finding("Library", f"{name} is not installed.", f"Install it with: pip install {name}")


def _cpu() -> str:
    cores, threads = psutil.cpu_count(logical=False) or 1, psutil.cpu_count() or 1
    return f"{cores} cores, {threads} threads, {platform.machine()}"


def _ram() -> str:
    memory = psutil.virtual_memory()
    return f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free"


def _folder(folder: Path) -> str:
    place = next(path for path in (folder, *folder.parents) if path.exists())
    with tempfile.TemporaryFile(dir=place):
        pass
    return f"{folder}, writable" if place == folder else f"{folder}, not made yet"


def _profile(settings: Settings) -> str:
    profile = profile_of(settings)
    return f"{profile.name}, in {profile.folder}"


def _database(settings: Settings) -> str:
    if not (profile_of(settings).folder / "attune.db").exists():
        return "none yet; the first conversation makes one"
    try:
        store = open_store(settings)
    except DatabaseLockedError:
        return "in use by an Attune that is running now"
    try:
        counts, aside = store.call(lambda memory: (memory.counts(), memory.moved_aside))
    finally:
        store.close()
    if aside:
        raise DatabaseDamagedError(
            next_step=f"It was moved to {aside}, not deleted; an empty one took its place."
        )
    return (
        f"{counts.conversations} conversations, {counts.messages} messages, {counts.feedback} ratings, "
        f"{counts.size_bytes / 2**20:.1f} MiB"
    )


def _embedder_files() -> str:
    folder = starter.embedded_embedder()
    starter.verify(folder / "model.safetensors", starter.EMBEDDER_SHA256)
    return f"{folder}, hash verified"


def _model_file(settings: Settings) -> str:
    if settings.model is not None:
        return f"{settings.model}, {settings.model.stat().st_size / 2**20:.0f} MiB, of your own"
    path = starter.embedded_model()
    starter.verify(path, starter.MODEL_SHA256)
    return f"{path}, hash verified"


def _engine(engine: EngineClient) -> str:
    command = engine.pending_load()
    assert command is not None
    loaded = engine.call(command)
    assert isinstance(loaded, Loaded)
    second = f", preferences read by {loaded.second_name}" if loaded.second_name else ""
    return (
        f"{loaded.name}, {loaded.architecture}, {loaded.n_params / 1e6:.0f} M parameters, context "
        f"{loaded.context_length}, {loaded.backend}, loaded in {loaded.seconds:.2f} s{second}"
    )


def _gpu(backend: str) -> str:
    offers = "nothing: llama.cpp was built for the CPU" if backend == "CPU" else backend
    return f"this installation offers {offers}; {_nvidia() or 'no NVIDIA driver found'}"


def _nvidia() -> str:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    listed = subprocess.run([tool, "-L"], capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    return "; ".join(listed.stdout.splitlines())


def _recall(engine: EngineClient) -> str:
    result = engine.call(Embed(engine.next_id(), ("Why is the sky blue?",)))
    assert isinstance(result, Embedded)
    return f"{result.embedder}, {result.vectors.shape[1]} dimensions"


def _window() -> Finding:
    if missing := missing_libraries(os.environ):
        line = sentence(missing, has_apt=shutil.which("apt-get") is not None)
        return Finding("Window", "System libraries are missing.", line)
    # A server has no display and needs none: the terminal works without.
    return Finding("Window", missing_display(os.environ) or "Qt's libraries are there")

"""What lies on the disk and how big it is; earlier copies of the memory, and erasing through the memory.

Blocks; may be called from any thread. Knows folders and the memory, and no widget.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.connections import look
from app.profiles import Profiles
from engine.errors import StarterMissingError
from engine.starter import embedded_embedder, embedded_model

if TYPE_CHECKING:
    from app.composition import Attune
    from app.connections import Seen
    from memory.records import Counts, Forgotten, Passage


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that may still hold what was forgotten. ``size`` in bytes."""

    path: Path
    size: int
    date: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Sizes in bytes of the memory, models, what was tuned, and the other profiles.

    ``models`` are those in the data folder; ``built_in`` came with the program.
    """

    folder: Path
    counts: Counts
    memory: int
    models: int
    built_in: int
    tuned: int
    profiles: int
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """What is connected to, and what is being downloaded from: a host, or empty.

    ``engine``: the engine was among what was looked at.
    """

    seen: Seen
    hub: str
    engine: bool


class Keeping:
    """What one running Attune keeps."""

    def __init__(self, attune: Attune) -> None:
        self._attune = attune

    def kept(self) -> Kept:
        """Measure everything. Files that go meanwhile count nothing."""
        attune, folder, root = self._attune, self._attune.folder, self._attune.settings.data_dir
        copies = attune.store.call(lambda store: store.earlier_copies())
        return Kept(
            folder,
            attune.assistant.counts(),
            _memory(folder),
            _size(root / "models"),
            _built_in(),
            _tuned(folder),
            sum(_memory(p.folder) + _tuned(p.folder) for p in Profiles(root).all() if p.folder != folder),
            tuple(copy for copy in map(_copy, copies) if copy),
        )

    def between(self, start: datetime, end: datetime) -> tuple[Passage, ...]:
        """Return what was said at a time."""
        return self._attune.store.call(lambda store: store.passages_between(start, end))

    def about(self, words: str) -> tuple[Passage, ...]:
        """Return what holds ``words``."""
        return self._attune.store.call(lambda store: store.passages_with(words))

    def forget_between(self, start: datetime, end: datetime) -> Forgotten:
        """Forget a time."""
        with self._attune.assistant.erasing():
            return self._attune.store.call(lambda store: store.forget_between(start, end))

    def forget(self, passages: tuple[Passage, ...]) -> Forgotten:
        """Forget what was chosen."""
        with self._attune.assistant.erasing():
            return self._attune.store.call(lambda store: store.forget_passages(passages))

    def delete_copy(self, path: Path) -> None:
        """Delete an earlier copy; only one that is there as such."""
        if path in self._attune.store.call(lambda store: store.earlier_copies()):
            path.unlink(missing_ok=True)

    def network(self) -> Network:
        """Look at the connections of the window and the engine."""
        downloads = self._attune.models.downloads
        busy = any(found.state == "downloading" for found in downloads.all())
        seen = look()
        hub = downloads.hub.endpoint.partition("://")[2] if busy else ""
        return Network(seen, hub, self._attune.engine.pid in seen.processes)


def _copy(path: Path) -> Copy | None:
    with suppress(OSError):
        facts = path.stat()
        return Copy(path, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
    return None


def _memory(folder: Path) -> int:
    return sum(_size(path) for path in folder.glob("attune*.db*"))


def _built_in() -> int:
    size = 0
    for find in (embedded_model, embedded_embedder):
        with suppress(StarterMissingError):
            size += _size(find())
    return size


def _tuned(folder: Path) -> int:
    return _size(folder / "heads") + _size(folder / "calibration")


def _size(path: Path) -> int:
    if path.is_dir():  # not by Path.rglob, which raises where a folder goes while it looks
        return sum(_size(Path(folder, name)) for folder, _, names in os.walk(path) for name in names)
    with suppress(OSError):
        return path.stat().st_size
    return 0

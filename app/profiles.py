"""Several profiles on one computer: me at work, me at home. Each is a folder with a memory of its own.

The first profile's folder is the data folder itself. Names are kept in a file beside each memory, so that a name
may be anything one can type. It knows folders and names; what a memory holds is none of its business, save when
one is deleted.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from app.language import tr
from app.user_messages import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

FIRST_NAME: Final = "Personal"
LONGEST_NAME: Final = 60
_FOLDER, _NAME, _LAST = "profiles", "profile.txt", "last.txt"


@dataclass(frozen=True, slots=True)
class Profile:
    """``id`` is empty for the first profile. ``folder`` holds its memory and what was tuned under its words."""

    id: str
    name: str
    folder: Path

    @property
    def first(self) -> bool:
        """Whether it is the one that is always there."""
        return not self.id


class Profiles:
    """The profiles below one data folder. Every method reads the folders anew; none keeps anything open."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def all(self) -> tuple[Profile, ...]:
        """Return every profile: the first one, then the others by name."""
        first = Profile("", _read(self._data_dir / _NAME) or FIRST_NAME, self._data_dir)
        folders: list[Path] = []
        # A data folder that is a file is reported where the memory is opened, with what to do about it.
        with suppress(FileNotFoundError, NotADirectoryError):
            folders = [folder for folder in (self._data_dir / _FOLDER).iterdir() if folder.is_dir()]
        found = [
            Profile(folder.name, _read(folder / _NAME) or folder.name, folder)
            for folder in folders
            # A memory whose name was lost is still a memory.
            if (folder / _NAME).exists() or (folder / "attune.db").exists()
        ]
        return (first, *sorted(found, key=lambda profile: (_key(profile.name), profile.id)))

    def last(self) -> Profile:
        """Return the profile the window had open last; the first one where that is gone."""
        last = _read(self._data_dir / _FOLDER / _LAST)
        return next((profile for profile in self.all() if profile.id == last), self.all()[0])

    def find(self, name: str) -> Profile:
        """Return the profile called ``name``, whatever its case. Raises ``UsageError``."""
        known = self.all()
        for profile in known:
            if _key(profile.name) == _key(name):
                return profile
        names = ", ".join(f"“{profile.name}”" for profile in known)
        raise UsageError(
            tr("There is no profile “{names}”.", names=" ".join(name.split())),
            tr("There is {names}. Another is made with: attune profiles add NAME", names=names),
        )

    def chosen(self, name: str | None) -> Profile:
        """Return the profile called ``name``, without one the last. Raises ``UsageError``."""
        return self.last() if name is None else self.find(name)

    def add(self, name: str) -> Profile:
        """Make a profile. Raises ``UsageError`` for a name that is taken or none."""
        name = self._new_name(name)
        identifier = uuid4().hex[:12]
        folder = self._data_dir / _FOLDER / identifier
        folder.mkdir(parents=True)
        _write(folder / _NAME, name)
        return Profile(identifier, name, folder)

    def rename(self, profile: Profile, name: str) -> Profile:
        """Give a profile another name. Raises ``UsageError`` for a name that is taken or none."""
        name = self._new_name(name, but=profile)
        self._data_dir.mkdir(parents=True, exist_ok=True)
        _write(profile.folder / _NAME, name)
        return Profile(profile.id, name, profile.folder)

    def remember(self, profile: Profile) -> None:
        """Have the next start open this profile."""
        (self._data_dir / _FOLDER).mkdir(parents=True, exist_ok=True)
        _write(self._data_dir / _FOLDER / _LAST, profile.id)

    def remove(self, profile: Profile, *, clock: Callable[[], datetime]) -> None:
        """Forget all that a profile holds, to the byte, and delete its folder.

        Raises ``UsageError`` for the first profile, and ``MemoryStoreError`` where it is open elsewhere or was
        written by a newer Attune; then nothing is deleted.
        """
        if profile.first:
            raise UsageError(
                tr("“{name}” is the first profile; it can’t be deleted.", name=profile.name),
                tr("Forget everything in its preferences instead, or rename it."),
            )
        from memory.store import Store  # SQLAlchemy would hold up a start that only asks which profile it is

        store = Store.open(profile.folder, clock=clock)
        try:
            store.forget_everything()
        finally:
            store.close()
        # The name goes last: killed in between, what is left is an empty profile that can be deleted again.
        for path in profile.folder.iterdir():
            if path.name != _NAME:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(profile.folder)

    def _new_name(self, name: str, but: Profile | None = None) -> str:
        name = unicodedata.normalize("NFC", " ".join(name.split()))
        if not name or not name.isprintable():
            raise UsageError(
                tr("A profile needs a name that can be read."), tr("Type a name, for example: Work")
            )
        if len(name) > LONGEST_NAME:
            raise UsageError(
                tr("That name is too long."),
                tr("Choose one of at most {longest_name} letters and signs.", longest_name=LONGEST_NAME),
            )
        if any(_key(name) == _key(known.name) for known in self.all() if but is None or known.id != but.id):
            raise UsageError(
                tr("There is a profile “{name}” already.", name=name), tr("Choose another name.")
            )
        return name


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def _read(path: Path) -> str:
    try:
        return " ".join(path.read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

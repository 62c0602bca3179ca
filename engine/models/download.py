"""One model file on its way: fetched into a folder of its own, checked, and only then moved to its place.

It can be paused, and goes on after a restart from what has arrived. Knows nothing of queues, threads or windows.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import time
from collections import deque
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from engine.errors import DownloadError, EngineError, RangeRefusedError
from engine.models.header import MAGIC, read_header
from engine.models.hub import RemoteFile
from engine.models.library import Model, free_name, free_space

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from engine.models.hub import Hub

State: TypeAlias = Literal[
    "queued", "starting", "downloading", "waiting", "checking", "paused", "failed", "done"
]

ATTEMPTS: Final = 6
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 60.0
# Room that a download leaves on the disk for everything else.
DISK_RESERVE: Final = 256 << 20
_REPORT_SECONDS: Final = 0.1
_SPEED_SECONDS: Final = 5.0
_CHUNK: Final = 4 << 20
_PART, _ABOUT = "file.part", "about.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch: ``file`` of ``repository`` at ``revision``. ``sha256`` is checked too where it is known before."""

    name: str
    repository: str
    file: str
    revision: str = "main"
    sha256: str = ""
    licence: str = ""

    @property
    def key(self) -> str:
        """A short name no other file has."""
        return hashlib.sha256(f"{self.repository}\0{self.file}\0{self.revision}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a download is. ``done`` and ``size`` in bytes, ``speed`` in bytes per second.

    ``remote`` is known once the hub was asked. ``message`` and ``next_step`` say what keeps it.
    """

    wanted: Wanted
    state: State
    done: int = 0
    size: int = 0
    speed: float = 0.0
    remote: RemoteFile | None = None
    message: str = ""
    next_step: str = ""
    path: str = ""

    @property
    def seconds_left(self) -> float | None:
        """Time left at the present speed."""
        return (
            (self.size - self.done) / self.speed if self.speed > 0 and self.state == "downloading" else None
        )


class Download:
    """One file. ``folder`` is this download's own; ``target`` the folder the finished model goes to.

    ``stop`` is set to pause. ``report`` hears how it goes. ``clock``: monotonic seconds.
    """

    def __init__(
        self,
        wanted: Wanted,
        hub: Hub,
        folder: Path,
        target: Path,
        report: Callable[[Progressed], None],
        stop: threading.Event,
        *,
        clock: Callable[[], float] = time.monotonic,
        first_wait: float = _FIRST_WAIT,
    ) -> None:
        self._hub = hub
        self._folder = folder
        self._target = target
        self._report = report
        self._stop = stop
        self._clock = clock
        self._first_wait = first_wait
        self._part = folder / _PART
        self._arrivals: deque[tuple[float, int]] = deque()
        self.now = progress_kept(folder) or Progressed(wanted, "queued")

    def run(self) -> Model | None:
        """Fetch, check and put the file in its place; ``None`` when it was paused. Raises ``DownloadError``.

        After an error what has arrived is kept where it can be gone on with, and thrown away where it is wrong.
        """
        try:
            return self._run()
        except OSError as error:
            raise _disk_error(error, self._part) from error

    def _run(self) -> Model | None:
        self._folder.mkdir(parents=True, exist_ok=True)
        attempt, best = 0, self._arrived()
        while True:
            try:
                remote = self._resolved()
                self._check_room(remote)
                if not self._fetch(remote):
                    self._say("paused")
                    return None
                break
            except DownloadError as error:
                # Only bytes that never came before count as getting on: a server that breaks at the same place each
                # time must not be asked for ever.
                attempt = 0 if self._arrived() > best else attempt + 1
                best = max(best, self._arrived())
                if not error.transient or attempt >= ATTEMPTS:
                    raise
                if not self._wait(error, attempt):
                    self._say("paused")
                    return None
        return self._finish(remote) if self._check(remote) else None

    def _resolved(self) -> RemoteFile:
        if self.now.remote is not None:
            return self.now.remote
        self._say("starting")
        wanted = self.now.wanted
        remote = self._hub.resolve(wanted.repository, wanted.file, wanted.revision)
        if wanted.sha256 and wanted.sha256 != remote.sha256:
            raise DownloadError(
                f"the hub has {remote.sha256}, the catalogue {wanted.sha256}",
                user_message="The hub offers another file than the one Attune knows under this name.",
                next_step="Choose another model, or update Attune.",
            )
        self.now = replace(self.now, remote=remote, size=remote.size)
        text = json.dumps({"wanted": asdict(wanted), "remote": asdict(remote)})
        about = self._folder / (_ABOUT + ".part")
        about.write_text(text, encoding="utf-8")
        os.replace(about, self._folder / _ABOUT)
        return remote

    def _check_room(self, remote: RemoteFile) -> None:
        needed = remote.size - self._arrived() + DISK_RESERVE
        free = free_space(self._folder)
        if needed > free:
            raise DownloadError(
                f"{needed} bytes needed, {free} free",
                user_message=f"The disk has {free / 1e9:.1f} GB free, and this download needs {needed / 1e9:.1f} GB.",
                next_step="Free some space and try again.",
            )

    def _fetch(self, remote: RemoteFile) -> bool:
        """Bring the missing bytes; False when asked to stop."""
        start = self._arrived()
        if start >= remote.size:
            return True
        self._arrivals.clear()
        self._say("downloading", done=start)
        try:
            with self._hub.open(remote, start) as (begins, chunks), self._part.open("ab") as part:
                if begins > start:
                    part.truncate(0)
                    raise DownloadError(f"asked from {start}, got from {begins}", transient=True)
                done, reported = begins, 0.0
                for chunk in chunks:
                    if done == 0 and not chunk.startswith(MAGIC[: len(chunk)]):
                        raise _not_gguf(chunk)
                    if done == begins < start:
                        part.truncate(begins)  # not before what comes in its place looks like a model
                    done += len(chunk)
                    if done > remote.size:
                        break
                    part.write(chunk)
                    now = self._clock()
                    if now - reported >= _REPORT_SECONDS:
                        reported = now
                        self._say("downloading", done=done, speed=self._speed(now, done))
                    if self._stop.is_set():
                        return False
        except RangeRefusedError:
            self._part.unlink(missing_ok=True)  # it is not the file this began with, or longer than that
            raise
        if done > remote.size:
            self._part.unlink(missing_ok=True)
            raise _wrong(f"more than {remote.size} bytes came")
        if self._arrived() < remote.size:
            raise DownloadError(
                f"{self._arrived()} of {remote.size} bytes came",
                user_message="The connection broke.",
                next_step="Check the connection and try again: what has arrived is kept.",
                transient=True,
            )
        return True

    def _check(self, remote: RemoteFile) -> bool:
        """Compare the file with its SHA-256 and read its header; False when asked to stop."""
        digest, done = hashlib.sha256(), 0
        with self._part.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                self._say("checking", done=done)
                if self._stop.is_set():
                    self._say("paused", done=remote.size)
                    return False
        if digest.hexdigest() != remote.sha256:
            self._part.unlink()
            raise _wrong(f"SHA-256 is {digest.hexdigest()}, expected {remote.sha256}")
        try:
            read_header(self._part)
        except EngineError as error:
            self.discard()
            raise DownloadError(
                str(error), user_message=error.user_message, next_step="Choose another file."
            ) from error
        return True

    def _finish(self, remote: RemoteFile) -> Model:
        header = read_header(self._part)
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        owner, _, name = remote.repository.partition("/")
        folder = self._target / owner / name
        folder.mkdir(parents=True, exist_ok=True)
        path = free_name(folder / remote.file.rsplit("/", 1)[-1])
        os.replace(self._part, path)
        self.discard()
        self._say("done", done=remote.size, path=str(path))
        wanted = self.now.wanted
        return Model(
            str(path),
            wanted.name or header.name,
            "downloaded",
            repository=remote.repository,
            revision=remote.revision,
            sha256=remote.sha256,
            licence=wanted.licence or header.licence,
        )

    def discard(self) -> None:
        """Throw away what has arrived."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _arrived(self) -> int:
        try:
            return self._part.stat().st_size
        except FileNotFoundError:
            return 0

    def _wait(self, error: DownloadError, attempt: int) -> bool:
        """Wait longer each time, and never at the same beat as everybody else; False when asked to stop."""
        seconds = min(self._first_wait * 2 ** max(0, attempt - 1), _LONGEST_WAIT)
        seconds = max(error.wait, seconds * random.uniform(0.75, 1.25))  # noqa: S311  no secret
        end = self._clock() + min(seconds, 15 * _LONGEST_WAIT)
        while (left := end - self._clock()) > 0:
            self._say(
                "waiting",
                done=self._arrived(),
                message=error.user_message,
                next_step=f"Trying again in {left:.0f} seconds." if left >= 1 else "Trying again.",
            )
            if self._stop.wait(min(left, 1.0)):
                return False
        return not self._stop.is_set()

    def _speed(self, now: float, done: int) -> float:
        self._arrivals.append((now, done))
        while now - self._arrivals[0][0] > _SPEED_SECONDS:
            self._arrivals.popleft()
        (then, before) = self._arrivals[0]
        return (done - before) / (now - then) if now > then else 0.0

    def _say(
        self,
        state: State,
        *,
        done: int | None = None,
        speed: float = 0.0,
        message: str = "",
        next_step: str = "",
        path: str = "",
    ) -> None:
        self.now = replace(
            self.now,
            state=state,
            done=self._arrived() if done is None else done,
            speed=speed,
            message=message,
            next_step=next_step,
            path=path,
        )
        self._report(self.now)


def progress_kept(folder: Path) -> Progressed | None:
    """Return how far the download in ``folder`` had come, paused; ``None`` where there is none that can go on."""
    try:
        found = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        wanted, remote = Wanted(**found["wanted"]), RemoteFile(**found["remote"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    part = folder / _PART
    return Progressed(
        wanted, "paused", part.stat().st_size if part.exists() else 0, remote.size, remote=remote
    )


def _wrong(detail: str) -> DownloadError:
    return DownloadError(
        detail,
        user_message="The file that arrived is not the one the repository names. It was thrown away.",
        next_step="Try again; if it happens once more, choose another repository.",
    )


def _not_gguf(chunk: bytes) -> DownloadError:
    return DownloadError(
        f"begins with {chunk[:16]!r}",
        user_message="What arrived is no model file; a sign-in page of the network may stand in between.",
        next_step="Open a web page to sign in to the network, then try again.",
    )


def _disk_error(error: OSError, part: Path) -> DownloadError:
    if error.errno == errno.ENOSPC:
        return DownloadError(
            repr(error),
            user_message="The disk is full.",
            next_step="Free some space and go on: what has arrived is kept.",
        )
    if error.errno == errno.EFBIG:
        return DownloadError(
            repr(error),
            user_message="This disk can’t hold a file of that size.",
            next_step="Move Attune’s data to another disk with ATTUNE_DATA_DIR.",
        )
    return DownloadError(
        repr(error),
        user_message=f"The file can’t be written: {error.strerror or error}.",
        next_step=f"Check the folder {part.parent}.",
    )

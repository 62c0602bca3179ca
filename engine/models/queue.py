"""The downloads of one Attune: one at a time, the others wait; paused ones go on after a restart.

One thread that lives as long as there is something to fetch. It is a thread and not a process because nothing in it
is native: it waits for the network and the disk, and computes hashes with the interpreter unlocked. Attunes of other
profiles use the same folder: one at a time fetches.
"""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.errors import DownloadError
from engine.models.download import Download, Progressed, progress_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filelock import BaseFileLock

    from engine.models.download import State, Wanted
    from engine.models.hub import Hub
    from engine.models.library import Library, Model

_FOLDER: Final = ".downloads"
_LOCK: Final = ".downloads.lock"
_LOOK_SECONDS: Final = 0.3
"""Longer than another Attune takes to see what is paused, and no wait that is felt."""
_CLOSE_SECONDS: Final = 3.0
"""A connection that says nothing more is not waited for: what has arrived is kept, whenever the thread ends."""
_ELSEWHERE: Final = DownloadError(
    "the folder of downloads is another Attune's",
    user_message="Another window of Attune is downloading.",
    next_step="Go on when it is done, or download this there.",
)
log = logging.getLogger(__name__)


class Downloads:
    """What is fetched into ``library``. ``changed`` hears how each goes, on any thread, and must not wait.

    Methods are thread-safe.
    """

    def __init__(
        self,
        library: Library,
        hub: Hub,
        changed: Callable[[Progressed], None] | None = None,
        *,
        first_wait: float = 1.0,
    ) -> None:
        self._library = library
        self.hub = hub
        self._watchers: list[Callable[[Progressed], None]] = [changed] if changed else []
        self._finishers: list[Callable[[Model], None]] = []
        self._first_wait = first_wait
        self._lock = threading.RLock()
        self._known: dict[str, Progressed] = {}
        self._waiting: list[str] = []
        self._stops: dict[str, threading.Event] = {}
        self._discard: set[str] = set()
        self._thread: threading.Thread | None = None
        self._working = False
        self._closed = False
        self._held: BaseFileLock | None = None
        self._looked = False
        self._look()

    def watch(self, changed: Callable[[Progressed], None], finished: Callable[[Model], None]) -> None:
        """Have ``changed`` called as each download goes, and ``finished`` with each model that has arrived."""
        self._watchers.append(changed)
        self._finishers.append(finished)

    def all(self) -> tuple[Progressed, ...]:
        """Return every download that is not done: those asked for in that order."""
        with self._lock:
            self._look()
            return tuple(self._known.values())

    def start(self, wanted: Wanted) -> None:
        """Fetch a file, or go on with it."""
        with self._lock:
            key = wanted.key
            if self._closed or self._going(key) or key in self._waiting or key in self._discard:
                return
            known = self._known.get(key, Progressed(wanted, "queued"))
            if not self._claim(_LOOK_SECONDS):
                self._refuse(known)
                return
            if self._arrived_elsewhere(known):
                self._forget(key)
                if not self._working:
                    self._let_go()
                return
            self._say(replace(known, state="queued", message=""))
            self._waiting.append(key)
            if not self._working:
                self._working = True
                self._thread = threading.Thread(target=self._work, name="attune-downloads", daemon=True)
                self._thread.start()

    def pause(self, key: str) -> None:
        """Stop fetching a file; what has arrived is kept."""
        with self._lock:
            if key in self._waiting:
                self._waiting.remove(key)
                self._say(replace(self._known[key], state="paused"))
            elif key in self._stops:
                self._stops[key].set()

    def cancel(self, key: str) -> None:
        """Stop fetching a file and throw away what has arrived."""
        with self._lock:
            if key in self._waiting:
                self._waiting.remove(key)
            if key in self._stops:
                self._discard.add(key)
                self._stops[key].set()
            else:
                self._forget(key)

    def close(self) -> None:
        """Pause everything, and wait shortly for the thread to end."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            for stop in self._stops.values():
                stop.set()
            thread = self._thread
        if thread is not None:
            thread.join(_CLOSE_SECONDS)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._let_go()
                    self._working = False
                    self.hub.close()
                    return
                key = self._waiting.pop(0)
                stop = self._stops[key] = threading.Event()
                wanted = self._known[key].wanted
            self._fetch(wanted, key, stop)

    def _look(self) -> None:
        """Find what was paused, as soon as no other Attune is at it."""
        if self._looked or self._closed:
            return
        folder = self._library.folder / _FOLDER
        places = sorted(folder.iterdir()) if folder.is_dir() else ()
        if not places:
            self._looked = True
            return
        with self._alone() as alone:
            self._looked = alone
            for place in places if alone else ():
                if place.name in self._known:
                    continue
                if found := progress_kept(place):
                    self._known[found.wanted.key] = found
                else:
                    shutil.rmtree(place, ignore_errors=True)

    def _fetch(self, wanted: Wanted, key: str, stop: threading.Event) -> None:
        place = self._library.folder / _FOLDER / key
        download = Download(
            wanted, self.hub, place, self._library.folder, self._say, stop, first_wait=self._first_wait
        )
        model: Model | None = None
        try:
            model = download.run()
        except DownloadError as error:
            log.warning("%s from %s: %s", wanted.file, wanted.repository, error)
            self._end(download, "failed", error)
        except Exception as error:  # a bug must not take the other downloads with it
            log.exception("a bug in a download")
            self._end(download, "failed", DownloadError(repr(error)))
        with self._lock:
            del self._stops[key]
            if model is not None:
                self._known.pop(key, None)
                self._discard.discard(key)
                if key in self._waiting:  # it had arrived before it could be paused
                    self._waiting.remove(key)
                    self._tell(download.now)
                try:
                    self._library.keep(model)
                except OSError as error:  # the file is in its place, and is found there at the next start
                    log.warning("what was downloaded is not noted: %r", error)
            elif key in self._discard:
                self._discard.remove(key)
                self._forget(key)
        if model is not None:
            for finished in self._finishers:
                finished(model)

    def _going(self, key: str) -> bool:
        """Say whether it is being fetched. One that was just paused, or has just failed, is only coming to rest."""
        stop, known = self._stops.get(key), self._known.get(key)
        return stop is not None and not (stop.is_set() or (known and known.state in ("paused", "failed")))

    def _end(self, download: Download, state: State, error: DownloadError) -> None:
        kept = progress_kept(self._library.folder / _FOLDER / download.now.wanted.key)
        done = kept.done if kept else 0
        self._say(
            replace(
                download.now, state=state, done=done, message=error.user_message, next_step=error.next_step
            )
        )

    def _forget(self, key: str) -> None:
        place = self._library.folder / _FOLDER / key
        with self._alone() as alone:
            if not alone and place.exists():  # it may be what is fetched elsewhere
                self._refuse(self._known[key])
                return
            shutil.rmtree(place, ignore_errors=True)
        if (known := self._known.pop(key, None)) is not None:
            self._tell(replace(known, state="done", path=""))

    def _refuse(self, known: Progressed) -> None:
        message, next_step = _ELSEWHERE.user_message, _ELSEWHERE.next_step
        self._say(replace(known, state="failed", message=message, next_step=next_step))

    def _arrived_elsewhere(self, known: Progressed) -> bool:
        """Say whether another Attune has brought home what was paused here."""
        if known.remote is None or (self._library.folder / _FOLDER / known.wanted.key).exists():
            return False
        return any(m.sha256 == known.remote.sha256 and m.file.is_file() for m in self._library.models())

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Keep other Attunes from fetching within the block; says whether that could be done."""
        held = self._held is not None
        alone = self._claim()
        try:
            yield alone
        finally:
            if not held:
                self._let_go()

    def _claim(self, wait: float = 0.0) -> bool:
        if self._held is None:
            from filelock import FileLock, Timeout  # a start without downloads does not wait for its import

            # Taken on the thread that asks, let go of on the one that fetches.
            lock = FileLock(self._library.folder / _LOCK, timeout=wait, thread_local=False)
            try:
                self._library.folder.mkdir(parents=True, exist_ok=True)
                lock.acquire()
            except Timeout:
                return False
            # Whoever can't write there is told so by what is written next.
            except (OSError, NotImplementedError) as error:
                log.warning("the folder of downloads can't be locked: %r", error)
                return True
            self._held = lock
        return True

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None

    def _say(self, progress: Progressed) -> None:
        with self._lock:
            self._known[progress.wanted.key] = progress
        self._tell(progress)

    def _tell(self, progress: Progressed) -> None:
        for watcher in self._watchers:
            watcher(progress)

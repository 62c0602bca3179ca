"""Opens, migrates, checks and closes the one SQLite file, and turns SQLite's troubles into the memory's errors.

It knows the file's life, not its content: no table is named here. One owner at a time, one transaction at a time.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from memory.errors import (
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabaseNewerError,
    DataDirectoryError,
    MemoryStoreError,
    NotFoundError,
)
from memory.lock import FolderLock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

DATABASE_NAME = "attune.db"
LOCK_NAME = "attune.lock"
MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = "alembic_version"

# WAL with synchronous NORMAL: a commit is in the operating system's hands before it returns, so it outlives the
# process being killed. secure_delete overwrites what is deleted; temporary tables must not reach the disk either.
_PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
)
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FOLDER = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


class Database:
    """The open file. ``moved_aside`` is where a damaged predecessor went at this start, if there was one."""

    def __init__(
        self, directory: Path | None, engine: Engine, lock: FolderLock | None, moved_aside: Path | None
    ) -> None:
        self.directory = directory
        self.moved_aside = moved_aside
        self._engine = engine
        self._lock = lock

    @classmethod
    def open(cls, directory: Path, *, clock: Callable[[], datetime]) -> Database:
        """Lock ``directory``, open its database, create or migrate it.

        A damaged file is renamed to ``attune.damaged-<time>.db`` and replaced by an empty one. Raises
        ``DataDirectoryError``, ``DatabaseLockedError``, ``DatabaseNewerError``.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock = FolderLock(directory / LOCK_NAME)
        except OSError as error:
            raise DataDirectoryError(f"{directory}: {error}") from error
        moved_aside = None
        try:
            try:
                engine = _open(directory / DATABASE_NAME)
            except DatabaseDamagedError:
                moved_aside = _move_aside(directory, clock())
                engine = _open(directory / DATABASE_NAME)
        except BaseException:
            lock.release()
            raise
        return cls(directory, engine, lock, moved_aside)

    @classmethod
    def in_memory(cls) -> Database:
        """Make an empty database that lives in this process's memory alone."""
        return cls(None, _open(None), None, None)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception.

        Raises ``NotFoundError`` where a row points to one that is gone, and the other errors of ``memory.errors``.
        """
        with _translated(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def erase_traces(self) -> None:
        """Rewrite the file without its free pages and empty the write-ahead log: what was deleted is gone."""
        with _translated(), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def files(self) -> tuple[Path, ...]:
        """Every file in the folder that may hold something the user said, damaged ones moved aside included."""
        if self.directory is None:
            return ()
        return tuple(sorted(p for p in self.directory.glob("attune*.db*") if p.is_file()))

    def close(self) -> None:
        """Fold the write-ahead log into the file and let others in."""
        self._engine.dispose()
        if self._lock:
            self._lock.release()


def _open(path: Path | None) -> Engine:
    # hide_parameters: an error's text ends in logs, and what the user said must not. One connection: a database in
    # memory lives as long as it.
    engine = create_engine(
        "sqlite://" if path is None else f"sqlite:///{path}",
        connect_args={"check_same_thread": False},
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    try:
        with _translated():
            _check(engine)
            with engine.begin() as connection:
                _migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would otherwise open transactions by itself, but not before DDL: SQLAlchemy's own recipe.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check(engine: Engine) -> None:
    with engine.connect() as connection:
        found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
    if found != "ok":
        raise DatabaseDamagedError(str(found))


def _migrate(connection: Connection) -> None:
    names = set(inspect(connection).get_table_names())
    current = (
        connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if _VERSION in names
        else None
    )
    if current is None and names - {_VERSION}:
        raise DatabaseDamagedError("tables, but no schema version")
    known = revisions()
    if current is not None and current not in known:
        raise DatabaseNewerError(f"schema {current}; this Attune knows {known}")
    if current == known[-1]:
        return
    # Imported only where there is something to migrate: it would hold up every start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revisions() -> tuple[str, ...]:
    """Return the schema versions this Attune knows, oldest first, from the names of the migrations' files."""
    return tuple(sorted(path.name[1:5] for path in (MIGRATIONS / "versions").glob("v[0-9]*.py")))


def _move_aside(directory: Path, now: datetime) -> Path:
    stem = f"attune.damaged-{now:%Y%m%dT%H%M%S}"
    number = 0
    while (target := directory / f"{stem}{f'-{number}' if number else ''}.db").exists():
        number += 1
    try:
        for suffix in ("", "-wal", "-shm"):
            source = directory / f"{DATABASE_NAME}{suffix}"
            if source.exists():
                source.rename(f"{target}{suffix}")
    except OSError as error:
        raise DataDirectoryError(f"{directory}: {error}") from error
    return target


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        raised = _error(error)
        if raised is None:
            raise
        raise raised from error


def _error(error: exc.DBAPIError | sqlite3.Error) -> MemoryStoreError | None:
    cause: Any = error.orig if isinstance(error, exc.DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFoundError(str(cause))
    primary = code & 0xFF
    if primary in _DAMAGED:
        return DatabaseDamagedError(
            str(cause), next_step="Restart Attune: the file is moved aside, not deleted, and a new one begun."
        )
    if primary in _BUSY:
        return DatabaseLockedError(str(cause))
    if primary in _FOLDER:
        return DataDirectoryError(str(cause))
    return None

"""The preference memory behind one door: what the application calls, from the one thread that owns it.

It only puts the parts together; the classes it inherits do the work, each in its own module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memory.conversations import Conversations
from memory.database import Database
from memory.folders import Folders
from memory.importing import Importing
from memory.insight import Insight
from memory.own_principles import OwnPrinciples
from memory.passages import Passages
from memory.personas import Personas
from memory.preferences import Tastes
from memory.profile import Profiles
from memory.replies import Replies
from memory.search import Searching
from memory.statement_uses import StatementUses
from memory.statements import Statements
from memory.trash import Trash

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


class Store(
    Conversations,
    Folders,
    Replies,
    Tastes,
    Insight,
    OwnPrinciples,
    Personas,
    Statements,
    StatementUses,
    Searching,
    Importing,
    Profiles,
    Passages,
    Trash,
):
    """One data folder, open. One method, one transaction. Call it from one thread."""

    @classmethod
    def open(cls, directory: Path, *, clock: Callable[[], datetime]) -> Store:
        """Open the database in ``directory``, creating or migrating it; ``clock`` returns aware datetimes.

        A damaged file is moved aside and replaced by an empty one: see ``moved_aside``. Raises
        ``DataDirectoryError``, ``DatabaseLockedError``, ``DatabaseNewerError``.
        """
        return cls(Database.open(directory, clock=clock), clock=clock)

    @classmethod
    def in_memory(cls, *, clock: Callable[[], datetime]) -> Store:
        """Open an empty database that is never written to a disk and ends when it is closed."""
        return cls(Database.in_memory(), clock=clock)

    @property
    def moved_aside(self) -> Path | None:
        """Where a damaged database went when this store was opened; ``None`` if all was well."""
        return self._database.moved_aside

    def close(self) -> None:
        """Close the database and let another Attune open it."""
        self._database.close()

"""The preference memory behind one door: what the application calls, from the one thread that owns it.

It only puts the parts together; the classes it inherits do the work, each in its own module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memory.conversations import Conversations
from memory.database import Database
from memory.forgetting import Forgetting
from memory.own_principles import OwnPrinciples
from memory.preferences import Tastes
from memory.profile import Profiles
from memory.replies import Replies
from memory.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


class Store(Conversations, Replies, Tastes, OwnPrinciples, Statements, Profiles, Forgetting):
    """One data folder, open. One method, one transaction. Call it from one thread."""

    @classmethod
    def open(cls, directory: Path, *, clock: Callable[[], datetime]) -> Store:
        """Open the database in ``directory``, creating or migrating it; ``clock`` returns aware datetimes.

        A damaged file is moved aside and replaced by an empty one: see ``moved_aside``. Raises
        ``DataDirectoryError``, ``DatabaseLockedError``, ``DatabaseNewerError``.
        """
        return cls(Database.open(directory, clock=clock), clock=clock)

    @property
    def moved_aside(self) -> Path | None:
        """Where a damaged database went when this store was opened; ``None`` if all was well."""
        return self._database.moved_aside

    def close(self) -> None:
        """Close the database and let another Attune open it."""
        self._database.close()

"""What can be done with conversations but ask in them: list, put in order, find, delete, bring back.

Every method blocks and may be called from any thread. Knows the memory thread alone, and neither Qt nor the engine.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.store_thread import StoreThread
    from memory.records import Conversation, Folder, Found

TRASH_DAYS: Final = 30
"""For how long a deleted conversation can be brought back."""


class Library:
    """The user's conversations. Raises ``MemoryStoreError`` where the memory can't do what is asked."""

    def __init__(self, store: StoreThread, restored: Callable[[], None]) -> None:
        """Let ``restored`` be called, on the caller's thread, when something came back from the trash."""
        self._store = store
        self._restored = restored

    def listed(self) -> tuple[tuple[Conversation, ...], tuple[Folder, ...]]:
        """Return all conversations outside the trash, newest first, and all folders by name."""
        return self._store.call(lambda store: (store.conversations(), store.folders()))

    def conversation(self, conversation_id: str) -> Conversation:
        """Return one conversation, wherever it is."""
        return self._store.call(lambda store: store.conversation(conversation_id))

    def trashed(self) -> tuple[Conversation, ...]:
        """Return what lies in the trash, last deleted first."""
        return self._store.call(lambda store: store.trashed())

    def search(self, query: str) -> tuple[Found, ...]:
        """Find conversations by their titles and messages."""
        return self._store.call(lambda store: store.search(query))

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation the title the user wants."""
        self._store.call(lambda store: store.rename_conversation(conversation_id, title))

    def pin(self, conversation_id: str, pinned: bool) -> None:
        """Keep a conversation at the top, or let it go."""
        self._store.call(lambda store: store.pin(conversation_id, pinned))

    def archive(self, conversation_id: str, archived: bool) -> None:
        """Put a conversation away, or bring it back; what it taught counts on."""
        self._store.call(lambda store: store.archive(conversation_id, archived))

    def move(self, conversation_id: str, folder_id: str | None) -> None:
        """Put a conversation in a folder, or in none."""
        self._store.call(lambda store: store.move(conversation_id, folder_id))

    def create_folder(self, name: str, conversation_id: str | None = None) -> Folder:
        """Make a folder, and put a conversation in it."""
        folder = self._store.call(lambda store: store.create_folder(name))
        if conversation_id is not None:
            self.move(conversation_id, folder.id)
        return folder

    def rename_folder(self, folder_id: str, name: str) -> None:
        """Give a folder another name."""
        self._store.call(lambda store: store.rename_folder(folder_id, name))

    def collapse_folder(self, folder_id: str, collapsed: bool) -> None:
        """Remember whether a folder is shown closed."""
        self._store.call(lambda store: store.collapse_folder(folder_id, collapsed))

    def delete_folder(self, folder_id: str) -> None:
        """Remove a folder; its conversations stay."""
        self._store.call(lambda store: store.delete_folder(folder_id))

    def trash(self, conversation_id: str) -> None:
        """Delete a conversation so that it can come back: it is not found, and what it taught stops counting."""
        self._store.call(lambda store: store.trash_conversation(conversation_id))

    def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back, with what it taught."""
        self._store.call(lambda store: store.restore_conversation(conversation_id))
        self._restored()

    def delete_now(self, conversation_id: str) -> None:
        """Forget a conversation for good, and all it taught."""
        self._store.call(lambda store: store.forget_conversation(conversation_id))

    def empty_trash(self) -> None:
        """Forget all that lies in the trash for good."""
        self._store.call(lambda store: store.empty_trash())

    def purge_trash(self) -> None:
        """Forget for good what has been in the trash for ``TRASH_DAYS`` days."""
        self._store.call(lambda store: store.empty_trash(older_than=timedelta(days=TRASH_DAYS)))

"""One conversation, read whole for an export: its tree, and the thread that is shown. Runs on the memory thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from memory.records import Conversation, Message
    from memory.store import Store

UNTITLED: Final = "Untitled conversation"
NAMES: Final = {"user": "You", "assistant": "Attune"}


@dataclass(frozen=True, slots=True)
class Record:
    """``messages`` is the whole tree, parents first; ``thread`` the branch that is shown, root first."""

    conversation: Conversation
    messages: tuple[Message, ...]
    thread: tuple[Message, ...]
    folder: str = ""

    @property
    def title(self) -> str:
        """The title, or a stand-in for it."""
        return self.conversation.title or UNTITLED


def read_record(store: Store, conversation_id: str) -> Record:
    """Read one conversation. Raises ``NotFoundError``."""
    conversation = store.conversation(conversation_id)
    folders = {folder.id: folder.name for folder in store.folders()}
    return Record(
        conversation,
        store.messages(conversation_id),
        store.active_thread(conversation_id),
        folders.get(conversation.folder_id or "", ""),
    )


def day(moment: datetime) -> str:
    """Write a moment as people here do without reading it in any one language: 2026-03-01 14:05."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"

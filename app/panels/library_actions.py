"""Between the sidebar and the library: every wish of the sidebar's is done off the GUI thread and then shown.

Deleting means the trash, with Undo. Knows neither how a row looks nor how a conversation is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.language import plural, tr
from app.panels.confirm import confirm
from app.panels.conversation_rows import UNTITLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.background import Background
    from app.chat.controller import ChatController
    from app.chat.toast import Toast
    from app.library import Library
    from app.panels.conversations import Sidebar
    from memory.records import Conversation, Folder


class LibraryActions(QObject):
    """What the sidebar can do. ``taught`` says that what counts as evidence has changed."""

    taught = Signal()
    forgotten = Signal(str)  # a conversation that is gone for good

    def __init__(
        self,
        library: Library,
        background: Background,
        sidebar: Sidebar,
        controller: ChatController,
        toast: Toast,
    ) -> None:
        super().__init__(sidebar)
        self._library = library
        self._background = background
        self._sidebar = sidebar
        self._controller = controller
        self._toast = toast
        self.conversations: dict[str, Conversation] = {}
        self.listed: tuple[Conversation, ...] = ()  # those outside the trash, as last read
        sidebar.selected.connect(self.open)
        sidebar.place_changed.connect(self.refresh)
        sidebar.renamed.connect(lambda name, title: self._do(lambda: library.rename(name, title)))
        sidebar.pin_requested.connect(lambda name, on: self._do(lambda: library.pin(name, on)))
        sidebar.archive_requested.connect(self._archive)
        sidebar.move_requested.connect(lambda name, folder: self._do(lambda: library.move(name, folder)))
        sidebar.folder_requested.connect(self._create_folder)
        sidebar.folder_renamed.connect(lambda f, name: self._do(lambda: library.rename_folder(f, name)))
        sidebar.folder_deleted.connect(lambda f: self._do(lambda: library.delete_folder(f)))
        sidebar.folder_closed.connect(lambda f, shut: self._do(lambda: library.collapse_folder(f, shut)))
        sidebar.delete_requested.connect(self.delete)
        sidebar.restore_requested.connect(self.restore)
        sidebar.delete_now_requested.connect(self.delete_now)
        sidebar.empty_trash_requested.connect(self._empty_trash)

    def refresh(self) -> None:
        """Read the conversations of the place in view again."""
        place = self._sidebar.place

        def read() -> tuple[tuple[Conversation, ...], tuple[Folder, ...]]:
            return (self._library.trashed(), ()) if place == "trash" else self._library.listed()

        def show(found: tuple[tuple[Conversation, ...], tuple[Folder, ...]]) -> None:
            if place != "trash":
                self.listed = found[0]
            self._on_read(found)

        self._background.run(read, show)

    def open(self, conversation_id: str) -> None:
        """Open a conversation of the place in view."""
        conversation = self.conversations.get(conversation_id)
        if conversation and conversation_id != self._controller.conversation_id:
            self._controller.open(conversation)

    def delete(self, conversation_id: str) -> None:
        """Put a conversation in the trash; the toast offers Undo."""
        title = self._title(conversation_id)
        if self._controller.conversation_id == conversation_id:
            self._controller.stop()
            self._controller.open_new()
        self._do(lambda: self._library.trash(conversation_id), taught=True)
        said = tr(
            "“{title}” is in the trash, and what it taught counts no more.", title=title or tr(UNTITLED)
        )
        self._toast.say(said, tr("Undo"), lambda: self._undo(conversation_id))

    def restore(self, conversation_id: str) -> None:
        """Take a conversation out of the trash, and go on with it where it is open."""

        def restored(conversation: Conversation) -> None:
            if self._controller.conversation_id == conversation_id:
                self._controller.open(conversation)
            self._toast.say(
                tr("“{title}” is back, with what it taught.", title=conversation.title or tr(UNTITLED))
            )
            self.refresh()
            self.taught.emit()

        self._background.run(lambda: self._bring_back(conversation_id), restored)

    def delete_now(self, conversation_id: str) -> None:
        """Forget a conversation for good, once the user has said so."""
        title = self._title(conversation_id) or tr(UNTITLED)
        confirm(
            self._sidebar,
            tr("Delete “{title}” for good?", title=title),
            tr("It can't be brought back, and what it taught is forgotten."),
            tr("Delete for good"),
            lambda: self._forget((conversation_id,), lambda: self._library.delete_now(conversation_id)),
        )

    def _title(self, conversation_id: str) -> str:
        known = self.conversations.get(conversation_id) or self._controller.conversation
        return known.title if known and known.id == conversation_id else ""

    def _empty_trash(self) -> None:
        gone = tuple(self.conversations)
        count = plural("One conversation", "{n} conversations", len(gone))
        confirm(
            self._sidebar,
            tr("Empty the trash?"),
            tr(
                "{conversations}, and what was learned there, will be forgotten for good.",
                conversations=count,
            ),
            tr("Empty trash"),
            lambda: self._forget(gone, self._library.empty_trash),
        )

    def _forget(self, gone: tuple[str, ...], call: Callable[[], None]) -> None:
        if self._controller.conversation_id in gone:
            self._controller.open_new()
        for conversation_id in gone:
            self.forgotten.emit(conversation_id)
        self._controller.when_ended(lambda: self._do(call, taught=True), gone)

    def _archive(self, conversation_id: str, archived: bool) -> None:
        self._do(lambda: self._library.archive(conversation_id, archived))
        if archived:
            self._toast.say(
                tr("Archived. It is still searched and learned from."),
                tr("Undo"),
                lambda: self._archive(conversation_id, False),
            )

    def _create_folder(self, conversation_id: str | None) -> None:
        self._sidebar.go_to("all")

        def created(folder: Folder) -> None:
            # Shown first, so that there is a row to write its name in.
            self._background.run(self._library.listed, lambda read: self._name(folder, read))

        self._background.run(lambda: self._library.create_folder(tr("New folder"), conversation_id), created)

    def _name(self, folder: Folder, read: tuple[tuple[Conversation, ...], tuple[Folder, ...]]) -> None:
        self._on_read(read)
        self._sidebar.edit(folder.id)

    def _undo(self, conversation_id: str) -> None:
        def restored(conversation: Conversation) -> None:
            self._controller.open(conversation)
            self.refresh()
            self.taught.emit()

        self._background.run(lambda: self._bring_back(conversation_id), restored)

    def _bring_back(self, conversation_id: str) -> Conversation:
        self._library.restore(conversation_id)
        return self._library.conversation(conversation_id)

    def _do(self, call: Callable[[], None], *, taught: bool = False) -> None:
        def done(_: None) -> None:
            self.refresh()
            if taught:
                self.taught.emit()

        self._background.run(call, done)

    def _on_read(self, read: tuple[tuple[Conversation, ...], tuple[Folder, ...]]) -> None:
        conversations, folders = read
        self.conversations = {c.id: c for c in conversations}
        current = self._controller.conversation_id
        if current in self.conversations:
            self._controller.renamed(self.conversations[current])
        self._sidebar.show_conversations(conversations, folders, current)

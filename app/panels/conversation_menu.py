"""The context menus of the sidebar's rows: what can be done with a conversation here, in the trash, and with a folder.

Emits the sidebar's signals; does nothing itself.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from app.language import tr
from app.panels.conversation_rows import ROW_ROLE, Row

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPoint

    from app.panels.conversations import Sidebar
    from memory.records import Conversation


class ConversationMenu:
    """Makes and opens the menu of a row. ``current`` is the one made last."""

    def __init__(self, sidebar: Sidebar) -> None:
        self._sidebar = sidebar
        self.current: QMenu | None = None

    def open_at(self, index: QModelIndex, point: QPoint) -> None:
        """Open the menu of the row at ``index`` beside ``point``, in global coordinates."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        menu = QMenu(self._sidebar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(row.text)
        self.current = menu
        if row.kind == "folder":
            self._folder(menu, row)
        elif self._sidebar.place == "trash":
            self._trashed(menu, row)
        elif conversation := self._sidebar.conversations.get(row.id):
            self._conversation(menu, conversation)
        menu.popup(point)

    def _conversation(self, menu: QMenu, conversation: Conversation) -> None:
        bar, name = self._sidebar, conversation.id
        menu.addAction(tr("Rename"), QKeySequence("F2"), lambda: bar.edit(name))
        if not conversation.archived:
            pin = tr("Unpin") if conversation.pinned else tr("Pin")
            menu.addAction(pin, lambda: bar.pin_requested.emit(name, not conversation.pinned))
            self._move(menu.addMenu(tr("Move to folder")), conversation)
        archive = tr("Take out of the archive") if conversation.archived else tr("Archive")
        menu.addAction(archive, lambda: bar.archive_requested.emit(name, not conversation.archived))
        menu.addAction(tr("Export…"), lambda: bar.export_requested.emit(name))
        menu.addSeparator()
        menu.addAction(tr("Delete"), lambda: bar.delete_requested.emit(name))

    def _move(self, menu: QMenu, conversation: Conversation) -> None:
        bar, name = self._sidebar, conversation.id
        for folder in bar.folders:
            action = menu.addAction(folder.name, partial(bar.move_requested.emit, name, folder.id))
            action.setEnabled(folder.id != conversation.folder_id)
        if bar.folders:
            out = menu.addAction(tr("No folder"), lambda: bar.move_requested.emit(name, None))
            out.setEnabled(any(folder.id == conversation.folder_id for folder in bar.folders))
            menu.addSeparator()
        menu.addAction(tr("New folder…"), lambda: bar.folder_requested.emit(name))

    def _trashed(self, menu: QMenu, row: Row) -> None:
        menu.addAction(tr("Restore"), lambda: self._sidebar.restore_requested.emit(row.id))
        menu.addSeparator()
        menu.addAction(tr("Delete for good"), lambda: self._sidebar.delete_now_requested.emit(row.id))

    def _folder(self, menu: QMenu, row: Row) -> None:
        bar = self._sidebar
        menu.addAction(tr("Rename"), QKeySequence("F2"), lambda: bar.edit(row.id))
        toggle = tr("Open") if row.closed else tr("Close")
        menu.addAction(toggle, lambda: bar.folder_closed.emit(row.id, not row.closed))
        menu.addSeparator()
        menu.addAction(tr("Delete folder, keep conversations"), lambda: bar.folder_deleted.emit(row.id))

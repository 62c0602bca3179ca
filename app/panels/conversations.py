"""The sidebar: new conversation, a filter, and all conversations by age. Knows rows, not messages.

One list view draws every row, so that ten thousand conversations cost as much as ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import IconButton, button, label
from app.panels.conversation_rows import ID_ROLE, RowPainter, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from app.render.appearance import Appearance
    from memory.records import Conversation

_PRIVATE: Final = "Stays on this computer"


class Sidebar(QWidget):
    """Conversations, newest first, and what can be done with them."""

    new_requested = Signal()
    selected = Signal(str)
    renamed = Signal(str, str)
    delete_requested = Signal(str)
    theme_requested = Signal()
    shortcuts_requested = Signal()

    def __init__(self, appearance: Appearance, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setProperty("look", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance = appearance
        self._model = Rows(now)
        mark = QLabel()
        mark.setPixmap(appearance.pixmap("attune", "accent", 24, 3.0))
        self._mark = mark
        self.new = button("New conversation", "nav")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Search titles")
        self.filter.setAccessibleName("Search conversations")
        self.filter.setClearButtonEnabled(True)
        self.list = _List()
        self.list.setModel(self._model)
        self.list.setItemDelegate(RowPainter(appearance, self.list))
        self.nothing = label("", "small", wrap=True)
        self.theme_button = IconButton(appearance, "screen", "Theme")
        self.profile_button = IconButton(appearance, "person", "Profiles")
        self.profile_button.hide()  # until there is somebody who can switch
        self.shortcuts_button = IconButton(appearance, "keyboard", "Keyboard shortcuts")
        self._private = label(_PRIVATE, "caption")
        self._lock = QLabel()

        head = QHBoxLayout()
        head.addWidget(mark)
        head.addWidget(label("Attune", "title"), 1)
        foot = QHBoxLayout()
        foot.setSpacing(appearance.px(4))
        foot.addWidget(self._lock)
        foot.addWidget(self._private, 1)
        foot.addWidget(self.profile_button)
        foot.addWidget(self.shortcuts_button)
        foot.addWidget(self.theme_button)
        layout = QVBoxLayout(self)
        margin = appearance.px(12)
        layout.setContentsMargins(margin, margin, margin, appearance.px(8))
        layout.setSpacing(appearance.px(8))
        for part in (head, self.new, self.filter, self.nothing, self.list, foot):
            if isinstance(part, QHBoxLayout):
                layout.addLayout(part)
            else:
                layout.addWidget(part, 1 if part is self.list else 0)
        self.new.clicked.connect(self.new_requested)
        self.filter.textChanged.connect(self._on_filter)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.menu_requested.connect(self._on_menu)
        self._model.renamed.connect(self.renamed)
        self.theme_button.clicked.connect(self.theme_requested)
        self.shortcuts_button.clicked.connect(self.shortcuts_requested)
        appearance.changed.connect(self._on_appearance)
        self._on_appearance()
        self._say_nothing()

    def show_conversations(self, conversations: Sequence[Conversation], current: str | None) -> None:
        """Show all ``conversations`` and mark ``current`` without reporting a selection."""
        self._model.show(conversations)
        self.mark_current(current)
        self._say_nothing()

    def mark_current(self, conversation_id: str | None) -> None:
        """Mark the open conversation; ``None`` marks none."""
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        index = self._model.index_of(conversation_id)
        if index.isValid():
            self.list.setCurrentIndex(index)
        else:
            selection.clear()
        selection.blockSignals(False)
        self.list.viewport().update()

    def rename_current(self) -> None:
        """Edit the title of the current row in place."""
        if self.list.currentIndex().isValid():
            self.list.edit(self.list.currentIndex())

    def show_profile(self, name: str, *, several: bool) -> None:
        """Say whose conversations these are, where there are ``several`` profiles."""
        room = self._appearance.px(112)
        shown = self._private.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
        self._private.setText(shown if several else _PRIVATE)
        self._private.setToolTip(f"The profile “{name}”. It stays on this computer." if several else "")

    def _on_filter(self, text: str) -> None:
        current = self.list.currentIndex().data(ID_ROLE)
        self._model.filter(text)
        self.mark_current(current)
        self._say_nothing()

    def _say_nothing(self) -> None:
        if self._model.rowCount():
            self.nothing.hide()
            return
        self.nothing.setText(
            "No title matches." if self.filter.text() else "Your conversations will appear here."
        )
        self.nothing.show()

    def _on_current(self, index: QModelIndex) -> None:
        if conversation_id := index.data(ID_ROLE):
            self.selected.emit(conversation_id)

    def _on_menu(self, index: QModelIndex, point: QPoint) -> None:
        conversation_id = index.data(ID_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Rename", QKeySequence("F2"), lambda: self.list.edit(index))
        menu.addAction("Delete", lambda: self.delete_requested.emit(conversation_id))
        menu.popup(point)

    def _on_appearance(self) -> None:
        look = self._appearance
        self.new.setIcon(look.icon("new", "accent"))
        self.new.setIconSize(QSize(look.px(20), look.px(20)))
        self._mark.setPixmap(look.pixmap("attune", "accent", 24, 3.0))
        self._lock.setPixmap(look.pixmap("lock", "muted", 16, 3.0))
        icon = {"system": "screen", "light": "sun", "dark": "moon"}[look.choice]
        self.theme_button.set_icon(icon)
        self.theme_button.rename(f"Theme: {look.choice}")
        self.list.doItemsLayout()


class _List(QListView):
    """A list that asks for its context menu by mouse and by keyboard alike."""

    menu_requested = Signal(QModelIndex, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Conversations")
        self.setUniformItemSizes(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)

    def _on_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid() and index.data(ID_ROLE):
            self.menu_requested.emit(index, self.viewport().mapToGlobal(point))

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover away with the pointer."""
        super().leaveEvent(event)
        self.viewport().update()

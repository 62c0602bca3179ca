"""The sidebar: new conversation, search, and all conversations, or the archive, or the trash. Knows rows, not messages.

One list view draws every row, so that ten thousand conversations cost as much as ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QListView, QMenu, QVBoxLayout, QWidget

from app.chat.controls import IconButton, button, label
from app.language import mark, tr
from app.library import TRASH_DAYS
from app.panels.conversation_menu import ConversationMenu
from app.panels.conversation_rows import ID_ROLE, Place, Rows
from app.panels.row_painter import RowPainter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from app.render.appearance import Appearance
    from memory.records import Conversation, Folder

_NOTHING: Final[dict[Place, str]] = {
    "all": mark("Your conversations will appear here."),
    "archive": mark(
        "Nothing is archived. Archived conversations are out of the way, and still searched and learned from."
    ),
    "trash": mark("The trash is empty. What you delete stays here for {days} days."),
}
_PLACES: Final[dict[Place, str]] = {"all": "", "archive": mark("Archive"), "trash": mark("Trash")}

_PRIVATE: Final = mark("On this computer")


class Sidebar(QWidget):
    """Conversations, and what can be done with them: the signals say what was asked for."""

    new_requested = Signal()
    temporary_requested = Signal()
    privacy_requested = Signal()
    search_requested = Signal()
    selected = Signal(str)
    renamed = Signal(str, str)
    pin_requested = Signal(str, bool)
    archive_requested = Signal(str, bool)
    move_requested = Signal(str, object)  # conversation, folder or None
    export_requested = Signal(str)
    delete_requested = Signal(str)
    restore_requested = Signal(str)
    delete_now_requested = Signal(str)
    empty_trash_requested = Signal()
    folder_requested = Signal(object)  # a conversation to put in it, or None
    folder_renamed = Signal(str, str)
    folder_deleted = Signal(str)
    folder_closed = Signal(str, bool)
    export_all_requested = Signal()
    import_requested = Signal()
    place_changed = Signal()
    theme_requested = Signal()
    shortcuts_requested = Signal()
    settings_requested = Signal()

    def __init__(self, appearance: Appearance, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setProperty("look", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance = appearance
        self.place: Place = "all"
        self._model = Rows(now, trash_days=TRASH_DAYS)
        self._mark = QLabel()
        self.more = IconButton(appearance, "more", tr("More"))
        self.new = button(tr("New conversation"), "nav")
        self.temporary = IconButton(appearance, "temporary", tr("Temporary chat"))
        self.search = button(tr("Search"), "nav", name=tr("Search conversations"))
        self.back = IconButton(appearance, "left", tr("Back to all conversations"))
        self.heading = label("", "smalltext")
        self.empty_trash = button(tr("Empty trash"), "link")
        self.list = _List()
        self.list.setModel(self._model)
        self.list.setItemDelegate(RowPainter(appearance, self.list))
        self.menu = ConversationMenu(self)
        self.nothing = label("", "small", wrap=True)
        self.archive = button(tr("Archive"), "nav")
        self.trash = button(tr("Trash"), "nav")
        self.theme_button = IconButton(appearance, "screen", tr("Theme"))
        self.profile_button = IconButton(appearance, "person", tr("Profiles"))
        self.profile_button.hide()  # until there is somebody who can switch
        self.settings_button = IconButton(appearance, "settings", tr("Settings"))
        self.settings_button.clicked.connect(self.settings_requested)
        self.shortcuts_button = IconButton(appearance, "keyboard", tr("Keyboard shortcuts"))
        self.private = button(tr(_PRIVATE), "quietlink", name=tr("Privacy"))
        self.private.clicked.connect(self.privacy_requested)
        self._lay_out()
        self._connect()
        self._on_appearance()
        self.show_conversations((), (), None)

    def show_conversations(
        self, conversations: Sequence[Conversation], folders: Sequence[Folder], current: str | None
    ) -> None:
        """Show all ``conversations`` of the place in view; mark ``current`` without reporting a selection."""
        self.folders = tuple(folders)
        self.conversations = {c.id: c for c in conversations}
        # Whoever goes through the rows by keyboard stays where they are.
        row = self._model.row(self.list.currentIndex())
        folder = row.id if row and row.kind == "folder" else None
        at = self.list.verticalScrollBar().value()
        self._model.show(conversations, folders, self.place)
        self.list.verticalScrollBar().setValue(at)
        self.mark_current(folder or current)
        self.nothing.setText("" if self._model.rowCount() else tr(_NOTHING[self.place], days=TRASH_DAYS))
        self.nothing.setVisible(not self._model.rowCount())
        self.empty_trash.setVisible(self.place == "trash" and self._model.rowCount() > 0)

    def mark_current(self, conversation_id: str | None) -> None:
        """Mark the open conversation; ``None`` marks none."""
        selection = self.list.selectionModel()
        index = self._model.index_of(conversation_id)
        if index.isValid() and index == self.list.currentIndex():
            return
        selection.blockSignals(True)
        if index.isValid():
            self.list.setCurrentIndex(index)
        else:
            selection.clear()
        selection.blockSignals(False)
        self.list.viewport().update()

    def show_profile(self, name: str, *, several: bool) -> None:
        """Say whose conversations these are, where there are ``several`` profiles."""
        room = self._appearance.px(112)
        said = name if several else tr(_PRIVATE)
        shown = self.private.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, room)
        self.private.setText(shown)
        self.private.setToolTip(
            tr("The profile “{name}”. It stays on this computer.", name=name)
            if several
            else tr("Nothing you say leaves this computer.")
        )

    def go_to(self, place: Place) -> None:
        """Show all conversations, the archive or the trash."""
        if place == self.place:
            return
        self.place = place
        self.heading.setText(tr(_PLACES[place]))
        for part in (self.back, self.heading):
            part.setVisible(place != "all")
        self.place_changed.emit()

    def edit(self, row_id: str) -> None:
        """Let a title or a folder's name be edited in its row."""
        index = self._model.index_of(row_id)
        if index.isValid():
            self.list.scrollTo(index)
            self.list.setFocus()
            self.list.edit(index)

    def _lay_out(self) -> None:
        px = self._appearance.px
        head, start, place, places, foot = (QHBoxLayout() for _ in range(5))
        head.addWidget(self._mark)
        head.addWidget(label("Attune", "title"), 1)
        head.addWidget(self.settings_button)
        head.addWidget(self.more)
        start.addWidget(self.new, 1)
        start.addWidget(self.temporary)
        place.addWidget(self.back)
        place.addWidget(self.heading, 1)
        place.addWidget(self.empty_trash)
        places.addWidget(self.archive, 1)
        places.addWidget(self.trash, 1)
        foot.addWidget(self.private)
        foot.addStretch(1)
        foot.addWidget(self.profile_button)
        foot.addWidget(self.shortcuts_button)
        foot.addWidget(self.theme_button)
        for row in (start, place, places):
            row.setSpacing(px(4))
        foot.setSpacing(0)  # three buttons and a whole sentence have to fit
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(12), px(12), px(8))
        layout.setSpacing(px(4))
        layout.addLayout(head)
        layout.addSpacing(px(4))
        layout.addLayout(start)
        layout.addWidget(self.search)
        layout.addLayout(place)
        layout.addWidget(self.nothing)
        layout.addWidget(self.list, 1)
        layout.addLayout(places)
        layout.addLayout(foot)
        for part in (self.back, self.heading, self.empty_trash):
            part.hide()

    def _connect(self) -> None:
        self.new.clicked.connect(self.new_requested)
        self.temporary.clicked.connect(self.temporary_requested)
        self.search.clicked.connect(self.search_requested)
        self.more.clicked.connect(self._on_more)
        self.back.clicked.connect(lambda: self.go_to("all"))
        self.archive.clicked.connect(lambda: self.go_to("archive"))
        self.trash.clicked.connect(lambda: self.go_to("trash"))
        self.empty_trash.clicked.connect(self.empty_trash_requested)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.menu_requested.connect(self.menu.open_at)
        self.list.toggled.connect(self._on_toggled)
        # Also the row that is current already: another chat may have been opened since.
        self.list.clicked.connect(self._on_current)
        self.list.activated.connect(self._on_current)
        self._model.renamed.connect(self.renamed)
        self._model.folder_renamed.connect(self.folder_renamed)
        self._model.moved.connect(self.move_requested)
        self.theme_button.clicked.connect(self.theme_requested)
        self.shortcuts_button.clicked.connect(self.shortcuts_requested)
        self._appearance.changed.connect(self._on_appearance)

    def _on_current(self, index: QModelIndex) -> None:
        if conversation_id := index.data(ID_ROLE):
            self.selected.emit(conversation_id)

    def _on_toggled(self, index: QModelIndex, wanted: object) -> None:
        row = self._model.row(index)
        if row and row.kind == "folder":
            closed = not row.closed if wanted is None else bool(wanted)
            if closed != row.closed:
                self.folder_closed.emit(row.id, closed)

    def _on_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("More"))
        menu.addAction(tr("New folder"), lambda: self.folder_requested.emit(None))
        menu.addSeparator()
        menu.addAction(tr("Import conversations…"), self.import_requested.emit)
        menu.addAction(tr("Export all conversations…"), self.export_all_requested.emit)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _on_appearance(self) -> None:
        look = self._appearance
        for part, icon, role in (
            (self.new, "new", "accent"),
            (self.search, "search", "muted"),
            (self.archive, "archive", "muted"),
            (self.trash, "trash", "muted"),
        ):
            part.setIcon(look.icon(icon, role))
            part.setIconSize(QSize(look.px(20), look.px(20)))
        self._mark.setPixmap(look.pixmap("attune", "accent", 24, 3.0))
        self.private.setIcon(look.icon("lock", "muted"))
        self.private.setIconSize(QSize(look.px(16), look.px(16)))
        icon = {"system": "screen", "light": "sun", "dark": "moon"}[look.choice]
        self.theme_button.set_icon(icon)
        self.theme_button.rename(tr("Theme: {choice}", choice=look.choice))
        self.list.doItemsLayout()


class _List(QListView):
    """A list that asks for its context menu and opens folders by mouse and by keyboard alike."""

    menu_requested = Signal(QModelIndex, QPoint)
    toggled = Signal(QModelIndex, object)  # closed, open, or None: the other way round

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Conversations"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.clicked.connect(lambda index: self.toggled.emit(index, None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open and close a folder with Enter, Right and Left."""
        index = self.currentIndex()
        on_folder = index.isValid() and not index.data(ID_ROLE)
        wanted = {Qt.Key.Key_Left: True, Qt.Key.Key_Right: False}.get(Qt.Key(event.key()))
        if on_folder and (wanted is not None or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            self.toggled.emit(index, wanted)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without opening anything: Qt would make the first row current, which opens it."""
        self.selectionModel().blockSignals(True)
        super().focusInEvent(event)
        self.selectionModel().blockSignals(False)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover away with the pointer."""
        super().leaveEvent(event)
        self.viewport().update()

    def _on_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.menu_requested.emit(index, self.viewport().mapToGlobal(point))

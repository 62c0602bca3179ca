"""Search over all conversations: a field, what was found under the titles of its conversations, and the way there.

It searches through a function it is given and says what was chosen; knows neither store nor chat.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFrame, QLineEdit, QListView, QVBoxLayout
from shiboken6 import isValid

from app.chat.controls import label, rule
from app.language import plural, tr
from app.panels.conversation_rows import UNTITLED, AnyIndex
from app.panels.found_painter import FOUND_ROLE, FoundPainter, Line
from app.render.announce import announce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QKeyEvent

    from app.background import Background
    from app.render.appearance import Appearance
    from memory.records import Conversation, Found, Pieces

# Typing goes on faster than this; what is found in between nobody reads.
PAUSE_MS: Final = 60
MOST_RECENT: Final = 12
_SIGNS: Final = re.compile(r"\*\*|~~|`+|^#{1,6} ", re.MULTILINE)
"""What markdown is written with and no reader sees."""
_MOVES: Final = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -6,
    Qt.Key.Key_PageDown: 6,
}


class SearchPalette(QDialog):
    """``chosen`` says which conversation, which message in it or ``None``, and the words found there."""

    chosen = Signal(object, object, str)

    def __init__(
        self,
        search: Callable[[str], tuple[Found, ...]],
        recent: Sequence[Conversation],
        background: Background,
        appearance: Appearance,
    ) -> None:
        super().__init__()
        self.setWindowTitle(tr("Search conversations"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # around its rounded corners
        self._search = search
        self._background = background
        self._asked = ""
        px = appearance.px
        self.field = QLineEdit()
        self.field.setProperty("look", "palette")
        self.field.setPlaceholderText(tr("Search titles and messages"))
        self.field.setAccessibleName(tr("Search titles and messages"))
        self.field.installEventFilter(self)
        self._model = _Lines()
        self.list = QListView()
        self.list.setAccessibleName(tr("What was found"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(FoundPainter(appearance, self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = label("", "small", wrap=True)
        hint = label(tr("↑ ↓ to choose, Enter to open. “Words in quotes” are taken exactly."), "caption")
        ground = QFrame()
        ground.setProperty("look", "palette")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ground)
        layout = QVBoxLayout(ground)
        layout.setContentsMargins(px(8), px(8), px(8), px(8))
        layout.setSpacing(px(4))
        layout.addWidget(self.field)
        layout.addWidget(rule())
        layout.addWidget(self.nothing)
        layout.addWidget(self.list, 1)
        layout.addWidget(hint)
        hint.setContentsMargins(px(8), 0, px(8), px(2))
        self.nothing.setContentsMargins(px(8), px(8), px(8), px(8))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._begin)
        self._recent = tuple(recent[:MOST_RECENT])
        self.field.textChanged.connect(lambda: self._pause.start())
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self._show_recent()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is listed now."""
        return tuple(self._model.lines)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows and Enter in the field move in the list and choose from it."""
        if event.type() == QEvent.Type.KeyPress:
            pressed: QKeyEvent = event  # type: ignore[assignment]
            key = Qt.Key(pressed.key())
            if key in _MOVES:
                self._move(_MOVES[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self._pause.isActive():
                    self._pause.stop()
                    self._begin()
                self._background.run(lambda: None, lambda _: self._choose_current())
                return True
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        count = self._model.rowCount()
        if count:
            row = min(max(self.list.currentIndex().row() + by, 0), count - 1)
            self.list.setCurrentIndex(self._model.index(row))

    def _begin(self) -> None:
        query = self._asked = self.field.text().strip()
        if not query:
            self._show_recent()
            return
        # One that had to wait is left out where more was typed meanwhile: the next need not wait for it.
        self._background.run(
            lambda: self._search(query) if query == self._asked else None,
            lambda found: self._on_found(query, found),
        )

    def _choose_current(self) -> None:
        if isValid(self):
            self._choose(self.list.currentIndex())

    def _on_found(self, query: str, found: tuple[Found, ...] | None) -> None:
        if isValid(self) and found is not None and query == self._asked:
            lines = [line for each in found for line in _lines(each)]
            self._show(lines)
            nothing = "" if found else tr("Nothing was found for “{query}”.", query=query)
            self._say(nothing)
            announce(self, nothing or plural("1 place found", "{n} places found", len(lines)))

    def _show_recent(self) -> None:
        self._show([Line(c, ((c.title or tr(UNTITLED), False),)) for c in self._recent])
        self._say("" if self._recent else tr("Nothing has been said yet."))

    def _show(self, lines: list[Line]) -> None:
        self._model.show(lines)
        if lines:
            # What was found first: a title only stands there for its messages unless it was found itself.
            first = next((n for n, line in enumerate(lines) if any(hit for _, hit in line.pieces)), 0)
            self.list.setCurrentIndex(self._model.index(first))
            self.list.scrollToTop()

    def _say(self, text: str) -> None:
        self.nothing.setText(text)
        self.nothing.setVisible(bool(text))

    def _choose(self, index: QModelIndex) -> None:
        line = index.data(FOUND_ROLE)
        if isinstance(line, Line):
            message_id = line.hit.message_id if line.hit else None
            self.accept()
            self.chosen.emit(line.conversation, message_id, _first(line.hit.snippet) if line.hit else "")


class _Lines(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == FOUND_ROLE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.text
        return None


def _lines(found: Found) -> Iterator[Line]:
    title = found.title or ((tr(UNTITLED), False),)
    yield Line(found.conversation, title)
    for hit in found.messages:
        snippet = tuple((_SIGNS.sub("", text), marked) for text, marked in hit.snippet)
        yield Line(found.conversation, snippet, hit)


def _first(snippet: Pieces) -> str:
    """Return the first words found that stand together."""
    words: list[str] = []
    for text, hit in snippet:
        if hit:
            words.append(text)
        elif words and text.strip():
            break
        elif words:
            words.append(text)
    return "".join(words).strip()

"""What could be forgotten, as a list with a tick each. What goes along with something else that is ticked says so.

Shows passages and tells which are ticked; finds and forgets nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.dates import day
from app.language import mark, tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.render.appearance import Appearance
    from memory.records import Passage

_SHOWN: Final = 160
_KINDS: Final = {
    "question": "{text}",
    "statement": mark("You said: {text}"),
    "note": mark("Your note on an answer: {text}"),
    "title": mark("The whole conversation “{text}”"),
}
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class PassageList(QListWidget):
    """``ticked`` says that something else is to be forgotten than before."""

    ticked = Signal()

    def __init__(self, appearance: Appearance, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._passages: dict[str, Passage] = {}
        self._items: dict[str, QListWidgetItem] = {}
        self._mine: dict[str, bool] = {}  # what the user ticked, whatever goes along
        self.setAccessibleName(tr("What would be forgotten"))
        self.setProperty("look", "files")
        self.setWordWrap(True)
        self.setFixedHeight(appearance.px(232))
        self.itemChanged.connect(self._on_changed)

    def show_passages(self, passages: tuple[Passage, ...], *, choose: bool) -> None:
        """List passages; with ``choose`` each has a tick, and those shown before keep theirs.

        What was found by its words is ticked at first. What only is about the same comes below a line that says so,
        and is the user's to tick.
        """
        before = self._mine if choose else {}
        self._passages = {passage.id: passage for passage in passages}
        self._mine = {p.id: before.get(p.id, p.cosine is None) for p in passages}
        self._items = {}
        self.blockSignals(True)
        self.clear()
        for passage in passages:
            if passage.cosine is not None and not self._below_a_line:
                self._add_line(tr("In other words, closest first"))
            self._items[passage.id] = item = QListWidgetItem(self._text(passage))
            item.setData(Qt.ItemDataRole.UserRole, passage.id)
            if choose:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(_ON)
            self.addItem(item)
        self.blockSignals(False)
        if choose:
            self._draw()

    def tick_all(self, on: bool) -> None:
        """Tick everything, or nothing."""
        self._mine = dict.fromkeys(self._mine, on)
        self._draw()
        self.ticked.emit()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All that is listed."""
        return tuple(self._passages.values())

    @property
    def chosen(self) -> tuple[Passage, ...]:
        """What is ticked, and what goes along with it."""
        return tuple(passage for passage in self.passages if self._goes(passage))

    @property
    def _below_a_line(self) -> bool:
        return self.count() > len(self._items)

    def _add_line(self, text: str) -> None:
        line = QListWidgetItem(text)
        line.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(line)

    def _text(self, passage: Passage) -> str:
        said = " ".join(passage.text.split())
        short = said if len(said) <= _SHOWN else f"{said[:_SHOWN].rstrip()}…"
        return f"{tr(_KINDS[passage.kind]).format(text=short)}\n{day(passage.created_at, self._now())}"

    def _goes(self, passage: Passage) -> bool:
        return self._mine[passage.id] or self._taken_along(passage)

    def _taken_along(self, passage: Passage) -> bool:
        above = self._passages.get(passage.within)
        return above is not None and self._goes(above)

    def _draw(self) -> None:
        self.blockSignals(True)
        for passage in self.passages:
            along, item = self._taken_along(passage), self._items[passage.id]
            item.setCheckState(_ON if self._goes(passage) else _OFF)
            enabled = Qt.ItemFlag.ItemIsEnabled
            item.setFlags(item.flags() & ~enabled if along else item.flags() | enabled)
            item.setToolTip(tr("Goes with what it belongs to, which is ticked.") if along else "")
        self.blockSignals(False)

    def _on_changed(self, item: QListWidgetItem) -> None:
        self._mine[item.data(Qt.ItemDataRole.UserRole)] = item.checkState() == _ON
        self._draw()
        self.ticked.emit()

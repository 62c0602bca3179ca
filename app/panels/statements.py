"""What the user said about themselves: facts, wishes and style, with their source, to add, change and forget.

Shows ``Remembered`` and emits wishes; knows neither the assistant nor the database.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.chat.controls import FoldButton, button, label, scrolled
from app.chat.offer import OfferCard, OfferState
from app.language import mark, tr
from app.panels.statement_row import StatementRow
from app.statements.remembering import Offer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from PySide6.QtWidgets import QLabel

    from app.render.appearance import Appearance
    from app.statements.remembering import Remembered
    from app.statements.style import StyleMatch
    from engine.principles import Principle
    from memory.records import StatementKind

# From so many on, a search field helps more than it costs.
SEARCH_FROM: Final = 7
_SECTIONS: Final[tuple[tuple[StatementKind, str], ...]] = (
    ("fact", mark("About you")),
    ("wish", mark("What you always want")),
    ("style", mark("How you like answers")),
)
_EMPTY: Final = mark(
    "Nothing yet. Write something above, such as “I’m vegetarian” or “Always use metric "
    "units”, or say it in a chat: Attune asks before it remembers anything, and shows "
    "under each answer what it used."
)


class StatementsPanel(QWidget):
    """Everything kept of what the user said, newest first."""

    added = Signal(str, object)  # text, StyleMatch or None
    matching_requested = Signal(str)
    edited = Signal(str, str)
    no_longer_true = Signal(str)
    restored = Signal(str)
    forgotten = Signal(str)
    source_requested = Signal(str, str)

    def __init__(
        self,
        principles: Callable[[], Mapping[str, Principle]],
        kind_of: Callable[[str], StatementKind],
        appearance: Appearance,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._principles = principles
        self._kind_of = kind_of
        self._appearance = appearance
        self._now = now
        self.rows: list[StatementRow] = []
        self._texts: dict[str, str] = {}
        self._later: Sequence[Remembered] | None = None  # to be shown when no row is rewritten any more
        self.offer: OfferCard | None = None
        self._sections: list[tuple[QLabel, list[StatementRow]]] = []
        self.entry = QLineEdit()
        self.entry.setPlaceholderText(tr("Something to remember"))
        self.entry.setAccessibleName(tr("Something to remember"))
        self.entry.setMaxLength(300)
        self.add = button(tr("Remember"))
        self.add.setEnabled(False)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find what you said"))
        self.search.setAccessibleName(tr("Find what you said"))
        self.search.setClearButtonEnabled(True)
        self.empty = label(tr(_EMPTY), "small", wrap=True)
        self.nothing_found = label(tr("Nothing you said contains that."), "small", wrap=True)
        self.fold = FoldButton(appearance)
        self._past = QWidget()
        self._lay_out()
        self.entry.textChanged.connect(lambda text: self.add.setEnabled(bool(text.strip())))
        self.entry.returnPressed.connect(self._on_add)
        self.add.clicked.connect(self._on_add)
        self.search.textChanged.connect(self._filter)
        self.fold.toggled.connect(self._past.setVisible)
        self.show_statements(())

    def show_statements(self, kept: Sequence[Remembered]) -> None:
        """Show everything kept; a row that is being rewritten stays until that ends."""
        if any(row.entry.isVisible() for row in self.rows):
            self._later = kept
            return
        self._later = None
        focused = next((row for row in self.rows if row.more.hasFocus()), None)
        for layout in (self._list, self._past_list):
            while (item := layout.takeAt(0)) is not None:
                if widget := item.widget():
                    widget.hide()
                    widget.deleteLater()
        self.rows, self._sections = [], []
        self._texts = {r.statement.id: r.statement.text for r in kept}
        holding = [r for r in kept if r.statement.superseded_at is None]
        past = [r for r in kept if r.statement.superseded_at is not None]
        for kind, heading in _SECTIONS:
            if found := [r for r in holding if r.statement.kind == kind]:
                title = label(tr(heading), "section")
                title.setContentsMargins(0, self._appearance.px(8), 0, self._appearance.px(2))
                self._list.addWidget(title)
                self._sections.append((title, [self._row(r, self._list) for r in found]))
        for remembered in sorted(past, key=_ended, reverse=True):
            self._row(remembered, self._past_list)
        self.empty.setVisible(not kept)
        self.search.setVisible(len(kept) >= SEARCH_FROM)
        self.fold.setVisible(bool(past))
        self.fold.say(
            tr("No longer true ({count})", count=len(past)),
            tr("What is no longer true: {count}", count=len(past)),
        )
        self._past.setVisible(self.fold.isChecked() and bool(past))
        self._filter(self.search.text())
        if focused:
            self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_match(self, text: str, style: StyleMatch | None) -> None:
        """Show which slider typed words about style are about, for the user to confirm."""
        if self.offer and self.offer.state.offer.text == text:
            self.offer.show_state(replace(self.offer.state, style=style, matching=False))

    def _lay_out(self) -> None:
        px = self._appearance.px
        content = QWidget()
        content.setProperty("look", "canvas")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(8), px(16), px(16))
        column.setSpacing(px(8))
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self.entry, 1)
        line.addWidget(self.add)
        column.addLayout(line)
        self._offered = QVBoxLayout()
        column.addLayout(self._offered)
        column.addWidget(self.search)
        column.addWidget(self.empty)
        column.addWidget(self.nothing_found)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        column.addWidget(self.fold)
        self._past_list = QVBoxLayout(self._past)
        self._past_list.setContentsMargins(0, 0, 0, 0)
        self._past_list.setSpacing(0)
        column.addWidget(self._past)
        self._past.hide()
        column.addWidget(
            label(
                tr(
                    "Facts go along with questions they matter for, wishes with every question; style "
                    "moves the sliders. All of it stays on this computer."
                ),
                "caption",
                wrap=True,
            )
        )
        column.addStretch(1)
        area = scrolled(content, tr("What you said"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def _row(self, remembered: Remembered, into: QVBoxLayout) -> StatementRow:
        successor = self._texts.get(remembered.statement.superseded_by or "", "")
        row = StatementRow(remembered, self._principles(), self._appearance, self._now(), successor)
        row.edited.connect(self.edited)
        row.edit_ended.connect(self._on_edit_ended)
        row.no_longer_true.connect(self.no_longer_true)
        row.restored.connect(self.restored)
        row.forgotten.connect(self.forgotten)
        row.source_requested.connect(self.source_requested)
        into.addWidget(row)
        self.rows.append(row)
        return row

    def _on_edit_ended(self) -> None:
        if self._later is not None:
            self.show_statements(self._later)

    def _filter(self, text: str) -> None:
        needle = text.casefold().strip() if not self.search.isHidden() else ""
        for row in self.rows:
            row.setVisible(row.matches(needle))
        for heading, rows in self._sections:
            heading.setVisible(any(row.matches(needle) for row in rows))
        self.nothing_found.setVisible(bool(needle) and not any(row.matches(needle) for row in self.rows))

    def _on_add(self) -> None:
        text = " ".join(self.entry.text().split())
        if not text:
            return
        self.entry.clear()
        kind = self._kind_of(text)
        if kind == "style":
            self._offer(text)
        else:
            self._end_offer()
            self.added.emit(text, None)

    def _offer(self, text: str) -> None:
        self._end_offer()
        state = OfferState(Offer("", text, "style"), matching=True)
        card = OfferCard(state, self._principles(), self._appearance)
        card.remember_requested.connect(self._on_confirmed)
        card.declined.connect(self._end_offer)
        card.text_changed.connect(self._offer)
        self.offer = card
        self._offered.addWidget(card)
        self.matching_requested.emit(text)

    def _on_confirmed(self, text: str, style: StyleMatch | None) -> None:
        self._end_offer()
        self.added.emit(text, style)

    def _end_offer(self) -> None:
        if self.offer:
            self.offer.hide()
            self.offer.deleteLater()
            self.offer = None
            self.entry.setFocus(Qt.FocusReason.OtherFocusReason)


def _ended(remembered: Remembered) -> datetime:
    ended = remembered.statement.superseded_at
    assert ended is not None
    return ended

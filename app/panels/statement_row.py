"""One thing the user said, in the panel: its words, where they come from, and what can be done with it.

Shows what it is given and emits what the user wants; keeps nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.chat.controls import IconButton, LeavableEntry, button, label
from app.dates import day
from app.language import told, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from PySide6.QtGui import QAction

    from app.render.appearance import Appearance
    from app.statements.remembering import Remembered
    from engine.principles import Principle


class StatementRow(QWidget):
    """One statement, in force or no longer true."""

    edited = Signal(str, str)  # id, new words
    no_longer_true = Signal(str)
    restored = Signal(str)
    edit_ended = Signal()
    forgotten = Signal(str)
    source_requested = Signal(str, str)  # conversation, message

    def __init__(
        self,
        remembered: Remembered,
        principles: Mapping[str, Principle],
        appearance: Appearance,
        now: datetime,
        successor: str = "",
    ) -> None:
        """Show a statement; ``successor`` is what holds in its place."""
        super().__init__()
        self.remembered = remembered
        statement = remembered.statement
        self._holds = statement.superseded_at is None
        self.text = label(statement.text, "smalltext" if self._holds else "small", wrap=True)
        self.entry = LeavableEntry(self._end_edit)
        self.entry.setAccessibleName(tr("Change: {text}", text=statement.text))
        self.entry.returnPressed.connect(self._on_edited)
        self.entry.hide()
        self.about = label(_about(remembered, principles, now, successor), "caption", wrap=True)
        self.source = button("", "quietlink")
        title = remembered.conversation_title or tr("a conversation")
        self.source.setText(
            tr("Said in “{title}”", title=_short(title)) if remembered.conversation_id else ""
        )
        self.source.setAccessibleName(tr("Open the conversation “{title}” where this was said", title=title))
        self.source.setToolTip(tr("Open where this was said"))
        self.source.setVisible(remembered.conversation_id is not None)
        self.source.clicked.connect(self._on_source)
        self.used = button("", "quietlink")
        if statement.used_at:
            self.used.setText(tr("Last used {date}", date=day(statement.used_at, now)))
        self.used.setAccessibleName(tr("Open the last answer that used: {text}", text=statement.text))
        self.used.setToolTip(tr("Open the answer that used it last"))
        self.used.setVisible(_leads_to_use(remembered))
        self.used.clicked.connect(self._on_used)
        self.more = IconButton(
            appearance, "more", tr("Change or forget: {text}", text=statement.text), size=16
        )
        self.menu = QMenu(self.more)
        self.menu.setAccessibleName(tr("What to do with it"))
        self.actions_by_name: dict[str, QAction] = {}
        if self._holds:
            self._action("edit", tr("Edit"), self.edit)
            self._action("untrue", tr("No longer true"), lambda: self.no_longer_true.emit(statement.id))
        else:
            self._action("restore", tr("True again"), lambda: self.restored.emit(statement.id))
        self._action("forget", tr("Forget…"), self._ask)
        self.more.clicked.connect(
            lambda: self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )
        self.forget = button(
            tr("Forget for good"), "danger", name=tr("Forget for good: {text}", text=statement.text)
        )
        self.keep = button(tr("Keep"), "link", name=tr("Keep: {text}", text=statement.text))
        self.forget.clicked.connect(lambda: self.forgotten.emit(statement.id))
        self.keep.clicked.connect(self._on_keep)
        self._lay_out(appearance)

    def edit(self) -> None:
        """Let the words be rewritten in place."""
        self.entry.setText(self.remembered.statement.text)
        self.text.hide()
        self.entry.show()
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self.entry.selectAll()

    def matches(self, needle: str) -> bool:
        """Whether a search for ``needle``, casefolded, should show this row."""
        return needle in f"{self.remembered.statement.text} {self.remembered.conversation_title}".casefold()

    def _action(self, name: str, words: str, act: Callable[[], None]) -> None:
        self.actions_by_name[name] = self.menu.addAction(words, act)

    def _lay_out(self, appearance: Appearance) -> None:
        px = appearance.px
        words = QVBoxLayout()
        words.setSpacing(px(2))
        for widget in (self.text, self.entry, self.about):
            words.addWidget(widget)
        for link in (self.source, self.used):
            words.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(px(4))
        row.addLayout(words, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self._question = QWidget()
        asked = QHBoxLayout(self._question)
        asked.setContentsMargins(0, px(4), 0, 0)
        asked.setSpacing(px(8))
        asked.addWidget(self.forget)
        asked.addWidget(self.keep)
        asked.addStretch(1)
        self._question.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(6), 0, px(6))
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._question)

    def _end_edit(self) -> None:
        self.entry.hide()
        self.text.show()
        self.more.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit_ended.emit()

    def _on_edited(self) -> None:
        text = " ".join(self.entry.text().split())
        self._end_edit()
        if text and text != self.remembered.statement.text:
            self.text.setText(text)
            self.edited.emit(self.remembered.statement.id, text)

    def _ask(self) -> None:
        self._question.show()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_keep(self) -> None:
        self._question.hide()
        self.more.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_source(self) -> None:
        statement = self.remembered.statement
        if self.remembered.conversation_id and statement.message_id:
            self.source_requested.emit(self.remembered.conversation_id, statement.message_id)

    def _on_used(self) -> None:
        if self.remembered.used_in:
            self.source_requested.emit(*self.remembered.used_in)


def _leads_to_use(remembered: Remembered) -> bool:
    return remembered.used_in is not None and remembered.statement.used_at is not None


def _about(remembered: Remembered, principles: Mapping[str, Principle], now: datetime, successor: str) -> str:
    statement = remembered.statement
    principle = principles.get(statement.principle or "")
    parts = []
    if principle and statement.value is not None:
        parts.append(
            tr(
                "Moves {label}–{label2}",
                label=told(principle.negative.label.lower()),
                label2=told(principle.positive.label.lower()),
            )
        )
    if statement.superseded_at is not None:
        parts.append(f"{day(statement.created_at, now)} – {day(statement.superseded_at, now)}")
        if successor:
            parts.append(tr("now: “{text}”", text=_short(successor)))
    else:
        when = day(statement.created_at, now)
        parts.append(when if statement.message_id else tr("typed {when}", when=when))
        if statement.kind != "style" and not _leads_to_use(remembered):  # else a link of its own says it
            parts.append(
                tr("last used {date}", date=day(statement.used_at, now))
                if statement.used_at
                else tr("not used yet")
            )
    words = " · ".join(parts)
    return words[:1].upper() + words[1:]


def _short(title: str, most: int = 32) -> str:
    return title if len(title) <= most else f"{title[:most].rsplit(' ', 1)[0].rstrip('.,;:!? …')}…"

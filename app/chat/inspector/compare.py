"""The dialog that shows two answers to one question and takes which is better, by mouse or by keyboard.

It never comes by itself. Emits what was chosen; keeping it, and taking it back, is the owner's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.chat.controls import Choice, button, label
from app.chat.inspector.side_by_side import SideBySide
from app.language import plural, tr
from app.render.announce import announce

if TYPE_CHECKING:
    from app.answers import Turn
    from app.chat.inspector.side_by_side import Kind
    from app.comparing import Siblings
    from app.render.appearance import Appearance
    from memory.records import Pair


class CompareDialog(QDialog):
    """Two answers side by side. With ``kind`` *after* the second one is what was learned since the first."""

    chosen = Signal(str, str)  # the better one, the other
    neither_chosen = Signal(str, str)
    undo_requested = Signal()

    def __init__(self, appearance: Appearance, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._kind, self._appearance = kind, appearance
        self._siblings: Siblings | None = None
        self.shown: tuple[str, str] = ("", "")
        self.title = label(tr("Before and after") if kind == "after" else tr("Which is better?"), "title")
        self.setWindowTitle(self.title.text())
        self.question = label("", "small", wrap=True)
        self.others = Choice(tr("Compare with"))
        self.both = SideBySide(appearance, kind)
        self.left = button(tr("← This one"), name=tr("The left answer is better"))
        self.neither = button(tr("No difference"), name=tr("Neither is better"))
        self.right = button(tr("This one →"), name=tr("The right answer is better"))
        self.note = label("", "smalltext", wrap=True)
        self.undo = button(tr("Undo"), "link", name=tr("Undo this choice"))
        self.close_button = button(tr("Close"))
        self._lay_out()
        self.left.setToolTip(tr("Key: ←"))
        self.right.setToolTip(tr("Key: →"))
        self.neither.setToolTip(tr("Key: 0"))
        for keys, control in (
            (QKeySequence(Qt.Key.Key_Left), self.left),
            (QKeySequence(Qt.Key.Key_Right), self.right),
            (QKeySequence(Qt.Key.Key_0), self.neither),
            (QKeySequence(QKeySequence.StandardKey.Undo), self.undo),
        ):
            QShortcut(keys, self, control.click)
        self.left.clicked.connect(lambda: self.chosen.emit(*self.shown))
        self.right.clicked.connect(lambda: self.chosen.emit(*reversed(self.shown)))
        self.neither.clicked.connect(lambda: self.neither_chosen.emit(*self.shown))
        self.undo.clicked.connect(self.undo_requested)
        self.close_button.clicked.connect(self.close)
        self.others.activated.connect(self._on_other)
        self._let_choose(False)
        self.undo.hide()

    def show_waiting(self, question: str, first: str, second: str = "") -> None:
        """Show the answer there is, and the new one as far as it has come."""
        self.question.setText(question)
        self.both.name(tr("Before"), tr("With what you taught"))
        self.both.show_unfinished(first, second)
        self.both.caption(1, tr("Being written…"))

    def show_failure(self, sentence: str) -> None:
        """Say why there is no second answer."""
        self.both.caption(1, "")
        self.say(sentence)

    def show_siblings(self, siblings: Siblings, first: str, second: str) -> None:
        """Show two of the answers, by id; where there are more, let the left one be another."""
        self._siblings, self.shown = siblings, (first, second)
        ids = [turn.message.id for turn in siblings.turns]
        self.question.setText(siblings.question)
        left, right = (siblings.turns[ids.index(message_id)] for message_id in self.shown)
        if self._kind == "after":
            self.both.name(tr("Before"), tr("With what you taught"))
        else:
            self.both.name(*(tr("Answer {index}", index=ids.index(i) + 1) for i in self.shown))
        for column, turn in enumerate((left, right)):
            self.both.caption(column, _caption(turn))
        found = self.both.show_texts(left.message.content, right.message.content)
        self.others.clear()
        for index, message_id in enumerate(ids):
            if message_id != second:
                self.others.addItem(tr("Answer {index}", index=index + 1), message_id)
        self.others.setCurrentIndex(self.others.findData(first))
        self.others.setVisible(self.others.count() > 1)
        self._let_choose(not found.none)
        if found.none:
            self.say(
                tr("Word for word the same. What you taught does not reach this answer yet: rate a few more.")
                if self._kind == "after"
                else tr("Both say the same, word for word.")
            )
        else:
            self._stand(siblings.pair(first, second))

    def show_choice(self, siblings: Siblings, line: str, *, undoable: bool) -> None:
        """Mark what is in force now, and say in ``line`` what that did."""
        self._siblings = siblings
        self._mark(siblings.pair(*self.shown))
        self.say(line)
        self.undo.setVisible(undoable)

    def say(self, line: str) -> None:
        """Say a line beside the buttons."""
        self.note.setText(line)
        self.note.setAccessibleName(line)
        if line:
            announce(self, line)

    def _stand(self, pair: Pair | None) -> None:
        self._mark(pair)
        self.undo.setVisible(pair is not None)
        if pair is None:
            self.note.setText(tr("Your choice teaches Attune. Either answer stays."))
        elif pair.preferred_id == self.shown[0]:
            self.note.setText(tr("You said that the left one is better."))
        else:
            self.note.setText(tr("You said that the right one is better."))

    def _mark(self, pair: Pair | None) -> None:
        for control, message_id in zip((self.left, self.right), self.shown, strict=True):
            better = pair is not None and pair.preferred_id == message_id
            control.setProperty("look", "primary" if better else "")
            control.style().unpolish(control)
            control.style().polish(control)

    def _let_choose(self, can: bool) -> None:
        for control in (self.left, self.neither, self.right):
            control.setEnabled(can)

    def _on_other(self) -> None:
        if self._siblings:
            self.show_siblings(self._siblings, self.others.currentData(), self.shown[1])

    def _lay_out(self) -> None:
        px = self._appearance.px
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.others)
        choices = QHBoxLayout()
        choices.setSpacing(px(8))
        choices.addStretch(1)
        if self._kind == "after":
            choices.addWidget(label(tr("Which is better?"), "smalltext"))
        for control in (self.left, self.neither, self.right):
            choices.addWidget(control)
        choices.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(self.note, 1)
        foot.addWidget(self.undo)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(20), px(24), px(16))
        layout.setSpacing(px(10))
        layout.addLayout(head)
        layout.addWidget(self.question)
        layout.addWidget(self.both, 1)
        layout.addLayout(choices)
        layout.addLayout(foot)
        self.others.hide()
        self.resize(px(940), px(560))


def _caption(turn: Turn) -> str:
    return plural("1 word", "{n} words", len(turn.message.content.split()))

"""What a user may add to a thumb, as chips under it: reasons to tick, and a sentence of their own.

Appears without taking the focus. Emits what is said as a whole after every change; knows nothing of how it is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedLayout, QWidget

from app.chat.controls import LeavableEntry, button
from app.chat.flow import FlowLayout
from app.language import mark, tr
from app.wording import REASON_WORDS
from memory.reasons import OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.render.appearance import Appearance
    from memory.records import Label

# How much of the user's own words a chip repeats, in characters.
_SHOWN: Final = 32
# A thumb's note is a remark, not an essay.
LONGEST_NOTE: Final = 500
_ASKS: Final = {
    1: (mark("Say what was good…"), mark("What was good about it?")),
    -1: (mark("Other…"), mark("What was wrong with it?")),
}


class ReasonChips(QWidget):
    """One line of chips, or the field for a sentence in its place: both are as high as each other."""

    given = Signal(object, str)  # tuple of memory.reasons, the user's own words

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._thumb: Label | None = None
        self._note = ""
        self.setAccessibleName(tr("Say why"))
        self._row = QWidget()
        flow = FlowLayout(self._row, appearance.px(6))
        self.chips: dict[str, QPushButton] = {}
        for reason, words in REASON_WORDS.items():
            chip = self.chips[reason] = _chip(tr(words))
            chip.clicked.connect(self._give)
            flow.addWidget(chip)
        self.own = _chip("")
        self.own.clicked.connect(self._write)
        flow.addWidget(self.own)
        self.entry = LeavableEntry(self._leave)
        self.entry.setMaxLength(LONGEST_NOTE)
        self.entry.returnPressed.connect(self._keep_words)
        self.save = button(tr("Save"), "quiet", name=tr("Save what you wrote"))
        self.save.clicked.connect(self._keep_words)
        self._field = QWidget()
        field = QHBoxLayout(self._field)
        field.setContentsMargins(0, 0, 0, 0)
        field.setSpacing(appearance.px(6))
        field.addWidget(self.entry, 1)
        field.addWidget(self.save)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._row)
        self._stack.addWidget(self._field)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.show_given(None, (), "")

    def keep_room(self, keep: bool) -> None:
        """Take the room of the chips while there are none, or give it back: what is read must not move for them."""
        policy = self.sizePolicy()
        if policy.retainSizeWhenHidden() != keep:
            policy.setRetainSizeWhenHidden(keep)
            self.setSizePolicy(policy)

    def show_given(self, thumb: Label | None, reasons: Sequence[str], note: str) -> None:
        """Show what was said with a thumb; nothing where there is none."""
        if thumb != self._thumb:
            self._stack.setCurrentWidget(self._row)
        self._thumb, self._note = thumb, note
        for reason, chip in self.chips.items():
            chip.setChecked(reason in reasons)
            chip.setVisible(thumb == -1)
        offer, asks = _ASKS[thumb or -1]
        short = note if len(note) <= _SHOWN else note[: _SHOWN - 1].rstrip() + "…"
        self.own.setText(tr("“{text}”", text=short) if note else tr(offer))
        self.own.setAccessibleName(tr("Your words: {text}", text=note) if note else tr(asks))
        self.own.setToolTip(note)
        self.own.setChecked(bool(note))
        self.entry.setPlaceholderText(tr(asks))
        self.entry.setAccessibleName(tr(asks))
        if thumb is not None:
            self.keep_room(True)
        self.setVisible(thumb is not None)

    def hasHeightForWidth(self) -> bool:
        """Say that a narrow row is a taller one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at ``width`` of all chips there can be, whichever are shown."""
        flow = self._row.layout()
        return max(flow.heightForWidth(width) if flow else 0, self.entry.sizeHint().height())

    def _give(self) -> None:
        reasons = tuple(reason for reason, chip in self.chips.items() if chip.isChecked())
        self.given.emit((*reasons, *((OTHER,) if self._note else ())), self._note)

    def _write(self) -> None:
        self.own.setChecked(bool(self._note))
        self.entry.setText(self._note)
        self._stack.setCurrentWidget(self._field)
        self.entry.setFocus()

    def _keep_words(self) -> None:
        note = " ".join(self.entry.text().split())
        changed = note != self._note
        self._leave()
        if changed:
            self._note = note
            self._give()

    def _leave(self) -> None:
        self._stack.setCurrentWidget(self._row)
        self.own.setFocus()


def _chip(text: str) -> QPushButton:
    chip = button(text, "chip")
    chip.setCheckable(True)
    return chip

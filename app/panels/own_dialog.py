"""The dialog in which a principle is written or edited: two ends, each with an instruction and a short name.

It asks for proposals and emits finished words; whether they can be kept, others say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.chat.controls import button, label, rule
from app.language import tr
from app.opposite import opposite_name, short_name
from memory.own_principles import LONGEST_INSTRUCTION, LONGEST_LABEL
from memory.records import PrincipleDraft

if TYPE_CHECKING:
    from app.opposite import Proposal
    from app.render.appearance import Appearance


class OwnPrincipleDialog(QDialog):
    """Stays open until what it emitted was kept (``accept``) or the user leaves."""

    saved = Signal(object)  # PrincipleDraft
    opposite_wanted = Signal(str)

    def __init__(
        self,
        appearance: Appearance,
        parent: QWidget | None = None,
        *,
        words: PrincipleDraft | None = None,
        instruction: str = "",
    ) -> None:
        """``words`` are edited; without them a new principle is written, beginning with ``instruction``."""
        super().__init__(parent)
        title = tr("Edit this preference") if words else tr("A preference of your own")
        self.setWindowTitle(title)
        self.setModal(True)
        words = words or PrincipleDraft("", instruction, "", "")
        self.wish = _field(tr("How would you like answers?"), tr("Answer like a poet"), LONGEST_INSTRUCTION)
        self.name = _field(tr("Short name"), tr("Poetic"), LONGEST_LABEL)
        self.opposite = _field(tr("The opposite"), tr("Answer in a sober way"), LONGEST_INSTRUCTION)
        self.opposite_name = _field(tr("Short name of the opposite"), tr("Sober"), LONGEST_LABEL)
        self.suggest = button(tr("Suggest"), name=tr("Let the model suggest an opposite"))
        self.hint = label("", "caption", wrap=True)
        self.preview = label("", "caption", wrap=True)
        self.error = label("", "danger", wrap=True)
        self.save = button(tr("Save"), "primary")
        self.cancel = button(tr("Cancel"))
        self._lay_out(appearance, title)
        for field, text in (
            (self.wish, words.positive_instruction),
            (self.name, words.positive_label),
            (self.opposite, words.negative_instruction),
            (self.opposite_name, words.negative_label),
        ):
            field.setText(text)
            field.textChanged.connect(self._on_changed)
        self._named = bool(words.positive_label)
        self._other_named = bool(words.negative_label)
        self._asking = False
        self.wish.textChanged.connect(self._on_wish)
        self.name.textEdited.connect(self._on_named)
        self.name.textChanged.connect(self._on_name)
        self.opposite_name.textEdited.connect(self._on_other_named)
        self.suggest.clicked.connect(self._ask)
        self.save.clicked.connect(lambda: self.saved.emit(self.words()))
        self.cancel.clicked.connect(self.reject)
        self.error.hide()
        self._on_wish(self.wish.text())
        self._on_changed()

    def words(self) -> PrincipleDraft:
        """Return what stands in the fields."""
        fields = (self.name, self.wish, self.opposite_name, self.opposite)
        return PrincipleDraft(*(field.text().strip() for field in fields))

    def show_proposal(self, proposal: Proposal) -> None:
        """Put a proposed opposite into its field, unless the user wrote one meanwhile."""
        self._asking = False
        self.suggest.setEnabled(True)
        if not self.opposite.text().strip() or self.opposite.text() == self._before:
            self.opposite.setText(proposal.instruction)
            self.opposite.setCursorPosition(0)
            said = tr("Suggested by the model. Change it as you like.")
            plain = tr("The model had no good idea, so this only says not to. Say it better if you can.")
            self.hint.setText(said if proposal.by_model else plain)
        else:
            self.hint.setText("")
        self._on_changed()

    def refuse(self, sentence: str, next_step: str) -> None:
        """Say why the words can't be kept."""
        self.error.setText(f"{sentence} {next_step}")
        self.error.show()
        self.save.setEnabled(True)

    def _ask(self) -> None:
        self._asking = True
        self._before = self.opposite.text()
        self.suggest.setEnabled(False)
        self.hint.setText(tr("Asking the model…"))
        self.opposite_wanted.emit(self.wish.text().strip())

    def _on_wish(self, text: str) -> None:
        if not self._named:
            self.name.setText(short_name(text))

    def _on_named(self, text: str) -> None:
        self._named = bool(text.strip())

    def _on_other_named(self, text: str) -> None:
        self._other_named = bool(text.strip())

    def _on_name(self, text: str) -> None:
        if not self._other_named:
            self.opposite_name.setText(opposite_name(text.strip()))

    def _on_changed(self) -> None:
        words = self.words()
        complete = all((words.positive_label, words.positive_instruction, words.negative_label,
                        words.negative_instruction))  # fmt: skip
        self.save.setEnabled(complete)
        self.suggest.setEnabled(bool(words.positive_instruction) and not self._asking)
        self.error.hide()
        ends = tr(
            "Its slider runs from “{negative_label}” to “{positive_label}”.",
            negative_label=words.negative_label,
            positive_label=words.positive_label,
        )
        empty = tr("Its slider runs from one end to the other, like all the others.")
        self.preview.setText(ends if words.negative_label and words.positive_label else empty)

    def _lay_out(self, appearance: Appearance, title: str) -> None:
        px = appearance.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(24), px(24), px(16))
        layout.setSpacing(px(6))
        layout.addWidget(label(title, "title"))
        layout.addWidget(
            label(
                tr("It guides answers from the next one on, and learns from your thumbs."), "small", wrap=True
            )
        )
        layout.addSpacing(px(8))
        for field in (self.wish, self.name):
            layout.addWidget(label(field.accessibleName(), "smalltext"))
            layout.addWidget(field)
        layout.addSpacing(px(8))
        layout.addWidget(rule())
        layout.addSpacing(px(4))
        layout.addWidget(label(self.opposite.accessibleName(), "smalltext"))
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self.opposite, 1)
        line.addWidget(self.suggest)
        layout.addLayout(line)
        layout.addWidget(self.hint)
        layout.addWidget(label(self.opposite_name.accessibleName(), "smalltext"))
        layout.addWidget(self.opposite_name)
        layout.addSpacing(px(4))
        layout.addWidget(self.preview)
        layout.addWidget(self.error)
        layout.addSpacing(px(8))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        layout.addLayout(row)
        self.setMinimumWidth(px(480))


def _field(name: str, placeholder: str, longest: int) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(placeholder)
    field.setMaxLength(longest)
    return field

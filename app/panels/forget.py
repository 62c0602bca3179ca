"""The one dialog that erases: says what will be gone and asks for a typed word. Erases nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import mark, plural, tr

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from memory.records import Counts

WORD: Final = mark("forget")


class ForgetDialog(QDialog):
    """Accepted only after the word was typed."""

    def __init__(
        self,
        counts: Counts,
        appearance: Appearance,
        parent: QWidget | None = None,
        *,
        title: str = "",
        keep: str = "",
    ) -> None:
        super().__init__(parent)
        title = title or tr("Forget everything")
        keep = keep or tr("Keep everything")
        word = tr(WORD)
        self.setWindowTitle(title)
        self.setModal(True)
        self.word = QLineEdit()
        self.word.setAccessibleName(tr("Type “{word}” to confirm", word=word))
        self.forget = button(title, "danger")
        self.forget.setEnabled(False)
        self.cancel = button(keep)
        layout = QVBoxLayout(self)
        margin = appearance.px(24)
        layout.setContentsMargins(margin, margin, margin, appearance.px(16))
        layout.setSpacing(appearance.px(12))
        layout.addWidget(label(f"{title}?", "title", wrap=True))
        layout.addWidget(label(_what(counts), "smalltext", wrap=True))
        layout.addWidget(
            label(tr("This can’t be undone. There is no copy anywhere else."), "danger", wrap=True)
        )
        layout.addSpacing(appearance.px(4))
        layout.addWidget(label(tr("Type “{word}” to confirm.", word=word), "small"))
        layout.addWidget(self.word)
        layout.addSpacing(appearance.px(8))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.forget)
        layout.addLayout(row)
        self.setMinimumWidth(appearance.px(440))
        self.word.textChanged.connect(
            lambda text: self.forget.setEnabled(text.strip().casefold() == word.casefold())
        )
        self.word.returnPressed.connect(self.forget.click)
        self.forget.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)


def _what(counts: Counts) -> str:
    parts = [
        plural("1 conversation", "{n} conversations", counts.conversations),
        plural("1 message", "{n} messages", counts.messages),
        plural("1 rating", "{n} ratings", counts.feedback),
    ]
    return tr(
        "{conversations} with {messages}, {ratings}, every slider, and all that was learned from them.",
        conversations=parts[0],
        messages=parts[1],
        ratings=parts[2],
    )

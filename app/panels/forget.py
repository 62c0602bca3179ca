"""The one dialog that erases: says what will be gone and asks for a typed word. Erases nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.chat.controls import button, label

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from memory.records import Counts

WORD: Final = "forget"


class ForgetDialog(QDialog):
    """Accepted only after the word was typed."""

    def __init__(
        self,
        counts: Counts,
        appearance: Appearance,
        parent: QWidget | None = None,
        *,
        title: str = "Forget everything",
        keep: str = "Keep everything",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.word = QLineEdit()
        self.word.setAccessibleName(f"Type “{WORD}” to confirm")
        self.forget = button(title, "danger")
        self.forget.setEnabled(False)
        self.cancel = button(keep)
        layout = QVBoxLayout(self)
        margin = appearance.px(24)
        layout.setContentsMargins(margin, margin, margin, appearance.px(16))
        layout.setSpacing(appearance.px(12))
        layout.addWidget(label(f"{title}?", "title", wrap=True))
        layout.addWidget(label(_what(counts), "smalltext", wrap=True))
        layout.addWidget(label("This can’t be undone. There is no copy anywhere else.", "danger", wrap=True))
        layout.addSpacing(appearance.px(4))
        layout.addWidget(label(f"Type “{WORD}” to confirm.", "small"))
        layout.addWidget(self.word)
        layout.addSpacing(appearance.px(8))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.forget)
        layout.addLayout(row)
        self.setMinimumWidth(appearance.px(440))
        self.word.textChanged.connect(lambda text: self.forget.setEnabled(text.strip().casefold() == WORD))
        self.word.returnPressed.connect(self.forget.click)
        self.forget.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)


def _what(counts: Counts) -> str:
    parts = [
        _number(counts.conversations, "conversation"),
        _number(counts.messages, "message"),
        _number(counts.feedback, "rating"),
    ]
    return f"{parts[0]} with {parts[1]}, {parts[2]}, every slider, and all that was learned from them."


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"

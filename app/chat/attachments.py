"""Text files that go along with a question: dropped or pasted, shown with their size, sent as quoted text.

Only files that are text and small enough are taken; whatever is not is refused with a sentence. Nothing is
uploaded anywhere: the text becomes part of the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.chat.controls import IconButton, label
from app.language import plural, tr
from app.user_messages import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.render.appearance import Appearance

# A model's context is thousands of tokens; a larger file could not be read whole anyway.
LARGEST_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """One text file's name and content."""

    name: str
    text: str

    @property
    def words(self) -> int:
        """How many words it adds."""
        return len(self.text.split())


def read_attachment(path: Path) -> Attachment:
    """Read a text file. Raises ``UsageError`` for one too large or not text, ``OSError`` for one unreadable."""
    if path.stat().st_size > LARGEST_BYTES:
        raise UsageError(
            tr("“{name}” is too large to go along with a question.", name=path.name),
            tr(
                "Attach files of at most {largest_bytes} kB, or paste the part that matters.",
                largest_bytes=LARGEST_BYTES // 1000,
            ),
        )
    waits = not path.is_file()  # reading a pipe would wait for whoever writes into it
    content = b"" if waits else path.read_bytes()
    if waits or b"\0" in content:
        raise UsageError(
            tr("“{name}” is not a text file.", name=path.name),
            tr("Attach plain text, code or tables of text."),
        )
    try:
        return Attachment(path.name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(
            tr("“{name}” is not in UTF-8.", name=path.name), tr("Save it as UTF-8, or paste its text.")
        ) from error


def with_attachments(text: str, attachments: Sequence[Attachment]) -> str:
    """Return the message that carries ``attachments`` as fenced blocks under ``text``."""
    blocks = []
    for attachment in attachments:
        fence = "```"
        while fence in attachment.text:
            fence += "`"
        blocks.append(f"{attachment.name}:\n{fence}\n{attachment.text.rstrip()}\n{fence}")
    return "\n\n".join([text, *blocks]) if text else "\n\n".join(blocks)


class AttachmentBar(QWidget):
    """One chip per file, with its size in words and a button that takes it away again."""

    changed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._chips: list[tuple[Attachment, QWidget]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(appearance.px(8), 0, appearance.px(8), 0)
        self._row.setSpacing(appearance.px(8))
        self._row.addStretch(1)
        self.hide()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that go along."""
        return tuple(attachment for attachment, _ in self._chips)

    def add(self, attachment: Attachment) -> None:
        """Let a file go along."""
        chip = QFrame()
        chip.setProperty("look", "card")
        inside = QHBoxLayout(chip)
        inside.setContentsMargins(self._appearance.px(12), 0, self._appearance.px(4), 0)
        words = plural("1 word", "{n} words", attachment.words)
        inside.addWidget(label(f"{attachment.name}  ·  {words}", "small"))
        remove = IconButton(self._appearance, "close", tr("Remove {name}", name=attachment.name), size=14)
        remove.clicked.connect(lambda: self._remove(chip))
        inside.addWidget(remove)
        self._row.insertWidget(len(self._chips), chip)
        self._chips.append((attachment, chip))
        self.show()
        self.changed.emit()

    def clear(self) -> None:
        """Take all files away."""
        for _, chip in list(self._chips):
            self._remove(chip)

    def _remove(self, chip: QWidget) -> None:
        self._chips = [(attachment, other) for attachment, other in self._chips if other is not chip]
        self._row.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.setVisible(bool(self._chips))
        self.changed.emit()

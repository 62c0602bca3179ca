"""A code block in an answer: its language, a button that copies it, and its coloured source, which scrolls sideways.

Knows the source alone, not where it stands.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout

from app.chat.controls import IconButton, label
from app.chat.text_view import TextView
from app.language import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.render.appearance import Appearance
    from app.render.markdown import Code

COPIED_MS: Final = 1500


class CodeView(QFrame):
    """A code block: language, copy button, coloured source that scrolls sideways."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "code")
        self._appearance = appearance
        self._code: Code | None = None
        self._language = label("", "caption")
        self._copy = IconButton(appearance, "copy", tr("Copy code"), size=16)
        self._copy.clicked.connect(self._on_copy)
        self.text = _SourceView(appearance, tr("Code"))
        header = QHBoxLayout()
        header.setContentsMargins(appearance.px(12), appearance.px(4), appearance.px(4), 0)
        header.addWidget(self._language, 1)
        header.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addWidget(self.text)
        self._reset = QTimer(self)
        self._reset.setSingleShot(True)
        self._reset.setInterval(COPIED_MS)
        self._reset.timeout.connect(self._on_reset)

    def show_code(self, code: Code) -> None:
        """Show ``code``; colours come once it is closed."""
        from app.render.highlight import highlight, language_name  # slow to import, like the parser

        before, self._code = self._code, code
        self._language.setText(language_name(code.language))
        if code.closed:
            self.text.setHtml(highlight(code.source, code.language, self._appearance.theme))
        elif before and not before.closed and code.source.startswith(before.source):
            self.text.append_plain(code.source[len(before.source) :])
        else:
            self.text.setPlainText(code.source)

    def restyle(self) -> None:
        """Take over the colours in force."""
        self.text.restyle()
        if self._code:
            code, self._code = self._code, None
            self.show_code(code)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code.source if self._code else "")
        self._copy.set_icon("check", "accent")
        self._copy.rename(tr("Copied"))
        self._reset.start()

    def _on_reset(self) -> None:
        self._copy.set_icon("copy", "muted")
        self._copy.rename(tr("Copy code"))


class _SourceView(TextView):
    """Source code: never wrapped."""

    def __init__(self, appearance: Appearance, name: str) -> None:
        super().__init__(appearance, name)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def restyle(self) -> None:
        super().restyle()
        self.document().setDefaultFont(self.appearance.font(14, code=True))
        self.document().setDocumentMargin(self.appearance.px(12))

    def heightForWidth(self, width: int) -> int:
        document: QTextDocument = self.document()
        bar = self.horizontalScrollBar().sizeHint().height() if document.idealWidth() > width else 0
        return math.ceil(document.size().height()) + bar

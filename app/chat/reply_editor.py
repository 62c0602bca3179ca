"""A reply's text to be rewritten in its place: as tall as the text, with Save and Cancel. Knows no conversation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout

from app.chat.controls import button, label
from app.language import tr
from app.render.theme import BODY

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from app.render.appearance import Appearance

MOST_LINES: Final = 24


class ReplyEditor(QFrame):
    """``saved`` gives the new text, ``cancelled`` that all stays as it is."""

    saved = Signal(str)
    cancelled = Signal()

    def __init__(self, text: str, appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "composer")
        self._before = text
        self._waiting = False
        self.entry = _Source(text, appearance)
        self.entry.saved.connect(self._on_save)
        self.entry.cancelled.connect(self.cancelled)
        self.save = button(tr("Save"), "primary", name=tr("Save your version"))
        self.save.setToolTip(tr("Save your version (Ctrl+Enter)"))
        self.cancel = button(tr("Cancel"), name=tr("Keep the answer as it is"))
        self.save.clicked.connect(self._on_save)
        self.cancel.clicked.connect(self.cancelled)
        foot = QHBoxLayout()
        foot.setSpacing(appearance.px(8))
        foot.addWidget(
            label(tr("Attune learns from what you change. The old version is kept."), "small", wrap=True), 1
        )
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(appearance.px(16), appearance.px(12), appearance.px(12), appearance.px(12))
        layout.setSpacing(appearance.px(12))
        layout.addWidget(self.entry)
        layout.addLayout(foot)
        self.entry.textChanged.connect(self._on_text)
        self._on_text()

    def set_waiting(self, waiting: bool) -> None:
        """Keep the text from being saved while an answer is written."""
        self._waiting = waiting
        tip = (
            tr("You can save this when the answer is complete.")
            if waiting
            else tr("Save your version (Ctrl+Enter)")
        )
        self.save.setToolTip(tip)
        self._on_text()

    def _on_text(self) -> None:
        text = self.entry.toPlainText().strip()
        self.save.setEnabled(bool(text) and text != self._before.strip() and not self._waiting)

    def _on_save(self) -> None:
        if self.save.isEnabled():
            self.saved.emit(self.entry.toPlainText().strip())


class _Source(QTextEdit):
    saved = Signal()
    cancelled = Signal()

    def __init__(self, text: str, appearance: Appearance) -> None:
        super().__init__()
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("The answer, to be edited"))
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(appearance.font(BODY))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPlainText(text)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window: it leaves the editor, and stops nothing."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+Enter, leave on Esc."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.saved.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        wanted = math.ceil(self.document().size().height())
        self.setFixedHeight(max(3 * line, min(wanted, MOST_LINES * line)) + 2)

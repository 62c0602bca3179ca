"""Where the user writes: grows with the text, Enter sends, Shift+Enter breaks the line; Stop while answering.

Knows nothing of conversations; its owner decides what a sent text becomes.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from app.chat.attachments import AttachmentBar, read_attachment, with_attachments
from app.chat.controls import IconButton, button, label
from app.language import tr
from app.render.theme import BODY
from app.user_messages import UsageError, explain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent

    from app.chat.attachments import Attachment
    from app.render.appearance import Appearance

MOST_LINES: Final = 10
_MODIFIERS: Final = (
    Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
)


class Composer(QWidget):
    """The entry field with its Send button, which is a Stop button while a reply streams."""

    submitted = Signal(str)
    edited = Signal(str, str)  # id of the question being edited, its new text
    stop_requested = Signal()
    refused = Signal(str)  # why a file can't go along
    changed = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._answering = False
        self._editing: str | None = None
        self._draft = ""
        self._draft_files: tuple[Attachment, ...] = ()
        self._history: Callable[[], Sequence[str]] = tuple
        self.enter_sends = True
        self._recalled = 0  # how far back; 0: what is shown was typed
        self.banner = QWidget()
        self._banner_text = label(tr("Editing your question. The old version is kept."), "small")
        self.cancel_edit = button(tr("Cancel"), "link", name=tr("Cancel editing"))
        self.cancel_edit.clicked.connect(self.end_edit)
        self.files = AttachmentBar(appearance)
        self.files.changed.connect(self._on_text)
        self._frame = QFrame()
        self._frame.setProperty("look", "composer")
        self.entry = _Entry(appearance, self._on_focus)
        self.entry.submitted.connect(self._on_submit)
        self.entry.recalled.connect(self._on_recalled)
        self.entry.files_given.connect(self.attach)
        self.entry.textChanged.connect(self._on_text)
        self.send = IconButton(
            appearance, "send", tr("Send"), role="on_accent", size=20, tip=tr("Send (Enter)")
        )
        self.send.setProperty("look", "send")
        self.send.clicked.connect(self._on_button)
        self.hint = label("", "caption")
        self.gauge = label("", "caption")
        self.gauge.setAlignment(Qt.AlignmentFlag.AlignRight)
        inner = QHBoxLayout(self._frame)
        inner.setContentsMargins(appearance.px(16), appearance.px(8), appearance.px(8), appearance.px(8))
        inner.setSpacing(appearance.px(8))
        inner.addWidget(self.entry, 1, Qt.AlignmentFlag.AlignVCenter)
        inner.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(appearance.px(8))
        banner = QHBoxLayout(self.banner)
        banner.setContentsMargins(appearance.px(16), 0, appearance.px(8), 0)
        banner.addWidget(self._banner_text, 1)
        banner.addWidget(self.cancel_edit)
        self.banner.hide()
        layout.addWidget(self.banner)
        layout.addWidget(self.files)
        layout.addWidget(self._frame)
        self._below = below = QHBoxLayout()
        below.setContentsMargins(appearance.px(16), 0, appearance.px(16), 0)
        below.addWidget(self.hint)
        below.addStretch(1)
        below.addWidget(self.gauge)
        layout.addLayout(below)
        self.setMaximumWidth(appearance.px(800))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance)
        self.set_enter_sends(True)
        self._on_text()

    def set_enter_sends(self, sends: bool) -> None:
        """Let Enter send and Shift+Enter break the line, or the other way round; Ctrl+Enter always sends."""
        self.enter_sends = self.entry.enter_sends = sends
        self.hint.setText(
            tr("Enter sends  ·  Shift + Enter breaks the line")
            if sends
            else tr("Shift + Enter sends  ·  Enter breaks the line")
        )
        self.set_answering(self._answering)

    @property
    def text(self) -> str:
        """What stands in the entry field."""
        return self.entry.toPlainText()

    @property
    def message(self) -> str:
        """What would be sent: the text with its attachments."""
        return with_attachments(self.text.strip(), self.files.attachments)

    def show_gauge(self, words: str, *, warn: bool) -> None:
        """Say how full the model's context is; ``warn`` where something will be left out."""
        self.gauge.setText(words)
        self.gauge.setAccessibleName(words)
        if self.gauge.property("look") != (look := "warning" if warn else "caption"):
            self.gauge.setProperty("look", look)
            self.gauge.style().unpolish(self.gauge)
            self.gauge.style().polish(self.gauge)
        self._fit_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the hint beside the gauge where there is room for both."""
        super().resizeEvent(event)
        self._fit_hint()

    def _fit_hint(self) -> None:
        margins = self._below.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 2 * self._below.spacing()
        needed = self.hint.sizeHint().width() + self.gauge.sizeHint().width()
        self.hint.setVisible(not self.gauge.text() or needed <= room)

    def set_text(self, text: str) -> None:
        """Put ``text`` into the entry field, cursor at its end."""
        self.entry.setPlainText(text)
        self.entry.moveCursor(self.entry.textCursor().MoveOperation.End)

    def offer_history(self, questions: Callable[[], Sequence[str]]) -> None:
        """Let Up in an empty field bring back earlier ``questions``, newest first, and Down go forward again."""
        self._history = questions

    @property
    def editing(self) -> bool:
        """Whether an earlier question is being edited."""
        return self._editing is not None

    @property
    def edited_id(self) -> str | None:
        """The earlier question that is being edited."""
        return self._editing

    @property
    def draft(self) -> str:
        """What is being written, the edit of an earlier question aside."""
        return self._draft if self.editing else self.text

    def begin_edit(self, message_id: str, text: str) -> None:
        """Let an earlier question be rewritten; what stood here comes back afterwards."""
        if not self.editing:
            self._draft, self._draft_files = self.text, self.files.attachments
            self.files.clear()
        self._editing = message_id
        self.banner.show()
        self.set_text(text)
        self.entry.setFocus()

    def end_edit(self) -> None:
        """Leave the earlier question as it is."""
        if self.editing:
            self._editing = None
            self.banner.hide()
            self.set_text(self._draft)
            self.files.clear()
            for attachment in self._draft_files:
                self.files.add(attachment)

    def set_answering(self, answering: bool) -> None:
        """Turn Send into Stop, or back."""
        self._answering = answering
        self.send.set_icon("stop" if answering else "send")
        keys = tr("Enter") if self.enter_sends else tr("Shift + Enter")
        self.send.rename(
            tr("Stop") if answering else tr("Send"),
            tr("Stop (Esc)") if answering else tr("Send ({keys})", keys=keys),
        )
        self._on_text()

    def attach(self, paths: Sequence[Path]) -> None:
        """Let text files go along with the question; say why where one can't."""
        for path in paths:
            try:
                self.files.add(read_attachment(path))
            except (UsageError, OSError) as error:
                self.refused.emit(" ".join(explain(error)))

    def _on_text(self) -> None:
        self.send.setEnabled(self._answering or bool(self.text.strip() or self.files.attachments))
        self.changed.emit()

    def _on_recalled(self, step: int) -> None:
        past = list(self._history())
        shown = past[-self._recalled] if 0 < self._recalled <= len(past) else ""
        if self.text != shown:
            return
        self._recalled = min(max(self._recalled + step, 0), len(past))
        self.set_text(past[-self._recalled] if self._recalled else "")

    def _on_button(self) -> None:
        if self._answering:
            self.stop_requested.emit()
        else:
            self._on_submit()

    def _on_submit(self) -> None:
        text = self.message
        if not text or self._answering:
            return
        self.files.clear()
        if self._editing:
            message_id = self._editing
            self.end_edit()
            self.edited.emit(message_id, text)
        else:
            self.entry.clear()
            self._recalled = 0
            self.submitted.emit(text)

    def _on_focus(self, focused: bool) -> None:
        self._frame.setProperty("focused", focused)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)

    def _on_appearance(self) -> None:
        self.setMaximumWidth(self._appearance.px(800))
        self.entry.fit()


class _Entry(QTextEdit):
    """Plain text only; as tall as its text, up to ``MOST_LINES``."""

    submitted = Signal()
    files_given = Signal(object)  # list of Path
    recalled = Signal(int)  # +1: further back, −1: forward

    def __init__(self, appearance: Appearance, on_focus: Callable[[bool], None]) -> None:
        super().__init__()
        self._appearance = appearance
        self._on_focus = on_focus
        self.enter_sends = True
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(tr("Ask anything"))
        self.setAccessibleName(tr("Message"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text."""
        self.document().setDefaultFont(self._appearance.font(BODY))
        line = self.fontMetrics().lineSpacing()
        wanted = math.ceil(self.document().size().height())
        most = MOST_LINES * line
        policies = Qt.ScrollBarPolicy
        bar = policies.ScrollBarAsNeeded if wanted > most else policies.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(bar)
        self.setFixedHeight(max(line, min(wanted, most)) + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send on Enter and break the line on Shift+Enter, or the other way round."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if shift != self.enter_sends or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.submitted.emit()
            else:
                self.insertPlainText("\n")
                self.ensureCursorVisible()
            return
        before = self.textCursor().position()
        super().keyPressEvent(event)
        arrow = (event.key() == Qt.Key.Key_Up) - (event.key() == Qt.Key.Key_Down)
        # Only where the arrow had nowhere to go in the text itself.
        if arrow and not event.modifiers() & _MODIFIERS and self.textCursor().position() == before:
            self.recalled.emit(arrow)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take files as attachments, everything else as plain text."""
        paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files_given.emit(paths)
        else:
            self.insertPlainText(source.text())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Accept files that are dropped, beside text."""
        return source.hasUrls() or source.hasText()

    def sizeHint(self) -> QSize:
        """Be as wide as there is room."""
        return QSize(super().sizeHint().width(), self.height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame as focused."""
        super().focusInEvent(event)
        self._on_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the frame as not focused."""
        super().focusOutEvent(event)
        self._on_focus(False)

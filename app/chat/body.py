"""The text of one reply: finished paragraphs as rendered markdown, the one being written as plain text.

Streamed text is taken in as it comes and shown at most 30 times a second. Knows nothing of who wrote it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chat.code_view import CodeView
from app.chat.text_view import TextView
from app.language import tr
from app.render.markdown import Block, Code, Prose, blocks, placed_blocks
from app.render.stream import open_code, split

if TYPE_CHECKING:
    from app.render.appearance import Appearance

FRAME_MS: Final = 34


class Body(QWidget):
    """Markdown as a column of prose and code views. ``shown`` is emitted after each repaint of streamed text."""

    shown = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._text = ""
        self._finished = 0  # characters whose paragraphs have ended
        self._settled = 0  # characters whose blocks can't change any more
        self._settled_blocks = 0
        self._blocks: list[Block] = []
        self._views: list[TextView | CodeView] = []
        self._tail_text = ""
        self._tail: TextView | CodeView | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(appearance.px(12))
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self.flush)

    @property
    def text(self) -> str:
        """The markdown given so far."""
        return self._text

    @property
    def texts(self) -> tuple[TextView, ...]:
        """Each view's text, from top to bottom."""
        views = [*self._views, *([self._tail] if self._tail else [])]
        return tuple(view.text if isinstance(view, CodeView) else view for view in views)

    @property
    def shown_text(self) -> str:
        """What can be read on screen: rendered where finished, as typed where still open."""
        return "\n".join(text.toPlainText() for text in self.texts)

    def show_text(self, text: str) -> None:
        """Show ``text`` as a whole, rendered."""
        self._frame.stop()
        self._text, self._finished = text, len(text)
        self._show_blocks(blocks(text), 0)
        self._show_tail("")
        self.shown.emit()

    def resume(self) -> None:
        """Let the text shown as a whole go on: its last paragraph is open again, and nothing moves before it."""
        self._finished = self._settled = self._settled_blocks = 0
        if not split(self._text)[0]:
            self._cut(0)  # all of it is open again
        self.flush()

    def append(self, text: str) -> None:
        """Take in streamed ``text``; it appears with the next frame."""
        self._text += text
        if not self._frame.isActive():
            self._frame.start()

    def restyle(self) -> None:
        """Take over the theme and zoom in force."""
        self._layout.setSpacing(self._appearance.px(12))
        for view, block in zip(self._views, self._blocks, strict=True):
            view.restyle()
            if isinstance(view, TextView) and isinstance(block, Prose):
                view.show_html(block.html)
        if self._tail:
            self._tail.restyle()

    def mark(self, term: str) -> int:
        """Highlight ``term`` in all prose and code; return the number of hits."""
        views = [view.text if isinstance(view, CodeView) else view for view in self._views]
        return sum(view.mark(term) for view in views)

    def flush(self) -> None:
        """Show now what was taken in; else it waits for the next frame."""
        # Both cuts lie where nothing is open, so what stands before them need not be read again.
        finished, tail = split(self._text[self._finished :])
        if finished:
            self._finished += len(finished)
            placed = placed_blocks(self._text[self._settled : self._finished])
            known = self._settled_blocks
            self._show_blocks(tuple(block for block, _ in placed), known)
            if placed:
                self._settled += placed[-1][1]
                self._settled_blocks = known + len(placed) - 1
        self._show_tail(tail)
        self.shown.emit()

    def _show_blocks(self, wanted: tuple[Block, ...], first: int) -> None:
        for index, block in enumerate(wanted, start=first):
            if index < len(self._blocks):
                if self._blocks[index] == block:
                    continue
                if type(self._blocks[index]) is type(block):
                    self._fill(self._views[index], block)
                    self._blocks[index] = block
                    continue
                self._cut(index)
            view = (
                CodeView(self._appearance)
                if isinstance(block, Code)
                else TextView(self._appearance, tr("Answer"))
            )
            self._fill(view, block)
            self._layout.insertWidget(index, view)
            view.show()
            self._views.append(view)
            self._blocks.append(block)
        self._cut(first + len(wanted))

    def _cut(self, length: int) -> None:
        for view in self._views[length:]:
            self._drop(view)
        del self._views[length:], self._blocks[length:]

    def _fill(self, view: TextView | CodeView, block: Block) -> None:
        if isinstance(view, CodeView) and isinstance(block, Code):
            view.show_code(block)
        elif isinstance(view, TextView) and isinstance(block, Prose):
            view.show_html(block.html)

    def _show_tail(self, tail: str) -> None:
        code = open_code(tail)
        kind = CodeView if code else TextView
        visible = tail if code else tail.lstrip("\n").rstrip()
        if self._tail and (not visible or not isinstance(self._tail, kind)):
            self._drop(self._tail)
            self._tail, self._tail_text = None, ""
        if not visible:
            return
        if self._tail is None:
            self._tail = CodeView(self._appearance) if code else TextView(self._appearance, tr("Answer"))
            self._layout.addWidget(self._tail)
            self._tail.show()
        if isinstance(self._tail, CodeView) and code:
            self._tail.show_code(code)
        elif isinstance(self._tail, TextView):
            if self._tail_text and visible.startswith(self._tail_text):
                self._tail.append_plain(visible[len(self._tail_text) :])
            else:
                self._tail.show_plain(visible)
        self._tail_text = visible

    def _drop(self, view: QWidget) -> None:
        self._layout.removeWidget(view)
        view.hide()
        view.deleteLater()

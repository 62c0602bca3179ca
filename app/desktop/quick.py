"""A small window over all others for one question and its answer, which is kept as a conversation like any other.

It asks the assistant through the window's ``Background``; who opens it, and what continuing means, it does not know.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.answers import Broke, Finished, Started, Text, Waiting
from app.chat.body import Body
from app.chat.composer import Composer
from app.chat.controls import IconButton, button, label
from app.chat.spoken import SpokenAnswer
from app.language import tr
from app.render.announce import announce
from app.render.markdown import plain
from app.user_messages import UsageError, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent

    from app.answers import AnswerEvent
    from app.assistant import Assistant
    from app.background import Background
    from app.render.appearance import Appearance

WIDTH: Final = 620
TALL: Final = 460


class QuickQuestion(QWidget):
    """Ask, read, and go on in the window, or close it with Esc and go on with what one was doing."""

    continued = Signal(str)  # conversation id
    ended = Signal(
        str, float
    )  # the conversation whose answer has just ended, however it did; the seconds it took
    created = Signal()  # there is a conversation more
    dismissed = Signal()

    def __init__(
        self,
        assistant: Assistant,
        background: Background,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(parent, flags)
        self.setWindowTitle(tr("Attune: quick question"))
        self.setAccessibleName(tr("Quick question"))
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._assistant = assistant
        self._background = background
        self._appearance = appearance
        self._conversation = ""
        self._text = ""
        self._spoken = SpokenAnswer()
        self._began = 0.0
        self._stopping = False
        self._asked = ""
        self.answering = False
        self._mark = QLabel()
        self.close_button = IconButton(appearance, "close", tr("Close"), size=16, tip=tr("Close (Esc)"))
        self.close_button.clicked.connect(self.dismiss)
        self.composer = Composer(appearance)
        self.composer.submitted.connect(self.ask)
        self.composer.stop_requested.connect(self.stop)
        self.composer.refused.connect(lambda reason: self._say(reason))
        self.status = label("", "small", wrap=True)
        self.body = Body(appearance)
        self.body.shown.connect(self._keep_end)
        inner = QWidget()
        inner.setProperty("look", "canvas")
        self._held = QVBoxLayout(inner)
        self._held.setContentsMargins(0, 0, appearance.px(8), 0)
        self._held.addWidget(self.body)
        self._held.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(tr("Answer"))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.copy = button(tr("Copy"))
        self.copy.clicked.connect(self._on_copy)
        self.go_on = button(tr("Continue in Attune"), "primary")
        self.go_on.clicked.connect(self._on_continue)
        self._foot = QWidget()
        self._lay_out()
        stop = QAction(tr("Stop or close"), self)
        stop.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        stop.triggered.connect(self._on_escape)
        self.addAction(stop)
        appearance.changed.connect(self._draw)
        self._draw()
        self._clear()

    def open(self) -> None:
        """Come to the front, ready for a question; an answer that still streams stays."""
        if not self.answering and self.isHidden():
            self._clear()
        if self.isHidden():
            self._place()
        self.show()
        self._fit()  # only what is shown knows the stylesheet's sizes
        self.raise_()
        self.activateWindow()
        self.composer.entry.setFocus()

    def ask(self, text: str) -> None:
        """Ask in a conversation of its own; the answer streams in below."""
        if self.answering:
            return
        self._clear()
        self._spoken = SpokenAnswer()
        self.answering = True
        self._stopping = False
        self._asked = text
        self._began = time.monotonic()
        self.composer.set_answering(True)
        self._say(tr("Thinking…"))
        announce(self, tr("Answering."))

        def events() -> Iterator[AnswerEvent]:
            if self._assistant.busy:  # else an empty conversation would be left
                raise UsageError(
                    tr("Another answer is still being written."), tr("Stop it, or wait until it is done.")
                )
            for event in self._assistant.answer(self._assistant.new_conversation().id, text):
                if self._stopping:  # wanted before there was anything to stop
                    self._stopping = False
                    self._assistant.stop()
                yield event

        self._background.iterate(events, self._on_event, self._on_broken, self._on_ended)

    def stop(self) -> None:
        """End the answer; what was said stays."""
        if self.answering:
            self._stopping = True
            self._assistant.stop()

    def dismiss(self) -> None:
        """Go away. An answer that streams is written to its end and found in its conversation."""
        self.hide()
        self.dismissed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Take the window system's Close for the button's."""
        super().closeEvent(event)
        self.dismissed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Ctrl+Enter continue in the window."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.go_on.isVisible():
            self.go_on.click()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let the window be dragged by its ground."""
        handle = self.windowHandle()
        if event.button() == Qt.MouseButton.LeftButton and handle:
            handle.startSystemMove()

    def _lay_out(self) -> None:
        px = self._appearance.px
        frame = QFrame()
        frame.setProperty("look", "quick")
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self._mark)
        head.addWidget(label(tr("Quick question"), "section"), 1)
        head.addWidget(self.close_button)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addStretch(1)
        foot.addWidget(self.copy)
        foot.addWidget(self.go_on)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(8))
        layout.addLayout(head)
        layout.addWidget(self.composer)
        layout.addWidget(self.status)
        layout.addWidget(self.area, 1)
        layout.addWidget(self._foot)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.addWidget(frame)

    def _clear(self) -> None:
        self._conversation = self._text = ""
        self.body.show_text("")
        self._say("")
        self.area.hide()
        self._foot.hide()
        self._fit()

    def _fit(self) -> None:
        px = self._appearance.px
        self._outer.activate()
        self.resize(px(WIDTH), px(TALL) if self.area.isVisibleTo(self) else self.minimumSizeHint().height())

    def _place(self) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        left = screen.left() + (screen.width() - self._appearance.px(WIDTH)) // 2
        self.move(QPoint(left, screen.top() + screen.height() // 5))

    def _say(self, text: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self._fit()

    def _on_event(self, event: AnswerEvent) -> None:
        match event:
            case Started(question=question):
                self._conversation = question.conversation_id
                self.created.emit()
            case Waiting(stage=stage):
                if not self._text:
                    self._say(f"{stage.rstrip('.…')}…")
            case Text(text=text):
                if not self._text:
                    self.area.show()
                    self._say("")
                self._text += text
                self.body.append(text)
                if paragraphs := self._spoken.feed(text):
                    announce(self, paragraphs)
            case Finished(turn=turn):
                self._text = turn.message.content
                self.area.setVisible(bool(self._text))
                self.body.show_text(self._text)
                self._say(tr("You stopped this answer here.") if turn.message.state == "stopped" else "")
                announce(self, self._spoken.end(self._text))
            case Broke():
                self._fail(event.user_message, event.next_step)

    def _on_broken(self, error: BaseException) -> None:
        self._fail(*explain(error))

    def _fail(self, sentence: str, next_step: str) -> None:
        if not self._conversation and not self.composer.message:  # it could not be asked
            self.composer.set_text(self._asked)
        self._say(f"{sentence} {next_step}")
        announce(self, f"{sentence} {next_step}")

    def _on_ended(self) -> None:
        self.answering = False
        self.composer.set_answering(False)
        self._foot.setVisible(bool(self._conversation))
        self.copy.setEnabled(bool(self._text))
        self._fit()
        self.ended.emit(self._conversation, time.monotonic() - self._began)

    def _on_escape(self) -> None:
        if self.answering:
            self.stop()
        else:
            self.dismiss()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(plain(self._text))
        self._say(tr("Copied."))

    def _on_continue(self) -> None:
        self.continued.emit(self._conversation)  # first: without a window Attune would end
        self.dismiss()

    def _keep_end(self) -> None:
        bar = self.area.verticalScrollBar()
        if self.answering and bar.value() >= bar.maximum() - self._appearance.px(48):
            self._held.activate()
            bar.setValue(bar.maximum())

    def _draw(self) -> None:
        self._mark.setPixmap(self._appearance.pixmap("attune", "accent", 18, 3.0))
        self.body.restyle()

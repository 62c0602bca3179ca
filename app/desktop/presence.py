"""Brings window, tray, quick question, notifications and other starts of Attune together.

Everything here is optional: without a tray or a socket the window works as ever.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.desktop.choices import read_choices, write_choices
from app.desktop.handover import server_name
from app.desktop.instance import Instance
from app.desktop.tray import Tray
from app.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.composition import Attune
    from app.desktop.choices import Choices
    from app.desktop.instance import Caller
    from app.desktop.questions import TerminalQuestion
    from app.desktop.quick import QuickQuestion
    from app.window import MainWindow

LONG_ANSWER: Final = 10.0
"""Seconds after which an answer's end is worth a notification: who waits that long looks elsewhere."""


class Presence(QObject):
    """Attune's place on the desktop, as long as its window lives. ``finished``: the program may end."""

    finished = Signal()

    def __init__(self, attune: Attune, window: MainWindow, *, has_tray: bool | None = None) -> None:
        super().__init__(window)
        self._attune = attune
        self._window = window
        self._quick: QuickQuestion | None = None
        self._questions: dict[TerminalQuestion, Caller] = {}
        self._told = False
        self.choices = read_choices(attune.store)
        self.tray: Tray | None = None
        if QSystemTrayIcon.isSystemTrayAvailable() if has_tray is None else has_tray:
            self.tray = self._make_tray()
        self.instance = Instance(server_name(attune.folder), self)
        self.instance.requested.connect(self._on_request)
        window.stays = lambda: self.tray is not None and self.choices.stay
        window.went_to_tray.connect(self._on_tray)
        window.quick_requested.connect(self.open_quick)
        window.closed.connect(self._on_closed)
        window.controller.answer_ended.connect(self._on_answer)

    @property
    def quick(self) -> QuickQuestion:
        """The quick question's window, made when it is first wanted."""
        if self._quick is None:
            from app.desktop.quick import QuickQuestion

            window = self._window
            self._quick = QuickQuestion(self._attune.assistant, window.background, window.appearance)
            self._quick.continued.connect(window.open_conversation)
            self._quick.created.connect(window.refresh_conversations)
            self._quick.ended.connect(self._on_quick_answer)
            self._quick.dismissed.connect(self._on_dismissed)
        return self._quick

    def open_quick(self) -> None:
        """Show the quick question."""
        self.quick.open()

    def _make_tray(self) -> Tray:
        tray = Tray(self._window.appearance, self.choices, self)
        tray.open_requested.connect(self._window.come_forward)
        tray.quick_requested.connect(self.open_quick)
        tray.new_requested.connect(self._on_new)
        tray.quit_requested.connect(self._window.quit)
        tray.chosen.connect(self._on_chosen)
        return tray

    def _on_new(self) -> None:
        self._window.come_forward()
        self._window.new_conversation()

    def _on_chosen(self, choices: Choices) -> None:
        self.choices = choices
        self._window.background.run(lambda: write_choices(self._attune.store, choices))

    def _on_tray(self) -> None:
        if self.tray and not self._told:
            self._told = True
            self.tray.say(
                tr("Attune is still here"), tr("Quit it from this icon’s menu."), self._window.come_forward
            )

    def _on_answer(self, conversation_id: str | None, seconds: float) -> None:
        window = self._window
        if seconds < LONG_ANSWER or not self.choices.notify or window.isActiveWindow():
            return
        QApplication.alert(window)
        if self.tray:
            # Without a word of it: notifications are read over shoulders and on lock screens.
            self.tray.say(
                "Attune", tr("Your answer is ready."), lambda: window.open_conversation(conversation_id or "")
            )

    def _on_quick_answer(self, conversation_id: str, seconds: float) -> None:
        self._window.controller.refresh(conversation_id)
        if self._quick and self._quick.isHidden():
            self._on_answer(conversation_id, seconds)
            self._on_dismissed()

    def _on_request(self, request: dict[str, Any], caller: Caller) -> None:
        if token := request.get("token"):
            # What a Wayland compositor wants to see before it lets a window come to the front.
            os.environ["XDG_ACTIVATION_TOKEN"] = str(token)
        match request.get("do"):
            case "open":
                self._window.come_forward()
            case "quick":
                self.open_quick()
            case "ask":
                self._answer(request, caller)
                return
        caller.answer({"heard": True})
        caller.end()

    def _answer(self, request: dict[str, Any], caller: Caller) -> None:
        from app.desktop.questions import TerminalQuestion

        question = TerminalQuestion(self._attune, request)
        self._questions[question] = caller

        def gone() -> None:
            self._questions.pop(question, None)
            question.stop()

        caller.gone.connect(gone)

        def ended() -> None:
            if self._questions.pop(question, None):
                caller.end()

        def events() -> Iterator[dict[str, Any]]:
            yield from question.answers()

        def answer(reply: dict[str, Any]) -> None:
            if question in self._questions:
                caller.answer(reply)

        self._window.background.iterate(events, answer, lambda _: None, ended)

    def _on_dismissed(self) -> None:
        writing = self._quick is not None and self._quick.answering  # it ends first
        if self._window.isHidden() and not self._window.stays() and not writing:
            self._window.quit()

    def _on_closed(self) -> None:
        for question, caller in list(self._questions.items()):
            question.stop()
            caller.end()
        self.instance.close()
        if self._quick:
            self._quick.stop()
            self._quick.hide()
            self._quick.deleteLater()
        if self.tray:
            self.tray.close()
        self.finished.emit()

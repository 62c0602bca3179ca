"""Between the page of privacy and what it shows and erases, off the GUI thread. Knows the window it belongs to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox
from shiboken6 import isValid

from app.kept import Keeping
from app.language import plural, tr
from app.panels.privacy_page import PrivacyPage
from memory.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from typing import TypeVar

    from app.kept import Network
    from app.panels.settings import SettingsDialog
    from app.window import MainWindow
    from memory.records import Conversation, Forgotten, Passage

    S = TypeVar("S")
    T = TypeVar("T")

log = logging.getLogger(__name__)


class PrivacyControl:
    """Wires one page of privacy; it lives as long as the page's connections."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._keeping = Keeping(window.attune)
        self._page = PrivacyPage(window.appearance)
        self._looking = False

    def page(self, dialog: SettingsDialog) -> PrivacyPage:
        """Return the page, wired; ``dialog`` closes where something else in the window is asked for."""
        page, window, keeping = self._page, self._window, self._keeping

        def leaving(act: Callable[[], object]) -> Callable[[], None]:
            def leave() -> None:
                dialog.accept()
                act()

            return leave

        page.look_requested.connect(self._look)
        page.about_requested.connect(
            lambda words: self._run(lambda: keeping.about(words), page.show_passages)
        )
        page.between_requested.connect(
            lambda start, end: self._run(lambda: keeping.between(start, end), page.show_passages)
        )
        page.forget_requested.connect(self._ask_passages)
        page.forget_between_requested.connect(self._ask_between)
        page.delete_copy_requested.connect(self._ask_copy)
        page.open_folder.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(window.attune.folder)))
        )
        page.export.clicked.connect(window.transfer.export_all)
        page.open_trash.clicked.connect(leaving(lambda: window.sidebar.go_to("trash")))
        page.everything.clicked.connect(leaving(window.ask_to_forget))
        page.temporary.clicked.connect(leaving(window.new_temporary))
        self._measure()
        return page

    def _run(
        self,
        call: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        def if_shown(act: Callable[[S], None]) -> Callable[[S], None]:
            return lambda result: act(result) if isValid(self._page) else None

        self._window.background.run(call, if_shown(done), failed and if_shown(failed))

    def _measure(self) -> None:
        self._run(self._keeping.kept, self._page.show_kept)

    def _look(self) -> None:
        def seen(network: Network) -> None:
            self._looking = False
            self._page.show_network(network)

        def failed(error: BaseException) -> None:
            self._looking = False
            log.warning("the connections can't be looked at: %r", error)
            self._page.say_unseen()

        if not self._looking:
            self._looking = True
            self._run(self._keeping.network, seen, failed)

    def _ask_passages(self, passages: tuple[Passage, ...]) -> None:
        self._ask(_question(len(passages)), lambda: self._forget(lambda: self._keeping.forget(passages)))

    def _ask_between(self, start: datetime, end: datetime, count: int) -> None:
        self._ask(
            _question(count) if count else tr("Forget what was rated then?"),
            lambda: self._forget(lambda: self._keeping.forget_between(start, end)),
        )

    def _ask_copy(self, path: Path) -> None:
        self._ask(
            tr("Delete {name}?", name=path.name),
            lambda: self._run(lambda: self._keeping.delete_copy(path), lambda _: self._measure()),
            tr("Delete for good"),
        )

    def _forget(self, call: Callable[[], Forgotten]) -> None:
        window = self._window
        open_id = window.controller.conversation_id if not window.controller.temporary else None
        window.controller.stop()

        def work() -> tuple[Forgotten, Conversation | None]:
            forgotten = call()
            try:
                return forgotten, window.attune.assistant.library.conversation(open_id or "")
            except NotFoundError:
                return forgotten, None

        def done(result: tuple[Forgotten, Conversation | None]) -> None:
            forgotten, conversation = result
            # What was open before and holds forgotten words is read anew, or left.
            if conversation and window.controller.conversation_id == open_id:
                window.controller.open(conversation)
            elif open_id and not conversation:
                window.controller.open_new()
                window.drafts.forget(open_id)
            window.toast.dismiss()
            window.refresh_conversations()
            window.refresh_preferences()
            if isValid(self._page):
                messages = plural("1 message", "{n} messages", forgotten.messages)
                self._page.show_forgotten(
                    tr("{messages} forgotten, with all they taught.", messages=messages)
                )
                self._measure()

        window.background.run(work, done)

    def _ask(self, question: str, act: Callable[[], None], yes: str = "") -> None:
        box = QMessageBox(self._page.window())
        box.setWindowTitle("Attune")
        box.setText(question)
        box.setInformativeText(tr("This can’t be undone."))
        agree = box.addButton(yes or tr("Forget for good"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        for part in box.buttons():
            part.setAccessibleName(part.text())
        agree.clicked.connect(act)
        box.finished.connect(box.deleteLater)
        box.open()


def _question(count: int) -> str:
    return plural(
        "Forget one question or note, and all that follows it?",
        "Forget {n} questions and notes, and all that follows them?",
        count,
    )

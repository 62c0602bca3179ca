"""Between the page of privacy and what it shows and erases, off the GUI thread. Knows the window it belongs to."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from shiboken6 import isValid

from app.explaining import CantTell
from app.kept import Keeping
from app.language import plural, tr
from app.panels.confirm import confirm
from app.panels.privacy_page import PrivacyPage
from memory.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeVar

    from app.explaining import Task
    from app.kept import Network
    from app.panels.settings import SettingsDialog
    from app.topics import Outcome
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
        self._page = PrivacyPage(window.appearance, lambda: datetime.now(UTC))
        self._looking = False
        self._task: Task | None = None
        self._asked = 0  # how often something was looked for, or no longer

    def page(self, dialog: SettingsDialog) -> PrivacyPage:
        """Return the page, wired; ``dialog`` closes where something else in the window is asked for."""
        page, window, keeping = self._page, self._window, self._keeping

        def leaving(act: Callable[[], object]) -> Callable[[], None]:
            def leave() -> None:
                dialog.accept()
                act()

            return leave

        page.look_requested.connect(self._look)
        page.about_requested.connect(self._find)
        page.cleared.connect(self._give_up)
        dialog.finished.connect(self._give_up)
        page.between_requested.connect(
            lambda start, end: self._run(
                lambda: keeping.between(start, end), self._if_still_asked(page.show_passages)
            )
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

    def _find(self, words: str) -> None:
        """Show at once what holds the words; what is about them in others takes the embedder, which may be loading."""
        page, post = self._page, self._window.background.post

        def show(outcome: Outcome) -> None:
            if isinstance(outcome, CantTell):
                page.say_only_words(outcome)
            else:
                page.show_passages(outcome)
                page.say_all_found(outcome)

        def say_so_far(so_far: tuple[int, int]) -> None:
            page.say_searching(*so_far)

        def begin(found: tuple[Passage, ...]) -> None:
            page.show_passages(found)
            page.say_searching()
            self._task = self._window.attune.assistant.topics.find(
                words,
                lambda done, of: post(searching, (done, of)),
                lambda outcome: post(all_found, outcome),
            )

        searching = self._if_still_asked(say_so_far)
        all_found = self._if_still_asked(show)
        self._run(lambda: self._keeping.about(words), self._if_still_asked(begin))

    def _if_still_asked(self, show: Callable[[T], None]) -> Callable[[T], None]:
        """Return ``show`` for an answer to what is asked now: nothing happens once something else was asked."""
        asked = self._asked
        return lambda value: show(value) if asked == self._asked and isValid(self._page) else None

    def _give_up(self) -> None:
        self._asked += 1
        if self._task:
            self._task.cancel()
            self._task = None

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
        # An answer being written may belong to what goes, so it ends first.
        self._window.controller.when_ended(lambda: self._forget_now(call))

    def _forget_now(self, call: Callable[[], Forgotten]) -> None:
        window = self._window
        open_id = window.controller.conversation_id if not window.controller.temporary else None

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
                self._page.show_forgotten(_said(forgotten))
                self._measure()

        window.background.run(work, done)

    def _ask(self, question: str, act: Callable[[], None], yes: str = "") -> None:
        confirm(self._page, question, tr("This can’t be undone."), yes or tr("Forget for good"), act)


def _question(count: int) -> str:
    return plural(
        "Forget one entry, and all that follows it?",
        "Forget {n} entries, and all that follows them?",
        count,
    )


def _said(forgotten: Forgotten) -> str:
    parts = (
        plural("1 message", "{n} messages", forgotten.messages),
        plural("1 rating", "{n} ratings", forgotten.ratings),
        plural("1 word of yours", "{n} words of yours", forgotten.statements),
    )
    counted = (forgotten.messages, forgotten.ratings, forgotten.statements)
    what = ", ".join(part for part, count in zip(parts, counted, strict=True) if count)
    return tr("Forgotten: {what}.", what=what) if what else tr("There was nothing left to forget.")

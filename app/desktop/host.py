"""Keeps the one window of this process, and puts another in its place where the user goes to another profile.

Nothing of one profile reaches the other: memory, engine and widgets are all made anew. The new memory is open before
the old one closes; where it can't be opened, everything stays as it is.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.composition import build
from app.desktop.choices import read_choices, write_choices
from app.desktop.presence import Presence
from app.language import mark, tr
from app.panels.profile_menu import ProfileMenu
from app.profiles import Profiles
from app.shortcuts import read_chosen, write_chosen
from app.user_messages import explain
from app.window_state import WindowState, read_state, write_state
from memory.errors import DatabaseLockedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.composition import Attune
    from app.profiles import Profile
    from app.settings import Settings
    from app.window import MainWindow

log = logging.getLogger(__name__)
FIRST_RUN_KEY: Final = "first_run_seen"
_OPEN_ELSEWHERE: Final = mark("Close that window first, or go on here.")


class Host(QObject):
    """``finished``: the program may end; call ``close`` then, which closes whatever is open.

    ``build`` makes the core of another profile, ``make_window`` a window over one.
    """

    finished = Signal()

    def __init__(
        self,
        attune: Attune,
        make_window: Callable[[Attune], MainWindow],
        *,
        build: Callable[[Settings], Attune] = build,
        has_tray: bool | None = None,
    ) -> None:
        super().__init__()
        self._make_window, self._build, self._has_tray = make_window, build, has_tray
        self._made: Attune | None = None  # by a switch; not shown yet, where the program ends in between
        self._closing: threading.Thread | None = None
        self._remove: Profile | None = None
        self._switching = self._replacing = self._greets = False
        self.profiles = Profiles(attune.settings.data_dir)
        self.attune: Attune
        self._open(attune)

    @property
    def profile(self) -> Profile:
        """The profile that is open."""
        return self.attune.profile or self.profiles.all()[0]

    def report(self, sentence: str, next_step: str) -> None:
        """Say a sentence in the window that is open; may be called from any thread."""
        self.window.report(sentence, next_step)

    def quit(self) -> None:
        """Close the window for good."""
        self.window.quit()

    def greet(self) -> None:
        """Show the first run where nothing was ever asked and it was never seen; from now on in each profile."""
        self._greets = True
        store = self.attune.store

        def is_due() -> bool:
            return store.call(
                lambda memory: memory.setting(FIRST_RUN_KEY) is None and not memory.has_conversations()
            )

        window = self.window
        window.background.run(is_due, lambda due: window.show_first_run() if due else None)

    def switch(self, profile: Profile, *, remove: bool = False) -> None:
        """Open ``profile`` in place of the one that is open; ``remove`` forgets that one once it is closed.

        Does nothing while another switch is under way.
        """
        if self._switching or profile.id == self.profile.id:
            return
        self._switching = True
        leaving = self.profile
        settings = self.attune.settings.model_copy(update={"profile": profile.name})
        look = self.window.appearance
        state = WindowState(
            sidebar=not self.window.sidebar.isHidden(),
            preferences=self.window.preferences_shown,
            theme=look.choice,
            zoom=look.zoom,
            motion=look.motion,
            enter_sends=self.window.chat.composer.enter_sends,
            language=self.window.language,
        )
        here = self.attune.store

        def make() -> Attune:
            self._join()
            try:
                attune = self._build(settings)
            except DatabaseLockedError as error:
                raise DatabaseLockedError(
                    str(error),
                    user_message=tr("“{name}” is open in another window.", name=profile.name),
                    next_step=tr(_OPEN_ELSEWHERE),
                ) from error
            try:
                # A new profile looks and works as the one it was made in.
                if read_state(attune.store) == WindowState():
                    write_state(attune.store, state)
                    write_chosen(attune.store, read_chosen(here))
                    write_choices(attune.store, read_choices(here))
            except BaseException:
                attune.close()  # or its memory could not be opened again
                raise
            self._made = attune
            return attune

        def failed(error: BaseException) -> None:
            self._switching = False
            log.warning("another profile can't be opened: %r", error)
            self.report(*explain(error))

        self._remove = leaving if remove else None
        self.window.background.run(make, self._change, failed)

    def close(self) -> None:
        """Wait for what still closes, and close what is open."""
        self._join()
        for attune in (self._made, self.attune):
            if attune:
                attune.close()

    def renamed(self, profile: Profile) -> None:
        """Take over a new name of the open profile."""
        if profile.id == self.profile.id:
            self.attune = replace(self.attune, profile=profile)

    def _open(self, attune: Attune) -> None:
        self.attune = attune
        self.window = self._make_window(attune)
        self.presence = Presence(attune, self.window, has_tray=self._has_tray)
        self.presence.finished.connect(self._on_finished)
        self.menu = ProfileMenu(self, self.window)

    def _change(self, attune: Attune) -> None:
        old_window, old, remove = self.window, self.attune, self._remove
        geometry = old_window.saveGeometry()
        self._replacing = True
        old_window.quit()
        self._replacing = False
        self._open(attune)
        self._switching = False
        self.window.background.run(lambda: self.profiles.remember(self.profile))
        self.window.restoreGeometry(geometry)
        self.window.show()
        self.window.activateWindow()
        if self._greets:
            self.greet()
        old_window.deleteLater()

        def close() -> None:
            # One after the other: two models at once may be more than the computer has room for.
            old.close()
            if remove:
                self.profiles.remove(remove, clock=lambda: datetime.now(UTC))
            attune.assistant.warm_up()

        self._closing = threading.Thread(target=close, name="attune-profile-closing", daemon=True)
        self._closing.start()

    def _on_finished(self) -> None:
        # During a switch too: where its window is closed, nobody is left whom the other profile could be shown to.
        if not self._replacing:
            self.finished.emit()

    def _join(self) -> None:
        if self._closing:
            self._closing.join()
            self._closing = None

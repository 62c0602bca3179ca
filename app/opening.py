"""From a running core to a window and back: its event loop, what waits until it can be used, a start refused.

Knows no part of the window.
"""

from __future__ import annotations

import gc
import importlib
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app import crash
from app.desktop.host import Host
from app.interrupt import closing_on_interrupt
from app.render.appearance import Appearance
from app.render.translation import install
from app.user_messages import explain
from app.window import MainWindow
from app.window_state import read_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.background import Background
    from app.composition import Attune

SHOWN_MS: Final = 50
STARTED_MS: Final = 3000


def run(attune: Attune, *, quick: bool = False, opened: Callable[[MainWindow], None] = lambda _: None) -> int:
    """Open the window and return the exit code once it is closed, and all behind it.

    With ``quick``, only the quick question is shown at first. ``opened`` is called when the window is there.
    """
    application = prepared_application()
    install(application, read_state(attune.store).language)
    application.setQuitOnLastWindowClosed(False)  # closing may only hide; ``Presence`` says when it is over
    appearance = Appearance(application)
    host = Host(attune, lambda core: MainWindow(core, appearance))
    host.finished.connect(application.quit)
    with crash.reported(host.report), closing_on_interrupt(host.quit), closing(host):
        if quick:
            host.presence.open_quick()
        else:
            host.window.show()
            QTimer.singleShot(0, host.greet)
        QTimer.singleShot(0, lambda: opened(host.window))
        QTimer.singleShot(0, lambda: _get_ready_later(attune, host.window.background))
        QTimer.singleShot(STARTED_MS, _collect_garbage)
        return application.exec()


def _get_ready_later(attune: Attune, background: Background) -> None:
    # The engine takes a processor for itself while it loads: not before the window can be used.
    def get_ready() -> None:
        background.run(attune.assistant.warm_up)
        background.run(_read_ahead)

    def shown() -> None:
        QTimer.singleShot(SHOWN_MS, get_ready)

    if background.pending:
        background.idle.connect(shown, Qt.ConnectionType.SingleShotConnection)
    else:
        shown()


def _read_ahead() -> None:
    # What no start needs but the first answer and the first look at the preferences do.
    for name in ("app.panels.preferences_control", "app.render.highlight", "markdown_it"):
        importlib.import_module(name)


def _collect_garbage() -> None:
    # What the start made stays as long as the window: looking through it again would only stall the event loop.
    gc.freeze()
    gc.enable()


def refuse(error: BaseException) -> None:
    """Say in a dialog what keeps Attune from starting: who clicked an icon sees no terminal.

    Does nothing on a platform without a screen, where nobody could close it.
    """
    prepared_application()
    if QApplication.platformName() not in ("offscreen", "minimal", "vnc"):
        QMessageBox.critical(None, "Attune", "\n\n".join(explain(error)))


def prepared_application() -> QApplication:
    """Return this process's application, made where there is none, under Attune's name."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Attune")
    application.setApplicationDisplayName("Attune")
    application.setDesktopFileName("attune")
    return application

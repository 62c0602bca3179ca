"""A whole window over the real memory and a fake engine; a test fails on a Qt warning and on what it leaves behind."""

from __future__ import annotations

import multiprocessing
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from app.chat.message import ReplyMessage
from app.composition import Attune, build
from app.render.appearance import Appearance
from app.settings import Settings
from app.window import MainWindow
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from memory.store import Store

WAIT = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make Qt's warnings fail every test of the window."""
    for item in items:
        if "/window/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            # Said by Qt's offscreen platform alone, which has neither a window manager to ask nor a tray.
            unsupported = ("This plugin does not support", "systemTrayWindowChanged")
            item.add_marker(pytest.mark.qt_log_ignore(*unsupported, extend=True))


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a thread, a running timer, a window or a child process."""
    # Else the first window that a test closes would end the event loops of all later ones.
    qapp.setQuitOnLastWindowClosed(False)
    before = set(threading.enumerate())
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    threads = [t.name for t in threading.enumerate() if t not in before and t.is_alive()]
    timers = [t for t in qapp.findChildren(QTimer) if t.isActive()]
    windows = [w for w in qapp.topLevelWidgets() if w.isVisible()]
    assert not threads
    assert not timers
    assert not windows
    assert not multiprocessing.active_children()


@dataclass
class Desk:
    """The window and what stands behind it, with the gestures of a user."""

    bot: QtBot
    window: MainWindow
    attune: Attune
    engine: FakeEngineClient

    def type_and_send(self, text: str) -> None:
        """Write into the composer and press Enter."""
        entry = self.window.chat.composer.entry
        self.bot.mouseClick(entry.viewport(), Qt.MouseButton.LeftButton)
        self.bot.keyClicks(entry, text)
        self.bot.keyClick(entry, Qt.Key.Key_Return)

    def ask(self, text: str) -> ReplyMessage:
        """Ask and wait until the answer is complete."""
        self.type_and_send(text)
        self.bot.waitUntil(lambda: not self.window.controller.answering, timeout=WAIT)
        return self.last_reply()

    def last_reply(self) -> ReplyMessage:
        """Return the widget of the newest reply."""
        transcript = self.window.chat.transcript
        reply = transcript.widget_of(transcript.turns[-1].message.id)
        assert isinstance(reply, ReplyMessage)
        return reply

    def click(self, widget: QObject) -> None:
        """Press a button with the mouse, once it stands where it will be seen."""
        self.bot.wait(5)
        assert widget.isVisible(), widget.accessibleName()
        assert widget.isEnabled(), widget.accessibleName()
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton)

    @contextmanager
    def memory_held(self) -> Iterator[None]:
        """Within the block, let the memory answer nobody."""
        held, free = threading.Event(), threading.Event()

        def hold(_: Store) -> None:
            held.set()
            free.wait(10)

        holding = threading.Thread(target=lambda: self.attune.store.call(hold))
        holding.start()
        assert held.wait(10)
        try:
            yield
        finally:
            free.set()
            holding.join()

    def settle(self) -> None:
        """Wait until everything asked of the assistant has been delivered."""
        background = self.window.background
        self.bot.waitUntil(lambda: background.pending == 0, timeout=WAIT)
        assert self.attune.assistant.settle(10)
        self.bot.wait(20)
        self.bot.waitUntil(lambda: background.pending == 0, timeout=WAIT)


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp, "light")
    yield made
    made.deleteLater()


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Desk]:
    yield from open_desk(qtbot, appearance, tmp_path)


def open_desk(qtbot: QtBot, appearance: Appearance, data_dir: Path) -> Iterator[Desk]:
    """Open a window on ``data_dir``; close it, and all behind it, at the end."""
    engine = FakeEngineClient(heads=(str(data_dir / "heads"),))
    attune = build(Settings(data_dir=data_dir), engine=engine)
    window = MainWindow(attune, appearance)
    window.show()
    desk = Desk(qtbot, window, attune, engine)
    desk.settle()
    yield desk
    window.close()
    attune.close()
    window.deleteLater()

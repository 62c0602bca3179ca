"""The sidebar: opening, renaming, deleting with Undo, filtering; and what the window remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit

from app.opening import run
from app.panels.conversation_rows import ID_ROLE
from app.window import MainWindow
from memory.database import DATABASE_NAME
from memory.errors import DatabaseDamagedError
from tests.app.window.conftest import WAIT, open_desk

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.render.appearance import Appearance
    from tests.app.window.conftest import Desk


def _titles(desk: Desk) -> list[str]:
    model = desk.window.sidebar.list.model()
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    return [row.data() for row in rows if row.data(ID_ROLE)]


def _click_title(desk: Desk, title: str) -> None:
    view = desk.window.sidebar.list
    model = view.model()
    index = next(model.index(r, 0) for r in range(model.rowCount()) if model.index(r, 0).data() == title)
    view.scrollTo(index)
    desk.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.ask("first question")
    desk.click(desk.window.sidebar.new)
    desk.ask("second question")
    desk.settle()
    return desk


def test_a_click_opens_a_conversation(two: Desk) -> None:
    assert _titles(two) == ["second question", "first question"]
    _click_title(two, "first question")
    two.bot.waitUntil(lambda: two.window.chat.title.text() == "first question", timeout=WAIT)
    two.settle()
    assert two.window.chat.transcript.turns[0].message.content == "first question"


def test_a_title_is_edited_in_the_header(two: Desk) -> None:
    title = two.window.chat.title
    two.bot.mouseClick(title, Qt.MouseButton.LeftButton)
    title.selectAll()
    two.bot.keyClicks(title, "A better name")
    two.bot.keyClick(title, Qt.Key.Key_Return)
    two.bot.waitUntil(lambda: "A better name" in _titles(two), timeout=WAIT)


def test_a_title_is_edited_in_its_row_with_f2(two: Desk) -> None:
    _click_title(two, "first question")
    two.settle()
    two.bot.keyClick(two.window.sidebar.list, Qt.Key.Key_F2)
    editor = two.window.sidebar.list.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    two.bot.keyClicks(editor, "Renamed")
    two.bot.keyClick(editor, Qt.Key.Key_Return)
    two.bot.waitUntil(lambda: "Renamed" in _titles(two), timeout=WAIT)
    two.settle()
    assert two.window.chat.title.text() == "Renamed"


def test_a_deleted_conversation_comes_back_with_undo(two: Desk) -> None:
    deleted = two.window.controller.conversation_id
    two.window.sidebar.delete_requested.emit(deleted)
    two.bot.waitUntil(lambda: _titles(two) == ["first question"], timeout=WAIT)
    assert two.window.chat.empty.isVisible()
    two.click(two.window.toast.action)
    two.settle()
    assert _titles(two) == ["second question", "first question"]
    assert two.window.chat.title.text() == "second question"
    assert two.attune.assistant.counts().conversations == 2


def test_a_damaged_memory_is_said_and_the_window_works(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"not a database" * 100)
    opened = open_desk(qtbot, appearance, tmp_path)
    desk = next(opened)
    desk.bot.waitUntil(lambda: DatabaseDamagedError.next_step in desk.window.toast.text.text())
    assert desk.ask("does it work?").turn.message.state == "complete"
    desk.window.toast.dismiss()
    assert next(opened, None) is None


def test_run_shows_the_window_until_it_is_closed(desk: Desk) -> None:
    def close() -> None:
        (opened,) = (
            w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w is not desk.window
        )
        assert opened.isVisible()
        opened.close()
        opened.deleteLater()
        QApplication.quit()

    QTimer.singleShot(100, close)
    assert run(desk.attune) == 0


def test_the_window_comes_back_as_it_was_left(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> None:
    first = open_desk(qtbot, appearance, tmp_path)
    desk = next(first)
    desk.ask("remember me")
    desk.click(desk.window.sidebar.new)
    desk.bot.keyClicks(desk.window.chat.composer.entry, "a draft")
    desk.click(desk.window.chat.preferences_button)
    desk.click(desk.window.chat.sidebar_button)
    desk.window.set_theme("dark")
    desk.bot.wait(20)
    desk.window.resize(760, 640)
    assert next(first, None) is None
    appearance.choose("light")
    second = open_desk(qtbot, appearance, tmp_path)
    desk = next(second)
    assert desk.window.preferences.isVisible()
    assert not desk.window.sidebar.isVisible()
    assert appearance.theme.name == "dark"
    assert (desk.window.width(), desk.window.height()) == (760, 640)
    assert _titles(desk) == ["remember me"]
    assert desk.window.chat.composer.text == "a draft"
    assert next(second, None) is None

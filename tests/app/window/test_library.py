"""Search, folders, pins, archive, trash and temporary chats, by real clicks and keys."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from shiboken6 import isValid

from app.library import Library
from app.panels.conversation_rows import ID_ROLE, MIME, ROW_ROLE
from app.panels.search_palette import SearchPalette
from app.window_state import read_state
from tests.app.window.conftest import WAIT
from tests.memory.test_forgetting import found_in

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QAction

    from memory.records import Found
    from tests.app.window.conftest import Desk

SECRET = "xyzzybadgerplugh"


def rows(desk: Desk) -> list[tuple[str, str]]:
    model = desk.window.sidebar.list.model()
    found = [model.index(number, 0).data(ROW_ROLE) for number in range(model.rowCount())]
    return [(row.kind, row.text) for row in found]


def titles(desk: Desk) -> list[str]:
    return [text for kind, text in rows(desk) if kind == "conversation"]


def point_of(desk: Desk, text: str) -> QPoint:
    view = desk.window.sidebar.list
    model = view.model()
    index = next(model.index(n, 0) for n in range(model.rowCount()) if model.index(n, 0).data() == text)
    view.scrollTo(index)
    return view.visualRect(index).center()


def click_row(desk: Desk, text: str) -> None:
    view = desk.window.sidebar.list
    desk.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(desk, text))
    desk.settle()


def choose(desk: Desk, row: str, *path: str) -> None:
    """Open the context menu of a row and click through it."""
    sidebar = desk.window.sidebar
    sidebar.list.customContextMenuRequested.emit(point_of(desk, row))
    menu = sidebar.menu.current
    assert menu is not None
    for step in path:
        action: QAction = next(a for a in menu.actions() if a.text() == step)
        assert action.isEnabled()
        if action.menu():
            menu.setActiveAction(action)
            menu = action.menu()
            menu.popup(menu.pos())
        else:
            desk.bot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    sidebar.menu.current.close()
    desk.settle()


def press(desk: Desk, keys: str) -> None:
    # Without a window manager, nothing gives the keyboard back to the window when a menu or a dialog closes.
    desk.bot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    desk.window.activateWindow()
    desk.bot.waitUntil(desk.window.isActiveWindow)
    QTest.keySequence(desk.window, QKeySequence(keys))
    desk.settle()


@pytest.fixture
def three(desk: Desk) -> Desk:
    desk.engine.behaviour.replies |= {
        "tomato soup please": "Roast the tomatoes first, then blend them.",
        "prune the roses": "Cut **above an outward bud** in late winter.",
        "jazz in Paris": "Try a small cellar near the river.",
    }
    for question in ("tomato soup please", "prune the roses", "jazz in Paris"):
        press(desk, "Ctrl+N")
        desk.ask(question)
    desk.settle()
    # Typed keys can't carry an accent.
    desk.attune.assistant.rename(desk.window.controller.conversation_id, "jazz café in Paris")
    desk.window.refresh_conversations()
    desk.settle()
    return desk


def palette(desk: Desk, query: str) -> SearchPalette:
    press(desk, "Ctrl+K")
    opened = desk.window.findChildren(SearchPalette)[-1]
    desk.bot.keyClicks(opened.field, query)
    desk.bot.waitUntil(lambda: not opened._pause.isActive() and desk.window.background.pending == 0)
    return opened


def test_a_search_opens_the_message_with_its_words_marked(three: Desk) -> None:
    opened = palette(three, "outward")
    assert [line.text for line in opened.lines] == [
        "prune the roses",
        "Attune: Cut above an outward bud in late winter.",
    ]
    assert [piece for piece, hit in opened.lines[1].pieces if hit] == ["outward"]
    assert opened.list.currentIndex().row() == 1
    three.bot.keyClick(opened.field, Qt.Key.Key_Up)
    three.bot.keyClick(opened.field, Qt.Key.Key_Down)
    three.bot.keyClick(opened.field, Qt.Key.Key_Return)
    three.settle()
    chat = three.window.chat
    assert chat.title.text() == "prune the roses"
    assert chat.find_bar.isVisible()
    assert chat.find_bar.field.text() == "outward"
    assert three.last_reply().mark("outward") == 1
    assert not three.window.findChildren(SearchPalette) or not opened.isVisible()


def test_a_search_that_is_left_before_it_ends_shows_nothing(three: Desk) -> None:
    go_on = threading.Event()
    press(three, "Ctrl+K")
    opened = three.window.findChildren(SearchPalette)[-1]
    three.window.background.run(lambda: go_on.wait(10))
    three.bot.keyClicks(opened.field, "outward")
    three.bot.waitUntil(lambda: three.window.background.pending == 2, timeout=WAIT)
    three.bot.keyClick(opened.field, Qt.Key.Key_Return)
    three.bot.keyClick(opened.field, Qt.Key.Key_Escape)
    three.bot.waitUntil(lambda: not isValid(opened), timeout=WAIT)
    go_on.set()  # what is delivered now would be raised by pytest-qt
    three.settle()


def test_a_search_finds_titles_without_accents_and_says_when_nothing_is_found(three: Desk) -> None:
    opened = palette(three, "cafe")
    assert opened.lines[0].text == "jazz café in Paris"
    three.bot.mouseClick(
        opened.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=opened.list.visualRect(opened.list.model().index(0, 0)).center(),
    )
    three.settle()
    assert three.window.chat.title.text() == "jazz café in Paris"
    opened = palette(three, 'nothing like" (it*')
    assert opened.nothing.text() == 'Nothing was found for “nothing like" (it*”.'
    three.bot.keyClick(opened.field, Qt.Key.Key_Return)
    three.settle()
    assert opened.isVisible()
    three.bot.keyClick(opened.field, Qt.Key.Key_Escape)
    assert not opened.isVisible()


def test_a_screen_reader_hears_how_much_a_search_found(three: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("app.panels.search_palette.announce", lambda _, text: said.append(text))
    opened = palette(three, "zzzz")
    three.bot.waitUntil(lambda: said[-1:] == ["Nothing was found for “zzzz”."], timeout=WAIT)
    opened.field.clear()
    three.bot.keyClicks(opened.field, "outward")
    three.bot.waitUntil(lambda: said[-1] == "2 places found", timeout=WAIT)
    three.bot.keyClick(opened.field, Qt.Key.Key_Escape)


def test_a_search_overtaken_by_more_typing_is_left_out(three: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    search = Library.search

    def note(self: Library, query: str) -> tuple[Found, ...]:
        searched.append(query)
        return search(self, query)

    monkeypatch.setattr(Library, "search", note)
    opened, busy = palette(three, ""), threading.Event()
    three.window.background.run(lambda: busy.wait(WAIT / 1000))
    for more, waiting in (("out", 2), ("ward", 3)):
        three.bot.keyClicks(opened.field, more)
        three.bot.waitUntil(lambda n=waiting: three.window.background.pending == n, timeout=WAIT)  # type: ignore[misc]
    busy.set()
    three.bot.waitUntil(lambda: three.window.background.pending == 0, timeout=WAIT)
    assert searched == ["outward"]
    assert opened.lines[1].text.startswith("Attune: Cut above an outward bud")
    three.bot.keyClick(opened.field, Qt.Key.Key_Escape)


def test_without_words_the_latest_conversations_are_offered(three: Desk) -> None:
    opened = palette(three, "")
    assert [line.text for line in opened.lines] == titles(three)
    three.bot.keyClick(opened.field, Qt.Key.Key_Escape)


def test_a_pinned_conversation_stands_first(three: Desk) -> None:
    choose(three, "tomato soup please", "Pin")
    assert rows(three)[:3] == [
        ("heading", "Pinned"),
        ("conversation", "tomato soup please"),
        ("heading", "Today"),
    ]
    click_row(three, "tomato soup please")
    press(three, "Ctrl+Shift+T")
    assert rows(three)[0] == ("heading", "Today")


def test_a_folder_is_made_named_filled_closed_and_removed(three: Desk) -> None:
    sidebar = three.window.sidebar
    choose(three, "prune the roses", "Move to folder", "New folder…")
    editor = sidebar.list.findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName() == "Name of the folder"
    editor.selectAll()
    three.bot.keyClicks(editor, "Garden")
    three.bot.keyClick(editor, Qt.Key.Key_Return)
    three.settle()
    assert rows(three)[:3] == [
        ("heading", "Folders"),
        ("folder", "Garden"),
        ("conversation", "prune the roses"),
    ]
    choose(three, "tomato soup please", "Move to folder", "Garden")
    assert titles(three)[:2] == ["prune the roses", "tomato soup please"]
    click_row(three, "Garden")
    assert titles(three) == ["jazz café in Paris"]
    three.bot.keyClick(sidebar.list, Qt.Key.Key_Right)
    three.settle()
    assert len(titles(three)) == 3
    three.bot.keyClick(sidebar.list, Qt.Key.Key_Left)
    three.settle()
    assert len(titles(three)) == 1
    choose(three, "Garden", "Delete folder, keep conversations")
    assert rows(three)[0] == ("heading", "Today")
    assert len(titles(three)) == 3


def test_a_conversation_is_dragged_into_a_folder_and_out_again(three: Desk) -> None:
    sidebar = three.window.sidebar
    folder = three.attune.assistant.library.create_folder("Music")
    three.window.refresh_conversations()
    three.settle()
    model = sidebar.list.model()

    def index(text: str):  # type: ignore[no-untyped-def]
        return next(model.index(n, 0) for n in range(model.rowCount()) if model.index(n, 0).data() == text)

    dragged = index("jazz café in Paris")
    data = model.mimeData([dragged])
    assert data.formats() == [MIME]
    assert model.canDropMimeData(data, Qt.DropAction.MoveAction, -1, -1, index("Music"))
    model.dropMimeData(data, Qt.DropAction.MoveAction, -1, -1, index("Music"))
    three.settle()
    moved = sidebar.conversations[dragged.data(ID_ROLE) or index("jazz café in Paris").data(ID_ROLE)]
    assert {c.title: c.folder_id for c in sidebar.conversations.values()}["jazz café in Paris"] == folder.id
    assert moved is not None
    data = model.mimeData([index("jazz café in Paris")])
    model.dropMimeData(data, Qt.DropAction.MoveAction, -1, -1, index("tomato soup please"))
    three.settle()
    assert {c.folder_id for c in sidebar.conversations.values()} == {None}


def test_the_archive_keeps_conversations_out_of_the_way(three: Desk) -> None:
    sidebar = three.window.sidebar
    choose(three, "prune the roses", "Archive")
    assert "prune the roses" not in titles(three)
    three.click(sidebar.archive)
    three.settle()
    assert titles(three) == ["prune the roses"]
    assert sidebar.heading.text() == "Archive"
    assert palette(three, "roses").lines[0].conversation.archived
    three.bot.keyClick(three.window.findChildren(SearchPalette)[-1].field, Qt.Key.Key_Escape)
    click_row(three, "prune the roses")
    press(three, "Ctrl+Shift+A")
    assert titles(three) == []
    assert sidebar.nothing.isVisible()
    three.click(sidebar.back)
    three.settle()
    assert len(titles(three)) == 3


def test_deleting_means_the_trash_and_restoring_brings_it_back(three: Desk) -> None:
    sidebar, chat = three.window.sidebar, three.window.chat
    press(three, "Ctrl+Shift+D")
    assert chat.empty.isVisible()
    assert "is in the trash" in three.window.toast.text.text()
    three.click(sidebar.trash)
    three.settle()
    assert rows(three) == [("conversation", "jazz café in Paris")]
    click_row(three, "jazz café in Paris")
    assert chat.banner.isVisible()
    assert not chat.composer.isVisible()
    assert not three.last_reply().bar.thumb_up.isEnabled()
    assert not three.last_reply().bar.regenerate.isEnabled()
    press(three, "Ctrl+E")
    assert not chat.composer.editing
    three.click(chat.banner.first_button)
    three.settle()
    assert not chat.banner.isVisible()
    assert chat.composer.isVisible()
    assert titles(three) == []
    three.click(sidebar.back)
    three.settle()
    assert len(titles(three)) == 3


def test_commands_reach_the_open_conversation_whatever_the_sidebar_shows(three: Desk) -> None:
    title = three.window.chat.title.text()
    three.click(three.window.sidebar.trash)
    three.settle()
    press(three, "Ctrl+Shift+T")
    three.settle()
    pinned = [c.title for c in three.attune.assistant.conversations() if c.pinned]
    assert pinned == [title]
    assert len(three.window.library.listed) == 3
    press(three, "Ctrl+Shift+D")
    assert three.window.toast.text.text().startswith(f"“{title}”")
    three.settle()


def test_deleting_for_good_asks_first_and_leaves_no_byte(desk: Desk, tmp_path: Path) -> None:
    desk.engine.behaviour.replies[SECRET] = f"about {SECRET}"
    desk.ask(SECRET)
    desk.settle()
    press(desk, "Ctrl+Shift+D")
    desk.window.toast.dismiss()
    desk.click(desk.window.sidebar.trash)
    desk.settle()
    choose(desk, SECRET, "Delete for good")
    box = desk.window.findChild(QMessageBox)
    keep = next(b for b in box.buttons() if b.text() == "Keep")
    desk.click(keep)
    desk.settle()
    assert titles(desk) == [SECRET]
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):  # what is pressed without reading keeps everything
        desk.click(desk.window.sidebar.empty_trash)
        box = desk.window.findChildren(QMessageBox)[-1]
        desk.bot.keyClick(box.focusWidget() or box, key)
        desk.settle()
        assert not any(shown.isVisible() for shown in desk.window.findChildren(QMessageBox))
        assert titles(desk) == [SECRET]
    desk.click(desk.window.sidebar.empty_trash)
    box = desk.window.findChildren(QMessageBox)[-1]
    desk.click(next(b for b in box.buttons() if b.text() == "Empty trash"))
    desk.settle()
    assert titles(desk) == []
    assert desk.window.sidebar.nothing.isVisible()
    assert desk.attune.assistant.counts().messages == 0
    assert found_in(tmp_path, SECRET.encode(), SECRET[-8:].encode()) == []


def test_a_temporary_chat_is_marked_taught_by_nothing_and_not_on_the_disk(desk: Desk, tmp_path: Path) -> None:
    chat = desk.window.chat
    desk.engine.behaviour.replies[SECRET] = f"about {SECRET}"
    press(desk, "Ctrl+Shift+N")
    assert chat.banner.isVisible()
    assert chat.title.text() == "Temporary chat"
    reply = desk.ask(SECRET)
    assert SECRET in reply.body.text
    assert not reply.bar.thumb_up.isEnabled()
    assert "teaches" in reply.bar.thumb_up.toolTip()
    desk.click(reply.bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.bot.keyClicks(chat.composer.entry, f"draft {SECRET}")
    desk.settle()
    assert titles(desk) == []
    assert desk.attune.assistant.counts().messages == 0
    press(desk, "Ctrl+N")
    assert not chat.banner.isVisible()
    assert chat.composer.text == ""
    desk.window.controller._let_go.timeout.emit()  # its time is over, and the pointer still on the message
    desk.click(desk.window.toast.action)
    desk.settle()
    assert chat.banner.isVisible()
    assert chat.transcript.turns[0].message.content == SECRET
    assert chat.composer.text == f"draft {SECRET}"
    desk.window.close()
    assert SECRET not in str(read_state(desk.attune.store).drafts)
    assert found_in(tmp_path, SECRET.encode(), SECRET[-8:].encode()) == []


def test_a_temporary_chat_left_while_it_answers_stops_and_never_reaches_the_disk(
    desk: Desk, tmp_path: Path
) -> None:
    desk.ask("warm up")
    desk.engine.behaviour.token_delay = 0.02
    press(desk, "Ctrl+Shift+N")
    desk.type_and_send(SECRET)
    desk.window.new_conversation()
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.engine.behaviour.token_delay = 0.0
    desk.ask("and on")
    desk.settle()
    assert titles(desk) == ["and on", "warm up"]
    assert found_in(tmp_path, SECRET.encode()) == []


def test_the_models_title_appears_by_itself(desk: Desk) -> None:
    from app.titles import REQUEST

    desk.engine.behaviour.replies |= {REQUEST: "Soup for friends", "soup for my friends": "Leek and potato."}
    desk.ask("soup for my friends")
    desk.settle()
    assert titles(desk) == ["Soup for friends"]
    assert desk.window.chat.title.text() == "Soup for friends"


def test_ten_thousand_conversations_are_shown_without_being_laid_out_one_by_one(desk: Desk) -> None:
    from sqlalchemy import insert

    from memory.schema import ConversationRow

    def fill(store) -> None:  # type: ignore[no-untyped-def]
        now = store._clock()
        with store._database.transaction() as session:
            session.execute(
                insert(ConversationRow),
                [
                    {"id": f"c{n}", "title": f"Conversation {n}", "created_at": now, "updated_at": now}
                    for n in range(10_000)
                ],
            )

    desk.attune.store.call(fill)
    asked = 0
    painter = desk.window.sidebar.list.itemDelegate()
    size_hint = painter.sizeHint

    def counted(*arguments):  # type: ignore[no-untyped-def]
        nonlocal asked
        asked += 1
        return size_hint(*arguments)

    painter.sizeHint = counted
    desk.window.refresh_conversations()
    desk.settle()
    assert len(titles(desk)) == 10_000
    assert asked < 200


def test_tab_reaches_the_list_without_opening_anything(three: Desk) -> None:
    press(three, "Ctrl+Shift+N")
    three.window.sidebar.list.setFocus()
    three.settle()
    assert three.window.chat.banner.isVisible()
    click_row(three, "prune the roses")
    assert three.window.chat.title.text() == "prune the roses"

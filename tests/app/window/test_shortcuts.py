"""Every action by keyboard, also while the composer has the focus; the overview lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.chat.message import UserMessage
from app.panels.search_palette import SearchPalette
from app.panels.shortcuts import ShortcutsDialog
from app.shortcuts import SHORTCUTS, bind, read_chosen, refusal
from app.window import MainWindow
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from tests.app.window.conftest import Desk


def _press(desk: Desk, keys: str) -> None:
    """Press a key sequence where the focus is, as a keyboard does."""
    QTest.keySequence(QApplication.focusWidget() or desk.window, QKeySequence(keys))


def test_every_shortcut_has_a_description_and_its_own_keys() -> None:
    keys = [key for shortcut in SHORTCUTS for key in shortcut.keys]
    assert len(keys) == len(set(keys))
    assert all(shortcut.help for shortcut in SHORTCUTS)


def test_a_shortcut_without_its_action_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="differ"):
        bind(desk.window, {"new": lambda: None})


def test_the_overview_lists_every_shortcut(desk: Desk) -> None:
    _press(desk, "Ctrl+/")
    dialog = desk.window.findChild(ShortcutsDialog)
    shown = {text.text() for text in dialog.findChildren(QLabel)}
    assert {shortcut.help for shortcut in SHORTCUTS} <= shown
    desk.click(dialog.done_button)


def _overview(desk: Desk) -> ShortcutsDialog:
    _press(desk, "Ctrl+/")
    dialog = desk.window.findChild(ShortcutsDialog)
    desk.bot.waitExposed(dialog).__enter__()
    return dialog


def test_a_shortcut_is_changed_by_pressing_other_keys_and_stays_changed(
    desk: Desk, appearance: Appearance
) -> None:
    dialog = _overview(desk)
    desk.click(dialog.keys["sidebar"])
    QTest.keySequence(dialog.keys["sidebar"], QKeySequence("Ctrl+Alt+S"))
    assert dialog.keys["sidebar"].text() == "Ctrl+Alt+S"
    desk.click(dialog.done_button)
    desk.window.activateWindow()  # as a window manager does
    desk.bot.waitUntil(desk.window.isActiveWindow)
    _press(desk, "Ctrl+B")
    assert desk.window.sidebar.isVisible()
    _press(desk, "Ctrl+Alt+S")
    assert not desk.window.sidebar.isVisible()
    assert desk.window.chat.sidebar_button.toolTip() == "Conversations (Ctrl+Alt+S)"
    desk.settle()
    again = MainWindow(desk.attune, appearance)
    assert again.keymap.keys("sidebar") == "Ctrl+Alt+S"
    again.close()
    again.deleteLater()


def test_keys_that_are_taken_are_given_over_only_when_asked(desk: Desk) -> None:
    dialog = _overview(desk)
    desk.click(dialog.keys["sidebar"])
    QTest.keySequence(dialog.keys["sidebar"], QKeySequence("Ctrl+N"))
    assert "New conversation" in dialog.message.text()
    assert desk.window.keymap.chosen == {}
    desk.click(dialog.take)
    assert dialog.keys["sidebar"].text() == "Ctrl+N"
    assert dialog.keys["new"].text() == "None"
    desk.click(dialog.resets["new"])
    assert (dialog.keys["new"].text(), dialog.keys["sidebar"].text()) == ("Ctrl+N", "None")
    desk.click(dialog.reset_all)
    assert desk.window.keymap.chosen == {}
    assert not dialog.reset_all.isEnabled()
    desk.click(dialog.done_button)


@pytest.mark.parametrize(
    "keys", ["Del", "Backspace", "Ctrl+Del", "Ctrl+Backspace", "K", "Shift+K", "Ctrl+C", "Up"]
)
def test_keys_needed_for_writing_or_erasing_are_refused(desk: Desk, keys: str) -> None:
    dialog = _overview(desk)
    desk.click(dialog.keys["copy"])
    QTest.keySequence(dialog.keys["copy"], QKeySequence(keys))
    assert dialog.message.text() == refusal(QKeySequence(keys))
    assert dialog.message.text()
    assert desk.window.keymap.chosen == {}
    desk.click(dialog.done_button)


def test_escape_leaves_the_keys_and_the_overview_as_they_are(desk: Desk) -> None:
    dialog = _overview(desk)
    dialog.keys["new"].setFocus()
    QTest.keyClick(dialog.keys["new"], Qt.Key.Key_Return)
    assert dialog.keys["new"].listening
    QTest.keyClick(dialog.keys["new"], Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.keys["new"].text() == "Ctrl+N"
    QTest.keyClick(dialog.keys["new"], Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    "kept", ["no json", "[]", '{"new": "Del", "stop": "Ctrl+Q", "gone": "Ctrl+Q", "find": 3}']
)
def test_kept_keys_that_make_no_sense_are_left_out(desk: Desk, kept: str) -> None:
    desk.attune.store.call(lambda store: store.set_setting("shortcuts", kept))
    keymap = bind(desk.window, {s.name: lambda: None for s in SHORTCUTS}, read_chosen(desk.attune.store))
    assert keymap.chosen == {}


def test_thumbs_by_keyboard(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    _press(desk, "Ctrl+Shift+Up")
    desk.settle()
    assert reply.bar.thumb_up.isChecked()
    assert desk.attune.assistant.counts().feedback == 1
    _press(desk, "Ctrl+Shift+Down")
    desk.settle()
    assert reply.bar.thumb_down.isChecked()


def test_conversations_by_keyboard(desk: Desk) -> None:
    desk.ask("the first one")
    _press(desk, "Ctrl+R")
    assert desk.window.chat.title.hasFocus()
    _press(desk, "Ctrl+N")
    assert desk.window.chat.empty.isVisible()
    assert desk.window.chat.composer.entry.hasFocus()
    _press(desk, "Ctrl+K")
    palette = desk.window.findChild(SearchPalette)
    assert palette is not None
    desk.bot.waitUntil(palette.field.hasFocus)
    desk.bot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    desk.window.activateWindow()
    desk.bot.waitUntil(desk.window.isActiveWindow)
    _press(desk, "Ctrl+L")
    assert desk.window.chat.composer.entry.hasFocus()


def test_an_answer_again_and_an_edit_by_keyboard(desk: Desk) -> None:
    desk.ask("why?")
    _press(desk, "Ctrl+Shift+R")
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().bar.siblings.position.text() == "2/2"
    _press(desk, "Ctrl+E")
    assert desk.window.chat.composer.text == "why?"
    _press(desk, "Esc")
    assert not desk.window.chat.composer.editing


def test_deleting_by_keyboard_can_be_undone(desk: Desk) -> None:
    desk.ask("why?")
    _press(desk, "Ctrl+Shift+D")
    assert desk.window.chat.empty.isVisible()
    desk.click(desk.window.toast.action)
    desk.settle()
    assert desk.window.chat.title.text() == "why?"


def test_panels_by_keyboard(desk: Desk) -> None:
    _press(desk, "Ctrl+P")
    assert desk.window.preferences.isVisible()
    _press(desk, "Ctrl+B")
    assert not desk.window.sidebar.isVisible()


def test_zoom_by_keyboard(desk: Desk, appearance: Appearance) -> None:
    _press(desk, "Ctrl++")
    assert appearance.zoom == 1.1
    _press(desk, "Ctrl+-")
    _press(desk, "Ctrl+-")
    assert appearance.zoom == 0.9
    _press(desk, "Ctrl+0")
    assert appearance.zoom == 1.0


def test_names_with_signs_of_markdown_are_found(desk: Desk) -> None:
    desk.ask("what is my_var in C#?")
    _press(desk, "Ctrl+F")
    bar = desk.window.chat.find_bar
    for term in ("my_var", "C#"):
        bar.field.setText(term)
        assert bar.count.text().endswith(f"of {len(bar._hits)}")
        assert desk.window.chat.transcript.turns[0].message.id in bar._hits
    desk.bot.keyClick(bar.field, Qt.Key.Key_Escape)


def test_find_marks_counts_and_goes_from_message_to_message(desk: Desk) -> None:
    for question in ("needle one", "hay", "needle two"):
        desk.ask(question)
    _press(desk, "Ctrl+F")
    bar = desk.window.chat.find_bar
    assert bar.field.hasFocus()
    desk.bot.keyClicks(bar.field, "Needle")
    assert bar.count.text() == "2 of 2"
    transcript = desk.window.chat.transcript
    newest = transcript.widget_of(transcript.turns[4].message.id)
    assert isinstance(newest, UserMessage)
    assert len(newest.text.extraSelections()) == 1
    desk.bot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "1 of 2"
    desk.bot.wait(5)
    oldest = transcript.widget_of(transcript.turns[0].message.id)
    assert oldest.visibleRegion().boundingRect().height() > 0
    desk.bot.keyClicks(bar.field, "zzz")
    assert bar.count.text() == "Not found"
    desk.bot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert desk.window.chat.composer.entry.hasFocus()


def test_drafts_stay_with_their_conversation_and_survive_the_window(desk: Desk) -> None:
    entry = desk.window.chat.composer.entry
    desk.ask("the first one")
    first = desk.window.controller.conversation_id
    desk.bot.keyClicks(entry, "not sent yet")
    _press(desk, "Ctrl+N")
    assert desk.window.chat.composer.text == ""
    desk.bot.keyClicks(entry, "something else")
    desk.window.sidebar.selected.emit(first)
    assert desk.window.chat.composer.text == "not sent yet"
    _press(desk, "Ctrl+N")
    assert desk.window.chat.composer.text == "something else"
    assert desk.window.drafts.all() == {first: "not sent yet", "": "something else"}


def test_a_draft_that_was_sent_is_no_draft_any_more(desk: Desk) -> None:
    desk.ask("the first one")
    first = desk.window.controller.conversation_id
    _press(desk, "Ctrl+N")
    desk.bot.keyClicks(desk.window.chat.composer.entry, "something else")
    desk.window.sidebar.selected.emit(first)
    _press(desk, "Ctrl+N")
    desk.bot.keyClick(desk.window.chat.composer.entry, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    _press(desk, "Ctrl+N")
    assert desk.window.chat.composer.text == ""
    assert desk.window.drafts.all() == {}


def test_what_is_typed_while_the_first_answer_streams_stays(desk: Desk) -> None:
    desk.engine.behaviour.load_delay = 0.2
    desk.type_and_send("the first one")
    desk.bot.keyClicks(desk.window.chat.composer.entry, "next")
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.window.chat.composer.text == "next"
    assert desk.window.drafts.all() == {desk.window.controller.conversation_id: "next"}


def test_no_two_actions_have_the_same_keys() -> None:
    keys = [keys for shortcut in SHORTCUTS for keys in shortcut.keys]
    assert sorted(keys) == sorted(set(keys))

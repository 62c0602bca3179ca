"""What a screen reader and a keyboard find; that every control has a name is ``test_every_control``'s."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from app.chat.controls import IconButton
from app.chat.spoken import SpokenAnswer

if TYPE_CHECKING:
    from tests.app.window.conftest import Desk


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A window that shows as much as it can at once."""
    desk.engine.die_after(2)
    desk.ask("a question the engine dies at")
    reply = desk.ask("why is the sky blue?")
    desk.settle()
    desk.click(reply.bar.thumb_up)
    desk.click(desk.window.chat.preferences_button)
    desk.settle()
    return desk


def test_names_are_unique_among_the_icon_buttons_of_one_bar(full: Desk) -> None:
    names = [w.accessibleName() for w in full.last_reply().bar.findChildren(IconButton)]
    assert len(names) == len(set(names))


def test_every_icon_button_has_a_tooltip(full: Desk) -> None:
    assert all(b.toolTip() for b in full.window.findChildren(IconButton))


def test_tab_goes_through_the_window_and_comes_back(full: Desk) -> None:
    entry = full.window.chat.composer.entry
    entry.setFocus()
    seen = []
    for _ in range(200):
        full.bot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is entry:
            break
        seen.append(focus)
    assert QApplication.focusWidget() is entry
    wanted = {full.window.sidebar.new, full.window.preferences.sliders.forget, full.last_reply().bar.thumb_up}
    assert wanted <= set(seen)


def test_screen_readers_find_sliders_as_sliders_with_their_value(full: Desk) -> None:
    slider = full.window.preferences.sliders.rows["concise"].slider
    interface = QAccessible.queryAccessibleInterface(slider)
    assert interface.role() == QAccessible.Role.Slider
    assert interface.text(QAccessible.Text.Name) == "Detailed to Concise"
    assert "rating" in interface.text(QAccessible.Text.Description)


def test_no_bare_delete_or_backspace_is_a_shortcut(full: Desk) -> None:
    keys = [a.shortcut().toString() for a in full.window.actions()]
    assert keys
    assert not {"Del", "Backspace", "Delete"} & set(keys)


def test_a_screen_reader_hears_that_an_answer_began_and_what_it_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(desk.window.chat, "announce", said.append)
    reply = desk.ask("why?")
    assert said == ["Answering.", f"Answer complete. {reply.body.text}"]


def test_a_long_answer_is_said_paragraph_by_paragraph_and_nothing_twice() -> None:
    whole = "First **point**.\n\nSecond\npoint.\n\n- one\n- two\n\nThe end."
    spoken = SpokenAnswer()
    said = [text for piece in whole.split(" ") if (text := spoken.feed(f"{piece} "))]
    said.append(spoken.end(whole))
    assert said[0].startswith("First point.")
    assert said[-1].endswith("The end. Answer complete.")
    heard = " ".join(" ".join(said).split())
    assert [heard.count(word) for word in ("First", "Second", "one", "two", "The end", "complete")] == [1] * 6
    assert heard.index("First") < heard.index("Second") < heard.index("one") < heard.index("The end")


def test_what_is_found_and_what_happened_is_said_to_a_screen_reader(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    for module in ("app.chat.find_bar", "app.chat.toast"):
        monkeypatch.setattr(f"{module}.announce", lambda _, text: said.append(text))
    desk.ask("why?")
    desk.settle()
    desk.window.chat.find_bar.open_bar()
    desk.bot.keyClicks(desk.window.chat.find_bar.field, "wz")
    # The question has a w; what the answer says is drawn, and may have none.
    hits = sum("w" in turn.message.content.lower() for turn in desk.window.chat.transcript.turns)
    assert said == [f"{hits} of {hits}", "Not found"]
    desk.bot.keyClick(desk.window.chat.find_bar.field, Qt.Key.Key_Escape)
    said.clear()
    desk.window.library.delete(desk.window.controller.conversation_id or "")
    desk.settle()
    assert [text.endswith("Undo") for text in said] == [True]
    desk.window.toast.dismiss()


def test_a_message_at_the_foot_stays_while_the_keyboard_is_on_its_button(desk: Desk) -> None:
    toast = desk.window.toast
    toast._time.setInterval(50)
    toast.say("Something happened.", "Undo")
    toast.action.setFocus(Qt.FocusReason.TabFocusReason)
    desk.bot.waitUntil(toast.action.hasFocus)
    desk.bot.wait(300)
    assert toast.isVisible()
    desk.window.chat.composer.entry.setFocus()
    desk.bot.waitUntil(lambda: not toast.isVisible())

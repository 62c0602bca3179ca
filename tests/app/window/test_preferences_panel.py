"""The preferences panel: opened, moved, reset, switched off, searched, and everything forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt

from app.panels.forget import ForgetDialog
from app.window_state import read_state

if TYPE_CHECKING:
    from memory.records import LearnedWeight
    from tests.app.window.conftest import Desk


@pytest.fixture
def panel(desk: Desk):  # type: ignore[no-untyped-def]
    desk.click(desk.window.chat.preferences_button)
    assert desk.window.preferences.isVisible()
    desk.settle()  # what is read for it first has come
    return desk.window.preferences.sliders


def _learned(desk: Desk, name: str) -> LearnedWeight:
    return next(w for w in desk.attune.assistant.preferences().weights if w.name == name)


def _press(desk: Desk, slider, value: int) -> None:  # type: ignore[no-untyped-def]
    where = QPoint(round(slider.x_of(value)), slider.height() // 2)
    desk.bot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=where)


def test_every_tunable_principle_has_a_row_with_both_poles(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    tunable = [p for p in desk.attune.assistant.principles.all if not p.fixed]
    assert list(panel.rows) == [p.name for p in tunable]
    for principle in tunable:
        name = panel.rows[principle.name].slider.accessibleName()
        assert principle.positive.label in name
        assert principle.negative.label in name


def test_a_pressed_slider_is_kept_and_guides_the_next_answer(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    row = panel.rows["warm"]
    _press(desk, row.slider, 80)
    desk.bot.waitUntil(lambda: _learned(desk, "warm").setting is not None)
    desk.settle()
    setting = _learned(desk, "warm").setting
    assert setting == pytest.approx(0.8, abs=0.03)
    assert row.reset.isVisible()
    assert "Set by you" in row.learned.text()
    reply = desk.ask("say something")
    assert "warm" in reply.tilt.text()
    assert "warm" in reply.body.text.split()


def test_arrow_keys_move_a_slider(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    slider = panel.rows["concise"].slider
    slider.setFocus()
    for _ in range(4):
        desk.bot.keyClick(slider, Qt.Key.Key_Left)
    desk.bot.waitUntil(lambda: _learned(desk, "concise").setting == pytest.approx(-0.2))


def test_reset_leaves_a_principle_to_learning(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    row = panel.rows["concise"]
    _press(desk, row.slider, 60)
    desk.bot.waitUntil(row.reset.isVisible)
    desk.click(row.reset)
    desk.bot.waitUntil(lambda: not row.reset.isVisible())
    assert _learned(desk, "concise").setting is None


def test_a_switched_off_principle_guides_nothing(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    row = panel.rows["concise"]
    _press(desk, row.slider, 90)
    desk.bot.waitUntil(row.reset.isVisible)
    desk.bot.mouseClick(row.switch, Qt.MouseButton.LeftButton)
    desk.bot.waitUntil(lambda: not row.slider.isEnabled())
    assert "concise" not in desk.attune.assistant.preferences().used()
    assert row.learned.text() == "Switched off"


def test_strength_says_its_word_and_is_kept(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    for value, word in ((0, "Off"), (60, "Subtle"), (110, "Clear"), (200, "Strong")):
        _press(desk, panel.strength, value)
        assert panel.strength_label.text() == word
    desk.bot.waitUntil(lambda: desk.attune.assistant.strength == pytest.approx(2.0, abs=0.05))


def test_search_narrows_the_rows(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    desk.bot.keyClicks(panel.search, "jok")
    assert [name for name, row in panel.rows.items() if row.isVisible()] == ["humorous"]
    panel.search.clear()
    assert all(row.isVisible() for row in panel.rows.values())


def test_the_panel_shows_what_a_thumb_taught(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    assert panel.rows["concise"].learned.text() == "Nothing learned yet"
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_up)
    desk.bot.waitUntil(lambda: panel.rows["concise"].evidence.text() == "1 rating")


def test_forgetting_everything_needs_the_typed_word(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    reply = desk.ask("a secret question")
    desk.settle()
    desk.click(reply.bar.thumb_up)
    _press(desk, panel.rows["warm"].slider, 50)
    desk.settle()
    desk.bot.keyClicks(desk.window.chat.composer.entry, "a secret draft")
    panel.forget.click()
    desk.bot.waitUntil(lambda: desk.window.findChild(ForgetDialog) is not None)
    dialog = desk.window.findChild(ForgetDialog)
    assert not dialog.forget.isEnabled()
    desk.bot.keyClicks(dialog.word, "forge")
    assert not dialog.forget.isEnabled()
    desk.bot.keyClicks(dialog.word, "t")
    desk.click(dialog.forget)
    desk.bot.waitUntil(lambda: desk.window.toast.text.text() == "Everything is forgotten.")
    desk.settle()
    counts = desk.attune.assistant.counts()
    assert (counts.conversations, counts.messages, counts.feedback) == (0, 0, 0)
    assert desk.attune.assistant.preferences().used() == {}
    assert desk.window.chat.empty.isVisible()
    assert desk.window.drafts.all() == read_state(desk.attune.store).drafts == {}
    assert panel.rows["concise"].learned.text() == "Nothing learned yet"
    desk.window.toast.dismiss()


def test_keeping_everything_forgets_nothing(desk: Desk, panel) -> None:  # type: ignore[no-untyped-def]
    desk.ask("a question")
    panel.forget.click()
    desk.bot.waitUntil(lambda: desk.window.findChild(ForgetDialog) is not None)
    desk.click(desk.window.findChild(ForgetDialog).cancel)
    desk.settle()
    assert desk.attune.assistant.counts().messages == 2

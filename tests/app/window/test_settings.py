"""Settings, personas, the Enter key, the gauge and right-to-left text, by clicks and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication
from shiboken6 import isValid

from app.chat.text_view import TextView
from app.panels.general_page import GeneralPage
from app.panels.personas_page import PersonasPage
from app.panels.settings import SettingsDialog
from app.window_state import read_state
from tests.app.window.test_every_control import controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.app.window.conftest import Desk

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(desk: Desk) -> Iterator[SettingsDialog]:
    desk.bot.keyClick(desk.window, Qt.Key.Key_Comma, CONTROL)
    desk.settle()
    (found,) = desk.window.findChildren(SettingsDialog)
    yield found
    if isValid(found):
        found.close()


def page(dialog: SettingsDialog) -> PersonasPage:
    dialog.show_page("Personas")
    (found,) = dialog.findChildren(PersonasPage)
    return found


def make(desk: Desk, form: PersonasPage, name: str, system: str) -> None:
    form.choice.setCurrentIndex(form.choice.count() - 1)
    form.choice.activated.emit(form.choice.count() - 1)
    form.name.clear()
    desk.bot.keyClicks(form.name, name)
    form.system.setPlainText(system)
    desk.click(form.save)
    desk.settle()


def test_every_control_of_the_settings_has_a_name_and_can_be_reached(dialog: SettingsDialog) -> None:
    page(dialog)
    for control in controls(dialog):
        assert control.accessibleName(), control
        owner = control.parentWidget()
        inside = isinstance(owner, QAbstractSpinBox) or owner.inherits("QComboBoxPrivateContainer")
        assert inside or control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


def test_theme_size_and_movement_change_at_once_and_are_kept(desk: Desk, dialog: SettingsDialog) -> None:
    (form,) = dialog.findChildren(GeneralPage)
    form.theme.setFocus()
    for box, key, times in ((form.theme, Qt.Key.Key_End, 1), (form.zoom, Qt.Key.Key_Down, 1)):
        for _ in range(times):
            desk.bot.keyClick(box, key)
    desk.bot.keyClick(form.motion, Qt.Key.Key_End)
    look = desk.window.appearance
    assert (look.choice, look.zoom, look.motion) == ("dark", 1.1, "off")
    assert not look.moves
    desk.window.set_theme("light")
    assert form.theme.currentText() == "Light"
    dialog.close()
    desk.window.close()
    kept = read_state(desk.attune.store)
    assert (kept.theme, kept.zoom, kept.motion, kept.enter_sends) == ("light", 1.1, "off", True)


def test_enter_and_shift_enter_can_be_swapped(desk: Desk, dialog: SettingsDialog) -> None:
    (form,) = dialog.findChildren(GeneralPage)
    desk.bot.keyClick(form.enter, Qt.Key.Key_Down)
    dialog.close()
    entry = desk.window.chat.composer.entry
    desk.bot.keyClicks(entry, "one")
    desk.bot.keyClick(entry, Qt.Key.Key_Return)
    desk.bot.keyClicks(entry, "two")
    assert entry.toPlainText() == "one\ntwo"
    assert "Shift + Enter sends" in desk.window.chat.composer.hint.text()
    desk.bot.keyClick(entry, Qt.Key.Key_Return, SHIFT)
    desk.settle()
    assert desk.window.chat.transcript.turns[0].message.content == "one\ntwo"


def test_a_persona_is_made_chosen_and_answers(desk: Desk, dialog: SettingsDialog) -> None:
    form = page(dialog)
    make(desk, form, "Poet", "You are a poet.")
    assert form.said.text() == "“Poet” is saved."
    make(desk, form, "poet", "Another.")
    assert "already a persona" in form.said.text()
    dialog.close()
    chooser = desk.window.chat.persona
    poet = next(a for a in chooser.menu_of_personas.actions() if a.text() == "Poet")
    poet.trigger()
    desk.settle()
    assert chooser.text() == "Poet"
    desk.ask("why?")
    assert desk.engine.asked("why?").messages[0].content == "You are a poet."
    desk.settle()
    assert chooser.text() == "Poet"
    next(a for a in chooser.menu_of_personas.actions() if a.text() == "No persona").trigger()
    desk.settle()
    desk.ask("and now?")
    assert desk.engine.asked("and now?").messages[0].content != "You are a poet."
    desk.window.new_conversation()
    desk.settle()
    assert chooser.text() == ""


def test_the_default_persona_begins_conversations_and_deleting_it_ends_that(
    desk: Desk, dialog: SettingsDialog
) -> None:
    form = page(dialog)
    make(desk, form, "Editor", "You are strict.")
    desk.click(form.default)
    form.variety.setValue(0.4)
    desk.click(form.save)
    desk.settle()
    assert desk.window.chat.persona.text() == "Editor"
    desk.ask("why?")
    assert desk.engine.asked("why?").sampling.temperature == 0.4
    desk.click(form.delete)
    desk.settle()
    assert desk.window.chat.persona.text() == ""
    desk.window.new_conversation()
    desk.ask("why?")
    assert desk.engine.asked("why?").messages[0].content != "You are strict."


def test_a_persona_chosen_for_what_comes_next_and_deleted_is_not_asked_for(
    desk: Desk, dialog: SettingsDialog
) -> None:
    form = page(dialog)
    make(desk, form, "Poet", "You are a poet.")
    next(a for a in desk.window.chat.persona.menu_of_personas.actions() if a.text() == "Poet").trigger()
    desk.settle()
    desk.click(form.delete)
    desk.settle()
    desk.ask("why?")
    assert desk.engine.asked("why?").messages[0].content != "You are a poet."


def test_the_gauge_follows_what_is_typed_and_says_what_goes(desk: Desk) -> None:
    composer = desk.window.chat.composer
    desk.window.chat.context_length = lambda: 400
    desk.ask("why?")
    desk.bot.waitUntil(lambda: composer.gauge.text().startswith("About"))
    composer.set_text("word " * 434)
    desk.bot.keyClicks(composer.entry, "word ")
    desk.bot.waitUntil(lambda: "left out" in composer.gauge.text())
    # The warning is never cut for the hint; it gets its room when the line is laid out anew.
    desk.bot.waitUntil(lambda: composer.gauge.width() >= composer.gauge.sizeHint().width())
    composer.set_text("word " * 900)
    desk.bot.waitUntil(lambda: "too long" in composer.gauge.text())
    composer.set_text("")
    desk.bot.waitUntil(lambda: composer.hint.isVisible())


def test_nothing_fades_where_nothing_may_move(desk: Desk) -> None:
    desk.window.appearance.set_motion("off")
    desk.window.toast.say("Hello")
    assert desk.window.toast.graphicsEffect() is None
    desk.window.toast.dismiss()
    desk.window.appearance.set_motion("on")
    desk.window.toast.say("Hello")
    assert desk.window.toast.graphicsEffect() is not None
    desk.bot.waitUntil(lambda: desk.window.toast.graphicsEffect() is None)
    desk.window.toast.dismiss()
    assert QApplication.instance() is not None


def lines_at(view: TextView) -> list[float]:
    """Return where each paragraph's first line begins, in px from the left."""
    found, block = [], view.document().begin()
    while block.isValid():
        if block.length() > 1:
            found.append(block.layout().lineAt(0).naturalTextRect().x())
        block = block.next()
    return found


def test_right_to_left_text_begins_at_the_right_and_code_stays(desk: Desk) -> None:
    reply = desk.ask("why?")
    reply.body.show_text("السماء *زرقاء*.\n\nThe sky.\n\n```\nx = 1\n```")
    desk.bot.wait(50)
    prose = next(v for v in reply.body.findChildren(TextView) if "The sky" in v.toPlainText())
    arabic, english = lines_at(prose)
    assert arabic > prose.width() / 2
    assert english < 10
    code = next(v for v in reply.body.findChildren(TextView) if v.toPlainText() == "x = 1")
    assert lines_at(code)[0] < 30
    at = prose.document().begin().begin()
    while not at.atEnd():
        assert not at.fragment().charFormat().fontItalic()
        at += 1


def test_the_composer_follows_the_direction_of_what_is_typed(desk: Desk) -> None:
    entry = desk.window.chat.composer.entry
    desk.window.chat.composer.set_text("שלום")
    desk.bot.wait(20)
    line = entry.document().begin().layout().lineAt(0)
    assert line.naturalTextRect().x() > entry.width() / 2
    desk.window.chat.composer.set_text("hello")
    desk.bot.wait(20)
    assert entry.document().begin().layout().lineAt(0).naturalTextRect().x() < 10

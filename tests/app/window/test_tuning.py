"""Tuning and own preferences with real clicks: offered, begun, paused, resumed after a restart, written and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt

from app.panels.own_dialog import OwnPrincipleDialog
from app.panels.tuning_card import CancelTuningDialog, left_words
from memory.records import PrincipleDraft
from tests.app.window.conftest import WAIT, open_desk

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.render.appearance import Appearance
    from tests.app.window.conftest import Desk

POETIC = PrincipleDraft("Poetic", "Answer like a poet.", "Sober", "Answer soberly.")


@pytest.fixture
def warm(desk: Desk) -> Desk:
    """A window whose model is loaded, with the preferences open."""
    load(desk)
    desk.click(desk.window.chat.preferences_button)
    desk.settle()
    return desk


def load(desk: Desk) -> None:
    desk.attune.assistant.warm_up()
    desk.bot.waitUntil(lambda: desk.window.tuning.shown.phase != "no model", timeout=WAIT)
    desk.settle()


def phase(desk: Desk, wanted: str) -> None:
    desk.bot.waitUntil(lambda: desk.window.tuning.shown.phase == wanted, timeout=WAIT)
    desk.settle()


def dialog(desk: Desk, kind: type) -> Any:
    desk.bot.waitUntil(lambda: desk.window.findChild(kind) is not None, timeout=WAIT)
    return desk.window.findChild(kind)


def bring_into_view(desk: Desk, widget: Any) -> None:
    desk.window.preferences.sliders._area.ensureWidgetVisible(widget)
    desk.bot.wait(5)


def test_the_line_keeps_its_links_whole_beside_the_preferences(desk: Desk) -> None:
    load(desk)
    bar = desk.window.chat.untuned
    assert abs(bar.tune.geometry().center().y() - bar.text.geometry().center().y()) < bar.tune.height()
    desk.window.resize(900, 700)
    desk.click(desk.window.chat.preferences_button)
    desk.bot.waitUntil(lambda: bar.tune.y() >= bar.text.geometry().bottom(), timeout=WAIT)
    for link in (bar.tune, bar.full_speed):
        assert bar.rect().contains(link.geometry())
        assert link.width() >= link.sizeHint().width()


def test_an_untuned_model_offers_itself_in_one_line_until_it_is_answered(desk: Desk) -> None:
    bar = desk.window.chat.untuned
    assert not bar.isVisible(), "no model is loaded yet"
    load(desk)
    assert bar.isVisible()
    desk.click(bar.full_speed)
    desk.bot.waitUntil(lambda: not bar.isVisible(), timeout=WAIT)
    assert desk.attune.tuning.state.untuned == "unguided"
    desk.click(desk.window.chat.preferences_button)
    guided = desk.window.preferences.sliders.tuning.guided
    assert not guided.isChecked()
    desk.click(guided)
    desk.bot.waitUntil(lambda: desk.attune.tuning.state.untuned == "slower", timeout=WAIT)
    assert not bar.isVisible()


def test_the_offer_leads_to_the_card_and_left_alone_it_stays_away(desk: Desk) -> None:
    load(desk)
    desk.click(desk.window.chat.untuned.tune)
    assert desk.window.preferences.sliders.tuning.start.isVisible()
    desk.bot.waitUntil(desk.window.preferences.sliders.tuning.start.hasFocus, timeout=WAIT)
    desk.bot.waitUntil(lambda: not desk.window.chat.untuned.isVisible(), timeout=WAIT)
    assert not desk.engine.loaded.head_version


def test_it_is_begun_and_chatting_goes_on_until_it_is_done(warm: Desk) -> None:
    card = warm.window.preferences.sliders.tuning
    warm.engine.behaviour.unit_delay = 0.1
    warm.click(card.start)
    warm.bot.waitUntil(lambda: card.bar.isVisible() and card.bar.value() > 0, timeout=WAIT)
    assert "Step 2 of 3" in card.stage.text()
    assert card.left.text().startswith("About a minute left")
    assert card.pause.hasFocus(), "the keyboard stays where the buttons are"
    assert warm.ask("Hello?").body.text
    warm.engine.behaviour.unit_delay = 0.0
    phase(warm, "tuned")
    warm.bot.waitUntil(lambda: not card.bar.isVisible(), timeout=WAIT)
    assert "90%" in card.text.text()
    assert not card.start.isVisible()
    assert not card.guided.isVisible()
    assert warm.window.toast.text.text().startswith("Tuned to")
    warm.window.toast.dismiss()


def test_while_it_tunes_the_switch_stays_as_it_was_set(warm: Desk) -> None:
    card = warm.window.preferences.sliders.tuning
    warm.engine.behaviour.calibration_units = 10_000
    warm.engine.behaviour.unit_delay = 0.02
    warm.click(card.start)
    warm.bot.waitUntil(lambda: card.bar.isVisible() and card.bar.maximum() > 0, timeout=WAIT)
    bring_into_view(warm, card.guided)
    warm.click(card.guided)
    warm.bot.waitUntil(lambda: warm.window.tuning.shown.untuned == "unguided", timeout=WAIT)
    done = warm.window.tuning.shown.fraction
    warm.bot.waitUntil(lambda: warm.window.tuning.shown.fraction > done, timeout=WAIT)
    assert card.pause.isVisible()
    assert not card.guided.isChecked()
    warm.click(card.pause)
    phase(warm, "paused")
    assert not card.guided.isChecked()


def test_paused_it_is_offered_again_after_a_restart(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    first = open_desk(qtbot, appearance, tmp_path)
    desk = next(first)
    load(desk)
    desk.click(desk.window.chat.preferences_button)
    desk.engine.behaviour.unit_delay = 0.2
    card = desk.window.preferences.sliders.tuning
    desk.click(card.start)
    desk.bot.waitUntil(lambda: card.pause.isVisible() and card.bar.value() > 0, timeout=WAIT)
    desk.click(card.pause)
    desk.bot.waitUntil(lambda: card.title.text() == "Tuning is paused", timeout=WAIT)
    assert card.start.text() == "Resume"
    next(first, None)
    second = open_desk(qtbot, appearance, tmp_path)
    desk = next(second)
    load(desk)
    assert desk.window.chat.untuned.isVisible()
    desk.click(desk.window.chat.untuned.tune)
    desk.click(desk.window.preferences.sliders.tuning.start)
    phase(desk, "tuned")
    desk.window.toast.dismiss()
    next(second, None)


@pytest.mark.parametrize(("chosen", "left"), [("keep_button", True), ("delete_button", False)])
def test_cancelling_asks_about_the_work_so_far(warm: Desk, chosen: str, left: bool) -> None:
    card = warm.window.preferences.sliders.tuning
    warm.engine.behaviour.unit_delay = 0.2
    warm.click(card.start)
    warm.bot.waitUntil(lambda: card.cancel.isVisible() and card.bar.value() > 0, timeout=WAIT)
    warm.click(card.cancel)
    warm.click(getattr(dialog(warm, CancelTuningDialog), chosen))
    phase(warm, "untuned")
    assert warm.attune.tuning.state.has_work is left
    warm.bot.waitUntil(lambda: card.start.text() == ("Continue" if left else "Tune"), timeout=WAIT)


def test_a_preference_is_written_by_hand_with_a_proposed_opposite(warm: Desk) -> None:
    own = warm.window.preferences.sliders.own
    bring_into_view(warm, own.write)
    warm.click(own.write)
    asked = dialog(warm, OwnPrincipleDialog)
    assert not asked.save.isEnabled()
    warm.bot.keyClicks(asked.wish, "Answer like a pirate")
    assert asked.name.text() == "Pirate"
    warm.click(asked.suggest)
    warm.bot.waitUntil(lambda: asked.opposite.text() == "Answer the other way round.", timeout=WAIT)
    assert "Suggested" in asked.hint.text()
    warm.click(asked.save)
    warm.bot.waitUntil(lambda: len(own.rows) == 1, timeout=WAIT)
    warm.settle()
    (name,) = own.rows
    row = warm.window.preferences.sliders.rows[name]
    assert row.slider.accessibleName() == "Not pirate to Pirate"
    bring_into_view(warm, row.slider)
    for _ in range(12):
        warm.bot.keyClick(row.slider, Qt.Key.Key_Right)
    warm.bot.waitUntil(lambda: name in warm.attune.assistant.preferences().used(), timeout=WAIT)
    reply = warm.ask("Hello?")
    assert "pirate" in reply.tilt.text()
    assert "pirate" in reply.body.text.split()


def test_without_an_idea_of_the_models_own_the_user_gets_a_beginning(warm: Desk) -> None:
    warm.engine.behaviour.opposite = ""
    warm.window.tuning.write("Answer like a pirate")
    asked = dialog(warm, OwnPrincipleDialog)
    warm.click(asked.suggest)
    warm.bot.waitUntil(lambda: "pirate" in asked.opposite.text(), timeout=WAIT)
    assert "no good idea" in asked.hint.text()
    asked.name.setText("Same")
    asked.opposite_name.setText("same")
    warm.click(asked.save)
    warm.bot.waitUntil(lambda: "same name" in asked.error.text(), timeout=WAIT)
    assert asked.isVisible(), "nothing that was typed is lost"
    warm.click(asked.cancel)
    assert not warm.attune.assistant.principles.own()


def test_it_is_edited_deleted_and_brought_back(warm: Desk) -> None:
    made = warm.attune.assistant.principles.add(POETIC)
    own = warm.window.preferences.sliders.own
    warm.bot.waitUntil(lambda: made.name in own.rows, timeout=WAIT)
    warm.settle()
    bring_into_view(warm, own.edits[made.name])
    warm.click(own.edits[made.name])
    asked = dialog(warm, OwnPrincipleDialog)
    assert asked.wish.text() == POETIC.positive_instruction
    asked.name.selectAll()
    warm.bot.keyClicks(asked.name, "Lyrical")
    warm.click(asked.save)
    warm.bot.waitUntil(lambda: "Lyrical" in own.rows[made.name].slider.accessibleName(), timeout=WAIT)
    warm.settle()
    bring_into_view(warm, own.deletes[made.name])
    warm.click(own.deletes[made.name])
    warm.bot.waitUntil(lambda: not own.rows, timeout=WAIT)
    warm.click(warm.window.toast.action)
    warm.bot.waitUntil(lambda: made.name in own.rows, timeout=WAIT)
    warm.settle()
    bring_into_view(warm, own.deletes[made.name])
    warm.click(own.deletes[made.name])
    warm.bot.waitUntil(lambda: not own.rows, timeout=WAIT)
    warm.window.tuning.deletion.finish()
    warm.settle()
    assert not warm.attune.store.call(lambda store: store.own_principles(retired=True))
    warm.window.toast.dismiss()


def test_undo_counts_for_as_long_as_it_can_be_pressed(warm: Desk) -> None:
    made = warm.attune.assistant.principles.add(POETIC)
    own = warm.window.preferences.sliders.own
    warm.bot.waitUntil(lambda: made.name in own.rows, timeout=WAIT)
    bring_into_view(warm, own.deletes[made.name])
    warm.click(own.deletes[made.name])
    warm.bot.waitUntil(lambda: not own.rows, timeout=WAIT)
    deletion = warm.window.tuning.deletion
    deletion._time.timeout.emit()  # its time is over, and the pointer still on the message
    assert deletion.pending == made.name
    warm.click(warm.window.toast.action)
    warm.bot.waitUntil(lambda: made.name in own.rows, timeout=WAIT)
    bring_into_view(warm, own.deletes[made.name])
    warm.click(own.deletes[made.name])
    warm.bot.waitUntil(lambda: not own.rows, timeout=WAIT)
    warm.window.toast.dismiss()
    deletion._time.timeout.emit()
    assert deletion.pending is None
    warm.settle()


def test_search_finds_an_own_preference(warm: Desk) -> None:
    made = warm.attune.assistant.principles.add(POETIC)
    panel = warm.window.preferences.sliders
    warm.bot.waitUntil(lambda: made.name in panel.rows, timeout=WAIT)
    warm.settle()
    warm.bot.keyClicks(panel.search, "poet")
    assert [name for name, row in panel.rows.items() if row.isVisible()] == [made.name]


def test_time_left_is_said_in_plain_words() -> None:
    assert left_words(None).startswith("Time left is not known yet.")
    assert left_words(30).startswith("About a minute left.")
    assert left_words(300).startswith("About 5 min left.")
    assert left_words(7500).startswith("About 2 h 5 min left.")

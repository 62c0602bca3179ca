"""Statements in the window, by real clicks and keys: asked about, kept, used, listed, changed, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from app.chat.offer import OfferCard
    from app.panels.statement_row import StatementRow
    from tests.app.window.conftest import Desk


def offers(desk: Desk) -> tuple[OfferCard, ...]:
    return desk.last_reply().offers()


def say(desk: Desk, text: str, count: int = 1) -> tuple[OfferCard, ...]:
    desk.ask(text)
    desk.bot.waitUntil(lambda: len(offers(desk)) == count, timeout=WAIT)
    desk.bot.wait(20)
    return offers(desk)


def kept(desk: Desk) -> list[str]:
    return [s.text for s in desk.attune.store.call(lambda store: store.statements())]


def open_panel(desk: Desk) -> None:
    if desk.window.preferences.isHidden():
        desk.click(desk.window.chat.preferences_button)
    tabs = desk.window.preferences.tabs
    desk.bot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(2).center())
    desk.settle()


def row(desk: Desk, text: str) -> StatementRow:
    return next(r for r in desk.window.statements.rows if r.remembered.statement.text == text)


def type_into_panel(desk: Desk, text: str) -> None:
    entry = desk.window.statements.entry
    desk.bot.mouseClick(entry, Qt.MouseButton.LeftButton)
    desk.bot.keyClicks(entry, text)
    desk.bot.keyClick(entry, Qt.Key.Key_Return)
    desk.settle()


def test_nothing_is_asked_about_a_plain_question(desk: Desk) -> None:
    desk.ask("Why is the sky blue?")
    desk.settle()
    assert offers(desk) == ()


def test_remember_keeps_what_was_said_and_says_so(desk: Desk) -> None:
    (card,) = say(desk, "I'm vegetarian. What shall I cook?")
    assert card.text.text() == "“I'm vegetarian”"
    assert kept(desk) == []
    desk.click(card.remember)
    desk.bot.waitUntil(lambda: card.state.stage == "kept", timeout=WAIT)
    desk.settle()
    assert kept(desk) == ["I'm vegetarian"]
    assert card.heading.text() == "Remembered on this computer"
    assert not card.remember.isVisible()
    desk.click(card.undo)
    desk.settle()
    assert kept(desk) == []
    assert card.remember.isVisible()


def test_the_card_never_takes_the_focus(desk: Desk) -> None:
    entry = desk.window.chat.composer.entry
    say(desk, "I'm vegetarian.")
    assert QApplication.focusWidget() is entry
    desk.bot.keyClicks(entry, "next")
    assert entry.toPlainText() == "next"


def test_not_now_is_not_asked_again_for_that_message(desk: Desk) -> None:
    (card,) = say(desk, "I'm vegetarian.")
    desk.click(card.decline)
    desk.settle()
    assert offers(desk) == ()
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    assert offers(desk) == ()
    assert kept(desk) == []
    say(desk, "I'm vegetarian.")


def test_other_words_can_be_kept_instead(desk: Desk) -> None:
    (card,) = say(desk, "I'm vegetarian.")
    desk.click(card.edit)
    assert QApplication.focusWidget() is card.entry
    card.entry.selectAll()
    desk.bot.keyClicks(card.entry, "I eat no meat and no fish")
    desk.bot.keyClick(card.entry, Qt.Key.Key_Return)
    desk.settle()
    assert kept(desk) == []  # shown first
    assert card.text.text() == "“I eat no meat and no fish”"
    desk.click(card.remember)
    desk.settle()
    assert kept(desk) == ["I eat no meat and no fish"]
    desk.click(card.edit if card.edit.isVisible() else card.undo)
    desk.settle()
    assert kept(desk) == []


def test_editing_can_be_left_as_it_was(desk: Desk) -> None:
    (card,) = say(desk, "I'm vegetarian.")
    desk.click(card.edit)
    desk.bot.keyClick(card.entry, Qt.Key.Key_Escape)
    assert card.text.isVisible()
    desk.click(card.edit)
    desk.click(card.decline)
    assert card.text.isVisible()
    assert card.state.stage == "asked"
    assert len(offers(desk)) == 1


def test_a_slider_found_while_the_words_are_edited_leaves_them_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching, found = desk.window.offers._matching, []
    find = matching.find
    monkeypatch.setattr(matching, "find", lambda text, call: find(text, lambda m: found.append((call, m))))
    (card,) = say(desk, "I want brief answers.")
    desk.click(card.edit)
    card.entry.selectAll()
    desk.bot.keyClicks(card.entry, "I want very bri")
    desk.bot.waitUntil(lambda: bool(found), timeout=WAIT)
    call, match = found.pop()
    call(match)
    assert card.entry.isVisible()
    assert card.entry.text() == "I want very bri"
    desk.bot.keyClick(card.entry, Qt.Key.Key_Escape)
    assert card.slider.isVisible()


def test_every_answer_to_the_card_can_be_given_by_keyboard(desk: Desk) -> None:
    (card,) = say(desk, "I'm vegetarian.")
    for control in (card.remember, card.edit, card.decline):
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert "vegetarian" in control.accessibleName()
    desk.bot.keyClick(
        desk.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    desk.settle()
    assert kept(desk) == ["I'm vegetarian"]


def test_style_is_shown_with_its_slider_before_it_is_kept(desk: Desk) -> None:
    (card,) = say(desk, "I want brief answers.")
    desk.bot.waitUntil(lambda: not card.state.matching, timeout=WAIT)
    assert card.state.style is not None
    assert card.state.style.principle == "concise"
    assert card.means.text() == "I’ll keep answers more concise."
    assert card.slider.isVisible()
    assert card.slider.value() == 60
    card.slider.setFocus()
    desk.bot.keyClick(card.slider, Qt.Key.Key_Right)
    assert desk.attune.assistant.preferences().used() == {}
    desk.click(card.remember)
    desk.settle()
    assert desk.attune.assistant.preferences().used() == pytest.approx({"concise": 0.65})
    desk.click(card.undo)
    desk.settle()
    assert desk.attune.assistant.preferences().used() == {}


def test_a_contradiction_is_said_and_undo_brings_the_older_back(desk: Desk) -> None:
    desk.attune.assistant.remembering.remember("I eat meat")
    (card,) = say(desk, "I'm vegan.")
    desk.click(card.remember)
    desk.bot.waitUntil(lambda: card.state.stage == "kept", timeout=WAIT)
    assert card.means.text() == "“I eat meat” no longer counts."
    desk.settle()
    desk.click(card.undo)
    desk.settle()
    assert kept(desk) == ["I eat meat"]


def test_the_card_goes_with_the_next_question_and_survives_a_change_of_theme(desk: Desk) -> None:
    say(desk, "I'm vegetarian.")
    first = desk.last_reply()
    desk.window.set_theme("dark")
    desk.bot.waitUntil(lambda: len(offers(desk)) == 1, timeout=WAIT)
    desk.window.set_theme("light")
    first = desk.last_reply()
    assert len(first.offers()) == 1
    desk.ask("Why is the sky blue?")
    desk.settle()
    assert first.offers() == ()


def test_a_conversation_opened_again_still_asks_what_was_left_open(desk: Desk) -> None:
    say(desk, "I'm vegetarian.")
    conversation = desk.window.library.conversations[desk.window.controller.conversation_id]
    desk.window.new_conversation()
    desk.window.controller.open(conversation)
    desk.settle()
    desk.bot.waitUntil(lambda: len(offers(desk)) == 1, timeout=WAIT)


def test_what_was_used_stands_under_the_reply_and_leads_to_the_panel(desk: Desk) -> None:
    desk.attune.assistant.remembering.remember("Always use metric units")
    desk.attune.assistant.remembering.remember("Call me Sam")
    reply = desk.ask("How far is the moon?")
    desk.settle()
    assert reply.used.isVisible()
    assert reply.used.fold.text() == "Used: “Always use metric units” and 1 more"
    assert not reply.used.all.isVisible()
    desk.click(reply.used.fold)
    assert reply.used.all.text() == "“Always use metric units”\n“Call me Sam”"
    desk.click(reply.used.change)
    assert desk.window.statements.isVisible()
    assert not desk.window.preferences.isHidden()


def test_a_reply_that_used_nothing_says_nothing(desk: Desk) -> None:
    reply = desk.ask("How far is the moon?")
    assert not reply.used.isVisible()


def test_the_empty_panel_explains_itself(desk: Desk) -> None:
    open_panel(desk)
    assert desk.window.statements.empty.isVisible()
    assert not desk.window.statements.search.isVisible()
    type_into_panel(desk, "I'm vegetarian")
    assert not desk.window.statements.empty.isVisible()


def test_typing_keeps_a_fact_at_once_and_a_style_after_it_was_shown(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "I'm vegetarian")
    assert kept(desk) == ["I'm vegetarian"]
    assert row(desk, "I'm vegetarian").about.text() == "Typed today · not used yet"
    type_into_panel(desk, "be funny")
    card = desk.window.statements.offer
    assert card is not None
    desk.bot.waitUntil(lambda: not card.state.matching, timeout=WAIT)
    assert kept(desk) == ["I'm vegetarian"]
    desk.click(card.remember)
    desk.settle()
    assert kept(desk) == ["I'm vegetarian", "be funny"]
    assert row(desk, "be funny").about.text() == "Moves serious–humorous · typed today"
    desk.click(desk.window.preferences.close_button)


def test_a_statement_is_rewritten_in_place_or_left(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "I'm a nurze")
    line = row(desk, "I'm a nurze")
    line.actions_by_name["edit"].trigger()
    assert QApplication.focusWidget() is line.entry
    desk.bot.keyClick(line.entry, Qt.Key.Key_Escape)
    assert line.text.isVisible()
    line.actions_by_name["edit"].trigger()
    desk.bot.keyClicks(line.entry, "I'm a nurse")
    desk.bot.keyClick(line.entry, Qt.Key.Key_Return)
    desk.settle()
    assert kept(desk) == ["I'm a nurse"]
    row(desk, "I'm a nurse")


def test_what_is_no_longer_true_is_folded_away_with_its_dates_and_can_be_true_again(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "I live in Oslo")
    panel = desk.window.statements
    assert not panel.fold.isVisible()
    row(desk, "I live in Oslo").actions_by_name["untrue"].trigger()
    desk.settle()
    assert kept(desk) == []
    assert panel.fold.text() == "No longer true (1)"
    assert not row(desk, "I live in Oslo").isVisible()
    desk.click(panel.fold)
    line = row(desk, "I live in Oslo")
    assert line.isVisible()
    assert line.about.text() == "Today – today"
    line.actions_by_name["restore"].trigger()
    desk.settle()
    assert kept(desk) == ["I live in Oslo"]
    assert not panel.fold.isVisible()


def test_what_no_longer_holds_says_what_does(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "I live in Oslo")
    type_into_panel(desk, "I live in Rome")
    desk.settle()
    assert kept(desk) == ["I live in Rome"]
    assert row(desk, "I live in Oslo").about.text() == "Today – today · now: “I live in Rome”"


def test_forgetting_asks_once_and_leaves_nothing(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "I live in Oslo")
    line = row(desk, "I live in Oslo")
    line.actions_by_name["forget"].trigger()
    assert QApplication.focusWidget() is line.keep
    desk.click(line.keep)
    assert kept(desk) == ["I live in Oslo"]
    line.actions_by_name["forget"].trigger()
    desk.click(line.forget)
    desk.settle()
    assert desk.window.statements.rows == []
    assert desk.attune.store.call(lambda store: store.statements(superseded=True)) == ()


def test_the_source_leads_back_to_where_it_was_said(desk: Desk) -> None:
    (card,) = say(desk, "I'm vegetarian. What shall I cook?")
    desk.click(card.remember)
    desk.settle()
    said_in = desk.window.controller.conversation_id
    desk.window.new_conversation()
    open_panel(desk)
    line = row(desk, "I'm vegetarian")
    assert "I'm vegetarian. What shall I" in line.source.text()
    desk.click(line.source)
    desk.settle()
    assert desk.window.controller.conversation_id == said_in


def test_what_came_while_a_row_was_rewritten_is_shown_when_that_ends(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "I have a dog")
    type_into_panel(desk, "I like tea")
    dog = row(desk, "I have a dog")
    dog.edit()
    tea = row(desk, "I like tea").remembered.statement.id
    desk.window.statements.forgotten.emit(tea)
    desk.settle()
    assert dog.entry.isVisible()
    desk.bot.keyClick(dog.entry, Qt.Key.Key_Escape)
    assert [r.remembered.statement.text for r in desk.window.statements.rows] == ["I have a dog"]


def test_many_can_be_searched(desk: Desk) -> None:
    for number in range(8):
        desk.attune.assistant.remembering.remember(f"I have animal{number} called pet{number}")
    desk.window.refresh_preferences()
    open_panel(desk)
    panel = desk.window.statements
    assert panel.search.isVisible()
    desk.bot.mouseClick(panel.search, Qt.MouseButton.LeftButton)
    desk.bot.keyClicks(panel.search, "pet5")
    assert [r.remembered.statement.text for r in panel.rows if r.isVisible()] == [
        "I have animal5 called pet5"
    ]
    desk.bot.keyClicks(panel.search, "xyz")
    assert panel.nothing_found.isVisible()


def test_forgetting_everything_empties_the_panel_too(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "I live in Oslo")
    desk.window._forget()
    desk.settle()
    assert desk.window.statements.rows == []


def test_what_is_remembered_goes_along_with_the_next_question(desk: Desk) -> None:
    (card,) = say(desk, "always use metric units")
    desk.click(card.remember)
    desk.settle()
    desk.ask("How far is the moon?")
    command = desk.engine.asked("How far is the moon?")
    assert command.instructions == ("Always: use metric units.",)


def test_where_a_statement_fits_no_slider_it_can_be_handed_over(desk: Desk) -> None:
    handed: list[str] = []
    desk.window.offers.hand_own_principles_to(handed.append)
    (card,) = say(desk, "I hate zebra emojis quite zealously, xylophone emojis too.")
    desk.bot.waitUntil(lambda: not card.state.matching, timeout=WAIT)
    if card.state.style is None:
        desk.click(card.own)
        assert handed == [card.state.offer.text]
    else:
        pytest.fail(f"matched {card.state.style}")


def test_the_last_use_leads_to_the_answer_that_used_it(desk: Desk) -> None:
    open_panel(desk)
    type_into_panel(desk, "Always use metric units")
    assert not row(desk, "Always use metric units").used.isVisible()
    using = desk.ask("How far is the moon?").turn.message
    desk.window.new_conversation()
    desk.settle()
    open_panel(desk)
    line = row(desk, "Always use metric units")
    assert line.used.text() == "Last used today"
    assert "used" not in line.about.text()
    desk.window.sidebar.go_to("trash")  # it need not be listed there
    desk.settle()
    desk.click(line.used)
    desk.settle()
    assert desk.window.controller.conversation_id == using.conversation_id
    assert desk.window.chat.transcript.turns[-1].message.id == using.id

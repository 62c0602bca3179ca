"""The engine may die at any moment: the window lives, says so, and the next question works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from engine.errors import EngineDiedError
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from tests.app.window.conftest import Desk


def test_a_death_mid_reply_keeps_and_marks_what_was_said(desk: Desk) -> None:
    desk.engine.behaviour.token_delay = 0.005
    desk.engine.die_after(5)
    reply = desk.ask("tell me something")
    assert len(reply.body.text.split()) == 5
    assert reply.turn.message.state == "interrupted"
    assert reply.mark_line.isVisible()
    assert reply.error.isVisible()
    shown = [reply.error.sentence.text(), reply.error.next_step.text()]
    assert shown == [EngineDiedError.user_message, EngineDiedError.next_step]
    again = desk.ask("and now?")
    assert again.turn.message.state == "complete"
    assert not again.error.isVisible()


def test_a_death_before_the_first_word_leaves_a_way_to_ask_again(desk: Desk) -> None:
    desk.engine.die_after(0)
    reply = desk.ask("tell me something")
    assert reply.body.text == ""
    assert not reply.mark_line.isVisible()
    desk.click(reply.error.retry)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().turn.message.state == "complete"
    assert desk.last_reply().body.text


def test_an_unanswered_question_says_so_when_it_is_opened_again(desk: Desk) -> None:
    desk.engine.die_after(0)
    desk.ask("tell me something")
    unanswered = desk.window.controller.conversation_id
    desk.click(desk.window.sidebar.new)
    desk.window.sidebar.selected.emit(unanswered)
    desk.settle()
    reply = desk.last_reply()
    assert reply.error.isVisible()
    assert not reply.mark_line.isVisible()


def test_loading_the_model_is_visible(desk: Desk) -> None:
    desk.engine.behaviour.load_delay = 0.4
    desk.type_and_send("hello")
    desk.bot.waitUntil(lambda: desk.last_reply().waiting.text() == "Opening the model…", timeout=WAIT)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert not desk.last_reply().waiting.isVisible()


def test_a_model_that_does_not_load_leaves_a_way_to_ask_again(desk: Desk) -> None:
    desk.engine.kill()
    desk.engine.behaviour.die_while_loading = True
    reply = desk.ask("tell me something")
    assert reply.error.isVisible()
    stored = desk.attune.assistant.turns(desk.window.controller.conversation_id or "")
    assert [turn.message.id for turn in desk.window.chat.transcript.turns] == [t.message.id for t in stored]
    desk.engine.behaviour.die_while_loading = False
    desk.click(reply.error.retry)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().body.text
    assert not desk.last_reply().error.isVisible()
    assert desk.ask("and now?").body.text


def test_what_was_wrong_with_a_reply_is_gone_once_it_has_gone_on(desk: Desk) -> None:
    desk.engine.die_after(5)
    reply = desk.ask("tell me something")
    desk.click(reply.go_on)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.window.chat.transcript.rebuild()
    assert desk.last_reply().turn.message.state == "complete"
    assert not desk.last_reply().error.isVisible()


def _edit_last(desk: Desk, text: str) -> None:
    desk.window.chat.edit_last()
    desk.window.chat.composer.set_text(text)
    desk.bot.keyClick(desk.window.chat.composer.entry, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()


def test_a_question_that_can_t_be_asked_now_goes_back_to_where_it_was_written(desk: Desk) -> None:
    chat = desk.window.chat
    with desk.attune.assistant._answering:  # as while a quick question is answered
        desk.type_and_send("why?")
        desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
        desk.settle()
        assert chat.empty.isVisible()
        assert chat.composer.text == "why?"
        assert desk.window.toast.text.text().startswith("Another answer is still being written.")
    desk.bot.keyClick(chat.composer.entry, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    first = desk.last_reply()
    assert first.body.text
    with desk.attune.assistant._answering:
        _edit_last(desk, "why not?")
        assert [turn.message.content for turn in chat.transcript.turns] == ["why?", first.body.text]
        assert chat.composer.editing
        assert chat.composer.text == "why not?"


def test_a_refusal_leaves_the_version_that_was_shown_and_the_draft(desk: Desk) -> None:
    chat = desk.window.chat
    first = desk.ask("why?")
    older = first.turn.message.id
    desk.click(first.bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    chat.sibling_requested.emit(desk.last_reply().turn, -1)
    desk.settle()
    assert desk.last_reply().turn.message.id == older
    chat.composer.set_text("a draft")
    with desk.attune.assistant._answering:
        _edit_last(desk, "why not?")
        assert (chat.composer.editing, chat.composer.text) == (True, "why not?")
        chat.composer.end_edit()
        assert chat.composer.text == "a draft"
        desk.click(desk.last_reply().bar.regenerate)
        desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
        desk.settle()
        assert desk.last_reply().turn.message.id == older


def test_stop_counts_before_there_is_anything_to_stop(desk: Desk) -> None:
    desk.engine.behaviour.token_delay = 0.01
    with desk.memory_held():
        desk.type_and_send("tell me something")
        desk.window.controller.stop()
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().turn.message.state == "stopped"
    assert not desk.last_reply().body.text
    assert desk.ask("and now?").turn.message.state == "complete"

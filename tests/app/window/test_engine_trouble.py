"""The engine may die at any moment: the window lives, says so, and the next question works."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

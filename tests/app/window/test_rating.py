"""Thumbs: acknowledged at once, said in words, undone, and felt in the next answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMenu

from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from tests.app.window.conftest import Desk


def _weight(desk: Desk, name: str) -> float:
    return next(w.used for w in desk.attune.assistant.preferences().weights if w.name == name)


def test_a_thumb_shows_at_once_and_says_what_it_did(desk: Desk) -> None:
    reply = desk.ask("why is the sky blue?")
    desk.settle()
    pressed = time.perf_counter()
    desk.click(reply.bar.thumb_up)
    assert reply.bar.thumb_up.isChecked()
    assert time.perf_counter() - pressed < 0.1
    desk.bot.waitUntil(lambda: reply.bar.note.text().startswith("Saved on this computer."), timeout=WAIT)
    assert reply.bar.undo.isVisible()
    (feedback,) = [turn.feedback for turn in desk.window.chat.transcript.turns if turn.feedback]
    assert feedback.label == 1


def test_rating_never_moves_the_text(desk: Desk) -> None:
    for question in ("one", "two", "three", "four", "five", "six"):
        reply = desk.ask(question)
    desk.settle()
    bar = desk.window.chat.transcript.verticalScrollBar()
    assert bar.maximum() > 0
    where = bar.value(), reply.y(), reply.height()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    assert (bar.value(), reply.y(), reply.height()) == where


def test_changing_ones_mind_replaces_the_thumb(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_up)
    desk.settle()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    assert not reply.bar.thumb_up.isChecked()
    assert reply.bar.thumb_down.isChecked()
    assert desk.attune.assistant.counts().feedback == 1
    assert reply.turn.feedback is not None
    assert reply.turn.feedback.label == -1


def test_pressing_the_thumb_in_force_takes_it_back(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_up)
    desk.settle()
    desk.click(reply.bar.thumb_up)
    desk.settle()
    assert not reply.bar.thumb_up.isChecked()
    assert desk.attune.assistant.counts().feedback == 0


def test_thumbs_for_long_answers_make_the_next_one_longer_and_undo_gives_the_first_back(desk: Desk) -> None:
    """The main job of Attune through clicks alone: ask, rate, be answered differently, take it back."""
    questions = [f"question number {i}" for i in range(6)]
    replies = [(desk.ask(q), len(desk.last_reply().body.text.split())) for q in questions]
    ids = [reply.turn.message.id for reply, _ in replies]
    lengths = [words for _, words in replies]
    desk.settle()
    before = _weight(desk, "concise")
    middle = sorted(lengths)[len(lengths) // 2]
    for message_id, words in zip(ids, lengths, strict=True):
        desk.window.chat.transcript.reveal(message_id)
        desk.bot.wait(10)
        bar = desk.window.chat.reply(message_id).bar  # type: ignore[union-attr]
        desk.click(bar.thumb_up if words < middle else bar.thumb_down)
        desk.settle()
    assert _weight(desk, "concise") > before
    tilted = desk.ask("and now?")
    assert "concise" in tilted.tilt.text()
    assert tilted.tilt.isVisible()
    for message_id in ids:
        desk.window.chat.transcript.reveal(message_id)
        desk.bot.wait(10)
        desk.click(desk.window.chat.reply(message_id).bar.undo)  # type: ignore[union-attr]
        desk.settle()
    assert _weight(desk, "concise") == before == 0.0
    assert not desk.ask("and now?").tilt.isVisible()


def test_a_thumb_given_before_the_answer_was_read_again_is_explained_later(desk: Desk) -> None:
    desk.engine.behaviour.score_delay = 0.5
    reply = desk.ask("why is the sky blue?")
    desk.click(reply.bar.thumb_up)
    desk.bot.waitUntil(lambda: "as soon as" in reply.bar.note.text(), timeout=WAIT)
    desk.bot.waitUntil(lambda: "as soon as" not in reply.bar.note.text(), timeout=WAIT)
    assert reply.bar.note.text().startswith("Saved on this computer.")


def test_a_rating_is_still_shown_when_the_conversation_is_opened_again(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    rated = desk.window.controller.conversation_id
    desk.click(desk.window.sidebar.new)
    desk.window.sidebar.selected.emit(rated)
    desk.settle()
    assert desk.last_reply().bar.thumb_down.isChecked()
    assert desk.last_reply().bar.undo.isVisible()


def test_a_reason_teaches_what_it_names_and_can_be_taken_away_again(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    assert not reply.bar.why.isVisible()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    plain = _weight(desk, "simple")
    desk.click(reply.bar.why)
    by_words = {action.text(): action for action in reply.bar.reason_actions}
    by_words["Too technical"].trigger()
    desk.settle()
    assert reply.turn.feedback is not None
    assert reply.turn.feedback.reasons == ("too_technical",)
    assert _weight(desk, "simple") > plain
    by_words["Too technical"].trigger()
    desk.settle()
    assert _weight(desk, "simple") == pytest.approx(plain)
    reply.bar.why.findChild(QMenu).close()


def test_not_true_is_kept_without_moving_taste(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    next(a for a in reply.bar.reason_actions if a.text() == "Not true").trigger()
    desk.settle()
    assert "about facts" in reply.bar.note.text()
    assert desk.attune.assistant.preferences().used() == {}

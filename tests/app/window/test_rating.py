"""Thumbs: acknowledged at once, said in words, undone, and felt in the next answer."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from tests.app.window.conftest import Desk


def _weight(desk: Desk, name: str) -> float:
    return next(w.used for w in desk.attune.assistant.preferences().weights if w.name == name)


def test_a_thumb_shows_at_once_and_says_what_it_did(desk: Desk) -> None:
    reply = desk.ask("why is the sky blue?")
    desk.settle()
    with desk.memory_held():
        desk.click(reply.bar.thumb_up)
        assert reply.bar.thumb_up.isChecked()
        assert reply.bar.note.text() == "Saving…"
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


def test_an_answer_tilted_by_much_names_the_strongest_three_and_all_on_hover(desk: Desk) -> None:
    for name, value in (("warm", 1.0), ("simple", 0.8), ("lists", 0.6), ("formal", 0.4), ("examples", 0.2)):
        desk.attune.assistant.set_preference(name, value)
    tilt = desk.ask("say something").tilt
    assert all(word in tilt.text() for word in ("warm", "simple", "lists", "2 more"))
    assert "formal" not in tilt.text()
    for everything in (tilt.toolTip(), tilt.accessibleName()):
        assert all(word in everything for word in ("warm", "simple", "lists", "formal", "examples"))
    for name in ("formal", "examples"):
        desk.attune.assistant.set_preference(name, None)
    few = desk.ask("and now?").tilt
    assert "more" not in few.text()
    assert not few.toolTip()


def test_a_thumb_given_before_the_answer_was_read_again_is_explained_later(desk: Desk) -> None:
    with desk.engine.scores_held():
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
    reasons = reply.bar.reasons
    assert not reasons.isVisible()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    plain = _weight(desk, "simple")
    desk.click(reasons.chips["too_technical"])
    desk.settle()
    assert reply.turn.feedback is not None
    assert reply.turn.feedback.reasons == ("too_technical",)
    assert _weight(desk, "simple") > plain
    desk.click(reasons.chips["too_technical"])
    desk.settle()
    assert _weight(desk, "simple") == pytest.approx(plain)


def test_not_true_is_kept_without_moving_taste(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    desk.click(reply.bar.reasons.chips["not_true"])
    desk.settle()
    assert "about facts" in reply.bar.note.text()
    assert desk.attune.assistant.preferences().used() == {}


def test_chips_come_without_taking_the_focus(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    entry = desk.window.chat.composer.entry
    entry.setFocus()
    desk.bot.keyClick(
        entry, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    desk.settle()
    assert reply.bar.thumb_down.isChecked()
    assert reply.bar.reasons.isVisible()
    assert QApplication.focusWidget() is entry


@pytest.mark.parametrize("thumb", ["thumb_up", "thumb_down"])
def test_ones_own_words_are_kept_as_the_note_and_can_be_changed_and_taken_away(
    desk: Desk, thumb: str
) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(getattr(reply.bar, thumb))
    desk.settle()
    reasons = reply.bar.reasons

    def write(words: str, key: Qt.Key) -> None:
        desk.click(reasons.own)
        desk.bot.waitUntil(reasons.entry.hasFocus)
        reasons.entry.selectAll()
        desk.bot.keyClicks(reasons.entry, words)
        if not words:
            desk.bot.keyClick(reasons.entry, Qt.Key.Key_Backspace)
        desk.bot.keyClick(reasons.entry, key)
        desk.settle()

    write("names  its sources", Qt.Key.Key_Return)
    assert reply.turn.feedback is not None
    assert (reply.turn.feedback.note, reply.turn.feedback.reasons) == ("names its sources", ("other",))
    assert reasons.own.text() == "“names its sources”"
    write("never mind", Qt.Key.Key_Escape)
    assert reply.turn.feedback.note == "names its sources"
    write("", Qt.Key.Key_Return)
    assert (reply.turn.feedback.note, reply.turn.feedback.reasons) == ("", ())
    assert getattr(reply.bar, thumb).isChecked()


def test_what_was_said_with_a_thumb_is_shown_again_and_goes_with_a_change_of_mind(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    desk.click(reply.bar.reasons.chips["too_long"])
    desk.settle()
    desk.window.appearance.set_zoom(1.2)
    desk.settle()
    reply = desk.last_reply()
    assert reply.bar.reasons.chips["too_long"].isChecked()
    desk.click(reply.bar.thumb_up)
    desk.settle()
    assert not reply.bar.reasons.chips["too_long"].isVisible()
    assert reply.turn.feedback is not None
    assert reply.turn.feedback.reasons == ()


def test_nothing_above_the_chips_moves_whatever_is_said(desk: Desk) -> None:
    """Rating, reasons, words and Undo leave every message where it is, under the newest answer and an older one."""
    for question in ("one", "two", "three", "four", "five"):
        desk.ask(question)
    desk.settle()
    transcript = desk.window.chat.transcript
    scroll = transcript.verticalScrollBar()
    assert scroll.maximum() > 0
    older, newest = (desk.window.chat.reply(transcript.turns[at].message.id) for at in (-3, -1))
    assert older is not None
    assert newest is not None

    def places() -> tuple[object, ...]:
        desk.settle()
        above = [transcript.widget_of(turn.message.id) for turn in transcript.turns[:-2]]
        seen = [widget.geometry().topLeft() for widget in above if widget]
        return (scroll.value(), seen, older.bar.pos(), older.bar.thumb_up.pos(), newest.bar.thumb_up.pos())

    for reply in (newest, older):
        before = places()
        if reply is newest:
            assert transcript.at_end
        for press in (
            reply.bar.thumb_down,
            reply.bar.reasons.chips["too_long"],
            reply.bar.reasons.own,
            reply.bar.reasons.save,
            reply.bar.thumb_up,
            reply.bar.undo,
        ):
            transcript.ensureWidgetVisible(press)
            assert places()[0] == before[0], "the press itself had to be scrolled to"
            desk.click(press)
            assert places() == before, press.accessibleName()


def test_a_slow_memory_holds_up_neither_the_thumb_nor_the_window(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    ticks: list[float] = []
    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    with desk.memory_held():
        timer.start()
        desk.click(reply.bar.thumb_down)
        assert reply.bar.thumb_down.isChecked()
        assert reply.bar.note.text() == "Saving…"
        desk.click(reply.bar.reasons.chips["too_long"])
        desk.bot.wait(300)
        assert reply.bar.note.text() == "Saving…"
        # Whoever waits for the memory here waits for all of ten seconds.
        assert max(later - earlier for earlier, later in pairwise(ticks)) < 5.0
    timer.stop()
    desk.settle()
    assert reply.bar.note.text().startswith("Saved on this computer.")
    assert reply.turn.feedback is not None
    assert reply.turn.feedback.reasons == ("too_long",)


def test_a_thumb_says_so_while_nothing_will_change(desk: Desk) -> None:
    desk.attune.assistant.set_strength(0.0)
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    assert "the strength is Off" in reply.bar.note.text()


def test_what_a_thumb_did_can_be_read_in_a_narrow_chat_too(desk: Desk) -> None:
    """Beside the preferences the buttons leave the note no room: it stands below them, and still moves nothing."""
    reply = desk.ask("why?")
    desk.settle()
    assert reply.bar.note.y() < reply.bar.thumb_up.geometry().bottom()
    desk.window.resize(900, 700)
    desk.window.toggle_preferences()
    desk.bot.waitUntil(lambda: reply.bar.note.y() > reply.bar.thumb_up.geometry().bottom(), timeout=WAIT)
    desk.settle()
    desk.click(reply.bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    reply = desk.last_reply()
    desk.bot.waitUntil(lambda: reply.bar.compare.y() < reply.bar.thumb_up.y(), timeout=WAIT)
    assert reply.bar.rect().contains(reply.bar.compare.geometry())
    assert reply.bar.compare.width() >= reply.bar.compare.sizeHint().width()
    before = reply.bar.thumb_up.pos(), reply.bar.reasons.pos()
    desk.click(reply.bar.thumb_up)
    desk.bot.waitUntil(lambda: reply.bar.note.text().startswith("Saved on this computer."), timeout=WAIT)
    desk.settle()
    assert (reply.bar.thumb_up.pos(), reply.bar.reasons.pos()) == before
    assert reply.bar.note.width() > reply.bar.width() - 10
    assert reply.bar.note.heightForWidth(reply.bar.note.width()) <= reply.bar.note.height()
    for link in (reply.bar.try_it, reply.bar.undo):
        assert link.isVisible()
        assert reply.bar.rect().contains(link.geometry().translated(link.parentWidget().pos()))
    desk.window.toggle_preferences()
    desk.window.resize(1300, 700)
    desk.bot.waitUntil(lambda: reply.bar.compare.geometry().bottom() > reply.bar.thumb_up.y(), timeout=WAIT)

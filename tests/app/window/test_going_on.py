"""Continuing and editing a reply by clicks and keys; nothing jumps, nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.chat.reply_editor import ReplyEditor

if TYPE_CHECKING:
    from app.chat.message import ReplyMessage
    from tests.app.window.conftest import Desk

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def stopped(desk: Desk, text: str = "why is the sky blue?") -> ReplyMessage:
    """Ask, and press Esc while the answer is being written."""
    with desk.engine.held(6):
        desk.type_and_send(text)
        desk.bot.waitUntil(lambda: len(desk.last_reply().body.text.split()) > 4, timeout=10_000)
        desk.bot.keyClick(desk.window, Qt.Key.Key_Escape)
        desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=10_000)
    return desk.last_reply()


def done(desk: Desk) -> ReplyMessage:
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=10_000)
    desk.settle()
    return desk.last_reply()


def test_a_stopped_answer_goes_on_where_it_stands(desk: Desk) -> None:
    reply = stopped(desk)
    begun = reply.body.text
    assert reply.mark_line.text() == "You stopped this answer here."
    with desk.engine.held(0):
        desk.click(reply.go_on)
        assert desk.window.controller.answering
        assert reply.body.text == begun
        assert reply.body.shown_text.count(begun.strip()) == 1
    with desk.engine.held(3):
        desk.bot.waitUntil(lambda: len(reply.body.text) > len(begun), timeout=10_000)
        assert desk.window.controller.answering
    assert done(desk) is reply
    assert reply.body.text.startswith(begun)
    assert len(reply.body.text) > len(begun) + 20
    assert not reply.can_go_on
    assert len(desk.window.chat.transcript.turns) == 2
    assert reply.turn.trace is not None
    assert len(reply.turn.trace.earlier) == 1


def test_going_on_by_keys_and_stopping_again(desk: Desk) -> None:
    reply = stopped(desk)
    begun = reply.body.text
    with desk.engine.held(6):
        desk.bot.keyClick(desk.window, Qt.Key.Key_Return, CONTROL | SHIFT)
        desk.bot.waitUntil(lambda: len(reply.body.text) > len(begun) + 10, timeout=10_000)
        desk.bot.keyClick(desk.window, Qt.Key.Key_Escape)
        reply = done(desk)
    assert reply.can_go_on
    assert reply.turn.message.state == "stopped"
    assert reply.body.text.startswith(begun)


def test_a_complete_answer_has_nothing_to_continue(desk: Desk) -> None:
    reply = desk.ask("why?")
    assert not reply.can_go_on
    before = reply.body.text
    desk.bot.keyClick(desk.window, Qt.Key.Key_Return, CONTROL | SHIFT)
    desk.settle()
    assert desk.last_reply().body.text == before


def test_an_earlier_answer_goes_on_as_a_copy_and_what_followed_is_kept(desk: Desk) -> None:
    first = stopped(desk)
    first_id, begun = first.turn.message.id, first.body.text
    desk.ask("and at night?")
    shown = desk.window.chat.transcript
    earlier = shown.widget_of(first_id)
    shown.reveal(first_id)
    desk.click(earlier.go_on)  # type: ignore[union-attr]
    reply = done(desk)
    assert len(shown.turns) == 2
    assert reply.turn.siblings == (first_id, reply.turn.message.id)
    desk.click(reply.bar.siblings.previous)
    desk.settle()
    assert len(shown.turns) == 4
    assert shown.turns[1].message.content == begun


def test_opening_another_conversation_while_an_answer_goes_on_loses_nothing(desk: Desk) -> None:
    reply = stopped(desk)
    begun = reply.body.text
    conversation = desk.window.controller.conversation_id
    with desk.engine.held(3):
        desk.click(reply.go_on)
        desk.window.new_conversation()
        desk.window.open_conversation(conversation or "")
        desk.bot.waitUntil(lambda: len(desk.window.chat.transcript.turns) == 2, timeout=10_000)
        assert desk.last_reply().body.text.startswith(begun)
    assert done(desk).body.text.startswith(begun)


def test_editing_an_answer_keeps_the_old_one_and_says_what_it_taught(desk: Desk) -> None:
    reply = desk.ask("why is the sky blue?")
    old = reply.turn.message
    desk.settle()
    desk.click(reply.bar.edit)
    (editor,) = reply.findChildren(ReplyEditor)
    assert editor.entry.toPlainText() == old.content
    assert editor.entry.hasFocus()
    assert not editor.save.isEnabled()
    desk.bot.keyClick(editor.entry, Qt.Key.Key_A, CONTROL)
    desk.bot.keyClicks(editor.entry, "Air scatters blue.")
    desk.bot.keyClick(editor.entry, Qt.Key.Key_Return, CONTROL)
    desk.bot.waitUntil(lambda: len(desk.last_reply().turn.siblings) == 2, timeout=10_000)
    mine = desk.last_reply()
    desk.settle()
    assert mine.body.text == "Air scatters blue."
    assert mine.bar.siblings.position.text() == "2/2"
    desk.bot.waitUntil(lambda: mine.bar.note.text().startswith(("Attune learned", "Your version")))
    desk.click(mine.bar.siblings.previous)
    desk.settle()
    assert desk.last_reply().turn.message == old


def test_what_is_rewritten_outlives_zoom_and_another_conversation_and_waits_for_answers(desk: Desk) -> None:
    reply = desk.ask("why?")
    conversation = desk.window.controller.conversation_id
    desk.settle()
    desk.click(reply.bar.edit)
    (editor,) = reply.findChildren(ReplyEditor)
    editor.entry.setPlainText("Air scatters blue.")
    desk.window.appearance.set_zoom(1.2)
    assert desk.last_reply().rewritten == "Air scatters blue."
    desk.window.new_conversation()
    desk.settle()
    desk.window.sidebar.selected.emit(conversation)
    desk.settle()
    reply = desk.last_reply()
    (editor,) = (e for e in reply.findChildren(ReplyEditor) if e.isVisible())
    assert editor.entry.toPlainText() == "Air scatters blue."
    with desk.engine.held(3):
        desk.type_and_send("And at night?")
        assert not editor.save.isEnabled()
    done(desk)
    assert editor.save.isEnabled()
    desk.click(editor.save)
    desk.bot.waitUntil(lambda: desk.last_reply().body.text == "Air scatters blue.", timeout=10_000)
    desk.settle()


def test_esc_leaves_the_editor_and_changes_nothing(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.bot.keyClick(desk.window, Qt.Key.Key_E, CONTROL | SHIFT)
    (editor,) = reply.findChildren(ReplyEditor)
    desk.bot.keyClicks(editor.entry, "something else")
    desk.bot.keyClick(editor.entry, Qt.Key.Key_Escape)
    assert reply.body.isVisible()
    assert len(reply.turn.siblings) <= 1


def test_copying_as_markdown_and_as_plain_text(desk: Desk) -> None:
    reply = desk.ask("why?")
    reply.body.show_text("Some **bold** text.")
    desk.bot.keyClick(desk.window, Qt.Key.Key_C, CONTROL | SHIFT)
    assert QGuiApplication.clipboard().text() == "Some **bold** text."
    desk.bot.keyClick(desk.window, Qt.Key.Key_C, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert QGuiApplication.clipboard().text() == "Some bold text."
    assert reply.bar.note.text() == "Copied as plain text."

"""Asking, streaming, stopping: through keys and clicks, with the real memory."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QToolTip

from app.chat.code_view import CodeView
from app.chat.controls import IconButton
from app.chat.empty import EXAMPLES
from app.chat.text_view import TextView
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    import pytest
    from PySide6.QtWidgets import QApplication

    from tests.app.window.conftest import Desk


def test_the_empty_window_promises_and_offers_questions(desk: Desk) -> None:
    chat = desk.window.chat
    assert chat.empty.isVisible()
    assert [card.text() for card in chat.empty.examples] == list(EXAMPLES)
    assert chat.composer.entry.hasFocus()
    assert not chat.composer.send.isEnabled()


def test_a_question_is_answered_and_kept(desk: Desk) -> None:
    reply = desk.ask("why is the sky blue?")
    assert reply.body.text
    desk.bot.waitUntil(lambda: desk.window.chat.title.text() == "why is the sky blue?", timeout=WAIT)
    (conversation,) = desk.attune.assistant.conversations()
    question, answer = desk.attune.assistant.turns(conversation.id)
    assert question.message.content == "why is the sky blue?"
    assert answer.message.content == reply.body.text
    assert answer.message.state == "complete"
    assert desk.window.chat.composer.text == ""


def test_an_example_is_asked_by_a_click(desk: Desk) -> None:
    desk.click(desk.window.chat.empty.examples[0])
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.window.chat.transcript.turns[0].message.content == EXAMPLES[0]


def test_shift_enter_breaks_the_line_and_the_composer_grows(desk: Desk) -> None:
    entry = desk.window.chat.composer.entry
    low = entry.height()
    desk.bot.keyClicks(entry, "one")
    desk.bot.keyClick(entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    desk.bot.keyClicks(entry, "two")
    assert entry.toPlainText() == "one\ntwo"
    assert not desk.window.controller.answering
    desk.bot.waitUntil(lambda: entry.height() > low)


def test_the_answer_appears_while_it_is_written(desk: Desk) -> None:
    with desk.engine.held(5):
        desk.type_and_send("tell me something")
        desk.bot.waitUntil(lambda: len(desk.last_reply().body.text.split()) > 3, timeout=WAIT)
        assert desk.window.controller.answering
        assert not desk.last_reply().bar.isVisible()
        assert desk.window.chat.composer.send.accessibleName() == "Stop"
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().bar.isVisible()


def test_escape_stops_within_the_promised_time_and_keeps_what_was_said(desk: Desk) -> None:
    taken = []
    for _ in range(3):  # what else this computer does may hold one of them up
        with desk.engine.held(4):
            desk.type_and_send("tell me something long")
            desk.bot.waitUntil(lambda: len(desk.last_reply().body.text.split()) > 2, timeout=WAIT)
            pressed = time.perf_counter()
            desk.bot.keyClick(desk.window, Qt.Key.Key_Escape)
            desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
            taken.append(time.perf_counter() - pressed)
        reply = desk.last_reply()
        assert reply.turn.message.state == "stopped"
        assert reply.mark_line.isVisible()
        assert reply.turn.message.content == reply.body.text
    assert min(taken) < 0.5


def test_the_stop_button_stops(desk: Desk) -> None:
    with desk.engine.held(3):
        desk.type_and_send("tell me something long")
        desk.bot.waitUntil(lambda: bool(desk.last_reply().body.text), timeout=WAIT)
        desk.click(desk.window.chat.composer.send)
        desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().turn.message.state == "stopped"


def test_closing_the_window_while_it_streams_keeps_what_was_said(desk: Desk) -> None:
    with desk.engine.held(4):
        desk.type_and_send("tell me something long")
        desk.bot.waitUntil(lambda: len(desk.last_reply().body.text.split()) > 2, timeout=WAIT)
        shown = desk.last_reply().body.text
        desk.window.close()
    (conversation,) = desk.attune.assistant.conversations()
    answer = desk.attune.assistant.turns(conversation.id)[-1].message
    assert answer.state == "stopped"
    assert answer.content.startswith(shown)


def test_another_conversation_can_be_read_while_an_answer_streams(desk: Desk) -> None:
    desk.ask("the first question")
    first = desk.window.controller.conversation_id
    desk.bot.keyClick(desk.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    with desk.engine.held(4):
        desk.type_and_send("the second question")
        desk.bot.waitUntil(lambda: len(desk.last_reply().body.text.split()) > 2, timeout=WAIT)
        second = desk.window.controller.conversation_id
        desk.window.sidebar.selected.emit(first)
        transcript = desk.window.chat.transcript
        desk.bot.waitUntil(lambda: transcript.turns[0].message.content == "the first question", timeout=WAIT)
        assert desk.window.controller.answering
        desk.window.sidebar.selected.emit(second)
        desk.bot.waitUntil(lambda: desk.window.chat.title.text() == "the second question", timeout=WAIT)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    stored = desk.attune.assistant.turns(second)[-1].message.content
    assert desk.last_reply().body.text == stored


def test_answering_again_keeps_the_first_answer_as_a_sibling(desk: Desk) -> None:
    first = desk.ask("why is the sky blue?").body.text
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    again = desk.last_reply()
    assert again.bar.siblings.position.text() == "2/2"
    desk.click(again.bar.siblings.previous)
    desk.bot.waitUntil(lambda: desk.last_reply().bar.siblings.position.text() == "1/2", timeout=WAIT)
    assert desk.last_reply().body.text == first


def test_a_reply_is_copied_as_markdown_and_plain(desk: Desk, qapp) -> None:  # type: ignore[no-untyped-def]
    reply = desk.ask("hello")
    reply.body.show_text("**bold**\n\n- one")
    desk.click(reply.bar.copy)
    assert qapp.clipboard().text() == "**bold**\n\n- one"
    reply.bar.copy_requested.emit(False)
    assert qapp.clipboard().text() == "bold\n\n• one"


LINKED = "See [the page](https://example.org/a) and `this`:\n\n```python\nprint(1)\n```"


def test_the_code_of_an_answer_is_copied_by_its_button(desk: Desk, qapp: QApplication) -> None:
    desk.engine.behaviour.replies["show me"] = LINKED
    desk.ask("show me")
    desk.settle()
    desk.click(desk.last_reply().body.findChild(CodeView).findChild(IconButton))
    assert qapp.clipboard().text().strip() == "print(1)"


def test_a_link_shows_its_address_and_opens_only_on_a_click(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    desk.engine.behaviour.replies["show me"] = LINKED
    view = desk.ask("show me").body.findChild(TextView)

    def find() -> QPoint | None:
        points = (QPoint(x, view.fontMetrics().height() // 2) for x in range(0, 300, 5))
        return next((p for p in points if view.anchorAt(p) == "https://example.org/a"), None)

    def shows_address() -> bool:
        if (at := find()) is None:
            return False
        desk.bot.mouseMove(view.viewport(), QPoint(at.x(), view.height() - 1))
        desk.bot.mouseMove(view.viewport(), at)
        return view.toolTip() == "https://example.org/a"

    desk.bot.waitUntil(shows_address, timeout=WAIT)  # the answer may still be laid out
    place = find()
    assert place is not None
    assert not opened
    desk.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == ["https://example.org/a"]


def test_a_link_is_reached_and_opened_by_keyboard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    desk.engine.behaviour.replies["show me"] = LINKED
    view = desk.ask("show me").body.findChild(TextView)
    entry = desk.window.chat.composer.entry
    entry.setFocus()
    for _ in range(100):
        desk.bot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
        if desk.window.focusWidget() in (view, entry):
            break
    assert desk.window.focusWidget() is view
    desk.bot.keyClick(view, Qt.Key.Key_Tab)  # from the text to its first link
    assert [view.toolTip(), view.accessibleDescription(), QToolTip.text()] == ["https://example.org/a"] * 3
    assert not opened
    desk.bot.keyClick(view, Qt.Key.Key_Return)
    assert opened == ["https://example.org/a"]
    desk.bot.keyClick(view, Qt.Key.Key_Tab)
    assert not view.hasFocus()
    assert not view.toolTip()
    assert not view.accessibleDescription()
    QToolTip.hideText()


def test_a_link_reached_by_keyboard_is_brought_into_view_from_either_side(desk: Desk) -> None:
    lines = "\n".join(f"- line {number}" for number in range(120))
    desk.engine.behaviour.replies["list"] = (
        f"- [first](https://example.org/first)\n{lines}\n- [last](https://example.org/last)"
    )
    view = desk.ask("list").body.findChild(TextView)
    area = desk.window.chat.transcript.viewport()

    def seen() -> bool:
        return area.rect().contains(view.viewport().mapTo(area, view.cursorRect().center()))

    view.setFocus(Qt.FocusReason.TabFocusReason)
    for key, address in (
        (Qt.Key.Key_Tab, "https://example.org/first"),
        (Qt.Key.Key_Tab, "https://example.org/last"),
        (Qt.Key.Key_Backtab, "https://example.org/first"),
    ):
        desk.bot.keyClick(view, key)
        assert view.accessibleDescription() == address
        desk.bot.waitUntil(seen, timeout=WAIT)
    QToolTip.hideText()


def test_what_an_answer_took_is_read_by_hovering(desk: Desk) -> None:
    tip = desk.ask("hello").bar.about.toolTip()
    assert re.search(r"\d+ tokens, [\d.,]+ a second, the first after [\d.,]+ s", tip), tip


def test_an_edited_question_is_a_second_version_and_both_are_kept(desk: Desk) -> None:
    desk.ask("the first question")
    desk.ask("a second question")
    question = desk.window.chat.transcript.widget_of(desk.window.chat.transcript.turns[2].message.id)
    composer = desk.window.chat.composer
    desk.bot.keyClicks(composer.entry, "a draft")
    desk.click(question.edit)
    assert composer.banner.isVisible()
    assert composer.text == "a second question"
    composer.entry.selectAll()
    desk.bot.keyClicks(composer.entry, "a better question")
    desk.bot.keyClick(composer.entry, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert composer.text == "a draft"
    turns = desk.window.chat.transcript.turns
    assert [t.message.content for t in turns if t.message.role == "user"] == [
        "the first question",
        "a better question",
    ]
    switch = desk.window.chat.transcript.widget_of(turns[2].message.id).siblings
    desk.bot.waitUntil(lambda: switch.position.text() == "2/2")
    desk.click(switch.previous)
    desk.bot.waitUntil(lambda: desk.window.chat.transcript.turns[2].message.content == "a second question")
    assert len(desk.window.chat.transcript.turns) == 4


def test_the_first_question_can_be_edited_too(desk: Desk) -> None:
    desk.ask("the only question")
    question = desk.window.chat.transcript.widget_of(desk.window.chat.transcript.turns[0].message.id)
    desk.click(question.edit)
    desk.click(desk.window.chat.composer.cancel_edit)
    assert desk.window.chat.composer.text == ""
    desk.click(question.edit)
    desk.bot.keyClicks(desk.window.chat.composer.entry, " indeed")
    desk.bot.keyClick(desk.window.chat.composer.entry, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    transcript = desk.window.chat.transcript
    assert transcript.turns[0].message.content == "the only question indeed"
    switch = transcript.widget_of(transcript.turns[0].message.id).siblings
    desk.bot.waitUntil(lambda: switch.position.text() == "2/2")
    desk.click(switch.previous)
    desk.bot.waitUntil(lambda: transcript.turns[0].message.content == "the only question")


def test_an_edited_question_that_is_answered_again_still_leads_to_its_other_version(desk: Desk) -> None:
    desk.ask("the only question")
    transcript = desk.window.chat.transcript
    desk.click(transcript.widget_of(transcript.turns[0].message.id).edit)
    desk.bot.keyClicks(desk.window.chat.composer.entry, " indeed")
    desk.bot.keyClick(desk.window.chat.composer.entry, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    switch = transcript.widget_of(transcript.turns[0].message.id).siblings
    assert switch.position.text() == "2/2"
    assert desk.last_reply().bar.siblings.position.text() == "2/2"
    desk.click(switch.previous)
    desk.bot.waitUntil(lambda: transcript.turns[0].message.content == "the only question")


def test_an_answer_that_outgrows_the_view_is_not_broken_into_lines_anew(desk: Desk) -> None:
    desk.window.resize(desk.window.minimumSizeHint().width(), 900)
    reply = desk.ask("why?")
    transcript = desk.window.chat.transcript
    assert transcript.verticalScrollBar().maximum() == 0
    width = reply.width()
    reply.body.append("\n\nand more" * 60)
    desk.bot.waitUntil(lambda: transcript.verticalScrollBar().maximum() > 0)
    assert reply.width() == width


def test_a_question_follows_what_is_shown_not_what_is_newest(desk: Desk) -> None:
    first = desk.ask("why?").turn.message.id
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.click(desk.last_reply().bar.siblings.previous)
    desk.bot.waitUntil(lambda: desk.last_reply().turn.message.id == first, timeout=WAIT)
    desk.ask("and then?")
    assert desk.window.chat.transcript.turns[2].message.parent_id == first


def test_up_brings_earlier_questions_back_and_down_goes_forward(desk: Desk) -> None:
    desk.ask("first")
    desk.ask("second")
    entry = desk.window.chat.composer.entry
    texts = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        desk.bot.keyClick(entry, key)
        texts.append(entry.toPlainText())
    assert texts == ["second", "first", "first", "second", ""]
    desk.bot.keyClicks(entry, "my own words")
    desk.bot.keyClick(entry, Qt.Key.Key_Up)
    assert entry.toPlainText() == "my own words"


def test_what_an_answer_cost_is_told_on_request(desk: Desk) -> None:
    reply = desk.ask("why?")
    assert reply.turn.trace is not None
    desk.click(reply.bar.about)
    assert f"{reply.turn.trace.tokens} tokens" in reply.bar.note.text()
    assert reply.bar.about.toolTip() == reply.bar.note.text()

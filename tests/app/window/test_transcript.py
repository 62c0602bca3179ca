"""The message list: builds what is seen, keeps its place, follows the newest text only for who is there."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.answers import Turn
from app.chat.view import ChatView
from memory.records import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from app.render.appearance import Appearance

TEXT = (
    "A paragraph with **bold** words and a list:\n\n- one\n- two\n\nand an end that is long enough to wrap. "
    * 2
)


def _turns(count: int) -> list[Turn]:
    roles = ("user", "assistant")
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Turn(Message(f"m{i}", "c", None, roles[i % 2], f"{i}: {TEXT * (i % 4)}", "complete", when))
        for i in range(count)
    ]


@pytest.fixture
def view(qtbot: QtBot, appearance: Appearance) -> Iterator[ChatView]:
    made = ChatView({}, appearance)
    made.resize(800, 600)
    made.show()
    qtbot.wait(10)
    yield made
    made.close()
    made.deleteLater()


def test_a_long_conversation_opens_at_its_end_building_only_what_is_seen(
    qtbot: QtBot, view: ChatView
) -> None:
    turns = _turns(2000)
    started = time.perf_counter()
    view.show_turns(turns, "long")
    qtbot.wait(1)
    assert time.perf_counter() - started < 1.0
    transcript = view.transcript
    assert transcript.built < 30
    last = transcript.widget_of("m1999")
    assert last is not None
    bottom = last.mapTo(transcript.viewport(), last.rect().bottomLeft()).y()
    assert 0 < bottom <= transcript.viewport().height()


def test_scrolling_through_keeps_few_widgets_and_never_overlaps(qtbot: QtBot, view: ChatView) -> None:
    view.show_turns(_turns(300), "long")
    transcript, bar = view.transcript, view.transcript.verticalScrollBar()
    for step in range(60):
        bar.setValue(bar.maximum() - step * bar.maximum() // 60)
        qtbot.wait(1)
        assert transcript.built < 60
        shown = sorted((w for w in transcript.widget().children() if w.isVisible()), key=lambda w: w.y())
        for above, below in itertools.pairwise(shown):
            assert above.geometry().bottom() < below.y()


def _place(view: ChatView, message_id: str) -> int:
    widget, viewport = view.transcript.widget_of(message_id), view.transcript.viewport()
    assert widget is not None
    return widget.mapTo(viewport, view.transcript.rect().topLeft()).y()


def test_what_is_read_stays_in_place_while_heights_above_are_corrected(qtbot: QtBot, view: ChatView) -> None:
    view.show_turns(_turns(300), "long")
    transcript = view.transcript
    transcript.reveal("m150")
    place = _place(view, "m150")
    qtbot.wait(50)
    assert _place(view, "m150") == place, "what is shown does not jump a moment later"
    for _ in range(3):
        bar = transcript.verticalScrollBar()
        bar.setValue(bar.value() - 40)
        qtbot.wait(1)
    assert _place(view, "m150") == place + 120


def test_new_text_is_followed_at_the_end_only(qtbot: QtBot, view: ChatView) -> None:
    turns = _turns(20)
    streaming = Turn(replace(turns[-1].message, id="live", content="", state="streaming"))
    view.show_turns([*turns, streaming], "chat")
    bar = view.transcript.verticalScrollBar()
    reply = view.reply("live")
    assert reply is not None
    for _ in range(20):
        reply.append("More words than fit into a line of this window, so that it grows.\n\n")
    qtbot.waitUntil(lambda: reply.height() > 300)
    qtbot.wait(10)
    assert bar.value() == bar.maximum()
    assert not view.jump.isVisible()
    bar.setValue(bar.maximum() - 400)
    qtbot.waitUntil(view.jump.isVisible)
    before = bar.value()
    for _ in range(20):
        reply.append("More words than fit into a line of this window, so that it grows.\n\n")
    qtbot.wait(80)
    assert bar.value() == before
    view.jump.click()
    qtbot.wait(5)
    assert bar.value() == bar.maximum()
    assert not view.jump.isVisible()


def test_streamed_text_is_painted_at_most_thirty_times_a_second(qtbot: QtBot, view: ChatView) -> None:
    streaming = Turn(
        Message("live", "c", None, "assistant", "", "streaming", datetime(2026, 1, 1, tzinfo=UTC))
    )
    view.show_turns([streaming], "chat")
    reply = view.reply("live")
    assert reply is not None
    frames: list[float] = []
    reply.body.shown.connect(lambda: frames.append(time.perf_counter()))
    started = time.perf_counter()
    while time.perf_counter() - started < 0.5:
        reply.append("word ")
        qtbot.wait(2)
    assert 5 <= len(frames) <= 16


def test_markdown_is_plain_while_it_streams_and_rendered_when_it_ends(qtbot: QtBot, view: ChatView) -> None:
    streaming = Turn(
        Message("live", "c", None, "assistant", "", "streaming", datetime(2026, 1, 1, tzinfo=UTC))
    )
    view.show_turns([streaming], "chat")
    reply = view.reply("live")
    assert reply is not None
    reply.append("**bold** is")
    qtbot.waitUntil(lambda: reply.body.shown_text == "**bold** is")
    reply.append(" bold\n\nnext")
    qtbot.waitUntil(lambda: reply.body.shown_text == "bold is bold\nnext")
    reply.append("\n\n```python\nx = 1\n")
    qtbot.waitUntil(lambda: "x = 1" in reply.body.shown_text)
    reply.append("```\n")
    qtbot.waitUntil(lambda: reply.body.shown_text == "bold is bold\nnext\nx = 1")


def test_however_it_streams_in_it_ends_as_if_it_had_come_whole(qtbot: QtBot, view: ChatView) -> None:
    text = (
        "# Head\n\nA para with **bold**.\r\n\n1. one\n2. two\n\n   more\n\n"
        "```python\nx = 1\n\ny = 2\n```\n\n> quote\n\n| a |\n|---|\n| 1 |\n\nend"
    )
    when = datetime(2026, 1, 1, tzinfo=UTC)
    view.show_turns([Turn(Message("whole", "c", None, "assistant", text, "complete", when))], "chat")
    whole = view.reply("whole").body.shown_text  # type: ignore[union-attr]
    for size in (1, 7, 40):
        view.show_turns([Turn(Message("live", "c", None, "assistant", "", "streaming", when))], "chat")
        body = view.reply("live").body  # type: ignore[union-attr]
        for start in range(0, len(text), size):
            body.append(text[start : start + size])
            body.flush()
        streamed = body.shown_text
        body.show_text(text)
        assert body.shown_text == whole
        assert streamed.split() == whole.split()

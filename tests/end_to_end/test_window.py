"""The product in one window: thumbs that are clicked change the next answer, and Undo brings the first one back.

Real model, real embedder, real engine process, real memory; the window is offscreen, the clicks are Qt's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.prompting import AnswerOptions
from engine.protocol import Sampling
from tests.end_to_end.test_feedback_changes_answers import QUESTION, SCORING_PATIENCE, SHORT, TAUGHT

if TYPE_CHECKING:
    from tests.app.window.conftest import Desk

pytestmark = [
    pytest.mark.model,
    pytest.mark.qt_log_level_fail("WARNING"),
    # Said by Qt's offscreen platform alone, which has no window manager to ask.
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]
ANSWER_MS = 300_000


def _ask_anew(desk: Desk) -> str:
    desk.click(desk.window.sidebar.new)
    desk.type_and_send(QUESTION)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=ANSWER_MS)
    reply = desk.last_reply()
    assert reply.turn.message.state == "complete"
    return reply.body.text


def _open(desk: Desk, conversation_id: str) -> None:
    desk.window.refresh_conversations()
    desk.bot.waitUntil(lambda: desk.window.background.pending == 0)
    desk.window.sidebar.selected.emit(conversation_id)
    desk.bot.waitUntil(lambda: desk.window.background.pending == 0)


def test_clicked_thumbs_shorten_the_next_answer_and_undo_restores_it(desk: Desk) -> None:
    assistant = desk.attune.assistant
    before = _ask_anew(desk)
    assert not desk.last_reply().tilt.isVisible()

    taught = []
    for text, manner, seed in TAUGHT:
        options = AnswerOptions(sampling=Sampling(max_tokens=120), seed=seed, system=manner, reward="none")
        taught.append(assistant.new_conversation().id)
        list(assistant.answer(taught[-1], text, options=options))
    assert assistant.settle(SCORING_PATIENCE)
    for conversation_id, (_, manner, _) in zip(taught, TAUGHT, strict=True):
        _open(desk, conversation_id)
        bar = desk.last_reply().bar
        desk.click(bar.thumb_up if manner == SHORT else bar.thumb_down)
        desk.bot.waitUntil(
            lambda bar=bar: bar.note.text().startswith("Saved on this computer."), timeout=ANSWER_MS
        )
    assert assistant.settle(SCORING_PATIENCE)

    shorter = _ask_anew(desk)
    assert "concise" in desk.last_reply().tilt.text()
    assert len(shorter.split()) < len(before.split())

    for conversation_id in taught:
        _open(desk, conversation_id)
        bar = desk.last_reply().bar
        desk.click(bar.undo)
        desk.bot.waitUntil(lambda bar=bar: bar.note.text().startswith("Taken back."), timeout=ANSWER_MS)
    assert _ask_anew(desk) == before

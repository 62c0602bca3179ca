"""A topic is found by its meaning with the real embedder, and forgotten in the real window by clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from app.panels.privacy_page import PrivacyPage

if TYPE_CHECKING:
    from pathlib import Path

    from memory.store import Store
    from tests.app.window.conftest import Desk

pytestmark = pytest.mark.model

PATIENCE_MS = 300_000
ABOUT = (
    "We are separating after ten years; who keeps the house?",
    "My ex wants custody, what are my rights?",
)
ELSE = (
    "Why is the sky blue?",
    "How long do I boil an egg?",
    "Explain recursion with an example",
    "What holes are these in my cabbage leaves?",
    "Is a week enough for Scotland without a car?",
    "Name three quiet hobbies",
)


def test_what_is_about_a_topic_in_other_words_is_found_and_forgotten(desk: Desk, tmp_path: Path) -> None:
    def fill(store: Store) -> None:
        for text in (*ABOUT, *ELSE):
            conversation = store.create_conversation("")
            asked = store.add_message(conversation.id, None, "user", text)
            store.add_message(conversation.id, asked.id, "assistant", "I can't say.")

    desk.attune.store.call(fill)
    desk.click(desk.window.sidebar.private)
    (page,) = desk.window.findChildren(PrivacyPage)
    desk.bot.keyClicks(page.words, "divorce")
    desk.click(page.preview)
    desk.bot.waitUntil(lambda: "in other words: tick those" in page.also.text(), timeout=PATIENCE_MS)
    assert {passage.text for passage in page.list.passages} == set(ABOUT)
    assert page.list.chosen == ()
    desk.click(page.all)
    page.forget.setFocus()
    desk.bot.keyClick(page.forget, Qt.Key.Key_Space)
    (box,) = page.window().findChildren(QMessageBox)
    agree = next(button for button in box.buttons() if button.text() == "Forget for good")
    assert isinstance(agree, QPushButton)
    desk.click(agree)
    desk.bot.waitUntil(lambda: page.said.text() == "Forgotten: 4 messages.", timeout=PATIENCE_MS)
    left = desk.attune.store.call(lambda s: [m.content for c in s.conversations() for m in s.messages(c.id)])
    assert {text for text in left if text != "I can't say."} == set(ELSE)
    files = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not [text for text in ABOUT if any(text.encode() in content for content in files)]
    page.window().close()

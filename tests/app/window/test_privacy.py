"""The page of privacy, by clicks: what is there, what goes, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from app.connections import Seen
from app.kept import Network
from app.panels.privacy_page import PrivacyPage
from app.panels.settings import SettingsDialog
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.app.window.conftest import Desk


@pytest.fixture
def page(desk: Desk) -> Iterator[PrivacyPage]:
    desk.ask("what about hedgehogs?")
    desk.window.new_conversation()
    desk.ask("why is the sky blue?")
    desk.settle()
    desk.click(desk.window.sidebar.private)
    (dialog,) = desk.window.findChildren(SettingsDialog)
    (found,) = dialog.findChildren(PrivacyPage)
    desk.bot.waitUntil(lambda: "Looked" in found.looked.text(), timeout=WAIT)
    desk.settle()
    yield found
    for box in desk.window.findChildren(SettingsDialog):
        box.close()


def agree(desk: Desk, page: PrivacyPage) -> None:
    (box,) = page.window().findChildren(QMessageBox)
    button = next(b for b in box.buttons() if b.text() in ("Forget for good", "Delete for good"))
    assert isinstance(button, QPushButton)
    desk.click(button)
    desk.settle()


def test_it_says_where_and_how_much(desk: Desk, page: PrivacyPage) -> None:
    assert page.path.text() == str(desk.attune.folder)
    assert page.counts.text().startswith("2 conversations, 4 messages")
    assert page.sizes[0].text().endswith("kB")
    assert page.network.text() == "No connection to the network right now."


@pytest.mark.parametrize(
    ("network", "text", "looked"),
    [
        (Network(Seen((), frozenset(), 0), "", engine=False), "No connection", "The engine is not running."),
        (Network(Seen((), frozenset(), 0), "", engine=True), "No connection", "the window and the engine."),
        (Network(Seen(("9.9.9.9",), frozenset(), 0), "", engine=True), "One connection", "the engine."),
        (
            Network(Seen(("9.9.9.9", "8.8.8.8"), frozenset(), 0), "huggingface.co", engine=True),
            "Downloading from huggingface.co. Connected to: 9.9.9.9, 8.8.8.8",
            "the engine.",
        ),
        (Network(Seen((), frozenset(), 1), "", engine=True), "does not show", "the system refused."),
    ],
)
def test_the_line_says_what_was_seen_and_looked_at(
    page: PrivacyPage, network: Network, text: str, looked: str
) -> None:
    page.show_network(network)
    assert text in page.network.text()
    assert page.looked.text().endswith(looked)


def test_a_look_that_fails_is_tried_again(
    desk: Desk, page: PrivacyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> Seen:
        raise OSError("no")

    desk.settle()
    monkeypatch.setattr("app.kept.look", refused)
    page.look_requested.emit()
    desk.settle()
    assert "does not show" in page.network.text()
    monkeypatch.undo()
    page.look_requested.emit()
    desk.settle()
    assert page.network.text() == "No connection to the network right now."


def test_a_topic_is_shown_then_forgotten(desk: Desk, page: PrivacyPage) -> None:
    desk.bot.keyClicks(page.words, "Hedgehogs")
    desk.click(page.preview)
    desk.settle()
    assert "hedgehogs" in page.list.item(0).text()
    desk.click(page.forget)
    assert desk.attune.assistant.counts().messages == 4
    agree(desk, page)
    assert desk.attune.assistant.counts().messages == 2
    assert [turn.message.role for turn in desk.window.chat.transcript.turns] == ["user", "assistant"]


def test_what_is_not_ticked_stays(desk: Desk, page: PrivacyPage) -> None:
    desk.bot.keyClicks(page.words, "hedgehogs")
    desk.click(page.preview)
    desk.settle()
    page.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert not page.forget.isEnabled()


def test_the_last_hour_goes_from_the_open_chat_too(desk: Desk, page: PrivacyPage) -> None:
    page.what.setCurrentIndex(1)
    desk.click(page.preview)
    desk.settle()
    assert page.list.count() == 2
    desk.click(page.forget)
    agree(desk, page)
    assert desk.attune.assistant.counts().messages == 0
    assert not desk.window.chat.transcript.turns

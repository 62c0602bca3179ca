"""Fetching models in the window, from a hub on this computer: offers, progress, pause, trouble, any repository."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from shiboken6 import isValid

from app.panels.repository_dialog import RepositoryDialog
from engine.models.download import Wanted
from engine.models.hub import Hub
from tests.app.window.conftest import WAIT
from tests.hub_server import FILE, REPOSITORY, Content, HubServer, serving, sparse_gguf, trickle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.panels.models import ModelsDialog
    from app.panels.offer_card import OfferCard
    from engine.models.hub import Listing
    from tests.app.window.conftest import Desk

SIZE = 300_000
WANTED = Wanted("Tiny", REPOSITORY, FILE)


@pytest.fixture
def server() -> Iterator[HubServer]:
    with serving(Content(sparse_gguf(SIZE), SIZE)) as made:
        yield made


@pytest.fixture
def dialog(desk: Desk, server: HubServer) -> ModelsDialog:
    desk.attune.models.downloads.hub = Hub(server.address, stall=1.0)
    desk.window.models.open_dialog()
    made = desk.window.models.dialog
    assert made is not None
    desk.bot.waitUntil(lambda: bool(made.cards), timeout=WAIT)
    desk.settle()
    return made


def _card(desk: Desk) -> OfferCard:
    getting = desk.window.models.getting
    desk.bot.waitUntil(lambda: WANTED.key in getting.cards, timeout=WAIT)
    return getting.cards[WANTED.key]


def test_opening_the_models_asks_nothing_of_the_network(
    desk: Desk, dialog: ModelsDialog, server: HubServer
) -> None:
    assert not server.requests
    cards = desk.window.models.getting.cards
    assert len(cards) >= 9
    assert all(card.download.text().startswith("Download") for card in cards.values())
    facts, fit, _ = next(card.lines for card in cards.values() if "360M" in card.wanted.name)
    assert facts.text() == "SmolLM2 family  ·  about 385 MB  ·  Apache-2.0  ·  context 8,192"
    assert fit.text().endswith("  ·  needs about 1.1 GB of memory")


def test_one_model_is_recommended_with_a_reason(desk: Desk, dialog: ModelsDialog) -> None:
    getting = desk.window.models.getting
    assert getting.advice.isVisible()
    assert getting.advice_title.text().startswith("For this computer: ")
    assert getting.advice_reason.text().endswith(" that are free.")


def test_a_file_of_any_repository_arrives_and_can_be_used(
    desk: Desk, dialog: ModelsDialog, server: HubServer
) -> None:
    desk.click(desk.window.models.getting.repository_button)
    asking = dialog.findChild(RepositoryDialog)
    desk.bot.keyClicks(asking.name, REPOSITORY)
    desk.click(asking.look)
    desk.bot.waitUntil(lambda: asking.files.count() == 1, timeout=WAIT)
    assert asking.files.item(0).text() == f"{FILE}   300 kB"
    assert "mit" in asking.note.text()
    desk.click(asking.download)
    library = desk.attune.models.library
    desk.bot.waitUntil(lambda: any(m.repository == REPOSITORY for m in library.models()), timeout=WAIT)
    (model,) = (m for m in library.models() if m.repository == REPOSITORY)
    desk.bot.waitUntil(lambda: model.path in dialog.cards, timeout=WAIT)
    assert dialog.note.text() == "tiny is here. Press Use to let it answer."
    assert model.sha256 == server.sha256
    desk.settle()
    dialog.column.parentWidget().parentWidget().parentWidget().ensureWidgetVisible(
        dialog.cards[model.path].use
    )
    desk.click(dialog.cards[model.path].use)
    desk.bot.waitUntil(lambda: dialog.cards[model.path].known.current, timeout=WAIT)


def test_a_download_is_paused_gone_on_with_and_cancelled(
    desk: Desk, dialog: ModelsDialog, server: HubServer
) -> None:
    server.faults = [trickle(0.03), trickle(0.03)]
    desk.window.models.getting.start(WANTED)
    card = _card(desk)
    desk.bot.waitUntil(lambda: "a second" in card.status.text(), timeout=WAIT)
    assert card.bar.value() > 0
    assert "SHA-256" in card.proof.text()
    assert server.sha256 in card.proof.toolTip()
    card.pause.setFocus()
    desk.bot.keyClick(card.pause, Qt.Key.Key_Space)
    desk.bot.waitUntil(lambda: card.status.text().startswith("Paused"), timeout=WAIT)
    assert card.download.text() == "Go on"
    assert dialog.focusWidget() is card.download
    desk.bot.keyClick(card.download, Qt.Key.Key_Space)
    desk.bot.waitUntil(lambda: "a second" in card.status.text(), timeout=WAIT)
    card.cancel.setFocus()
    desk.bot.keyClick(card.cancel, Qt.Key.Key_Space)
    desk.bot.waitUntil(lambda: not card.isVisible(), timeout=WAIT)
    desk.settle()
    assert not list(desk.attune.models.library.folder.rglob("*.part"))


def test_what_fails_says_why_and_what_to_do(desk: Desk, dialog: ModelsDialog, server: HubServer) -> None:
    server.status = 404
    desk.window.models.getting.start(WANTED)
    card = _card(desk)
    desk.bot.waitUntil(lambda: card.status.text().startswith("There is no tiny.gguf"), timeout=WAIT)
    assert card.download.text() == "Try again"
    assert card.status.text().endswith("Check the name on the repository’s page.")


def test_a_repository_that_is_none_says_so(desk: Desk, dialog: ModelsDialog, server: HubServer) -> None:
    asking = desk.window.models.getting.open_repository()
    desk.bot.keyClicks(asking.name, "nobody/nothing")
    desk.click(asking.look)
    desk.bot.waitUntil(lambda: "There is no nobody/nothing" in asking.note.text(), timeout=WAIT)
    assert not asking.download.isEnabled()
    desk.click(asking.cancel)


def test_looking_into_a_repository_holds_up_nothing_and_can_be_left(
    desk: Desk, dialog: ModelsDialog, server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, looked = threading.Event(), threading.Event()
    look = desk.attune.models.downloads.hub.list

    def slow(name: str) -> Listing:
        go_on.wait(10)
        looked.set()
        return look(name)

    monkeypatch.setattr(desk.attune.models.downloads.hub, "list", slow)
    asking = desk.window.models.getting.open_repository()
    desk.bot.keyClicks(asking.name, REPOSITORY)
    desk.click(asking.look)
    done: list[bool] = []
    desk.window.background.run(lambda: None, lambda _: done.append(not looked.is_set()))
    desk.bot.waitUntil(lambda: done == [True], timeout=WAIT)
    desk.click(asking.cancel)
    desk.bot.waitUntil(lambda: not isValid(asking), timeout=WAIT)
    streams = [t for t in threading.enumerate() if t.name == "attune-window-answer"]
    go_on.set()
    for thread in streams:
        thread.join()
    desk.bot.wait(20)  # what is delivered now would be raised by pytest-qt


def test_closing_the_window_pauses_and_the_next_start_offers_to_go_on(
    desk: Desk, dialog: ModelsDialog, server: HubServer
) -> None:
    server.faults = [trickle(0.03)]
    desk.window.models.getting.start(WANTED)
    desk.bot.waitUntil(lambda: any(p.done > 4096 for p in desk.attune.models.downloads.all()), timeout=WAIT)
    desk.attune.models.downloads.close()
    again = type(desk.attune.models.downloads)(desk.attune.models.library, Hub(server.address))
    assert [p.state for p in again.all()] == ["paused"]


def test_whoever_has_only_the_small_model_is_shown_the_way_to_a_larger_one(desk: Desk) -> None:
    assert desk.window.chat.empty.larger.isVisible()
    desk.click(desk.window.chat.empty.larger)
    dialog = desk.window.models.dialog
    assert dialog is not None
    desk.bot.waitUntil(lambda: bool(dialog.cards), timeout=WAIT)
    assert desk.window.models.getting.advice.isVisible()

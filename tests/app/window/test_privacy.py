"""The page of privacy, by clicks: what is there, what goes, and what is left."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QListWidgetItem, QMessageBox, QPushButton, QScrollArea
from sqlalchemy import update

from app.connections import Seen
from app.kept import Keeping, Network
from app.panels.forget import ForgetDialog
from app.panels.privacy_page import PrivacyPage
from app.panels.settings import SettingsDialog
from engine.errors import StarterMissingError
from memory.schema import MessageRow
from tests.app.window.conftest import WAIT
from tests.app.window.test_transfer import save
from tests.fakes import EMBEDDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication, QWidget

    from memory.store import Store
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


def looked_for(desk: Desk, page: PrivacyPage, words: str) -> None:
    page.words.clear()
    desk.bot.keyClicks(page.words, words)
    desk.click(page.preview)
    desk.bot.waitUntil(lambda: done_looking(page), timeout=WAIT)
    desk.settle()


def done_looking(page: PrivacyPage) -> bool:
    return bool(page.also.text()) and not page.also.text().endswith("…")


def rows(page: PrivacyPage) -> list[str]:
    items = (page.list.item(row) for row in range(page.list.count()))
    return [item.text().splitlines()[0] for item in items]


def row_of(page: PrivacyPage, words: str) -> QListWidgetItem:
    (found,) = page.list.findItems(words, Qt.MatchFlag.MatchContains)
    return found


def tick(desk: Desk, page: PrivacyPage, words: str) -> None:
    """Choose a row by a click and change its tick by Space."""
    item = row_of(page, words)
    page.list.scrollToItem(item)
    desk.bot.mouseClick(
        page.list.viewport(), Qt.MouseButton.LeftButton, pos=page.list.visualItemRect(item).center()
    )
    desk.bot.keyClick(page.list, Qt.Key.Key_Space)


def test_a_topic_is_shown_then_forgotten(desk: Desk, page: PrivacyPage) -> None:
    looked_for(desk, page, "Hedgehogs")
    assert "hedgehogs" in rows(page)[0]
    desk.click(page.forget)
    assert desk.attune.assistant.counts().messages == 4
    agree(desk, page)
    assert desk.attune.assistant.counts().messages == 2
    assert [turn.message.role for turn in desk.window.chat.transcript.turns] == ["user", "assistant"]
    assert page.said.text() == "Forgotten: 2 messages."


def test_what_is_not_ticked_stays(desk: Desk, page: PrivacyPage) -> None:
    looked_for(desk, page, "hedgehogs")
    tick(desk, page, "whole conversation")
    tick(desk, page, "what about hedgehogs?\n")
    assert not page.forget.isEnabled()
    assert page.said.text() == "Nothing is ticked."


def test_the_same_in_other_words_is_found_and_is_the_users_to_tick(desk: Desk, page: PrivacyPage) -> None:
    """The fake embedder is a bag of words: *questions about* brings the other question close."""
    looked_for(desk, page, "why sky hedgehogs about")
    assert page.also.text().startswith("2 more are about it in other words")
    first, *found = rows(page)
    assert first == "In other words, closest first"
    assert sorted(found) == ["what about hedgehogs?", "why is the sky blue?"]
    assert not page.forget.isEnabled()
    tick(desk, page, "sky")
    assert page.said.text().startswith("One entry will be forgotten")
    desk.click(page.forget)
    agree(desk, page)
    assert desk.attune.store.call(lambda s: s.passages_with("blue")) == ()
    assert len(desk.attune.store.call(lambda s: s.passages_with("hedgehogs"))) == 2


def test_while_the_embedder_loads_the_words_themselves_are_shown_and_ticks_are_kept(
    desk: Desk, page: PrivacyPage
) -> None:
    desk.attune.store.call(lambda s: s.create_conversation("hedgehogs in winter"))
    with desk.attune.assistant.aside():  # as long as somebody else has the engine
        desk.bot.keyClicks(page.words, "hedgehogs")
        desk.click(page.preview)
        desk.bot.waitUntil(lambda: page.list.count() > 0, timeout=WAIT)
        assert page.also.text() == "Looking for the same in other words too …"
        tick(desk, page, "winter")
    desk.bot.waitUntil(lambda: done_looking(page), timeout=WAIT)
    assert row_of(page, "winter").checkState() == Qt.CheckState.Unchecked
    assert "winter" not in [passage.text for passage in page.list.chosen]


def test_without_an_embedder_it_says_that_only_words_were_looked_for(
    desk: Desk, page: PrivacyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> None:
        raise StarterMissingError

    monkeypatch.setattr("tests.fakes.embed", broken)
    looked_for(desk, page, "hedgehogs")
    assert page.also.text().startswith("Only these very words")
    assert rows(page)
    assert page.forget.isEnabled()


def test_questions_that_came_from_elsewhere_are_compared_too(desk: Desk, page: PrivacyPage) -> None:
    def import_some(store: Store) -> None:
        for number in range(40):
            conversation = store.create_conversation("")
            store.add_message(conversation.id, None, "user", f"a spiny animal, number {number}")

    desk.attune.store.call(import_some)
    looked_for(desk, page, "spiny animal zoo")
    assert sum("spiny animal" in row for row in rows(page)) == 40
    assert desk.attune.store.call(lambda s: s.unembedded_questions(EMBEDDER)) == ()


def test_all_is_ticked_or_nothing(desk: Desk, page: PrivacyPage) -> None:
    looked_for(desk, page, "why sky hedgehogs about")
    assert page.list.chosen == ()
    assert page.all.text() == "Tick all"
    desk.click(page.all)
    assert page.list.chosen == page.list.passages
    assert page.all.text() == "Tick none"
    desk.click(page.all)
    assert page.list.chosen == ()


def test_what_goes_along_with_something_ticked_can_not_be_kept(desk: Desk, page: PrivacyPage) -> None:
    looked_for(desk, page, "hedgehogs")
    question = row_of(page, "what about hedgehogs?\n")
    assert not question.flags() & Qt.ItemFlag.ItemIsEnabled
    tick(desk, page, "whole conversation")
    assert question.flags() & Qt.ItemFlag.ItemIsEnabled
    assert question.checkState() == Qt.CheckState.Checked


def test_the_last_hour_goes_from_the_open_chat_too(desk: Desk, page: PrivacyPage) -> None:
    page.what.setCurrentIndex(1)
    desk.click(page.preview)
    desk.settle()
    assert page.list.count() == 2
    desk.click(page.forget)
    agree(desk, page)
    assert desk.attune.assistant.counts().messages == 0
    assert not desk.window.chat.transcript.turns


def test_an_answer_being_written_ends_before_its_question_is_forgotten(
    desk: Desk, page: PrivacyPage, caplog: pytest.LogCaptureFixture
) -> None:
    with desk.engine.held(3):
        desk.window.controller.ask("a long one, please")
        desk.bot.waitUntil(lambda: bool(desk.last_reply().body.text), timeout=WAIT)
        page.what.setCurrentIndex(1)
        desk.click(page.preview)
        desk.bot.waitUntil(lambda: page.list.count() == 3, timeout=WAIT)
        assert desk.window.controller.answering
        desk.click(page.forget)
        agree(desk, page)
        desk.bot.waitUntil(lambda: page.said.text().startswith("Forgotten"), timeout=WAIT)
    assert not desk.window.controller.answering
    assert desk.attune.assistant.counts().messages == 0
    assert not desk.window.chat.transcript.turns
    assert not [record for record in caplog.records if "broke" in record.message]


def test_between_two_days_all_of_them_goes_and_nothing_else(desk: Desk, page: PrivacyPage) -> None:
    def long_ago(store: Store) -> None:
        conversation = store.create_conversation("")
        old = store.add_message(conversation.id, None, "user", "asked long ago")
        with store._database.transaction() as session:
            session.execute(
                update(MessageRow)
                .where(MessageRow.id == old.id)
                .values(created_at=datetime.now(UTC) - timedelta(days=100))
            )

    desk.attune.store.call(long_ago)
    page.what.setFocus()
    desk.bot.keyClick(page.what, Qt.Key.Key_End)
    assert page.start.isVisible()
    assert not page.words.isVisible()
    today = QDate.currentDate()
    page.start.setDate(today.addDays(1))
    desk.click(page.preview)
    assert page.said.text() == "The first day comes after the last. Change one of them."
    page.start.setDate(today.addDays(-1))
    desk.click(page.preview)
    desk.settle()
    assert sorted(rows(page)) == ["what about hedgehogs?", "why is the sky blue?"]
    ticks = [page.list.item(row).data(Qt.ItemDataRole.CheckStateRole) for row in range(2)]
    assert ticks == [None, None]
    desk.click(page.forget)
    agree(desk, page)
    left = desk.attune.store.call(lambda s: [m.content for c in s.conversations() for m in s.messages(c.id)])
    assert left == ["asked long ago"]


def test_days_are_written_in_the_order_of_the_windows_language(qapp: QApplication, page: PrivacyPage) -> None:
    day = QDate(2026, 3, 2)
    page.start.setDate(day)
    assert page.start.text() == QLocale().toString(day, page.start.displayFormat())
    assert "2026" in page.start.text()


def test_a_note_is_forgotten_with_its_thumb_and_the_answer_stays(desk: Desk, page: PrivacyPage) -> None:
    reply = desk.last_reply().turn.message
    desk.attune.assistant.rate(reply.id, -1, (), "no zebra in it, please")
    looked_for(desk, page, "zebra")
    desk.click(page.forget)
    agree(desk, page)
    assert page.said.text() == "Forgotten: 1 rating."
    assert desk.attune.store.call(lambda s: s.feedback(reply.id)) is None
    assert desk.attune.store.call(lambda s: s.message(reply.id)) == reply
    assert not desk.last_reply().bar.thumb_down.isChecked()


def test_a_conversation_is_forgotten_whole_by_its_title(desk: Desk, page: PrivacyPage) -> None:
    open_id = desk.window.controller.conversation_id
    assert open_id is not None
    desk.attune.assistant.rename(open_id, "Zebra crossings")
    looked_for(desk, page, "zebra")
    assert rows(page)[0] == "The whole conversation “Zebra crossings”"
    desk.click(page.forget)
    agree(desk, page)
    assert desk.window.controller.conversation_id is None
    assert [c.title for c in desk.attune.assistant.conversations()] == ["what about hedgehogs?"]


def test_nothing_is_forgotten_where_the_question_is_answered_with_keep(desk: Desk, page: PrivacyPage) -> None:
    looked_for(desk, page, "hedgehogs")
    desk.click(page.forget)
    (box,) = page.window().findChildren(QMessageBox)
    keep = next(b for b in box.buttons() if b.text() == "Keep")
    assert isinstance(keep, QPushButton)
    desk.click(keep)
    desk.settle()
    assert desk.attune.assistant.counts().messages == 4


def test_what_was_found_about_a_topic_does_not_stand_under_a_time_chosen_since(
    desk: Desk, page: PrivacyPage
) -> None:
    go_on = threading.Event()
    desk.window.background.run(lambda: go_on.wait(10))
    desk.bot.keyClicks(page.words, "hedgehogs")
    desk.click(page.preview)
    page.what.setCurrentIndex(3)
    desk.click(page.preview)
    go_on.set()
    desk.settle()
    desk.bot.waitUntil(lambda: bool(page.list.count()), timeout=WAIT)
    assert sorted(rows(page)) == ["what about hedgehogs?", "why is the sky blue?"]
    assert not page.also.text()
    assert not page.all.isVisible()  # there is nothing to tick in a time


def test_an_earlier_copy_is_listed_and_deleted_for_good(desk: Desk, page: PrivacyPage) -> None:
    copy = desk.attune.folder / "attune.damaged-20260302-101500.db"
    copy.write_bytes(b"scrap " * 1000)
    desk.click(page.window().done_button)
    desk.click(desk.window.sidebar.private)
    reopened = next(d for d in desk.window.findChildren(PrivacyPage) if d.isVisible())
    desk.bot.waitUntil(lambda: bool(reopened.copies), timeout=WAIT)
    (delete,) = reopened.copies
    assert delete.accessibleName() == f"Delete {copy.name}…"
    show(desk, delete)
    desk.click(delete)
    assert copy.exists()
    agree(desk, reopened)
    desk.bot.waitUntil(lambda: not reopened.copies, timeout=WAIT)
    assert not copy.exists()


def test_what_goes_while_it_is_measured_counts_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    models = desk.attune.settings.data_dir / "models"
    arriving = models / ".downloads" / "one"
    arriving.mkdir(parents=True)
    (models / "there.bin").write_bytes(b"7 bytes")
    copy = desk.attune.folder / "attune.damaged-20260302-101500.db"
    copy.write_bytes(b"scrap")
    look, earlier = os.scandir, desk.attune.store.call

    def gone(path: Any) -> Any:
        if Path(path) == arriving:
            arriving.rmdir()
        return look(path)

    def deleted(asked: Any) -> Any:
        found = earlier(asked)
        if found == (copy,):
            copy.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(os, "scandir", gone)
    monkeypatch.setattr(desk.attune.store, "call", deleted)
    kept = Keeping(desk.attune).kept()
    assert (kept.models, kept.copies) == (7, ())
    assert not arriving.exists()
    assert not copy.exists()


def show(desk: Desk, widget: QWidget) -> None:
    """Scroll the page to a widget."""
    area = next(a for a in desk.window.findChildren(QScrollArea) if a.isAncestorOf(widget))
    area.ensureWidgetVisible(widget)
    desk.bot.wait(5)


def test_the_folder_opens_in_the_files_of_the_system(
    desk: Desk, page: PrivacyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    desk.click(page.open_folder)
    assert opened == [str(desk.attune.folder)]


def test_everything_is_exported_to_a_file(desk: Desk, page: PrivacyPage, tmp_path: Path) -> None:
    desk.click(page.export)
    file = tmp_path / "all.json"
    save(desk, file, "JSON")
    desk.bot.waitUntil(file.exists, timeout=WAIT)
    desk.bot.waitUntil(lambda: "saved in" in desk.window.toast.text.text(), timeout=WAIT)
    assert "what about hedgehogs?" in file.read_text(encoding="utf-8")


def test_the_trash_is_one_click_away(desk: Desk, page: PrivacyPage) -> None:
    show(desk, page.open_trash)
    desk.click(page.open_trash)
    desk.settle()
    assert not desk.window.findChildren(PrivacyPage) or not page.isVisible()
    assert desk.window.sidebar.place == "trash"


def test_a_temporary_chat_begins_from_here_and_leaves_nothing(desk: Desk, page: PrivacyPage) -> None:
    show(desk, page.temporary)
    desk.click(page.temporary)
    desk.settle()
    assert desk.window.controller.temporary
    desk.ask("a zebra nobody hears of")
    desk.settle()
    desk.window.new_conversation()
    desk.settle()
    assert desk.attune.assistant.counts().messages == 4
    held = [
        p.name for p in desk.attune.folder.rglob("*") if p.is_file() and b"a zebra nobody" in p.read_bytes()
    ]
    assert held == []


def test_everything_is_forgotten_only_after_the_typed_word(desk: Desk, page: PrivacyPage) -> None:
    desk.attune.assistant.set_preference("warm", 0.5)
    show(desk, page.everything)
    desk.click(page.everything)
    desk.bot.waitUntil(lambda: bool(desk.window.findChildren(ForgetDialog)), timeout=WAIT)
    (dialog,) = desk.window.findChildren(ForgetDialog)
    assert not dialog.forget.isEnabled()
    desk.bot.keyClicks(dialog.word, "forge")
    desk.bot.keyClick(dialog.word, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert not dialog.forget.isEnabled()
    desk.bot.keyClicks(dialog.word, "t")
    desk.click(dialog.forget)
    desk.settle()
    assert desk.attune.assistant.counts().messages == 0
    assert desk.attune.store.call(lambda s: s.settings()) == ()
    assert not desk.window.chat.transcript.turns
    held = [p.name for p in desk.attune.folder.rglob("*") if p.is_file() and b"hedgehogs" in p.read_bytes()]
    assert held == []

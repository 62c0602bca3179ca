"""Attune's place on the desktop: one instance, tray, quick question, notifications, and the terminal beside it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from app.desktop import presence as presence_module
from app.desktop.choices import Choices, read_choices
from app.desktop.handover import come_forward, hand_over, server_name
from app.desktop.instance import Instance
from app.desktop.presence import Presence
from tests.app.window.conftest import WAIT
from tests.app.window.test_every_control import controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.app.window.conftest import Desk

QUESTION = "What shall I cook?"
PROGRAM = 60.0  # seconds a program of its own may take


@pytest.fixture
def presence(desk: Desk) -> Iterator[Presence]:
    yield Presence(desk.attune, desk.window, has_tray=True)
    desk.window.stays = lambda: False


def _elsewhere(desk: Desk, call: Callable[[], Any], timeout: float = WAIT) -> Any:
    """Run ``call`` on another thread, as another program would, while the window goes on."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    desk.bot.waitUntil(lambda: not thread.is_alive(), timeout=timeout)
    return results[0]


def _attune(desk: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``attune`` as a program of its own on the data of the open window."""
    command = [sys.executable, "-m", "app", "--data-dir", str(desk.attune.settings.data_dir), *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return _elsewhere(
        desk,
        lambda: subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PROGRAM,
            stdin=subprocess.DEVNULL,
        ),
        timeout=1000 * PROGRAM + WAIT,  # so that the program's own limit is the one that is met
    )


def test_a_second_start_raises_the_window_that_is_open(desk: Desk, presence: Presence) -> None:
    desk.window.showMinimized()
    done = _attune(desk)
    assert (done.returncode, done.stderr) == (0, "")
    assert not desk.window.isMinimized()
    assert desk.window.isVisible()


def test_a_second_start_with_quick_opens_the_quick_question(desk: Desk, presence: Presence) -> None:
    done = _attune(desk, "--quick")
    assert (done.returncode, done.stderr) == (0, "")
    assert presence.quick.isVisible()
    assert presence.quick.composer.entry.hasFocus()


def test_without_an_open_attune_nothing_is_handed_over(tmp_path: Path) -> None:
    assert not come_forward(tmp_path, "open")


def test_a_socket_left_by_a_crash_is_taken_over(desk: Desk) -> None:
    name = server_name(desk.attune.settings.data_dir)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(name)
    assert not come_forward(desk.attune.settings.data_dir, "open")
    presence = Presence(desk.attune, desk.window, has_tray=False)
    assert presence.instance.listening
    assert _elsewhere(desk, lambda: come_forward(desk.attune.settings.data_dir, "open"))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_user_reaches_the_socket(desk: Desk, presence: Presence) -> None:
    mode = os.stat(server_name(desk.attune.settings.data_dir)).st_mode
    assert mode & 0o077 == 0


def test_noise_on_the_socket_is_dropped(desk: Desk, presence: Presence) -> None:
    def shout() -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(server_name(desk.attune.settings.data_dir))
            connection.sendall(b"\xff not json\n")
            return connection.recv(100)

    assert _elsewhere(desk, shout) == b""
    assert _elsewhere(desk, lambda: come_forward(desk.attune.settings.data_dir, "open"))


def test_a_place_where_no_socket_can_be_leaves_the_window_as_it_is(
    qapp: QApplication, tmp_path: Path
) -> None:
    instance = Instance(str(tmp_path / "gone" / "attune.sock"))
    assert not instance.listening
    instance.close()


# The terminal beside an open window


def test_the_terminal_is_answered_by_the_open_window(desk: Desk, presence: Presence) -> None:
    before = desk.attune.assistant.counts()
    done = _attune(desk, "ask", QUESTION, "--seed", "1", "--set", "concise=1", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["model"] == "Fake"
    assert report["weights"] == {"concise": 1.0}
    assert desk.attune.assistant.counts() == before


def test_the_terminal_hears_what_the_window_has_learned(desk: Desk, presence: Presence) -> None:
    desk.attune.assistant.set_preference("concise", 0.8)
    report = json.loads(_attune(desk, "ask", QUESTION, "--json").stdout)
    assert report["weights"]["concise"] == pytest.approx(0.8)
    fresh = json.loads(_attune(desk, "ask", QUESTION, "--json", "--fresh").stdout)
    assert fresh["weights"] == {}


def test_what_goes_wrong_in_the_window_is_said_in_the_terminal(desk: Desk, presence: Presence) -> None:
    desk.ask("so that the model is loaded")
    desk.engine.die_after(1)
    done = _attune(desk, "ask", QUESTION)
    assert done.returncode == 1
    assert done.stderr.startswith("attune: ")
    assert "Traceback" not in done.stderr


def test_another_model_is_not_the_open_windows_business(desk: Desk, presence: Presence) -> None:
    request = {"do": "ask", "model": ["/else.gguf", 4096], "options": {}, "question": {}}
    answers = _elsewhere(desk, lambda: list(hand_over(desk.attune.settings.data_dir, request) or ()))
    assert answers == [{"declined": True}]


def test_closing_the_window_ends_an_answer_for_the_terminal(desk: Desk, presence: Presence) -> None:
    desk.ask("so that the model is loaded")
    texts: list[Any] = []

    def listen() -> None:
        from app.cli.arguments import make_parser
        from app.cli.ask import Question
        from app.desktop.questions import request_of

        options = make_parser().parse_args(["ask", QUESTION, "--no-features"])
        request = request_of(desk.attune.settings, options, Question(QUESTION, None, 1, ""))
        texts.extend(hand_over(desk.attune.settings.data_dir, request) or ())

    with desk.engine.held(6):
        thread = threading.Thread(target=listen)
        thread.start()
        desk.bot.waitUntil(lambda: len(texts) > 3, timeout=WAIT)
        desk.window.close()
        thread.join(10)
        assert not thread.is_alive()
    assert not any("report" in text for text in texts)


# Tray


def test_closing_ends_attune_unless_it_is_to_stay_in_the_tray(desk: Desk, presence: Presence) -> None:
    assert presence.tray
    finished: list[int] = []
    presence.finished.connect(lambda: finished.append(1))
    presence.tray.stay.trigger()
    desk.settle()
    assert read_choices(desk.attune.store) == Choices(stay=True)
    desk.window.close()
    assert not desk.window.isVisible()
    assert not finished
    presence.tray.open_requested.emit()
    assert desk.window.isVisible()
    QTest.keySequence(desk.window, QKeySequence("Ctrl+Q"))
    assert not desk.window.isVisible()
    assert finished


def test_the_tray_opens_asks_begins_and_quits(desk: Desk, presence: Presence) -> None:
    assert presence.tray
    desk.ask("why?")
    actions = {action.text(): action for action in presence.tray.menu.actions()}
    actions["New conversation"].trigger()
    assert desk.window.chat.empty.isVisible()
    actions["Quick question"].trigger()
    assert presence.quick.isVisible()
    actions["Quit"].trigger()
    assert not desk.window.isVisible()
    assert not presence.quick.isVisible()


def test_without_a_tray_closing_ends_attune_whatever_was_chosen(desk: Desk) -> None:
    desk.attune.store.call(lambda store: store.set_setting("desktop", '{"stay": true, "notify": "?"}'))
    presence = Presence(desk.attune, desk.window, has_tray=False)
    assert presence.choices == Choices(stay=True)
    finished: list[int] = []
    presence.finished.connect(lambda: finished.append(1))
    desk.window.close()
    assert finished


# Notifications


@pytest.fixture
def said(presence: Presence, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    assert presence.tray
    heard: list[tuple[Any, ...]] = []
    monkeypatch.setattr(presence.tray, "say", lambda *what: heard.append(what))
    return heard


def test_a_long_answer_that_ends_unseen_is_told_and_a_click_opens_it(
    desk: Desk, said: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "LONG_ANSWER", 0.0)
    with desk.engine.held(3):
        desk.type_and_send("a private question")
        desk.window.hide()
    desk.bot.waitUntil(lambda: bool(said), timeout=WAIT)
    conversation = desk.window.controller.conversation_id
    title, text, clicked = said[0]
    assert "private" not in title + text
    desk.window.new_conversation()
    clicked()
    desk.settle()
    assert desk.window.isVisible()
    assert desk.window.controller.conversation_id == conversation
    assert desk.window.chat.transcript.turns[0].message.content == "a private question"


def _ask_hidden(desk: Desk, text: str) -> None:
    desk.window.controller.ask(text)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)


def test_short_answers_and_seen_ones_are_not_told(
    desk: Desk, presence: Presence, said: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "LONG_ANSWER", 0.0)
    desk.window.activateWindow()
    desk.bot.waitUntil(desk.window.isActiveWindow)
    desk.ask("seen")
    desk.window.hide()
    presence.choices = Choices(notify=False)
    _ask_hidden(desk, "unwanted")
    presence.choices = Choices()
    monkeypatch.setattr(presence_module, "LONG_ANSWER", 60.0)
    _ask_hidden(desk, "short")
    desk.window.show()
    assert said == []


# Quick question


def _ask_quick(desk: Desk, presence: Presence, text: str) -> None:
    QTest.keySequence(QApplication.focusWidget() or desk.window, QKeySequence("Ctrl+Shift+Space"))
    quick = presence.quick
    desk.bot.keyClicks(quick.composer.entry, text)
    desk.bot.keyClick(quick.composer.entry, Qt.Key.Key_Return)


def test_a_quick_question_is_answered_kept_and_continued(desk: Desk, presence: Presence) -> None:
    _ask_quick(desk, presence, QUESTION)
    quick = presence.quick
    desk.bot.waitUntil(lambda: not quick.answering, timeout=WAIT)
    desk.settle()
    assert len(quick.body.text.split()) > 10
    assert quick.area.isVisible()
    (conversation,) = desk.attune.assistant.conversations()
    assert conversation.title == QUESTION
    desk.click(quick.go_on)
    desk.settle()
    assert not quick.isVisible()
    assert desk.window.controller.conversation_id == conversation.id
    assert desk.last_reply().body.text == quick.body.text
    desk.ask("and for dessert?")
    assert len(desk.window.chat.transcript.turns) == 4


def test_a_quick_question_continues_in_a_window_that_was_never_shown(desk: Desk, presence: Presence) -> None:
    desk.window.hide()
    presence.open_quick()
    quick = presence.quick
    desk.bot.keyClicks(quick.composer.entry, QUESTION)
    desk.bot.keyClick(quick.composer.entry, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: not quick.answering, timeout=WAIT)
    desk.settle()
    desk.click(quick.go_on)
    desk.settle()
    assert desk.window.isVisible()
    assert desk.last_reply().body.text == quick.body.text


def test_a_quick_question_that_can_t_be_asked_now_stays_and_leaves_nothing_behind(
    desk: Desk, presence: Presence
) -> None:
    with desk.attune.assistant._answering:
        for _ in range(2):
            _ask_quick(desk, presence, QUESTION)
            desk.bot.waitUntil(lambda: not presence.quick.answering, timeout=WAIT)
            assert presence.quick.status.text().startswith("Another answer is still being written.")
            assert presence.quick.composer.text == QUESTION
            presence.quick.composer.set_text("")
    _ask_quick(desk, presence, QUESTION)
    desk.bot.waitUntil(lambda: not presence.quick.answering, timeout=WAIT)
    desk.settle()
    assert len(desk.attune.assistant.conversations()) == 1
    desk.bot.keyClick(presence.quick.composer.entry, Qt.Key.Key_Escape)


def test_escape_stops_a_quick_answer_and_then_closes(desk: Desk, presence: Presence) -> None:
    with desk.engine.held(3):
        _ask_quick(desk, presence, QUESTION)
        quick = presence.quick
        desk.bot.waitUntil(lambda: bool(quick.body.text), timeout=WAIT)
        desk.bot.keyClick(quick.composer.entry, Qt.Key.Key_Escape)
        desk.bot.waitUntil(lambda: not quick.answering, timeout=WAIT)
    assert quick.isVisible()
    assert quick.status.text() == "You stopped this answer here."
    desk.bot.keyClick(quick.composer.entry, Qt.Key.Key_Escape)
    assert not quick.isVisible()
    assert desk.window.isVisible()


def test_a_quick_answer_goes_on_unseen_and_the_open_conversation_shows_it(
    desk: Desk, presence: Presence
) -> None:
    with desk.engine.held(3):
        _ask_quick(desk, presence, QUESTION)
        quick = presence.quick
        desk.bot.waitUntil(lambda: bool(quick.body.text), timeout=WAIT)
        desk.click(quick.close_button)
        (conversation,) = desk.attune.assistant.conversations()
        desk.window.open_conversation(conversation.id)
        desk.bot.waitUntil(lambda: len(desk.window.chat.transcript.turns) == 2, timeout=WAIT)
    desk.bot.waitUntil(lambda: not quick.answering, timeout=WAIT)
    desk.settle()
    assert len(desk.last_reply().body.text.split()) > 10
    assert desk.last_reply().turn.message.state == "complete"


def test_a_long_quick_answer_that_ends_unseen_is_told(
    desk: Desk, presence: Presence, said: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "LONG_ANSWER", 0.0)
    with desk.engine.held(3):
        _ask_quick(desk, presence, QUESTION)
        desk.click(presence.quick.close_button)
        desk.window.hide()
        presence.tray.stay.trigger()  # type: ignore[union-attr]
    desk.bot.waitUntil(lambda: bool(said), timeout=WAIT)
    desk.settle()
    said[0][2]()
    desk.settle()
    assert desk.window.chat.transcript.turns[0].message.content == QUESTION


def test_a_quick_question_that_fails_says_so_and_what_to_do(desk: Desk, presence: Presence) -> None:
    desk.engine.die_after(0)
    _ask_quick(desk, presence, QUESTION)
    desk.bot.waitUntil(lambda: not presence.quick.answering, timeout=WAIT)
    assert len(presence.quick.status.text().split()) > 5


def test_only_the_quick_question_open_its_end_is_the_end(desk: Desk, presence: Presence) -> None:
    finished: list[int] = []
    presence.finished.connect(lambda: finished.append(1))
    desk.window.hide()
    presence.open_quick()
    desk.bot.waitUntil(presence.quick.isActiveWindow)
    desk.bot.keyClick(presence.quick.composer.entry, Qt.Key.Key_Escape)
    assert finished


def test_every_control_of_the_quick_question_is_named_and_reachable(desk: Desk, presence: Presence) -> None:
    _ask_quick(desk, presence, QUESTION)
    quick = presence.quick
    desk.bot.waitUntil(lambda: not quick.answering, timeout=WAIT)
    assert quick.accessibleName()
    assert all(w.accessibleName() for w in controls(quick))
    quick.composer.entry.setFocus()
    seen = []
    for _ in range(20):
        desk.bot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert {quick.copy, quick.go_on, quick.close_button, quick.composer.entry} <= set(seen)
    assert all(area.accessibleName() for area in quick.findChildren(QScrollArea))

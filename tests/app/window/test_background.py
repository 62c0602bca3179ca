from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from app.background import Background
from engine.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def failures() -> list[BaseException]:
    return []


@pytest.fixture
def background(qtbot: QtBot, failures: list[BaseException]) -> Iterator[Background]:
    made = Background(failures.append)
    yield made
    made.close()


def test_calls_run_in_order_off_the_gui_thread_and_come_back_to_it(
    qtbot: QtBot, background: Background
) -> None:
    ran: list[str] = []
    came: list[tuple[int, str]] = []
    for number in range(5):
        background.run(
            lambda number=number: (ran.append(threading.current_thread().name), number)[1],
            lambda result: came.append((result, threading.current_thread().name)),
        )
    qtbot.waitUntil(lambda: len(came) == 5)
    assert [number for number, _ in came] == [0, 1, 2, 3, 4]
    assert {name for _, name in came} == {threading.main_thread().name}
    assert set(ran) == {"attune-window-calls"}


def test_an_error_of_the_environment_reaches_its_handler(
    qtbot: QtBot, background: Background, failures: list[BaseException]
) -> None:
    def fail() -> None:
        raise DecodeError("no")

    own: list[BaseException] = []
    background.run(fail)
    background.run(fail, failed=own.append)
    qtbot.waitUntil(lambda: len(failures) == 1 and len(own) == 1)


def test_a_bug_is_reported_and_the_thread_lives_on(
    qtbot: QtBot, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: reported.append(arguments.exc_type))
    came: list[int] = []
    background.run(lambda: 1 // 0)
    background.run(lambda: 7, came.append)
    qtbot.waitUntil(lambda: came == [7])
    assert reported == [ZeroDivisionError]


def test_an_iterator_is_delivered_item_by_item_and_then_ends(qtbot: QtBot, background: Background) -> None:
    came: list[object] = []
    background.iterate(lambda: iter("abc"), came.append, came.append, lambda: came.append("end"))
    qtbot.waitUntil(lambda: came[-1:] == ["end"])
    assert came == ["a", "b", "c", "end"]


def test_nothing_is_delivered_after_close(qtbot: QtBot) -> None:
    background = Background(lambda error: None)
    came: list[int] = []
    background.run(lambda: 1, came.append)
    background.close()
    qtbot.wait(20)
    assert came == []

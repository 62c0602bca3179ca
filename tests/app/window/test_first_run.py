"""The first run by clicks and keys: three screens, five choices that become evidence, and all of it taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.first_run import TITLE, load_pairs
from app.panels.first_run import FirstRunDialog
from app.panels.general_page import GeneralPage
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from memory.records import LearnedWeight
    from tests.app.window.conftest import Desk


def opened(desk: Desk) -> FirstRunDialog:
    desk.settle()
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, FirstRunDialog) and w.isVisible())


def begin(desk: Desk) -> FirstRunDialog:
    desk.window.show_first_run()
    return opened(desk)


def weights(desk: Desk) -> dict[str, LearnedWeight]:
    version = desk.attune.assistant.version
    return {w.name: w for w in desk.attune.store.call(lambda s: s.preferences(version)).weights}


def to_pairs(desk: Desk, dialog: FirstRunDialog) -> None:
    desk.click(dialog.next)
    desk.click(dialog.next)


def test_five_choices_teach_and_forgetting_them_takes_it_back(desk: Desk) -> None:
    before = weights(desk)
    dialog = begin(desk)
    to_pairs(desk, dialog)
    pairs = {pair.question: pair for pair in load_pairs("en")}
    wished: dict[str, float] = {}
    for number in range(1, 6):
        assert dialog.progress.text() == f"{number} of 5"
        pair, first = pairs[dialog.question.text()], number % 2 == 1
        for name, lean in pair.leans.items():
            wished[name] = wished.get(name, 0.0) + (lean if first else -lean)
        desk.bot.keyClick(dialog, Qt.Key.Key_Left if first else Qt.Key.Key_Right)
        desk.settle()
    after = weights(desk)
    strongest = max(wished, key=lambda name: abs(wished[name]))
    assert after[strongest].used * wished[strongest] > 0
    assert after[strongest].evidence == 5
    version = desk.attune.assistant.version
    assert desk.attune.store.call(lambda s: s.unscored(version)) == ()
    desk.click(dialog.next)
    conversation = desk.attune.store.call(lambda s: s.conversations())[0]
    assert conversation.title == TITLE
    desk.attune.store.call(lambda s: s.delete_conversation(conversation.id))
    assert weights(desk) == before


@pytest.mark.parametrize("screens", [0, 1, 2])
def test_escape_skips_each_screen(desk: Desk, screens: int) -> None:
    dialog = begin(desk)
    for _ in range(screens):
        desk.click(dialog.next)
    desk.bot.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    assert desk.attune.store.call(lambda s: s.conversations()) == ()
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, FirstRunDialog) and w.isVisible()]


def test_no_difference_asks_on_and_leaves_nothing(desk: Desk) -> None:
    dialog = begin(desk)
    to_pairs(desk, dialog)
    question = dialog.question.text()
    desk.bot.keyClick(dialog, Qt.Key.Key_0)
    desk.bot.waitUntil(lambda: dialog.question.text() != question, timeout=WAIT)
    desk.click(dialog.skip)
    assert desk.attune.store.call(lambda s: s.conversations()) == ()


def test_the_settings_open_it_again(desk: Desk) -> None:
    settings = desk.window.show_settings()
    page = settings.findChild(GeneralPage)
    assert isinstance(page, GeneralPage)
    desk.click(page.first_run)
    desk.click(opened(desk).skip)


def test_german_pairs_are_asked_where_german_is_spoken(desk: Desk) -> None:
    desk.window.language = "de"
    dialog = begin(desk)
    assert dialog.question.text() in {pair.question for pair in load_pairs("de")}
    dialog.reject()


def test_a_thumb_on_a_written_answer_teaches_too_and_can_be_taken_back(desk: Desk) -> None:
    dialog = begin(desk)
    to_pairs(desk, dialog)
    desk.bot.keyClick(dialog, Qt.Key.Key_Left)
    desk.settle()
    desk.click(dialog.skip)
    desk.settle()
    before = weights(desk)
    conversation = desk.attune.store.call(lambda s: s.conversations())[0]
    desk.window.open_conversation(conversation.id)
    desk.settle()
    reply = desk.last_reply()
    pair = next(pair for pair in load_pairs("en") if pair.first == reply.body.text)
    strongest = max(pair.leans, key=lambda name: abs(pair.leans[name]))
    desk.click(reply.bar.thumb_down)
    desk.settle()
    assert reply.bar.note.text().startswith("Saved on this computer. Future answers like this:")
    moved = weights(desk)[strongest].mean - before[strongest].mean
    assert moved * pair.leans[strongest] < 0
    assert weights(desk)[strongest].evidence == before[strongest].evidence + 1
    desk.click(reply.bar.thumb_down)
    desk.settle()
    after = weights(desk)
    assert {name: w.mean for name, w in after.items()} == pytest.approx(
        {n: w.mean for n, w in before.items()}
    )
    assert after[strongest].evidence == before[strongest].evidence

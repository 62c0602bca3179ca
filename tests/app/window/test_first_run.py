"""The first run by clicks and keys: three screens, five choices that become evidence, and all of it taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.first_run import TITLE, load_pairs
from app.panels.first_run import FirstRunDialog
from app.panels.general_page import GeneralPage
from app.panels.models import ModelsDialog
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


def test_a_card_is_pressed_anywhere_and_both_keys_of_a_side_choose_it(desk: Desk) -> None:
    dialog = begin(desk)
    to_pairs(desk, dialog)
    chosen = []
    dialog.answered.connect(chosen.append)
    corner = QPoint(dialog.right.width() - 12, dialog.right.height() // 2)  # where no text is
    desk.bot.mouseClick(dialog.right, Qt.MouseButton.LeftButton, pos=corner)
    for number, key in enumerate((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_Left), 2):
        desk.bot.waitUntil(lambda number=number: dialog.progress.text() == f"{number} of 5", timeout=WAIT)
        desk.settle()
        desk.bot.keyClick(dialog, key)
    desk.settle()
    dialog.left.setFocus()
    desk.bot.keyClick(dialog.left, Qt.Key.Key_Space)
    desk.settle()
    assert chosen == [-1, 1, -1, 1, 1]
    assert dialog.next.text() == "Start"
    desk.click(dialog.next)


def test_the_text_of_a_card_is_whole(desk: Desk) -> None:
    dialog = begin(desk)
    to_pairs(desk, dialog)
    desk.settle()
    for spoken in ("en", "de"):
        for pair in load_pairs(spoken):
            dialog.show_pair(pair, 1, 5)
            desk.bot.wait(1)
            for card in (dialog.left, dialog.right):
                assert card.height() >= card.heightForWidth(card.width()), pair.question
    dialog.reject()


def test_back_undoes_the_last_answer_and_asks_it_again(desk: Desk) -> None:
    before = weights(desk)
    dialog = begin(desk)
    to_pairs(desk, dialog)
    questions = []
    for _ in range(5):
        desk.settle()
        questions.append(dialog.question.text())
        desk.bot.keyClick(dialog, Qt.Key.Key_1)
    desk.settle()
    assert dialog.next.text() == "Start"
    for number, question in zip((5, 4, 3, 2, 1), reversed(questions), strict=True):
        desk.click(dialog.back)
        desk.settle()
        assert (dialog.progress.text(), dialog.question.text()) == (f"{number} of 5", question)
        kept = [m for c in _conversations(desk) for m in desk.attune.store.call(lambda s, c=c: s.messages(c))]
        assert len([message for message in kept if message.parent_id is None]) == number - 1
    assert weights(desk) == before
    desk.bot.keyClick(dialog, Qt.Key.Key_Backspace)
    assert dialog.models.isVisible()
    desk.click(dialog.back)
    assert not dialog.back.isVisible()
    to_pairs(desk, dialog)
    assert dialog.question.text() == questions[0]
    desk.bot.keyClick(dialog, Qt.Key.Key_0)
    desk.settle()
    assert dialog.progress.text() == "2 of 5"
    desk.bot.keyClick(dialog, Qt.Key.Key_Backspace)
    desk.settle()
    assert dialog.question.text() == questions[0]
    desk.click(dialog.skip)


def _conversations(desk: Desk) -> list[str]:
    return [c.id for c in desk.attune.store.call(lambda s: s.conversations())]


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


def test_other_models_are_seen_from_it_and_it_goes_on(desk: Desk) -> None:
    dialog = begin(desk)
    desk.click(dialog.next)
    desk.click(dialog.models)
    desk.settle()
    (models,) = desk.window.findChildren(ModelsDialog)
    assert models.isVisible()
    assert QApplication.activeModalWidget() is None  # else it would take no click
    desk.bot.keyClick(models, Qt.Key.Key_Escape)
    desk.bot.waitUntil(lambda: not models.isVisible(), timeout=WAIT)
    desk.click(dialog.next)
    desk.settle()
    assert dialog.progress.text() == "1 of 5"
    dialog.reject()

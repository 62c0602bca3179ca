"""Two answers side by side: tried again after a thumb, compared when asked for, chosen by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from app.chat.inspector.compare import CompareDialog
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.chat.inspector.side_by_side import SideBySide
    from tests.app.window.conftest import Desk

QUESTION = "why is the sky blue?"


def dialog_of(desk: Desk) -> CompareDialog:
    desk.bot.waitUntil(
        lambda: any(d.isVisible() for d in desk.window.findChildren(CompareDialog)), timeout=WAIT
    )
    (dialog,) = [d for d in desk.window.findChildren(CompareDialog) if d.isVisible()]
    return dialog


def marked(both: SideBySide, column: int) -> list[tuple[str, bool, bool]]:
    """Return what is marked in a column: words, struck through, underlined."""
    found = []
    for view in both.bodies[column].texts:
        for selection in view.extraSelections():
            style = selection.format
            found.append((selection.cursor.selectedText(), style.fontStrikeOut(), style.fontUnderline()))
    return found


def pairs(desk: Desk, message_id: str) -> list[tuple[str, str]]:
    kept = desk.attune.store.call(lambda s: s.pairs(message_id))
    return [(pair.preferred_id, pair.source) for pair in kept]


@pytest.fixture
def short_and_long(desk: Desk) -> Iterator[tuple[str, str]]:
    """A short answer, and beside it a long one, which is shown."""
    desk.attune.assistant.set_preference("concise", 1.0)
    short = desk.ask(QUESTION).turn.message.id
    desk.attune.assistant.set_preference("concise", -1.0)
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.attune.assistant.set_preference("concise", None)
    desk.settle()
    yield short, desk.last_reply().turn.message.id
    desk.window.inspector.close()


def test_trying_it_shows_before_and_after_with_what_differs(desk: Desk) -> None:
    reply = desk.ask(QUESTION)
    desk.settle()
    old = reply.turn
    assert not reply.bar.try_it.isVisible()
    desk.click(reply.bar.thumb_up)
    desk.settle()
    desk.attune.assistant.set_preference("warm", 1.0)  # as if more had been learned
    desk.click(desk.last_reply().bar.try_it)
    dialog = dialog_of(desk)
    assert not dialog.left.isEnabled()
    desk.bot.waitUntil(dialog.left.isEnabled, timeout=WAIT)
    new = desk.last_reply().turn
    assert new.siblings == (old.message.id, new.message.id)
    assert [body.text for body in dialog.both.bodies] == [old.message.content, new.message.content]
    assert new.trace is not None
    assert old.trace is not None
    assert new.trace.seed == old.trace.seed
    assert all(struck and not underlined for _, struck, underlined in marked(dialog.both, 0))
    assert all(underlined and not struck for _, struck, underlined in marked(dialog.both, 1))
    assert any("warm" in words for words, _, _ in marked(dialog.both, 1))
    desk.bot.keyClick(dialog, Qt.Key.Key_Right)
    desk.settle()
    assert pairs(desk, new.message.id) == [(new.message.id, "compared")]
    assert dialog.note.text().startswith("Saved on this computer.")
    dialog.close()


def test_where_nothing_was_learned_the_same_answer_comes_and_says_so(desk: Desk) -> None:
    reply = desk.ask(QUESTION)
    desk.settle()
    desk.attune.assistant.set_strength(0.0)
    desk.click(reply.bar.thumb_up)
    desk.settle()
    desk.click(desk.last_reply().bar.try_it)
    dialog = dialog_of(desk)
    desk.bot.waitUntil(lambda: "Word for word the same" in dialog.note.text(), timeout=WAIT)
    assert not dialog.left.isEnabled()
    assert dialog.both.differences.none
    dialog.close()


def test_the_chat_can_be_typed_in_and_stopped_beside_it(desk: Desk) -> None:
    reply = desk.ask(QUESTION)
    desk.settle()
    desk.click(reply.bar.thumb_down)
    desk.settle()
    desk.engine.behaviour.token_delay = 0.05
    desk.click(desk.last_reply().bar.try_it)
    dialog = dialog_of(desk)
    desk.bot.waitUntil(lambda: len(dialog.both.bodies[1].text) > 10, timeout=WAIT)
    entry = desk.window.chat.composer.entry
    desk.bot.keyClicks(entry, "next")
    assert entry.toPlainText() == "next"
    desk.window.controller.stop()
    desk.engine.behaviour.token_delay = 0.0
    desk.bot.waitUntil(dialog.right.isEnabled, timeout=WAIT)
    dialog.close()


def test_comparing_is_offered_beside_the_switch_and_never_comes_by_itself(
    desk: Desk, short_and_long: tuple[str, str]
) -> None:
    short, long = short_and_long
    assert not desk.window.findChildren(CompareDialog)
    bar = desk.last_reply().bar
    assert bar.compare.isVisible()
    desk.click(bar.compare)
    dialog = dialog_of(desk)
    desk.bot.waitUntil(dialog.left.isEnabled, timeout=WAIT)
    assert dialog.shown == (short, long)
    assert [h.text() for h in dialog.both.headings] == ["Answer 1", "Answer 2"]
    assert all(not struck for _, struck, _ in marked(dialog.both, 0))
    desk.click(dialog.left)
    desk.settle()
    assert pairs(desk, short) == [(short, "compared")]
    assert "shorter" in dialog.note.text() or "concise" in dialog.note.text()


def test_it_is_done_by_keyboard_alone_and_undone(desk: Desk, short_and_long: tuple[str, str]) -> None:
    short, long = short_and_long
    desk.bot.keyClick(
        desk.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = dialog_of(desk)
    desk.bot.waitUntil(dialog.left.isEnabled, timeout=WAIT)
    for key, better in ((Qt.Key.Key_Left, short), (Qt.Key.Key_Right, long)):
        desk.bot.keyClick(dialog, key)
        desk.settle()
        assert pairs(desk, short) == [(better, "compared")]
    desk.bot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert pairs(desk, short) == [(short, "compared")]
    assert not dialog.undo.isVisible()
    desk.bot.keyClick(dialog, Qt.Key.Key_0)
    desk.settle()
    assert pairs(desk, short) == []
    assert "no difference" in dialog.note.text()
    desk.bot.keyClick(dialog, Qt.Key.Key_Escape)
    desk.bot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT)


def test_opened_again_it_says_what_was_chosen_and_takes_it_back(
    desk: Desk, short_and_long: tuple[str, str]
) -> None:
    short, long = short_and_long
    desk.attune.assistant.comparing.prefer(long, short)
    desk.click(desk.last_reply().bar.compare)
    dialog = dialog_of(desk)
    desk.bot.waitUntil(lambda: "right one is better" in dialog.note.text(), timeout=WAIT)
    desk.click(dialog.undo)
    desk.settle()
    assert pairs(desk, short) == []


def test_of_three_any_two_can_be_compared(desk: Desk, short_and_long: tuple[str, str]) -> None:
    short, _ = short_and_long
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    desk.click(desk.last_reply().bar.compare)
    dialog = dialog_of(desk)
    desk.bot.waitUntil(dialog.others.isVisible, timeout=WAIT)
    dialog.others.setCurrentIndex(0)
    dialog.others.activated.emit(0)
    assert dialog.shown == (short, desk.last_reply().turn.message.id)
    assert dialog.both.headings[0].text() == "Answer 1"


def test_a_temporary_chat_offers_neither(desk: Desk) -> None:
    desk.window.new_temporary()
    desk.ask(QUESTION)
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    assert not desk.last_reply().bar.compare.isEnabled()
    desk.bot.keyClick(
        desk.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert not desk.window.findChildren(CompareDialog)


def test_everything_in_the_dialog_has_a_name(desk: Desk, short_and_long: tuple[str, str]) -> None:
    del short_and_long
    desk.click(desk.last_reply().bar.compare)
    dialog = dialog_of(desk)
    for control in (dialog.left, dialog.right, dialog.neither, dialog.undo, dialog.close_button):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert dialog.both.area.accessibleName()

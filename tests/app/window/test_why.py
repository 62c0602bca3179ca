"""*Why this answer?* in the window: the numbers on screen are the decoder's own, by pointer and by keyboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from app.chat.inspector.figures import LEVELS, changed, level, moved, percent, pushes, visible
from app.chat.inspector.why import GUIDED, WITHOUT, WhyDialog
from app.explaining import SaidToken
from app.prompting import AnswerOptions
from engine.protocol import Generate, TokenTrace
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.app.window.conftest import Desk

QUESTION = "why is the sky blue?"
CTRL = Qt.KeyboardModifier.ControlModifier


def opened(desk: Desk) -> WhyDialog:
    desk.bot.waitUntil(lambda: any(d.isVisible() for d in desk.window.findChildren(WhyDialog)), timeout=WAIT)
    (dialog,) = [d for d in desk.window.findChildren(WhyDialog) if d.isVisible()]
    return dialog


def shown(desk: Desk, dialog: WhyDialog) -> tuple[SaidToken, ...]:
    desk.bot.waitUntil(lambda: bool(dialog.tokens.tokens), timeout=WAIT)
    return dialog.tokens.tokens


@pytest.fixture
def guided(desk: Desk) -> Iterator[Desk]:
    """A desk with an answer on it that two sliders guided."""
    desk.attune.assistant.set_preference("warm", 0.9)
    desk.attune.assistant.set_preference("concise", 0.4)
    desk.ask(QUESTION)
    desk.settle()
    yield desk
    desk.window.inspector.close()


def test_the_numbers_on_screen_are_those_of_the_answers_own_trace(guided: Desk) -> None:
    reply = guided.last_reply()
    guided.click(reply.bar.explain)
    dialog = opened(guided)
    tokens = shown(guided, dialog)
    own = next(
        c
        for c in guided.engine.behaviour.seen
        if isinstance(c, Generate) and c.messages[-1].content == QUESTION
    )
    again = guided.attune.engine.call(replace(own, request_id=guided.attune.engine.next_id(), trace=True))
    assert tuple(token.trace for token in tokens) == again.trace  # type: ignore[union-attr]
    assert dialog.tokens.toPlainText() == reply.turn.message.content
    for index, token in enumerate(tokens):
        dialog.tokens.go_to(index)
        trace = token.trace
        assert trace is not None
        detail = dialog.detail
        assert sum(trace.guided) == pytest.approx(1.0)
        assert detail.candidates.row(trace.chosen).startswith(
            f"“{visible(trace.texts[trace.chosen])}”: {percent(trace.base[trace.chosen])} before, "
            f"{percent(trace.guided[trace.chosen])} after, drawn"
        )
        *each, (together, _, total) = detail.pushes.rows
        assert together == "Together"
        assert {nats for _, _, nats in each} == {row[trace.chosen] for row in trace.shares}
        assert total == pytest.approx(sum(nats for _, _, nats in each))
        theme = guided.window.appearance.theme
        strength = level(moved(trace))
        assert dialog.tokens.colour_of(index) == (getattr(theme, f"heat{strength}") if strength else "")
    count = sum(map(changed, tokens))
    assert f"changed {count} of {len(tokens)} words" in dialog.summary.text()
    assert reply.turn.trace is not None
    assert count == round(reply.turn.trace.changed_share * len(tokens))


def test_arrow_keys_go_from_word_to_word_and_to_the_next_changed_one(guided: Desk) -> None:
    guided.bot.keyClick(guided.window, Qt.Key.Key_I, CTRL)
    dialog = opened(guided)
    tokens = shown(guided, dialog)
    view = dialog.tokens
    places = [i for i, token in enumerate(tokens) if changed(token)]
    assert view.current == places[0]
    guided.bot.keyClick(view, Qt.Key.Key_Home)
    assert view.current == 0
    guided.bot.keyClick(view, Qt.Key.Key_Right)
    assert view.current == 1
    assert dialog.detail.word.text() == f"“{visible(tokens[1].text)}”"
    guided.bot.keyClick(view, Qt.Key.Key_Left)
    guided.bot.keyClick(view, Qt.Key.Key_Left)
    assert view.current == 0
    found = [0] if changed(tokens[0]) else []
    for _ in range(len(places) - len(found)):
        guided.bot.keyClick(view, Qt.Key.Key_Right, CTRL)
        found.append(view.current)
    assert found == places
    guided.bot.keyClick(view, Qt.Key.Key_End)
    assert view.current == len(tokens) - 1
    guided.bot.keyClick(view, Qt.Key.Key_Up)
    assert view.current < len(tokens) - 1


def test_the_pointer_shows_the_word_under_it(guided: Desk) -> None:
    guided.click(guided.last_reply().bar.explain)
    dialog = opened(guided)
    tokens = shown(guided, dialog)
    cursor = QTextCursor(dialog.tokens.document())
    cursor.setPosition(len(tokens[0].text) + len(tokens[1].text) + 3)  # within the third
    at = dialog.tokens.cursorRect(cursor).center()
    for step in (40, 1):
        place = dialog.tokens.viewport().mapTo(dialog, QPoint(at.x() + step, at.y()))
        QTest.mouseMove(dialog.windowHandle(), place)
    guided.bot.waitUntil(lambda: dialog.tokens.current == 2, timeout=WAIT)
    assert dialog.detail.word.text() == f"“{visible(tokens[2].text)}”"


def test_another_candidate_can_be_asked_about(guided: Desk) -> None:
    guided.click(guided.last_reply().bar.explain)
    dialog = opened(guided)
    tokens = shown(guided, dialog)
    dialog.tokens.go_to(0)
    trace = tokens[0].trace
    assert trace is not None
    candidates = dialog.detail.candidates
    step = Qt.Key.Key_Up if trace.chosen else Qt.Key.Key_Down
    guided.bot.keyClick(candidates, step)
    index = candidates.current
    assert index != trace.chosen
    assert visible(trace.texts[index]) in dialog.detail.why.text()
    assert [n for _, _, n in dialog.detail.pushes.rows[:-1]] == [p.nats for p in pushes(tokens[0], index)]


def test_what_guided_it_says_the_weights_and_where_each_came_from(guided: Desk) -> None:
    guided.attune.store.call(lambda s: s.add_statement("Always use metric units", "wish"))
    guided.ask("and how far away is it?")
    guided.settle()
    guided.click(guided.last_reply().bar.explain)
    dialog = opened(guided)
    dialog.tabs.setCurrentIndex(GUIDED)
    said = " | ".join(w.text() for w in dialog.guided_by.findChildren(type(dialog.summary)) if w.isVisible())
    for words in (
        "Clear (β = 1.00), as set in the preferences",
        "Warm",
        "0.90",
        "Set by you, at 0.90",
        "“Always use metric units”",
        "Fake",
        f"seed {guided.last_reply().turn.trace.seed}",  # type: ignore[union-attr]
        guided.last_reply().turn.trace.instructions[0],  # type: ignore[union-attr]
    ):
        assert words in said
    with guided.bot.waitSignal(guided.window.inspector.statements_requested):
        guided.click(
            next(b for b in dialog.guided_by.findChildren(type(dialog.write)) if "Change" in b.text())
        )
    assert guided.window.preferences.isVisible()


def test_ratings_behind_a_weight_are_one_press_away(desk: Desk) -> None:
    reply = desk.ask(QUESTION)
    desk.settle()
    desk.click(reply.bar.thumb_up)
    desk.settle()
    desk.attune.assistant.set_preference("warm", 0.5)
    desk.ask("and now?")
    desk.settle()
    desk.click(desk.last_reply().bar.explain)
    dialog = opened(desk)
    dialog.tabs.setCurrentIndex(GUIDED)
    show = next(
        b for b in dialog.guided_by.findChildren(type(dialog.write)) if "“Warm”" in b.accessibleName()
    )
    with desk.bot.waitSignal(desk.window.inspector.evidence_requested) as heard:
        desk.click(show)
    assert heard.args == ["warm"]
    desk.settle()
    assert desk.window.preferences.evidence.isVisible()
    assert desk.window.preferences.evidence.principle is desk.attune.assistant.principles.by_name["warm"]
    dialog.close()


def test_without_you_is_the_answer_at_strength_nought_side_by_side(guided: Desk) -> None:
    said = guided.last_reply().turn
    guided.click(guided.last_reply().bar.explain)
    dialog = opened(guided)
    shown(guided, dialog)
    dialog.tabs.setCurrentIndex(WITHOUT)
    guided.click(dialog.write)
    guided.bot.waitUntil(lambda: not dialog.both.differences.none, timeout=WAIT)
    assert said.trace is not None
    guided.attune.assistant.set_strength(0.0)
    conversation = guided.attune.assistant.new_conversation().id
    *_, plain = guided.attune.assistant.answer(
        conversation, QUESTION, options=AnswerOptions(seed=said.trace.seed)
    )
    assert [body.text for body in dialog.both.bodies] == [plain.turn.message.content, said.message.content]  # type: ignore[union-attr]
    assert guided.attune.assistant.turns(said.message.conversation_id)[-1].siblings == (said.message.id,)


def test_it_can_be_stopped_and_a_question_goes_first(guided: Desk) -> None:
    with guided.engine.held(3, QUESTION):  # what is explained is said again
        guided.click(guided.last_reply().bar.explain)
        dialog = opened(guided)
        guided.bot.waitUntil(lambda: dialog.progress.value() > 0, timeout=WAIT)
        guided.type_and_send("something else?")
        guided.bot.waitUntil(lambda: not guided.window.controller.answering, timeout=WAIT)
        assert not dialog.tokens.tokens
        dialog.close()
        guided.settle()
    assert guided.window.inspector.opened == ()


def test_an_answer_that_cant_be_explained_says_why_and_what_to_do(guided: Desk) -> None:
    turn = guided.last_reply().turn
    assert turn.trace is not None
    guided.attune.store.call(lambda s: s.save_trace(replace(turn.trace, model_id="x", model_name="Grand")))
    guided.click(guided.last_reply().bar.explain)
    dialog = opened(guided)
    guided.bot.waitUntil(dialog.trouble.isVisible, timeout=WAIT)
    assert "“Grand” wrote this answer" in dialog.trouble.text()
    assert "Models" in dialog.next_step.text()
    dialog.tabs.setCurrentIndex(WITHOUT)
    guided.click(dialog.write)
    guided.bot.waitUntil(lambda: "Grand" in dialog.without_note.text(), timeout=WAIT)
    assert dialog.write.isVisible()


def test_an_untouched_answer_is_said_to_be_the_models_own(desk: Desk) -> None:
    desk.ask(QUESTION)
    desk.settle()
    desk.click(desk.last_reply().bar.explain)
    dialog = opened(desk)
    assert all(token.trace and not token.trace.shares for token in shown(desk, dialog))
    assert "model’s own" in dialog.summary.text()
    dialog.tabs.setCurrentIndex(WITHOUT)
    assert not dialog.write.isVisible()
    dialog.close()


def test_it_works_in_a_temporary_chat_and_in_the_dark(guided: Desk) -> None:
    guided.window.new_temporary()
    guided.ask(QUESTION)
    guided.click(guided.last_reply().bar.explain)
    dialog = opened(guided)
    tokens = shown(guided, dialog)
    before = dialog.tokens.colour_of(0)
    guided.window.set_theme("dark")
    strength = level(moved(tokens[0].trace))
    assert strength
    assert dialog.tokens.colour_of(0) == getattr(guided.window.appearance.theme, f"heat{strength}") != before


def test_a_candidate_the_values_cap_held_back_is_marked(guided: Desk) -> None:
    guided.click(guided.last_reply().bar.explain)
    dialog = opened(guided)
    shown(guided, dialog)
    trace = TokenTrace(0, 0, (1, 2), ("kind", "cruel"), (0.6, 0.4), (0.7, 0.3), ((0.0, 0.9),), (False, True))
    dialog.tokens.show_tokens((SaidToken("kind", trace, (("warm", -0.5),)),))
    assert "held back" in dialog.detail.candidates.row(1)
    assert not dialog.detail.cap.isVisible()
    guided.bot.keyClick(dialog.detail.candidates, Qt.Key.Key_Down)
    assert dialog.detail.cap.isVisible()
    assert dialog.detail.pushes.rows[0][0] == "Toward neutral"


def test_how_far_a_token_was_moved_is_the_distance_of_its_distributions() -> None:
    trace = TokenTrace(
        0, 1, (1, 2, 3), ("a", "b", "c"), (0.2, 0.5, 0.3), (0.6, 0.3, 0.1), ((0.0,) * 3,), (False,) * 3
    )
    assert moved(trace) == pytest.approx(0.4)
    assert moved(None) == 0.0
    assert [level(share) for share in (0.0, *LEVELS)] == [0, 1, 2, 3, 4]
    assert changed(SaidToken("a", trace))
    assert not changed(SaidToken("a", None))
    assert [percent(p) for p in (0.0, 0.004, 0.27, 1.0)] == ["0%", "under 1%", "27%", "100%"]
    assert [visible(text) for text in (" a", "\n", " ", "")] == ["a", "⏎", "␣", "▫"]

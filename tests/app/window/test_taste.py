"""Samples, ratings behind weights, situations, history and pins: clicked and typed, over the real memory."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.samples import QUESTION
from engine.protocol import Generate
from memory.records import PromptEmbedding, ReplyFeatures
from tests.app.window.conftest import WAIT
from tests.fakes import EMBEDDER, embed

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.panels.principle_row import PrincipleRow
    from memory.store import Store
    from tests.app.window.conftest import Desk


@pytest.fixture
def warm(desk: Desk) -> Desk:
    """A window whose model is loaded and whose panel is open."""
    desk.ask("hello")
    desk.settle()
    desk.click(desk.window.chat.preferences_button)
    desk.settle()
    return desk


def live(desk: Desk, *, apart: bool = False, count: int = 40, noise: float = 0.15) -> None:
    """Rate answers to letters and code: warm ones are liked, or *concise* differs by situation."""
    numbers = np.random.default_rng(0)
    names, version = list(desk.attune.assistant.principles.by_name), desk.attune.assistant.version

    def rate(store: Store) -> None:
        for i in range(count):
            code = i % 2 == 0
            text = f"{'sort code loop array' if code else 'dear aunt letter thanks'} number {i}"
            thread = store.create_conversation(text)
            asked = store.add_message(thread.id, None, "user", text)
            reply = store.add_message(thread.id, asked.id, "assistant", f"answer {i}")
            features = {name: float(numbers.normal() * 0.2) for name in names}
            store.save_features(ReplyFeatures(reply.id, version, features, -0.8, 100))
            store.save_embedding(PromptEmbedding(asked.id, EMBEDDER, embed(text)))
            wish = (features["concise"] if code else -features["concise"]) if apart else features["warm"]
            wish += 0.0 if apart else float(numbers.normal() * noise)
            store.rate(reply.id, 1 if wish > 0 else -1)

    desk.attune.store.call(rate)
    desk.window.refresh_conversations()
    desk.window.refresh_preferences()
    desk.settle()


def hover(row: PrincipleRow) -> None:
    at = QPointF(5, 5)
    QApplication.sendEvent(row, QEnterEvent(at, at, at))


def asked(desk: Desk) -> list[Generate]:
    seen = desk.engine.behaviour.seen
    return [c for c in seen if isinstance(c, Generate) and c.messages[-1].content == QUESTION]


def until(desk: Desk, true: Callable[[], bool]) -> None:
    desk.bot.waitUntil(true, timeout=WAIT)


# Samples


def test_a_pointed_at_preference_shows_how_an_answer_begins_with_it(warm: Desk) -> None:
    sliders = warm.window.preferences.sliders
    row = sliders.rows["warm"]
    x = QPoint(round(row.slider.x_of(90)), row.slider.height() // 2)
    warm.bot.mouseClick(row.slider, Qt.MouseButton.LeftButton, pos=x)
    warm.settle()
    hover(row)
    until(warm, lambda: "warm" in sliders.sample.text.text().split())
    assert "warm, strongly" in sliders.sample.about.text()
    assert sliders.sample.text.text() in sliders.sample.accessibleName()


def test_the_keyboard_shows_a_sample_and_moving_the_slider_another(warm: Desk) -> None:
    sliders = warm.window.preferences.sliders
    slider = sliders.rows["warm"].slider
    sliders.search.setFocus()
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    until(warm, lambda: "not tilted" in sliders.sample.about.text())
    plain = sliders.sample.text.text()
    for _ in range(10):
        warm.bot.keyClick(slider, Qt.Key.Key_Right)
    until(warm, lambda: "warm" in sliders.sample.text.text().split())
    assert sliders.sample.text.text() != plain
    begun = time.perf_counter()
    warm.bot.keyClick(slider, Qt.Key.Key_Home)
    until(warm, lambda: "neutral" in sliders.sample.text.text().split())
    assert time.perf_counter() - begun < 2


def test_samples_teach_nothing_and_are_kept_nowhere(warm: Desk) -> None:
    sliders = warm.window.preferences.sliders
    before = warm.attune.assistant.counts().messages
    hover(sliders.rows["concise"])
    until(warm, lambda: bool(asked(warm)))
    warm.settle()
    assert warm.attune.assistant.counts().messages == before
    assert warm.attune.assistant.preferences().evidence == 0


def test_a_chat_goes_before_a_sample(warm: Desk) -> None:
    warm.engine.behaviour.token_delay = 0.02
    hover(warm.window.preferences.sliders.rows["concise"])
    until(warm, lambda: bool(asked(warm)))
    warm.type_and_send("and now?")
    until(warm, lambda: warm.window.controller.answering)
    warm.engine.behaviour.token_delay = 0.0
    until(warm, lambda: not warm.window.controller.answering)
    assert "interrupted" not in warm.last_reply().turn.message.state
    warm.settle()


def test_without_a_model_the_strip_says_when_a_sample_comes(desk: Desk) -> None:
    desk.click(desk.window.chat.preferences_button)
    sliders = desk.window.preferences.sliders
    hover(sliders.rows["warm"])
    until(desk, lambda: "once the model is loaded" in sliders.sample.text.text())
    assert not asked(desk)


def test_closing_the_window_lets_a_sample_go(warm: Desk) -> None:
    warm.engine.behaviour.token_delay = 0.5
    hover(warm.window.preferences.sliders.rows["concise"])
    until(warm, lambda: bool(asked(warm)))
    begun = time.perf_counter()
    warm.window.close()
    assert time.perf_counter() - begun < 3


# Pins and words


def test_pinned_preferences_stay_on_top(warm: Desk) -> None:
    sliders = warm.window.preferences.sliders
    pin = sliders.rows["asks_back"].pin
    pin.setFocus()
    warm.bot.keyClick(pin, Qt.Key.Key_Space)
    warm.settle()
    assert warm.window.focusWidget() is pin
    shown = sorted(sliders.rows.values(), key=lambda row: row.mapTo(sliders, QPoint()).y())
    assert shown[0].principle.name == "asks_back"
    assert warm.attune.assistant.pinned() == ("asks_back",)
    warm.bot.keyClick(pin, Qt.Key.Key_Space)
    warm.settle()
    shown = sorted(sliders.rows.values(), key=lambda row: row.mapTo(sliders, QPoint()).y())
    assert shown[-1].principle.name == "asks_back"
    assert warm.attune.assistant.pinned() == ()


def test_what_attune_thinks_is_said_on_top(warm: Desk) -> None:
    summary = warm.window.preferences.sliders.summary
    assert summary.text().startswith("Attune has not learned anything yet.")
    live(warm)
    assert summary.text().startswith("You like a warm tone")
    assert summary.text().endswith("This rests on 40 ratings.")


# The ratings behind a weight


def open_evidence(desk: Desk, name: str) -> None:
    row = desk.window.preferences.sliders.rows[name]
    desk.window.preferences.sliders._area.ensureWidgetVisible(row)
    desk.click(row.evidence)
    until(desk, lambda: bool(desk.window.preferences.evidence.rows))


def reveal(desk: Desk, widget: QWidget) -> None:
    desk.bot.wait(20)
    area = desk.window.preferences.evidence.findChildren(type(desk.window.preferences.sliders._area))[0]
    area.ensureWidgetVisible(widget)
    desk.bot.wait(20)


def test_from_a_weight_to_what_moved_it_strongest_first(warm: Desk) -> None:
    live(warm, noise=0.3)
    open_evidence(warm, "warm")
    page = warm.window.preferences.evidence
    shifts = [abs(row.evidence.shift) for row in page.rows]
    assert shifts == sorted(shifts, reverse=True)
    for row in page.rows:
        pole = "warm" if row.evidence.shift > 0 else "neutral"
        assert row.effect.text().endswith(pole) or row.effect.text() == "Hardly moved it"
    assert page.words.text() == "Leans warm."
    assert page.more.text() == "28 more"
    reveal(warm, page.more)
    warm.click(page.more)
    until(warm, lambda: len(page.rows) == 36)
    warm.click(page.back)
    assert not warm.window.preferences.shows_evidence
    assert warm.window.focusWidget() is warm.window.preferences.sliders.rows["warm"].evidence


def test_a_rating_taken_back_moves_the_weight_and_comes_back_with_undo(warm: Desk) -> None:
    live(warm, noise=0.3)
    open_evidence(warm, "warm")
    page = warm.window.preferences.evidence
    first, before = page.rows[0].evidence, page.band.shown
    page.rows[0].remove.setFocus()
    warm.bot.keyClick(page.rows[0].remove, Qt.Key.Key_Space)
    until(warm, lambda: page.rows[0].evidence.reply.source_id != first.reply.source_id)
    warm.settle()
    assert page.band.shown[1] - before[1] == pytest.approx(-first.shift, rel=0.4)
    assert page.words.text().startswith("Now: ")
    assert warm.window.focusWidget() is page.rows[0].remove
    assert warm.attune.assistant.preferences().evidence == 39
    warm.click(warm.window.toast.action)
    until(warm, lambda: page.rows[0].evidence.reply.source_id == first.reply.source_id)
    assert page.band.shown == pytest.approx(before, abs=1e-6)
    assert warm.attune.assistant.preferences().evidence == 40


def test_taking_a_thumb_back_shows_in_the_chat(warm: Desk) -> None:
    reply = warm.ask("why?")
    warm.settle()
    warm.click(reply.bar.thumb_up)
    warm.settle()
    open_evidence(warm, "concise")
    page = warm.window.preferences.evidence
    warm.click(page.rows[0].remove)
    until(warm, lambda: not page.rows)
    assert not warm.last_reply().bar.thumb_up.isChecked()
    assert "No rating stands behind this" in page.note.text()
    warm.click(warm.window.toast.action)
    until(warm, lambda: bool(page.rows))
    assert warm.last_reply().bar.thumb_up.isChecked()


def test_a_rating_opens_the_conversation_at_its_answer(warm: Desk) -> None:
    live(warm)
    open_evidence(warm, "warm")
    row = warm.window.preferences.evidence.rows[2]
    reveal(warm, row.open)
    warm.click(row.open)
    until(warm, lambda: warm.window.controller.conversation_id == row.evidence.reply.conversation_id)
    warm.settle()
    assert warm.last_reply().turn.message.id == row.evidence.reply.message_id


def test_another_part_of_the_window_can_ask_for_what_moved_a_weight(desk: Desk) -> None:
    desk.ask("hello")
    live(desk)
    assert desk.window.preferences.isHidden()
    desk.window.show_evidence("warm")
    until(desk, lambda: bool(desk.window.preferences.evidence.rows))
    assert desk.window.preferences.isVisible()
    desk.window.preferences.leave_evidence()
    desk.window.preferences.show_evidence("harmless_honest")
    desk.window.preferences.show_evidence("unheard of")
    assert not desk.window.preferences.shows_evidence


# Situations


def turn_to(desk: Desk, title: str) -> None:
    tabs = desk.window.preferences.tabs
    place = next(i for i in range(tabs.count()) if tabs.tabText(i) == title)
    desk.bot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(place).center())


def test_one_taste_everywhere_is_said_to_be_one(warm: Desk) -> None:
    turn_to(warm, "Situations")
    page = warm.window.preferences.situations
    until(warm, lambda: page.words.text().startswith("Your taste looks the same everywhere so far"))
    assert not page.cards


def test_what_was_computed_from_less_does_not_overwrite_what_came_since(
    warm: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_to(warm, "Situations")
    page, insights = warm.window.preferences.situations, warm.attune.assistant.insights
    until(warm, lambda: bool(page.words.text()))
    go_on, situations = threading.Event(), insights.situations
    first = iter((True,))

    def slow_at_first() -> Any:
        found = situations()
        if next(first, False):
            go_on.wait(10)
        return found

    monkeypatch.setattr(insights, "situations", slow_at_first)
    warm.window.refresh_preferences()
    warm.settle()
    live(warm, apart=True, count=80)
    until(warm, lambda: len(page.cards) == 2)
    go_on.set()
    for thread in [t for t in threading.enumerate() if t.name == "attune-window-answer"]:
        thread.join()
    warm.bot.wait(20)
    assert len(page.cards) == 2


def test_a_new_look_reaches_no_ratings_that_are_gone(warm: Desk) -> None:
    live(warm)
    open_evidence(warm, "warm")
    page = warm.window.preferences.evidence
    old = page.rows[0]
    warm.window.refresh_preferences()
    until(warm, lambda: not isValid(old) and bool(page.rows))
    warm.window.appearance.step_zoom(1)  # what it raises in a row is raised by pytest-qt
    warm.bot.wait(20)
    assert page.rows[0]._icon.pixmap().width() > 0


def test_situations_are_named_by_a_question_and_lead_to_their_ratings(warm: Desk) -> None:
    live(warm, apart=True, count=80)
    turn_to(warm, "Situations")
    page = warm.window.preferences.situations
    until(warm, lambda: len(page.cards) == 2)
    words = {card.kind.question.split()[0]: card.words.text() for card in page.cards}
    assert words["sort"].startswith("Here you like answers more concise")
    assert words["dear"].startswith("Here you like answers more detailed")
    card = page.cards[0]
    warm.click(card.ratings)
    evidence = warm.window.preferences.evidence
    until(warm, lambda: bool(evidence.rows))
    kind = card.kind.question.split()[0]
    assert {row.evidence.reply.question.split()[0] for row in evidence.rows} == {kind}
    times = [row.evidence.reply.created_at for row in evidence.rows]
    assert times == sorted(times, reverse=True)


# History


def test_too_few_ratings_draw_no_curve(warm: Desk) -> None:
    turn_to(warm, "History")
    page = warm.window.preferences.history
    until(warm, lambda: "From 0 ratings nothing can be drawn yet" in page.words.text())
    assert page.curve is None


def test_history_draws_what_was_foreseen_and_every_point_leads_to_its_ratings(warm: Desk) -> None:
    live(warm)
    turn_to(warm, "History")
    page = warm.window.preferences.history
    until(warm, lambda: page.weights is not None and page.weights.isVisible())
    assert page.words.text().startswith("Of your last 10 ratings, Attune would have foreseen ")
    assert page.choice.currentData() == "warm"
    history, curve = page.history, page.curve
    assert "40 ratings" in page.point.text()
    curve.setFocus()
    warm.bot.keyClick(curve, Qt.Key.Key_Left)
    point = history.points[-2]
    assert f"{point.ratings} ratings" in page.point.text()
    assert page.point.text() == curve.accessibleDescription()
    warm.bot.keyClick(curve, Qt.Key.Key_Return)
    evidence = warm.window.preferences.evidence
    until(warm, lambda: bool(evidence.rows))
    assert {row.evidence.reply.source_id for row in evidence.rows} == set(point.sources)
    warm.click(evidence.back)
    assert warm.window.focusWidget() is curve
    place = QPoint(round(page.weights.place_of(3)), page.weights.height() // 2)
    warm.bot.mouseClick(page.weights.viewport(), Qt.MouseButton.LeftButton, pos=place)
    sources = set(history.points[3].sources)
    until(warm, lambda: {row.evidence.reply.source_id for row in evidence.rows} == sources)


def test_history_stands_in_a_table_too(warm: Desk) -> None:
    live(warm)
    turn_to(warm, "History")
    page = warm.window.preferences.history
    until(warm, lambda: page.weights is not None and page.weights.isVisible())
    page.fold.setFocus()
    warm.bot.keyClick(page.fold, Qt.Key.Key_Space)
    assert page.table.isVisible()
    assert page.table.rowCount() == len(page.history.points)
    assert page.table.item(page.table.rowCount() - 1, 0).text() == "40"
    page.table.setFocus()
    page.table.setCurrentCell(1, 0)
    warm.bot.keyClick(page.table, Qt.Key.Key_Return)
    until(warm, lambda: bool(warm.window.preferences.evidence.rows))
    page.choice.setCurrentIndex(page.choice.findData("concise"))
    assert "concise" in page.weight_point.text() or "detailed" in page.weight_point.text()


def test_the_theme_reaches_the_curves(warm: Desk) -> None:
    live(warm)
    turn_to(warm, "History")
    page = warm.window.preferences.history
    until(warm, lambda: page.weights is not None and page.weights.isVisible())
    warm.window.set_theme("dark")
    surface = warm.window.appearance.colour("surface").name()
    assert page.curve.backgroundBrush().color().name() == surface
    warm.window.set_theme("light")

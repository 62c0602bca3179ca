"""Themes and zoom change everything on screen at once, and lose nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from tests.app.window.conftest import Desk


def _ground(desk: Desk) -> str:
    image = desk.window.chat.grab().toImage()
    return QColor(image.pixel(QPoint(4, image.height() // 2))).name()


def test_a_theme_is_painted_at_once(desk: Desk, appearance: Appearance) -> None:
    desk.window.set_theme("dark")
    desk.bot.wait(20)
    assert _ground(desk) == appearance.theme.ground
    dark = _ground(desk)
    desk.window.set_theme("light")
    desk.bot.wait(20)
    assert _ground(desk) != dark


def test_a_theme_change_keeps_the_conversation_and_its_rating(desk: Desk) -> None:
    reply = desk.ask("why?")
    desk.settle()
    desk.click(reply.bar.thumb_up)
    desk.settle()
    text = reply.body.text
    desk.window.set_theme("dark")
    desk.bot.wait(20)
    assert desk.last_reply().body.text == text
    assert desk.last_reply().bar.thumb_up.isChecked()


def test_a_theme_change_keeps_what_went_wrong(desk: Desk) -> None:
    desk.engine.die_after(3)
    desk.ask("why?")
    desk.window.set_theme("dark")
    desk.bot.wait(20)
    assert desk.last_reply().error.isVisible()


def test_a_theme_change_while_streaming_loses_no_word(desk: Desk) -> None:
    desk.engine.behaviour.token_delay = 0.02
    desk.type_and_send("tell me something")
    desk.bot.waitUntil(lambda: len(desk.last_reply().body.text.split()) > 3)
    so_far = desk.last_reply().body.text
    desk.window.set_theme("dark")
    assert desk.last_reply().body.text.startswith(so_far)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=10_000)
    (conversation,) = desk.attune.assistant.conversations()
    assert desk.last_reply().body.text == desk.attune.assistant.turns(conversation.id)[-1].message.content


def test_zoom_scales_fonts_and_controls(desk: Desk, appearance: Appearance) -> None:
    height = desk.window.chat.composer.send.sizeHint().height()
    size = desk.window.chat.composer.entry.document().defaultFont().pixelSize()
    appearance.step_zoom(1)
    appearance.step_zoom(1)
    assert appearance.zoom == 1.25
    assert desk.window.chat.composer.send.sizeHint().height() > height
    assert desk.window.chat.composer.entry.document().defaultFont().pixelSize() > size
    appearance.step_zoom(0)
    assert appearance.zoom == 1.0


def test_in_a_narrow_window_nothing_is_cut_or_covered(desk: Desk) -> None:
    window, chat = desk.window, desk.window.chat
    window.resize(700, 700)
    window.models.small.emit(True)
    desk.bot.waitUntil(chat.empty.larger.isVisible, timeout=WAIT)
    shown = (chat.empty.larger, *chat.empty.examples)
    desk.bot.waitUntil(lambda: all(c.width() >= c.sizeHint().width() for c in shown), timeout=WAIT)
    desk.engine.behaviour.replies["long"] = "\n\n".join(f"paragraph {number}" for number in range(80))
    desk.ask("long")
    desk.bot.waitUntil(lambda: bool(chat.composer.gauge.text()), timeout=WAIT)
    assert chat.composer.hint.isHidden()
    window.resize(1200, 700)
    desk.bot.waitUntil(chat.composer.hint.isVisible, timeout=WAIT)
    words = (chat.composer.hint, chat.composer.gauge)
    desk.bot.waitUntil(lambda: all(text.width() >= text.sizeHint().width() for text in words), timeout=WAIT)
    chat.transcript.verticalScrollBar().setValue(0)
    desk.bot.waitUntil(chat.jump.isVisible, timeout=WAIT)
    window.toast.say("Something happened.", "Undo")
    for width in (1200, 700):
        window.resize(width, 700)
        desk.bot.waitUntil(lambda: chat.room.geometry().contains(window.toast.geometry()), timeout=WAIT)
        assert not window.toast.geometry().intersects(chat.jump.geometry())
    high = window.toast.y()
    chat.transcript.jump_to_end()
    desk.bot.waitUntil(lambda: chat.jump.isHidden() and window.toast.y() > high, timeout=WAIT)
    window.toast.dismiss()

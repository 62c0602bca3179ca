"""Themes and zoom change everything on screen at once, and lose nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

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

"""A text view is always as high as its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chat.text_view import TextView
from app.render.appearance import Appearance
from app.render.markdown import blocks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def test_a_narrower_window_cuts_no_text(qtbot: QtBot, qapp: QApplication) -> None:
    frame = QWidget()
    qtbot.addWidget(frame)
    view = TextView(Appearance(qapp), "Answer")
    layout = QVBoxLayout(frame)
    layout.addWidget(view)
    layout.addStretch(1)
    (block,) = blocks("When you see the sky, it is blue for a reason. " * 40)
    view.show_html(block.html)  # type: ignore[union-attr]
    frame.resize(900, 1600)
    frame.show()
    wide = view.height()
    frame.resize(450, 1600)
    qtbot.waitUntil(lambda: view.width() < 450)
    assert view.height() >= view.document().size().height() > wide

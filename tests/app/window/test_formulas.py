from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor

from app.chat.body import Body
from app.chat.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextImageFormat
    from pytestqt.qtbot import QtBot

    from app.render.appearance import Appearance


def show(qtbot: QtBot, appearance: Appearance, text: str) -> TextView:
    body = Body(appearance)
    qtbot.addWidget(body)
    body.resize(600, 400)
    body.show()
    body.show_text(text)
    (view,) = body.findChildren(TextView)
    view.whole = body  # type: ignore[attr-defined]  else it goes, and the view with it
    return view


def pictures(view: TextView) -> Iterator[QTextImageFormat]:
    block = view.document().begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            if at.fragment().charFormat().isImageFormat():
                yield at.fragment().charFormat().toImageFormat()
            at += 1
        block = block.next()


def test_a_formula_is_drawn_and_stands_on_the_line(qtbot: QtBot, appearance: Appearance) -> None:
    view = show(qtbot, appearance, r"So $x$ and $\frac{1}{2}$ here.")
    found = list(pictures(view))
    assert len(found) == 2
    for picture in found:
        image = view.document().resource(2, picture.name())  # 2: an image
        assert image.width() > 5
    plain = show(qtbot, appearance, "So x and y here.")
    line, other = (v.document().begin().layout().lineAt(0) for v in (view, plain))
    assert line.y() + line.ascent() >= other.y() + other.ascent()


def test_the_same_formula_in_a_heading_and_below_has_the_size_of_its_place(
    qtbot: QtBot, appearance: Appearance
) -> None:
    view = show(qtbot, appearance, "# On $x^2=4$\n\nSo $x^2=4$ holds.")
    heading, below = (view.document().resource(2, picture.name()).height() for picture in pictures(view))
    assert heading > below


def test_what_cant_be_set_is_shown_as_written(qtbot: QtBot, appearance: Appearance) -> None:
    view = show(qtbot, appearance, r"So $\frac{$ there.")
    assert view.toPlainText() == r"So \frac{ there."


def test_copying_a_selection_gives_the_latex(qtbot: QtBot, appearance: Appearance) -> None:
    view = show(qtbot, appearance, "So $x^2$ and\n\n$$y$$\n\nand $z$.")
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "So $x^2$ and\n$$y$$\nand $z$."
    cursor = view.textCursor()
    cursor.setPosition(len("So x "))
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "and\n$$y$$\nand $z$."


def test_a_formula_streams_in_as_text_and_is_set_when_it_ends(qtbot: QtBot, appearance: Appearance) -> None:
    body = Body(appearance)
    qtbot.addWidget(body)
    body.show()
    for piece in ("We get\n", "\\[\nx =", " 1\n"):
        body.append(piece)
        body.flush()
        assert not [p for v in body.findChildren(TextView) for p in pictures(v)]
    assert "x = 1" in body.shown_text
    body.append("\\]\nand")
    body.flush()
    assert len([p for v in body.findChildren(TextView) for p in pictures(v)]) == 1

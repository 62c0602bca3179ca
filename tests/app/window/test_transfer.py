"""Exporting and importing by the menus and their dialogs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QMenu

from tests.app.window.conftest import WAIT
from tests.app.window.test_library import choose, press, titles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from tests.app.window.conftest import Desk

FILES = Path(__file__).parents[1] / "transfers"


def more(desk: Desk, entry: str) -> None:
    """Choose from the sidebar's own menu."""
    desk.click(desk.window.sidebar.more)
    menu = next(m for m in desk.window.sidebar.findChildren(QMenu) if m.isVisible())
    action = next(a for a in menu.actions() if a.text() == entry)
    desk.bot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def save(desk: Desk, path: Path, kind: str) -> None:
    """Fill the dialog that asks for a file, and agree."""
    dialog = desk.window.findChildren(QFileDialog)[-1]
    wanted = next(name for name in dialog.nameFilters() if kind in name)
    dialog.selectNameFilter(wanted)
    dialog.filterSelected.emit(wanted)
    accept(desk, dialog, path)


def accept(desk: Desk, dialog: QFileDialog, path: Path) -> None:
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    field.setText(str(path))  # typed, it would open a list of suggestions over the button
    box = dialog.findChild(QDialogButtonBox)
    button = next(b for b in box.buttons() if box.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole)
    desk.bot.waitUntil(button.isEnabled)
    desk.bot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.settle()


def test_one_conversation_is_exported_in_every_format(desk: Desk, tmp_path: Path) -> None:
    desk.ask("why is the sky blue")
    desk.settle()
    for kind, ending, begins in (
        ("Markdown", ".md", b"# why is the sky blue"),
        ("JSON", ".json", b'{"format": "attune-conversations"'),
        ("Web", ".html", b"<!DOCTYPE html>"),
        ("PDF", ".pdf", b"%PDF-"),
    ):
        choose(desk, "why is the sky blue", "Export…")
        save(desk, tmp_path / "sky", kind)
        written = tmp_path / f"sky{ending}"
        desk.bot.waitUntil(written.exists)
        assert written.read_bytes().startswith(begins)
        assert desk.window.toast.text.text() == f"Saved as “sky{ending}”."


def test_all_conversations_go_out_and_foreign_ones_come_in(desk: Desk, tmp_path: Path) -> None:
    more(desk, "Import conversations…")
    dialog = desk.window.findChildren(QFileDialog)[-1]
    accept(desk, dialog, FILES / "chatgpt.json")
    desk.bot.waitUntil(lambda: "2 conversations added" in desk.window.toast.text.text())
    desk.bot.waitUntil(lambda: titles(desk) == ["Rain and tea"], timeout=WAIT)
    desk.settle()
    press(desk, "Ctrl+K")
    press_escape(desk)
    more(desk, "Export all conversations…")
    save(desk, tmp_path / "all", "JSON")
    desk.bot.waitUntil(lambda: "2 conversations saved" in desk.window.toast.text.text())
    assert len(json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["conversations"]) == 2


def press_escape(desk: Desk) -> None:
    from app.panels.search_palette import SearchPalette

    desk.bot.keyClick(desk.window.findChildren(SearchPalette)[-1].field, Qt.Key.Key_Escape)


def test_a_file_that_is_no_export_is_said_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("{}", encoding="utf-8")
    more(desk, "Import conversations…")
    dialog = desk.window.findChildren(QFileDialog)[-1]
    accept(desk, dialog, tmp_path / "odd.json")
    desk.bot.waitUntil(lambda: "holds no conversations" in desk.window.toast.text.text())
    assert "Choose an export" in desk.window.toast.text.text()


def test_closing_ends_an_export(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []

    def export(*_: object, stopped: Callable[[], bool]) -> Iterator[tuple[int, int]]:
        until = time.monotonic() + 5
        while not stopped() and time.monotonic() < until:
            yield 1, 2
        ended.append(stopped())

    monkeypatch.setattr("app.transfer.exporting.export_all", export)
    more(desk, "Export all conversations…")
    monkeypatch.setattr(type(desk), "settle", lambda _: None)
    save(desk, tmp_path / "all", "JSON")
    desk.window.close()
    assert ended == [True]

"""Text files that go along with a question: dropped, pasted, taken away, refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.chat.attachments import LARGEST_BYTES, Attachment, with_attachments
from app.chat.controls import IconButton

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.window.conftest import Desk


def _drop(desk: Desk, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    entry = desk.window.chat.composer.entry
    actions, button, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entry.dropEvent(QDropEvent(QPointF(5, 5), actions, data, button, keys))


def test_a_dropped_file_is_shown_with_its_size_and_sent_along(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("one two three\n", encoding="utf-8")
    _drop(desk, path)
    composer = desk.window.chat.composer
    assert composer.files.isVisible()
    assert composer.files.attachments == (Attachment("notes.txt", "one two three\n"),)
    desk.ask("what is this?")
    question = desk.window.chat.transcript.turns[0].message.content
    assert question == "what is this?\n\nnotes.txt:\n```\none two three\n```"
    assert not composer.files.isVisible()


def test_a_file_alone_can_be_sent_and_one_taken_away_is_not(desk: Desk, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    _drop(desk, tmp_path / "a.txt", tmp_path / "b.txt")
    composer = desk.window.chat.composer
    remove = next(b for b in composer.files.findChildren(IconButton) if b.accessibleName() == "Remove a.txt")
    desk.click(remove)
    assert [file.name for file in composer.files.attachments] == ["b.txt"]
    assert composer.send.isEnabled()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * (LARGEST_BYTES + 1), "too large"),
        (b"PK\0\1", "not a text file"),
        (b"caf\xe9", "not in UTF-8"),
        (None, "There is no file"),
    ],
)
def test_what_is_no_small_text_file_is_refused_with_a_reason(
    desk: Desk, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "file.bin"
    if content is not None:
        path.write_bytes(content)
    _drop(desk, path)
    assert reason in desk.window.toast.text.text()
    assert desk.window.chat.composer.files.attachments == ()
    desk.window.toast.dismiss()


def test_a_fence_within_a_file_does_not_end_its_block() -> None:
    text = with_attachments("", [Attachment("a.md", "```\nx\n```")])
    assert text == "a.md:\n````\n```\nx\n```\n````"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_or_a_folder_is_refused_and_nothing_waits_for_it(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", tmp_path.name):
        path = tmp_path / "pipe" if name == "pipe" else tmp_path
        desk.window.chat.composer.attach([path])
        assert f"“{name}” is not a text file." in desk.window.toast.text.text()
    assert not desk.window.chat.composer.files.attachments
    desk.window.toast.dismiss()


def test_a_file_of_the_next_question_does_not_go_along_with_an_edited_one(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("one two three")
    desk.ask("first")
    desk.settle()
    _drop(desk, tmp_path / "notes.txt")
    composer = desk.window.chat.composer
    desk.window.chat.edit_last()
    assert not composer.files.attachments
    desk.bot.keyClicks(composer.entry, " again")
    desk.bot.keyClick(composer.entry, Qt.Key.Key_Return)
    desk.settle()
    assert [t.message.content for t in desk.window.chat.transcript.turns if t.message.role == "user"] == [
        "first again"
    ]
    assert [file.name for file in composer.files.attachments] == ["notes.txt"]

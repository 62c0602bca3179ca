"""``attune export``: one conversation as a page, or all of them as one JSON or a zip of pages."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import open_store
from app.transfer.exporting import export_all, export_one, format_of
from app.user_messages import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from app.store_thread import StoreThread
    from app.transfer.exporting import Format
    from memory.records import Conversation


def run(options: Namespace) -> int:
    """Write what ``options`` ask for; return the exit code."""
    path: Path = options.out
    form = _form(options)
    if form == "pdf":
        _need_fonts()
    with closing(open_store(settings_of(options))) as store:
        if options.title:
            conversation = _find(store, " ".join(options.title))
            export_one(store, conversation.id, path, form)
            print(f"“{conversation.title}” is saved in {path}.")
        else:
            if (path.suffix.lower() == ".zip") == (form == "json"):
                raise UsageError(
                    "All conversations go into one .json, or as pages into a .zip.",
                    "Name such a file: --out conversations.json",
                )
            done, _ = list(export_all(store, path, form))[-1]
            print(f"{done} conversation{'s are' if done != 1 else ' is'} saved in {path}.")
    return 0


def _form(options: Namespace) -> Format:
    chosen: Format | None = options.format or format_of(options.out)
    if chosen is None and options.out.suffix.lower() == ".zip" and not options.title:
        return "markdown"
    if chosen is None:
        raise UsageError(
            f"“{options.out.name}” does not say which format is wanted.",
            "Use .md, .json, .html or .pdf, or name it: --format markdown",
        )
    return chosen


def _find(store: StoreThread, title: str) -> Conversation:
    wanted = title.casefold()
    conversations = store.call(lambda memory: memory.conversations())
    for fits in (
        lambda c: c.id == title,
        lambda c: c.title.casefold() == wanted,
        lambda c: c.title.casefold().startswith(wanted),
    ):
        if found := next(filter(fits, conversations), None):
            return found
    raise UsageError(f"No conversation is called “{title}”.", "Find it with: attune search WORDS")


def _need_fonts() -> None:
    """Make the Qt application that laying out a page needs; it opens no window."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is None:
        _KEPT.append(QGuiApplication([]))


_KEPT: list[object] = []  # Qt's application lives for as long as somebody holds it

"""A profile to a file and back: the memory's one JSON document, written whole or not at all. Knows no Qt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from app.language import tr
from app.user_messages import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from app.store_thread import StoreThread

_LISTED = ("conversations", "messages", "feedback", "statements")


def export_profile(store: StoreThread, file: Path) -> None:
    """Write all that the profile holds to ``file``, replacing it. Raises ``OSError``."""
    text = store.call(lambda memory: memory.export_profile())
    draft = file.with_name(f".{file.name}.new")
    try:
        # What was said is in it: for the user's eyes alone.
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def import_profile(store: StoreThread, file: Path) -> str:
    """Add what ``file`` holds and the profile lacks; return what that was, in a sentence.

    Raises ``OSError``, ``UsageError`` for a file that is no text, ``ProfileError`` for one that is no profile.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            tr("“{name}” is not a profile.", name=file.name), tr("Choose a file that Attune exported.")
        ) from error
    added = store.call(lambda memory: memory.import_profile(text)).added
    if not any(added.values()):
        return tr("Nothing new: all of it is here already.")
    conversations, messages, ratings, statements = (added[name] for name in _LISTED)
    return tr(
        "Added: {conversations} conversations, {messages} messages, {ratings} ratings, "
        "{statements} statements.",
        conversations=conversations,
        messages=messages,
        ratings=ratings,
        statements=statements,
    )

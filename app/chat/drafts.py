"""Unsent text per conversation: put away when another one is opened, back when its own is. Knows no widget but one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.chat.composer import Composer


class Drafts:
    """Drafts by conversation id; the conversation not begun yet has the empty id."""

    def __init__(self, composer: Composer, kept: Mapping[str, str], *, unkept: str = "temporary") -> None:
        self._composer = composer
        self._unkept = unkept
        self._texts = dict(kept)
        self._open = ""
        composer.set_text(self._texts.get("", ""))

    def switch(self, conversation_id: str | None) -> None:
        """Put the present draft away and bring out that of ``conversation_id``."""
        self._texts = self.all()
        self._open = conversation_id or ""
        self._composer.end_edit()
        self._composer.set_text(self._texts.get(self._open, ""))

    def adopt(self, conversation_id: str) -> None:
        """Let what is being written belong to the conversation that has just begun."""
        self._texts.pop(self._open, None)  # its first question was this draft until it was sent
        self._open = conversation_id

    def all(self) -> dict[str, str]:
        """Return all drafts, the one on screen included."""
        texts = self._texts | {self._open: self._composer.draft}
        return {key: text for key, text in texts.items() if text.strip()}

    def kept(self) -> dict[str, str]:
        """Return the drafts that may be written down: all but a temporary chat's."""
        return {key: text for key, text in self.all().items() if key != self._unkept}

    def forget(self, conversation_id: str) -> None:
        """Drop the draft of a deleted conversation."""
        self._texts.pop(conversation_id, None)

    def clear(self) -> None:
        """Drop all drafts."""
        self._texts = {}
        self._composer.set_text("")

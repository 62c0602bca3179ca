"""A preference of the user's own that was deleted but can still come back: kept for as long as the toast offers Undo.

Nothing is lost if Attune ends meanwhile: closing deletes for good, a crash keeps. Knows names, not rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from app.chat.toast import SHOWN_MS

if TYPE_CHECKING:
    from collections.abc import Callable

_AGAIN_MS: Final = 500


class Deletion(QObject):
    """At most one waits; deleting another one makes the first final."""

    def __init__(self, delete: Callable[[str], None], offered: Callable[[], bool], parent: QObject) -> None:
        """Let ``offered`` say whether Undo can still be pressed: under the pointer it stays longer."""
        super().__init__(parent)
        self._offered = offered
        self._delete = delete
        self.pending: str | None = None
        self._time = QTimer(self)
        self._time.setSingleShot(True)
        self._time.timeout.connect(self._on_time)

    def begin(self, name: str) -> None:
        """Let one wait to be deleted."""
        self.finish()
        self.pending = name
        self._time.start(SHOWN_MS)

    def undo(self) -> str | None:
        """Keep the waiting one after all; return its name."""
        self._time.stop()
        kept, self.pending = self.pending, None
        return kept

    def finish(self) -> None:
        """Delete the waiting one now."""
        if (name := self.undo()) is not None:
            self._delete(name)

    def _on_time(self) -> None:
        if self._offered():
            self._time.start(_AGAIN_MS)
        else:
            self.finish()

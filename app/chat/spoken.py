"""What a screen reader is told of an answer while it streams: whole paragraphs, each once. Knows no widget."""

from __future__ import annotations

from app.language import tr
from app.render.markdown import plain
from app.render.stream import split


class SpokenAnswer:
    """Takes an answer in as it comes and gives out what can be said."""

    def __init__(self) -> None:
        self._open = ""
        self._begun = False

    def feed(self, text: str) -> str:
        """Take the next piece in; return the paragraphs that are finished by it, empty where none is."""
        self._open += text
        if "\n" not in text:
            return ""
        finished, self._open = split(self._open)
        said = plain(finished)
        self._begun = self._begun or bool(said)
        return said

    def end(self, whole: str) -> str:
        """Return what is left to say once the answer, ``whole`` of it, is there."""
        if not self._begun:
            return tr("Answer complete. {whole}", whole=plain(whole))
        return tr("{open} Answer complete.", open=plain(self._open)).strip()

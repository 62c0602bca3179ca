"""A measured section of a Markdown file: what stands between two marks is replaced by the command that measured it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.user_messages import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def marks(command: str) -> tuple[str, str]:
    """Return the lines that stand before and after what ``command`` writes."""
    return f"<!-- attune {command}: begin -->", f"<!-- attune {command}: end -->"


def check_section(path: Path, command: str) -> None:
    """Raise ``UsageError`` where the file has no place for what ``command`` measures."""
    _parts(path, command)


def write_section(path: Path, command: str, text: str) -> None:
    """Replace the section of ``command`` by ``text``. Raises ``UsageError``."""
    before, after = _parts(path, command)
    begin, end = marks(command)
    path.write_text(f"{before}{begin}\n{text}{end}{after}", encoding="utf-8")


def _parts(path: Path, command: str) -> tuple[str, str]:
    begin, end = marks(command)
    before, begun, rest = path.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not begun or not ended:
        raise UsageError(
            f"{path} has no place for the figures.", f"Put the lines {begin} and {end} where they belong."
        )
    return before, after

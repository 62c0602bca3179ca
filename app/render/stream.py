"""Where streaming markdown is finished: what can be rendered for good, and what is still being written.

A paragraph is finished by a blank line, a list item by the next one, a code block by its closing fence, a formula
by its closing sign. Knows nothing of HTML or widgets.
"""

from __future__ import annotations

import re

from app.render.markdown import Code
from app.render.math_syntax import OPENS, closes

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*([^`]*)$")
_ITEM = re.compile(r"^\s*([-*+]|\d{1,9}[.)])\s")
_MARKERS = re.compile(r"^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)+")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s")


def split(text: str) -> tuple[str, str]:
    """Split ``text`` into (finished, open). Their concatenation is ``text``; the first only ever grows with it."""
    end, _, _ = _scan(text)
    return text[:end], text[end:]


def _scan(text: str) -> tuple[int, str, str]:
    """Return how many characters are finished, the signs that opened the code block open at the end, and their line."""
    opening = ""
    end = position = 0
    fence = formula = ""
    for line in text.splitlines(keepends=True):
        whole = line.endswith("\n")
        # A block may begin on the line of its list item.
        mark = _FENCE.match(line.rstrip("\n") if fence else _MARKERS.sub("", line.rstrip("\n")))
        if fence:
            if whole and mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
                end = position + len(line)
        elif formula and line.strip():
            # No blank line is ever part of a formula, and nothing in one begins a list or a heading.
            if whole and closes(formula, line):
                formula = ""
                end = position + len(line)
        elif mark:
            # A last line without its end may still turn out to be something else: "```" + "x`".
            end = position
            fence, opening = mark[1] if whole else "", line
        elif opens := OPENS.match(line):
            end = position
            if whole and closes(opens[1], line[opens.end() :]):
                end += len(line)
            else:
                formula = opens[1]
        elif _ITEM.match(line):
            end = position
        elif whole and (not line.strip() or _HEADING.match(line)):
            formula = ""
            end = position + len(line)
        position += len(line)
    return end, fence, opening


def open_fence(text: str) -> str:
    """Return the line that would close the code block ``text`` ends in; nothing where it ends in none.

    A block in a list stands as far from the edge as its item's text, and so must its end.
    """
    _, fence, opening = _scan(text + "\n")
    return fence and " " * opening.index(fence) + fence


def open_code(tail: str) -> Code | None:
    """Return the code block that ``tail``, the open part of ``split``, is in the middle of; else ``None``."""
    first, newline, rest = tail.partition("\n")
    mark = _FENCE.match(first)
    if not newline or mark is None:
        return None
    words = mark[2].split()
    return Code(rest, words[0].lower() if words else "", closed=False)

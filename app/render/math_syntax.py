r"""Where LaTeX stands in markdown: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and bare environments, as a plugin.

Prices, shell variables and code are no formulas. Knows neither how a formula looks nor any widget.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# Beyond this a formula is shown as it was written: setting it would stall the window.
LONGEST: Final = 2000

_NAMES = "equation|align|aligned|gather|gathered|multline|cases|array|split|eqnarray|[bpvBV]?matrix"
OPENS: Final = re.compile(rf" {{0,3}}(\$\$|\\\[|\\begin\{{({_NAMES})\*?\}})")
"""A line that begins a formula of its own. Group 1 is how it begins."""

_TEX = re.compile(r"[\\^_=<>+]")
_WORD = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,}")
_WORDS = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}")


def closes(opening: str, line: str) -> bool:
    """Whether ``line``, the first one without its opening, ends the formula that began with ``opening``."""
    end = closing(opening)
    return end in line and line.rstrip().rstrip(".,;:").endswith(end)


def closing(opening: str) -> str:
    """Return what ends a formula that begins with ``opening``."""
    return {"$$": "$$", "\\[": "\\]"}.get(opening) or opening.replace("\\begin", "\\end")


def math_plugin(parser: MarkdownIt) -> None:
    """Teach ``parser`` formulas: tokens ``math_block`` and ``math_inline`` with the LaTeX as their content.

    The ``markup`` of an inline one is ``$$`` where it is to be set in display style.
    """
    parser.block.ruler.before(
        "fence", "math_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.inline.ruler.before("escape", "math_inline", _inline)


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    mark = OPENS.match(first)
    if mark is None:
        return False
    opening = mark[1]
    lines = [first[mark.end() :]]
    line = start
    while not closes(opening, lines[-1]):
        line += 1
        if line >= end or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        lines.append(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])
    body = "\n".join(lines)
    content, _, rest = body.rpartition(closing(opening))
    if closing(opening) in content or not content.strip():
        return False
    if silent:
        return True
    if opening.startswith("\\begin"):
        content = f"{opening}{content}{closing(opening)}"
    state.line = line + 1
    token = state.push("math_block", "math", 0)
    token.block, token.content, token.info, token.map = (
        True,
        content.strip(),
        rest.strip(),
        [start, state.line],
    )
    return True


def _inline(state: StateInline, silent: bool) -> bool:
    text, position = state.src, state.pos
    if text[position] == "$":
        opening = "$$" if text.startswith("$$", position) else "$"
    elif text.startswith(("\\(", "\\["), position):
        opening = text[position : position + 2]
    else:
        return False
    ending = {"\\(": "\\)", "\\[": "\\]"}.get(opening, opening)
    begin = position + len(opening)
    end = _find(text, ending, begin, state.posMax)
    if end < 0:
        return False
    content = text[begin:end]
    after = text[end + len(ending) : end + len(ending) + 1]
    before = text[position - 1] if position else ""
    if not (_dollars(content, before, after) if opening == "$" else _bracketed(content, opening)):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = content.strip()
        token.markup = "$$" if opening in ("$$", "\\[") else "$"
    state.pos = end + len(ending)
    return True


def _find(text: str, ending: str, begin: int, most: int) -> int:
    at = begin
    while (at := text.find(ending, at, most)) >= 0:
        if ending[0] != "$" or text[at - 1] != "\\":
            return at
        at += 1
    return -1


def _dollars(content: str, before: str, after: str) -> bool:
    """Tell a formula from two prices or two shell variables."""
    if not content or content[0].isspace() or content[-1].isspace() or "`" in content:
        return False
    if before.isalnum() or after.isalnum() or before == "$" or after == "$":
        return False
    if content[0].isdigit() and _WORD.search(content):
        return "\\" in content
    return bool(_TEX.search(content)) or not _WORDS.search(content)


def _bracketed(content: str, opening: str) -> bool:
    """Tell a formula from brackets that were escaped to be brackets."""
    inside = content.strip()
    if not inside or (opening == "$$" and "`" in inside):
        return False
    if _TEX.search(inside):
        return True
    return opening == "$$" or (not _WORDS.search(inside) and (opening == "\\(" or content != inside))

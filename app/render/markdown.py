"""Markdown of a reply → blocks the chat can show: prose as Qt rich text, and code beside it.

Raw HTML stays text, images become their caption and are never fetched, links keep their address for a click.
A formula is a placeholder that names its LaTeX. Knows nothing of widgets, colours or streaming.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote, unquote

from app.render.direction import is_right_to_left
from app.render.math_syntax import math_plugin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, lists, tables: rich text in the subset of HTML that Qt lays out. Carries no colours."""

    html: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code block. ``closed`` is false while its last line has not streamed in yet."""

    source: str
    language: str = ""
    closed: bool = True


Block: TypeAlias = Prose | Code
# Characters of prose after which the next paragraph begins a block of its own.
PROSE_SIZE: Final = 1500
_NEWLINE = re.compile(r"\r\n?|\n")
_INLINE, _DISPLAY = "formula:inline:", "formula:display:"


def blocks(source: str) -> tuple[Block, ...]:
    """Parse ``source`` into blocks. Neighbouring prose is one block; every top-level code block its own."""
    return tuple(block for block, _ in placed_blocks(source))


def placed_blocks(source: str) -> tuple[tuple[Block, int], ...]:
    """Parse ``source`` into (block, index of the character it begins at).

    A text that goes on changes its last block at most, so a streaming reader parses again from there alone. To
    keep that little, long prose is divided, between paragraphs, into blocks of some ``PROSE_SIZE`` characters.
    """
    parser = _parser()
    starts = [0, *(newline.end() for newline in _NEWLINE.finditer(source))]
    found: list[tuple[Block, int]] = []
    prose: list[Token] = []
    begin = size = 0

    def close_prose() -> None:
        nonlocal size
        if prose:
            _turn(prose)
            found.append((Prose(parser.renderer.render(prose, parser.options, {}).strip()), begin))
            prose.clear()
        size = 0

    for token in parser.parse(source):
        opens = token.level == 0 and token.nesting >= 0
        if opens and (size > PROSE_SIZE or token.type in ("fence", "code_block")):
            close_prose()
        if not prose and token.map:
            begin = starts[token.map[0]]
        if opens and token.type in ("fence", "code_block"):
            language = token.info.split()[0] if token.info.split() else ""
            found.append((Code(token.content.rstrip("\n"), language.lower()), begin))
            continue
        if token.type == "inline":
            size += len(token.content)
        prose.append(token)
    close_prose()
    return tuple(found)


def plain(source: str) -> str:
    """Return ``source`` without its markdown signs, as a person would retype it."""
    lines: list[str] = []
    prefix = ""
    lists: list[int | None] = []
    cells: list[str] | None = None  # of the row of a table
    for token in _parser().parse(source):
        match token.type:
            case "ordered_list_open":
                start = token.attrGet("start")
                lists.append(1 if start is None else int(start))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
            case "list_item_open":
                number = lists[-1]
                prefix = "  " * (len(lists) - 1) + ("• " if number is None else f"{number}. ")
                if number is not None:
                    lists[-1] = number + 1
            case "tr_open":
                cells = []
            case "tr_close":
                lines.append("\t".join(cells or ()))
                cells = None
            case "inline" if cells is not None:
                cells.append(_plain_inline(token.children or ()))
            case "inline":
                lines.append(prefix + _plain_inline(token.children or ()))
                prefix = ""
            case "fence" | "code_block":
                lines.extend(token.content.rstrip("\n").split("\n"))
            case "math_block":
                lines.append(prefix + token.content + token.info)
                prefix = ""
        ends = ("paragraph_close", "heading_close", "fence", "code_block", "math_block", "table_close")
        if token.type in ends and not lists:
            lines.append("")
    return "\n".join(lines).strip()


def formula_of(name: str) -> tuple[str, bool] | None:
    """Return the LaTeX that the placeholder ``name`` stands for, and whether it is in display style.

    What follows a # says which place it stands in, where that matters.
    """
    for scheme in (_INLINE, _DISPLAY):
        if name.startswith(scheme):
            return unquote(name.removeprefix(scheme).partition("#")[0]), scheme == _DISPLAY
    return None


def _plain_inline(children: Sequence[Token]) -> str:
    pieces = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(pieces.get(child.type, child.content) for child in children)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # slow to import, and a start has no answer to show

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(math_plugin)
    parser.add_render_rule("math_inline", _formula)
    parser.add_render_rule("math_block", _formula)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("fence", _nested_code)
    parser.add_render_rule("code_block", _nested_code)
    # Qt's rich text has no left border for a quote: a one-row table with a coloured first cell is its stand-in.
    bar = '<td class="bar"></td>'
    parser.add_render_rule(
        "blockquote_open",
        _fixed(
            f'<table class="quote"><tr>{bar}<td class="quoted">',
            '<table class="quote"><tr><td class="turned">',
        ),
    )
    parser.add_render_rule("blockquote_close", _fixed("</td></tr></table>", f"</td>{bar}</tr></table>"))
    parser.add_render_rule(
        "table_open",
        _fixed(
            '<table class="grid" border="0" cellspacing="0">',
            '<table class="turnedgrid" border="0" cellspacing="0">',
        ),
    )
    return parser


def _turn(tokens: list[Token]) -> None:
    """Turn quotes and tables whose text goes from right to left: Qt always lays columns out from the left."""
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.type in ("blockquote_open", "table_open"):
            opened.append(index)
        elif token.type in ("blockquote_close", "table_close"):
            start = opened.pop()
            if is_right_to_left("".join(t.content for t in tokens[start:index] if t.type == "inline")):
                tokens[start].meta["turned"] = token.meta["turned"] = True
                if token.type == "table_close":
                    _turn_rows(tokens, start, index)


def _turn_rows(tokens: list[Token], start: int, end: int) -> None:
    row = start
    for index in range(start, end):
        if tokens[index].type == "tr_open":
            row = index + 1
        elif tokens[index].type == "tr_close":
            cells = [tokens[at : at + 3] for at in range(row, index, 3)]  # opening, text, closing
            tokens[row:index] = [token for cell in reversed(cells) for token in cell]


def _fixed(text: str, turned: str):  # type: ignore[no-untyped-def]
    def rule(
        renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
    ) -> str:
        del renderer, options, env
        return turned if tokens[index].meta.get("turned") else text

    return rule


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    # An image is never loaded: its address could tell somebody that this answer was read.
    caption = renderer.renderInlineAsText(tokens[index].children or [], options, env)
    return f'<span class="image">[image: {html.escape(caption or "without a caption")}]</span>'


def _nested_code(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    del renderer, options, env
    return f"<pre>{html.escape(tokens[index].content)}</pre>"


def _formula(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    del renderer, options, env
    token = tokens[index]
    scheme = _INLINE if token.markup == "$" else _DISPLAY
    image = f'<img src="{scheme}{quote(token.content)}" alt="{html.escape(token.content)}">'
    return f'<p align="center">{image}{html.escape(token.info)}</p>' if token.block else image

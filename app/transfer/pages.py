"""A conversation as a page: markdown to go on writing in, and HTML that stands alone, with no script and no address.

Knows messages and their markdown, and neither files nor Qt.
"""

from __future__ import annotations

import html
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from app.render.highlight import highlight
from app.render.math_syntax import math_plugin
from app.render.stream import open_fence
from app.render.theme import LIGHT
from app.transfer.record import NAMES, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

    from app.transfer.record import Record
    from memory.records import Message

_MARKS: Final = {
    "stopped": "You stopped this answer here.",
    "interrupted": "This answer was interrupted here.",
}
# Nothing may be loaded and nothing may run, whatever a message holds.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root { color-scheme: light dark; --text: #1f1d1a; --muted: #5f5a52; --ground: #fcfbf9; --bubble: #efece6;
  --code: #f5f3ef; --border: #e4e0d8; --accent: #0b6b61; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.55 system-ui, sans-serif;
  color: var(--text); background: var(--ground); }
header, .who { color: var(--muted); font-size: 0.85rem; }
h1 { font-size: 1.6rem; margin-bottom: 0.2rem; color: var(--text); }
article { margin: 1.6rem 0; overflow-wrap: anywhere; }
.user .said { background: var(--bubble); border-radius: 0.8rem; padding: 0.7rem 1rem; white-space: pre-wrap; }
.mark { color: var(--muted); font-style: italic; }
pre { background: var(--code); color: #1f1d1a; border: 1px solid var(--border); border-radius: 0.5rem;
  padding: 0.8rem 1rem; overflow-x: auto; }
pre, code { font-family: ui-monospace, monospace; font-size: 0.9em; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--border); color: var(--muted); }
table { border-collapse: collapse; } th, td { border-bottom: 1px solid var(--border); padding: 0.3rem 0.8rem 0.3rem 0;
  text-align: left; }
a { color: var(--accent); }
@media (prefers-color-scheme: dark) { :root { --text: #eceae5; --muted: #aaa89f; --ground: #181918; --bubble: #292b29;
  --border: #303330; --accent: #63cdbc; } }
"""


def markdown(record: Record) -> str:
    """Return the thread as markdown; what was said keeps its own marks."""
    parts = [f"# {record.title}", f"*{day(record.conversation.created_at)}*"]
    for message in record.thread:
        said = message.content.strip()
        if fence := open_fence(said):  # else all that follows would be code
            said += f"\n{fence}"
        parts.append(f"## {NAMES[message.role]}\n\n{said}")
        if mark := mark_of(message):
            parts.append(f"*{mark}*")
    return "\n\n".join(parts) + "\n"


def page(record: Record) -> str:
    """Return the thread as one HTML document that loads nothing."""
    title = html.escape(record.title)
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}</h1>{day(record.conversation.created_at)}</header>\n"
        + "".join(map(_article, record.thread))
        + "</body>\n</html>\n"
    )


def answer_html(source: str) -> str:
    """Return the markdown of an answer as HTML: raw HTML stays text, images become their captions."""
    return str(_parser().render(source))


def _article(message: Message) -> str:
    if message.role == "user":
        said = f'<div class="said">{html.escape(message.content)}</div>'
    else:
        said = f'<div class="said">{answer_html(message.content)}</div>'
    mark = f'<p class="mark">{html.escape(mark_of(message))}</p>' if mark_of(message) else ""
    who = f"{NAMES[message.role]} · {day(message.created_at)}"
    return f'<article class="{message.role}" dir="auto"><div class="who">{who}</div>{said}{mark}</article>\n'


def mark_of(message: Message) -> str:
    """Return what is said under a message that did not come to its end; nothing under others."""
    return _MARKS.get(message.state, "")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(math_plugin)
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("math_inline", _formula)
    parser.add_render_rule("math_block", _formula)
    return parser


def _code(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    del renderer, options, env
    token = tokens[index]
    words = token.info.split()
    return highlight(token.content.rstrip("\n"), words[0].lower() if words else "", LIGHT) + "\n"


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    caption = renderer.renderInlineAsText(tokens[index].children or [], options, env)
    return f"<em>[image: {html.escape(caption or 'without a caption')}]</em>"


def _formula(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    # As LaTeX: a page that loads nothing has nothing to set it with.
    del renderer, options, env
    token = tokens[index]
    code = f"<code>{html.escape(token.content)}</code>"
    return f"<p>{code}{html.escape(token.info)}</p>\n" if token.block else code

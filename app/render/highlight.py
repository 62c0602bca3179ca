"""Source code → coloured Qt rich text, through Pygments. Knows nothing of widgets."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from app.render.theme import Theme

# Most specific first: a token takes the first kind it belongs to.
_COLOURS: Final = (
    (Comment, "code_comment"),
    (String, "code_string"),
    (Number, "code_number"),
    (Operator.Word, "code_keyword"),
    (Keyword, "code_keyword"),
    (Name.Function, "code_name"),
    (Name.Class, "code_name"),
    (Name.Decorator, "code_name"),
    (Name.Tag, "code_keyword"),
    (Name.Attribute, "code_name"),
    (Name.Builtin, "code_name"),
)
# Beyond this, colouring would stall the window; the text itself is shown in full.
_LONGEST: Final = 60_000


def highlight(source: str, language: str, theme: Theme) -> str:
    """Return ``source`` as a ``<pre>`` with a colour per token; plain where the language is not known."""
    lexer = None
    if language and len(source) <= _LONGEST:
        try:
            lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
        except ClassNotFound:
            lexer = None
    if lexer is None:
        return f"<pre>{html.escape(source)}</pre>"
    pieces = [_coloured(kind, text, theme) for kind, text in lexer.get_tokens(source)]
    return f"<pre>{''.join(pieces)}</pre>"


def language_name(language: str) -> str:
    """Return a language's proper name for its label: ``py`` → *Python*; *Code* where there is none."""
    if not language:
        return "Code"
    try:
        return str(get_lexer_by_name(language).name)
    except ClassNotFound:
        return language.capitalize()


def _belongs(kind: _TokenType, family: _TokenType) -> bool:
    return kind[: len(family)] == family


def _coloured(kind: _TokenType, text: str, theme: Theme) -> str:
    role = next((role for family, role in _COLOURS if _belongs(kind, family)), None)
    if role is None or not text.strip():
        return html.escape(text)
    return f'<span style="color:{getattr(theme, role)}">{html.escape(text)}</span>'

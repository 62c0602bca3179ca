"""The language the user reads: a sentence in the source's English goes in, the same in their language comes out.

Knows neither Qt nor which languages there are; until a translation is put in, as in the terminal, all stays English.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Where in the catalogue a text stands: what the window says, and what reaches it from the parts below.
WINDOW: Final = "Attune"
BELOW: Final = "below"
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


# *system*: the first of the languages the system wants that Attune speaks.
LanguageChoice = Literal["system", "en", "de"]


class Translate(Protocol):
    """Looks a source text up in ``context``; returns it as it is where there is no translation."""

    def __call__(self, context: str, source: str, count: int = -1) -> str:
        """``count`` chooses among the plural forms; −1 for a text that has none."""
        ...


class _Language:
    translate: Translate | None = None
    templates: Callable[[], Iterable[str]] = staticmethod(lambda: ())
    decimal, group = ".", ","


_now = _Language()


def speak(
    translate: Translate | None,
    templates: Callable[[], Iterable[str]] = lambda: (),
    *,
    decimal: str = ".",
    group: str = ",",
) -> None:
    """Put a translation in, or with ``None`` take it out.

    ``templates`` gives the sources of ``BELOW`` that have placeholders. ``decimal`` and ``group`` are the signs numbers
    are written with.
    """
    _now.translate, _now.templates = translate, templates
    _now.decimal, _now.group = decimal, group


def mark(text: str) -> str:
    """Name a text for the catalogue where it is too early to translate it: ``tr`` does, when it is shown."""
    return text


def tr(text: str, /, **values: object) -> str:
    """Return ``text`` in the user's language, each ``{name}`` in it filled from ``values``."""
    found = _now.translate(WINDOW, text) if _now.translate else text
    return found.format(**values) if values else found


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form for ``count``; in the text it stands as ``{n}``, written with the language's signs."""
    found = _now.translate(WINDOW, many, count) if _now.translate else many
    if found == many and count == 1:
        found = one
    return found.format(n=number(count), **values)


def told(text: str) -> str:
    """Return in the user's language what the engine, the memory or the list of principles says in English.

    Such a text may have its names and numbers in it already: it is then found by the sentence around them.
    """
    if not _now.translate or not text:
        return text
    found = _now.translate(BELOW, text)
    if found != text:
        return found
    for template in _now.templates():
        if match := _shape(template).fullmatch(text):
            return _now.translate(BELOW, template).format(**match.groupdict())
    return text


def number(value: float, decimals: int = 0) -> str:
    """Write a number with the language's signs: *12,345.6* or *12.345,6*."""
    english = f"{value:,.{decimals}f}"
    return "".join({",": _now.group, ".": _now.decimal}.get(sign, sign) for sign in english)


def _shape(template: str) -> re.Pattern[str]:
    pieces = _PLACEHOLDER.split(template)
    return re.compile(
        "".join(f"(?P<{piece}>.+)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)),
        re.DOTALL,
    )

"""Puts pictures of formulas where a rich text names them, each on the baseline of its line. Knows no markdown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFontMetrics,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
    QTextLength,
)

from app.render.formula import formula
from app.render.markdown import formula_of
from app.render.theme import BODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.render.appearance import Appearance
    from app.render.formula import Formula

FORMULA: Final = '<img src="formula:'
OBJECT: Final = "\ufffc"
"""The character that stands for a picture in a text."""

# The formulas' font has a smaller x-height than the text's: these sizes look alike.
_INLINE, _DISPLAY = 1.1, 1.2


def place_formulas(document: QTextDocument, appearance: Appearance, scale: float) -> None:
    """Draw every formula of ``document``; one that can't be set stands there as it was written.

    ``scale`` is the screen's device pixel ratio.
    """
    # From the end, so that what is replaced moves nothing that is still to be visited.
    for position, image in reversed(list(_images(document))):
        found = formula_of(image.name())
        if found is None:
            continue
        latex, display = found
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        alone = cursor.block().length() == 2
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        font = image.font()
        size = max(font.pixelSize(), appearance.px(BODY)) * (_DISPLAY if display else _INLINE)
        made = formula(latex, size, _colour(image, appearance), display=display)
        if made is None:
            cursor.insertText(latex, _as_written(appearance))
            continue
        above, below, alignment = _box(made, QFontMetrics(font), alone=alone)
        picture = made.image(above, below, scale)
        # The same formula may stand in a heading too: size, colour and line belong to the place.
        image.setName(f"{image.name().partition('#')[0]}#{position}")
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(image.name()), picture)
        image.setVerticalAlignment(alignment)
        image.setMaximumWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        image.setToolTip(latex)
        cursor.setCharFormat(image)
        if alone:
            tight = QTextBlockFormat()
            tight.setLineHeight(100, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
            cursor.mergeBlockFormat(tight)


def _box(
    made: Formula, metrics: QFontMetrics, *, alone: bool
) -> tuple[float, float, QTextCharFormat.VerticalAlignment]:
    """Return the room above and below the baseline, and the alignment under which Qt puts it on the text's."""
    above, below = math.ceil(made.ascent) + 1, math.ceil(made.descent) + 1
    if alone:
        return above, below, QTextCharFormat.VerticalAlignment.AlignNormal
    if below <= metrics.descent():  # Qt puts the picture's foot at the font's descent …
        return above, metrics.descent(), QTextCharFormat.VerticalAlignment.AlignBaseline
    # … or its middle a quarter of the x-height above the baseline; nothing between.
    lift = metrics.xHeight() / 2
    below = max(below, math.ceil(above - lift))
    return below + lift, below, QTextCharFormat.VerticalAlignment.AlignMiddle


def _as_written(appearance: Appearance) -> QTextCharFormat:
    code = QTextCharFormat()
    code.setFont(appearance.font(14, code=True))
    code.setBackground(appearance.colour("code_ground"))
    return code


def with_formulas(text: str, document: QTextDocument, start: int, end: int) -> str:
    """Return ``text``, the plain text from ``start`` to ``end``, with LaTeX where pictures of formulas stand."""
    for position, image in _images(document):
        found = formula_of(image.name())
        if found and start <= position < end:
            sign = "$$" if found[1] else "$"
            text = text.replace(OBJECT, f"{sign}{found[0]}{sign}", 1)
    return text


def _images(document: QTextDocument) -> Iterator[tuple[int, QTextImageFormat]]:
    block = document.begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            fragment = at.fragment()
            if fragment.isValid() and fragment.charFormat().isImageFormat():
                image = fragment.charFormat().toImageFormat()
                for offset in range(fragment.length()):
                    yield fragment.position() + offset, image
            at += 1
        block = block.next()


def _colour(image: QTextImageFormat, appearance: Appearance) -> str:
    brush = image.foreground()
    return brush.color().name() if brush.style().value else appearance.theme.text

"""LaTeX → a picture of the formula, set by ziamath in this process: no network, no TeX, no file.

Knows nothing of markdown. What can't be set gives ``None``, and is shown as it was written.
"""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.render.math_syntax import LONGEST

if TYPE_CHECKING:
    from types import ModuleType
    from xml.etree.ElementTree import Element

log = logging.getLogger(__name__)

_EMPTY: Final = 2  # px: the size of a picture of nothing
_MARGIN: Final = 1  # px: ziamath's boxes touch the glyphs
# A chat has no equation numbers, and an unnumbered environment is the starred one.
_NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|gather|multline|eqnarray)\}")
_LABEL = re.compile(r"\\(?:label\{[^{}]*\}|nonumber|notag)")
_TAG = re.compile(r"\\tag\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as SVG. ``width``, ``ascent`` and ``descent`` in px, the latter two from the baseline."""

    svg: bytes
    width: float
    ascent: float
    descent: float

    def image(self, above: float, below: float, scale: float) -> QImage:
        """Draw it on a transparent picture with ``above`` and ``below`` px around the baseline.

        ``scale`` is the screen's device pixel ratio.
        """
        width = self.width + 2 * _MARGIN
        image = QImage(
            max(round(width * scale), 1),
            max(round((above + below) * scale), 1),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        place = QRectF(_MARGIN, above - self.ascent, self.width, self.ascent + self.descent)
        QSvgRenderer(QByteArray(self.svg)).render(painter, place)
        painter.end()
        image.setDevicePixelRatio(scale)
        return image


@lru_cache(maxsize=1)
def _ziamath() -> ModuleType:
    """Import the library with the first formula: most conversations have none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it finds its own fonts
        import ziamath
        from ziamath.config import config
    config.svg2 = False  # Qt draws SVG 1.2 Tiny
    return ziamath


@lru_cache(maxsize=256)
def formula(latex: str, size: float, colour: str, *, display: bool) -> Formula | None:
    """Set ``latex`` in ``size`` px and ``colour``, ``#rrggbb``; ``None`` where it is not LaTeX that can be set."""
    if len(latex) > LONGEST:
        return None
    source = _LABEL.sub("", _NUMBERED.sub(r"\\\1{\2*}", latex))
    source = _TAG.sub(r"\\qquad\\text{(\1)}", source)
    try:
        made = _ziamath().Math.fromlatex(source, size=size, color=colour, inline=not display)
        picture: Element = made.svgxml()
    except Exception as error:  # noqa: BLE001  LaTeX can be wrong in any way, and each raises something else
        log.debug("not set: %r (%r)", latex, error)
        return None
    _, top, width, height = map(float, picture.attrib["viewBox"].split())
    if min(width, height) <= _EMPTY:
        return None
    return Formula(made.svg().encode(), width, -top, height + top)

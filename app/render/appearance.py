"""The look in force: theme, zoom, fonts, icons, stylesheet. Emits ``changed`` when any of them does.

Widgets that paint colours themselves hold this object; the rest follow the application's stylesheet. Knows
nothing of what the widgets show, nor where the choice is remembered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyle

import resources
from app.render.stylesheet import stylesheet
from app.render.theme import BODY, DARK, LIGHT, Theme, ThemeChoice

TEXT_FAMILIES: Final = (
    "Inter",
    "SF Pro Text",
    "Segoe UI Variable Text",
    "Segoe UI",
    "Noto Sans",
    "Cantarell",
    "Ubuntu",
)
CODE_FAMILIES: Final = (
    "JetBrains Mono",
    "Cascadia Mono",
    "SF Mono",
    "Menlo",
    "Consolas",
    "Noto Sans Mono",
    "DejaVu Sans Mono",
)
ZOOMS: Final = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
Motion: TypeAlias = Literal["system", "on", "off"]
_ICON_SCALES: Final = (1, 2, 3)


class Appearance(QObject):
    """Theme, zoom and fonts of one application. Created once, after ``QApplication``."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: ThemeChoice = "system", zoom: float = 1.0) -> None:
        super().__init__(application)
        self._application = application
        self._choice: ThemeChoice = choice
        self._zoom = zoom
        self._motion: Motion = "system"
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self.text_family = _first_installed(TEXT_FAMILIES, QFontDatabase.SystemFont.GeneralFont)
        self.code_family = _first_installed(CODE_FAMILIES, QFontDatabase.SystemFont.FixedFont)
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._on_system_scheme)
        self._apply()

    @property
    def theme(self) -> Theme:
        """The colours in force, *system* resolved."""
        if self._choice == "system":
            scheme = self._application.styleHints().colorScheme()
            return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT

    @property
    def choice(self) -> ThemeChoice:
        """What the user chose: *system*, *light* or *dark*."""
        return self._choice

    @property
    def zoom(self) -> float:
        """Factor on every size, 1 by default."""
        return self._zoom

    @property
    def motion(self) -> Motion:
        """Whether things may move: *on*, *off*, or as the *system* has it."""
        return self._motion

    @property
    def moves(self) -> bool:
        """Whether things move now, *system* resolved."""
        if self._motion == "system":
            # Qt asks the desktop: off where the user turned its animations off.
            length = self._application.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
            return length > 0 and QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
        return self._motion == "on"

    def set_motion(self, motion: Motion) -> None:
        """Choose whether things may move."""
        self._motion = motion

    def choose(self, choice: ThemeChoice) -> None:
        """Switch the theme."""
        if choice != self._choice:
            self._choice = choice
            self._apply()

    def set_zoom(self, zoom: float) -> None:
        """Scale all sizes by ``zoom``, held to the range of ``ZOOMS``."""
        zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        if zoom != self._zoom:
            self._zoom = zoom
            self._apply()

    def step_zoom(self, direction: int) -> None:
        """Go one step up (+1) or down (−1) the zoom scale; 0 goes back to 1."""
        if direction == 0:
            self.set_zoom(1.0)
            return
        steps = [z for z in ZOOMS if (z > self._zoom if direction > 0 else z < self._zoom)]
        if steps:
            self.set_zoom(steps[0] if direction > 0 else steps[-1])

    def px(self, size: float) -> int:
        """Return ``size``, given at zoom 1, in device-independent pixels at the present zoom."""
        return round(size * self._zoom)

    def colour(self, role: str) -> QColor:
        """Return the theme's colour for one of ``Theme``'s field names."""
        return QColor(getattr(self.theme, role))

    def font(self, size: float = BODY, *, bold: bool = False, code: bool = False) -> QFont:
        """Return a font of the type scale; ``size`` as in ``px``."""
        font = QFont(self.code_family if code else self.text_family)
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def icon(self, name: str, role: str = "muted", size: int = 20, *, on: str = "") -> QIcon:
        """Return an icon of ``resources/icons`` in the colour of ``role``; ``on`` colours its checked state."""
        icon = QIcon()
        states = [(QIcon.Mode.Normal, QIcon.State.Off, role)]
        if on:
            states.append((QIcon.Mode.Normal, QIcon.State.On, on))
        for mode, state, colour in states:
            for scale in _ICON_SCALES:
                icon.addPixmap(self.pixmap(name, colour, size, scale), mode, state)
        return icon

    def pixmap(self, name: str, role: str = "muted", size: int = 20, scale: float = 1.0) -> QPixmap:
        """Return one icon drawn at ``size`` for a screen of device pixel ratio ``scale``."""
        key = (name, role, size, scale)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._drawn(*key)
        return self._pixmaps[key]

    def _drawn(self, name: str, role: str, size: int, scale: float) -> QPixmap:
        side = round(self.px(size) * scale)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        svg = _svg(name).replace("currentColor", getattr(self.theme, role))
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def _on_system_scheme(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        self._pixmaps.clear()
        self._application.setPalette(_palette(self.theme))
        self._application.setFont(self.font())
        self._application.setStyleSheet(stylesheet(self.theme, self._zoom, self.code_family))
        self.changed.emit()


def _first_installed(families: tuple[str, ...], fallback: QFontDatabase.SystemFont) -> str:
    installed = set(QFontDatabase.families())
    return next((f for f in families if f in installed), QFontDatabase.systemFont(fallback).family())


@lru_cache(maxsize=64)
def _svg(name: str) -> str:
    return (resources.ICONS / f"{name}.svg").read_text(encoding="utf-8")


def _palette(theme: Theme) -> QPalette:
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.ground,
        roles.WindowText: theme.text,
        roles.Base: theme.surface,
        roles.AlternateBase: theme.side,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Button: theme.surface,
        roles.ButtonText: theme.text,
        roles.ToolTipBase: theme.text,
        roles.ToolTipText: theme.ground,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.Link: theme.accent,
        roles.LinkVisited: theme.accent,
        roles.Accent: theme.accent,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.outline))
    return palette

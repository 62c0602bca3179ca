"""The application's stylesheet and the rich-text style of replies, from a theme and a zoom. Knows no widget.

Widgets say what they are through the dynamic property ``look``; colours and sizes stand only here and in
``theme``.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Final

from app.render import theme as scale
from resources import ARROWS

if TYPE_CHECKING:
    from app.render.theme import Theme

# Line height of running text in per cent of what the font asks for.
LEADING: Final = 114

_APPLICATION = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, *[look="ground"] { background: $ground; }
*[look="side"] { background: $side; }
QToolTip { background: $text; color: $ground; border: 0; padding: ${p4}px ${p8}px; font-size: ${small}px; }
QLabel[look="caption"] { color: $muted; font-size: ${caption}px; }
QLabel[look="small"] { color: $muted; font-size: ${small}px; }
QLabel[look="smalltext"] { color: $text; font-size: ${small}px; }
QLabel[look="smallbold"] { color: $text; font-size: ${small}px; font-weight: 600; }
QLabel[look="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[look="section"] { color: $muted; font-size: ${caption}px; font-weight: 600; }
QLabel[look="display"] { font-size: ${display}px; font-weight: 600; }
QLabel[look="strong"] { font-size: ${body}px; font-weight: 600; }
QLabel[look="accent"] { color: $accent; font-size: ${small}px; font-weight: 600; }
QLabel[look="danger"] { color: $danger; font-size: ${small}px; }
QLabel[look="key"] { color: $text; background: $surface; border: 1px solid $border; border-radius: ${p4}px;
  padding: ${p2}px ${p6}px; font-size: ${caption}px; }
QLabel[look="heat1"], QLabel[look="heat2"], QLabel[look="heat3"], QLabel[look="heat4"] { color: $text;
  font-size: ${caption}px; padding: 1px ${p4}px; }
QLabel[look="heat1"] { background: $heat1; }
QLabel[look="heat2"] { background: $heat2; }
QLabel[look="heat3"] { background: $heat3; }
QLabel[look="heat4"] { background: $heat4; }
QLabel[look="warning"] { color: $warning; font-size: ${small}px; }

QPushButton { background: $surface; border: 1px solid $outline; border-radius: ${p8}px;
  padding: ${p6}px ${p12}px; font-size: ${small}px; }
QPushButton:hover { background: $hover; }
QPushButton:focus, QToolButton:focus, QAbstractButton:focus { outline: none; border: 2px solid $accent; }
QPushButton:focus { padding: ${p5}px ${p11}px; }
QPushButton:disabled { color: $outline; border-color: $border; }
QPushButton[look="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $accent_strong; }
QPushButton[look="primary"]:disabled { background: $border; color: $muted; border-color: $border; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }
QPushButton[look="danger"] { color: $danger; border-color: $danger; background: transparent; }
QPushButton[look="danger"]:hover { background: $danger_soft; }
QPushButton[look="danger"]:disabled { color: $outline; border-color: $border; }
QPushButton[look="link"] { background: transparent; border: 2px solid transparent; color: $accent;
  padding: 0 ${p4}px; font-size: ${small}px; font-weight: 600; }
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus { border: 2px solid $accent; padding: 0 ${p4}px; }
QPushButton[look="quiet"] { background: transparent; }
QPushButton[look="quiet"]:hover { background: $hover; }
QPushButton[look="quietlink"] { background: transparent; border: 0; color: $muted; padding: ${p2}px 0;
  font-size: ${caption}px; text-align: left; }
QPushButton[look="quietlink"]:hover { color: $text; text-decoration: underline; }
QPushButton[look="quietlink"]:focus { border: 0; padding: ${p2}px 0; color: $accent; text-decoration: underline; }
QPushButton[look="card"] { background: $surface; border: 1px solid $border; border-radius: ${p12}px;
  padding: ${p12}px ${p16}px; text-align: left; font-size: ${body}px; }
QPushButton[look="card"]:hover { border-color: $accent; }
QPushButton[look="card"]:focus { border: 2px solid $accent; padding: ${p11}px ${p15}px; }
QPushButton[look="answer"] { background: $surface; border: 2px solid $border; border-radius: ${p16}px; }
QPushButton[look="answer"]:hover { border-color: $accent; background: $surface; }
QPushButton[look="answer"]:focus { border-color: $accent; padding: 0; }
QPushButton[look="answer"]:pressed { border-color: $accent; background: $accent_soft; }
QPushButton[look="nav"] { background: transparent; border: 1px solid transparent; border-radius: ${p8}px;
  padding: ${p8}px ${p4}px; text-align: left; font-size: ${body}px; }
QPushButton[look="nav"]:hover { background: $hover; }
QPushButton[look="nav"]:focus { border: 2px solid $accent; padding: ${p7}px ${p3}px; }
QPushButton[look="quiet"] { background: transparent; border: 1px solid transparent; border-radius: ${p8}px;
  padding: ${p4}px ${p8}px; color: $muted; font-size: ${small}px; }
QPushButton[look="quiet"]:hover { background: $hover; }
QPushButton[look="quiet"]:focus { border: 2px solid $accent; padding: ${p3}px ${p7}px; }
QPushButton[look="key"] { background: $surface; border: 1px solid $border; border-radius: ${p4}px;
  padding: ${p3}px ${p7}px; font-size: ${caption}px; }
QPushButton[look="key"]:hover { border-color: $accent; }
QPushButton[look="key"]:focus { border: 2px solid $accent; padding: ${p2}px ${p6}px; }
QPushButton[look="key"][listening="true"] { background: $accent_soft; }
QPushButton[look="chip"] { background: transparent; border: 1px solid $outline; border-radius: ${p12}px;
  padding: ${p4}px ${p11}px; color: $muted; font-size: ${small}px; }
QPushButton[look="chip"]:hover { background: $hover; color: $text; }
QPushButton[look="chip"]:checked { background: $accent_soft; border-color: $accent; color: $text; }
QPushButton[look="chip"]:focus { border: 2px solid $accent; padding: ${p3}px ${p11}px; }
QPushButton[look="floating"] { background: $surface; border: 1px solid $outline; border-radius: ${p16}px;
  padding: ${p6}px ${p12}px; color: $text; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: ${p8}px; padding: ${p4}px; }
QToolButton:hover { background: $hover; }
QToolButton:checked { background: $accent_soft; }
QToolButton::menu-indicator { image: none; }
QToolButton[look="send"] { background: $accent; border-radius: ${p12}px; border: 2px solid $accent; }
QToolButton[look="send"]:hover { background: $accent_strong; }
QToolButton[look="send"]:focus { border: 2px solid $text; }
QToolButton[look="send"]:disabled { background: $border; border-color: $border; }

QLineEdit, QTextEdit { placeholder-text-color: $muted; }
QLineEdit { background: $surface; border: 1px solid $outline; border-radius: ${p8}px;
  padding: ${p6}px ${p8}px; font-size: ${small}px; selection-background-color: $accent;
  selection-color: $on_accent; }
QListView QLineEdit { font-size: ${body}px; }
QLineEdit:focus { border: 2px solid $accent; padding: ${p5}px ${p7}px; }
QLineEdit[look="title"] { background: transparent; border: 1px solid transparent; font-size: ${title}px;
  font-weight: 600; padding: ${p4}px ${p6}px; }
QLineEdit[look="title"]:hover { border-color: $border; }
QLineEdit[look="title"]:focus { border: 2px solid $accent; padding: ${p3}px ${p5}px; background: $surface; }

QTextEdit, QTextBrowser { background: transparent; border: 0; selection-background-color: $accent;
  selection-color: $on_accent; }

QFrame[look="composer"] { background: $surface; border: 1px solid $outline; border-radius: ${p16}px; }
QFrame[look="composer"][focused="true"] { border: 2px solid $accent; }
QFrame[look="bubble"] { background: $bubble; border-radius: ${p16}px; }
QFrame[look="code"] { background: $code_ground; border: 1px solid $border; border-radius: ${p8}px; }
QFrame[look="card"] { background: $surface; border: 1px solid $border; border-radius: ${p12}px; }
QFrame[look="quick"] { background: $ground; border: 1px solid $outline; border-radius: ${p16}px; }
QFrame[look="notice"] { background: $side; border: 0; border-top: 1px solid $border; }
QFrame[look="offer"] { background: transparent; border: 1px solid $border; border-radius: ${p12}px; }
QFrame[look="advice"] { background: $accent_soft; border: 0; border-radius: ${p12}px; }
QFrame[look="error"] { background: $danger_soft; border-radius: ${p8}px; }
QFrame[look="toast"] { background: $text; border-radius: ${p12}px; }
QFrame[look="toast"] QLabel { color: $ground; font-size: ${small}px; }
QFrame[look="toast"] QPushButton { background: transparent; color: $ground; font-weight: 600;
  border: 2px solid transparent; text-decoration: underline; padding: ${p2}px ${p8}px; }
QFrame[look="toast"] QPushButton:focus { border: 2px solid $ground; }
QFrame[look="banner"] { background: $accent_soft; }
QFrame[look="banner"] QLabel { color: $text; }
QFrame[look="palette"] { background: $surface; border: 1px solid $outline; border-radius: ${p12}px; }
QLineEdit[look="palette"], QLineEdit[look="palette"]:focus { background: transparent; border: 0;
  font-size: ${title}px; padding: ${p8}px; }
QFrame[look="rule"] { background: $border; border: 0; max-height: 1px; min-height: 1px; }
QFrame[look="reached"] { background: $accent; border: 0; border-radius: 2px; }
QFrame[look="ahead"] { background: $border; border: 0; border-radius: 2px; }
QFrame[look="edge"] { background: $border; border: 0; max-width: 1px; min-width: 1px; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; font-size: ${caption}px; font-weight: 600;
  padding: ${p6}px ${p4}px; margin-left: ${p8}px; border: 0; border-bottom: 2px solid transparent; }
QTabBar::tab:first { margin-left: ${p12}px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar:focus::tab:selected { color: $accent; }

QComboBox, QAbstractSpinBox, QPlainTextEdit { background: $surface; border: 1px solid $outline;
  border-radius: ${p8}px; padding: ${p6}px ${p8}px; min-height: ${p24}px;
  selection-background-color: $accent; selection-color: $on_accent; }
QComboBox, QAbstractSpinBox { font-size: ${small}px; min-height: ${p16}px; }
QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus { border: 2px solid $accent;
  padding: ${p5}px ${p7}px; }
QComboBox::drop-down { border: 0; width: ${p24}px; }
QComboBox::down-arrow { image: url("$arrow"); width: ${p16}px; height: ${p16}px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $outline; padding: ${p4}px;
  selection-background-color: $hover; selection-color: $text; }
QListWidget[look="pages"]::item { padding: ${p6}px ${p8}px; border-radius: ${p8}px; color: $text; }
QListWidget[look="pages"]::item:hover { background: $hover; }
QListWidget[look="pages"]::item:selected { background: $accent_soft; color: $text; }
QListWidget[look="pages"]::item:focus { border: 2px solid $accent; padding: ${p4}px ${p6}px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: padding; width: 0; border: 0; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { background: transparent; border: 0;
  padding: 0; }
QListView { background: transparent; border: 0; outline: 0; }
QListView[look="files"] { background: $surface; border: 1px solid $outline; border-radius: ${p8}px;
  padding: ${p4}px; font-size: ${small}px; }
QListView[look="files"]:focus { border: 2px solid $accent; padding: ${p3}px; }
QListView[look="files"]::item { padding: ${p4}px; border-radius: ${p4}px; }
QListView[look="files"]::item:selected { background: $accent_soft; color: $text; }
QListView[look="files"]::item:disabled { color: $muted; }
QListView[look="files"]::indicator { width: ${p15}px; height: ${p15}px; border: 1px solid $outline;
  border-radius: ${p4}px; background: $ground; }
QListView[look="files"]::indicator:checked { background: $accent; border-color: $accent; image: url($tick); }
QListView[look="files"]::indicator:checked:disabled { background: $outline; border-color: $outline; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget[look="canvas"] { background: transparent; }
QSplitter::handle { background: $border; }

QMenu { background: $surface; border: 1px solid $outline; border-radius: ${p8}px; padding: ${p4}px; }
QMenu::item { padding: ${p6}px ${p24}px ${p6}px ${p12}px; border-radius: ${p4}px; font-size: ${small}px; }
QMenu::item:selected { background: $hover; }
QMenu::separator { height: 1px; background: $border; margin: ${p4}px ${p8}px; }
QMenu::icon { padding-left: ${p8}px; }

QScrollBar:vertical { background: transparent; width: ${p12}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p12}px; margin: 0; }
QScrollBar::handle { background: $outline; border-radius: ${p3}px; border: ${p3}px solid transparent; }
QScrollBar::handle:vertical { min-height: ${p32}px; margin: ${p2}px ${p3}px; }
QScrollBar::handle:horizontal { min-width: ${p32}px; margin: ${p3}px ${p2}px; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $border; border: 0; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
""")

# Qt's rich text knows a small part of CSS; margins are in pixels, line-height in per cent.
_RICH_TEXT = Template("""
body, p, li { line-height: ${leading}%; }
p { margin-top: 0; margin-bottom: ${p12}px; }
h1 { font-size: ${h1}px; font-weight: 600; margin-top: ${p12}px; margin-bottom: ${p8}px; }
h2 { font-size: ${h2}px; font-weight: 600; margin-top: ${p12}px; margin-bottom: ${p8}px; }
h3, h4, h5, h6 { font-size: ${body}px; font-weight: 600; margin-top: ${p8}px; margin-bottom: ${p4}px; }
ul, ol { margin-top: 0; margin-bottom: ${p12}px; margin-left: 0; -qt-list-indent: 1; }
li { margin-bottom: ${p4}px; }
li p { margin-bottom: ${p4}px; }
a { color: $accent; text-decoration: underline; }
code { font-family: "$mono"; font-size: ${mono_size}px; background-color: $code_ground; }
pre { font-family: "$mono"; font-size: ${mono_size}px; line-height: ${leading}%; margin: 0 0 ${p12}px 0; }
.image { color: $muted; }
td.bar { background-color: $outline; padding: 0; width: 3px; }
td.quoted { padding-left: ${p12}px; color: $muted; }
td.turned { padding-right: ${p12}px; color: $muted; }
table.quote { margin-bottom: ${p12}px; }
table.grid { margin-top: ${p8}px; margin-bottom: ${p12}px; }
th { font-weight: 600; text-align: left; border-bottom: 1px solid $outline; padding: ${p6}px ${p16}px ${p6}px 0; }
table.turnedgrid { margin-top: ${p8}px; margin-bottom: ${p12}px; }
table.turnedgrid th { text-align: right; padding: ${p6}px 0 ${p6}px ${p16}px; }
table.turnedgrid td { border-bottom: 1px solid $border; padding: ${p6}px 0 ${p6}px ${p16}px; }
table.grid td { border-bottom: 1px solid $border; padding: ${p6}px ${p16}px ${p6}px 0; }
""")


def stylesheet(theme: Theme, zoom: float, mono: str) -> str:
    """Return the stylesheet of the whole application."""
    return _APPLICATION.substitute(_words(theme, zoom, mono))


def rich_text(theme: Theme, zoom: float, mono: str) -> str:
    """Return the default stylesheet of a ``QTextDocument`` that shows a reply."""
    return _RICH_TEXT.substitute(_words(theme, zoom, mono))


def label_text(theme: Theme, zoom: float, mono: str) -> str:
    """Return ``rich_text`` for a ``QLabel``, which indents lists by a width of Qt's own."""
    return (
        f"{rich_text(theme, zoom, mono)} ul, ol {{ -qt-list-indent: 0; margin-left: {round(20 * zoom)}px; }}"
    )


def _words(theme: Theme, zoom: float, mono: str) -> dict[str, str]:
    sizes = {
        "caption": scale.CAPTION,
        "small": scale.SMALL,
        "body": scale.BODY,
        "title": scale.TITLE,
        "display": scale.DISPLAY,
        "h1": 20,
        "h2": 17,
        "mono_size": 14,
    }
    steps = (2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 24, 32)
    words = {name: str(round(size * zoom)) for name, size in sizes.items()}
    words |= {f"p{step}": str(round(step * zoom)) for step in steps}
    words |= {name: getattr(theme, name) for name in theme.__dataclass_fields__}
    # A style sheet can only name a file, so the pictures in it have the themes' colours in files of their own.
    arrow, tick = ((ARROWS / f"{name}-{theme.name}.svg").as_posix() for name in ("down", "check"))
    return words | {"mono": mono, "leading": str(LEADING), "arrow": arrow, "tick": tick}

"""Colours, type scale and spacing scale of the window. Knows nothing of Qt or of any widget.

Every text colour reaches WCAG AA (4.5:1) on every ground it stands on; icons, handles and borders that carry
meaning reach 3:1. ``TEXT_PAIRS`` and ``MARK_PAIRS`` name the combinations in use, for the test that checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

ThemeChoice: TypeAlias = Literal["system", "light", "dark"]

# Type scale and spacing scale, in device-independent pixels at zoom 1.
CAPTION: Final = 12
SMALL: Final = 13
BODY: Final = 15
TITLE: Final = 18
DISPLAY: Final = 28
SPACE: Final = (0, 4, 8, 12, 16, 24, 32, 48)


@dataclass(frozen=True, slots=True)
class Theme:
    """One colour scheme. Colours are ``#rrggbb``."""

    name: Literal["light", "dark"]
    ground: str  # behind the chat
    side: str  # behind the side panels
    surface: str  # cards, fields
    bubble: str  # the user's messages
    hover: str  # under the pointer
    border: str  # hairlines that only separate
    outline: str  # borders that say "this is a control"
    text: str
    muted: str
    accent: str
    accent_strong: str  # accent under the pointer
    on_accent: str
    accent_soft: str  # selected rows, uncertainty bands
    danger: str
    danger_soft: str
    warning: str
    heat1: str  # how far guidance moved a token, from a little to most of its probability
    heat2: str
    heat3: str
    heat4: str
    code_ground: str
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str
    code_name: str


LIGHT: Final = Theme(
    name="light",
    ground="#fcfbf9",
    side="#f4f2ee",
    surface="#ffffff",
    bubble="#efece6",
    hover="#e9e5de",
    border="#e4e0d8",
    outline="#8b8579",
    text="#1f1d1a",
    muted="#5f5a52",
    accent="#0b6b61",
    accent_strong="#08534b",
    on_accent="#ffffff",
    accent_soft="#d5ebe6",
    danger="#a9261c",
    danger_soft="#fbe9e7",
    warning="#7c5200",
    heat1="#f8edd3",
    heat2="#f3d79b",
    heat3="#ecb95a",
    heat4="#e0942a",
    code_ground="#f5f3ef",
    code_keyword="#8a2a6b",
    code_string="#0d6550",
    code_number="#9a4a05",
    code_comment="#67625a",
    code_name="#1d5a9e",
)

DARK: Final = Theme(
    name="dark",
    ground="#181918",
    side="#121312",
    surface="#212321",
    bubble="#292b29",
    hover="#2e312e",
    border="#303330",
    outline="#7d827c",
    text="#eceae5",
    muted="#aaa89f",
    accent="#63cdbc",
    accent_strong="#86ddcf",
    on_accent="#06231e",
    accent_soft="#1d3d37",
    danger="#ff9b8f",
    danger_soft="#3a201d",
    warning="#e5b560",
    heat1="#33291a",
    heat2="#4c3918",
    heat3="#6a4b13",
    heat4="#885b0a",
    code_ground="#131413",
    code_keyword="#e59ad0",
    code_string="#86d6b8",
    code_number="#f0b27a",
    code_comment="#9a988f",
    code_name="#8cbdf5",
)

# (text colour, ground) as used by the stylesheet and the painters.
TEXT_PAIRS: Final = (
    *(
        (colour, ground)
        for colour in ("text", "muted")
        for ground in ("ground", "side", "surface", "bubble", "hover")
    ),
    ("accent", "ground"),
    ("accent", "side"),
    ("accent", "surface"),
    ("text", "accent_soft"),
    ("muted", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_strong"),
    ("danger", "ground"),
    ("danger", "side"),
    ("danger", "surface"),
    ("danger", "danger_soft"),
    ("text", "danger_soft"),
    ("muted", "danger_soft"),
    ("warning", "ground"),
    *(("text", f"heat{level}") for level in (1, 2, 3, 4)),
    ("text", "code_ground"),
    ("muted", "code_ground"),
    *((f"code_{part}", "code_ground") for part in ("keyword", "string", "number", "comment", "name")),
)
MARK_PAIRS: Final = (
    ("outline", "ground"),
    ("outline", "side"),
    ("outline", "surface"),
    ("accent", "ground"),
    ("accent", "side"),
    ("accent", "accent_soft"),
)


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two ``#rrggbb`` colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""Which way a text is read, by the letters in it. Knows nothing of how it is laid out."""

from __future__ import annotations

import unicodedata


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction goes from right to left."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return True
            case "L":
                return False
    return False


def has_right_to_left(text: str) -> bool:
    """Whether any letter goes from right to left."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)

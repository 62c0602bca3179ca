"""Reason chips: what a user may say about why a thumb went down (or up), and the principles each one names."""

from __future__ import annotations

TOO_LONG = "too_long"
TOO_SHORT = "too_short"
TOO_TECHNICAL = "too_technical"
TOO_SIMPLE = "too_simple"
WRONG_TONE = "wrong_tone"
NOT_TRUE = "not_true"
OTHER = "other"

REASONS = (TOO_LONG, TOO_SHORT, TOO_TECHNICAL, TOO_SIMPLE, WRONG_TONE, NOT_TRUE, OTHER)

# Reason → the principle it names, and which way the user would rather have it.
DIRECTIONS = {
    TOO_LONG: ("concise", 1.0),
    TOO_SHORT: ("concise", -1.0),
    TOO_TECHNICAL: ("simple", 1.0),
    TOO_SIMPLE: ("simple", -1.0),
}

# *Wrong tone* says where to look, not which way: the reply's own features say that.
TONE = ("warm", "formal", "humorous")

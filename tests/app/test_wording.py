from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.answers import Rated
from app.liking import LIKED, liking
from app.wording import rated_line, shift_words, strength_word, tilts
from engine.principles import load_principles
from memory.records import Feedback, LearnedWeight, Preferences
from resources import PRINCIPLES

ALL = {p.name: p for p in load_principles(PRINCIPLES)}
THUMB = Feedback("f", "m", 1, datetime(2026, 1, 1, tzinfo=UTC))


def _weight(
    name: str,
    used: float,
    setting: float | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    enabled: bool = True,
) -> LearnedWeight:
    low, high = used - 0.1 if low is None else low, used + 0.1 if high is None else high
    return LearnedWeight(name, used, low, high, used, 3, setting, enabled)


def test_tilts_are_ordered_by_what_is_felt_and_name_the_favoured_pole() -> None:
    found = tilts([("concise", -0.3), ("warm", 0.9), ("simple", 0.001)], 1.0, ALL)
    assert [(tilt.label, tilt.level) for tilt in found] == [("warm", 3), ("detailed", 1)]
    assert found[0].dots == "●●●"
    assert found[1].spoken == "detailed, slightly"


def test_strength_zero_tilts_nothing() -> None:
    assert tilts([("concise", 1.0)], 0.0, ALL) == ()


def test_a_weight_of_an_unknown_principle_is_left_out() -> None:
    assert tilts([("gone", 1.0)], 1.0, ALL) == ()


@pytest.mark.parametrize(("beta", "word"), [(0.0, "Off"), (0.5, "Subtle"), (1.0, "Clear"), (2.0, "Strong")])
def test_strength_words(beta: float, word: str) -> None:
    assert strength_word(beta) == word


def test_shifts_become_comparatives() -> None:
    assert shift_words([("simple", 0.1), ("concise", 0.2)], ALL) == "more concise, simpler"
    assert shift_words([("asks_back", -0.1), ("lists", -0.3)], ALL) == "more prose, fewer questions back"


@pytest.mark.parametrize(
    ("rated", "line"),
    [
        (
            Rated("m", THUMB, (("concise", 0.2),), learned=True),
            "Saved on this computer. Future answers like this: more concise.",
        ),
        (
            Rated("m", THUMB, (), learned=True),
            "Saved on this computer. One more vote for what Attune already does.",
        ),
        (
            Rated("m", THUMB, (), learned=False),
            "Saved on this computer. Attune will learn from it as soon as it has reread this answer.",
        ),
        (
            Rated("m", None, (("concise", -0.2),), learned=True),
            "Taken back. Answers are as if you had never rated this one.",
        ),
    ],
)
def test_what_a_thumb_did(rated: Rated, line: str) -> None:
    assert rated_line(rated, ALL) == line


def test_liking_says_certain_things_first_and_hedges_the_rest() -> None:
    nothing = Preferences((_weight("concise", 0.0),), 1.0, 0)
    assert "not learned anything yet" in liking(nothing, ALL)
    learned = Preferences(
        (
            _weight("concise", 0.4, low=0.1),
            _weight("lists", 0.2, low=-0.3),
            _weight("warm", -0.6, high=-0.4),
            _weight("steps", 0.5, enabled=False),
        ),
        1.0,
        7,
    )
    assert liking(learned, ALL) == (
        "You like a neutral tone and concise answers. Perhaps also lists; that is still a guess. "
        "This rests on 7 ratings."
    )
    by_hand = Preferences((_weight("concise", 0.4, setting=0.4),), 1.0, 0)
    assert liking(by_hand, ALL) == "You like concise answers. This rests on your settings."
    guess = Preferences((_weight("warm", 0.15, low=-0.5),), 1.0, 1)
    assert liking(guess, ALL).startswith("Perhaps you like a warm tone; that is still a guess.")
    unsure = Preferences((_weight("warm", 0.01, low=-0.5),), 1.0, 3)
    assert liking(unsure, ALL) == "After 3 ratings, Attune can’t tell yet what you like."


def test_every_pole_that_ships_can_be_liked() -> None:
    assert {pole.label for p in ALL.values() if not p.fixed for pole in (p.positive, p.negative)} == set(
        LIKED
    )

"""Checkers against hand-written texts whose pole a reader sees at once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calibration.checkers import (
    CHECKERS,
    example_markers,
    figurative_markers,
    formality,
    headings,
    hedges,
    joke_markers,
    list_items,
    prose,
    questions_to_user,
    reading_grade,
    sentences,
    steps,
    syllables,
    warmth,
    word_count,
    words,
)
from engine.principles import load_principles
from resources import PRINCIPLES

# principle → (texts at the positive pole, texts at the negative pole); each pair answers the same question.
POLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "concise": (
        ("Put it in cold water, then wash it at 40 degrees.", "Yes, in the freezer for three months."),
        (
            "Red wine is best treated at once. Lift off what you can with a cloth, without rubbing, because rubbing "
            "drives the colour into the fibres. Then pour cold water through the fabric from behind until it runs "
            "clear, soak it for half an hour with a little washing soda, and wash it at forty degrees.",
            "Cooked potatoes can be frozen, although their texture suffers, since the ice crystals break the cells. "
            "Mash keeps best, because butter and milk protect it; whole boiled potatoes turn grainy and are only "
            "good for frying or for soup after that. Use them within three months.",
        ),
    ),
    "lists": (
        (
            "You need:\n\n- flour\n- water\n- salt",
            "* Cut the leaves.\n* Wash them.\n  * Dry them well.",
            "1. Porto\n2) Braga\n• Guimarães",
        ),
        (
            "You need flour, water and salt, in that order of weight.",
            "Cut the leaves - all of them - and wash them; dry them well afterwards. It takes 5. No more.",
            "Porto is first, Braga second, and Guimarães is for those with a third day.",
        ),
    ),
    "headings": (
        ("## Causes\n\nDebt and hunger.\n\n## Consequences\n\nWar.", "# Plan\nRest.\n### Later\nRun."),
        (
            "Debt and hunger came first, and war followed.",
            "#1 on the list is rest. Use #tags for the others.",
        ),
    ),
    "steps": (
        (
            "1. Switch off the power.\n2. Unscrew the cover.\n3. Swap the fuse.",
            "Step 1: subtract 2x. Step 2: add 7. Finally, read off x.",
            "First, loosen the nuts. Then lift the car. After that, take off the wheel.",
        ),
        (
            "With the power off, the fuse behind the cover can be swapped.",
            "x = 19.",
            "Loosen the nuts before the car is lifted and the wheel taken off.",
        ),
    ),
    "simple": (
        ("The sun heats the sea. Water goes up. It makes a cloud. Then it rains.",),
        (
            "Solar irradiation of oceanic surfaces precipitates evaporative transport, whereupon adiabatic expansion "
            "facilitates condensation and subsequent gravitational precipitation.",
        ),
    ),
    "examples": (
        (
            "Prices rise when many want the same thing: for example, umbrellas on a rainy day.",
            "A stack is like when you pile plates. For instance, the last plate you put down is the first you take.",
        ),
        (
            "Prices rise when demand exceeds supply.",
            "A stack returns its elements in the reverse order of their insertion.",
        ),
    ),
    "imaginative": (
        (
            "The city wakes like a cat that stretches, and the trams whisper secrets as if the rails could dream.",
            "Memory is a canvas; imagine shadows dancing across it like a shoal of fish.",
        ),
        (
            "The city has 200,000 inhabitants and a tram network of forty kilometres.",
            "Memory is the ability to store and retrieve information.",
        ),
    ),
    "warm": (
        (
            "What a lovely idea! I'm so glad you asked. You can do it, my friend! 😊",
            "Congratulations! That is wonderful news, enjoy every minute of it!",
        ),
        (
            "The idea is feasible. It requires two days.",
            "The result has been recorded. No further action is required.",
        ),
    ),
    "formal": (
        (
            "I would like to inform you that we are not in a position to assist. Furthermore, kindly ensure that "
            "the documents arrive in accordance with the regulations.",
            "It is advisable to consult the manual; therefore, we recommend caution.",
        ),
        (
            "Hey, sorry, we can't help with that stuff. And don't forget, they're gonna need the papers.",
            "Yeah, you’d better check the manual, it’s pretty much all there, lol.",
        ),
    ),
    "humorous": (
        (
            "Why did the scarecrow get a promotion? He was outstanding in his field, haha! 😂",
            "I tried to come up with a pun about bread, but it was a stale joke. No kidding.",
        ),
        (
            "A scarecrow is a figure that keeps birds away from crops.",
            "Bread consists of flour, water, salt and yeast.",
        ),
    ),
    "cautious": (
        (
            "It might be the battery, but it could possibly be the alternator; it depends on its age.",
            "Perhaps. In most cases it seems safe, however I'm not sure about yours.",
        ),
        ("It is the battery. Replace it.", "Yes. It is safe."),
    ),
    "asks_back": (
        (
            "What is your budget? And how many people are you cooking for?",
            "I can plan that. Before I start: which dates?",
        ),
        (
            "Plan on ten euros a head and cook for twelve.",
            'He turned round and said: "What do you want?" Then he left. Who knows why? Nobody ever found out.',
        ),
    ),
}


@pytest.mark.parametrize("name", POLES)
def test_every_positive_text_beats_every_negative_one(name: str) -> None:
    positive, negative = POLES[name]

    assert min(map(CHECKERS[name], positive)) > max(map(CHECKERS[name], negative))


def test_each_free_principle_has_a_checker_and_a_pair_of_texts() -> None:
    free = {principle.name for principle in load_principles(PRINCIPLES) if not principle.fixed}

    assert set(CHECKERS) == free
    assert set(POLES) == free


@given(st.text())
def test_any_text_gives_a_finite_number(text: str) -> None:
    assert all(math.isfinite(checker(text)) for checker in CHECKERS.values())


@pytest.mark.parametrize("text", ["", " \n\t", "…", "```\n```"])
def test_a_text_without_words_shows_nothing(text: str) -> None:
    assert {name: checker(text) for name, checker in CHECKERS.items()} == dict.fromkeys(CHECKERS, 0.0)


@given(st.sampled_from([text for poles in POLES.values() for pole in poles for text in pole]))
def test_rates_do_not_depend_on_length(text: str) -> None:
    twice = f"{text}\n{text}"

    for rate in (example_markers, figurative_markers, formality, hedges, joke_markers, warmth):
        assert rate(twice) == pytest.approx(rate(text))
    for count in (headings, list_items, steps, word_count):
        assert count(twice) == 2 * count(text)
    assert reading_grade(twice) == pytest.approx(reading_grade(text))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *dict.fromkeys(["cat", "make", "makes", "walked", "hoped", "whole", "through", "queue"], 1).items(),
        *dict.fromkeys(
            ["table", "apple", "wanted", "boxes", "science", "people", "being", "rhythm"], 2
        ).items(),
        *dict.fromkeys(["likely", "safely", "movement", "something", "careful", "quiet", "poem"], 2).items(),
        *dict.fromkeys(["radio", "idea", "area", "beautiful", "delicious", "theory", "tourism"], 3).items(),
        *dict.fromkeys(["information", "continuous", "appropriate", "geology"], 4).items(),
        *dict.fromkeys(["vocabulary", "university", "immediately", "photosynthesis"], 5).items(),
        ("42", 1),
        ("Äpfel", 2),
    ],
)
def test_syllables(word: str, expected: int) -> None:
    assert syllables(word) == expected


def test_reading_grade_is_the_formula_of_flesch_and_kincaid() -> None:
    # 6 words and 6 syllables in 1 sentence; 5 words and 17 syllables in 1 sentence
    assert reading_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert reading_grade("Photosynthesis converts solar radiation efficiently.") == pytest.approx(
        0.39 * 5 + 11.8 * (5 + 2 + 2 + 4 + 4) / 5 - 15.59
    )


def test_marks_and_code_are_not_read_out() -> None:
    text = (
        "## A plan\n\n1. **Sleep** well.\n- Eat.\n\n```python\nfor i in range(3):\n    print(i)\n```\nDone."
    )

    assert prose(text).split() == ["A", "plan", "Sleep", "well.", "Eat.", "Done."]
    assert sentences(text) == ["A plan", "Sleep well", "Eat", "Done"]


def test_lists_headings_and_steps_inside_code_do_not_count() -> None:
    text = "Run this:\n\n```\n# comment\n- not an item\n1. nor this\n```\n"

    assert list_items(text) == headings(text) == steps(text) == 0


def test_words_keep_apostrophes_hyphens_and_numbers_together() -> None:
    assert words("Don’t ask the well-known 3.5 twice!") == [
        "Don’t",
        "ask",
        "the",
        "well-known",
        "3.5",
        "twice",
    ]


def test_a_question_counts_when_it_speaks_to_the_user_or_comes_last() -> None:
    assert questions_to_user("Why is that? Because it rains. Are you ready?!") == 1
    assert questions_to_user("Which of the two?") == 1
    assert questions_to_user("Is it true? It is.") == 0

"""Where a reply opens, and how far guidance reaches there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.candidates import candidates
from engine.openings import Opening, Openings, is_opening
from engine.protocol import Sampling


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes.",
        "Really?",
        "Good! ",
        'He said "no." ',
        "**Soup:** ",
        "Soup:\n",
        "- one\n\n",
        "1. ",
        "好。",
        "…",
    ],
)
def test_a_reply_opens_at_its_beginning_at_a_lines_and_after_a_sentence(text: str) -> None:
    assert is_opening(text.encode())


@pytest.mark.parametrize("text", ["Soup", "Soup, ", "one-", "- one", "a (b", "1", "好"])
def test_it_does_not_within_a_sentence(text: str) -> None:
    assert not is_opening(text.encode())


def test_a_character_cut_in_two_is_not_an_end() -> None:
    assert not is_opening("well 🙂".encode()[:-1])


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("Yes.", True),
        ("Yes.\n\n", True),
        ("**Good!** ", True),
        ("在 2024.", True),
        ("in 3.", True),
        ("", False),
        ("Some ideas:", False),
        ("Some ideas:\n\n", False),
        ("Soup\n", False),
        ("1. ", False),
        ("Soup.\n**2.** ", False),
    ],
)
def test_a_reply_may_end_where_a_sentence_is_complete(text: str, complete: bool) -> None:
    assert Openings([text.encode()]).may_end() == complete


def where(pieces: list[str]) -> list[int]:
    openings, found = Openings(), []
    for i, piece in enumerate(pieces):
        if openings.here():
            found.append(i)
        openings.say(piece.encode())
    return found


def test_an_exclamation_does_not_open_the_next_for_ever() -> None:
    assert where([" Hello", "!"] * 12) == [0, 2, 4, 16, 18, 20]


def test_sentences_of_usual_length_all_open() -> None:
    pieces = (["A", " sentence", " of", " eight", " tokens", ",", " look", "."]) * 5
    assert where(pieces) == [0, 8, 16, 24, 32]


@given(st.lists(st.sampled_from([" a", ".", "!", "\n", " b"]), max_size=60), st.integers(0, 60))
def test_a_reply_that_goes_on_opens_where_it_would_have(pieces: list[str], cut: int) -> None:
    whole, rest = Openings(), Openings(piece.encode() for piece in pieces[:cut])
    for i, piece in enumerate(pieces):
        here = whole.here()
        if i >= cut:
            assert rest.here() == here
            rest.say(piece.encode())
        whole.say(piece.encode())


@settings(deadline=None)
@given(
    st.integers(0, 2**32),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from([1, 4, 10]),
    st.sampled_from([0.6, 0.95, 1.0]),
    st.sampled_from([0.0, 0.05, 0.3]),
)
def test_a_stronger_weight_only_adds_candidates(
    seed: int, one: float, other: float, top_k: int, top_p: float, min_p: float
) -> None:
    """And the base model's own stay the first: ``engine.guidance.choose`` counts on it."""
    scores = np.random.default_rng(seed).normal(0, 4, 500).astype(np.float32)
    sampling = Sampling(top_k=top_k, top_p=top_p, min_p=min_p)

    def chosen(reach: float) -> list[int]:
        k, p, floor = Opening(reach, 4.0).limits(sampling)
        return candidates(scores, top_k=k, top_p=p, min_p=floor).tolist()

    own = candidates(scores, top_k=top_k, top_p=top_p, min_p=min_p).tolist()
    less, more = chosen(min(one, other)), chosen(max(one, other))
    assert chosen(0.0) == own
    assert less[: len(own)] == own
    assert more[: len(less)] == less

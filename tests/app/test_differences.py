"""What two texts do not share: exactly that, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.differences import differences, without, words

TEXTS = st.lists(
    st.sampled_from(["the", "a", "sky", "is", "blue,", "it's", "(now)", "🌍", "空", "café", "\n\n"])
).map(" ".join)


@given(TEXTS, TEXTS)
def test_without_what_differs_both_say_the_same(first: str, second: str) -> None:
    found = differences(first, second)
    assert words(without(first, found.first)) == words(without(second, found.second))
    for text, spans in ((first, found.first), (second, found.second)):
        assert all(start < end for start, end in spans)
        assert all(text[start:end].strip() == text[start:end] for start, end in spans)
        assert list(spans) == sorted(spans)


@given(TEXTS, TEXTS)
def test_nothing_differs_exactly_where_the_words_are_the_same(first: str, second: str) -> None:
    assert differences(first, second).none == (words(first) == words(second))


@pytest.mark.parametrize(
    ("first", "second", "only_first", "only_second"),
    [
        ("The sky is blue.", "The sky is often blue.", [], ["often"]),
        ("It's a long, long way.", "It's a long way.", [", long"], []),
        ("one two three", "one 2 three", ["two"], ["2"]),
        ("spaces   and\nlines", "spaces and lines", [], []),
        ("天空是蓝", "天空是红", ["蓝"], ["红"]),
    ],
)
def test_the_differing_words_are_named(
    first: str, second: str, only_first: list[str], only_second: list[str]
) -> None:
    found = differences(first, second)
    assert [first[a:b] for a, b in found.first] == only_first
    assert [second[a:b] for a, b in found.second] == only_second

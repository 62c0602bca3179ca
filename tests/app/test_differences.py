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
    same = [[text[a:b] for a, b in spans] for text, spans in zip((first, second), found.both, strict=True)]
    assert [words(text) for text in same[0]] == [words(text) for text in same[1]]


@given(TEXTS, TEXTS)
def test_nothing_differs_exactly_where_the_words_are_the_same(first: str, second: str) -> None:
    assert differences(first, second).none == (words(first) == words(second))


def test_texts_that_share_little_are_known_as_such() -> None:
    assert differences("one two three four", "five six seven four").most
    assert not differences("one two three four", "one two three five").most
    assert not differences("", "").most


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

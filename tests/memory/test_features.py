from __future__ import annotations

import numpy as np
import pytest

from memory.features import (
    BASE_LOGPROB_SPREAD,
    LENGTH_SPREAD,
    PRINCIPLE_SPREAD,
    SURFACE_SPREAD,
    SURFACE_TYPICAL,
    QuestionVectors,
    ReplyTable,
    align,
    spread,
    standardised,
    typical,
)
from memory.surface import SURFACE

COLUMNS = 3 + len(SURFACE) + 2


def table(count: int, seed: int = 0, scale: float = 0.2) -> ReplyTable:
    numbers = np.random.default_rng(seed)
    return ReplyTable(
        questions=np.arange(count),
        principles=numbers.normal(size=(count, 3)) * scale,
        surface=SURFACE_TYPICAL + numbers.normal(size=(count, len(SURFACE))) * SURFACE_SPREAD,
        tokens=np.exp(numbers.normal(4.5, 0.6, count)),
        base_logprob=numbers.normal(-0.8, 0.2, count),
    )


def test_few_replies_are_measured_by_the_documented_spread():
    found = spread(table(1).raw())
    expected = [PRINCIPLE_SPREAD] * 3 + [*SURFACE_SPREAD, LENGTH_SPREAD, BASE_LOGPROB_SPREAD]
    np.testing.assert_allclose(found, expected, rtol=0.05)


def test_many_replies_speak_for_themselves_and_outliers_do_not():
    replies = table(3000)
    replies.principles[:100, 0] = 50.0
    assert spread(replies.raw())[0] == pytest.approx(0.2, rel=0.1)


def test_a_principle_that_never_moves_is_not_blown_up():
    replies = table(5000, scale=0.0)
    assert np.all(spread(replies.raw())[:3] == PRINCIPLE_SPREAD / 4)


def test_a_reply_is_centred_on_its_siblings():
    raw = np.zeros((4, COLUMNS))
    raw[:, 0] = (1.0, 3.0, 0.0, 0.0)
    found = typical(raw, np.array([7, 7, 8, 9]))
    alone = found[2, 0]
    assert alone == pytest.approx(found[3, 0])
    assert found[0, 0] > 1.5 > alone
    assert found[0, 0] > found[1, 0]


def test_a_replys_own_features_never_centre_it_away():
    raw = np.zeros((2, COLUMNS))
    raw[0, 0] = 1.0
    shifted = raw.copy()
    shifted[0, 0] = 2.0
    questions = np.array([1, 1])
    gained = (shifted - typical(shifted, questions) - raw + typical(raw, questions))[0, 0]
    assert gained > 0.8


def test_what_was_not_scored_counts_as_typical():
    replies = table(6)
    replies.principles[2, 1] = np.nan
    replies.principles[:, 2] = np.nan
    found = standardised(replies)
    assert found[2, 1] == 0.0
    assert np.all(found[:, 2] == 0.0)
    assert np.all(found[:, -1] == 1.0)
    assert np.all(np.isfinite(found))


def test_rows_with_their_own_names_are_aligned():
    found = align(
        [("a", "b"), ("b",), ("c", "a")],
        [np.array([1.0, 2]), np.array([3.0]), np.array([4.0, 5])],
        ("b", "a"),
    )
    np.testing.assert_array_equal(found, [[2, 1], [3, np.nan], [np.nan, 5]])


def test_similar_questions_say_what_a_question_gets():
    raw = np.zeros((6, COLUMNS))
    raw[:3, 0], raw[3:, 0] = 1.0, -1.0
    axes = np.eye(4, dtype=np.float32)[[0, 0, 0, 1, 1, 1]] + 0.1 * np.eye(6, 4, dtype=np.float32)
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    alone = typical(raw, np.arange(6))
    told = typical(raw, np.arange(6), QuestionVectors(np.arange(6), axes))
    assert np.all(told[:3, 0] > alone[:3, 0] + 0.2)
    assert np.all(told[3:, 0] < alone[3:, 0] - 0.2)


def test_what_a_question_gets_does_not_depend_on_its_own_reply():
    numbers = np.random.default_rng(2)
    raw = numbers.normal(size=(8, COLUMNS))
    vectors = numbers.normal(size=(8, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = QuestionVectors(np.arange(8), vectors)
    other = raw.copy()
    other[3] += 5.0
    before, after = typical(raw, np.arange(8), near)[3], typical(other, np.arange(8), near)[3]
    # All that its own features may do is to shift the mean that the others' deviations are measured from.
    assert np.all(np.abs(after - before) < 0.15 * 5.0)


def test_questions_without_a_vector_tell_nothing_and_are_told_nothing():
    raw = np.random.default_rng(3).normal(size=(5, COLUMNS))
    some = QuestionVectors(np.array([0, 1]), np.eye(2, 3, dtype=np.float32))
    np.testing.assert_array_equal(typical(raw, np.arange(5), some)[2:], typical(raw, np.arange(5))[2:])

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.context import FEWEST_QUESTIONS, find_situations, fit_contextual
from memory.learning import Rows, columns, fit, make_prior
from memory.situations import (
    FEWEST_MEMBERS,
    MOST_GROUPS,
    find_differences,
    find_groups,
    find_taste_by_situation,
)
from tests.memory.builders import NAMES, VERSION, direction, exchange

DIMENSION = 16


def kinds(sizes: list[int], seed: int = 0, apart: float = 1.5) -> np.ndarray:
    """Unit vectors in as many kinds: each around a direction of its own."""
    numbers = np.random.default_rng(seed)
    rows = [
        apart * direction(1000 + kind, DIMENSION) + 0.3 * numbers.normal(size=DIMENSION) / 4
        for kind, size in enumerate(sizes)
        for _ in range(size)
    ]
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(st.integers(0, 10_000), st.integers(0, 60))
@settings(deadline=None, max_examples=40)
def test_a_question_is_in_at_most_one_group_and_the_typical_one_is_a_member(seed, count):
    vectors = np.array([direction(seed + i, DIMENSION) for i in range(count)], np.float32).reshape(count, 16)
    groups = find_groups(vectors)
    members = [m for group in groups for m in group.members]
    assert len(members) == len(set(members)) <= count
    assert len(groups) <= MOST_GROUPS
    assert all(group.typical in group.members for group in groups)
    assert all(len(group.members) >= FEWEST_MEMBERS for group in groups)
    assert [len(g.members) for g in groups] == sorted((len(g.members) for g in groups), reverse=True)
    if count < FEWEST_QUESTIONS:
        assert groups == ()


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(deadline=None, max_examples=25)
def test_the_order_of_questions_does_not_matter(seed, shuffle):
    vectors = kinds([7, 9, 6], seed)
    order = np.random.default_rng(shuffle).permutation(len(vectors))

    def found(rows):
        return {
            (frozenset(vectors[rows[m]].tobytes() for m in g.members), vectors[rows[g.typical]].tobytes())
            for g in find_groups(vectors[rows])
        }

    assert found(np.arange(len(vectors))) == found(order)


@pytest.mark.parametrize("sizes", [[8, 12], [10, 6, 14]])
def test_kinds_of_questions_are_told_apart(sizes):
    ends = np.cumsum([0, *sizes])
    found = {group.members for group in find_groups(kinds(sizes))}
    assert found == {tuple(range(a, b)) for a, b in itertools.pairwise(ends)}


def by_situation(vectors: np.ndarray, sign: np.ndarray, shares=(0.5, 0.5)):
    """Taste learned from thumbs on *concise*, liked where ``sign`` is positive and disliked elsewhere."""
    numbers = np.random.default_rng(1)
    prior = make_prior(NAMES)
    inputs = numbers.normal(size=(len(vectors), len(columns(NAMES))))
    labels = np.where(inputs[:, 0] * sign > 0, 1.0, -1.0)
    rows = Rows(inputs, labels, np.ones(len(labels)))
    situations = find_situations(vectors)
    assert situations is not None
    return fit_contextual(rows, vectors, situations, prior, fit(rows, prior), shares)


def test_differences_have_the_sign_of_what_is_liked_there():
    vectors = np.repeat(kinds([10, 10]), 8, axis=0)
    sign = np.repeat([1.0, -1.0], 80)
    taste = by_situation(vectors, sign)
    for place, liked in ((0, 1), (-1, -1)):
        first = find_differences(taste, vectors[place], NAMES, {})[0]
        assert first.name == "concise"
        assert np.sign(first.here - first.everywhere) == liked
        assert first.sure


def test_one_taste_everywhere_makes_no_situation():
    vectors = kinds([10, 10])
    questions = [f"q{i}" for i in range(20)]
    assert find_taste_by_situation(questions, vectors, None, NAMES, {}) == ()
    same = by_situation(vectors, np.ones(20), shares=(0.0, 0.0))
    assert find_taste_by_situation(questions, vectors, same, NAMES, {}) == ()


def test_a_user_who_likes_other_things_in_letters_sees_two_situations(store):
    numbers = np.random.default_rng(0)
    vectors = kinds([30, 30])
    for i in np.arange(60).reshape(2, 30).T.ravel().tolist():  # by turns: else it would be a change of mind
        code = i < 30
        value = float(numbers.normal() * 0.3)
        exchange(
            store,
            question=f"{'code' if code else 'letter'} {i}",
            features=dict.fromkeys(NAMES, 0.0) | {"concise": value},
            label=1 if (value > 0) == code else -1,
            vector=vectors[i],
        )
    found = find_taste_by_situation(*_arguments(store))
    words = store.questions_about([s.typical for s in found])
    assert {words[s.typical].split()[0] for s in found} == {"code", "letter"}
    for situation in found:
        liked = 1 if words[situation.typical].startswith("code") else -1
        first = situation.differences[0]
        assert (first.name, np.sign(first.here - first.everywhere)) == ("concise", liked)
        sources = store.evidence_about(VERSION, situation.questions)
        assert len(sources) == len(situation.questions)
        kind = words[situation.typical].split()[0]
        assert {r.question.split()[0] for r in store.rated_replies(sources)} == {kind}


def test_without_vectors_or_evidence_there_is_no_situation(store):
    assert find_taste_by_situation(*_arguments(store)) == ()
    exchange(store, features={"warm": 0.4}, label=1)
    assert find_taste_by_situation(*_arguments(store)) == ()
    exchange(store, features={"warm": 0.4}, label=1, vector=direction(0))
    assert find_taste_by_situation(*_arguments(store)) == ()


def _arguments(store):
    found = store.taste_by_situation(VERSION)
    return found.questions, found.vectors, found.taste, found.names, found.settings

"""Simulated users of the inference alone: one taste, opposite tastes, a changed one, none."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.change import Change, apply_change, find_change
from memory.context import (
    POOLINGS,
    find_situations,
    fit_contextual,
    spread_evenly,
    weigh_poolings,
)
from memory.learning import Rows, columns, fit, leave_one_out, make_prior
from memory.taste import Taste

NAMES = ("concise", "simple", "warm", "formal", "lists", "humorous")
D = len(columns(NAMES))
PRIOR = make_prior(NAMES)
LIKED = np.zeros(D)
LIKED[[1, 2, 5, -1]] = (1.5, -1.5, 1.0, 0.2)


def clicks(numbers, taste: np.ndarray) -> Rows:
    """One row per taste (n, D), a tenth of the clicks wrong. What can be counted in the replies is alike."""
    count = len(taste)
    inputs = np.zeros((count, D))
    inputs[:, [*range(len(NAMES)), -3, -2]] = numbers.normal(size=(count, len(NAMES) + 2))
    inputs[:, -1] = 1
    said = np.sign(np.sum(inputs * taste, axis=1) + 0.5 * numbers.logistic(size=count))
    return Rows(inputs, np.where(numbers.random(count) < 0.1, -said, said), np.ones(count))


def agreement(theta: np.ndarray, taste: np.ndarray, seed: int) -> float:
    inputs = np.random.default_rng(seed).normal(size=(500, D))
    inputs[:, -1] = 0
    return float(np.mean(np.sign(inputs @ theta) == np.sign(inputs @ taste)))


def questions(numbers, kinds: np.ndarray) -> np.ndarray:
    """Unit vectors that share a little with their kind and nothing else."""
    centres = np.eye(2, 64)[kinds]
    vectors = 0.35 * centres + numbers.normal(size=(len(kinds), 64)) / 8
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_leaving_one_out_is_what_a_refit_without_it_predicts():
    numbers = np.random.default_rng(0)
    rows = clicks(numbers, np.tile(LIKED, (40, 1)))
    quick = leave_one_out(rows, PRIOR, fit(rows, PRIOR))
    exact = []
    for index in range(40):
        rest = fit(rows.take(np.delete(np.arange(40), index)), PRIOR)
        own = rows.take(np.array([index]))
        spread = own.inputs[0] @ rest.covariance @ own.inputs[0]
        margin = own.labels[0] * rest.logit(own.inputs)[0] / np.sqrt(1 + np.pi * spread / 8)
        exact.append(np.log(0.08 + 0.84 / (1 + np.exp(-margin))))
    assert np.corrcoef(quick, exact)[0, 1] > 0.98
    assert abs(quick.sum() - np.sum(exact)) < 0.1 * abs(np.sum(exact))


def test_a_user_with_one_taste_everywhere_loses_nothing_by_situations():
    lost = []
    for seed in range(12):
        numbers = np.random.default_rng(seed)
        vectors = questions(numbers, numbers.integers(0, 2, 60))
        taste = Taste(clicks(numbers, np.tile(LIKED, (60, 1))), PRIOR)
        here = taste.contextual([str(i) for i in range(60)], vectors)
        pooled = agreement(taste.everywhere.mean, LIKED, seed)
        for place in questions(np.random.default_rng(100 + seed), np.array([0, 1])):
            local = taste.everywhere if here is None else here.at(place)
            lost.append(pooled - agreement(local.mean, LIKED, seed))
    assert np.mean(lost) < 0.01


def test_a_user_with_opposite_tastes_is_split_and_understood():
    gained = []
    for seed in range(8):
        numbers = np.random.default_rng(seed)
        kinds = numbers.integers(0, 2, 50)
        vectors = questions(numbers, kinds)
        taste = Taste(clicks(numbers, np.where(kinds[:, None] == 0, LIKED, -LIKED)), PRIOR)
        here = taste.contextual([str(i) for i in range(50)], vectors)
        for kind, wanted in ((0, LIKED), (1, -LIKED)):
            unseen = questions(np.random.default_rng(100 + seed), np.array([kind]))[0]
            local = taste.everywhere if here is None else here.at(unseen)
            gained.append(
                agreement(local.mean, wanted, seed) - agreement(taste.everywhere.mean, wanted, seed)
            )
    assert np.mean(gained) > 0.1


def test_views_are_mixed_as_random_variables_are():
    numbers = np.random.default_rng(4)
    rows = clicks(numbers, np.tile(LIKED, (30, 1)))
    vectors = questions(numbers, numbers.integers(0, 2, 30))
    everywhere = fit(rows, PRIOR)
    shares = (0.2, 0.3)
    here = fit_contextual(rows, vectors, find_situations(vectors), PRIOR, everywhere, shares)
    parts = [(0.5, everywhere), (0.2, here.views[0].at(vectors[0])), (0.3, here.views[1].at(vectors[0]))]
    drawn = np.concatenate(
        [numbers.multivariate_normal(p.mean, p.covariance, int(200_000 * share)) for share, p in parts]
    )
    found = here.at(vectors[0])
    assert here.shared == 0.5
    np.testing.assert_allclose(found.mean, drawn.mean(axis=0), atol=0.01)
    np.testing.assert_allclose(found.covariance, np.cov(drawn.T), atol=0.02)


def test_too_few_questions_span_no_situation():
    numbers = np.random.default_rng(1)
    assert find_situations(questions(numbers, np.zeros(5, dtype=int))) is None
    assert find_situations(np.tile(questions(numbers, np.zeros(1, dtype=int)), (9, 1))) is None


def test_the_joint_fit_is_the_gaussian_process_it_says_it_is():
    numbers = np.random.default_rng(2)
    rows = clicks(numbers, np.tile(LIKED, (30, 1)))
    vectors = questions(numbers, numbers.integers(0, 2, 30))
    situations = find_situations(vectors)
    pooling = POOLINGS[-1]
    places = situations.coordinates(vectors, pooling.directions)
    everywhere = fit(rows, PRIOR)
    (here,) = fit_contextual(rows, vectors, situations, PRIOR, everywhere, (0, 1.0)).views
    kernel = pooling.everywhere + pooling.here * places @ places.T
    covariance = kernel * (rows.inputs @ PRIOR.covariance @ rows.inputs.T)
    joint = fit(
        Rows(np.linalg.cholesky(covariance + 1e-9 * np.eye(30)), rows.labels, rows.weights), plain(30)
    )
    logits = np.linalg.cholesky(covariance + 1e-9 * np.eye(30)) @ joint.mean
    found = [rows.inputs[i] @ here.at(vectors[i]).mean for i in range(30)]
    np.testing.assert_allclose(found, logits, atol=1e-4)


def plain(count: int):
    from memory.learning import Prior

    return Prior(np.zeros(count), np.eye(count))


def test_an_unknown_question_gets_the_shared_taste():
    numbers = np.random.default_rng(3)
    vectors = questions(numbers, numbers.integers(0, 2, 30))
    situations = find_situations(vectors)
    assert np.all(situations.coordinates(np.zeros((1, 64), dtype=np.float32)) == 0)
    assert np.all(np.linalg.norm(situations.coordinates(vectors), axis=1) <= 1)


def test_a_reversed_taste_is_recovered_within_fifteen_thumbs():
    before, after = [], []
    for seed in range(10):
        numbers = np.random.default_rng(seed)
        rows = clicks(numbers, np.vstack((np.tile(LIKED, (50, 1)), np.tile(-LIKED, (15, 1)))))
        before.append(agreement(fit(rows.take(np.arange(50)), PRIOR).mean, LIKED, seed))
        after.append(agreement(Taste(rows, PRIOR).everywhere.mean, -LIKED, seed))
    assert np.mean(after) >= 0.9 * np.mean(before)


def test_a_steady_taste_is_not_taken_for_a_change():
    found = [
        find_change(clicks(np.random.default_rng(s), np.tile(LIKED, (60, 1))), PRIOR).factor
        for s in range(20)
    ]
    assert np.mean(found) > 0.9
    assert sum(factor > 0.8 for factor in found) >= 18


def test_thumbs_that_never_agreed_with_a_slider_are_not_taken_for_a_change():
    slider = make_prior(NAMES, {"simple": -0.95, "humorous": -0.95})
    found = [
        find_change(clicks(np.random.default_rng(s), np.tile(LIKED, (40, 1))), slider).factor
        for s in range(20)
    ]
    assert sum(factor > 0.8 for factor in found) >= 18


def test_a_taste_that_is_only_being_found_out_is_not_taken_for_a_change():
    rows = clicks(np.random.default_rng(0), np.vstack((np.tile(LIKED, (15, 1)), np.tile(-LIKED, (15, 1)))))
    assert find_change(rows, PRIOR) == Change()


def test_the_indifferent_user_is_taught_nothing_certain():
    outside = []
    for seed in range(10):
        numbers = np.random.default_rng(seed)
        rows = clicks(numbers, np.zeros((60, D)))
        found = fit(rows, PRIOR)
        outside.append(np.mean(np.abs(found.mean[:-1]) > 1.2816 * found.sd[:-1]))
    assert np.mean(outside) < 0.2


def test_a_turned_row_says_the_opposite_of_taste_and_the_same_of_the_bias():
    rows = clicks(np.random.default_rng(0), np.tile(LIKED, (4, 1)))
    turned = apply_change(rows, Change(2, -0.7))
    np.testing.assert_array_equal(turned.inputs[:2, :-1], -rows.inputs[:2, :-1])
    np.testing.assert_array_equal(turned.inputs[:, -1], rows.inputs[:, -1])
    np.testing.assert_array_equal(turned.inputs[2:], rows.inputs[2:])
    np.testing.assert_allclose(turned.weights, [0.7, 0.7, 1, 1])
    assert apply_change(rows, Change()) is rows


@given(st.integers(0, 10_000), st.integers(2, 5000))
@settings(max_examples=50)
def test_rows_are_spread_evenly(count, most):
    found = spread_evenly(count, most)
    assert len(found) == min(count, most)
    assert len(set(found.tolist())) == len(found)
    if count:
        assert (found[0], found[-1]) == (0, count - 1)


def test_one_taste_counts_most_without_evidence_for_more():
    numbers = np.random.default_rng(7)
    rows = clicks(numbers, np.tile(LIKED, (12, 1)))
    vectors = questions(numbers, numbers.integers(0, 2, 12))
    assert sum(weigh_poolings(rows, find_situations(vectors), vectors, PRIOR)) < 0.5


def test_the_leading_direction_comes_first_and_each_place_stays_within_one():
    numbers = np.random.default_rng(5)
    kinds = numbers.integers(0, 2, 40)
    vectors = questions(numbers, kinds)
    situations = find_situations(vectors)
    assert list(situations.scales) == sorted(situations.scales)
    spreads = ((vectors - situations.centre) @ situations.directions).var(axis=0)
    assert list(spreads) == sorted(spreads, reverse=True)
    for most in (1, 2, 4):
        assert np.all(np.linalg.norm(situations.coordinates(vectors, most), axis=1) <= 1)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from memory.learning import (
    BIAS,
    DEFAULTS,
    LOG_LENGTH,
    LearningOptions,
    Rows,
    cautious_weight,
    columns,
    fit,
    make_prior,
    recency,
    to_theta,
    to_weight,
)

NAMES = ("concise", "simple", "warm")
PRIOR = make_prior(NAMES)
D = len(columns(NAMES))


def rows(inputs, labels, weights=None) -> Rows:
    inputs = np.asarray(inputs, dtype=float).reshape(-1, D)
    return Rows(inputs, np.asarray(labels, dtype=float), np.ones(len(inputs)) if weights is None else weights)


@st.composite
def evidence(draw, smallest: int = 1, largest: int = 25, scales: tuple[float, ...] = (0.1, 1.0, 4.0)) -> Rows:
    count = draw(st.integers(smallest, largest))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from(scales))
    inputs = np.column_stack((numbers.normal(size=(count, D - 1)) * scale, np.ones(count)))
    return Rows(inputs, numbers.choice([-1.0, 1.0], count), numbers.uniform(0.01, 1.0, count))


def without(all_rows: Rows, index: int) -> Rows:
    return Rows(
        *(np.delete(part, index, axis=0) for part in (all_rows.inputs, all_rows.labels, all_rows.weights))
    )


def log_posterior(theta, data, prior, flip_rate):
    p = flip_rate + (1 - 2 * flip_rate) / (1 + np.exp(-data.labels * (data.inputs @ theta)))
    offset = theta - prior.mean
    return float(data.weights @ np.log(p) - 0.5 * offset @ np.linalg.solve(prior.covariance, offset))


def test_without_evidence_the_posterior_is_the_prior():
    prior = make_prior(NAMES, {"warm": 0.5})
    found = fit(rows([], []), prior)
    np.testing.assert_allclose(found.mean, prior.mean)
    np.testing.assert_allclose(found.covariance, prior.covariance, atol=1e-12)


@given(evidence())
@settings(max_examples=40, deadline=None)
def test_the_mode_is_what_a_general_optimiser_finds_from_there(data):
    found = fit(data, PRIOR)
    other = minimize(
        lambda t: -log_posterior(t, data, PRIOR, DEFAULTS.flip_rate), found.mean + 0.01, method="BFGS"
    )
    assert log_posterior(found.mean, data, PRIOR, DEFAULTS.flip_rate) >= -other.fun - 1e-9


@given(evidence(scales=(0.1, 1.0)))
@settings(max_examples=40, deadline=None)
def test_no_better_mode_lies_near_random_starts(data):
    found = log_posterior(fit(data, PRIOR).mean, data, PRIOR, DEFAULTS.flip_rate)
    for seed in range(3):
        start = np.random.default_rng(seed).normal(size=D) * 2
        best = minimize(lambda t: -log_posterior(t, data, PRIOR, DEFAULTS.flip_rate), start, method="BFGS")
        assert -best.fun <= found + 1e-6


@given(evidence(2), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_evidence_does_not_matter(data, random):
    order = list(range(len(data.labels)))
    random.shuffle(order)
    shuffled = Rows(data.inputs[order], data.labels[order], data.weights[order])
    one, other = fit(data, PRIOR), fit(shuffled, PRIOR)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-9)
    np.testing.assert_allclose(one.covariance, other.covariance, atol=1e-9)


@given(evidence(2))
@settings(max_examples=40, deadline=None)
def test_a_warm_start_changes_nothing(data):
    before = fit(without(data, 0), PRIOR)
    cold, warm = fit(data, PRIOR), fit(data, PRIOR, start=before.mean)
    np.testing.assert_allclose(cold.mean, warm.mean, atol=1e-9)


@given(evidence(), st.sampled_from([-1.0, 1.0]))
@settings(max_examples=150, deadline=None)
def test_a_thumb_never_moves_a_replys_own_approval_against_itself(data, label):
    reply = data.inputs[:1]
    more = Rows(np.vstack((data.inputs, reply)), np.append(data.labels, label), np.append(data.weights, 1.0))
    before, after = fit(data, PRIOR).logit(reply)[0], fit(more, PRIOR).logit(reply)[0]
    assert label * (after - before) >= -1e-9


@given(evidence(2))
@settings(max_examples=80, deadline=None)
def test_more_evidence_never_raises_uncertainty(data):
    before, after = fit(without(data, 0), PRIOR), fit(data, PRIOR)
    assert np.all(after.sd <= before.sd + 1e-12)
    directions = np.random.default_rng(0).normal(size=(20, D))
    spread = [np.einsum("ij,jk,ik->i", directions, found.covariance, directions) for found in (before, after)]
    assert np.all(spread[1] <= spread[0] + 1e-12)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    covered = []
    for seed in range(60):
        numbers = np.random.default_rng(seed)
        taste = numbers.normal(size=D) * np.sqrt(np.diagonal(PRIOR.covariance))
        inputs = np.column_stack((numbers.normal(size=(60, D - 1)), np.ones(60)))
        slips = DEFAULTS.flip_rate + (1 - 2 * DEFAULTS.flip_rate) / (1 + np.exp(-inputs @ taste))
        found = fit(rows(inputs, np.where(numbers.random(60) < slips, 1.0, -1.0)), PRIOR)
        covered.append(np.abs(found.mean - taste)[: len(NAMES)] < 1.2816 * found.sd[: len(NAMES)])
    assert 0.6 < np.mean(covered) < 0.95


@given(evidence())
@settings(max_examples=60, deadline=None)
def test_evidence_never_raises_uncertainty_above_the_prior(data):
    assert np.all(fit(data, PRIOR).sd <= np.sqrt(np.diagonal(PRIOR.covariance)) + 1e-12)


def test_a_pair_is_the_difference_of_two_rows_and_knows_no_bias():
    numbers = np.random.default_rng(4)
    better, worse = numbers.normal(size=(2, D))
    better[-1] = worse[-1] = 1.0
    found = fit(rows([better - worse], [1.0]), PRIOR)
    mirrored = fit(rows([worse - better], [-1.0]), PRIOR)
    np.testing.assert_allclose(found.mean, mirrored.mean)
    assert found.logit(better[None])[0] > found.logit(worse[None])[0]
    assert found.mean[columns(NAMES).index(BIAS)] == 0.0


def test_hidden_tastes_are_found_with_a_tenth_of_the_clicks_wrong():
    taste = np.zeros(D)
    taste[[0, 1, columns(NAMES).index(LOG_LENGTH), -1]] = (1.0, -1.5, -1.0, 0.3)
    accuracies, weights = [], []
    for seed in range(20):  # one history says little: how many columns there are alone changes what is drawn
        numbers = np.random.default_rng(seed)
        inputs = np.column_stack((numbers.normal(size=(400, D - 1)), np.ones(400)))
        labels = np.where(numbers.random(400) < 1 / (1 + np.exp(-3 * inputs @ taste)), 1.0, -1.0)
        wrong = numbers.random(400) < 0.1
        found = fit(rows(inputs[:100], np.where(wrong, -labels, labels)[:100]), PRIOR)
        accuracies.append(np.mean(np.sign(found.logit(inputs[100:])) == labels[100:]))
        weights.append([to_weight(weight) for weight in found.mean[1:3]])
    assert np.mean(accuracies) > 0.85
    disliked, indifferent = np.mean(weights, axis=0)
    assert abs(indifferent) < 0.5 < -disliked


def test_a_wrong_click_weighs_less_with_a_flip_rate():
    numbers = np.random.default_rng(5)
    inputs = np.column_stack((numbers.normal(size=(60, D - 1)), np.ones(60)))
    labels = np.where(inputs[:, 1] > 0, 1.0, -1.0)
    slips = labels.copy()
    slips[np.argsort(-np.abs(inputs[:, 1]))[:3]] *= -1

    def harm(options: LearningOptions) -> float:
        clean = fit(rows(inputs, labels), PRIOR, options).mean
        return float(np.abs(fit(rows(inputs, slips), PRIOR, options).mean - clean)[1] / abs(clean[1]))

    assert harm(DEFAULTS) < harm(LearningOptions(flip_rate=0.0))


def test_evidence_on_length_alone_moves_the_principle_that_steers_length():
    length = columns(NAMES).index(LOG_LENGTH)
    inputs = np.zeros((6, D))
    inputs[:, length] = (1, 1, 1, -1, -1, -1)
    inputs[:, -1] = 1
    found = fit(rows(inputs, [-1, -1, -1, 1, 1, 1]), PRIOR)
    assert cautious_weight(found.mean[0], found.sd[0]) > 0.25
    assert found.mean[1] == pytest.approx(0.0)


def test_one_thumb_whispers_and_fifty_speak():
    reply = np.zeros(D)
    reply[1], reply[-1] = 1.0, 1.0
    other = reply.copy()
    other[1] = -1.0

    def weight(thumbs: int) -> float:
        data = rows(np.tile([reply, other], (thumbs, 1))[:thumbs], np.tile([1.0, -1.0], thumbs)[:thumbs])
        found = fit(data, PRIOR)
        return cautious_weight(found.mean[1], found.sd[1])

    one, few, many = weight(1), weight(5), weight(50)
    assert 0 < one < 0.3 < few < 0.8 < many


@given(st.floats(-1, 1))
def test_a_slider_alone_counts_in_full(setting):
    prior = make_prior(NAMES, {"warm": setting})
    found = fit(rows([], []), prior)
    index = NAMES.index("warm")
    assert cautious_weight(found.mean[index], found.sd[index], setting) == pytest.approx(setting, abs=1e-12)


@given(st.floats(-10, 10), st.floats(0, 2), st.none() | st.floats(-1, 1))
def test_the_weight_in_use_stays_on_the_slider_and_between_setting_and_mean(mean, sd, setting):
    used = cautious_weight(mean, sd, setting)
    assert -1 <= used <= 1
    ends = sorted((setting or 0.0, to_weight(mean)))
    assert ends[0] - 0.006 <= used <= ends[1] + 0.006


@given(st.floats(-0.99, 0.99))
def test_slider_and_logit_are_inverse(weight):
    assert to_weight(to_theta(weight)) == pytest.approx(weight)


def test_evidence_counts_half_after_the_half_life():
    halved = recency(np.array([0.0, DEFAULTS.half_life_days, 2 * DEFAULTS.half_life_days]))
    np.testing.assert_allclose(halved, [1.0, 0.5, 0.25])


def test_the_prior_is_positive_definite_with_every_slider_set():
    prior = make_prior(NAMES, dict.fromkeys(NAMES, 1.0))
    assert np.all(np.linalg.eigvalsh(prior.covariance) > 0)


def test_extreme_evidence_stays_finite():
    inputs = np.full((50, D), 40.0)
    found = fit(rows(inputs, np.tile([1.0, -1.0], 25)), PRIOR)
    assert np.all(np.isfinite(found.mean))
    assert np.all(np.isfinite(found.covariance))

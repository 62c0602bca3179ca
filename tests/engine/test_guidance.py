"""PAD's rule for one state: identity, shares, temperature, the values cap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.guidance import CLIP, advantages, choose, probabilities, unheard
from engine.values import REJECTION_MARGIN

State = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@st.composite
def states(draw: st.DrawFn) -> State:
    """(log π (k,) best first, φ (m, k), coefficients (m,), φ of the fixed principle (k,))."""
    k, m = draw(st.integers(1, 10)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scores = np.sort(rng.normal(0, 1.5, k))[::-1]
    phi = rng.normal(0, draw(st.sampled_from([0.1, 1.0, 5.0, 30.0])), (m, k))
    coefficients = rng.normal(0, draw(st.sampled_from([0.3, 3.0, 6.0])), m)
    values = rng.normal(0, draw(st.sampled_from([0.1, 2.0])), k)
    return scores - np.log(np.exp(scores).sum()), phi, coefficients, values


TEMPERATURES = st.sampled_from([0.0, 0.01, 0.3, 0.7, 1.0, 2.0])


@settings(deadline=None)
@given(states())
def test_an_advantage_is_centred_on_the_base_model_and_clipped(state: State) -> None:
    scores, phi, _, _ = state
    pi = np.exp(scores)
    centred = phi - (phi @ pi)[:, None]

    assert (centred @ pi) == pytest.approx(np.zeros(len(phi)), abs=1e-9)
    assert advantages(phi, pi) == pytest.approx(np.clip(centred, -CLIP, CLIP))
    assert advantages(phi + 11.0, pi) == pytest.approx(advantages(phi, pi), abs=1e-9)


@settings(deadline=None)
@given(states(), st.data())
def test_who_has_no_say_about_endings_leaves_their_odds_alone(state: State, data: st.DataObject) -> None:
    scores, phi, _, _ = state
    endings = np.array(data.draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores))))
    silent = np.array(data.draw(st.lists(st.booleans(), min_size=len(phi), max_size=len(phi))))
    pi = np.exp(scores)
    heard = unheard(phi, pi, silent, endings)
    assert heard[~silent] == pytest.approx(phi[~silent], abs=0)
    assert heard[:, ~endings] == pytest.approx(phi[:, ~endings], abs=0)
    if not endings.all():
        centred = heard - (heard @ pi)[:, None]
        scale = np.abs(phi).max() + 1.0
        assert centred[silent][:, endings] / scale == pytest.approx(0.0, abs=1e-9)
    else:
        assert heard == pytest.approx(phi, abs=0)


@settings(deadline=None)
@given(states(), TEMPERATURES)
def test_without_strength_or_weight_nothing_changes(state: State, temperature: float) -> None:
    scores, phi, coefficients, values = state

    choice = choose(scores, phi, coefficients * 0.0, temperature, values)

    assert choice.guided == pytest.approx(choice.base, abs=1e-12)
    assert np.argmax(choice.guided) == np.argmax(choice.base)
    assert choice.base == pytest.approx(probabilities(scores, temperature), abs=0)
    assert not choice.capped.any()


@settings(deadline=None)
@given(states(), st.sampled_from([0.3, 0.7, 1.0, 2.0]))
def test_shares_sum_to_the_tilt(state: State, temperature: float) -> None:
    scores, phi, coefficients, _ = state
    choice = choose(scores, phi, coefficients, temperature)

    tilt = choice.shares.sum(axis=0)
    tilted = probabilities(scores + tilt, temperature)

    assert choice.shares == pytest.approx(coefficients[:, None] * advantages(phi, np.exp(scores)))
    assert choice.guided == pytest.approx(tilted, abs=1e-12)
    assert choice.guided.sum() == pytest.approx(1.0)


@settings(deadline=None)
@given(states())
def test_greedy_is_the_argmax_of_the_guided_score(state: State) -> None:
    scores, phi, coefficients, _ = state
    choice = choose(scores, phi, coefficients, 0.0)

    assert np.argmax(choice.guided) == np.argmax(scores + choice.shares.sum(axis=0))
    assert sorted(choice.guided)[-1] == 1.0
    assert choice.guided.sum() == 1.0
    assert np.argmax(choice.base) == np.argmax(scores)


@settings(deadline=None, max_examples=300)
@given(states(), TEMPERATURES)
def test_a_rejected_candidate_is_never_raised(state: State, temperature: float) -> None:
    scores, phi, coefficients, values = state
    choice = choose(scores, phi, coefficients, temperature, values)

    barred = advantages(values[None], np.exp(scores))[0] < -REJECTION_MARGIN
    assert np.all(choice.guided[barred] <= choice.base[barred] + 1e-9)
    assert not choice.capped[~barred].any()


@settings(deadline=None, max_examples=300)
@given(states())
def test_greedy_never_picks_a_rejected_candidate_the_base_would_not(state: State) -> None:
    scores, phi, coefficients, values = state
    choice = choose(scores, phi, coefficients, 0.0, values)

    picked = int(np.argmax(choice.guided))
    barred = advantages(values[None], np.exp(scores))[0] < -REJECTION_MARGIN
    assert not barred[picked] or picked == int(np.argmax(scores))


@settings(deadline=None, max_examples=300)
@given(states())
def test_greedy_is_the_limit_of_temperature_zero(state: State) -> None:
    scores, phi, coefficients, values = state
    greedy = choose(scores, phi, coefficients, 0.0, values)
    cold = choose(scores, phi, coefficients, 1e-5, values)

    assert cold.guided == pytest.approx(greedy.guided, abs=1e-6)


@settings(deadline=None, max_examples=300)
@given(states(), TEMPERATURES, st.data())
def test_only_guidance_draws_what_is_beyond_the_models_own_candidates(
    state: State, temperature: float, data: st.DataObject
) -> None:
    """And only where the values accept it."""
    scores, phi, coefficients, values = state
    own = data.draw(st.integers(1, len(scores)))

    choice = choose(scores, phi, coefficients, temperature, values, own=own)

    barred = advantages(values[None], np.exp(scores))[0] < -REJECTION_MARGIN
    assert choice.base[:own] == pytest.approx(probabilities(scores[:own], temperature), abs=0)
    assert not choice.base[own:].any()
    assert choice.guided.sum() == pytest.approx(1.0)
    assert np.all(choice.guided[barred] <= choice.base[barred] + 1e-9)
    if not barred.any() and temperature > 0:
        tilted = probabilities(scores + choice.shares.sum(axis=0), temperature)
        assert choice.guided == pytest.approx(tilted, abs=1e-12)


def test_capped_marks_what_the_values_held_back() -> None:
    scores = np.log([0.5, 0.3, 0.2])
    phi, values = np.array([[-1.0, 0.0, 2.0]]), np.array([1.0, 1.0, -4.0])

    free = choose(scores, phi, np.array([1.0]), 0.7)
    held = choose(scores, phi, np.array([1.0]), 0.7, values)

    assert free.guided[2] > free.base[2]
    assert held.guided[2] == pytest.approx(held.base[2])
    assert held.capped.tolist() == [False, False, True]
    assert held.shares == pytest.approx(free.shares)
    assert choose(scores, phi, np.array([9.0]), 0.0, values).capped.tolist() == [False, False, True]

"""Personal taste never raises a token the values reject, whatever the weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.values import REJECTION_MARGIN, capped_distribution, rejected

Case = tuple[np.ndarray, np.ndarray, np.ndarray]


@st.composite
def cases(draw: st.DrawFn, *, largest: float = 200.0) -> Case:
    """(log p (k,), tilt (k,), barred (k,)); p sums to one, and tilts reach far beyond what exp can hold."""
    k = draw(st.integers(1, 12))
    scores = np.array(draw(st.lists(st.floats(-40, 0), min_size=k, max_size=k)))
    tilt = np.array(draw(st.lists(st.floats(-largest, largest), min_size=k, max_size=k)))
    barred = np.array(draw(st.lists(st.booleans(), min_size=k, max_size=k)))
    return scores - np.log(np.exp(scores).sum()), tilt, barred


def softmax(scores: np.ndarray) -> np.ndarray:
    masses = np.exp(scores - scores.max())
    return masses / masses.sum()


@settings(deadline=None, max_examples=500)
@given(cases())
def test_a_rejected_candidate_is_never_raised(case: Case) -> None:
    log_base, tilt, barred = case
    p = capped_distribution(log_base, log_base + tilt, barred)

    assert np.all(p >= 0)
    assert p.sum() == pytest.approx(1.0, abs=1e-9)
    assert np.all(p[barred] <= np.exp(log_base[barred]) + 1e-9)


@settings(deadline=None, max_examples=500)
@given(cases())
def test_accepted_candidates_keep_their_proportions(case: Case) -> None:
    """Taste decides among them as if there were no cap: p' ∝ p · exp(t)."""
    log_base, tilt, barred = case
    accepted = ~barred
    p = capped_distribution(log_base, log_base + tilt, barred)[accepted]
    assume(len(p) and p.max() > 1e-200)

    assert p / p.sum() == pytest.approx(softmax((log_base + tilt)[accepted]), abs=1e-9)


@settings(deadline=None)
@given(cases())
def test_without_a_rejected_candidate_it_is_a_softmax(case: Case) -> None:
    log_base, tilt, barred = case

    p = capped_distribution(log_base, log_base + tilt, np.zeros_like(barred))

    assert p == pytest.approx(softmax(log_base + tilt), abs=1e-12)


@settings(deadline=None, max_examples=500)
@given(cases(largest=20.0))
def test_it_solves_the_equation_of_the_module(case: Case) -> None:
    """Z = Σ p·e^t over the accepted + Σ p·min(e^t, Z) over the rejected."""
    log_base, tilt, barred = case
    assume(not barred.all())
    p = capped_distribution(log_base, log_base + tilt, barred)
    accepted = ~barred
    assume(np.exp(log_base[accepted]).sum() > 1e-6)

    z = np.exp(log_base + tilt)[accepted].sum() / p[accepted].sum()

    expected = np.exp(log_base + np.where(barred, np.minimum(tilt, np.log(z)), tilt)) / z
    assert p == pytest.approx(expected, rel=1e-6, abs=1e-9)


@settings(deadline=None)
@given(cases())
def test_the_scale_of_the_base_does_not_matter(case: Case) -> None:
    log_base, tilt, barred = case

    scaled = capped_distribution(log_base + 7.0, log_base + tilt - 3.0, barred)

    assert scaled == pytest.approx(capped_distribution(log_base, log_base + tilt, barred), abs=1e-9)


def test_capping_the_tilt_alone_would_raise_a_rejected_candidate() -> None:
    """Taste lowers the only accepted candidate; what it loses must not go to the rejected one."""
    p = np.array([0.5, 0.5])
    tilt = np.array([-3.0, 2.0])
    barred = np.array([False, True])
    naive = softmax(np.log(p) + np.where(barred, np.minimum(tilt, 0.0), tilt))
    assert naive[1] > 0.95

    assert capped_distribution(np.log(p), np.log(p) + tilt, barred) == pytest.approx([0.5, 0.5])


def test_where_everything_is_rejected_taste_has_no_say() -> None:
    p = np.array([0.7, 0.2, 0.1])

    for tilt in ([1.0, 2.0, 3.0], [-3.0, -2.0, -1.0], [100.0, -100.0, 0.0]):
        assert np.all(capped_distribution(np.log(p), np.log(p) + tilt, np.full(3, True)) <= p + 1e-12)


def test_taste_may_lower_a_rejected_candidate() -> None:
    log_base = np.log([0.5, 0.5])
    p = capped_distribution(log_base, log_base + np.array([0.0, -2.0]), np.array([False, True]))

    assert p == pytest.approx(softmax(np.array([0.0, -2.0])))


def test_near_temperature_zero_the_tilt_still_decides() -> None:
    """Probabilities underflow there; the scores behind them must not."""
    temperature = 0.001
    scores, tilt = np.array([0.0, -2.0]), np.array([0.0, 3.0])

    p = capped_distribution(scores / temperature, (scores + tilt) / temperature, np.array([False, False]))

    assert p == pytest.approx([0.0, 1.0])


def test_only_a_clear_preference_of_the_harmful_pole_rejects() -> None:
    advantage = np.array([-2.0, -REJECTION_MARGIN, -0.5, 0.0, 3.0])

    assert rejected(advantage).tolist() == [True, False, False, False, False]

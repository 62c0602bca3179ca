"""The candidates are exactly what a full sort gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.candidates import candidates, log_normaliser, log_softmax, top_k_tokens


@st.composite
def scored(draw: st.DrawFn) -> np.ndarray:
    """(V,) float32 of any size around the block size, often with equal scores and blocks that never matter."""
    size = draw(st.sampled_from([1, 2, 10, 63, 64, 65, 127, 640, 641, 705, 1000, 1280, 1283, 4096]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    levels = draw(st.sampled_from([1, 2, 5, 1000]))
    scores = rng.integers(0, levels, size).astype(np.float32) * np.float32(draw(st.floats(0.01, 10.0)))
    if draw(st.booleans()):
        scores[rng.integers(0, size, draw(st.integers(0, size)))] = -np.inf
        scores[rng.integers(0, size)] = 20.0
    return scores


def naive(scores: np.ndarray, k: int) -> list[int]:
    return sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:k]


@settings(deadline=None)
@given(scored(), st.sampled_from([1, 2, 3, 9, 10, 40, 100, 5000]))
def test_top_k_equals_a_full_sort(scores: np.ndarray, k: int) -> None:
    assert top_k_tokens(scores, k).tolist() == naive(scores, k)


def test_the_best_may_stand_in_the_last_odd_block() -> None:
    scores = np.zeros(1283, dtype=np.float32)
    scores[[1282, 1281, 5]] = [3.0, 2.0, 1.0]

    assert top_k_tokens(scores, 3).tolist() == [1282, 1281, 5]


@settings(deadline=None)
@given(scored(), st.integers(1, 40), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_candidates_are_the_nucleus_of_the_best_k_within_min_p(
    scores: np.ndarray, top_k: int, top_p: float, min_p: float
) -> None:
    ids = candidates(scores, top_k=top_k, top_p=top_p, min_p=min_p).tolist()

    best = naive(scores, top_k)
    masses = [math.exp(float(scores[i]) - float(scores[best[0]])) for i in best]
    assert ids == best[: len(ids)]
    assert ids
    kept, total = masses[: len(ids)], sum(masses)
    slack = 1e-5
    assert all(m >= min_p - slack for m in kept)
    assert len(ids) == 1 or sum(kept[:-1]) < top_p * total + slack * total or top_p == 1.0
    if len(ids) < len(best):  # the next one was left out for a reason
        enough = sum(kept) >= top_p * total - slack * total
        assert enough or masses[len(ids)] < min_p + slack


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"top_p": 1.0, "min_p": 0.0}, [3, 1, 0, 2]),
        ({"top_k": 2, "top_p": 1.0, "min_p": 0.0}, [3, 1]),
        ({"top_p": 0.49, "min_p": 0.0}, [3]),
        ({"top_p": 0.51, "min_p": 0.0}, [3, 1]),  # the set that holds 51 % is the first two
        ({"top_p": 0.0, "min_p": 0.0}, [3]),
        ({"top_p": 1.0, "min_p": 0.25}, [3, 1, 0]),
        ({"top_p": 1.0, "min_p": 0.2}, [3, 1, 0, 2]),
        ({"top_p": 1.0, "min_p": 1.0}, [3]),
    ],
)
def test_what_the_three_limits_mean(options: dict[str, float], expected: list[int]) -> None:
    scores = np.log(np.array([0.15, 0.25, 0.1001, 0.5], dtype=np.float32)) + np.float32(7.0)

    assert candidates(scores, **{"top_k": 10, **options}).tolist() == expected  # type: ignore[arg-type]


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=30))
def test_logs_are_normalised(values: list[float]) -> None:
    scores = np.array(values, dtype=np.float32)

    assert np.exp(log_softmax(scores)).sum() == pytest.approx(1.0)
    assert log_normaliser(scores) == pytest.approx(math.log(sum(math.exp(x) for x in values)), abs=1e-5)

"""Processor time that means the same on a slow computer as on a fast one, for tests that set limits."""

from __future__ import annotations

import time

import numpy as np
from threadpoolctl import threadpool_limits

# What the yardstick takes on the computer that the limits were written for, in seconds; a slower one is given as much
# more time. Faster ones are given no less.
_WRITTEN_FOR = 0.011

_NUMBERS = np.random.default_rng(0).normal(size=(5_000, 12))


def best(action, repeats: int = 7) -> float:
    """Return the least time of several, in seconds of processor time on the computer the limits were written for.

    On an idle computer that is the time waited, and on a busy one it is still the time taken. The yardstick is laid
    beside every repeat, so that a computer which slows down meanwhile is measured as it was.
    """
    taken, yardsticks = [], [_seconds(_yardstick) for _ in range(5)]
    for _ in range(repeats):
        yardsticks.append(_seconds(_yardstick))
        taken.append(_seconds(action))
    return min(taken) / max(1.0, min(yardsticks) / _WRITTEN_FOR)


def _seconds(action) -> float:
    # One thread, as the product has it: BLAS's waiting threads count as working.
    with threadpool_limits(limits=1, user_api="blas"):
        start = time.process_time()
        action()
        return time.process_time() - start


def _yardstick() -> None:
    """Do what the product does, half in NumPy and half in Python, and nothing of the product."""
    weights = np.zeros(12)
    for _ in range(5):
        p = 1 / (1 + np.exp(-(_NUMBERS @ weights)))
        curvature = (_NUMBERS * (p * (1 - p))[:, None]).T @ _NUMBERS + np.eye(12)
        weights -= 0.01 * np.linalg.solve(curvature, weights + 1)
    numbers = dict(sorted((f"q{n * 7919 % 5_000}", n) for n in range(5_000)))
    sum(numbers[f"q{n}"] for n in range(5_000))

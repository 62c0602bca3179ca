"""Jobs side by side: results in order, lanes used again, and no thread left where one of them fails."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from engine.calibration.lockstep import Lockstep
from engine.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

    from engine.calibration.lockstep import Lane
    from engine.llama import LlamaContext, LlamaModel

PROMPT = list(range(300, 320))


@pytest.fixture
def lockstep(model: LlamaModel) -> Iterator[Lockstep]:
    made = Lockstep(model, lanes=3, width=2, cells=64, threads=1)
    made.hold(PROMPT)
    yield made
    made.close()


def _after(tokens: list[int]) -> Callable[[Lane], np.ndarray]:
    """Read ``tokens`` one by one after the shared prompt, and return the logits after the last."""

    def job(lane: Lane) -> np.ndarray:
        lane.begin(len(PROMPT))
        for i, token in enumerate(tokens):
            lane.decode([token], [len(PROMPT) + i], [0], [True])
        return lane.logits(0)

    return job


def _alone(context: LlamaContext, tokens: list[int]) -> np.ndarray:
    whole = [*PROMPT, *tokens]
    context.clear()
    context.decode(
        whole, range(len(whole)), [0] * len(whole), [i == len(whole) - 1 for i in range(len(whole))]
    )
    return context.logits(len(whole) - 1).copy()


def test_more_jobs_than_lanes_each_read_what_they_would_alone(
    lockstep: Lockstep, make_context: Callable[[], LlamaContext]
) -> None:
    replies = [list(range(400 + 7 * i, 400 + 7 * i + 2 + i % 4)) for i in range(8)]

    found = lockstep.run([_after(reply) for reply in replies])

    context = make_context()
    for reply, logits in zip(replies, found, strict=True):
        assert logits == pytest.approx(_alone(context, reply), abs=1e-3)


def test_a_second_sequence_begins_with_what_the_first_holds(
    lockstep: Lockstep, make_context: Callable[[], LlamaContext]
) -> None:
    def job(lane: Lane) -> np.ndarray:
        lane.begin(len(PROMPT))
        lane.share(0, 1, 10)
        lane.decode([500, 501], [len(PROMPT), 10], [0, 1], [True, True])
        return lane.logits(1)

    (logits,) = lockstep.run([job])

    context = make_context()
    tokens = [*PROMPT[:10], 501]
    context.decode(tokens, range(11), [0] * 11, [i == 10 for i in range(11)])
    assert logits == pytest.approx(context.logits(10), abs=1e-3)


def test_what_a_job_raises_is_raised_when_all_have_ended(lockstep: Lockstep) -> None:
    def broken(lane: Lane) -> np.ndarray:
        lane.begin(3)
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        lockstep.run([_after([400]), broken, _after([401, 402])])
    assert len(lockstep.run([_after([400])])) == 1


def test_a_batch_that_cannot_be_read_ends_every_job(lockstep: Lockstep) -> None:
    def impossible(lane: Lane) -> np.ndarray:
        lane.begin(len(PROMPT))
        lane.decode([1], [0], [0], [True])  # a place that is taken
        return lane.logits(0)

    before = threading.active_count()
    with pytest.raises(DecodeError):
        lockstep.run([_after([400, 401]), impossible, *[_after([402])] * 5])
    assert threading.active_count() == before

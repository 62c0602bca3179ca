"""A reply of the embedded model explained: head, process, memory and all. What is shown is what was drawn."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.answers import Finished
from app.explaining import Explained, WithoutYou
from app.prompting import AnswerOptions
from engine.protocol import Sampling
from tests.end_to_end.test_feedback_changes_answers import QUESTION, SEED, assistant

if TYPE_CHECKING:
    from app.assistant import Assistant
    from app.explaining import Outcome

__all__ = ["assistant"]

pytestmark = pytest.mark.model

SAMPLING = Sampling(max_tokens=40)
WEIGHTS = {"simple": 0.9, "warm": -0.4}
PATIENCE = 300.0


def ask(assistant: Assistant, strength: float | None = None) -> Finished:
    options = AnswerOptions(sampling=SAMPLING, weights=WEIGHTS, seed=SEED, strength=strength, trace=True)
    *_, last = assistant.answer(assistant.new_conversation().id, QUESTION, options=options)
    assert isinstance(last, Finished), last
    return last


def test_the_tokens_shown_are_those_drawn_and_without_you_is_the_run_at_strength_nought(
    assistant: Assistant,
) -> None:
    said, plain = ask(assistant), ask(assistant, 0.0)
    found: list[Outcome] = []
    both = threading.Semaphore(0)

    def came(outcome: Outcome) -> None:
        found.append(outcome)
        both.release()

    message_id = said.turn.message.id
    assistant.explaining.explain(message_id, lambda _: None, came)
    assert both.acquire(timeout=PATIENCE)
    assistant.explaining.without_you(message_id, lambda _: None, came)
    assert both.acquire(timeout=PATIENCE)
    explained, without = found
    assert isinstance(explained, Explained), explained
    assert isinstance(without, WithoutYou), without
    assert tuple(token.trace for token in explained.tokens) == said.tokens
    assert {token.principles for token in explained.tokens} == {("simple", "warm")}
    for trace in said.tokens:
        assert sum(trace.base) == pytest.approx(1.0)
        assert sum(trace.guided) == pytest.approx(1.0)
        if not any(trace.capped):
            # Where a reply opens, guidance chooses among more than the model would by itself.
            own = np.array(trace.base) > 0
            term = np.sum(trace.shares, axis=0)[own] / SAMPLING.temperature
            moved = np.log(np.array(trace.guided)[own] / np.array(trace.base)[own])
            assert moved - moved[0] == pytest.approx(term - term[0], abs=1e-3)
    assert without.text == plain.turn.message.content != said.turn.message.content
    assert plain.turn.trace is not None
    assert plain.turn.trace.changed_share == 0.0

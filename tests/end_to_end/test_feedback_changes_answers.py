"""The product in one test: thumbs change the next answer, and undoing them brings the first one back.

Real model, real embedder, real engine process, real memory, through the assistant that window and terminal use.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.answers import Finished
from app.assistant import Assistant
from app.prompting import AnswerOptions
from app.store_thread import StoreThread
from engine.principles import load_principles
from engine.protocol import Sampling
from memory.store import Store
from resources import PRINCIPLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.engine_client import EngineClient

pytestmark = pytest.mark.model

QUESTION, SEED = "How does a rainbow form?", 5
LONG, SHORT = "Answer at great length, with every detail.", "Answer in one short sentence."
TAUGHT = (
    ("Why do leaves change colour in autumn?", LONG, 0),
    ("What is a good way to learn a language?", LONG, 2),
    ("How do I keep houseplants alive?", LONG, 4),
    ("How does a bicycle stay upright?", SHORT, 1),
    ("Why is sleep important?", SHORT, 3),
    ("What makes bread rise?", SHORT, 5),
)
SCORING_PATIENCE = 900.0


@pytest.fixture
def assistant(lasting_engine: EngineClient, tmp_path: Path) -> Iterator[Assistant]:
    store = StoreThread(lambda: Store.open(tmp_path / "data", clock=lambda: datetime.now(UTC)))
    assistant = Assistant(store, lasting_engine, load_principles(PRINCIPLES))
    yield assistant
    assistant.close()
    store.close()


def ask(assistant: Assistant, text: str, options: AnswerOptions) -> Finished:
    *_, last = assistant.answer(assistant.new_conversation().id, text, options=options)
    assert isinstance(last, Finished), last
    return last


def tokens(finished: Finished) -> list[int]:
    return [token.ids[token.chosen] for token in finished.tokens]


def concise(assistant: Assistant) -> float:
    return next(w.mean for w in assistant.preferences().weights if w.name == "concise")


def test_thumbs_shorten_the_next_answer_and_undoing_them_restores_the_first(assistant: Assistant) -> None:
    same = AnswerOptions(sampling=Sampling(max_tokens=200), seed=SEED, trace=True)
    before = ask(assistant, QUESTION, same)
    assert concise(assistant) == pytest.approx(0.0, abs=1e-9)

    lengths: dict[str, list[int]] = {LONG: [], SHORT: []}
    rated = []
    for text, manner, seed in TAUGHT:
        options = AnswerOptions(sampling=Sampling(max_tokens=120), seed=seed, system=manner, reward="none")
        finished = ask(assistant, text, options)
        lengths[manner].append(len(finished.turn.message.content.split()))
        assistant.rate(finished.turn.message.id, 1 if manner == SHORT else -1)
        rated.append(finished.turn.message.id)
    assert min(lengths[LONG]) > max(lengths[SHORT])
    assert assistant.settle(SCORING_PATIENCE)

    assert assistant.preferences().evidence == 6
    assert concise(assistant) > 0.2
    assert assistant.preferences().used()["concise"] > 0.1

    after = ask(assistant, QUESTION, same)
    assert after.turn.trace is not None
    assert after.turn.trace.weights["concise"] > 0.1
    assert len(tokens(after)) < len(tokens(before))
    assert after.turn.message.content != before.turn.message.content

    for message_id in rated:
        assert assistant.undo_rating(message_id).feedback is None
    assert assistant.preferences().used() == {}

    again = ask(assistant, QUESTION, same)
    assert tokens(again) == tokens(before)
    assert again.turn.message.content == before.turn.message.content

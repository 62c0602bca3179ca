"""A user of years: 100,000 messages, 20,000 ratings, a tenth of them with a reason, 2,000 comparisons, 500 statements.

Times are processor time, the best of several: see ``tests.processor``.
"""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from sqlalchemy import insert

from memory.looking_back import look_back
from memory.records import PromptEmbedding, ReplyFeatures
from memory.schema import (
    ConversationRow,
    EmbeddingRow,
    FeedbackRow,
    MessageRow,
    PairRow,
    ReplyFeaturesRow,
    StatementEmbeddingRow,
    StatementRow,
)
from memory.store import Store
from tests.memory.builders import EMBEDDER, VERSION, TickingClock, answer, direction
from tests.processor import best

PRINCIPLES = ("concise", "simple", *(f"principle {n}" for n in range(2, 12)))
EXCHANGES, RATED, A_CONVERSATION, DIMENSION = 50_000, 20_000, 25, 384
REASONED, COMPARED, STATEMENTS = 10, 2_000, 500  # every tenth thumb
TASTE = np.array([1.5, -1.0, 0.7] + [0.0] * 9)


def fill(store: Store) -> None:
    numbers, start = np.random.default_rng(0), TickingClock()()
    values = numbers.normal(size=(RATED, len(PRINCIPLES))) * 0.15
    labels = np.where(values @ TASTE + 0.1 * numbers.logistic(size=RATED) > 0, 1, -1)
    vectors = numbers.normal(size=(RATED, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    times = [start + timedelta(minutes=n) for n in range(EXCHANGES)]
    with store._database.transaction() as session:
        threads = [
            {"id": f"c{n}", "title": f"Conversation {n}", "created_at": start, "updated_at": start}
            for n in range(EXCHANGES // A_CONVERSATION)
        ]
        session.execute(insert(ConversationRow), threads)
        messages = []
        for n in range(EXCHANGES):
            shared = {
                "conversation_id": f"c{n // A_CONVERSATION}",
                "state": "complete",
                "created_at": times[n],
            }
            parent = f"r{n - 1}" if n % A_CONVERSATION else None
            messages.append(
                {"id": f"q{n}", "parent_id": parent, "role": "user", "content": "why " * 10, **shared}
            )
            messages.append(
                {"id": f"r{n}", "parent_id": f"q{n}", "role": "assistant", "content": "so " * 80, **shared}
            )
        session.execute(insert(MessageRow), messages)
        names = list(PRINCIPLES)
        session.execute(
            insert(ReplyFeaturesRow),
            [
                {
                    "message_id": f"r{n}",
                    "reward_version": VERSION,
                    "names": names,
                    "values": values[n].tobytes(),
                    "mean_base_logprob": -0.8,
                    "tokens": 80,
                }
                for n in range(RATED)
            ],
        )
        session.execute(
            insert(EmbeddingRow),
            [
                {"message_id": f"q{n}", "embedder": EMBEDDER, "vector": vectors[n].tobytes()}
                for n in range(RATED)
            ],
        )
        session.execute(
            insert(FeedbackRow),
            [
                {
                    "id": f"f{n}",
                    "message_id": f"r{n}",
                    "label": int(labels[n]),
                    "reasons": ["too_long"] if n % REASONED == 0 and labels[n] < 0 else [],
                    "note": "",
                    "created_at": times[n],
                }
                for n in range(RATED)
            ],
        )
        better = values @ TASTE
        couples = [(n, n + COMPARED) for n in range(COMPARED)]
        session.execute(
            insert(PairRow),
            [
                {
                    "id": f"p{n}",
                    "preferred_id": f"r{max(couple, key=better.__getitem__)}",
                    "other_id": f"r{min(couple, key=better.__getitem__)}",
                    "source": "compared",
                    "created_at": times[n],
                }
                for n, couple in enumerate(couples)
            ],
        )
        session.execute(
            insert(StatementRow),
            [
                {"id": f"s{n}", "text": f"I know {n}", "kind": "fact", "created_at": times[n]}
                for n in range(STATEMENTS)
            ],
        )
        session.execute(
            insert(StatementEmbeddingRow),
            [
                {"statement_id": f"s{n}", "embedder": EMBEDDER, "vector": vectors[n].tobytes()}
                for n in range(STATEMENTS)
            ],
        )


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    clock = TickingClock()
    clock.now += timedelta(days=60)
    store = Store.open(tmp_path_factory.mktemp("years"), clock=clock)
    store.sync_principles(tuple((name, "hash") for name in PRINCIPLES))
    fill(store)
    yield store
    store.close()


def test_what_is_learned_from_years_is_right(years):
    found = {w.name: w for w in years.preferences(VERSION).weights}
    assert found["concise"].used > 0.5 > -0.5 > found["simple"].used
    assert abs(found["principle 7"].used) < 0.2
    assert years.preferences(VERSION).evidence == RATED


def test_the_next_question_waits_at_most_50_ms_for_recall_and_learning(years):
    numbers = count()

    def ask() -> None:
        n = next(numbers)
        asked = years.add_message("c0", None, "user", f"new {n}")
        vector = direction(n, DIMENSION)
        years.save_embedding(PromptEmbedding(asked.id, EMBEDDER, vector))
        years.preferences(VERSION, embedder=EMBEDDER, vector=vector)
        years.recall_statements(EMBEDDER, vector)

    ask()
    assert best(ask) <= 0.05


def test_a_scored_reply_is_learned_from_within_200_ms_of_idle_time(years):
    numbers = count()
    asked = years.add_message("c1", None, "user", "again")
    vector = direction(1, DIMENSION)

    def score() -> None:
        reply = answer(years, asked)
        years.save_features(ReplyFeatures(reply.id, VERSION, {"concise": 0.01 * next(numbers)}, -0.8, 80))
        years.preferences(VERSION, embedder=EMBEDDER, vector=vector)

    score()
    assert best(score) <= 0.2


def test_a_thumb_is_acknowledged_within_100_ms_with_what_it_moved(years):
    numbers = count(RATED - 50)
    vector = direction(2, DIMENSION)
    years.preferences(VERSION, embedder=EMBEDDER, vector=vector)

    def thumb() -> None:
        years.rate(f"r{next(numbers)}", -1)
        years.preferences(VERSION, embedder=EMBEDDER, vector=vector)

    assert best(thumb) <= 0.1


def test_the_working_memory_stays_under_100_megabytes(years):
    years._working.clear()
    tracemalloc.start()
    years.preferences(VERSION, embedder=EMBEDDER, vector=direction(3, DIMENSION))
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held <= peak <= 100e6


def test_a_long_conversation_opens_at_once(years):
    assert len(years.active_thread("c7")) == 2 * A_CONVERSATION
    assert best(lambda: years.active_thread("c7")) <= 0.1
    assert best(years.conversations) <= 0.3


def test_a_finished_reply_is_indexed_in_no_time(years):
    def write() -> None:
        reply = years.add_message("c3", None, "assistant", "", "streaming")
        for _ in range(5):
            years.update_message(reply.id, "so it goes " * 200, "streaming")
        years.update_message(reply.id, "so it goes " * 200, "complete")

    assert best(write) <= 0.05


def test_putting_in_the_trash_and_learning_anew_takes_at_most_a_second(years):
    def trash_and_back() -> None:
        years.trash_conversation("c11")
        years.preferences(VERSION)
        years.restore_conversation("c11")

    assert best(trash_and_back, repeats=2) <= 1.0


def test_looking_back_over_years_takes_at_most_four_seconds_and_holds_up_nobody(years):
    """The memory's own thread only hands out the arrays."""
    years.preferences(VERSION)
    assert best(lambda: years.evidence(VERSION)) <= 0.02
    evidence, names = years.evidence(VERSION)
    assert best(lambda: look_back(evidence, names), repeats=1) <= 4.0


def test_what_moved_a_weight_most_is_found_in_150_ms_among_years(years):
    years.influences(VERSION, "concise")
    assert best(lambda: years.influences(VERSION, "concise")) <= 0.15

"""What is counted in a text, and that a stored reply carries it whatever its age."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from memory.learning import COUPLINGS, Rows, columns, fit, make_prior
from memory.records import PromptEmbedding, ReplyFeatures
from memory.schema import ReplyFeaturesRow
from memory.store import Store
from memory.surface import (
    ADDRESS,
    CONTRACTIONS,
    EXCLAMATIONS,
    LIST_ITEMS,
    NEGATIONS,
    SENTENCE_LENGTH,
    STORED,
    SURFACE,
    surface,
)
from memory.working import load_table
from tests.memory.builders import EMBEDDER, NAMES, VERSION, TickingClock, answer, direction, exchange, means

PRINCIPLES = ("concise", "simple", "warm", "formal", "lists")


def counted(text: str) -> dict[str, float]:
    return dict(zip(SURFACE, surface(text), strict=True))


@given(st.text(max_size=300))
def test_any_text_can_be_counted(text):
    assert surface(text).shape == (len(SURFACE),)
    assert np.all(np.isfinite(surface(text)))


def test_what_is_counted_is_what_a_reader_sees():
    plain = counted("The sky is blue because air scatters light. Red light passes.")
    assert counted("Wow! Air scatters light! Red passes!")[EXCLAMATIONS] > plain[EXCLAMATIONS] == 0
    assert counted("You’ll see it if you look up, won't you?")[ADDRESS] > plain[ADDRESS] == 0
    assert counted("No. I don't know, and nobody cares.")[NEGATIONS] > plain[NEGATIONS] == 0
    assert counted("Take:\n- air\n* light\n3. a prism")[LIST_ITEMS] > plain[LIST_ITEMS] == 0
    assert counted("It rose 2.5 degrees - a lot - in 1990. See 3) below")[LIST_ITEMS] == 0
    assert counted("It’s here, and you'd see it")[CONTRACTIONS] > plain[CONTRACTIONS] == 0
    assert counted("The cat's tail and the dogs' bowls")[CONTRACTIONS] == 0
    assert counted("Air. Light. Blue.")[SENTENCE_LENGTH] < plain[SENTENCE_LENGTH]
    assert counted("One sentence without an end") == counted("One sentence without an end.")


def test_a_longer_text_of_the_same_style_counts_about_the_same():
    text = "You should try it! It is not hard to do. People like it when you ask them. "
    np.testing.assert_allclose(surface(text * 2), surface(text * 20), atol=1.2)


def test_evidence_on_what_is_counted_moves_the_principle_that_steers_it():
    prior = make_prior(PRINCIPLES)
    names = columns(PRINCIPLES)
    for column, leans in COUPLINGS.items():
        inputs = np.zeros((6, len(names)))
        inputs[:, names.index(column)] = (1, 1, 1, -1, -1, -1)
        inputs[:, -1] = 1
        labels = np.array([1.0, 1, 1, -1, -1, -1])
        found = fit(Rows(inputs, labels, np.ones(6)), prior)
        for principle in PRINCIPLES:
            moved = found.mean[names.index(principle)]
            assert np.sign(moved if abs(moved) > 1e-9 else 0) == np.sign(leans.get(principle, 0.0))


def test_a_prior_over_all_columns_is_positive_definite_for_any_principles():
    for names in ((), ("warm",), ("formal", "simple"), PRINCIPLES):
        assert np.all(np.linalg.eigvalsh(make_prior(names).covariance) > 0.01)


def test_features_are_given_back_as_they_were_saved(store):
    said = exchange(store, reply="You can't!", features={"warm": 0.2})
    found = store.features(said.reply.id, VERSION)
    assert found is not None
    assert found.values == {"warm": 0.2}


@pytest.mark.parametrize("counted_before", [(), ("surface 1: word length", "surface 1: address")])
def test_a_reply_scored_before_its_text_was_counted_as_now_is_counted_when_read(store, counted_before):
    for n in range(6):
        text = "No! You don't." if n % 2 else "The air scatters short waves more than long ones."
        exchange(store, reply=text, features={"warm": 0.0}, label=-1 if n % 2 else 1)
    expected = means(store)
    assert np.max(np.abs(expected)) > 1e-3
    with store._database.transaction() as session:
        for row in session.scalars(select(ReplyFeaturesRow)).all():
            keys = {"message_id": row.message_id, "reward_version": VERSION}
            session.execute(
                update(ReplyFeaturesRow),
                [
                    {
                        **keys,
                        "names": ["warm", *counted_before],
                        "values": row.values[: 8 + 8 * len(counted_before)],
                    }
                ],
            )
    for _ in range(2):  # the first reading counts, the second finds it kept
        store._working.clear()
        np.testing.assert_allclose(means(store), expected, atol=1e-12)
    with store._database.transaction() as session:
        assert all(row.names[1:] == list(STORED) for row in session.scalars(select(ReplyFeaturesRow)))


def history(store, forgotten: bool) -> None:
    """Questions of two groups that lie near each other; ``forgotten``: with one more that is then forgotten."""
    numbers = np.random.default_rng(7)
    for n in range(12):
        vector = direction(n % 2) + 0.2 * direction(100 + n)
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        features = dict(zip(NAMES, numbers.normal(size=len(NAMES)) * 0.2 + (n % 2), strict=True))
        if n == 5 and not forgotten:
            continue
        said = exchange(
            store,
            reply="Yes, you do! " * n + "So it is.",
            features=features,
            label=1 if n % 3 else -1,
            vector=vector,
        )
        if n == 8:
            answer(store, said.question, reply="No.", features=dict.fromkeys(NAMES, 0.1), label=-1)
        if n == 5:
            gone = said
    if forgotten:
        store.forget_message(gone.question.id)


def test_what_a_forgotten_question_said_about_its_like_is_forgotten_too(tmp_path):
    found = []
    for forgotten in (True, False):
        with closing(Store.open(tmp_path / str(forgotten), clock=TickingClock())) as store:
            store.sync_principles(tuple((name, "hash") for name in NAMES))
            history(store, forgotten=forgotten)
            found.append(means(store))
    np.testing.assert_allclose(*found, atol=1e-6)


def test_working_memory_equals_what_is_read_from_the_database(store):
    history(store, forgotten=True)
    asked = exchange(store, features=dict.fromkeys(NAMES, 0.3), label=1)
    store.save_embedding(PromptEmbedding(asked.question.id, EMBEDDER, direction(1)))
    store.save_features(ReplyFeatures(asked.reply.id, VERSION, dict.fromkeys(NAMES, 0.1), -0.7, 30))
    live = means(store)
    with store._database.transaction() as session:
        fresh = load_table(session, VERSION, NAMES).inputs()
    np.testing.assert_allclose(store._working._tables[VERSION].inputs(), fresh, atol=1e-12)
    store._working.clear()
    np.testing.assert_allclose(means(store), live, atol=1e-9)

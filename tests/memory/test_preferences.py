from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.learning import make_prior
from memory.records import PrincipleSetting, PromptEmbedding, ReplyFeatures
from memory.store import Store
from memory.taste import Taste
from tests.memory.builders import (
    EMBEDDER,
    NAMES,
    VERSION,
    TickingClock,
    answer,
    direction,
    exchange,
    means,
    used,
)


def unit(vector: np.ndarray) -> np.ndarray:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


LONG = {"features": {"concise": -0.1, "simple": 0.02}, "tokens": 220}
SHORT = {"features": {"concise": 0.1, "simple": -0.01}, "tokens": 45}


def test_before_any_evidence_nothing_is_liked(store):
    found = store.preferences(VERSION)
    assert [w.name for w in found.weights] == list(NAMES)
    assert found.used() == {}
    assert found.evidence == 0
    assert all(w.mean == 0 and w.low == -w.high and w.low < -0.5 for w in found.weights)


def test_three_downs_on_long_and_three_ups_on_short_say_concise(store):
    for _ in range(3):
        exchange(store, label=-1, **LONG)
        exchange(store, label=1, **SHORT)
    found = store.preferences(VERSION)
    weights = {w.name: w for w in found.weights}
    assert weights["concise"].used >= 0.25
    assert weights["concise"].used == max(w.used for w in found.weights)
    assert found.evidence == weights["concise"].evidence == 6


def test_one_thumb_already_whispers(store):
    exchange(store, label=-1, **LONG)
    assert 0 < used(store)["concise"] < 0.2


def test_undo_is_never_having_rated(store):
    for seed in range(8):
        numbers = np.random.default_rng(seed)
        features = dict(zip(NAMES, numbers.normal(size=4) * 0.2, strict=True))
        exchange(store, features=features, tokens=50 + 20 * seed, label=1 if seed % 3 else -1)
    unrated = exchange(store, **LONG)
    before = means(store)
    store.rate(unrated.reply.id, -1)
    assert np.max(np.abs(means(store) - before)) > 1e-3
    store.undo_rating(unrated.reply.id)
    np.testing.assert_allclose(means(store), before, atol=1e-9)


def test_rating_again_replaces(store):
    said = exchange(store, label=1, **LONG)
    store.rate(said.reply.id, -1)
    both = means(store)
    store.undo_rating(said.reply.id)
    store.rate(said.reply.id, -1)
    np.testing.assert_allclose(means(store), both, atol=1e-6)


def test_a_forgotten_reply_is_never_having_seen_it(tmp_path):
    stores = [Store.open(tmp_path / name, clock=TickingClock()) for name in ("never", "forgotten")]
    for store in stores:
        store.sync_principles(tuple((name, "hash") for name in NAMES))
        exchange(store, label=1, **SHORT)
    gone = exchange(stores[1], label=-1, vector=direction(2), **LONG)
    stores[1].forget_message(gone.question.id)
    for store in stores:
        exchange(store, label=-1, features={"warm": 0.3}, tokens=80)
    np.testing.assert_allclose(means(stores[0]), means(stores[1]), atol=1e-6)
    for store in stores:
        store.close()


def test_features_of_another_version_teach_nothing_until_rescored(store):
    said = exchange(store, label=-1, **LONG)
    assert store.preferences("a new head").evidence == 0
    assert store.preferences("a new head").used() == {}
    store.save_features(ReplyFeatures(said.reply.id, "a new head", {"concise": -0.3}, -0.7, 220))
    assert store.preferences("a new head").evidence == 1
    assert store.preferences("a new head").used()["concise"] > 0


def test_late_features_teach_when_they_arrive(store):
    said = exchange(store, label=-1)
    assert store.preferences(VERSION).evidence == 0
    store.save_features(ReplyFeatures(said.reply.id, VERSION, LONG["features"], -0.8, 220))
    assert store.preferences(VERSION).evidence == 1


def test_not_true_is_about_facts_and_moves_no_taste(store):
    exchange(store, label=-1, reasons=("not_true",), **LONG)
    assert store.preferences(VERSION).evidence == 0
    assert used(store)["concise"] == 0.0
    assert store.counts().feedback == 1


def test_a_slider_counts_in_full_and_thumbs_move_it(store):
    store.set_principle(PrincipleSetting("concise", -0.8))
    assert used(store)["concise"] == pytest.approx(-0.8)
    for _ in range(10):
        exchange(store, label=-1, **LONG)
        exchange(store, label=1, **SHORT)
    assert used(store)["concise"] > -0.8
    store.set_principle(PrincipleSetting("concise", None))
    assert used(store)["concise"] > 0.5


def test_a_principle_switched_off_guides_nothing_but_is_still_learned(store):
    for _ in range(3):
        exchange(store, label=1, **SHORT)
        exchange(store, label=-1, **LONG)
    store.set_principle(PrincipleSetting("concise", None, enabled=False))
    found = store.preferences(VERSION)
    assert "concise" not in found.used()
    assert next(w for w in found.weights if w.name == "concise").mean > 0.2


def test_principles_follow_the_list_and_settings_outlive_it(store):
    store.set_principle(PrincipleSetting("warm", 0.5))
    store.sync_principles((("simple", "1"), ("concise", "2")))
    assert [w.name for w in store.preferences(VERSION).weights] == ["simple", "concise"]
    store.sync_principles((("warm", "3"),))
    assert used(store) == {"warm": pytest.approx(0.5)}


def test_vectors_of_another_embedder_are_never_compared(store):
    numbers = np.random.default_rng(0)
    near, far = np.eye(2, 16, dtype=np.float32)
    for _ in range(6):
        for vector, kind, label in ((near, SHORT, 1), (near, LONG, -1), (far, SHORT, -1), (far, LONG, 1)):
            exchange(store, label=label, vector=unit(vector + 0.1 * numbers.normal(size=16)), **kind)
    mixed = used(store, embedder="another", vector=near)
    for question in store.conversations():
        asked = store.active_thread(question.id)[0]
        store.save_embedding(PromptEmbedding(asked.id, "another", direction(7, dimension=5)))
    assert used(store, embedder=EMBEDDER, vector=near)["concise"] > mixed["concise"]
    five = used(store, embedder="another", vector=direction(7, dimension=5))
    assert five["concise"] == pytest.approx(used(store)["concise"])


def test_siblings_say_what_the_question_demands(store):
    demanding = store.create_conversation()
    asked = store.add_message(demanding.id, None, "user", "Explain everything about rain")
    for _ in range(3):
        answer(store, asked, features={"concise": -0.4}, tokens=400)
    liked = answer(store, asked, features={"concise": -0.3}, tokens=380, label=1)
    for _ in range(4):
        exchange(store, features={"concise": 0.1}, tokens=60)
    assert used(store)["concise"] >= 0.0
    store.forget_message(liked.id)
    exchange(store, features={"concise": -0.3}, tokens=380, label=1)
    assert used(store)["concise"] < 0.0


@given(st.permutations(range(6)))
@settings(max_examples=12, deadline=None)
def test_the_order_in_which_replies_are_rated_does_not_matter(tmp_path_factory, order):
    directory = tmp_path_factory.mktemp("order")
    now = TickingClock()()
    store = Store.open(directory, clock=lambda: now)
    store.sync_principles(tuple((name, "hash") for name in NAMES))
    numbers = np.random.default_rng(0)
    said = [
        exchange(store, features=dict(zip(NAMES, numbers.normal(size=4) * 0.2, strict=True)))
        for _ in range(6)
    ]
    for number in range(6):
        store.rate(said[number].reply.id, 1 if number % 2 else -1)
    straight = means(store)
    for number in range(6):
        store.undo_rating(said[number].reply.id)
    for number in order:
        store.rate(said[number].reply.id, 1 if number % 2 else -1)
    np.testing.assert_allclose(means(store), straight, atol=1e-9)
    store.close()


def test_pins_keep_their_order_and_go_with_everything_else(store):
    assert store.pinned() == ()
    for name in ("warm", "lists", "concise"):
        store.set_pinned(name, True)
    store.set_pinned("lists", False)
    store.set_pinned("warm", True)
    assert store.pinned() == ("concise", "warm")
    store.forget_everything()
    assert store.pinned() == ()


_REPLIES = st.lists(
    st.tuples(st.lists(st.floats(-0.5, 0.5), min_size=4, max_size=4), st.integers(5, 400)),
    min_size=3,
    max_size=14,
)


@given(_REPLIES, st.lists(st.sampled_from((-1, 1)), min_size=14, max_size=14), st.sampled_from((-1, 1)))
@settings(max_examples=60, deadline=None)
def test_a_thumb_never_moves_its_own_reply_against_itself(replies, labels, label):
    """Approval as the store sees it, the user's bias included."""
    with closing(Store.in_memory(clock=TickingClock())) as store:
        store.sync_principles(tuple((name, "hash") for name in NAMES))
        said = [
            exchange(store, features=dict(zip(NAMES, values, strict=True)), tokens=tokens).reply
            for values, tokens in replies
        ]
        for reply, given_label in zip(said[1:], labels, strict=False):
            store.rate(reply.id, given_label)
        before = approval(store, said[0].id)
        store.rate(said[0].id, label)
        assert label * (approval(store, said[0].id) - before) >= -1e-6


def approval(store: Store, reply_id: str) -> float:
    evidence, names = store.evidence(VERSION)
    theta = Taste(evidence.rows, make_prior(names)).everywhere.mean
    return float(store._working.inputs(VERSION, [reply_id])[0] @ theta)


@given(_REPLIES)
@settings(max_examples=40, deadline=None)
def test_thumbs_that_agree_never_make_the_store_less_certain(replies):
    with closing(Store.in_memory(clock=TickingClock())) as store:
        store.sync_principles(tuple((name, "hash") for name in NAMES))
        said = [
            exchange(store, features=dict(zip(NAMES, values, strict=True)), tokens=tokens).reply
            for values, tokens in replies
        ]
        store.rate(said[0].id, 1)
        for reply in said[1:]:
            before = spreads(store)
            store.rate(reply.id, 1 if store.approvals(VERSION, [reply.id])[0] >= 0 else -1)
            assert np.all(spreads(store) <= before + 1e-6)


def spreads(store: Store) -> np.ndarray:
    weights = store.preferences(VERSION).weights
    return np.array([np.arctanh(w.high) - np.arctanh(w.low) for w in weights])

from __future__ import annotations

import numpy as np
import pytest

from memory.errors import NotFoundError
from memory.evidence import EvidenceTable
from memory.features import spread
from memory.reasons import REASONS
from tests.memory.builders import NAMES, VERSION, answer, exchange, means, used

PLAIN = {"concise": 0.0, "simple": 0.0}
WARM = {"warm": 0.2}
COLD = {"warm": -0.2}


def siblings(store, first, second):
    said = exchange(store, features=first)
    return said.reply, answer(store, said.question, features=second)


def test_a_preferred_sibling_teaches_what_it_has_more_of(store):
    warm, cold = siblings(store, WARM, COLD)
    pair = store.prefer(warm.id, cold.id)
    assert store.pairs(warm.id) == store.pairs(cold.id) == (pair,)
    assert used(store)["warm"] > 0
    store.undo_preference(pair.id)
    assert store.pairs(warm.id) == ()
    assert used(store)["warm"] == 0.0


def test_the_opposite_choice_replaces_the_first(store):
    warm, cold = siblings(store, WARM, COLD)
    store.prefer(warm.id, cold.id)
    latest = store.prefer(cold.id, warm.id, source="edited")
    assert store.pairs(warm.id) == (latest,)
    assert used(store)["warm"] < 0


def test_a_pair_needs_two_replies_to_one_question(store):
    one, other = exchange(store), exchange(store)
    with pytest.raises(ValueError, match="one question"):
        store.prefer(one.reply.id, other.reply.id)
    with pytest.raises(ValueError, match="one question"):
        store.prefer(one.reply.id, one.reply.id)
    with pytest.raises(NotFoundError):
        store.prefer(one.reply.id, "gone")


def test_a_pair_goes_with_either_reply(store):
    warm, cold = siblings(store, WARM, COLD)
    store.prefer(warm.id, cold.id)
    store.forget_message(cold.id)
    assert store.pairs(warm.id) == ()
    assert used(store)["warm"] == 0.0


def test_a_pair_waits_for_features(store):
    warm, cold = siblings(store, WARM, None)
    store.prefer(warm.id, cold.id)
    assert used(store)["warm"] == 0.0


def test_opposite_thumbs_on_siblings_say_more_than_on_strangers():
    table = EvidenceTable(NAMES)
    for name, question in (("a", "q"), ("b", "q")):
        table.add_reply(name, question, np.array([0, 0, 0, 0.2 if name == "a" else -0.2]), 100, -0.8)
        table.set_thumb(name, f"thumb on {name}", 1 if name == "a" else -1, (), 1.0)
    rows = table.rows()
    assert rows.rows.labels.tolist().count(1.0) == 2
    (pair,) = [i for i in range(3) if rows.rows.inputs[i, -1] == 0]
    assert rows.rows.inputs[pair, 3] > 0
    assert rows.rows.weights[pair] == 0.5
    table.set_thumb("b", "changed", 1, (), 2.0)
    assert len(table.rows().rows.labels) == 2


@pytest.mark.parametrize(
    ("reason", "name", "sign"),
    [
        ("too_long", "concise", 1),
        ("too_short", "concise", -1),
        ("too_technical", "simple", 1),
        ("too_simple", "simple", -1),
    ],
)
def test_a_reason_moves_the_principle_it_names_more_than_a_bare_thumb(store, reason, name, sign):
    said = exchange(store, features=PLAIN | {name: -0.1 * sign}, label=-1)
    bare = used(store)[name]
    store.rate(said.reply.id, -1, reasons=(reason,))
    assert sign * used(store)[name] > sign * bare + 0.05
    store.rate(said.reply.id, -1, reasons=("other",))
    assert used(store)[name] == pytest.approx(bare, abs=1e-6)


def test_a_reason_takes_blame_from_what_it_does_not_name(store):
    said = exchange(store, features={"concise": -0.1, "warm": 0.3}, label=-1)
    bare = means(store)[NAMES.index("warm"), 0]
    store.rate(said.reply.id, -1, reasons=("too_long",))
    assert bare < means(store)[NAMES.index("warm"), 0] < 0


def test_a_wrong_tone_looks_at_the_tone(store):
    said = exchange(store, features={"warm": 0.2, "lists": 0.2}, label=-1)
    bare = means(store)[:, 0]
    store.rate(said.reply.id, -1, reasons=("wrong_tone",))
    found = means(store)[:, 0]
    assert found[NAMES.index("warm")] < bare[NAMES.index("warm")] < 0
    assert bare[NAMES.index("lists")] < found[NAMES.index("lists")] < 0


def test_every_reason_is_kept_with_the_thumb(store):
    said = exchange(store, features=PLAIN)
    store.rate(said.reply.id, -1, reasons=REASONS, note="so many")
    assert store.feedback(said.reply.id).reasons == REASONS
    assert store.preferences(VERSION).evidence == 0


def test_what_is_kept_in_memory_equals_what_is_read_again(store):
    numbers = np.random.default_rng(3)
    replies = []
    for _ in range(12):
        said = exchange(store, features=dict(zip(NAMES, numbers.normal(size=4) * 0.2, strict=True)))
        other = answer(
            store, said.question, features=dict(zip(NAMES, numbers.normal(size=4) * 0.2, strict=True))
        )
        replies += [(said.reply.id, other.id)]
        means(store)
        store.rate(said.reply.id, 1 if numbers.random() < 0.5 else -1)
        if numbers.random() < 0.5:
            store.rate(other.id, -1, reasons=("too_long",))
        if numbers.random() < 0.5:
            store.prefer(other.id, said.reply.id)
        means(store)
    store.undo_rating(replies[3][0])
    store.rate(replies[4][0], -1)
    kept = means(store)
    store._working.clear()
    np.testing.assert_allclose(means(store), kept, atol=1e-9)


def test_a_pair_is_as_far_apart_as_its_replies_are():
    table = EvidenceTable(NAMES)
    for name, warm in (("a", 0.1), ("b", -0.05)):
        table.add_reply(name, "question", np.array([0, 0, 0, warm]), 100, -0.8)
    table.add_pair("pair", "a", "b", 1.0)
    scale = spread(table.replies().raw())
    row = table.rows().rows.inputs[0]
    assert row[NAMES.index("warm")] == pytest.approx(0.15 / scale[NAMES.index("warm")])
    assert np.count_nonzero(row) == 1

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from memory.errors import DataDirectoryError, NotFoundError
from memory.records import PromptEmbedding, ReplyFeatures
from memory.store import Store
from tests.memory.builders import EMBEDDER, NAMES, VERSION, answer, direction, exchange, means
from tests.memory.test_forgetting import SECRET, found_in

FEATURES = ({"warm": 0.4, "concise": 0.1}, {"warm": -0.2, "lists": 0.3}, {"simple": 0.5}, {"concise": -0.3})


def life(store: Store, skip: int | None = None) -> list[str]:
    """Some rated conversations; the one numbered ``skip`` never happens."""
    ids = []
    for number, features in enumerate(FEATURES * 3):
        if number == skip:
            ids.append("")
            continue
        vector = direction(number)
        said = exchange(store, features=features, tokens=40 + 20 * number, label=1, vector=vector)
        other = answer(store, said.question, features={"warm": 0.01 * number})
        store.rate(other.id, -1)
        store.prefer(said.reply.id, other.id)
        ids.append(said.question.conversation_id)
        store.add_statement(
            f"keep it warm, {number}", "style", principle="warm", value=0.1, message_id=said.question.id
        )
    return ids


def inferred(store: Store) -> np.ndarray:
    """What is learned in general and for one question, and what is stated."""
    here = store.preferences(VERSION, embedder=EMBEDDER, vector=direction(4))
    return np.concatenate([means(store), [[w.mean, w.low, w.high, w.used] for w in here.weights]])


def test_the_trash_teaches_nothing_and_restoring_brings_it_back(tmp_path, clock):
    stores = [Store.open(tmp_path / name, clock=clock) for name in ("lived", "without")]
    for store in stores:
        store.sync_principles(tuple((name, "hash") for name in NAMES))
    lived, without = stores
    start = clock.now
    ids = life(lived)
    clock.now = start
    life(without, skip=4)
    whole = inferred(lived)
    lived.trash_conversation(ids[4])
    later = inferred(without)
    # Ages are relative to the newest evidence, which is the same in both lives.
    assert np.abs(whole - inferred(lived)).max() > 1e-3
    np.testing.assert_allclose(inferred(lived), later, atol=2e-3)
    lived.restore_conversation(ids[4])
    np.testing.assert_allclose(inferred(lived), whole, atol=1e-9)
    for store in stores:
        store.close()


def test_while_trashed_preferences_equal_a_refit_after_forgetting(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    store.sync_principles(tuple((name, "hash") for name in NAMES))
    ids = life(store)
    store.trash_conversation(ids[2])
    trashed, said = inferred(store), store.statements()
    store.forget_conversation(ids[2])
    np.testing.assert_allclose(trashed, inferred(store), atol=1e-9)
    assert said == store.statements()
    store.close()


def test_a_thumb_and_features_that_come_in_the_trash_count_only_after_restoring(store):
    said = exchange(store, features={"warm": 0.1}, label=1)
    hidden = exchange(store)
    name = hidden.question.conversation_id
    store.trash_conversation(name)
    store.preferences(VERSION)
    store.rate(hidden.reply.id, -1)
    assert store.unscored(VERSION) == ()
    store.save_features(ReplyFeatures(hidden.reply.id, VERSION, {"warm": 0.3}, -0.8, 20))
    store.save_embedding(PromptEmbedding(hidden.question.id, EMBEDDER, direction(1)))
    assert store.preferences(VERSION).evidence == 1
    store.restore_conversation(name)
    assert store.preferences(VERSION).evidence == 2
    assert store.feedback(said.reply.id).label == 1


def test_archived_evidence_keeps_counting(store):
    said = exchange(store, features={"warm": 0.5}, label=1)
    before = means(store)
    store.archive(said.question.conversation_id, True)
    np.testing.assert_array_equal(before, means(store))
    assert store.conversations()[0].archived


def test_the_trash_lists_what_was_deleted_last_first_and_conversations_leave_it_out(store):
    first, second, kept = (exchange(store).question.conversation_id for _ in range(3))
    store.trash_conversation(first)
    store.trash_conversation(second)
    store.trash_conversation(first)
    assert [c.id for c in store.trashed()] == [second, first]
    assert [c.id for c in store.conversations()] == [kept]
    store.restore_conversation(first)
    assert {c.id for c in store.conversations()} == {first, kept}
    with pytest.raises(NotFoundError):
        store.trash_conversation("nothing")


def test_the_trash_is_emptied_without_a_trace_once_it_is_old(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    old = store.create_conversation(f"title {SECRET}")
    exchange(store, conversation_id=old.id, question=SECRET, label=1)
    store.trash_conversation(old.id)
    clock.now += timedelta(days=20)
    young = exchange(store, question="young").question.conversation_id
    store.trash_conversation(young)
    assert store.empty_trash(older_than=timedelta(days=30)).messages == 0
    clock.now += timedelta(days=15)
    assert store.empty_trash(older_than=timedelta(days=30)).messages == 2
    assert [c.id for c in store.trashed()] == [young]
    assert found_in(tmp_path, SECRET.encode()) == []
    assert store.empty_trash().messages == 2
    assert store.trashed() == ()
    store.close()


def test_the_trash_is_emptied_whatever_the_clock_said(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    said = exchange(store, question=SECRET)
    clock.now += timedelta(days=400)
    store.trash_conversation(said.question.conversation_id)
    clock.now -= timedelta(days=400)
    assert store.empty_trash().messages == 2
    assert store.trashed() == ()
    store.close()


def test_what_is_gone_counts_no_more_where_the_disk_is_too_full_to_wipe_it(store, monkeypatch):
    said = exchange(store, features={"concise": 0.4}, label=1)
    exchange(store, features={"concise": -0.4}, label=-1)
    assert store.preferences(VERSION).evidence == 2

    def full() -> None:
        raise DataDirectoryError("database or disk is full")

    monkeypatch.setattr(store._database, "erase_traces", full)
    with pytest.raises(DataDirectoryError):
        store.forget_conversation(said.question.conversation_id)
    assert store.preferences(VERSION).evidence == 1

from __future__ import annotations

import numpy as np
import pytest

from memory.errors import NotFoundError
from memory.records import PrincipleSetting, PromptEmbedding, ReplyFeatures
from tests.memory.builders import EMBEDDER, VERSION, direction, exchange, trace


def test_a_trace_comes_back_exactly(store):
    said = exchange(store)
    assert store.trace(said.reply.id) is None
    kept = trace(said.reply.id, weights={"concise": 1 / 3, "warm": -0.1}, dropped_messages=2)
    store.save_trace(kept)
    assert store.trace(said.reply.id) == kept
    again = trace(said.reply.id, seed=-5)
    store.save_trace(again)
    assert store.trace(said.reply.id) == again


def test_features_come_back_exactly_and_by_version(store):
    said = exchange(store)
    kept = ReplyFeatures(said.reply.id, VERSION, {"warm": 1e-17, "concise": -1 / 3}, -0.71, 31)
    store.save_features(kept)
    assert store.features(said.reply.id, VERSION) == kept
    assert list(store.features(said.reply.id, VERSION).values) == ["warm", "concise"]
    assert store.features(said.reply.id, "another") is None


def test_at_most_one_thumb_is_in_force(store):
    said = exchange(store)
    assert store.feedback(said.reply.id) is None
    store.rate(said.reply.id, 1)
    latest = store.rate(said.reply.id, -1, reasons=("too_long", "wrong_tone"), note="no")
    assert store.feedback(said.reply.id) == latest
    assert latest.label == -1
    assert latest.reasons == ("too_long", "wrong_tone")
    assert store.counts().feedback == 1
    store.undo_rating(said.reply.id)
    store.undo_rating(said.reply.id)
    assert store.feedback(said.reply.id) is None
    assert store.counts().feedback == 0


def test_rated_replies_without_features_wait_for_scoring_newest_first(store):
    said = [exchange(store, label=1) for _ in range(3)]
    exchange(store)
    assert store.unscored(VERSION) == tuple(s.reply.id for s in reversed(said))
    store.save_features(ReplyFeatures(said[1].reply.id, VERSION, {"warm": 0.1}, -0.7, 30))
    assert store.unscored(VERSION) == (said[2].reply.id, said[0].reply.id)
    assert len(store.unscored("a new head")) == 3


def test_vectors_are_kept_by_embedder(store):
    said = exchange(store, vector=direction(1))
    assert store.has_embedding(said.question.id, EMBEDDER)
    assert not store.has_embedding(said.question.id, "another")


@pytest.mark.parametrize(
    "save",
    [
        lambda s: s.save_trace(trace("gone")),
        lambda s: s.save_features(ReplyFeatures("gone", VERSION, {}, -0.7, 30)),
        lambda s: s.save_embedding(PromptEmbedding("gone", EMBEDDER, direction(1))),
    ],
)
def test_evidence_about_a_forgotten_message_is_refused(store, save):
    with pytest.raises(NotFoundError):
        save(store)


def test_deleting_a_message_takes_everything_known_about_it(store):
    said = exchange(store, features={"warm": 0.1}, vector=direction(1), label=1)
    store.save_trace(trace(said.reply.id))
    store.forget_message(said.question.id)
    assert store.trace(said.reply.id) is None
    assert store.features(said.reply.id, VERSION) is None
    assert store.feedback(said.reply.id) is None
    assert not store.has_embedding(said.question.id, EMBEDDER)
    assert store.counts().messages == 0


def test_settings_of_the_user_and_of_the_application(store):
    assert store.settings() == ()
    store.set_principle(PrincipleSetting("warm", 0.4))
    store.set_principle(PrincipleSetting("concise", None, enabled=False))
    store.set_principle(PrincipleSetting("warm", -1.0))
    assert store.settings() == (
        PrincipleSetting("concise", None, enabled=False),
        PrincipleSetting("warm", -1.0),
    )
    with pytest.raises(ValueError, match="outside"):
        store.set_principle(PrincipleSetting("warm", 1.5))
    assert store.strength() == 1.0
    store.set_strength(0.0)
    assert store.strength() == 0.0
    assert store.preferences(VERSION).strength == 0.0
    with pytest.raises(ValueError, match="outside"):
        store.set_strength(float("nan"))
    assert store.setting("theme") is None
    store.set_setting("theme", "dark")
    store.set_setting("theme", "light")
    assert store.setting("theme") == "light"


def test_counts_name_every_file_that_holds_data(store):
    exchange(store, label=1)
    counts = store.counts()
    assert (counts.conversations, counts.messages, counts.feedback) == (1, 2, 1)
    assert counts.size_bytes > 0
    assert any(name.endswith("attune.db") for name in counts.files)


def test_a_vector_is_kept_as_float32(store):
    said = exchange(store)
    store.save_embedding(PromptEmbedding(said.question.id, EMBEDDER, np.ones(4, dtype=np.float64) / 2))
    assert store.has_embedding(said.question.id, EMBEDDER)


def test_traces_and_thumbs_of_a_conversation_come_by_message(store):
    conversation = store.create_conversation("here")
    question = store.add_message(conversation.id, None, "user", "why?")
    replies = [store.add_message(conversation.id, question.id, "assistant", str(i)) for i in range(3)]
    for reply in replies[:2]:
        store.save_trace(trace(reply.id))
    liked = store.rate(replies[1].id, 1, reasons=("too_long",))
    assert store.traces(conversation.id) == {r.id: store.trace(r.id) for r in replies[:2]}
    assert store.thumbs(conversation.id) == {replies[1].id: liked}
    other = store.create_conversation("elsewhere")
    assert store.traces(other.id) == store.thumbs(other.id) == {}

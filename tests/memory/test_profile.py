from __future__ import annotations

import json
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import ProfileError
from memory.records import PersonaDraft, PrincipleDraft, PrincipleSetting
from memory.store import Store
from tests.memory.builders import (
    EMBEDDER,
    NAMES,
    VERSION,
    TickingClock,
    answer,
    direction,
    exchange,
    means,
    trace,
)


@pytest.fixture
def other(tmp_path):
    opened = Store.open(tmp_path / "other", clock=TickingClock())
    opened.sync_principles(tuple((name, "hash") for name in NAMES))
    yield opened
    opened.close()


def live_in(store: Store):
    conversation = store.create_conversation("Räin")
    store.move(conversation.id, store.create_folder("Weather").id)
    store.choose_persona(
        conversation.id, store.add_persona(PersonaDraft("Poet", "Rhyme.", {"top_k": 5.0})).id
    )
    said = exchange(
        store,
        conversation_id=conversation.id,
        question="Why does it rain?",
        features={"concise": 0.1, "warm": -0.2},
        label=-1,
        vector=direction(1),
        reasons=("too_long",),
    )
    sibling = answer(store, said.question, features={"concise": 0.3})
    store.prefer(sibling.id, said.reply.id, source="edited")
    store.save_trace(trace(said.reply.id))
    store.add_statement("I eat meat", "fact", embedder=EMBEDDER, vector=direction(2))
    vegan = store.add_statement("I'm vegan", "fact", message_id=said.question.id).statement
    store.use_statements(said.reply.id, [vegan.id])
    store.decline_statement(said.question.id, "I like rain")
    store.set_principle(PrincipleSetting("warm", 0.25))
    store.set_strength(0.5)
    store.add_principle(PrincipleDraft("Poetic", "Answer like a poet.", "Sober", "Answer soberly."))
    return said


def without_time(text: str) -> dict[str, object]:
    document = json.loads(text)
    del document["exported_at"]
    return document


def test_importing_an_export_gives_the_same_profile(store, other):
    said = live_in(store)
    text = store.export_profile()
    other.import_profile(text)
    assert without_time(other.export_profile()) == without_time(text)
    assert (means(other) == means(store)).all()
    assert other.active_thread(said.question.conversation_id) == store.active_thread(
        said.question.conversation_id
    )
    assert other.statements(superseded=True) == store.statements(superseded=True)
    assert other.trace(said.reply.id) == store.trace(said.reply.id)
    assert other.strength() == 0.5
    assert other.has_embedding(said.question.id, EMBEDDER)


_text = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
_number = st.floats(-1, 1, allow_nan=False)
_ACTIONS = st.one_of(
    st.tuples(st.just("ask"), _text, _text, st.lists(_number, min_size=4, max_size=4)),
    st.tuples(
        st.just("rate"), st.integers(0, 9), st.sampled_from((-1, 1)), st.sampled_from(("", "too_long"))
    ),
    st.tuples(st.just("prefer"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("state"), _text, st.sampled_from(("fact", "wish"))),
    st.tuples(st.just("set"), st.sampled_from(NAMES), _number, st.booleans()),
    st.tuples(st.just("file"), st.integers(0, 9), _text),
    st.tuples(st.just("strength"), st.floats(0, 2)),
)


def live_by(store: Store, actions: list[tuple]) -> None:
    """Do all that was drawn, on replies counted from the first one; what has nothing to act on is left out."""
    replies = []
    for name, *what in actions:
        if name == "ask":
            question, reply, values = what
            said = exchange(
                store,
                question=question,
                reply=reply,
                features=dict(zip(NAMES, values, strict=True)),
                vector=direction(len(replies)),
            )
            replies += [said.reply, answer(store, said.question, features={"concise": -values[0]})]
        elif name == "state":
            store.add_statement(*what)
        elif name == "set":
            store.set_principle(PrincipleSetting(*what))
        elif name == "strength":
            store.set_strength(*what)
        elif replies:
            reply = replies[what[0] % len(replies)]
            if name == "rate":
                store.rate(reply.id, what[1], reasons=(what[2],) if what[2] else ())
            elif name == "file":
                store.move(reply.conversation_id, store.create_folder(what[1]).id)
            else:
                siblings = [r for r in replies if r.parent_id == reply.parent_id and r.id != reply.id]
                store.prefer(reply.id, siblings[0].id)


@given(st.lists(_ACTIONS, max_size=20))
@settings(max_examples=40, deadline=None)
def test_an_import_of_an_export_is_what_was_exported(actions):
    with (
        closing(Store.in_memory(clock=TickingClock())) as one,
        closing(Store.in_memory(clock=TickingClock())) as two,
    ):
        for store in (one, two):
            store.sync_principles(tuple((name, "hash") for name in NAMES))
        live_by(one, actions)
        text = one.export_profile()
        two.import_profile(text)
        assert without_time(two.export_profile()) == without_time(text)
        np.testing.assert_array_equal(means(two), means(one))
        assert set(two.import_profile(text).added.values()) <= {0}
        assert without_time(two.export_profile()) == without_time(text)


def test_importing_twice_adds_nothing(store):
    live_in(store)
    text = store.export_profile()
    assert set(store.import_profile(text).added.values()) == {0}
    assert without_time(store.export_profile()) == without_time(text)


def test_import_adds_and_never_overwrites(store, other):
    said = live_in(store)
    text = store.export_profile()
    other.import_profile(text)
    other.rename_conversation(said.question.conversation_id, "Mine")
    other.rate(said.reply.id, 1)
    other.set_principle(PrincipleSetting("warm", -1.0))
    other.set_strength(1.5)
    own = exchange(other, question="only here")
    more = exchange(store, question="new there", label=1)
    added = other.import_profile(store.export_profile()).added
    assert (added["conversations"], added["messages"], added["feedback"]) == (1, 2, 1)
    assert other.conversation(said.question.conversation_id).title == "Mine"
    assert other.feedback(said.reply.id).label == 1
    assert other.settings() == (PrincipleSetting("warm", -1.0),)
    assert other.strength() == 1.5
    assert other.message(own.question.id) == own.question
    assert other.message(more.reply.id) == more.reply


def test_a_profile_learned_on_one_model_is_kept_for_another(store, other):
    live_in(store)
    other.import_profile(store.export_profile())
    assert len(other.unscored("another model")) == 2  # the rated reply, and the one it was preferred over
    assert other.preferences("another model").evidence == 0
    assert other.preferences(VERSION).evidence == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format": "attune-profile"}',
        '{"format": "attune-profile", "version": 1}',
        '{"format": "something else", "version": 1}',
    ],
)
def test_what_is_not_a_profile_is_refused(store, text):
    with pytest.raises(ProfileError) as raised:
        store.import_profile(text)
    assert "not a profile" in raised.value.user_message


def test_a_newer_profile_is_refused_with_what_to_do(store):
    with pytest.raises(ProfileError) as raised:
        store.import_profile('{"format": "attune-profile", "version": 99}')
    assert "Update" in raised.value.next_step


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("messages", "content", None),
        ("messages", "created_at", "yesterday"),
        ("messages", "created_at", 5),
        ("reply_features", "values", "***"),
        ("reply_features", "names", ["one", "two", "three"]),
        ("feedback", "label", None),
        ("feedback", "label", 3),
        ("messages", "role", "system"),
        ("embeddings", "vector", "AAA="),
        ("principle_settings", "value", 7.0),
        ("statements", "superseded_by", "nobody"),
        ("statements", "text", None),
    ],
)
def test_a_damaged_profile_adds_nothing(store, other, table, column, value):
    live_in(store)
    document = json.loads(store.export_profile())
    document[table][-1][column] = value
    with pytest.raises(ProfileError):
        other.import_profile(json.dumps(document))
    assert other.counts().messages == other.counts().conversations == 0


def test_a_row_that_points_nowhere_is_refused_whole(store, other):
    live_in(store)
    document = json.loads(store.export_profile())
    document["feedback"][0]["message_id"] = "nobody"
    with pytest.raises(ProfileError):
        other.import_profile(json.dumps(document))
    assert other.counts().messages == 0


def test_the_documented_lists_are_the_exported_ones(store):
    from pathlib import Path

    documented = (Path(__file__).parents[2] / "docs" / "profile-format.md").read_text(encoding="utf-8")
    for name in json.loads(store.export_profile()):
        assert f"`{name}`" in documented
    live_in(store)
    for rows in json.loads(store.export_profile()).values():
        if isinstance(rows, list):
            for column in rows[0]:
                assert f"`{column}`" in documented

from __future__ import annotations

import pytest

from memory.errors import NotFoundError, PersonaError
from memory.records import PersonaDraft, ReplyFeatures

POET = PersonaDraft("Poet", "You are a poet.", {"temperature": 1.1}, 0.5)


def test_a_persona_is_kept_as_it_was_written(store):
    poet = store.add_persona(POET)
    assert (poet.name, poet.system, poet.sampling, poet.strength) == (
        "Poet",
        "You are a poet.",
        {"temperature": 1.1},
        0.5,
    )
    changed = store.change_persona(poet.id, PersonaDraft("  Sober \n poet ", " Be plain. "))
    assert store.personas() == (changed,)
    assert (changed.id, changed.name, changed.system, changed.sampling, changed.strength) == (
        poet.id,
        "Sober poet",
        "Be plain.",
        {},
        None,
    )


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "poet", " POET "])
def test_a_name_is_there_short_and_its_own(store, name):
    store.add_persona(POET)
    with pytest.raises(PersonaError):
        store.add_persona(PersonaDraft(name, ""))
    assert len(store.personas()) == 1


def test_a_persona_may_keep_its_own_name(store):
    poet = store.add_persona(POET)
    assert store.change_persona(poet.id, PersonaDraft("poet", "")).name == "poet"


def test_a_conversation_has_one_persona_until_it_is_deleted(store):
    poet = store.add_persona(POET)
    one, two = store.create_conversation("a"), store.create_conversation("b")
    store.choose_persona(one.id, poet.id)
    assert store.persona_of(one.id) == poet
    assert store.persona_of(two.id) is None
    store.set_default_persona(poet.id)
    assert store.default_persona() == poet
    store.delete_persona(poet.id)
    assert store.persona_of(one.id) is None
    assert store.default_persona() is None
    with pytest.raises(NotFoundError):
        store.choose_persona(one.id, poet.id)
    with pytest.raises(NotFoundError):
        store.set_default_persona(poet.id)


def test_the_default_can_be_none_again(store):
    poet = store.add_persona(POET)
    store.set_default_persona(poet.id)
    store.set_default_persona(None)
    assert store.default_persona() is None


def test_personas_are_forgotten_with_everything(store):
    poet = store.add_persona(POET)
    store.set_default_persona(poet.id)
    store.forget_everything()
    assert store.personas() == ()
    assert store.default_persona() is None


def test_a_reply_that_is_written_on_loses_the_features_of_its_old_text(store):
    conversation = store.create_conversation("a")
    question = store.add_message(conversation.id, None, "user", "why")
    reply = store.add_message(conversation.id, question.id, "assistant", "because", "stopped")
    store.sync_principles((("concise", "h"),))
    store.save_features(ReplyFeatures(reply.id, "v1", {"concise": 3.0}, -1.0, 9))
    store.rate(reply.id, 1)
    assert store.preferences("v1").evidence == 1
    store.reopen(reply.id)
    assert store.message(reply.id).state == "streaming"
    assert store.features(reply.id, "v1") is None
    assert store.preferences("v1").evidence == 0
    assert store.unscored("v1") == (reply.id,)
    assert store.feedback(reply.id) is not None


def test_compared_replies_wait_for_features_as_rated_ones_do(store):
    conversation = store.create_conversation("a")
    question = store.add_message(conversation.id, None, "user", "why")
    first, second = (store.add_message(conversation.id, question.id, "assistant", t) for t in "ab")
    store.prefer(second.id, first.id, source="edited")
    store.rate(first.id, 1)
    assert set(store.unscored("v1")) == {first.id, second.id}
    store.save_features(ReplyFeatures(first.id, "v1", {"concise": 3.0}, -1.0, 9))
    assert store.unscored("v1") == (second.id,)

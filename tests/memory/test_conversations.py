from __future__ import annotations

import pytest

from memory.errors import NotFoundError
from memory.records import Conversation
from tests.memory.builders import exchange


def test_a_conversation_comes_back_as_it_was_made(store):
    made = store.create_conversation("Rain")
    assert store.conversation(made.id) == made
    assert store.conversations() == (made,)
    store.rename_conversation(made.id, "Weather")
    assert store.conversation(made.id) == Conversation(made.id, "Weather", made.created_at, made.updated_at)


def test_a_memory_has_conversations_while_one_is_outside_the_trash(store):
    assert not store.has_conversations()
    made = store.create_conversation("Rain")
    assert store.has_conversations()
    store.trash_conversation(made.id)
    assert not store.has_conversations()


def test_the_most_recently_used_conversation_comes_first(store):
    old, new = store.create_conversation("old"), store.create_conversation("new")
    assert [c.id for c in store.conversations()] == [new.id, old.id]
    store.add_message(old.id, None, "user", "again")
    assert [c.id for c in store.conversations()] == [old.id, new.id]


def test_messages_survive_reopening(tmp_path, clock):
    from memory.store import Store

    first = Store.open(tmp_path, clock=clock)
    said = exchange(first, question="Zürich\0 und\n\U0001f327?", reply="ja")
    first.close()
    second = Store.open(tmp_path, clock=clock)
    assert second.thread(said.reply.id) == (said.question, said.reply)
    second.close()


def test_branches_are_kept_and_the_newest_leaf_is_active(store):
    said = exchange(store, reply="first")
    sibling = store.add_message(said.question.conversation_id, said.question.id, "assistant", "second")
    assert store.children(said.question.id) == (said.reply, sibling)
    assert store.active_thread(said.question.conversation_id) == (said.question, sibling)
    follow_up = store.add_message(said.question.conversation_id, said.reply.id, "user", "go on")
    assert store.active_thread(said.question.conversation_id) == (said.question, said.reply, follow_up)
    assert store.thread(sibling.id) == (said.question, sibling)


def test_several_first_messages_are_several_roots(store):
    conversation = store.create_conversation()
    first = store.add_message(conversation.id, None, "user", "one")
    edited = store.add_message(conversation.id, None, "user", "one, better")
    assert store.active_thread(conversation.id) == (edited,)
    assert store.thread(first.id) == (first,)


def test_an_empty_conversation_has_an_empty_thread(store):
    assert store.active_thread(store.create_conversation().id) == ()


def test_what_streams_when_the_process_dies_is_interrupted_not_lost(store):
    said = exchange(store)
    streaming = store.add_message(
        said.question.conversation_id, said.question.id, "assistant", "", "streaming"
    )
    store.update_message(streaming.id, "half a th", "streaming")
    assert store.interrupt_streaming() == 1
    assert store.message(streaming.id).content == "half a th"
    assert store.message(streaming.id).state == "interrupted"
    assert store.message(said.reply.id).state == "complete"
    assert store.interrupt_streaming() == 0


def test_deleting_a_conversation_takes_its_messages_only(store):
    gone, kept = exchange(store), exchange(store)
    store.delete_conversation(gone.question.conversation_id)
    with pytest.raises(NotFoundError):
        store.message(gone.reply.id)
    assert store.message(kept.reply.id) == kept.reply


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.conversation("gone"),
        lambda s: s.rename_conversation("gone", "x"),
        lambda s: s.delete_conversation("gone"),
        lambda s: s.forget_conversation("gone"),
        lambda s: s.active_thread("gone"),
        lambda s: s.add_message("gone", None, "user", "x"),
        lambda s: s.add_message(s.create_conversation().id, "gone", "user", "x"),
        lambda s: s.message("gone"),
        lambda s: s.thread("gone"),
        lambda s: s.update_message("gone", "x", "complete"),
        lambda s: s.forget_message("gone"),
        lambda s: s.rate("gone", 1),
    ],
)
def test_what_is_gone_is_said_to_be_gone(store, use):
    with pytest.raises(NotFoundError):
        use(store)


def test_a_parent_must_be_in_the_same_conversation(store):
    elsewhere = exchange(store)
    with pytest.raises(NotFoundError):
        store.add_message(store.create_conversation().id, elsewhere.reply.id, "user", "x")
    assert store.counts().messages == 2


def test_a_whole_conversation_is_read_at_once_parents_first(store):
    conversation = store.create_conversation("here")
    elsewhere = store.create_conversation("elsewhere")
    question = store.add_message(conversation.id, None, "user", "why?")
    first = store.add_message(conversation.id, question.id, "assistant", "because")
    store.add_message(elsewhere.id, None, "user", "not this")
    second = store.add_message(conversation.id, question.id, "assistant", "well")
    assert store.messages(conversation.id) == (question, first, second)
    with pytest.raises(NotFoundError):
        store.messages("nowhere")

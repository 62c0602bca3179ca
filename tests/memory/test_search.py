from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from tests.memory.builders import answer, exchange


def texts(found) -> list[str]:
    return ["".join(part for part, _ in hit.snippet) for each in found for hit in each.messages]


def marked(parts) -> list[str]:
    return [part for part, hit in parts if hit]


def test_words_and_their_beginnings_are_found_whatever_their_accents(store):
    said = exchange(store, question="Où est le Café de Flore?", reply="Boulevard Saint-Germain.")
    exchange(store, question="tea", reply="leaves")
    for query in ("cafe", "CAFÉ", "caf", "flore cafe", "ou flor"):
        (found,) = store.search(query)
        assert found.conversation.id == said.question.conversation_id
        assert [hit.message_id for hit in found.messages] == [said.question.id]
    (found,) = store.search("cafe")
    assert marked(found.messages[0].snippet) == ["Café"]
    assert store.search("cafe tea") == ()
    assert store.search("afe") == ()


def test_a_phrase_in_quotes_is_taken_exactly(store):
    exchange(store, reply="the night sky is dark")
    exchange(store, reply="the sky at night is dark")
    assert len(store.search("night sky")) == 2
    assert texts(store.search('"night sky"')) == ["the night sky is dark"]
    assert texts(store.search('"night sky')) == ["the night sky is dark"]
    assert store.search('"night sk"') == ()


def test_titles_come_first_then_the_newest_messages(store):
    old = exchange(store, question="granite")
    new = exchange(store, question="granite again")
    titled = store.create_conversation("A granite kitchen")
    exchange(store, conversation_id=titled.id, question="which stone?")
    newest = exchange(store, question="and granite once more")
    order = [titled.id, *(said.question.conversation_id for said in (newest, new, old))]
    found = store.search("granite")
    assert [each.conversation.id for each in found] == order
    assert marked(found[0].title) == ["granite"]
    assert found[0].messages == ()
    assert marked(found[1].title) == []


def test_one_talkative_conversation_does_not_hide_the_others(store):
    quiet = exchange(store, question="basalt")
    loud = store.create_conversation("loud")
    for _ in range(300):
        exchange(store, conversation_id=loud.id, question="basalt")
    first, second = store.search("basalt")
    assert (first.conversation.id, len(first.messages)) == (loud.id, 3)
    assert second.conversation.id == quiet.question.conversation_id


def test_what_is_shown_of_many_messages_is_read_in_one_go(store):
    for number in range(20):
        said = exchange(store, question=f"limestone {number}", reply=f"limestone of {number}")
        exchange(store, conversation_id=said.question.conversation_id, question="chalk only")
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = store.search("lime")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [len(each.messages) for each in found] == [2] * 20
    assert texts(found)[:2] == ["limestone of 19", "limestone 19"]
    assert all(marked(hit.snippet) == ["limestone"] for each in found for hit in each.messages)
    assert sum("MATCH" in statement for statement in asked) == 3


def test_a_streaming_reply_is_found_once_it_is_complete(store):
    said = exchange(store)
    reply = store.add_message(said.question.conversation_id, said.question.id, "assistant", "", "streaming")
    store.update_message(reply.id, "obsidian", "streaming")
    assert store.search("obsidian") == ()
    store.update_message(reply.id, "obsidian is glass", "complete")
    assert texts(store.search("obsidian")) == ["obsidian is glass"]
    store.update_message(reply.id, "obsidian is", "streaming")
    assert store.search("obsidian") == ()
    assert store.interrupt_streaming() == 1
    assert texts(store.search("obsidian")) == ["obsidian is"]
    store.update_message(reply.id, "pumice", "complete")
    assert store.search("obsidian") == ()
    assert len(store.search("pumice")) == 1


def test_a_renamed_conversation_is_found_by_its_new_title_alone(store):
    conversation = store.create_conversation("slate")
    store.rename_conversation(conversation.id, "marble")
    assert store.search("slate") == ()
    assert len(store.search("marble")) == 1


def test_what_is_forgotten_or_in_the_trash_is_not_found(store):
    said = exchange(store, question="quartz", reply="quartz")
    other = exchange(store, question="quartz")
    store.trash_conversation(said.question.conversation_id)
    assert [f.conversation.id for f in store.search("quartz")] == [other.question.conversation_id]
    store.restore_conversation(said.question.conversation_id)
    assert len(store.search("quartz")) == 2
    store.forget_message(said.reply.id)
    assert {h.message_id for f in store.search("quartz") for h in f.messages} == {
        said.question.id,
        other.question.id,
    }
    store.forget_everything()
    assert store.search("quartz") == ()


def test_a_message_on_another_branch_is_found(store):
    said = exchange(store)
    branch = answer(store, said.question, reply="feldspar here")
    answer(store, said.question, reply="the newest")
    assert store.search("feldspar")[0].messages[0].message_id == branch.id


def test_a_snippet_shows_the_middle_of_a_long_message(store):
    exchange(store, reply=("filler " * 400) + "amethyst " + ("filler " * 400))
    (snippet,) = texts(store.search("amethyst"))
    assert "amethyst" in snippet
    assert len(snippet) < 200


@given(st.text(alphabet=st.sampled_from('ab"*:^-+(){}\\/.,;\x00\x02 \nANDORNEARé漢字'), max_size=24))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_is_a_syntax_error(store, query):
    if not store.conversations():
        exchange(store, question='a "b" AND NOT OR NEAR(c) a:b')
    store.search(query)


def test_no_word_finds_nothing(store):
    exchange(store)
    assert [store.search(query) for query in ("", "   ", '"', '""', "!?*", "-", '"*"')] == [()] * 7

from __future__ import annotations

import numpy as np
import pytest

from memory.contradiction import contradicts, same_statement
from memory.errors import NotFoundError
from memory.records import PrincipleSetting
from tests.memory.builders import EMBEDDER, VERSION, direction, exchange, used


def turned(vector: np.ndarray, cosine: float, seed: int = 5) -> np.ndarray:
    """A unit vector at ``cosine`` to ``vector``."""
    other = direction(seed, len(vector))
    other -= (other @ vector) * vector
    other /= np.linalg.norm(other)
    return (cosine * vector + np.sqrt(1 - cosine**2) * other).astype(np.float32)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("I'm vegan", "I eat meat"),
        ("I am a vegetarian now.", "I like a good steak"),
        ("always use metric units", "Use imperial units please"),
        ("Give me temperatures in Celsius", "use Fahrenheit"),
        ("I like short answers", "I like long answers"),
        ("I don't like jokes", "I like jokes"),
        ("I don’t eat meat any more", "I eat meat"),
        ("Call me Sam", "My name is Alexandra"),
        ("I live in Oslo", "I live in Bergen."),
        ("I'm 41", "I am 40 years old"),
        ("My sister is called Ida", "my sister is called Eva"),
        ("answer in German", "Answer me in French"),
    ],
)
def test_what_cannot_both_hold_is_found_either_way(new, old):
    assert contradicts(new, old)
    assert contradicts(old, new)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("I'm vegan", "I'm vegan"),
        ("My sister is vegan", "I eat meat"),
        ("I have a dog", "I have a cat"),
        ("I like short trips", "I like long books"),
        ("My name is Sam", "I live in Oslo"),
        ("My brother is a doctor", "My mother is a teacher"),
        ("I don't like jokes", "I like tea"),
        ("I'm a nurse", "I am 40"),
        ("I never eat meat", "I'm vegan"),
        ("Use metric units", "use kilometres"),
    ],
)
def test_what_can_both_hold_is_left_alone(new, old):
    assert not contradicts(new, old)
    assert not contradicts(old, new)


def test_the_same_in_nearly_the_same_words():
    assert same_statement("Always use metric units.", "please use  metric units")
    assert not same_statement("I like jokes", "I don't like jokes")
    assert not same_statement("My sister is vegan", "I'm vegan")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Я вегетарианец", "У меня есть собака"),
        ("I live in 東京", "I live in 大阪"),
        ("I use C", "I use C++"),
        ("I love 🍕", "I love 🍣"),
        ("¿?", "!!"),
    ],
)
def test_words_of_any_script_tell_statements_apart(first, second):
    assert not same_statement(first, second)
    assert same_statement(first, f"{first}.")


@pytest.mark.parametrize(
    ("first", "second"),
    [("我是素食者！", "我是素食者"), ("मैं शाकाहारी हूँ।", "मैं शाकाहारी हूँ"), ("أنا نباتي، نعم", "أنا نباتي نعم")],
)
def test_punctuation_of_any_script_says_nothing(first, second):
    assert same_statement(first, second)
    assert not contradicts("I live in 東京！", "I live in 東京")


def test_another_city_or_name_in_any_script_replaces_the_older():
    assert contradicts("I live in 大阪", "I live in 東京")
    assert contradicts("My name is Иван", "My name is Анна")


def test_a_statement_is_kept_as_said(store):
    said = exchange(store)
    added = store.add_statement("  I'm a\n nurse ", "fact", message_id=said.question.id)
    assert added.statement.text == "I'm a nurse"
    assert added.statement.message_id == said.question.id
    assert not added.merged
    assert store.statements() == (added.statement,)
    with pytest.raises(ValueError, match="text"):
        store.add_statement("   ", "fact")
    with pytest.raises(ValueError, match="value"):
        store.add_statement("short", "style", principle="concise", value=2.0)


def test_duplicates_merge_by_words_and_by_vector(store):
    vector = direction(1)
    first = store.add_statement("Use metric units", "wish", embedder=EMBEDDER, vector=vector)
    again = store.add_statement("please always use metric units!", "wish")
    assert again.merged
    assert again.statement == first.statement
    near = store.add_statement(
        "Give measures the European way", "wish", embedder=EMBEDDER, vector=turned(vector, 0.95)
    )
    assert near.merged
    far = store.add_statement("Mention sources", "wish", embedder=EMBEDDER, vector=turned(vector, 0.6))
    assert not far.merged
    assert len(store.statements()) == 2


def test_the_newer_wins_and_the_older_is_kept_with_its_date(store):
    old = store.add_statement("I eat meat", "fact").statement
    other = store.add_statement("I have a dog", "fact").statement
    added = store.add_statement("I'm vegan", "fact")
    assert [s.id for s in added.superseded] == [old.id]
    assert store.statements() == (other, added.statement)
    history = {s.id: s for s in store.statements(superseded=True)}
    assert history[old.id].superseded_by == added.statement.id
    assert history[old.id].superseded_at == added.statement.created_at
    assert [s.id for s in store.restore_statement(old.id)] == [added.statement.id]
    assert {s.id for s in store.statements()} == {old.id, other.id}
    store.supersede_statement(old.id, by=added.statement.id)
    assert store.statements() == (other,)


def test_a_near_vector_never_hides_a_contradiction(store):
    vector = direction(1)
    store.add_statement("I eat meat", "fact", embedder=EMBEDDER, vector=vector)
    added = store.add_statement("I don't eat meat", "fact", embedder=EMBEDDER, vector=turned(vector, 0.97))
    assert not added.merged
    assert len(added.superseded) == 1


def test_relevant_facts_are_recalled_with_a_floor_and_a_cap(store):
    question = direction(9)
    for number, cosine in enumerate((0.9, 0.7, 0.5, 0.3, 0.1)):
        vector = turned(question, cosine, seed=number + 20)
        store.add_statement(f"fact number {number}", "fact", embedder=EMBEDDER, vector=vector)
    store.add_statement("short, please", "style", embedder=EMBEDDER, vector=question)
    found = store.recall_statements(EMBEDDER, question, limit=3)
    assert [s.text for s, _ in found] == [f"fact number {n}" for n in range(3)]
    assert [c for _, c in found] == pytest.approx([0.9, 0.7, 0.5], abs=1e-5)
    assert len(store.recall_statements(EMBEDDER, question, limit=10)) == 4
    assert store.recall_statements("another", question) == ()
    assert store.recall_statements(EMBEDDER, direction(9, 8)) == ()


def test_superseded_statements_are_not_recalled(store):
    vector = direction(2)
    store.add_statement("I eat meat", "fact", embedder=EMBEDDER, vector=vector)
    store.add_statement("I'm vegan", "fact", embedder=EMBEDDER, vector=turned(vector, 0.6))
    assert [s.text for s, _ in store.recall_statements(EMBEDDER, vector)] == ["I'm vegan"]


def test_statements_get_their_vector_later_and_remember_when_they_were_used(store):
    added = store.add_statement("I'm a nurse", "fact").statement
    assert store.unembedded_statements(EMBEDDER) == (added,)
    store.embed_statement(added.id, EMBEDDER, direction(3))
    assert store.unembedded_statements(EMBEDDER) == ()
    assert added.used_at is None
    said = exchange(store)
    store.use_statements(said.reply.id, [added.id, "gone", added.id])
    assert store.statements()[0].used_at > added.created_at
    used = store.used_statements(said.question.conversation_id)
    assert {k: [s.id for s in v] for k, v in used.items()} == {said.reply.id: [added.id]}
    with pytest.raises(NotFoundError):
        store.use_statements("gone", [added.id])


def test_what_was_used_stays_in_its_order_and_goes_when_it_is_forgotten(store):
    said = exchange(store)
    first, second, third = (store.add_statement(f"I have pet {n}", "fact").statement for n in range(3))
    store.use_statements(said.reply.id, [third.id, first.id, second.id])
    (found,) = store.used_statements(said.question.conversation_id).values()
    assert [s.id for s in found] == [third.id, first.id, second.id]
    store.forget_statement(first.id)
    (found,) = store.used_statements(said.question.conversation_id).values()
    assert [s.id for s in found] == [third.id, second.id]


def test_other_words_take_the_place_of_a_statement(store):
    said = exchange(store)
    typo = store.add_statement("I'm a nurze", "fact", message_id=said.question.id).statement
    fixed = store.replace_statement(typo.id, "I'm a nurse", "fact").statement
    assert store.statements(superseded=True) == (fixed,)
    assert fixed.message_id == said.question.id
    store.use_statements(said.reply.id, [fixed.id])
    newer = store.replace_statement(fixed.id, "I'm a doctor", "fact").statement
    assert [s.text for s in store.statements()] == ["I'm a doctor"]
    (used,) = store.used_statements(said.question.conversation_id).values()
    assert [(s.text, s.superseded_by) for s in used] == [("I'm a nurse", newer.id)]
    with pytest.raises(NotFoundError):
        store.replace_statement("gone", "x", "fact")
    with pytest.raises(ValueError, match="text"):
        store.replace_statement(newer.id, " ", "fact")
    assert [s.text for s in store.statements()] == ["I'm a doctor"]


def test_replacing_by_what_is_said_already_leaves_one(store):
    kept = store.add_statement("I'm a nurse", "fact").statement
    other = store.add_statement("I'm a doctor", "fact").statement
    assert store.replace_statement(other.id, "i'm a nurse!", "fact").merged
    assert store.statements(superseded=True) == (kept,)


def test_what_was_not_to_be_kept_is_known_for_that_message_alone(store):
    said, other = exchange(store), exchange(store)
    store.decline_statement(said.question.id, "I'm vegan")
    store.decline_statement(said.question.id, "I'm vegan")
    assert store.declined_statements(said.question.id) == {"I'm vegan"}
    assert store.declined_statements(other.question.id) == frozenset()
    with pytest.raises(NotFoundError):
        store.decline_statement("gone", "I'm vegan")


def test_where_a_statement_was_said_is_known_while_that_is_there(store):
    conversation = store.create_conversation("About me")
    said = exchange(store, conversation_id=conversation.id)
    there = store.add_statement("I'm a nurse", "fact", message_id=said.question.id).statement
    typed = store.add_statement("I have a dog", "fact").statement
    assert store.statement_sources() == {there.id: (conversation.id, "About me")}
    store.forget_conversation(conversation.id)
    assert store.statements() == (typed,)


def test_the_newest_reply_that_used_a_statement_is_known_while_it_is_there(store):
    first, second = exchange(store), exchange(store)
    fact = store.add_statement("I have a dog", "fact").statement
    unused = store.add_statement("I'm a nurse", "fact").statement
    assert store.statement_last_uses() == {}
    for said in (second, first, second):
        store.use_statements(said.reply.id, [fact.id])
    newest = (second.question.conversation_id, second.reply.id)
    assert store.statement_last_uses() == {fact.id: newest}
    store.trash_conversation(second.question.conversation_id)
    assert store.statement_last_uses() == {fact.id: (first.question.conversation_id, first.reply.id)}
    store.forget_message(first.reply.id)
    assert store.statement_last_uses() == {}
    assert unused in store.statements()


@pytest.mark.parametrize("way", ["conversation", "topic", "range", "everything", "replaced"])
def test_no_way_of_forgetting_leaves_a_byte_of_a_statement_or_its_vector(store, tmp_path, way, clock):
    secret, vector = "my safe is behind the hedgehog", direction(4, 64)
    said = exchange(store, question="where?", vector=direction(6, 64))
    start = clock()
    added = store.add_statement(
        secret, "fact", message_id=said.question.id, embedder=EMBEDDER, vector=vector
    ).statement
    store.decline_statement(said.question.id, f"not that {secret}")
    elsewhere = exchange(store)
    if way != "replaced":
        store.use_statements(elsewhere.reply.id, [added.id])
    match way:
        case "conversation":
            store.forget_conversation(said.question.conversation_id)
        case "topic":
            (found,) = store.passages_about("safe", EMBEDDER, vector, floor=0.9)
            assert store.forget_passages((found,)).statements == 1
        case "range":
            store.forget_between(start, clock())
        case "everything":
            store.forget_everything()
        case "replaced":
            store.replace_statement(added.id, "nothing to see", "fact")
    assert secret not in [s.text for s in store.statements(superseded=True)]
    for path in (tmp_path / "data").iterdir():
        content = path.read_bytes()
        if way in ("conversation", "everything"):
            assert secret.encode() not in content
        # What was declined belongs to its message and is forgotten with it.
        assert content.replace(f"not that {secret}".encode(), b"").count(secret.encode()) == 0
        assert vector.tobytes()[:32] not in content


def test_a_statement_about_style_sets_the_prior_unless_the_slider_does(store):
    added = store.add_statement("I like short answers", "style", principle="concise", value=0.6)
    (concise, *_) = store.preferences(VERSION).weights
    assert concise.used == pytest.approx(0.6)
    assert concise.setting is None
    store.set_principle(PrincipleSetting("concise", -0.2))
    assert used(store)["concise"] == pytest.approx(-0.2)
    store.set_principle(PrincipleSetting("concise", None))
    newer = store.add_statement("Be thorough", "style", principle="concise", value=-0.5)
    assert newer.superseded[0].id == added.statement.id
    assert used(store)["concise"] == pytest.approx(-0.5)
    store.forget_statement(newer.statement.id)
    assert used(store)["concise"] == 0.0


def test_a_forgotten_statement_is_gone(store, tmp_path):
    secret = "my safe is behind the hedgehog"
    vector = direction(4, 64)
    added = store.add_statement(secret, "fact", embedder=EMBEDDER, vector=vector).statement
    store.forget_statement(added.id)
    with pytest.raises(NotFoundError):
        store.forget_statement(added.id)
    for path in (tmp_path / "data").iterdir():
        content = path.read_bytes()
        assert secret.encode() not in content
        assert vector.tobytes()[:32] not in content


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.supersede_statement("gone"),
        lambda s: s.supersede_statement(s.add_statement("x", "fact").statement.id, by="gone"),
        lambda s: s.restore_statement("gone"),
        lambda s: s.embed_statement("gone", EMBEDDER, direction(1)),
    ],
)
def test_a_statement_that_is_gone_is_said_to_be_gone(store, use):
    with pytest.raises(NotFoundError):
        use(store)

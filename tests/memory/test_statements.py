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
    store.restore_statement(old.id)
    assert len(store.statements()) == 3
    store.supersede_statement(old.id, by=added.statement.id)
    assert len(store.statements()) == 2


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
    store.statements_used([added.id])
    assert store.statements()[0].used_at > added.created_at


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

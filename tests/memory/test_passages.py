"""What is found to be forgotten, and that no byte of it stays, in whatever table it was."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from memory.records import ReplyFeatures
from memory.schema import EmbeddingRow, FeedbackRow, PairRow, ReplyFeaturesRow, StatementEmbeddingRow
from memory.store import Store
from tests.memory.builders import EMBEDDER, NAMES, VERSION, answer, direction, exchange, trace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.memory.builders import TickingClock

SECRET = "xyzzyhedgehog"
TOPIC = direction(41, 384)


def near(cosine: float) -> np.ndarray:
    """Make a unit vector of that cosine to ``TOPIC``."""
    other = direction(5, 384)
    other = other - (other @ TOPIC) * TOPIC
    other /= np.linalg.norm(other)
    return (cosine * TOPIC + np.sqrt(1 - cosine**2) * other).astype(np.float32)


def test_words_are_found_in_questions_replies_statements_notes_and_titles(store: Store) -> None:
    asked = exchange(store, question="What do HEDGEHOGS eat?")
    replied = exchange(store, question="Who rolls up?", reply="The hedgehog does.")
    noted = exchange(store, question="And rain?", label=1)
    store.rate(noted.reply.id, -1, note="I meant the hedgehog")
    store.add_statement("I feed a hedgehog", "fact")
    titled = store.create_conversation("Hedgehogs in winter")
    exchange(store, conversation_id=titled.id, question="Where do they sleep?")
    exchange(store, question="What do owls eat?", reply="Mice.")
    found = store.passages_with("hedgehog")
    assert {(p.kind, p.id) for p in found if p.kind != "statement"} == {
        ("question", asked.question.id),
        ("question", replied.question.id),
        ("note", noted.reply.id),
        ("title", titled.id),
    }
    assert [p.text for p in found if p.kind == "statement"] == ["I feed a hedgehog"]
    assert [p.created_at for p in found] == sorted((p.created_at for p in found), reverse=True)


def test_every_word_must_stand_in_the_same_text(store: Store) -> None:
    said = exchange(store, question="red fox", reply="and a blue whale")
    assert [p.id for p in store.passages_with("FOX red")] == [said.question.id]
    assert [p.id for p in store.passages_with("whale blue")] == [said.question.id]
    assert store.passages_with("fox whale") == ()
    assert store.passages_with("  ") == ()
    assert store.passages_with("100%") == ()


def test_other_letters_than_english_ones_are_found_in_either_case(store: Store) -> None:
    for said, asked in (
        ("Ärger mit dem Nachbarn", "ärger"),
        ("Frau MÜLLER", "müller"),
        ("В Нью-Йорк", "нью-йорк"),
    ):
        held = exchange(store, question=said)
        assert [p.id for p in store.passages_with(asked)] == [held.question.id]


def test_what_begins_with_a_reply_is_found(store: Store) -> None:
    conversation = store.create_conversation()
    greeting = store.add_message(conversation.id, None, "assistant", "Hello from the hedgehog")
    (found,) = store.passages_with("hedgehog")
    assert (found.id, found.kind) == (greeting.id, "question")


def test_what_lies_in_the_trash_is_found(store: Store) -> None:
    said = exchange(store, question=SECRET)
    store.trash_conversation(said.question.conversation_id)
    assert [p.id for p in store.passages_with(SECRET)] == [said.question.id]


def test_what_is_about_it_in_other_words_comes_after_closest_first(store: Store) -> None:
    close = exchange(store, question="spiny animals", vector=near(0.6))
    closest = exchange(store, question="who rolls up", vector=near(0.9))
    exchange(store, question="rain", vector=near(0.1))
    held = exchange(store, question="a hedgehog", vector=near(0.3))
    stated = store.add_statement("I have a spiny pet", "fact", embedder=EMBEDDER, vector=near(0.7)).statement
    found = store.passages_about("hedgehog", EMBEDDER, TOPIC, floor=0.2)
    ids = [held.question.id, closest.question.id, stated.id, close.question.id]
    assert [p.id for p in found] == ids
    assert [p.cosine for p in found] == [None, *(pytest.approx(c, abs=1e-5) for c in (0.9, 0.7, 0.6))]
    few = store.passages_about("hedgehog", EMBEDDER, TOPIC, floor=0.2, most=1)
    assert [p.id for p in few] == ids[:2]
    assert store.passages_about("", "another", TOPIC, floor=-1.0) == ()


def test_each_says_what_takes_it_along(store: Store) -> None:
    conversation = store.create_conversation("a hedgehog")
    first = exchange(store, conversation_id=conversation.id, question="a hedgehog?", label=1)
    between = store.add_message(conversation.id, first.reply.id, "user", "what else?")
    reply = store.add_message(conversation.id, between.id, "assistant", "more")
    below = store.add_message(conversation.id, reply.id, "user", "the hedgehog again")
    store.rate(first.reply.id, -1, note="no hedgehog")
    stated = store.add_statement("I feed a hedgehog", "fact", message_id=below.id).statement
    lone = exchange(store, question="hedgehog, alone")
    within = {p.id: p.within for p in store.passages_with("hedgehog")}
    assert within == {
        conversation.id: "",
        first.question.id: conversation.id,
        first.reply.id: first.question.id,
        below.id: first.question.id,
        stated.id: below.id,
        lone.question.id: "",
    }


def test_a_time_lists_what_it_would_forget(store: Store, clock: TickingClock) -> None:
    early = exchange(store, question="early")
    start = clock.now + timedelta(microseconds=1)
    exchange(store, question="middle")
    late_reply = answer(store, early.question, reply="a reply of then")
    store.rate(early.reply.id, -1, note="noted then")
    store.add_statement("stated then", "fact")
    end = clock.now + timedelta(microseconds=1)
    exchange(store, question="late")
    found = store.passages_between(start, end)
    assert [p.text for p in found] == ["stated then", "noted then", "a reply of then", "middle"]
    store.forget_between(start, end)
    assert store.passages_between(start, end) == ()
    assert late_reply.id not in {m.id for m in store.messages(early.question.conversation_id)}
    assert store.message(early.question.id) == early.question


def test_only_what_is_given_is_forgotten(store: Store) -> None:
    gone = exchange(store, question="one", label=1)
    noted = exchange(store, question="two", label=1)
    store.rate(noted.reply.id, 1, note="too hedgehoggy")
    stated = store.add_statement("I feed a hedgehog", "fact").statement
    titled = store.create_conversation("hedgehog")
    exchange(store, conversation_id=titled.id, question="three", label=-1)
    kept = exchange(store, question="four", label=1)
    found = {p.kind: p for p in (*store.passages_with("hedgehog"), *store.passages_with("one"))}
    assert set(found) == {"question", "note", "statement", "title"}
    forgotten = store.forget_passages(tuple(found.values()))
    assert (forgotten.messages, forgotten.ratings, forgotten.statements) == (4, 3, 1)
    assert store.message(noted.reply.id) == noted.reply
    assert store.feedback(noted.reply.id) is None
    assert stated not in store.statements()
    assert {c.id for c in store.conversations()} == {
        noted.question.conversation_id,
        kept.question.conversation_id,
    }
    assert gone.question.conversation_id not in {c.id for c in store.conversations()}


def test_questions_without_a_vector_are_named_newest_first(store: Store) -> None:
    old, known, new = (
        exchange(store, question=text, vector=vector)
        for text, vector in (("old", None), ("known", TOPIC), ("new", None))
    )
    assert store.unembedded_questions(EMBEDDER) == (new.question.id, old.question.id)
    assert store.unembedded_questions("another") == (new.question.id, known.question.id, old.question.id)


def held_in(directory: Path, traces: dict[str, bytes]) -> set[str]:
    """Name the traces that stand in the raw bytes of any file of the folder."""
    files = [path.read_bytes() for path in directory.rglob("*") if path.is_file()]
    return {name for name, trace in traces.items() if any(trace in content for content in files)}


@pytest.mark.parametrize("way", ["words", "meaning", "time", "title", "conversation"])
def test_no_byte_stays_of_what_was_chosen_in_any_file(tmp_path: Path, clock: TickingClock, way: str) -> None:
    """Looks for texts, vectors, features, ids of pairs and ratings: every row that hangs on what is forgotten."""
    store = Store.open(tmp_path, clock=clock)
    store.sync_principles(tuple((name, "hash") for name in NAMES))

    def live(count: int) -> None:
        for number in range(count):
            said = exchange(
                store,
                question=f"harmless {number}",
                reply="fine " * 60,
                vector=direction(100 + number, 384),
                features={"warm": 0.1 * number, "concise": 0.2},
                label=1,
            )
            other = answer(store, said.question, reply="also fine", features={"warm": -0.3})
            store.prefer(said.reply.id, other.id)

    live(30)
    start = clock.now
    titled = store.create_conversation(f"about {SECRET}" if way == "title" else "")
    values = {"concise": 0.7310585786300049, "warm": -0.2689414213699951}
    said = exchange(
        store,
        conversation_id=titled.id,
        question="a question" if way in ("meaning", "title", "conversation") else f"where is {SECRET}",
        reply=f"{SECRET} tail-of-the-reply " * 40,
        vector=TOPIC,
    )
    other = answer(store, said.question, reply=f"other {SECRET}", vector=TOPIC)
    for message in (said.reply, other):
        store.save_features(ReplyFeatures(message.id, VERSION, values, -0.8123456789, 77))
        store.save_trace(trace(message.id, model_name=f"by {SECRET}"))
    store.rate(said.reply.id, -1, reasons=("too_long",), note=f"note {SECRET}")
    pair = store.prefer(other.id, said.reply.id)
    below = store.add_message(titled.id, said.reply.id, "user", "built on it")
    stated = store.add_statement(
        f"I keep {SECRET}", "fact", message_id=said.question.id, embedder=EMBEDDER, vector=near(0.98)
    ).statement
    store.use_statements(other.id, [stated.id])
    store.decline_statement(said.question.id, f"unwanted-{SECRET}")
    end = clock.now + timedelta(seconds=1)
    live(30)
    store.counts()

    with store._database.transaction() as session:
        features = session.get(ReplyFeaturesRow, (said.reply.id, VERSION))
        vector = session.get(EmbeddingRow, (said.question.id, EMBEDDER))
        meant = session.get(StatementEmbeddingRow, (stated.id, EMBEDDER))
        assert features is not None
        assert vector is not None
        assert meant is not None
        rated = session.query(FeedbackRow).filter_by(message_id=said.reply.id).one().id
        paired = session.query(PairRow).filter_by(preferred_id=other.id).one().id
        traces = {
            "text": SECRET[-8:].encode(),
            "reply": b"tail-of-the-reply",
            "declined": b"unwanted-",
            "vector": vector.vector[:16],
            "vector's end": vector.vector[-16:],
            "statement's vector": meant.vector[:16],
            "features": features.values,
            "question's id": said.question.id.encode(),
            "reply's id": said.reply.id.encode(),
            "other reply's id": other.id.encode(),
            "rating's id": rated.encode(),
            "pair's id": paired.encode(),
            "statement's id": stated.id.encode(),
        }
    assert pair is not None
    assert held_in(tmp_path, traces) == set(traces)

    if way == "words":
        store.forget_passages(store.passages_with(SECRET))
    elif way == "meaning":
        store.forget_passages(store.passages_about("prickly beasts", EMBEDDER, TOPIC, floor=0.95))
    elif way == "time":
        store.forget_between(start, end)
    elif way == "title":
        store.forget_passages(tuple(p for p in store.passages_with(SECRET) if p.kind == "title"))
    else:
        store.forget_conversation(titled.id)
    assert held_in(tmp_path, traces) == set()
    assert below.id not in {m.id for c in store.conversations() for m in store.messages(c.id)}
    live(5)
    store.close()
    assert held_in(tmp_path, traces) == set()

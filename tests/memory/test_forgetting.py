from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import NotFoundError
from memory.records import PrincipleSetting
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

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "the combination is seven-hedgehog-nine"
VECTOR = direction(41, 384)


def found_in(directory: Path, *traces: bytes) -> list[str]:
    found = []
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{path.name}: {trace[:20]!r}" for trace in traces if trace in content]
    return found


def traces_of(vector) -> list[bytes]:
    raw = vector.tobytes()
    return [raw[start : start + 16] for start in range(0, len(raw), 256)]


def test_forget_everything_leaves_no_byte_in_any_file(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    store.sync_principles(tuple((name, "hash") for name in NAMES))
    for number in range(50):
        said = exchange(
            store,
            question=f"{number}: {SECRET}",
            reply=f"{SECRET} " * 300,
            features={"warm": 0.1},
            label=-1,
            vector=VECTOR,
        )
        store.save_trace(trace(said.reply.id))
        store.update_message(said.reply.id, f"changed, {SECRET}", "complete")
        store.rate(said.reply.id, 1, note=SECRET)
    store.rename_conversation(said.question.conversation_id, SECRET)
    store.set_principle(PrincipleSetting("warm", 0.5))
    wanted = [SECRET.encode(), *traces_of(VECTOR)]
    assert found_in(tmp_path, *wanted)
    store.forget_everything()
    assert found_in(tmp_path, *wanted) == []
    assert store.counts().messages == store.counts().conversations == store.counts().feedback == 0
    assert store.settings() == ()
    assert store.preferences(VERSION).used() == {}
    exchange(store, question="life goes on", features={"warm": 0.1}, label=1)
    store.close()
    assert found_in(tmp_path, *wanted) == []


def test_forgetting_one_question_leaves_the_others(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    kept = [
        exchange(store, question=f"harmless {n}", reply="fine " * 100, vector=direction(n)) for n in range(30)
    ]
    gone = exchange(store, question=SECRET, reply=SECRET, vector=VECTOR, features={"warm": 0.1}, label=1)
    kept += [exchange(store, question=f"harmless {n}", reply="fine " * 100) for n in range(30)]
    store.forget_message(gone.question.id)
    assert found_in(tmp_path, SECRET.encode(), *traces_of(VECTOR)) == []
    assert all(store.message(said.reply.id) == said.reply for said in kept)
    store.close()


def test_forgetting_a_conversation_takes_all_branches(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    said = exchange(store, question=SECRET)
    store.add_message(said.question.conversation_id, said.question.id, "assistant", SECRET)
    store.add_message(said.question.conversation_id, said.reply.id, "user", SECRET)
    store.forget_conversation(said.question.conversation_id)
    assert found_in(tmp_path, SECRET.encode()) == []
    store.close()


def test_an_unrated_note_is_gone_as_well(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    said = exchange(store)
    store.rate(said.reply.id, -1, note=SECRET)
    store.undo_rating(said.reply.id)
    store.close()
    assert found_in(tmp_path, SECRET.encode()) == []


def test_a_damaged_file_that_may_still_hold_it_is_named(tmp_path, clock):
    (tmp_path / "attune.db").write_bytes(b"scrap " + SECRET.encode())
    store = Store.open(tmp_path, clock=clock)
    store.forget_everything()
    assert [SECRET.encode() in path.read_bytes() for path in store.earlier_copies()] == [True]
    store.close()


def test_a_forgotten_conversation_takes_what_was_stated_in_it(store):
    said = exchange(store, label=1)
    store.add_statement(SECRET, "fact", message_id=said.question.id)
    kept = store.add_statement("I have a dog", "fact").statement
    forgotten = store.forget_conversation(said.question.conversation_id)
    assert (forgotten.messages, forgotten.ratings, forgotten.statements) == (2, 1, 1)
    assert store.statements() == (kept,)


def test_a_title_goes_with_the_last_message(store):
    conversation = store.create_conversation(SECRET)
    said = exchange(store, conversation_id=conversation.id)
    store.forget_message(said.reply.id)
    assert store.conversation(conversation.id).title == SECRET
    store.forget_message(said.question.id)
    assert store.conversation(conversation.id).title == ""


def test_a_time_range_is_forgotten(store, clock):
    early = exchange(store, label=1)
    start = clock.now + timedelta(microseconds=1)
    middle = exchange(store, label=1)
    store.rate(early.reply.id, -1)
    store.add_statement(SECRET, "fact")
    end = clock.now + timedelta(microseconds=1)
    late = exchange(store, label=1)
    follow_up = store.add_message(middle.question.conversation_id, middle.reply.id, "user", "built on it")
    forgotten = store.forget_between(start, end)
    assert (forgotten.messages, forgotten.ratings, forgotten.statements) == (3, 2, 1)
    assert store.message(early.reply.id) == early.reply
    assert store.feedback(early.reply.id) is None
    assert store.feedback(late.reply.id).label == 1
    with pytest.raises(NotFoundError):
        store.message(follow_up.id)
    assert len(store.conversations()) == 2


def test_a_rating_is_forgotten_with_its_note_and_pairs(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    said = exchange(store)
    other = answer(store, said.question)
    store.rate(said.reply.id, -1, note=SECRET)
    store.prefer(other.id, said.reply.id)
    assert store.forget_rating(said.reply.id).ratings == 2
    assert found_in(tmp_path, SECRET.encode()) == []
    assert store.message(said.reply.id) == said.reply
    store.close()


@given(st.integers(0, 2**32 - 1), st.sampled_from(["message", "conversation", "between", "topic"]))
@settings(max_examples=12, deadline=None)
def test_the_state_after_forgetting_is_that_of_never_having_seen_it(tmp_path_factory, seed, way):
    """Two lives, the same but for some exchanges in one of them that are then forgotten."""
    learned = []
    for lived in (False, True):
        clock = TickingClock()
        store = Store.open(tmp_path_factory.mktemp("life"), clock=clock)
        store.sync_principles(tuple((name, "hash") for name in NAMES))
        numbers = np.random.default_rng(seed)
        for number in range(14):
            extra = number in {4, 9}
            features = dict(zip(NAMES, (numbers.normal(size=4) * 0.2).tolist(), strict=True))
            label, sibling = (1 if numbers.random() < 0.5 else -1), (numbers.normal(size=4) * 0.2).tolist()
            vector = VECTOR[:16] / np.linalg.norm(VECTOR[:16]) if extra else direction(number)
            before = clock.now
            clock.now += timedelta(hours=1)
            if extra and not lived:
                clock.now = before + timedelta(hours=2)
                continue
            said = exchange(store, features=features, tokens=20 + 10 * number, vector=vector)
            other = answer(store, said.question, features=dict(zip(NAMES, sibling, strict=True)))
            store.rate(said.reply.id, label)
            if extra:
                store.prefer(other.id, said.reply.id)
                means(store)
                if way == "message":
                    store.forget_message(said.question.id)
                elif way == "conversation":
                    store.forget_conversation(said.question.conversation_id)
                elif way == "between":
                    store.forget_between(before, clock.now + timedelta(microseconds=1))
                else:
                    found = store.passages_about("", EMBEDDER, vector, floor=0.999)
                    store.forget_passages(found)
            clock.now = before + timedelta(hours=2)
        learned.append(means(store))
        store.close()
    np.testing.assert_allclose(learned[0], learned[1], atol=1e-6)


def indexed_words(store) -> set[str]:
    """Every word the full-text index still knows, deleted or not."""
    with store._database.transaction() as session:
        raw = session.connection().connection.driver_connection
        words = set()
        for index in ("title_index", "message_index"):
            raw.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {index}, row)")
            words |= {row[0] for row in raw.execute("SELECT term FROM temp.words")}
            raw.execute("DROP TABLE temp.words")
        return words


@pytest.mark.parametrize("way", ["message", "conversation", "trash", "between", "everything", "rename"])
def test_no_word_of_what_is_forgotten_stays_in_the_index_or_in_any_byte(tmp_path, clock, way):
    """The index keeps words apart from texts, so each word is looked for by itself."""
    store = Store.open(tmp_path, clock=clock)
    words = ("xyzzyhedgehog", "plughbadger", "frobozzotter")
    for number in range(40):
        exchange(store, question=f"harmless {number}", reply="it is fine and well " * 20)
    start = clock.now
    conversation = store.create_conversation(f"about {words[0]}")
    if way == "rename":
        store.rename_conversation(conversation.id, f"now {words[0]}")
    said = exchange(store, conversation_id=conversation.id, question=words[1], reply=f"{words[2]} " * 30)
    store.update_message(said.reply.id, f"edited {words[2]}", "complete")
    end = clock.now + timedelta(seconds=1)
    for number in range(40):
        exchange(store, question=f"later {number}", reply="it is fine and well " * 20)
    assert set(words) <= indexed_words(store)
    if way == "message":
        store.forget_message(said.question.id)
    elif way in ("conversation", "rename"):
        store.forget_conversation(conversation.id)
    elif way == "trash":
        store.trash_conversation(conversation.id)
        store.empty_trash()
    elif way == "between":
        store.forget_between(start, end)
    else:
        store.forget_everything()
    assert not set(words) & indexed_words(store)
    # A word shares its first letters with its neighbour in the index, so its tail is looked for too.
    tails = [word[-6:].encode() for word in words]
    assert found_in(tmp_path, *tails) == []
    store.close()
    assert found_in(tmp_path, *tails) == []

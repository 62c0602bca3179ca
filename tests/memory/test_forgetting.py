from __future__ import annotations

from typing import TYPE_CHECKING

from memory.records import PrincipleSetting
from memory.store import Store
from tests.memory.builders import NAMES, VERSION, direction, exchange, trace

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

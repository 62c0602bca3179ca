from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

import memory.errors
from memory.errors import DatabaseLockedError, DatabaseNewerError, DataDirectoryError, MemoryStoreError
from memory.schema import MessageRow
from memory.store import Store
from tests.memory.builders import TickingClock, exchange

REPOSITORY = Path(__file__).parents[2]


def test_a_second_instance_on_the_same_data_is_refused(tmp_path, clock):
    first = Store.open(tmp_path, clock=clock)
    with pytest.raises(DatabaseLockedError):
        Store.open(tmp_path, clock=clock)
    first.close()
    Store.open(tmp_path, clock=clock).close()


def test_another_process_is_refused_and_a_dead_one_leaves_no_lock(tmp_path, clock):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
                import time
                from datetime import UTC, datetime
                from pathlib import Path
                from memory.store import Store
                store = Store.open(Path({str(tmp_path)!r}), clock=lambda: datetime.now(UTC))
                print("open", flush=True)
                time.sleep(60)
            """),
        ],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout.readline().strip() == b"open"
        with pytest.raises(DatabaseLockedError):
            Store.open(tmp_path, clock=clock)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    Store.open(tmp_path, clock=clock).close()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path, clock):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataDirectoryError):
        Store.open(tmp_path / "file" / "data", clock=clock)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_said_so(tmp_path, clock):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(DataDirectoryError):
            Store.open(tmp_path, clock=clock)
    finally:
        tmp_path.chmod(0o700)


def test_a_database_that_cannot_be_opened_releases_the_lock(tmp_path, clock):
    (tmp_path / "attune.db").mkdir()
    with pytest.raises(DataDirectoryError):
        Store.open(tmp_path, clock=clock)
    (tmp_path / "attune.db").rmdir()
    Store.open(tmp_path, clock=clock).close()


def filled(directory, clock) -> bytes:
    store = Store.open(directory, clock=clock)
    for number in range(200):
        exchange(store, question=f"question {number}", reply="word " * 50, label=1)
    store.close()
    return (directory / "attune.db").read_bytes()


@pytest.mark.parametrize("damage", ["noise", "truncated", "not a database", "overwritten in the middle"])
def test_a_damaged_file_is_moved_aside_with_every_byte(tmp_path, clock, damage):
    whole = filled(tmp_path, clock)
    path = tmp_path / "attune.db"
    broken = {
        "noise": b"\x93" * 5000,
        "truncated": whole[: len(whole) // 2],
        "not a database": b"My diary, which someone saved under this name.",
        "overwritten in the middle": whole[:8192] + b"\xff" * 40960 + whole[49152:],
    }[damage]
    path.write_bytes(broken)
    store = Store.open(tmp_path, clock=clock)
    assert store.moved_aside is not None
    assert store.moved_aside.name.startswith("attune.damaged-2026")
    assert store.moved_aside.read_bytes() == broken
    assert store.counts().messages == 0
    exchange(store)
    assert store.earlier_copies() == (store.moved_aside,)
    store.close()
    again = Store.open(tmp_path, clock=clock)
    assert again.moved_aside is None
    assert again.counts().messages == 2
    again.close()


def test_another_programs_database_is_moved_aside_whole(tmp_path, clock):
    other = sqlite3.connect(tmp_path / "attune.db")
    other.execute("CREATE TABLE someone_elses (x)")
    other.execute("INSERT INTO someone_elses VALUES ('precious')")
    other.commit()
    other.close()
    store = Store.open(tmp_path, clock=clock)
    moved = sqlite3.connect(store.moved_aside)
    assert moved.execute("SELECT x FROM someone_elses").fetchall() == [("precious",)]
    moved.close()
    store.close()


def test_two_damaged_files_in_one_second_do_not_overwrite_each_other(tmp_path):
    clock = TickingClock()
    frozen = clock()
    for content in (b"first" * 1000, b"second" * 1000):
        (tmp_path / "attune.db").write_bytes(content)
        Store.open(tmp_path, clock=lambda: frozen).close()
    kept = sorted(p.read_bytes()[:5] for p in tmp_path.glob("attune.damaged-*"))
    assert kept == [b"first", b"secon"]


def test_a_newer_schema_is_refused_and_left_alone(tmp_path, clock):
    filled(tmp_path, clock)
    database = sqlite3.connect(tmp_path / "attune.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    before = (tmp_path / "attune.db").read_bytes()
    with pytest.raises(DatabaseNewerError):
        Store.open(tmp_path, clock=clock)
    assert (tmp_path / "attune.db").read_bytes() == before
    assert not list(tmp_path.glob("attune.damaged-*"))


def test_the_file_is_in_the_mode_that_survives_a_kill(tmp_path, clock):
    store = Store.open(tmp_path, clock=clock)
    with store._database.transaction() as session:
        raw = session.connection().connection.driver_connection
        asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        found = {p: raw.execute(f"PRAGMA {p}").fetchone()[0] for p in asked}
    store.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
    }


WRITER = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from memory.store import Store
    store = Store.open(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
    conversation = store.create_conversation()
    parent = None
    number = 0
    while True:
        parent = store.add_message(conversation.id, parent, "user", f"q{number}").id
        parent = store.add_message(conversation.id, parent, "assistant", "", "streaming").id
        store.update_message(parent, "word " * 200, "complete")
        store.rate(parent, 1)
        print(number, flush=True)
        number += 1
"""


def test_a_kill_in_the_middle_of_writing_loses_nothing_committed(tmp_path, clock):
    for round_number in range(4):
        directory = tmp_path / str(round_number)
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), str(directory)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(5 + 17 * round_number):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        acknowledged = [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.stdout.close()
        process.wait()
        last = max(acknowledged, default=4 + 17 * round_number)
        store = Store.open(directory, clock=clock)
        assert store.moved_aside is None
        thread = store.active_thread(store.conversations()[0].id)
        complete = [m for m in thread if m.role == "assistant" and m.state == "complete"]
        assert len(complete) > last
        assert all(store.feedback(m.id) for m in complete[: last + 1])
        store.close()


def test_a_copy_of_a_live_folder_opens(tmp_path, clock):
    store = Store.open(tmp_path / "live", clock=clock)
    said = exchange(store, label=1)
    shutil.copytree(tmp_path / "live", tmp_path / "copy")
    store.close()
    copy = Store.open(tmp_path / "copy", clock=clock)
    assert copy.feedback(said.reply.id).label == 1
    copy.close()


def test_a_full_disk_is_the_folders_trouble_and_loses_nothing(store):
    said = exchange(store)
    with store._database.transaction() as session:
        raw = session.connection().connection.driver_connection
    raw.execute(f"PRAGMA max_page_count={raw.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(DataDirectoryError):
        exchange(store, reply="word " * 1_000_000)
    raw.execute("PRAGMA max_page_count=1000000")
    assert store.message(said.reply.id) == said.reply
    exchange(store, reply="there is room again")


def error_tree(root: type[MemoryStoreError]) -> list[type[MemoryStoreError]]:
    return [root, *(found for child in root.__subclasses__() for found in error_tree(child))]


@pytest.mark.parametrize("error", error_tree(MemoryStoreError))
def test_every_error_has_words_for_the_user_and_a_next_step(error):
    assert error.__module__ == memory.errors.__name__
    for words in (error.user_message, error.next_step):
        assert words[0].isupper()
        assert words.endswith(".")
    if error is not MemoryStoreError:
        assert error.user_message != MemoryStoreError.user_message
    raised = error("detail", next_step="Do this.")
    assert str(raised) == "detail"
    assert raised.next_step == "Do this."
    assert error.__name__ in MemoryStoreError.__doc__


def test_the_text_of_an_error_never_holds_what_was_said(store):
    with pytest.raises(IntegrityError) as caught, store._database.transaction() as session:
        session.execute(insert(MessageRow).values(content="my secret"))

    assert "INSERT INTO messages" in str(caught.value)
    assert "my secret" not in str(caught.value)

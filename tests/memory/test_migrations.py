from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import setuptools
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from memory.database import MIGRATIONS, revisions
from memory.records import Folder
from memory.schema import Base
from memory.store import Store

FIXTURES = Path(__file__).parent / "schemas"


def known_revisions() -> list[str]:
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def test_the_migrated_schema_is_the_one_the_code_expects(store):
    with store._database.transaction() as session:
        # The full-text index and the tables SQLite keeps it in are no tables of the ORM.
        options = {"compare_type": True, "include_name": lambda name, *_: "_index" not in (name or "")}
        context = MigrationContext.configure(session.connection(), opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_foreign_key_and_index_is_really_there(store):
    with store._database.transaction() as session:
        raw = session.connection().connection.driver_connection
        for name, table in Base.metadata.tables.items():
            expected = {(k.parent.name, k.column.table.name, k.ondelete) for k in table.foreign_keys}
            found = {(row[3], row[2], row[6]) for row in raw.execute(f"PRAGMA foreign_key_list({name})")}
            assert found == expected


def test_every_schema_has_a_dump_with_rows_to_start_from():
    assert sorted(p.stem for p in FIXTURES.glob("*.sql")) == sorted(known_revisions())


@pytest.mark.parametrize("revision", known_revisions())
def test_rows_of_every_earlier_schema_survive(tmp_path, clock, revision):
    old = sqlite3.connect(tmp_path / "attune.db")
    old.executescript((FIXTURES / f"{revision}.sql").read_text(encoding="utf-8"))
    old.close()
    store = Store.open(tmp_path, clock=clock)
    assert store.moved_aside is None
    (conversation,) = store.conversations()
    assert conversation.title == 'Räin & "quotes"'
    organised = revision >= "0005"
    assert store.folders() == ((Folder("f1", "Weather", collapsed=True),) if organised else ())
    assert (conversation.folder_id, conversation.pinned) == (("f1", True) if organised else (None, False))
    question, reply = store.active_thread(conversation.id)
    assert (question.content, reply.content) == ("Why does it rain?", "It's water.\nThat's all.")
    assert [m.content for m in store.children(question.id)] == [
        "An earlier reply",
        "It's water.\nThat's all.",
    ]
    assert store.feedback(reply.id).reasons == ("too_short",)
    assert store.feedback(reply.id).label == -1
    assert store.trace(reply.id).weights == {"concise": 0.25}
    assert store.trace(reply.id).instructions == (("Be brief.",) if revision >= "0003" else ())
    trace = store.trace(reply.id)
    kept = (trace.system, trace.persona, trace.earlier)
    persona = store.persona_of(conversation.id)
    if revision >= "0007":
        assert kept == ("You are a poet.", "Poet", ({"characters": 5, "seed": 7},))
        assert persona.sampling == {"temperature": 1.1}
    else:
        assert (kept, persona) == ((None, "", ()), None)
    assert trace.origin == ({"evidence": 3} if revision >= "0008" else {})
    assert store.features(reply.id, "v1").values == {"concise": 0.5, "warm": -0.25}
    assert store.has_embedding(question.id, "e1")
    assert store.strength() == 1.5
    assert [s.text for s in store.statements()] == ["I am a nurse"]
    used = store.used_statements(conversation.id)
    assert [s.text for s in used.get(reply.id, ())] == (["I am a nurse"] if revision >= "0006" else [])
    assert store.declined_statements(question.id) == ({"I like rain"} if revision >= "0006" else frozenset())
    assert [(s.name, s.value, s.enabled) for s in store.settings()] == [("warm", 0.5, True)]
    own = [(p.name, p.words.positive_label, p.retired_at) for p in store.own_principles()]
    assert own == ([("own_0123456789ab", "Poetic", None)] if revision >= "0004" else [])
    assert store.preferences("v1").evidence == 1
    assert store.preferences("v1").used()["concise"] < 0
    (by_title,) = store.search("rain quotes")
    assert by_title.title == (("Räin", True), (' & "', False), ("quotes", True), ('"', False))
    (by_message,) = store.search("it's water")
    assert [hit.message_id for hit in by_message.messages] == [reply.id]
    store.close()


def test_migrations_are_shipped():
    packages = setuptools.find_packages(str(MIGRATIONS.parents[1]), include=["memory", "memory.*"])
    assert {"memory", "memory.migrations", "memory.migrations.versions"} <= set(packages)


def test_the_versions_read_from_file_names_are_alembics_own():
    assert list(revisions()) == sorted(known_revisions())
    assert revisions()[-1] == ScriptDirectory(str(MIGRATIONS)).get_current_head()

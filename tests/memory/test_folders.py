from __future__ import annotations

import pytest

from memory.errors import NotFoundError
from memory.store import Store
from tests.memory.builders import exchange


def test_folders_are_made_named_closed_and_removed_without_their_conversations(store):
    work, home = store.create_folder("work"), store.create_folder("Home")
    said = exchange(store).question.conversation_id
    store.move(said, work.id)
    store.rename_folder(work.id, "Paid work")
    store.collapse_folder(home.id, True)
    assert [(f.name, f.collapsed) for f in store.folders()] == [("Home", True), ("Paid work", False)]
    assert store.conversation(said).folder_id == work.id
    store.delete_folder(work.id)
    assert store.conversation(said).folder_id is None
    assert [f.name for f in store.folders()] == ["Home"]
    with pytest.raises(NotFoundError):
        store.move(said, work.id)


def test_pinned_and_archived_exclude_each_other(store):
    said = exchange(store).question.conversation_id
    store.pin(said, True)
    assert store.conversation(said).pinned
    store.archive(said, True)
    assert (store.conversation(said).pinned, store.conversation(said).archived) == (False, True)
    store.pin(said, True)
    assert (store.conversation(said).pinned, store.conversation(said).archived) == (True, False)


def test_a_folder_goes_when_everything_is_forgotten(store):
    store.create_folder("secret plans")
    store.forget_everything()
    assert store.folders() == ()


def test_a_suggested_title_never_replaces_the_users(store):
    conversation = store.create_conversation()
    assert store.suggest_title(conversation.id, "first words")
    assert store.suggest_title(conversation.id, "A better one")
    store.rename_conversation(conversation.id, "Mine")
    assert not store.suggest_title(conversation.id, "The model's")
    assert store.conversation(conversation.id).title == "Mine"
    assert store.has_own_title(conversation.id)


def test_folders_and_pins_travel_in_a_profile(store, tmp_path, clock):
    folder = store.create_folder("Recipes")
    said = exchange(store).question.conversation_id
    store.move(said, folder.id)
    store.pin(said, True)
    other = Store.open(tmp_path / "other", clock=clock)
    other.import_profile(store.export_profile())
    assert other.conversation(said) == store.conversation(said)
    assert other.folders() == (folder,)
    other.close()


def test_a_memory_in_memory_leaves_no_file(tmp_path, clock, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = Store.in_memory(clock=clock)
    said = exchange(store, question="secret")
    assert store.active_thread(said.question.conversation_id)[0].content == "secret"
    assert store.search("secret")
    assert store.counts().files == ()
    store.forget_everything()
    store.close()
    assert list(tmp_path.rglob("*")) == []

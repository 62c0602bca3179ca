"""Conversations to files and back: what is written is read again, and foreign exports become trees."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.store_thread import StoreThread
from app.transfer.exporting import export_all, export_one, file_name
from app.transfer.importing import LOT, import_file, summary
from app.transfer.tree import Node, messages_of
from app.user_messages import UsageError
from memory.store import Store
from tests.memory.builders import TickingClock, answer, exchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.transfer.importing import Progress

FILES = Path(__file__).parent / "transfers"
ANSWER = (
    "Use **bold**, <script>alert(1)</script>, [a](https://example.org) and ![p](https://example.org/p.png)."
)
CODE = "```python\nprint('<b>')\n```"


def open_memory(folder: Path) -> StoreThread:
    return StoreThread(lambda: Store.open(folder, clock=TickingClock()))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreThread]:
    opened = open_memory(tmp_path / "here")
    yield opened
    opened.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[StoreThread]:
    opened = open_memory(tmp_path / "there")
    yield opened
    opened.close()


def fill(memory: Store) -> str:
    talk = memory.create_conversation("Räin & <tags>")
    said = exchange(memory, conversation_id=talk.id, question="Why <b>?\nTwo lines", reply=ANSWER)
    answer(memory, said.question, reply="the newest")
    memory.update_message(said.reply.id, ANSWER, "stopped")
    last = memory.add_message(talk.id, said.reply.id, "user", "again")
    memory.add_message(talk.id, last.id, "assistant", CODE)
    memory.move(talk.id, memory.create_folder("Weather: daily").id)
    memory.pin(talk.id, True)
    exchange(memory, question="second", conversation_id=memory.create_conversation("second").id)
    gone = exchange(memory, question="trashed").question.conversation_id
    memory.trash_conversation(gone)
    return talk.id


def taken(store: StoreThread, path: Path) -> Progress:
    return list(import_file(store, path))[-1]


def whole(store: StoreThread) -> list[object]:
    def read(memory: Store) -> list[object]:
        folders = {f.id: f.name for f in memory.folders()}
        return [
            (c.id, c.title, c.pinned, c.archived, folders.get(c.folder_id or ""), c.updated_at, said)
            for c in memory.conversations()
            for said in [
                [(m.id, m.parent_id, m.role, m.content, m.created_at) for m in memory.messages(c.id)]
            ]
        ]

    return store.call(read)


def test_what_is_written_as_json_is_read_again_the_same(
    store: StoreThread, other: StoreThread, tmp_path: Path
) -> None:
    store.call(fill)
    path = tmp_path / "all.json"
    assert list(export_all(store, path, "json"))[-1] == (2, 2)
    progress = taken(other, path)
    assert (progress.taken.conversations, progress.taken.messages) == (2, 7)
    assert whole(other) == whole(store)
    again = taken(other, path)
    assert (again.taken.conversations, again.taken.messages, again.taken.known) == (0, 0, 2)
    assert whole(other) == whole(store)
    assert other.call(lambda memory: memory.search("tags"))
    assert "trashed" not in path.read_text(encoding="utf-8")


def test_the_documented_keys_are_the_written_ones(store: StoreThread, tmp_path: Path) -> None:
    store.call(fill)
    list(export_all(store, tmp_path / "all.json", "json"))
    document = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    text = (Path(__file__).parents[2] / "docs" / "conversations-format.md").read_text(encoding="utf-8")
    row = document["conversations"][0]
    for key in (*document, *row, *row["messages"][0]):
        assert f"`{key}`" in text


def test_import_adds_and_never_overwrites(store: StoreThread, other: StoreThread, tmp_path: Path) -> None:
    talk = store.call(fill)
    path = tmp_path / "all.json"
    list(export_all(store, path, "json"))
    taken(other, path)
    other.call(lambda memory: memory.rename_conversation(talk, "Mine"))
    second = next(c.id for c in other.call(lambda memory: memory.conversations()) if c.id != talk)
    other.call(lambda memory: memory.trash_conversation(second))
    leaf = store.call(lambda memory: memory.active_thread(talk))[-1]
    store.call(lambda memory: memory.add_message(talk, leaf.id, "user", "later"))
    list(export_all(store, path, "json"))
    progress = taken(other, path)
    assert (progress.taken.conversations, progress.taken.messages, progress.taken.in_trash) == (0, 1, 1)
    assert other.call(lambda memory: memory.conversation(talk)).title == "Mine"
    assert other.call(lambda memory: memory.active_thread(talk))[-1].content == "later"
    assert other.call(lambda memory: memory.trashed())[0].id == second


def test_imported_replies_teach_nothing(other: StoreThread) -> None:
    taken(other, FILES / "chatgpt.json")
    assert other.call(lambda memory: memory.counts()).feedback == 0
    assert other.call(lambda memory: memory.unscored("any")) == ()


def test_a_chatgpt_export_becomes_trees(other: StoreThread) -> None:
    progress = taken(other, FILES / "chatgpt.json")
    assert (progress.taken.conversations, progress.damaged, progress.empty) == (2, 1, 1)
    said = summary(progress)
    assert said.startswith("2 conversations added, 6 messages.")
    assert "1 could not be read." in said
    assert "1 had no text." in said
    old, rain = other.call(lambda memory: memory.conversations())
    assert (old.title, old.archived, rain.title) == ("Pockets", True, "Rain and tea")
    assert rain.created_at == datetime.fromtimestamp(1700000000.5, UTC)
    thread = other.call(lambda memory: memory.active_thread(rain.id))
    assert [m.content for m in thread] == ["[image]\n\nWhy does it rain?", "Because clouds are heavy."]
    siblings = other.call(lambda memory: memory.children(thread[0].id))
    assert [m.content for m in siblings] == [
        "Water condenses.\n\nThen it falls.",
        "Because clouds are heavy.",
    ]
    assert [m.content for m in other.call(lambda memory: memory.children(siblings[0].id))] == ["And snow?"]
    assert taken(other, FILES / "chatgpt.json").taken.known == 2


def test_the_zip_that_chatgpt_hands_out_is_read(other: StoreThread, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(FILES / "chatgpt.json", "data/conversations.json")
        archive.writestr("user.json", "{}")
    assert taken(other, tmp_path / "export.zip").taken.conversations == 2


def test_an_open_webui_export_becomes_trees(other: StoreThread) -> None:
    progress = taken(other, FILES / "open-webui.json")
    assert progress.taken.conversations == 2
    listed, bread = sorted(other.call(lambda memory: memory.conversations()), key=lambda c: c.pinned)
    assert (listed.title, listed.archived, bread.title, bread.pinned) == ("Old list", True, "Bread", True)
    assert listed.created_at.year == 2024
    thread = other.call(lambda memory: memory.active_thread(bread.id))
    assert [m.content for m in thread] == ["How do I bake bread?", "Flour, water, salt, time."]
    versions = other.call(lambda memory: memory.children(thread[0].id))
    assert [m.content for m in versions] == ["Knead and wait.", "Flour, water, salt, time."]
    old = other.call(lambda memory: memory.active_thread(listed.id))
    assert [m.content for m in old] == ["hello\n\n[image]", "Hi!"]


def test_a_file_cut_in_the_middle_keeps_what_came_before(other: StoreThread, tmp_path: Path) -> None:
    rows = [
        {
            "conversation_id": f"c{n}",
            "title": f"number {n}",
            "create_time": n,
            "current_node": "x",
            "mapping": {
                "x": {
                    "parent": None,
                    "message": {
                        "author": {"role": "user"},
                        "content": {"content_type": "text", "parts": ["hello"]},
                    },
                }
            },
        }
        for n in range(2 * LOT)
    ]
    text = json.dumps(rows)
    (tmp_path / "cut.json").write_text(text[: len(text) * 3 // 4], encoding="utf-8")
    steps = list(import_file(other, tmp_path / "cut.json"))
    assert steps[-1].cut
    assert "ends in the middle" in summary(steps[-1])
    assert LOT <= steps[-1].taken.conversations < 2 * LOT
    assert len(steps) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "damaged"),
        (b"not json", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"[]", "no conversations"),
        (b'{"a": 1}', "holds no conversations"),
        (b"12", "holds no conversations"),
        (b'{"format": "attune-profile", "version": 1}', "whole profile"),
        (b'{"format": "attune-conversations", "version": 2, "conversations": []}', "newer Attune"),
        (b'{"format": "attune-conversations", "version": 1, "conversations": []}', "no conversations"),
        (b"PK\x05\x06" + bytes(18), "no conversations"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(
    other: StoreThread, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "file.json").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        list(import_file(other, tmp_path / "file.json"))
    assert sentence in caught.value.user_message
    assert caught.value.next_step
    assert other.call(lambda memory: memory.counts()).conversations == 0


def test_half_a_character_ends_a_file_and_keeps_what_came_before(other: StoreThread, tmp_path: Path) -> None:
    text = (FILES / "chatgpt.json").read_text(encoding="utf-8").rstrip().removesuffix("]")
    (tmp_path / "half.json").write_text(text + ', {"title": "\\udc00"}]', encoding="utf-8")
    steps = list(import_file(other, tmp_path / "half.json"))
    assert steps[-1].cut
    assert steps[-1].taken.conversations == 2


def test_an_archive_with_a_password_is_refused_in_a_sentence(other: StoreThread, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "locked.zip", "w") as archive:
        archive.writestr("conversations.json", "[]")
    raw = bytearray((tmp_path / "locked.zip").read_bytes())
    for at in (raw.index(b"PK\x03\x04") + 6, raw.index(b"PK\x01\x02") + 8):
        raw[at] |= 1  # encrypted, both headers say
    (tmp_path / "locked.zip").write_bytes(raw)
    with pytest.raises(UsageError) as caught:
        list(import_file(other, tmp_path / "locked.zip"))
    assert "password" in caught.value.user_message


def test_rows_of_the_wrong_shape_are_counted_not_fatal(other: StoreThread, tmp_path: Path) -> None:
    rows = [
        1,
        None,
        "x",
        [],
        {},
        {"mapping": 3},
        {"mapping": {}},
        {"chat": {"history": 1}},
        {"messages": [1]},
    ]
    (tmp_path / "odd.json").write_text(json.dumps(rows), encoding="utf-8")
    progress = taken(other, tmp_path / "odd.json")
    assert progress.damaged + progress.empty == len(rows)
    assert progress.taken.conversations == 0


@given(
    st.lists(
        st.tuples(
            st.integers(-1, 11), st.sampled_from(["user", "assistant", None]), st.sampled_from(["", "a", "b"])
        ),
        max_size=12,
    ),
    st.integers(-1, 12),
)
@settings(max_examples=300, deadline=None)
def test_any_tree_becomes_one_with_parents_first_and_speakers_taking_turns(
    nodes: list[tuple[int, str | None, str]], current: int
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        Node(str(n), None if parent < 0 else str(parent), role, text, moment)  # type: ignore[arg-type]
        for n, (parent, role, text) in enumerate(nodes)
    ]
    messages = messages_of("test", "c", made, None if current < 0 else str(current))
    seen: dict[str, str] = {}
    for message in messages:
        assert message.content.strip()
        assert message.id not in seen
        if message.parent_id is not None:
            assert seen[message.parent_id] != message.role
        seen[message.id] = message.role


def test_one_conversation_as_markdown(store: StoreThread, tmp_path: Path) -> None:
    talk = store.call(fill)
    export_one(store, talk, tmp_path / "a.md", "markdown")
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert text.startswith("# Räin & <tags>\n")
    assert f"## Attune\n\n{ANSWER}\n\n*You stopped this answer here.*" in text
    assert CODE in text
    assert "the newest" not in text


def test_code_that_was_cut_ends_with_its_answer(store: StoreThread, tmp_path: Path) -> None:
    def cut(memory: Store) -> str:
        said = exchange(memory, question="code?", reply="See:\n\n```py\nx = 1")
        memory.update_message(said.reply.id, said.reply.content, "stopped")
        return said.reply.conversation_id

    export_one(store, store.call(cut), tmp_path / "a.md", "markdown")
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "x = 1\n```\n\n*You stopped this answer here.*" in text


class Loads(HTMLParser):
    """Everything in a page that could run or be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "iframe", "object", "embed", "link", "video", "audio"}:
            self.found.append(tag)
        self.found += [
            name for name, _ in attributes if name.startswith("on") or name in {"src", "background"}
        ]


def test_one_conversation_as_a_page_that_loads_and_runs_nothing(store: StoreThread, tmp_path: Path) -> None:
    talk = store.call(fill)
    export_one(store, talk, tmp_path / "a.html", "html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    page = Loads()
    page.feed(text)
    assert page.found == []
    assert "default-src 'none'" in text
    assert "<strong>bold</strong>" in text
    assert "&lt;script&gt;" in text
    assert "[image: p]" in text
    assert "Why &lt;b&gt;?" in text
    assert "url(" not in text


def test_all_conversations_as_a_zip_of_pages(store: StoreThread, tmp_path: Path) -> None:
    store.call(fill)
    store.call(lambda memory: exchange(memory, conversation_id=memory.create_conversation("second").id))
    list(export_all(store, tmp_path / "all.zip", "html"))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        names = sorted(archive.namelist())
    assert names == [
        "2026-03-01 second (2).html",
        "2026-03-01 second.html",
        "Weather daily/2026-03-01 Räin & tags.html",
    ]


def test_a_failed_export_leaves_the_old_file_alone(store: StoreThread, tmp_path: Path) -> None:
    store.call(fill)
    path = tmp_path / "all.json"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(UsageError):
        list(export_all(store, path, "json", stopped=lambda: True))
    assert path.read_text(encoding="utf-8") == "precious"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["all.json"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a/b\\c:d*e?f", "a b c d e f.md"),
        ("...", "conversation.md"),
        ("", "conversation.md"),
        ("x" * 200, "x" * 60 + ".md"),
        ("../../etc/passwd", "etc passwd.md"),
        ("Räin", "Räin.md"),
    ],
)
def test_file_names_are_safe(title: str, name: str) -> None:
    assert file_name(title, "markdown") == name

"""``attune search``, ``export`` and ``import`` as a person or a script uses them."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.test_cli import Terminal, data, store, terminal
from tests.memory.builders import exchange

if TYPE_CHECKING:
    from memory.store import Store

__all__ = ["data", "store", "terminal"]
FILES = Path(__file__).parent / "transfers"


@pytest.fixture
def library(terminal: Terminal, store: Store) -> Terminal:
    talk = store.create_conversation("Growing tomatoes")
    exchange(store, conversation_id=talk.id, question="When do I plant?", reply="After the *last* frost.")
    exchange(store, conversation_id=store.create_conversation("Jazz").id, question="hm", reply="yes")
    store.close()
    return terminal


def test_search_prints_titles_with_what_was_found(library: Terminal) -> None:
    code, out, err = library.run("search", "frost", "last")
    assert (code, err) == (0, "")
    assert out == "2026-01-01  Growing tomatoes\n            Attune: After the *last* frost.\n"
    code, out, err = library.run("search", "nothinglikeit")
    assert (code, out) == (1, "")
    assert err == "attune: Nothing was found for “nothinglikeit”.\n"


def test_search_for_scripts(library: Terminal) -> None:
    assert library.run("search", "--json", '"frost last')[1] == ""
    _, out, _ = library.run("search", "--json", "fros")
    (found,) = map(json.loads, out.splitlines())
    assert found["title"] == "Growing tomatoes"
    assert [(hit["role"], hit["found"]) for hit in found["messages"]] == [("assistant", ["frost"])]


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.md", b"# Growing tomatoes"), ("a.html", b"<!DOCTYPE"), ("a.json", b"{")],
)
def test_one_conversation_is_exported_by_its_title(
    library: Terminal, tmp_path: Path, name: str, begins: bytes
) -> None:
    path = tmp_path / name
    code, out, err = library.run("export", "growing", "--out", str(path))
    assert (code, err) == (0, "")
    assert out == f"“Growing tomatoes” is saved in {path}.\n"
    assert path.read_bytes().startswith(begins)


def test_a_pdf_is_made_without_a_screen(library: Terminal, data: Path, tmp_path: Path) -> None:
    # In a process of its own: the Qt application it makes is not the one that tests of the window need.
    arguments = ("--data-dir", str(data), "export", "jazz", "--out", str(tmp_path / "a.pdf"))
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_all_go_out_and_come_in_elsewhere(library: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    assert library.run("export", "--out", str(path))[1] == f"2 conversations are saved in {path}.\n"
    pages = tmp_path / "all.zip"
    assert library.run("export", "--out", str(pages), "--format", "html")[0] == 0
    with zipfile.ZipFile(pages) as archive:
        assert len(archive.namelist()) == 2
    elsewhere = ("--data-dir", str(tmp_path / "elsewhere"))
    code, out, _ = library.run("import", str(path), *elsewhere)
    assert (code, out.split(".")[0]) == (0, "2 conversations added, 4 messages")
    assert library.run("import", str(path), *elsewhere)[1] == "Nothing new was added. 2 were here already.\n"
    code, out, _ = library.run(
        "import", str(FILES / "chatgpt.json"), str(FILES / "open-webui.json"), *elsewhere
    )
    assert code == 1
    first, second = out.splitlines()
    assert first.startswith("chatgpt.json: 2 conversations added")
    assert "1 could not be read." in first
    assert second.startswith("open-webui.json: 2 conversations added")
    assert library.run("search", "bread", *elsewhere)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("export", "--out", "a.txt"), "does not say which format"),
        (("export", "--out", "a.md"), "All conversations go into one .json"),
        (("export", "--out", "a.json", "--format", "html"), "All conversations go into one .json"),
        (("export", "nothing", "--out", "a.md"), "No conversation is called “nothing”"),
        (("import", "missing.json"), "There is no file"),
    ],
)
def test_what_can_t_be_done_is_one_sentence(
    library: Terminal, arguments: tuple[str, ...], sentence: str
) -> None:
    code, out, err = library.run(*arguments)
    assert code in (1, 2)
    assert out == ""
    assert sentence in err
    assert len(err.strip().splitlines()) == 2

"""JSON lines after a kill: what was cut short is none, and what comes after is whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from engine.json_lines import append, rows

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_come_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows.jsonl"
    assert rows(path) == []
    for i in range(3):
        append(path, {"n": i, "text": "ü\nx"})
    assert rows(path) == [{"n": i, "text": "ü\nx"} for i in range(3)]
    assert path.read_bytes().count(b"\n") == 3


@pytest.mark.parametrize("kept", range(1, 14))
def test_a_line_cut_short_spoils_neither_what_is_before_nor_after(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "rows.jsonl"
    append(path, {"n": 1})
    with path.open("ab") as file:
        file.write(json.dumps({"n": "éé"}, ensure_ascii=False).encode()[:kept])
    whole = [{"n": 1}] if kept < len('{"n": "éé"}'.encode()) else [{"n": 1}, {"n": "éé"}]

    assert rows(path) == whole
    append(path, {"n": 3})
    assert rows(path) == [*whole, {"n": 3}]

"""``attune bench``: the same figures as a table, as JSON and in a document."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.cli import bench
from app.cli.arguments import make_parser
from app.cli.section import marks
from app.user_messages import UsageError
from engine.benchmark import Figure, Report
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from pathlib import Path

REPORT = Report(
    machine=(("Processor", "A fast one"), ("Threads", "2 of 4")),
    figures=(
        Figure("load", "s", 0.1634, 0.16, 0.2, 5),
        Figure("unguided", "tokens/s", 141.26, 139.0, 150.0, 5),
        Figure("unguided / bare", "", 0.9712, 0.96, 0.98, 5),
        Figure("memory unguided", "MiB", 363.6, 363.6, 363.6, 1),
    ),
)
BEGIN, END = marks("bench")
DOCUMENT = f"# Benchmarks\n\nProse.\n\n{BEGIN}\nold figures\n{END}\n\n## Quality\n"


def test_the_table_is_for_people() -> None:
    lines = bench.table(REPORT).splitlines()

    assert lines[0].split() == ["Processor", "A", "fast", "one"]
    assert lines[3].split() == ["load", "0.163", "s", "0.160", "to", "0.200"]
    assert lines[4].split() == ["unguided", "141.3", "tokens/s", "139.0", "to", "150.0"]
    assert lines[5].split() == ["unguided", "/", "bare", "0.971", "0.960", "to", "0.980"]
    assert lines[6].split() == ["memory", "unguided", "364", "MiB"]


def test_the_markdown_has_a_date_the_machine_and_a_row_a_figure() -> None:
    text = bench.markdown(REPORT, date(2026, 1, 31))

    assert text.startswith("Measured on 2026-01-31: processor A fast one; threads 2 of 4.\n")
    assert "| unguided | 141.3 tokens/s | 139.0 to 150.0 |" in text
    assert "| unguided / bare | 0.971 | 0.960 to 0.980 |" in text


def test_the_json_has_every_figure() -> None:
    assert json.loads(json.dumps(bench.as_json(REPORT))) == {
        "machine": {"Processor": "A fast one", "Threads": "2 of 4"},
        "figures": {
            f.name: {"unit": f.unit, "median": f.median, "low": f.low, "high": f.high, "runs": f.runs}
            for f in REPORT.figures
        },
    }


def test_a_run_prints_one_object_and_replaces_only_what_stands_between_the_markers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = TinyModel().write(tmp_path / "tiny.gguf")
    document = tmp_path / "benchmarks.md"
    document.write_text(DOCUMENT, encoding="utf-8")
    arguments = ["bench", "--json", "--runs", "1", "--threads", "1", "--model", str(model)]
    options = make_parser().parse_args([*arguments, "--write", str(document)])

    assert bench.run(options) == 0

    printed = capsys.readouterr()
    figures = json.loads(printed.out.splitlines()[-1])["figures"]
    assert figures["unguided"]["median"] > 0
    assert "decoding, round 1 of 1" in printed.err
    written = document.read_text(encoding="utf-8")
    assert written.startswith(f"# Benchmarks\n\nProse.\n\n{BEGIN}\nMeasured on ")
    assert written.endswith(f"|\n{END}\n\n## Quality\n")
    assert "old figures" not in written
    assert f"| unguided | {figures['unguided']['median']:.1f} tokens/s |" in written


@pytest.mark.parametrize("content", ["no markers", f"{BEGIN} only one", f"{END}{BEGIN}"])
def test_a_document_without_a_place_is_refused_before_anything_is_measured(
    tmp_path: Path, content: str
) -> None:
    document = tmp_path / "other.md"
    document.write_text(content, encoding="utf-8")

    with pytest.raises(UsageError):
        bench.run(make_parser().parse_args(["bench", "--write", str(document)]))
    assert document.read_text(encoding="utf-8") == content


def test_no_runs_are_refused() -> None:
    with pytest.raises(UsageError):
        bench.run(make_parser().parse_args(["bench", "--runs", "0"]))

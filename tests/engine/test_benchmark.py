"""The benchmark measures every way of decoding, in a model of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.benchmark import Figure, Report, measure
from engine.errors import ModelFileError
from engine.protocol import Load

if TYPE_CHECKING:
    from pathlib import Path

    from engine.principles import Principle


@pytest.fixture(scope="module")
def stages() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report(tiny_path: Path, principles: dict[str, Principle], stages: list[str]) -> Report:
    load = Load(1, str(tiny_path), context_length=512, threads=1)
    return measure(load, tuple(principles.values()), runs=3, tokens=8, paper=True, on_progress=stages.append)


def test_every_figure_is_there_with_its_unit(report: Report) -> None:
    ways = ["unguided", "teacher 1", "teacher 2", "teacher 3"]
    expected = {
        "load": "s",
        **{f"first token, {way}": "s" for way in ways},
        **dict.fromkeys(["bare", *ways], "tokens/s"),
        "unguided / bare": "",
        **{f"{way} / unguided": "" for way in ways[1:]},
        "features of a reply, 12 principles": "s",
        "memory unguided": "MiB",
        "memory teacher 3": "MiB",
        "memory teacher 3 / unguided": "",
        "PAD unguided": "tokens/s",
        "PAD": "tokens/s",
        "PAD / PAD unguided": "",
        "teacher 1 / PAD": "",
        "memory PAD unguided": "MiB",
        "memory PAD": "MiB",
        "memory PAD / PAD unguided": "",
    }

    assert {figure.name: figure.unit for figure in report.figures} == expected


def test_figures_are_medians_of_their_rounds(report: Report) -> None:
    for figure in report.figures:
        assert 0 < figure.low <= figure.median <= figure.high
        assert figure.runs == (1 if figure.name.startswith("memory") else 3)
    assert report.median("unguided / bare") < 1.5
    assert 20 < report.median("memory unguided") < 2000


def test_the_machine_is_named(report: Report, tiny_path: Path) -> None:
    facts = dict(report.machine)

    assert all(facts.values())
    assert facts["Threads"].startswith("1 of ")
    assert tiny_path.name in facts["Model"]
    assert facts["llama-cpp-python"] == "0.3.36"


def test_progress_tells_every_round(report: Report, stages: list[str]) -> None:
    assert sum(stage.startswith("decoding, round") for stage in stages) == 3
    assert sum(stage.startswith("the published loop, round") for stage in stages) == 3
    assert len(set(stages)) == len(stages)


def test_a_model_that_cannot_be_loaded_is_an_error(tmp_path: Path, principles: dict[str, Principle]) -> None:
    with pytest.raises(ModelFileError):
        measure(Load(1, str(tmp_path / "none.gguf")), tuple(principles.values()), runs=1)


def test_a_figure_that_was_not_measured_is_no_figure() -> None:
    report = Report((), (Figure("load", "s", 1.0, 0.5, 2.0, 3),))

    assert report.median("load") == 1.0
    with pytest.raises(KeyError):
        report.median("first token")

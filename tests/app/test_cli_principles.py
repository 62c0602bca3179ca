"""Preferences of one's own and calibration in the terminal."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app import composition
from app.__main__ import main
from app.cli import ask, calibrate
from engine.protocol import Calibrate, Generate
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from engine.protocol import Command


class Terminal:
    """Runs ``attune`` and keeps what the engines were asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.seen: list[Command] = []
        self.opposite = "Answer like a clerk."
        self.heads: tuple[str, ...] = ()
        for module in (composition, ask, calibrate):
            monkeypatch.setattr(module, "make_engine", self._make_engine)

    def _make_engine(self, *_: object, **__: object) -> FakeEngineClient:
        engine = FakeEngineClient(heads=self.heads)
        engine.behaviour.opposite = self.opposite
        engine.behaviour.seen = self.seen
        return engine

    def run(self, *arguments: str) -> tuple[int, str, str]:
        with Path(os.devnull).open(encoding="utf-8") as nothing:
            self._monkeypatch.setattr(sys, "stdin", nothing)
            code = main(arguments)
        out, err = self._capsys.readouterr()
        return code, out, err


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def test_one_is_written_used_listed_and_deleted(terminal: Terminal) -> None:
    code, out, err = terminal.run("principles", "add", "Answer like a pirate.")
    assert (code, err) == (0, "")
    assert "Not pirate … Pirate" in out
    assert "− Answer like a clerk." in out
    name = re.search(r"own_\w+", out)[0]
    code, out, _ = terminal.run("principles", "list")
    assert code == 0
    assert f"{name}  Not pirate … Pirate  (yours)" in out
    assert "Detailed … Concise" in out
    assert terminal.run("ask", "Why?", "--set", f"{name}=1.0", "--seed", "1")[::2] == (0, "")
    asked = [c for c in terminal.seen if isinstance(c, Generate)][-1]
    assert [w.principle.positive.instruction for w in asked.guidance.weights] == ["Answer like a pirate."]
    assert terminal.run("principles", "remove", "pirate")[0] == 0
    assert name not in terminal.run("principles")[1]


def test_both_ends_can_be_said(terminal: Terminal) -> None:
    code, out, _ = terminal.run(
        "principles",
        "add",
        "Rhyme.",
        "--opposite",
        "Never rhyme.",
        "--name",
        "Verse",
        "--opposite-name",
        "Prose",
    )
    assert code == 0
    assert "Prose … Verse" in out
    assert not [c for c in terminal.seen if isinstance(c, Generate)], "nothing had to be proposed"


def test_what_cannot_be_is_said_in_a_sentence(terminal: Terminal) -> None:
    assert terminal.run("principles", "remove", "nothing")[2].startswith(
        "attune: There is no single preference"
    )
    terminal.opposite = ""
    _, out, err = terminal.run("principles", "add", "Answer like a pirate.")
    assert "--opposite says another" in err
    assert "Never do this: Answer like a pirate." in out


def test_calibration_takes_own_principles_along_and_does_as_much_as_before(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.run("principles", "add", "Rhyme.", "--opposite", "Never rhyme.")
    assert terminal.run("calibrate", "--plain", "7", "--pairs", "2")[0] == 0
    assert terminal.run("calibrate")[0] == 0
    first, second = (c for c in terminal.seen if isinstance(c, Calibrate))
    assert "Rhyme." in {p.positive.instruction for p in first.principles}
    assert (second.plain, second.pairs_per_principle) == (7, 2)


def test_what_is_tuned_already_is_tuned_anew_only_when_asked(terminal: Terminal, tmp_path: Path) -> None:
    heads, work = tmp_path / "heads", ("--work", str(tmp_path / "work"))
    assert terminal.run("calibrate", "--plain", "7", "--out", str(heads), *work)[0] == 0
    terminal.heads = (str(heads),)
    terminal.seen.clear()

    def asked(*arguments: str) -> tuple[int, str, int]:
        code, out, _ = terminal.run("calibrate", "--out", str(heads), *arguments)
        return code, out, sum(isinstance(command, Calibrate) for command in terminal.seen)

    elsewhere = ("--work", str(tmp_path / "elsewhere"))
    for where in (elsewhere, work):
        code, out, count = asked(*where)
        assert (code, count) == (0, 0)
        assert "already" in out
    assert not (tmp_path / "elsewhere").exists()
    assert asked(*work, "--plain", "9")[2] == 1
    terminal.run("principles", "add", "Rhyme.", "--opposite", "Never rhyme.")
    assert asked(*work)[2] == 2


def test_a_calibration_at_size_goes_on_at_that_size(terminal: Terminal) -> None:
    assert terminal.run("calibrate", "--at-size", "300", "--seed", "2")[0] == 0
    assert terminal.run("calibrate")[0] == 0
    assert [(c.at_size, c.seed) for c in terminal.seen if isinstance(c, Calibrate)] == [(300, 2)] * 2


def test_a_head_to_keep_is_taken_along_and_one_that_is_not_there_is_said(
    terminal: Terminal, tmp_path: Path
) -> None:
    head = tmp_path / "a.safetensors"
    code, _, err = terminal.run("calibrate", "--keep", str(head))
    assert code != 0
    assert f"There is no head file {head}." in err
    assert not terminal.seen
    head.touch()
    assert terminal.run("calibrate", "--keep", str(head), "--trials", "5")[0] == 0
    (asked,) = (c for c in terminal.seen if isinstance(c, Calibrate))
    assert (asked.keep, asked.trials) == (str(head), 5)

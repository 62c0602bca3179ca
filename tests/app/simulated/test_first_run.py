"""Five answers of simulated users foresee what they like, and the simulation learns what the memory learns."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.cli.arguments import make_parser
from app.cli.eval_first_run import run
from app.cli.section import marks
from app.first_run import Answer, keep_answer, load_pairs, posterior_of
from app.simulated.first_run import KNOWN, WRITTEN, Figure, draw_tastes, measure
from app.simulated.ratings import Clock
from app.user_messages import UsageError
from engine.calibration.checkers import CHECKERS
from engine.principles import load_principles
from memory.learning import to_theta, to_weight
from memory.store import Store
from resources import PRINCIPLES

if TYPE_CHECKING:
    from pathlib import Path

    from memory.learning import Array

NAMES = [principle.name for principle in load_principles(PRINCIPLES) if not principle.fixed]
PAIRS = load_pairs("en")


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], Figure]:
    measured = measure(PAIRS, NAMES, {}, [], users=600, seed=11)
    return {(f.tastes, f.choice): f for f in measured if f.held_out == WRITTEN and f.decisive}


@pytest.mark.parametrize("tastes", KNOWN)
def test_five_answers_foresee_seventy_percent_and_more_than_five_random_ones(
    tastes: str, figures: dict[tuple[str, str], Figure]
) -> None:
    chosen, random = figures[tastes, "information"].accuracy, figures[tastes, "random"].accuracy
    assert chosen.value >= 0.70
    assert chosen.value - chosen.half > random.value + random.half
    assert chosen.value > figures[tastes, "random bold"].accuracy.value > random.value
    assert figures[tastes, "none"].accuracy.value == 0.5


def test_the_simulation_learns_what_the_memory_learns() -> None:
    answers = [Answer(pair, 1 if number % 2 else -1) for number, pair in enumerate(PAIRS[:5])]
    with closing(Store.in_memory(clock=Clock())) as store:
        store.sync_principles(
            tuple((p.name, p.poles_hash) for p in load_principles(PRINCIPLES) if not p.fixed)
        )
        for answer in answers:
            keep_answer(store, answer)
        kept = [weight.mean for weight in store.preferences("any").weights]
    learned = posterior_of(answers, NAMES).mean[: len(NAMES)]
    assert kept == pytest.approx([to_weight(theta) for theta in learned], abs=1e-4)
    assert np.abs(learned).max() > 0.1


def test_few_tastes_are_strong_and_related_ones_go_together() -> None:
    numbers = np.random.default_rng(0)
    independent, related = (draw_tastes(tastes, 4000, PAIRS, NAMES, numbers) for tastes in KNOWN[:2])
    for drawn in (independent, related):
        strong = (np.abs(drawn) >= to_theta(0.75)).sum(axis=1)
        assert set(strong.tolist()) == {2, 3, 4}
    simple, formal = NAMES.index("simple"), NAMES.index("formal")

    def opposed(drawn: Array) -> float:
        both = drawn[(np.abs(drawn[:, [simple, formal]]) >= to_theta(0.75)).all(axis=1)]
        return float(np.mean(both[:, simple] * both[:, formal] < 0))

    assert opposed(independent) == pytest.approx(0.5, abs=0.1)
    assert opposed(related) > 0.65


def test_the_command_writes_its_table_and_holds_out_replies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, replies = tmp_path / "figures.md", tmp_path / "users.jsonl"
    document.write_text("before\n" + "\n".join(marks("eval first-run")) + "\nafter\n")
    replies.write_text("\n".join(_rows()) + "\n")
    options = make_parser().parse_args(
        ["eval", "first-run", "--users", "20", "--replies", str(replies), "--write", str(document)]
    )
    assert run(options) == 0
    shown = capsys.readouterr().out
    assert shown.count("replies of the model, told apart clearly") == 4
    text = document.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert shown.strip() in text
    assert (
        f"{len(PAIRS)} written pairs, 20 users of each kind, 30 replies to 10 questions read by v, seed 0"
        in text
    )


@pytest.mark.parametrize("arguments", [["--users", "1"], ["--replies", "missing.jsonl"]])
def test_too_little_is_said(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        run(make_parser().parse_args(["eval", "first-run", *arguments]))


def _rows() -> list[str]:

    numbers = np.random.default_rng(3)
    vector = base64.b64encode(np.ones(4, dtype="<f4").tobytes()).decode()
    rows = []
    for question in range(10):
        known = {"id": f"q{question}", "situation": "code", "text": "Why?", "embedder": "e", "vector": vector}
        rows.append(json.dumps({"kind": "question", **known}))
        for number in range(3):
            text = PAIRS[question].first if number else PAIRS[question].second
            reply = {
                "question": f"q{question}",
                "number": number,
                "text": text,
                "features": {name: float(numbers.normal(0, 0.2)) for name in NAMES},
                "mean_base_logprob": -0.8,
                "tokens": len(text.split()),
                "version": "v",
                "checks": {name: check(text) for name, check in CHECKERS.items()},
            }
            rows.append(json.dumps({"kind": "reply", **reply}))
    return rows

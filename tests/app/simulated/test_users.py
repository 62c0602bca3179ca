"""Simulated users over the fake engine: what they rate, what is measured, and that one leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.assistant import Assistant
from app.cli.eval_users import Progress
from app.simulated.figures import at, mean_of, recovered, tables, win_rate
from app.simulated.plots import draw
from app.simulated.ratings import Clock, Rating, fill
from app.simulated.replies import Core, RunFile, sample
from app.simulated.tastes import USERS, Judge, User, thumb, usual
from app.simulated.wins import Win, answers
from app.store_thread import StoreThread
from app.user_messages import UsageError
from engine.principles import load_principles
from memory.store import Store
from resources import PRINCIPLES
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROMPTS = [(f"q{n}", ("code", "letters")[n % 2], f"Question number {n} about things") for n in range(24)]
BRIEF = User("brief", "monotone", {"concise": 1.0}, wrong=0.0)


@contextmanager
def running() -> Iterator[Core]:
    engine = FakeEngineClient()
    store = StoreThread(lambda: Store.in_memory(clock=Clock()))
    assistant = Assistant(store, engine, load_principles(PRINCIPLES))
    yield Core(engine, store, assistant)
    assistant.close()
    engine.close()
    store.close()


@pytest.fixture
def core() -> Iterator[Core]:
    with running() as made:
        if command := made.engine.pending_load():
            made.engine.call(command)
        yield made


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("users") / "users.jsonl"
    with running() as core:
        assert list(sample(core, RunFile(path), PROMPTS, 3, 96))[-1] == 1.0
    return path.read_text(encoding="utf-8")


@pytest.fixture
def file(sampled: str, tmp_path: Path) -> RunFile:
    (tmp_path / "users.jsonl").write_text(sampled, encoding="utf-8")
    return RunFile(tmp_path / "users.jsonl")


@pytest.fixture
def rating(core: Core, file: RunFile) -> Rating:
    questions, replies = file.questions(), file.replies()
    stored = core.store.call(lambda store: fill(store, core.assistant.principles.all, questions, replies))
    return Rating(core.store, stored, questions, replies)


def test_there_is_a_user_of_every_kind_and_each_likes_what_can_be_counted() -> None:
    assert len(USERS) >= 8
    kinds = {"monotone", "contextual", "contradictory", "changing", "noisy", "indifferent"}
    assert {user.kind for user in USERS} == kinds


def test_replies_are_varied_and_sampled_once(core: Core, file: RunFile, tmp_path: Path) -> None:
    replies = file.replies()
    assert len(replies) == 3 * len(PROMPTS)
    assert len({reply.text for reply in replies}) > 2 * len(PROMPTS)
    lines = (tmp_path / "users.jsonl").read_text().splitlines()
    (tmp_path / "users.jsonl").write_text("\n".join(lines[:-2]) + "\n" + lines[-1][:20])  # killed here
    list(sample(core, file, PROMPTS, 3, 96))
    assert file.replies() == replies[:-2] + replies[-2:]
    assert core.assistant.counts().messages == 0


def test_replies_of_another_model_are_not_mixed_in(core: Core, file: RunFile) -> None:
    row = file.rows("reply")[0]
    file.add("reply", {**row, "version": "another"})
    with pytest.raises(UsageError):
        list(sample(core, file, PROMPTS, 3, 96))


def test_a_judge_likes_more_of_what_is_liked_and_nothing_without_end(file: RunFile) -> None:
    judge, question = Judge(file.replies()), next(iter(file.questions().values()))
    checks = dict(file.replies()[0].checks)
    likings = [
        judge.liking(BRIEF, question, {**checks, "concise": -float(words)}) for words in (5, 20, 60, 10**6)
    ]
    assert likings == sorted(likings, reverse=True)
    assert likings[-1] == -2.5
    turned = replace(BRIEF, later={"concise": -1.0})
    assert judge.liking(turned, question, checks, later=True) == -judge.liking(turned, question, checks)


def test_thumbs_are_as_wrong_as_said() -> None:
    numbers = np.random.default_rng(0)
    for wrong in (0.0, 0.3):
        user = replace(BRIEF, wrong=wrong)
        ups = np.mean([thumb(3.0, 0.0, user, numbers) > 0 for _ in range(2000)])
        assert ups == pytest.approx(1 - wrong, abs=0.03)
    assert usual(np.array([0.0, 1.0, 5.0]), np.array([2.0, 4.0])) == 2.0


def test_held_out_questions_are_never_rated(rating: Rating) -> None:
    for resample in range(3):
        rated, held_out = rating.split(BRIEF, resample)
        assert not {r.question for r in rated} & {r.question for r in held_out}
        assert len(rated) + len(held_out) == 3 * len(PROMPTS)
        first = [reply.question for reply in rated[: len({r.question for r in rated})]]
        assert len(set(first)) == len(first)


def test_a_simple_taste_is_learned_and_leaves_nothing_behind(core: Core, rating: Rating) -> None:
    before = core.assistant.preferences()
    points = [point for resample in range(2) for point in rating.points(BRIEF, resample, (0, 4, 40))]
    assert at(points, "brief", 0).value == 0.5
    assert at(points, "brief", 40).value > 0.8
    assert core.assistant.preferences().used() == before.used() == {}
    assert core.assistant.counts().feedback == 0


def test_a_change_of_mind_is_followed(rating: Rating) -> None:
    user = replace(BRIEF, name="turned", later={"concise": -1.0})
    points = list(rating.points(user, 0, (0, 30)))
    found = recovered(points, "turned")
    assert [later for later, _ in found] == [4, 8, 11, 15]
    assert found[-1][1].value >= max(0.8, found[0][1].value)


def test_guided_answers_are_asked_once_for_the_same_weights(
    core: Core, rating: Rating, file: RunFile
) -> None:
    wins = list(answers(core, rating, file, (BRIEF,), (0, 30), 4, 96))
    assert [win.thumbs for win in wins] == [0, 30] * 4
    assert {win.won for win in wins if not win.thumbs} == {0.5}
    assert win_rate(wins, "brief", 30).value > 0.5
    asked = len(core.engine.behaviour.seen)  # type: ignore[attr-defined]
    again = list(answers(core, rating, file, (BRIEF,), (0, 30), 4, 96))
    assert again == wins
    assert len(core.engine.behaviour.seen) == asked  # type: ignore[attr-defined]


def test_figures_say_how_sure_they_are(rating: Rating, tmp_path: Path) -> None:
    assert mean_of([]).percent() == "–"
    assert mean_of([0.5, float("nan"), 0.7]).percent() == "60 ± 20"
    users = [user for user in USERS if user.kind in ("changing", "indifferent", "contradictory")]
    points = [
        point for user in users for resample in range(2) for point in rating.points(user, resample, (0, 10))
    ]
    wins = [Win("brief", 10, "q1", 1.0), Win("brief", 10, "q2", 0.5)]
    shown = tables(points, wins)
    for user in users:
        assert user.name in shown
    assert "75 ± 49" in shown
    drawn = draw(points, wins, tmp_path / "images")
    assert [path.name for path in drawn] == [
        "users-accuracy.svg",
        "users-context.svg",
        "users-reversal.svg",
        "users-wins.svg",
    ]
    assert all(path.stat().st_size > 5000 for path in drawn)


def test_the_window_does_not_know_the_plotting_library() -> None:
    code = "import app.window, app.cli.eval_users, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0


def test_progress_is_a_line_for_each_tenth_where_no_terminal_shows_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = Progress("Rating")
    for number in range(1, 41):
        progress(number / 40)
    assert capsys.readouterr().err.splitlines() == [f"Rating {percent}%" for percent in range(10, 101, 10)]

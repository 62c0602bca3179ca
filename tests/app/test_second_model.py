"""A second model that reads preferences: from the command line and a model’s parameters to engine and features."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.cli.arguments import make_parser, settings_of
from app.composition import build, make_engine
from app.reward_choice import features_version, guiding, scoring, traced
from app.settings import Settings
from app.user_messages import UsageError
from engine.models.library import Library
from engine.models.parameters import Parameters
from engine.principles import load_principles, reward_version
from engine.protocol import Load, Loaded, Score, SecondModel
from memory.store import Store
from resources import PRINCIPLES
from tests.fakes import FakeEngineClient
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = load_principles(PRINCIPLES)
LOADED = Loaded("Model", "llama", "0" * 64, 1, 1, 1, 4096, "CPU", 0.1)
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A model, a smaller one with its vocabulary, and one with another."""
    folder = tmp_path_factory.mktemp("second")
    shapes = {
        "model": TinyModel(),
        "sibling": TinyModel(width=32, layers=1, seed=5),
        "other": TinyModel(vocabulary=512, width=32, layers=1),
    }
    return {name: shape.write(folder / f"{name}.gguf") for name, shape in shapes.items()}


@pytest.fixture
def engine() -> Iterator[FakeEngineClient]:
    made = FakeEngineClient()
    yield made
    made.close()


def _load(settings: Settings) -> Load:
    engine = make_engine(settings)
    load = engine.pending_load()
    engine.close()
    assert load is not None
    return load


@pytest.mark.parametrize("use", ["teacher", "reward"])
def test_what_the_command_line_names_reaches_the_engine(
    tmp_path: Path, files: dict[str, Path], use: str
) -> None:
    option = {"teacher": "--teacher", "reward": "--reward-model"}[use]
    arguments = ["ask", "Why?", "--model", str(files["model"]), option, str(files["sibling"])]
    settings = settings_of(make_parser().parse_args([*arguments, "--data-dir", str(tmp_path)]))
    assert _load(settings).second == SecondModel(str(files["sibling"]), use)  # type: ignore[arg-type]


def test_the_command_line_names_one_at_most(tmp_path: Path) -> None:
    arguments = ["ask", "Why?", "--teacher", "a.gguf", "--reward-model", "b.gguf"]
    with pytest.raises(UsageError) as caught:
        settings_of(make_parser().parse_args([*arguments, "--data-dir", str(tmp_path)]))
    assert caught.value.user_message == "--teacher and --reward-model can’t be used together."


def test_what_a_models_parameters_name_reaches_the_engine_unless_the_command_line_differs(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    library = Library(tmp_path / "models")
    library.add(files["model"])
    library.choose(str(files["model"]))
    library.change(str(files["model"]), parameters=Parameters(reward_model=str(files["sibling"])))
    assert _load(Settings(data_dir=tmp_path)).second == SecondModel(str(files["sibling"]), "reward")
    given = Settings(data_dir=tmp_path, teacher=files["sibling"])
    assert _load(given).second == SecondModel(str(files["sibling"]), "teacher")


def test_another_model_is_not_given_the_second_model_of_this_run(
    tmp_path: Path, files: dict[str, Path], engine: FakeEngineClient
) -> None:
    attune = build(Settings(data_dir=tmp_path, teacher=files["sibling"]), engine=engine)
    attune.models.switch(str(files["other"]), attune.assistant)
    loads = [c for c in engine.behaviour.seen if isinstance(c, Load)]
    attune.close()
    assert loads[-1].path == str(files["other"])
    assert loads[-1].second is None


def test_a_second_model_was_chosen_by_hand_so_it_goes_before_the_head() -> None:
    headed = replace(LOADED, head_version="head-1/abc")
    second = replace(headed, second_name="Small", second_version="teacher@0123")
    assert (guiding(None, headed), scoring(headed)) == ("head", "head")
    assert (guiding(None, second), scoring(second)) == ("teacher", "teacher")
    assert guiding("head", second) == "head"
    versions = {
        features_version(loaded, ALL)
        for loaded in (LOADED, headed, second, replace(second, second_version="reward@0123"))
    }
    assert len(versions) == 4
    assert [traced("teacher", loaded) for loaded in (None, LOADED, second)] == [
        "teacher", "teacher", "teacher@0123",
    ]  # fmt: skip
    assert traced("none", second) == "none"


def test_replies_are_guided_scored_and_traced_by_the_second_model_and_scored_again_without_it(
    tmp_path: Path, files: dict[str, Path], engine: FakeEngineClient
) -> None:
    attune = build(Settings(data_dir=tmp_path), engine=engine)
    assistant, models = attune.assistant, attune.models
    models.library.add(files["model"])
    models.switch(str(files["model"]), assistant)
    assistant.set_preference("warm", 0.5)
    conversation = assistant.new_conversation()

    def ask() -> Any:
        last = list(assistant.answer(conversation.id, "why?"))[-1]
        assert assistant.settle(10)
        return last.turn  # type: ignore[union-attr]

    alone = ask()
    assistant.rate(alone.message.id, 1)
    assert models.set_parameters(str(files["model"]), Parameters(teacher=str(files["sibling"])), assistant)
    assert list(models.reload())
    assert assistant.settle(10)
    beside = ask()
    assistant.rate(beside.message.id, 1)
    assert assistant.settle(10)
    attune.close()

    assert (alone.trace.reward, beside.trace.reward[:8]) == ("teacher", "teacher@")
    assert {c.reward for c in engine.behaviour.seen if isinstance(c, Score)} == {"teacher"}
    store = Store.open(tmp_path, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    tunable = tuple(p for p in ALL if not p.fixed)
    versions = [
        reward_version(reward, beside.trace.model_id, tunable) for reward in ("teacher", beside.trace.reward)
    ]
    scored = [
        [store.features(turn.message.id, version) is not None for version in versions]
        for turn in (alone, beside)
    ]
    store.close()
    # The first keeps what it had and was read again by the teacher of now; the second was read by that one alone.
    assert scored == [[True, True], [False, True]]


def _attune(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "ATTUNE_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_terminal_asks_two_real_models_and_refuses_another_vocabulary(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    common = (
        *("ask", "bade kilo?", "--model", str(files["model"]), "--data-dir", str(tmp_path)),
        *("--set", "warm=1", "--json", "--seed", "1", "--max-tokens", "12", "--no-features", "--fresh"),
    )
    tokens = {}
    for name, more in (
        ("alone", ()),
        ("sibling", ("--teacher", str(files["sibling"]))),
        ("unguided", ("--teacher", str(files["sibling"]), "--strength", "0")),
        ("plain", ("--strength", "0")),
    ):
        done = _attune(*common, *more)
        assert (done.returncode, done.stderr) == (0, "")
        record = json.loads(done.stdout.splitlines()[-1])
        tokens[name] = record["text"]
        assert record["reward"].startswith("teacher@" if "--teacher" in more else "teacher")
    assert tokens["sibling"] != tokens["alone"]
    assert tokens["unguided"] == tokens["plain"] != tokens["alone"]

    done = _attune(*common, "--reward-model", str(files["other"]))
    assert done.returncode == 1
    assert "other.gguf can’t read along with model.gguf: it" in done.stderr
    assert "Choose a model of the same family" in done.stderr

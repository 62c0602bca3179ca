"""Small parts of the core: settings, the memory thread, prompts, and a sentence for every error."""

from __future__ import annotations

import errno
import itertools
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.composition import build
from app.feedback import shifts
from app.prompting import guidance_of, prompt_of
from app.settings import Settings, read_settings
from app.store_thread import StoreThread
from app.user_messages import ENVIRONMENT_ERRORS, UsageError, explain
from engine.errors import BadPrincipleError, BadRequestError, EngineError
from engine.principles import load_principles
from memory.errors import DataDirectoryError, MemoryStoreError
from memory.records import LearnedWeight, Message, Preferences
from memory.store import Store
from resources import PRINCIPLES
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = load_principles(PRINCIPLES)


def tree(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for kind in root.__subclasses__():
        yield from tree(kind)


# Errors


@pytest.mark.parametrize("kind", [*tree(EngineError), *tree(MemoryStoreError)])
def test_every_error_has_its_own_sentence_and_next_step(kind: type[EngineError | MemoryStoreError]) -> None:
    message, next_step = explain(kind("detail"))

    assert message == kind.user_message
    assert next_step == kind.next_step
    assert message.endswith(".")
    assert next_step.endswith(".")
    assert explain(kind("detail", user_message="Other.", next_step="Else."))[0] == "Other."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/secret"), "/secret"),
        (FileNotFoundError(errno.ENOENT, "No such file", "/gone"), "/gone"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/folder"), "Is a directory"),
        (UsageError("That is not how.", "Do it so."), "not how"),
    ],
)
def test_errors_of_the_environment_are_explained(error: Exception, words: str) -> None:
    message, next_step = explain(error)

    assert isinstance(error, ENVIRONMENT_ERRORS)
    assert words in message
    assert next_step.endswith(".")


def test_a_bug_is_no_environment_error() -> None:
    assert not isinstance(ValueError(), ENVIRONMENT_ERRORS)
    assert "inside Attune" in explain(ValueError())[0]


# Settings


def test_the_command_line_comes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_settings().data_dir == tmp_path / "data"
    monkeypatch.setenv("ATTUNE_CONTEXT_LENGTH", "1024")
    monkeypatch.setenv("ATTUNE_MODEL", "~/models/own.gguf")

    settings = read_settings(data_dir=tmp_path / "other", context_length=None)

    assert settings.data_dir == tmp_path / "other"
    assert settings.context_length == 1024
    assert settings.model == Path.home() / "models" / "own.gguf"


def test_without_a_word_data_lies_where_the_system_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATTUNE_DATA_DIR")

    assert read_settings().data_dir.name == "attune"
    assert read_settings().data_dir.is_absolute()


@pytest.mark.parametrize("name", ["CONTEXT_LENGTH", "REWARD", "THREADS"])
def test_a_setting_that_can_t_be_used_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"ATTUNE_{name}", "nonsense")

    with pytest.raises(UsageError) as caught:
        read_settings()

    assert name.lower() in caught.value.user_message
    assert f"ATTUNE_{name}" in caught.value.next_step


# The memory thread


def test_all_calls_run_on_one_thread_in_order(tmp_path: Path) -> None:
    thread = StoreThread(lambda: Store.open(tmp_path, clock=lambda: datetime.now(UTC)))
    seen = [thread.call(lambda store: threading.current_thread().name) for _ in range(3)]
    with pytest.raises(ZeroDivisionError):
        thread.call(lambda store: 1 / 0)
    seen.append(thread.call(lambda store: threading.current_thread().name))
    thread.close()

    assert len(set(seen)) == 1
    assert seen[0] != threading.current_thread().name
    with pytest.raises(MemoryStoreError, match="closed"):
        thread.call(lambda store: None)


def test_a_memory_that_can_t_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("occupied")

    with pytest.raises(DataDirectoryError):
        StoreThread(lambda: Store.open(tmp_path / "file", clock=lambda: datetime.now(UTC)))


def test_what_is_done_while_the_memory_opens_may_fail_and_so_may_the_memory(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with pytest.raises(ZeroDivisionError):
        build(settings, engine=FakeEngineClient(), meanwhile=lambda: 1 // 0)
    done: list[bool] = []
    build(settings, engine=FakeEngineClient(), meanwhile=lambda: done.append(True)).close()  # it let go
    assert done == [True]

    occupied = tmp_path / "occupied"
    (occupied / "attune.db").mkdir(parents=True)
    with pytest.raises(DataDirectoryError):
        build(Settings(data_dir=occupied), engine=FakeEngineClient(), meanwhile=lambda: done.append(True))
    assert done == [True, True]


# What the engine is told


def message(role: str, content: str) -> Message:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Message("id", "conversation", None, role, content, "complete", now)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.sampled_from(["", "word"]))))
def test_a_prompt_always_alternates_and_starts_with_the_user(turns: list[tuple[str, str]]) -> None:
    roles = [m.role for m in prompt_of([message(*turn) for turn in turns], "Be kind.")]

    assert roles[0] == "system"
    assert all(earlier != later for earlier, later in itertools.pairwise(roles))
    assert roles[1:2] in ([], ["user"])


def test_without_a_system_prompt_none_is_sent() -> None:
    assert [m.role for m in prompt_of([message("user", "Hi")], "")] == ["user"]


@given(st.dictionaries(st.sampled_from([p.name for p in ALL if not p.fixed]), st.floats(-1, 1)))
def test_guidance_carries_the_weights_and_the_values(weights: dict[str, float]) -> None:
    guidance = guidance_of(ALL, weights, "teacher", 1.0)

    assert {e.principle.name: e.weight for e in guidance.weights} == {n: w for n, w in weights.items() if w}
    assert guidance.values is not None
    assert guidance.values.fixed


@pytest.mark.parametrize("weight", [1.01, -2.0, float("nan"), float("inf")])
def test_weights_out_of_range_are_refused(weight: float) -> None:
    with pytest.raises(BadRequestError):
        guidance_of(ALL, {"warm": weight}, "teacher", 1.0)


@pytest.mark.parametrize("strength", [-0.1, 2.1, float("nan")])
def test_strength_out_of_range_is_refused(strength: float) -> None:
    with pytest.raises(BadRequestError):
        guidance_of(ALL, {}, "teacher", strength)


@pytest.mark.parametrize("name", ["", "kindness", "harmless_honest"])
def test_names_that_can_t_be_weighted_are_refused(name: str) -> None:
    with pytest.raises(BadPrincipleError) as caught:
        guidance_of(ALL, {name: 0.5}, "teacher", 1.0)

    assert f"“{name}”" in caught.value.user_message
    assert "concise" in caught.value.next_step


def preferences(**used: float) -> Preferences:
    weights = tuple(LearnedWeight(name, w, w, w, w, 1) for name, w in used.items())
    return Preferences(weights, 1.0, 1)


def test_shifts_are_sorted_by_size_and_leave_out_what_stayed() -> None:
    before, after = preferences(a=0.1, b=0.2, c=0.3), preferences(a=0.1, b=0.1, d=0.5)

    assert [(name, round(shift, 9)) for name, shift in shifts(before, after)] == [
        ("d", 0.5),
        ("c", -0.3),
        ("b", -0.1),
    ]
    assert shifts(after, after) == ()

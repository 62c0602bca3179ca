"""Every error of the engine has one root, one place, and something to say to the user."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import engine
from engine import errors
from engine.errors import EngineError


def family(root: type[EngineError]) -> list[type[EngineError]]:
    return [root, *(error for child in root.__subclasses__() for error in family(child))]


def engine_errors() -> list[type[EngineError]]:
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        importlib.import_module(module.name)
    return [error for error in family(EngineError) if error.__module__.startswith("engine.")]


def test_all_are_defined_where_the_window_process_finds_them() -> None:
    """It raises the class of ``engine.errors`` that a failure names, and imports nothing heavier."""
    assert [error.__name__ for error in engine_errors() if error.__module__ != errors.__name__] == []


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    lines = re.findall(r"^    ([│├└─ ]*)(\w+Error)\b", EngineError.__doc__ or "", re.MULTILINE)
    drawn = [(len(branches) // 4, name) for branches, name in lines]

    def tree(root: type[EngineError], depth: int = 0) -> list[tuple[int, str]]:
        children = [child for child in root.__subclasses__() if child.__module__.startswith("engine.")]
        return [(depth, root.__name__), *(row for child in children for row in tree(child, depth + 1))]

    assert drawn == tree(EngineError)


@pytest.mark.parametrize("error", engine_errors(), ids=lambda error: error.__name__)
def test_each_says_what_happened_and_what_to_do(error: type[EngineError]) -> None:
    raised = error("only for the log")

    assert str(raised) == "only for the log"
    for text in (raised.user_message, raised.next_step):
        assert re.fullmatch(r"[A-Z][^\n]*[.!?]", text), text
    assert "only for the log" not in raised.user_message
    assert raised.user_message != raised.next_step


def test_none_says_the_same_as_another() -> None:
    said = [error.user_message for error in engine_errors()]

    assert len(set(said)) == len(said)


def test_one_raised_with_words_of_its_own_says_those() -> None:
    raised = errors.ModelFileError("detail", user_message="It is broken.", next_step="Mend it.")

    assert (raised.user_message, raised.next_step) == ("It is broken.", "Mend it.")
    assert errors.ModelFileError().user_message == errors.ModelFileError.user_message
    assert str(errors.ModelFileError(user_message="It is broken.")) == "It is broken."

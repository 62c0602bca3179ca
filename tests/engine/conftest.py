"""Tiny models for tests that need a real llama.cpp and not a real language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.llama import LlamaContext, LlamaModel
from engine.principles import load_principles
from engine.protocol import Load
from engine.rewards.teacher import MAX_SEQUENCES
from engine.session import Session
from resources import PRINCIPLES
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.principles import Principle


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TinyModel().write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture
def model(tiny_path: Path) -> Iterator[LlamaModel]:
    model = LlamaModel(tiny_path)
    yield model
    model.close()


@pytest.fixture
def make_context(model: LlamaModel) -> Iterator[Callable[[], LlamaContext]]:
    made: list[LlamaContext] = []

    def make() -> LlamaContext:
        made.append(LlamaContext(model, n_cells=4096, n_sequences=1 + MAX_SEQUENCES, threads=1))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def make_session(tiny_path: Path) -> Iterator[Callable[..., Session]]:
    """Return a function that opens a session on the tiny model, or on the GGUF ``path``."""
    made: list[Session] = []

    def make(path: Path = tiny_path, *, context_length: int = 1024) -> Session:
        load = Load(1, str(path), context_length=context_length, threads=1)
        made.append(Session(load, lambda *_: True))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture(scope="session")
def principles() -> dict[str, Principle]:
    return {p.name: p for p in load_principles(PRINCIPLES)}

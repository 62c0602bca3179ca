"""The text embedder: unit vectors in which like questions lie together."""

from __future__ import annotations

import numpy as np
import pytest

from engine import starter
from engine.embedder import NAME, Embedder
from engine.errors import HashMismatchError, StarterMissingError


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


@pytest.mark.model
def test_rows_are_unit_vectors_whatever_the_text(embedder: Embedder) -> None:
    texts = ["Why is the sky blue?", "", "é🙂", "word " * 2000, "Why is the sky blue?"]
    vectors = embedder.embed(texts)

    assert vectors.dtype == np.float32
    assert vectors.shape == (5, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert vectors[0] == pytest.approx(vectors[4], abs=1e-6)
    assert embedder.embed(texts[:1])[0] == pytest.approx(vectors[0], abs=1e-5)


@pytest.mark.model
def test_nothing_gives_no_rows_of_the_same_width(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "like", "unlike"),
    [
        ("How do I boil rice?", "What is the best way to cook basmati?", "Who won the world cup in 1990?"),
        (
            "Fix this Python function",
            "Why does my code raise a TypeError?",
            "Write a birthday letter to my aunt",
        ),
        ("I can't sleep at night", "Tips against insomnia", "How do I file my taxes?"),
    ],
)
def test_like_questions_lie_together(embedder: Embedder, question: str, like: str, unlike: str) -> None:
    q, near, far = embedder.embed([question, like, unlike])

    assert q @ near > q @ far + 0.1


def test_the_name_tells_model_and_version_apart() -> None:
    assert starter.EMBEDDER_NAME in NAME
    assert starter.EMBEDDER_SHA256[:12] in NAME


def test_a_changed_or_missing_embedder_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "EMBEDDER_SHA256", "0" * 64)
    with pytest.raises(HashMismatchError):
        Embedder().embed(["a"])

    monkeypatch.setattr(starter, "_EMBEDDER_PACKAGE", "no_such_package_at_all")
    with pytest.raises(StarterMissingError):
        Embedder().load()

"""A small user for the memory's tests: a ticking clock, and conversations with rated replies of known features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from memory.records import PromptEmbedding, ReplyFeatures, ReplyTrace

if TYPE_CHECKING:
    from memory.records import Label, Message
    from memory.store import Store

VERSION = "teacher/model-1/texts-1"
EMBEDDER = "embedder-1"
NAMES = ("concise", "lists", "simple", "warm")


class TickingClock:
    """Advances by a second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class Exchange:
    question: Message
    reply: Message


def direction(seed: int, dimension: int = 16) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=dimension).astype(np.float32)
    return vector / np.linalg.norm(vector)


def exchange(
    store: Store,
    *,
    conversation_id: str | None = None,
    question: str = "What is rain?",
    reply: str = "Water.",
    features: dict[str, float] | None = None,
    tokens: int = 100,
    label: Label | None = None,
    vector: np.ndarray | None = None,
    reasons: tuple[str, ...] = (),
) -> Exchange:
    if conversation_id is None:
        conversation_id = store.create_conversation().id
    asked = store.add_message(conversation_id, None, "user", question)
    return Exchange(
        asked,
        answer(
            store,
            asked,
            reply=reply,
            features=features,
            tokens=tokens,
            label=label,
            vector=vector,
            reasons=reasons,
        ),
    )


def answer(
    store: Store,
    asked: Message,
    *,
    reply: str = "Water.",
    features: dict[str, float] | None = None,
    tokens: int = 100,
    label: Label | None = None,
    vector: np.ndarray | None = None,
    reasons: tuple[str, ...] = (),
) -> Message:
    replied = store.add_message(asked.conversation_id, asked.id, "assistant", reply)
    if features is not None:
        store.save_features(ReplyFeatures(replied.id, VERSION, features, -0.8, tokens))
    if vector is not None:
        store.save_embedding(PromptEmbedding(asked.id, EMBEDDER, vector))
    if label is not None:
        store.rate(replied.id, label, reasons=reasons)
    return replied


def trace(message_id: str, **changes: object) -> ReplyTrace:
    values: dict[str, object] = {
        "message_id": message_id,
        "model_id": "sha",
        "model_name": "Tiny",
        "reward": "teacher",
        "strength": 1.0,
        "weights": {"concise": 0.5},
        "seed": 2**40,
        "sampling": {"temperature": 0.7},
        "finish_reason": "stop",
        "tokens": 12,
        "prompt_tokens": 30,
        "time_to_first_token": 0.1,
        "tokens_per_second": 90.0,
        "changed_share": 0.2,
        "mean_base_logprob": -0.7,
    }
    return ReplyTrace(**(values | changes))  # type: ignore[arg-type]


def used(store: Store, **question: object) -> dict[str, float]:
    return {w.name: w.used for w in store.preferences(VERSION, **question).weights}  # type: ignore[arg-type]


def means(store: Store) -> np.ndarray:
    return np.array([[w.mean, w.low, w.high, w.used] for w in store.preferences(VERSION).weights])

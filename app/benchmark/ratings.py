"""A made-up user of years as a profile document: so many rated answers, with a taste that can be learned from them.

The same for the same seed. Knows the profile's format, neither the memory nor a model.
"""

from __future__ import annotations

import base64
import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from app.benchmark.history import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_A_CONVERSATION: Final = 20
# The newest questions have vectors, as many as taste by situation looks at.
_EMBEDDED, _DIMENSION, _EMBEDDER = 800, 384, "made up"
# fmt: off
_LISTS: Final = (
    "personas", "folders", "reply_traces", "pairs", "statements", "statement_embeddings", "principle_settings",
    "own_principles", "statement_uses", "declined_statements",
)
# fmt: on


def rated_profile(now: datetime, count: int, version: str, names: Sequence[str], *, seed: int = 1) -> str:
    """Return a profile of ``count`` rated answers with features of ``version`` for the principles ``names``."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)  # noqa: S311  made-up text, no secret
    values = numbers.normal(size=(count, len(names))) * 0.15
    taste = np.array([1.5, -1.0, 0.7, *[0.0] * len(names)])[: len(names)]
    labels = np.where(values @ taste + 0.1 * numbers.logistic(size=count) > 0, 1, -1)
    times = [(now - timedelta(hours=count - n)).isoformat() for n in range(count)]
    answers = [text(120, rng) for _ in range(50)]
    document: dict[str, object] = {name: [] for name in _LISTS}
    document |= {"format": "attune-profile", "version": 1, "exported_at": now.isoformat(), "strength": None}
    document["conversations"] = [
        {"id": f"rated-{n}", "title": f"Conversation {n}", "created_at": time, "updated_at": time}
        for n, time in enumerate(times[::_A_CONVERSATION])
    ]
    document["messages"] = [
        {
            "id": f"{role[0]}-{n}",
            "conversation_id": f"rated-{n // _A_CONVERSATION}",
            "parent_id": f"u-{n}" if role == "assistant" else f"a-{n - 1}" if n % _A_CONVERSATION else None,
            "role": role,
            "content": f"Question number {n}?" if role == "user" else rng.choice(answers),
            "state": "complete",
            "created_at": times[n],
        }
        for n in range(count)
        for role in ("user", "assistant")
    ]
    document["reply_features"] = [
        {
            "message_id": f"a-{n}",
            "reward_version": version,
            "names": list(names),
            "values": base64.b64encode(values[n].astype("<f8").tobytes()).decode(),
            "mean_base_logprob": -0.8,
            "tokens": 80,
        }
        for n in range(count)
    ]
    document["feedback"] = [
        {
            "id": f"f-{n}",
            "message_id": f"a-{n}",
            "label": int(labels[n]),
            "reasons": [],
            "note": "",
            "created_at": times[n],
        }
        for n in range(count)
    ]
    document["embeddings"] = [
        {"message_id": f"u-{n}", "embedder": _EMBEDDER, "vector": _vector(numbers)}
        for n in range(max(count - _EMBEDDED, 0), count)
    ]
    return json.dumps(document)


def _vector(numbers: np.random.Generator) -> str:
    vector = numbers.normal(size=_DIMENSION).astype("<f4")
    return base64.b64encode((vector / np.linalg.norm(vector)).astype("<f4").tobytes()).decode()

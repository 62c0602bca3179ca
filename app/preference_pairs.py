"""Preference pairs from a file, and what the model says about their replies: material to measure learning on.

It reads, scores and embeds through the engine client; what is learned from the scores is none of its business.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.reward_choice import features_version, scoring
from app.user_messages import UsageError
from engine.protocol import Embed, Embedded, Message, Score, Scored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from app.engine_client import EngineClient
    from engine.principles import Principle

FIELDS = ("user", "prompt", "chosen", "rejected")
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class PreferencePair:
    """One line of the file: ``user`` would rather read ``chosen`` than ``rejected`` as the answer to ``prompt``."""

    user: str
    prompt: str
    chosen: str
    rejected: str


def read_pairs(path: Path) -> tuple[PreferencePair, ...]:
    """Read JSON lines. Ignored are fields beyond the four, empty lines, and what prefers a reply to itself.

    Raises ``UsageError``.
    """
    pairs = []
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text.", "Convert it first, for example with iconv.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and (pair := _pair(path, number, line)).chosen != pair.rejected:
            pairs.append(pair)
    if not pairs:
        raise UsageError(f"{path} holds no pairs.", f"Write one JSON object a line, with {_listed(FIELDS)}.")
    return tuple(pairs)


def _pair(path: Path, number: int, line: str) -> PreferencePair:
    where = f"Line {number} of {path}"
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where} is not JSON.", "Write one JSON object on each line.") from error
    if not isinstance(row, dict):
        raise UsageError(f"{where} is not a JSON object.", f"Each line needs {_listed(FIELDS)}.")
    if isinstance(row.get("user"), int):
        row["user"] = str(row["user"])
    missing = [f for f in FIELDS if not isinstance(row.get(f), str) or not row[f].strip()]
    if missing:
        raise UsageError(f"{where} has no text for {_listed(missing)}.", "Complete the line or remove it.")
    return PreferencePair(*(row[field].strip() for field in FIELDS))


def _listed(fields: Sequence[str]) -> str:
    quoted = [f"“{field}”" for field in fields]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


class ScoredTexts:
    """Features of replies and vectors of prompts, computed once each; kept in ``cache`` where one is named.

    A cached line holds numbers under a digest, no text. Lines of another model or head stay and are not used.
    """

    def __init__(
        self, engine: EngineClient, principles: tuple[Principle, ...], system: str, cache: Path | None
    ) -> None:
        self._engine, self._principles, self._system, self._cache = engine, principles, system, cache
        if command := engine.pending_load():
            engine.call(command)
        assert engine.loaded is not None
        self._loaded = engine.loaded
        self.version = features_version(engine.loaded, principles)
        self._known: dict[str, dict[str, Any]] = {} if cache is None else _read_cache(cache)

    def scored(self, prompt: str, reply: str) -> Scored:
        """Score ``reply`` as the answer to ``prompt``, exactly as a stored reply is. Raises ``EngineError``."""
        key = _digest("reply", self.version, self._system, prompt, reply)
        if key not in self._known:
            messages = (
                *((Message("system", self._system),) if self._system else ()),
                Message("user", prompt),
            )
            command = Score(self._engine.next_id(), messages, reply, self._principles, scoring(self._loaded))
            result = self._engine.call(command)
            assert isinstance(result, Scored)
            self._keep(
                key,
                {
                    "features": dict(result.features),
                    "mean_base_logprob": result.mean_base_logprob,
                    "tokens": result.tokens,
                },
            )
        found = self._known[key]
        return Scored(
            tuple(found["features"].items()), found["mean_base_logprob"], found["tokens"], self.version
        )

    def vectors(self, prompts: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Embed each of ``prompts``: (d,) float32 of unit length. Raises ``EngineError``."""
        keys = {prompt: _digest("prompt", prompt) for prompt in prompts}
        missing = [prompt for prompt, key in keys.items() if key not in self._known]
        for start in range(0, len(missing), _TOGETHER):
            texts = tuple(missing[start : start + _TOGETHER])
            result = self._engine.call(Embed(self._engine.next_id(), texts))
            assert isinstance(result, Embedded)
            for text, vector in zip(texts, result.vectors, strict=True):
                self._keep(keys[text], {"vector": [round(float(x), 6) for x in vector]})
        return {p: np.array(self._known[k]["vector"], dtype=np.float32) for p, k in keys.items()}

    def _keep(self, key: str, values: dict[str, Any]) -> None:
        self._known[key] = values
        if self._cache is not None:
            with self._cache.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, **values}) + "\n")


def score_all(
    pairs: Sequence[PreferencePair], texts: ScoredTexts, on_progress: Callable[[float], None]
) -> dict[tuple[str, str], Scored]:
    """Score every reply of ``pairs`` once, by (prompt, reply). Raises ``EngineError``."""
    wanted = dict.fromkeys((p.prompt, reply) for p in pairs for reply in (p.chosen, p.rejected))
    found = {}
    for done, (prompt, reply) in enumerate(wanted, 1):
        found[prompt, reply] = texts.scored(prompt, reply)
        on_progress(done / len(wanted))
    return found


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _read_cache(path: Path) -> dict[str, dict[str, Any]]:
    """Read what is known; a last line that was cut off is taken off the file. Raises ``UsageError``."""
    known: dict[str, dict[str, Any]] = {}
    if not path.exists():
        return known
    whole, _, rest = path.read_text(encoding="utf-8").rpartition("\n")
    for number, line in enumerate(whole.split("\n") if whole else (), 1):
        try:
            row = json.loads(line)
            known[row.pop("key")] = row
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise UsageError(
                f"Line {number} of {path} is not what a cache holds.", "Name another file for --cache."
            ) from error
    if rest:
        if not rest.startswith('{"key"'):
            raise UsageError(f"{path} is not a cache.", "Name another file for --cache.")
        path.write_text(f"{whole}\n" if whole else "", encoding="utf-8")
    return known

"""Preference dimensions: their names, poles and instructions. Knows nothing of models or weights."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.errors import BadPrincipleError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pole:
    """One end of a principle: a word for people, an instruction for the model."""

    label: str
    instruction: str


@dataclass(frozen=True)
class Principle:
    """One named preference dimension. A positive weight favours ``positive`` over ``negative``.

    ``ends``: whether it has a say in when an answer ends. How long an answer is, is another matter than its manner.
    """

    name: str
    positive: Pole
    negative: Pole
    help: str = ""
    group: str = "Yours"
    fixed: bool = False
    ends: bool = False

    def pole(self, weight: float) -> Pole:
        """Return the pole that ``weight`` favours; the positive one for zero."""
        return self.positive if weight >= 0 else self.negative

    @cached_property
    def poles_hash(self) -> str:
        """SHA-256 of both instructions: what a calibrated head was trained to imitate."""
        text = f"{self.positive.instruction}\0{self.negative.instruction}"
        return hashlib.sha256(text.encode()).hexdigest()


def load_principles(path: Path) -> tuple[Principle, ...]:
    """Read principles from a TOML file, in its order.

    Raises ``BadPrincipleError`` where the file can't be read, a key is missing or a name stands twice.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["principle"]
        principles = tuple(_principle(row) for row in rows)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadPrincipleError(f"{path.name}: {error!r}") from error
    names = [p.name for p in principles]
    if len(set(names)) != len(names):
        raise BadPrincipleError(f"{path.name}: a name stands twice")
    return principles


def _principle(row: dict[str, object]) -> Principle:
    positive, negative = row["positive"], row["negative"]
    if not isinstance(positive, dict) or not isinstance(negative, dict):
        raise TypeError(f"{row.get('name')}: a pole is a table with label and instruction")
    return Principle(
        name=str(row["name"]),
        positive=Pole(str(positive["label"]), str(positive["instruction"])),
        negative=Pole(str(negative["label"]), str(negative["instruction"])),
        help=str(row.get("help", "")),
        group=str(row.get("group", "Yours")),
        fixed=bool(row.get("fixed", False)),
        ends=bool(row.get("ends", False)),
    )


def reward_version(reward: str, model_sha256: str, principles: tuple[Principle, ...]) -> str:
    """Name what features were computed with: reward, model and the principles' texts.

    Features of different versions are never compared; a stored reply is scored again instead.
    """
    texts = hashlib.sha256("".join(sorted(p.poles_hash for p in principles)).encode()).hexdigest()
    return f"{reward}-1/{model_sha256[:16]}/{texts[:16]}"

"""Which preference a statement about style is about, and which way: by likeness to what people say of each pole.

It knows vectors and principles, neither the engine nor the memory. The principle comes from the vectors alone;
vectors hardly tell *no lists* from *lists*, so likeness counts less across a refusal or a complaint.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.principles import Principle

# Mean cosine to a pole's closest examples from which a statement is about it, and how many of them count.
FLOOR: Final = 0.37
CLOSEST: Final = 2
# What a statement loses in likeness to an example that is said in another manner.
OTHER_MANNER: Final = 0.2

_REFUSED = re.compile(
    r"\b(?:no|not|never|without|hate|stop|skip|spare|avoid|dislike|less|only|just|leave out|\w+n['’]t)\b",
    re.I,
)
_COMPLAINED = re.compile(r"\btoo\b", re.I)
_MUCH = re.compile(
    r"\b(?:always|never|very|really|extremely|absolutely|hate|love|can['’]t stand|at all)\b", re.I
)
_LITTLE = re.compile(
    r"\b(?:a bit|a little|slightly|somewhat|rather|sometimes|kind of|usually|mostly)\b", re.I
)


@dataclass(frozen=True, slots=True)
class StyleMatch:
    """``value`` in [−1, 1] is where on the principle's slider the statement puts the user."""

    principle: str
    value: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Examples:
    """What people say of each pole: ``texts`` with the principle and the sign each is about."""

    texts: tuple[str, ...]
    poles: tuple[tuple[str, int], ...]


def examples_of(principles: Sequence[Principle], said: Mapping[str, Mapping[str, Sequence[str]]]) -> Examples:
    """Collect the examples of every tunable principle; one without any in ``said`` has its poles' own words."""
    texts: list[str] = []
    poles: list[tuple[str, int]] = []
    for principle in principles:
        if principle.fixed:
            continue
        for sign, pole, name in ((1, principle.positive, "positive"), (-1, principle.negative, "negative")):
            of_pole = [f"{pole.label} answers", pole.instruction, *said.get(principle.name, {}).get(name, ())]
            texts += of_pole
            poles += [(principle.name, sign)] * len(of_pole)
    return Examples(tuple(texts), tuple(poles))


def read_said(path: Path) -> dict[str, dict[str, list[str]]]:
    """Read what people say of the built-in principles' poles from a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def match(
    text: str, vector: NDArray[np.float32], examples: Examples, vectors: NDArray[np.float32]
) -> StyleMatch | None:
    """Return the principle a statement is about, or ``None``.

    ``vector``: (d,) of ``text``, ``vectors``: (n, d) of the examples, all of unit length and one embedder.
    """
    found = likeness(text, vector, examples, vectors)
    if not found:
        return None
    (name, sign), score = max(found.items(), key=lambda pole: pole[1])
    return StyleMatch(name, sign * amount(text), score) if score >= FLOOR else None


def likeness(
    text: str, vector: NDArray[np.float32], examples: Examples, vectors: NDArray[np.float32]
) -> dict[tuple[str, int], float]:
    """Return how like a statement is to what people say of each pole, by principle and sign; as in ``match``."""
    manner = _manner(text)
    other = np.array([_manner(example) != manner for example in examples.texts])
    cosines = vectors @ vector - OTHER_MANNER * other
    return {
        pole: float(np.sort(cosines[[at == pole for at in examples.poles]])[-CLOSEST:].mean())
        for pole in dict.fromkeys(examples.poles)
    }


def amount(text: str) -> float:
    """Return how far along the slider a statement reaches by its words: a little, plainly, or much."""
    if _LITTLE.search(text):
        return 0.35
    return 0.8 if _MUCH.search(text) else 0.6


def _manner(text: str) -> int:
    if _COMPLAINED.search(text):
        return 2
    return 1 if _REFUSED.search(text) else 0

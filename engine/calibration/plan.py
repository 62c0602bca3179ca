"""Which replies a calibration samples, and which principles judge them. Pure functions of a seed; no model.

Replies sampled plainly never show what rare-event principles (*asks back*, *headings*) are about, so most units
are written under one pole's instruction, the same prompt under both; a last round is written under random
guidance, so that the head knows the states it will steer into. A unit's id says all about it, and which
principles judge it depends on ids alone: a calibration can be resumed, or extended by one principle, at any time.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from engine.errors import BadPromptsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.principles import Principle

Kind: TypeAlias = Literal["plain", "pole", "guided"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One calibration prompt."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a calibration does.

    ``judges``: how many principles judge a reply beside its own. ``trials``: prompts that every end of a slider
    answers, to find how strong it may be. ``at_size``: replies that are written and read at once in torch, instead of
    all of the former but the trials; 0 for none of it (see ``engine.calibration.at_size``).
    """

    plain: int = 160
    pairs_per_principle: int = 14
    guided: int = 160
    judges: int = 3
    reply_tokens: int = 96
    seed: int = 0
    trials: int = 24
    at_size: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """One reply to sample. ``sign`` is the pole (±1) of ``principle`` for pole units, else 0."""

    id: str
    kind: Kind
    prompt: Prompt
    principle: str = ""
    sign: int = 0


def load_prompts(path: Path) -> tuple[Prompt, ...]:
    """Read prompts from JSON lines ``{"id", "prompt"}``. Raises ``BadPromptsError``."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return tuple(Prompt(str(row["id"]), str(row["prompt"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadPromptsError(f"{path}: {error!r}") from error


def units(
    kind: Kind, prompts: Sequence[Prompt], principles: Sequence[Principle], effort: Effort
) -> tuple[Unit, ...]:
    """Return the units of one kind, in the order they are worked off: every principle gets some early."""
    if kind == "pole":
        made = [
            Unit(
                f"pole-{principle.name}{'+' if sign > 0 else '-'}{prompt.id}",
                kind,
                prompt,
                principle.name,
                sign,
            )
            for principle in principles
            for prompt in drawn(prompts, effort.pairs_per_principle, f"{effort.seed}/{principle.name}")
            for sign in (1, -1)
        ]
        # Pair after pair, going round the principles: an early stop leaves every one of them served.
        per = 2 * min(effort.pairs_per_principle, len(prompts))
        return tuple(
            made[p * per + 2 * i + s] for i in range(per // 2) for p in range(len(principles)) for s in (0, 1)
        )
    count = effort.plain if kind == "plain" else effort.guided
    return tuple(
        Unit(f"{kind}-{prompt.id}", kind, prompt) for prompt in drawn(prompts, count, f"{effort.seed}/{kind}")
    )


def judged(unit: Unit, principle: str, principles: Sequence[Principle], effort: Effort) -> bool:
    """Tell whether ``principle`` judges this unit: always its own, else a share that depends on ids alone."""
    if unit.principle == principle:
        return True
    share = min(1.0, effort.judges / max(1, len(principles) - 1))
    return _uniform(f"{effort.seed}/{unit.id}/{principle}") < share


def held_out(prompt_id: str, share: float = 0.1) -> bool:
    """Tell whether a prompt's replies validate the fit instead of training it."""
    return _uniform(f"held-out/{prompt_id}") < share


def unit_seed(unit: Unit, effort: Effort) -> int:
    """Return the seed of the unit's random numbers."""
    return int.from_bytes(hashlib.sha256(f"{effort.seed}/{unit.id}".encode()).digest()[:8], "big") >> 1


def _uniform(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64


def drawn(prompts: Sequence[Prompt], count: int, key: str) -> list[Prompt]:
    """Return ``count`` prompts, or all there are, in an order that ``key`` alone decides."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))
    return [prompts[i] for i in rng.permutation(len(prompts))[:count]]

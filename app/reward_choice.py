"""Which reward guides and which one scores, given what the loaded model has. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.principles import reward_version

if TYPE_CHECKING:
    from engine.principles import Principle
    from engine.protocol import Loaded, RewardName


def guiding(chosen: RewardName | None, loaded: Loaded | None) -> RewardName:
    """Return the reward for a reply: the one asked for, else the model's head where it has been tuned."""
    return chosen or scoring(loaded)


def scoring(loaded: Loaded | None) -> RewardName:
    """Return the reward whose features count: the head wherever there is one, since it costs a single reading."""
    return "head" if loaded is not None and loaded.head_version else "teacher"


def features_version(loaded: Loaded, principles: tuple[Principle, ...]) -> str:
    """Name what the loaded model's features are computed with."""
    return loaded.head_version or reward_version("teacher", loaded.sha256, principles)

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
    """Return the reward whose features count: the head wherever there is one, since it costs a single reading.

    A second model was chosen by hand to be the teacher, so it goes before the head.
    """
    return "head" if loaded is not None and loaded.head_version and not loaded.second_version else "teacher"


def features_version(loaded: Loaded, principles: tuple[Principle, ...]) -> str:
    """Name what the loaded model's features of the shipped ``principles`` are computed with.

    The user's own don't enter it: within a version each is measured in one way, by the head where that knows it, else
    by the teacher, and when its words change, its features are dropped. So adding one leaves all others valid.
    """
    tunable = tuple(p for p in principles if not p.fixed)
    return scored_version(loaded, tunable)


def scored_version(loaded: Loaded, asked: tuple[Principle, ...]) -> str:
    """Name what the engine says that features of the ``asked`` principles were computed with."""
    if scoring(loaded) == "head":
        return loaded.head_version
    return reward_version(loaded.second_version or "teacher", loaded.sha256, asked)


def traced(reward: RewardName, loaded: Loaded | None) -> str:
    """Return how a reply's trace names its reward: a second model that was the teacher with its file."""
    second = loaded.second_version if loaded is not None and reward == "teacher" else ""
    return second or reward


def unknown_to_head(loaded: Loaded, principles: tuple[Principle, ...]) -> tuple[Principle, ...]:
    """Return the principles that the model's head was not calibrated for; all of them where it has none."""
    known = set(loaded.head_principles)
    return tuple(p for p in principles if (p.name, p.poles_hash) not in known)

"""Hidden tastes of simulated users, over what checkers count in a reply: nothing that the memory learns from.

Pure functions of counts and of a random generator. A thumb says whether a reply is better than usual for this user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from engine.calibration.checkers import CHECKERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from app.simulated.replies import Question, SampledReply

Kind: TypeAlias = Literal["monotone", "contextual", "contradictory", "changing", "noisy", "indifferent"]

# Standard deviations beyond which more of the same is neither liked nor disliked any further.
_FAR = 2.5
# Spread of the logistic noise on a thumb, in standard deviations of the user's liking.
_WAVER = 0.25


@dataclass(frozen=True, slots=True)
class User:
    """One simulated user. ``likes``: checker → liking per standard deviation of its count.

    ``elsewhere``: situation → what is liked there instead. ``later``: what is liked after a change of mind.
    ``wrong``: share of thumbs that say the opposite of what was meant.
    """

    name: str
    kind: Kind
    likes: Mapping[str, float]
    elsewhere: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    later: Mapping[str, float] | None = None
    wrong: float = 0.1


_BRIEF_AND_DRY = {"concise": 1.0, "formal": 0.6, "warm": -0.6}
_SCHOLAR = {"simple": -1.0, "formal": 0.5}

USERS = (
    User("brief", "monotone", {"concise": 1.0}),
    User("detailed", "monotone", {"concise": -1.0, "examples": 0.4}),
    User("plain words", "monotone", {"simple": 1.0}),
    User("formal", "monotone", {"formal": 1.0, "warm": -0.4}),
    User("lists", "monotone", {"lists": 1.0, "steps": 0.5}),
    User("brief for code, warm for letters", "contextual", {"concise": 1.0}, {"letters": {"warm": 1.0}}),
    User(
        "opposite for code and letters",
        "contradictory",
        _BRIEF_AND_DRY,
        {"letters": {name: -liking for name, liking in _BRIEF_AND_DRY.items()}},
    ),
    User("scholar, then the opposite", "changing", _SCHOLAR, later={n: -x for n, x in _SCHOLAR.items()}),
    User("brief, then the opposite", "changing", {"concise": 1.0}, later={"concise": -1.0}),
    User("noisy", "noisy", {"concise": 1.0, "simple": 0.5}, wrong=0.3),
    User("indifferent", "indifferent", {}),
)


class Judge:
    """Scales the checkers' counts by how they vary over ``replies``, and says what a user makes of a reply."""

    def __init__(self, replies: Sequence[SampledReply]) -> None:
        counts = np.array([[reply.checks[name] for name in CHECKERS] for reply in replies])
        self._middle, self._spread = counts.mean(axis=0), np.maximum(counts.std(axis=0), 1e-9)

    def liking(
        self, user: User, question: Question, checks: Mapping[str, float], *, later: bool = False
    ) -> float:
        """How much ``user`` likes a reply with these ``checks``, in standard deviations of what is counted."""
        likes = user.elsewhere.get(question.situation, user.likes)
        if later and user.later is not None:
            likes = user.later
        counts = np.array([checks[name] for name in CHECKERS])
        scaled = np.clip((counts - self._middle) / self._spread, -_FAR, _FAR)
        size = sum(liking**2 for liking in likes.values()) ** 0.5 or 1.0
        return float(sum(scaled[i] * likes[name] for i, name in enumerate(CHECKERS) if name in likes) / size)


def thumb(liking: float, usual: float, user: User, numbers: np.random.Generator) -> Literal[-1, 1]:
    """Rate a reply liked ``liking`` by who usually likes them ``usual``: wavering near it, and sometimes wrong."""
    if user.kind == "indifferent":
        return 1 if numbers.random() < 0.5 else -1
    return wavers(liking - usual, user, numbers)


def wavers(better: float, user: User, numbers: np.random.Generator) -> Literal[-1, 1]:
    """Say whether something is liked that is ``better`` by so much: wavering near 0, and sometimes wrong."""
    meant = better + _WAVER * numbers.logistic() > 0
    return 1 if meant != (numbers.random() < user.wrong) else -1


def usual(everywhere: NDArray[np.float64], here: NDArray[np.float64]) -> float:
    """Return the liking above which a reply gets a thumb up.

    Half of it is what this user gets everywhere, half what this question gets: nobody expects a poem in a letter's
    length, and nobody quite forgets how long they like their answers.
    """
    return float((np.median(everywhere) + np.mean(here)) / 2)

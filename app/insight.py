"""What Attune shows of its learning: the evidence behind a weight, where taste differs, how learning went.

Brings the memory's arrays and its pure functions together. Methods block; what takes long is computed on the calling
thread, never on the memory's own. Free of Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memory.looking_back import look_back
from memory.situations import find_taste_by_situation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.store_thread import StoreThread
    from memory.looking_back import Point
    from memory.records import Feedback, LearnedWeight, Pair, RatedReply
    from memory.situations import Situation
    from memory.store import Store

# So many ratings are shown at first, and so many more each time.
A_FEW = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """One rating. ``shift``: what it did to the weight in question, in slider units; ``None`` where none is."""

    reply: RatedReply
    shift: float | None


@dataclass(frozen=True, slots=True)
class Behind:
    """Ratings behind something, ``more`` of them not shown, and the weight they are about, if one is."""

    evidence: tuple[Evidence, ...]
    more: int
    weight: LearnedWeight | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A situation with the words of its typical question, and how many ratings are about it."""

    question: str
    situation: Situation
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """How learning went, and the principles its weights belong to."""

    points: tuple[Point, ...]
    names: tuple[str, ...]


class Insights:
    """``version`` names the features that count; it is asked for each time."""

    def __init__(self, store: StoreThread, version: Callable[[], str]) -> None:
        self._store = store
        self._version = version

    def behind(self, name: str, most: int = A_FEW) -> Behind:
        """Return the ratings that moved the weight ``name`` most, strongest first. Raises ``NotFoundError``."""
        version = self._version()

        def read(store: Store) -> Behind:
            found = store.influences(version, name, limit=most)
            replies = {r.source_id: r for r in store.rated_replies([i.source_id for i in found])}
            preferences = store.preferences(version)
            evidence = tuple(Evidence(replies[i.source_id], i.shift) for i in found if i.source_id in replies)
            weight = next(w for w in preferences.weights if w.name == name)
            return Behind(evidence, max(store.ratings_count(version) - len(evidence), 0), weight)

        return self._store.call(read)

    def among(self, sources: Sequence[str], most: int = A_FEW) -> Behind:
        """Return the newest of some ratings, newest first."""
        chosen = sources[: -most - 1 : -1]
        replies = self._store.call(lambda store: store.rated_replies(chosen))
        return Behind(tuple(Evidence(reply, None) for reply in replies), max(len(sources) - most, 0))

    def situations(self) -> tuple[Kind, ...]:
        """Return where taste differs; nothing where it is the same everywhere."""
        version = self._version()
        rests_on = self._store.call(lambda store: store.taste_by_situation(version))
        found = find_taste_by_situation(
            rests_on.questions, rests_on.vectors, rests_on.taste, rests_on.names, rests_on.settings
        )

        def told(store: Store) -> tuple[Kind, ...]:
            words = store.questions_about([situation.typical for situation in found])
            return tuple(
                Kind(words[s.typical], s, store.evidence_about(version, s.questions)[::-1])
                for s in found
                if s.typical in words
            )

        return self._store.call(told) if found else ()

    def history(self) -> History:
        """Return how learning went; takes seconds where there are very many ratings."""
        version = self._version()
        evidence, names = self._store.call(lambda store: store.evidence(version))
        from threadpoolctl import threadpool_limits

        # Its matrices are small: a second thread would only be in the way of the model's.
        with threadpool_limits(limits=1):
            return History(look_back(evidence, names), names)

    def withdraw(self, source_id: str) -> Feedback | Pair:
        """Take a rating back, as if it had never been given. Raises ``NotFoundError``."""
        return self._store.call(lambda store: store.withdraw(source_id))

    def put_back(self, withdrawn: Feedback | Pair) -> None:
        """Keep again what was withdrawn. Raises ``NotFoundError``."""
        self._store.call(lambda store: store.put_back(withdrawn))

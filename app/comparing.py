"""Two replies to one question, and which of them the user likes better: kept at once as a pair, and taken back.

Every method blocks. Knows the memory thread and idle work; it neither shows nor writes replies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.answers import Rated
from app.feedback import shifts
from app.reply import read_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.answers import Turn
    from app.idle_work import IdleWork
    from app.recall import Recall
    from app.store_thread import StoreThread
    from memory.records import Pair
    from memory.store import Store


@dataclass(frozen=True, slots=True)
class Siblings:
    """All replies to one question, oldest first, and what was said of two of them each."""

    question: str
    turns: tuple[Turn, ...]
    pairs: tuple[Pair, ...]

    def pair(self, first: str, second: str) -> Pair | None:
        """Return what was said of two replies."""
        return next((p for p in self.pairs if {p.preferred_id, p.other_id} == {first, second}), None)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a choice did. ``pair`` is what holds now, ``replaced`` what held before, each ``None`` for nothing."""

    rated: Rated
    pair: Pair | None
    replaced: Pair | None


class Comparing:
    """Keeps choices between replies in one store."""

    def __init__(
        self, store: StoreThread, recall: Recall, version: Callable[[], str], idle: IdleWork
    ) -> None:
        self._store, self._recall, self._version, self._idle = store, recall, version, idle

    def siblings(self, message_id: str) -> Siblings:
        """Return the replies beside one, that one among them."""

        def read(store: Store) -> Siblings:
            reply = store.message(message_id)
            question = store.message(reply.parent_id or reply.id)
            turns = tuple(read_turn(store, m) for m in store.children(question.id) if m.role == "assistant")
            pairs = {pair.id: pair for turn in turns for pair in store.pairs(turn.message.id)}
            return Siblings(question.content, turns, tuple(pairs.values()))

        return self._store.call(read)

    def prefer(self, preferred_id: str, other_id: str) -> Compared:
        """Keep that one reply is better than another; ``learned`` is false until both have features."""
        return self._change(preferred_id, other_id, lambda store, _: store.prefer(preferred_id, other_id))

    def no_difference(self, first_id: str, second_id: str) -> Compared:
        """Keep that neither is better: nothing is learned from the two, also not what was said of them before."""

        def withdraw(store: Store, old: Pair | None) -> None:
            if old is not None:
                store.undo_preference(old.id)

        return self._change(first_id, second_id, withdraw)

    def undo(self, first_id: str, second_id: str, replaced: Pair | None) -> Compared:
        """Take a choice between two replies back; what it ``replaced`` is in force again, as old as it was."""

        def back(store: Store, now: Pair | None) -> Pair | None:
            if now is not None:
                store.undo_preference(now.id)
            if replaced is not None:
                store.put_back(replaced)
            return replaced

        return self._change(first_id, second_id, back)

    def _change(
        self, first_id: str, second_id: str, act: Callable[[Store, Pair | None], Pair | None]
    ) -> Compared:
        version = self._version()

        def write(store: Store) -> Compared:
            question = store.message(first_id).parent_id
            before = self._recall.preferences(store, version, question)
            old = next((p for p in store.pairs(first_id) if second_id in (p.preferred_id, p.other_id)), None)
            pair = act(store, old)
            after = self._recall.preferences(store, version, question)
            known = all(store.features(message_id, version) for message_id in (first_id, second_id))
            message_id = pair.preferred_id if pair else first_id
            rated = Rated(
                message_id,
                None,
                shifts(before, after),
                learned=known or pair is None,
                strength=after.strength,
                compared=True,
            )
            return Compared(rated, pair, old)

        compared = self._store.call(write)
        if not compared.rated.learned:
            for message_id in (first_id, second_id):
                self._idle.add(message_id, first=True)
        return compared

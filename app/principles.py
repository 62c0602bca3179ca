"""All principles in force: those that ship with Attune and the user's own, as one list. Pure functions and a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.principles import Pole, Principle

if TYPE_CHECKING:
    from memory.records import OwnPrinciple
    from memory.store import Store

GROUP = "Yours"


def as_principle(own: OwnPrinciple) -> Principle:
    """Make what the engine understands of a principle the user wrote."""
    words = own.words
    return Principle(
        own.name,
        Pole(words.positive_label, words.positive_instruction),
        Pole(words.negative_label, words.negative_instruction),
        help=f"{words.positive_instruction} / {words.negative_instruction}",
        group=GROUP,
        ends=True,  # it may be about length: nobody but its writer knows
    )


def is_own(principle: Principle) -> bool:
    """Tell whether the user wrote it."""
    return principle.group == GROUP


def sync_principles(store: Store, shipped: tuple[Principle, ...]) -> tuple[Principle, ...]:
    """Let weights be learned for every principle in force, and return them; the fixed one is last."""
    own = tuple(map(as_principle, store.own_principles()))
    tunable = (*(p for p in shipped if not p.fixed), *own)
    store.sync_principles(tuple((p.name, p.poles_hash) for p in tunable))
    return (*tunable, *(p for p in shipped if p.fixed))

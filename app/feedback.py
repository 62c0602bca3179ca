"""What a thumb does: it is kept at once, and the weights before and after say what it moved.

These functions run on the memory thread and know the Store alone; the engine and the window are elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.answers import Rated
from memory.preferences import NOT_TRUE

if TYPE_CHECKING:
    from app.recall import Recall
    from memory.records import Label, Preferences, ReplyFeatures
    from memory.store import Store

SMALLEST_SHIFT = 1e-6


def rate(
    store: Store,
    recall: Recall,
    version: str,
    message_id: str,
    label: Label,
    reasons: tuple[str, ...] = (),
    note: str = "",
) -> Rated:
    """Keep a thumb; report what it moved if the reply's features are known. Raises ``NotFoundError``."""
    question = store.message(message_id).parent_id
    before = recall.preferences(store, version, question)
    feedback = store.rate(message_id, label, reasons=reasons, note=note)
    if store.features(message_id, version) is None:
        return Rated(message_id, feedback, (), learned=False, strength=before.strength)
    after = recall.preferences(store, version, question)
    moved = shifts(before, after)
    return Rated(message_id, feedback, moved, learned=NOT_TRUE not in reasons, strength=after.strength)


def undo(store: Store, recall: Recall, version: str, message_id: str) -> Rated:
    """Take a thumb back; report what that moved. Raises ``NotFoundError``."""
    question = store.message(message_id).parent_id
    before = recall.preferences(store, version, question)
    store.undo_rating(message_id)
    after = recall.preferences(store, version, question)
    learned = store.features(message_id, version) is not None
    return Rated(message_id, None, shifts(before, after), learned=learned)


def learn(store: Store, recall: Recall, features: ReplyFeatures) -> Rated | None:
    """Keep a reply's features; report what they moved if it was rated, edited or compared before they came."""
    message_id, version = features.message_id, features.reward_version
    question = store.message(message_id).parent_id
    feedback = store.feedback(message_id)
    waited = [
        pair
        for pair in store.pairs(message_id)
        if store.features(pair.other_id if pair.preferred_id == message_id else pair.preferred_id, version)
    ]
    before = recall.preferences(store, version, question) if feedback or waited else None
    store.save_features(features)
    if before is None or (feedback and NOT_TRUE in feedback.reasons):
        return None
    moved = shifts(before, recall.preferences(store, version, question))
    if feedback:
        return Rated(message_id, feedback, moved, learned=True, strength=before.strength)
    pair = waited[-1]
    edited = pair.source == "edited"
    return Rated(
        pair.preferred_id,
        None,
        moved,
        learned=True,
        edited=edited,
        strength=before.strength,
        compared=not edited,
    )


def shifts(before: Preferences, after: Preferences) -> tuple[tuple[str, float], ...]:
    """Return (principle, change of the weight in use), largest change first, unmoved ones left out."""
    old, new = before.used(), after.used()
    moved = [(name, new.get(name, 0.0) - old.get(name, 0.0)) for name in {**old, **new}]
    return tuple(
        sorted((m for m in moved if abs(m[1]) > SMALLEST_SHIFT), key=lambda m: abs(m[1]), reverse=True)
    )

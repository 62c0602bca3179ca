"""What is remembered of each model's tuning, as JSON among the application's settings. Knows the memory alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from engine.protocol import Loaded
    from memory.store import Store

Untuned: TypeAlias = Literal["slower", "unguided"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a finished tuning reached: ``states`` it rests on, and the share of held-out replies it judged rightly."""

    states: int
    sign: float | None = None


@dataclass(frozen=True, slots=True)
class TuningRecord:
    """One model's. ``declined``: the pole texts' hashes of principles it is not to be tuned to by itself."""

    begun: bool = False
    figures: Figures | None = None
    declined: tuple[str, ...] = ()
    untuned: Untuned = "slower"
    asked: bool = False


def read_record(store: Store, loaded: Loaded) -> TuningRecord:
    """Return what is remembered; the defaults where nothing is."""
    text = store.setting(_key(loaded))
    if not text:
        return TuningRecord()
    raw = json.loads(text)
    figures = Figures(**raw["figures"]) if raw["figures"] else None
    return TuningRecord(raw["begun"], figures, tuple(raw["declined"]), raw["untuned"], raw["asked"])


def write_record(store: Store, loaded: Loaded, record: TuningRecord) -> None:
    """Remember ``record``."""
    store.set_setting(_key(loaded), json.dumps(asdict(record)))


def untuned_choice(store: Store, loaded: Loaded) -> Untuned:
    """Return how a model without a head answers until it is tuned."""
    return read_record(store, loaded).untuned


def _key(loaded: Loaded) -> str:
    return f"tuning/{loaded.sha256[:16]}"

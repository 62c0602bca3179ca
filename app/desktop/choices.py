"""What the user chose about Attune's place on the desktop, kept as one JSON value in the memory."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.store_thread import StoreThread

_KEY: Final = "desktop"


@dataclass(frozen=True, slots=True)
class Choices:
    """``stay``: closing the window leaves Attune in the tray. ``notify``: say when a long answer is ready."""

    stay: bool = False
    notify: bool = True


def read_choices(store: StoreThread) -> Choices:
    """Return what was kept; the defaults for whatever is missing or makes no sense."""
    try:
        found = json.loads(store.call(lambda memory: memory.setting(_KEY)) or "{}")
    except json.JSONDecodeError:
        found = {}
    names = [f.name for f in fields(Choices)]
    return Choices(
        **{n: found[n] for n in names if isinstance(found, dict) and isinstance(found.get(n), bool)}
    )


def write_choices(store: StoreThread, choices: Choices) -> None:
    """Keep ``choices``."""
    text = json.dumps(asdict(choices))
    store.call(lambda memory: memory.set_setting(_KEY, text))

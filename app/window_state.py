"""What the window remembers between two starts: place, size, theme, zoom, panels, unsent drafts.

Kept as one JSON value in the memory, so that forgetting everything can clear the drafts too. Knows no widget.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Final, get_args

from app.language import LanguageChoice
from app.render.appearance import Motion
from app.render.theme import ThemeChoice

if TYPE_CHECKING:
    from app.store_thread import StoreThread

_KEY: Final = "window"


@dataclass(frozen=True, slots=True)
class WindowState:
    """``geometry`` and ``splitter`` are Qt's own states in base 64. ``drafts``: conversation id → unsent text."""

    geometry: str = ""
    splitter: str = ""
    sidebar: bool = True
    preferences: bool = False
    theme: ThemeChoice = "system"
    zoom: float = 1.0
    motion: Motion = "system"
    enter_sends: bool = True
    language: LanguageChoice = "system"
    drafts: dict[str, str] = field(default_factory=dict)


def read_state(store: StoreThread) -> WindowState:
    """Return what was kept; the defaults for whatever is missing or not of its type."""
    text = store.call(lambda memory: memory.setting(_KEY)) or "{}"
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = {}
    default = WindowState()
    kept = {
        f.name: found[f.name]
        for f in fields(WindowState)
        if isinstance(found, dict) and isinstance(found.get(f.name), type(getattr(default, f.name)))
    }
    if kept.get("theme") not in get_args(ThemeChoice):
        kept.pop("theme", None)
    if kept.get("motion") not in get_args(Motion):
        kept.pop("motion", None)
    if kept.get("language") not in get_args(LanguageChoice):
        kept.pop("language", None)
    return WindowState(**kept)


def write_state(store: StoreThread, state: WindowState) -> None:
    """Keep ``state``."""
    text = json.dumps(asdict(state))
    store.call(lambda memory: memory.set_setting(_KEY, text))

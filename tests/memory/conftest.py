from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from memory.store import Store
from tests.memory.builders import NAMES, TickingClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def store(tmp_path: Path, clock: TickingClock) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", clock=clock)
    opened.sync_principles(tuple((name, f"hash of {name}") for name in NAMES))
    yield opened
    opened.close()

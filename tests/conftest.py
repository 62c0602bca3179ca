"""Every test has its own data folder and leaves nothing running behind."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import settings

from app.engine_client import EngineClient
from engine.starter import MODEL_SHA256, embedded_model
from resources import HEADS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 5.0
# What is tried is whether something holds, not whether this computer is slow for a moment.
settings.register_profile("attune", deadline=None)
settings.load_profile("attune")
_lasting: list[EngineClient] = []


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODEL", "CONTEXT_LENGTH", "THREADS", "GPU_LAYERS", "REWARD", "SYSTEM", "LOG"):
        monkeypatch.delenv(f"ATTUNE_{name}", raising=False)
    monkeypatch.setenv("ATTUNE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    threads, children = set(threading.enumerate()), set(_children())
    yield
    end = time.monotonic() + PATIENCE
    while (left := _left(threads, children)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not left, f"left behind: {left}"


def _left(threads: set[threading.Thread], children: set[psutil.Process]) -> list[object]:
    lasting_threads = {thread for client in _lasting for thread in client._readers}
    lasting_pids = {client.pid for client in _lasting}
    new_threads = set(threading.enumerate()) - threads - lasting_threads
    return [
        *(t for t in new_threads if not isinstance(t, threading._DummyThread)),
        *(child for child in set(_children()) - children if child.pid not in lasting_pids),
    ]


def _children() -> list[psutil.Process]:
    """Children but multiprocessing's own tracker, which lives as long as the interpreter."""
    found = []
    for child in psutil.Process().children():
        try:
            if "resource_tracker" not in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


@pytest.fixture(scope="session")
def lasting_engine() -> Iterator[EngineClient]:
    """The real engine with the embedded model, started once for all tests that need it."""
    client = EngineClient()
    client.load(str(embedded_model()), sha256=MODEL_SHA256, context_length=2048, heads=(str(HEADS),))
    _lasting.append(client)
    yield client
    client.close()
    _lasting.remove(client)

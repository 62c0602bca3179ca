"""The window as a process of its own: opened, and closed from the terminal it was started in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_in_order(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(
        [sys.executable, "-m", "app", "--data-dir", str(tmp_path)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "attune.db").exists():
            assert window.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(3)  # until the event loop runs: nothing outside tells
        window.send_signal(number)
        _, said = window.communicate(timeout=30)
    finally:
        window.kill()
    assert window.returncode == 0, said
    assert "Traceback" not in said

"""A start: what comes before the window can be used, and what has to wait until after."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_the_engine_starts_by_itself_but_only_once_the_window_can_be_used(tmp_path: Path) -> None:
    code = (
        "from PySide6.QtCore import QTimer\n"
        "from app.composition import running\n"
        "from app.settings import Settings\n"
        "from app.window import run\n"
        "from tests.fakes import FakeEngineClient\n"
        f"with running(Settings(data_dir={str(tmp_path)!r}), engine=FakeEngineClient()) as attune:\n"
        "    engine, window = attune.engine, []\n"
        "    def look():\n"
        "        if window[0].background.pending:\n"
        "            print('waiting', engine.alive)\n"
        "        elif engine.loaded is None:\n"
        "            print('usable', window[0].isVisible(), window[0].chat.composer.isEnabled())\n"
        "        else:\n"
        "            window[0].quit()\n"
        "            return\n"
        "        QTimer.singleShot(0, look)\n"
        "    def opened(made):\n"
        "        window.append(made)\n"
        "        look()\n"
        "    run(attune, opened=opened)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = done.stdout.split("\n")
    first = seen.index("usable True True")
    assert "waiting True" not in seen[:first]

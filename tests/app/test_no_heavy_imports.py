"""The window's process stays light: whatever loads native inference belongs to the engine process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("torch", "transformers", "sentence_transformers", "llama_cpp")


def test_the_window_imports_no_inference_library() -> None:
    program = f"import sys, app.window, app.composition; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_start_with_an_up_to_date_memory_imports_nothing_it_does_not_need(tmp_path: Path) -> None:
    """SciPy and Alembic take as long to import as all of Qt; a start needs neither."""
    program = (
        "import sys, app.window\n"
        "from pathlib import Path\n"
        "from app.composition import running\n"
        "from app.settings import Settings\n"
        "from tests.fakes import FakeEngineClient\n"
        f"with running(Settings(data_dir=Path({str(tmp_path)!r})), engine=FakeEngineClient()) as attune:\n"
        "    attune.assistant.preferences()\n"
        "print([m for m in ('scipy', 'alembic') if m in sys.modules])"
    )
    for expected in ("['alembic']", "[]"):  # the first start makes the database
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


def test_a_window_in_use_has_imported_no_inference_library(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtTest import QTest\n"
        "from app.composition import running\n"
        "from app.desktop.presence import Presence\n"
        "from app.render.appearance import Appearance\n"
        "from app.settings import Settings\n"
        "from app.opening import prepared_application\n"
        "from app.window import MainWindow\n"
        "from tests.fakes import FakeEngineClient\n"
        "application = prepared_application()\n"
        f"with running(Settings(data_dir=Path({str(tmp_path)!r})), engine=FakeEngineClient()) as attune:\n"
        "    window = MainWindow(attune, Appearance(application))\n"
        "    presence = Presence(attune, window, has_tray=False)\n"
        "    window.show()\n"
        "    window.toggle_preferences()\n"
        "    window.controller.ask('why?')\n"
        "    presence.open_quick()\n"
        "    while window.controller.answering or window.background.pending:\n"
        "        QTest.qWait(10)\n"
        "    window.controller.last_reply().bar.thumb_up.click()\n"
        "    while window.background.pending:\n"
        "        QTest.qWait(10)\n"
        "    attune.assistant.settle(10)\n"
        "    window.quit()\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"

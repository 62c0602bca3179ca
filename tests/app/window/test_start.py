"""A start: what comes before the window can be used, and what has to wait until after."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_the_engine_starts_by_itself_but_only_once_the_window_can_be_used(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from app.composition import running\n"
        "from app.settings import Settings\n"
        "from app.opening import run\n"
        "from tests.fakes import FakeEngineClient\n"
        f"with running(Settings(data_dir=Path({str(tmp_path)!r})), engine=FakeEngineClient()) as attune:\n"
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


def test_a_start_imports_neither_dialogs_nor_what_renders_answers(tmp_path: Path) -> None:
    late = (
        "markdown_it",
        "pygments.lexers",
        "app.panels.preferences_control",
        "app.panels.sliders_page",
        "app.panels.settings",
        "app.panels.models",
        "app.chat.inspector.why",
        "app.transfer.exporting",
        "app.desktop.quick",
        "app.statements.recognition",
    )
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.composition import running\n"
        "from app.desktop.host import Host\n"
        "from app.render.appearance import Appearance\n"
        "from app.settings import Settings\n"
        "from app.opening import prepared_application\n"
        "from app.window import MainWindow\n"
        "application = prepared_application()\n"
        f"with running(Settings(data_dir=Path({str(tmp_path)!r}))) as attune:\n"
        "    host = Host(attune, lambda core: MainWindow(core, Appearance(application)), has_tray=False)\n"
        "    host.window.show()\n"
        "    while host.window.background.pending:\n"
        "        application.processEvents()\n"
        f"    print([name for name in {late!r} if name in sys.modules])\n"
        "    host.window.toggle_preferences()\n"
        f"    print([name for name in {late!r} if name in sys.modules])\n"
        "    host.window.toggle_preferences()\n"  # hidden again, for the next start
        "    host.quit()\n"
    )
    for _ in range(2):  # the first start makes the database, with more than later ones need
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    at_start, with_preferences = done.stdout.splitlines()
    assert at_start == "[]"
    assert with_preferences == str(["app.panels.preferences_control", "app.panels.sliders_page"])

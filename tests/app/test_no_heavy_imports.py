"""The window's process stays light: whatever loads native inference belongs to the engine process."""

from __future__ import annotations

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
        "from app.composition import running\n"
        "from app.settings import Settings\n"
        "from tests.fakes import FakeEngineClient\n"
        f"with running(Settings(data_dir={str(tmp_path)!r}), engine=FakeEngineClient()) as attune:\n"
        "    attune.assistant.preferences()\n"
        "print([m for m in ('scipy', 'alembic') if m in sys.modules])"
    )
    for expected in ("['alembic']", "[]"):  # the first start makes the database
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected

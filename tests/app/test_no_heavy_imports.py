"""The window's process stays light: whatever loads native inference belongs to the engine process."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "transformers", "sentence_transformers", "llama_cpp")


def test_the_window_imports_no_inference_library() -> None:
    program = f"import sys, app.window, app.composition; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

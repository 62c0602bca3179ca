"""``attune eval WHAT``: each measurement is a module of its own beside this one. It measures nothing itself."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Run the measurement ``options.what``; return the exit code."""
    return int(import_module(f"app.cli.eval_{options.what.replace('-', '_')}").run(options))

"""Where the terminal's log goes: to stderr, and only what a person at a terminal wants to read."""

from __future__ import annotations

import logging
import os
import sys


def configure() -> None:
    """Log errors only; everything where ATTUNE_LOG=debug."""
    level = logging.DEBUG if os.environ.get("ATTUNE_LOG") == "debug" else logging.ERROR
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")

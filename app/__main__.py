"""The command ``attune``: the window without a subcommand, the terminal with one.

The engine process imports this module again when it is spawned, so it imports nothing heavy by itself. Errors of
the environment become one sentence and one next step here; only a bug shows a traceback.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from app.desktop.handover import Wish
    from app.window import MainWindow

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``arguments``, by default the process's own; return the exit code."""
    multiprocessing.freeze_support()
    from app.cli.arguments import make_parser
    from app.user_messages import ENVIRONMENT_ERRORS, UsageError, explain
    from engine.errors import BadPrincipleError, BadRequestError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old console must not turn an answer into a traceback
    options = make_parser().parse_args(arguments)
    try:
        code = _run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ENVIRONMENT_ERRORS as error:
        message, next_step = explain(error)
        sys.stderr.write(f"attune: {message}\n        {next_step}\n")
        return 2 if isinstance(error, (UsageError, BadPrincipleError, BadRequestError)) else 1
    return code


def _run(options: Namespace) -> int:
    import importlib

    if options.command is None:
        return open_window(options)
    from app.cli.logs import configure

    configure()
    # A module can't be called “import”.
    module = {"import": "import_file"}.get(options.command, options.command)
    return int(importlib.import_module(f"app.cli.{module}").run(options))


def open_window(options: Namespace, *, opened: Callable[[MainWindow], None] = lambda _: None) -> int:
    """Open the window and return the exit code once it is closed; ``opened`` is called when it is there."""
    # Nothing of what a start makes is garbage, and looking through it again and again takes a tenth of the start.
    gc.disable()
    from app.cli.arguments import settings_of
    from app.system_libraries import missing_for_window

    settings = settings_of(options)
    if problem := missing_for_window(os.environ):
        sys.stderr.write(f"attune: {problem}\n")
        return 1
    from app.desktop.handover import come_forward
    from app.profiles import Profiles

    wish: Wish = "quick" if options.quick else "open"
    folder = Profiles(settings.data_dir).chosen(settings.profile).folder
    if come_forward(folder, wish):
        return 0
    from app.composition import running
    from app.user_messages import ENVIRONMENT_ERRORS
    from memory.errors import DatabaseLockedError

    try:
        with running(settings, meanwhile=_load_window) as attune:
            from app.opening import run

            return run(attune, quick=options.quick, opened=opened)
    except ENVIRONMENT_ERRORS as error:
        # Two that are started at once: the other has the data already and will listen in a moment.
        if isinstance(error, DatabaseLockedError) and come_forward(folder, wish, starting=True):
            return 0
        from app.opening import refuse

        refuse(error)
        raise


def _load_window() -> None:
    import app.opening  # noqa: F401


if __name__ == "__main__":
    sys.exit(main())

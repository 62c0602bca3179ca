"""``attune import``: conversations from files of Attune, ChatGPT or Open WebUI. Nothing here is changed by it."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import open_store
from app.transfer.importing import Progress, import_file, summary

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Take in every file and say what came of it; return 1 where something could not be read."""
    troubled = False
    with closing(open_store(settings_of(options))) as store:
        for path in options.files:
            last = Progress()
            for last in import_file(store, path):
                if sys.stderr.isatty():
                    sys.stderr.write(f"\r{last.taken.conversations} conversations\033[K\r")
            print(f"{path.name}: {summary(last)}" if len(options.files) > 1 else summary(last))
            troubled = troubled or last.cut or last.damaged > 0
    return 1 if troubled else 0

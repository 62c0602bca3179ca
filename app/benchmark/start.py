"""A start of Attune that tells when its window can be used, and ends: ``python -m app.benchmark.start FOLDER``.

It is the product's own start with the product's own engine; only what is measured is added.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.cli.arguments import make_parser, settings_of
from app.composition import running
from app.window import run

if TYPE_CHECKING:
    from app.window import MainWindow


def main() -> None:
    """Open the window on the folder, print its resident memory once it can be used, and close it."""
    settings = settings_of(make_parser().parse_args(["--data-dir", sys.argv[1]]))
    with running(settings) as attune:
        attune.assistant.warm_up()
        run(attune, opened=_tell)


def _tell(window: MainWindow) -> None:
    """Once everything shown at the start is there, type a letter; when it stands there, the window is usable."""
    if window.background.pending:
        QTimer.singleShot(0, lambda: _tell(window))
        return
    entry = window.chat.composer.entry
    QTest.keyClick(entry, Qt.Key.Key_A)
    QApplication.processEvents()
    window.repaint()
    assert window.chat.composer.text == "a"
    entry.clear()
    sys.stdout.write(f"{psutil.Process().memory_info().rss}\n")
    sys.stdout.flush()
    window.quit()


if __name__ == "__main__":
    main()

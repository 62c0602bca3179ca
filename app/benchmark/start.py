"""A start of Attune that tells when its window can be used, and ends: ``python -m app.benchmark.start FOLDER``.

It is the product's own start with the product's own engine; only what is measured is added.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.__main__ import open_window
from app.cli.arguments import make_parser

if TYPE_CHECKING:
    from app.window import MainWindow

_ASK_MS = 2


def _tell(window: MainWindow) -> None:
    """Once all that a start shows is there, type a letter; when it stands there, say how much memory that took."""
    import psutil
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    if window.background.pending:
        # Asked for now and then: an event loop that only asked would keep Python from the work it asks about.
        QTimer.singleShot(_ASK_MS, lambda: _tell(window))
        return
    entry = window.chat.composer.entry
    QTest.keyClick(entry, Qt.Key.Key_A)
    QApplication.processEvents()
    window.repaint()
    if window.chat.composer.text == "a":  # else nothing is told, and the measurement fails
        sys.stdout.write(f"{psutil.Process().memory_info().rss}\n")
        sys.stdout.flush()
    entry.clear()
    window.quit()


if __name__ == "__main__":
    sys.exit(open_window(make_parser().parse_args(["--data-dir", sys.argv[1]]), opened=_tell))

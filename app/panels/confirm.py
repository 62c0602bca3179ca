"""One question before something is gone for good, answered by *Keep* unless the user says otherwise.

Knows neither what goes nor how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from app.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


def confirm(parent: QWidget, question: str, explanation: str, yes: str, act: Callable[[], None]) -> None:
    """Ask over ``parent``'s window, without waiting; ``act`` once the user pressed the button that says ``yes``."""
    box = QMessageBox(parent.window())
    box.setWindowTitle("Attune")
    box.setText(question)
    box.setInformativeText(explanation)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    for part in box.buttons():
        part.setAccessibleName(part.text())
    agree.clicked.connect(act)
    box.finished.connect(box.deleteLater)
    box.open()

"""Who reads preferences for a model: itself, or another of its family. Two settings and a verdict; keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox

from app.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.library import Model
    from engine.models.parameters import Parameters


class ReaderChoice(QObject):
    """``asked`` carries the path of a model whose vocabulary is to be compared; ``show`` takes the verdict."""

    asked = Signal(str)
    changed = Signal()

    def __init__(self, now: Parameters, others: Sequence[Model], parent: QObject) -> None:
        super().__init__(parent)
        self.problem = ""
        self._known: dict[str, str] = {}
        second = now.second
        names = {model.path: model.name for model in others}
        if second is not None:
            names.setdefault(second.path, second.path.replace("\\", "/").rsplit("/", 1)[-1])
        self.reader = QComboBox()
        self.reader.setAccessibleName(tr("Who reads preferences"))
        self.reader.addItem(tr("This model"), "")
        for path, name in names.items():
            self.reader.addItem(name, path)
        self.reader.setCurrentIndex(max(0, self.reader.findData(second.path if second else "")))
        self.use = QComboBox()
        self.use.setAccessibleName(tr("How it reads them"))
        self.use.addItem(tr("As any model does"), "teacher")
        self.use.addItem(tr("As a trained reward model"), "reward")
        self.use.setCurrentIndex(1 if second and second.use == "reward" else 0)
        self.use.setEnabled(second is not None)
        self.reader.currentIndexChanged.connect(self._on_reader)

    @property
    def path(self) -> str:
        """The other model that is chosen; empty for none."""
        return str(self.reader.currentData())

    @property
    def teacher(self) -> str:
        """Its path where it is a sibling; else empty."""
        return self.path if self.use.currentData() == "teacher" else ""

    @property
    def reward_model(self) -> str:
        """Its path where it is a trained reward model; else empty."""
        return self.path if self.use.currentData() == "reward" else ""

    @property
    def waiting(self) -> bool:
        """Whether it is not known yet if the chosen model can read along."""
        return bool(self.path) and self.path not in self._known

    def begin(self) -> None:
        """Ask about the model that is chosen already."""
        if self.waiting:
            self.asked.emit(self.path)

    def show_verdict(self, path: str, problem: str) -> None:
        """Take what was found: why ``path`` can't read along, or nothing."""
        self._known[path] = problem
        self._settle()

    def reset(self) -> None:
        """Let the model read for itself."""
        self.reader.setCurrentIndex(0)
        self.use.setCurrentIndex(0)

    def _on_reader(self) -> None:
        self.use.setEnabled(bool(self.path))
        self.begin()
        self._settle()

    def _settle(self) -> None:
        self.problem = self._known.get(self.path, "")
        self.changed.emit()

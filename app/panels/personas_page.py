"""The settings' page of personas: a list, and a form for the chosen one. Keeps nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import Choice, button, label
from app.language import mark, tr
from memory.records import PersonaDraft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.render.appearance import Appearance
    from memory.records import Persona

_STEP: Final = 0.1
_Box = TypeVar("_Box", QSpinBox, QDoubleSpinBox)
_NEW: Final = mark("New persona")
_EXAMPLE: Final = mark("For example: You are a patient teacher. Explain with everyday examples.")


class PersonasPage(QWidget):
    """``saved`` gives an id, empty for a new one, the draft and whether new conversations begin with it."""

    saved = Signal(str, object, bool)
    deleted = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._personas: list[Persona] = []
        self._default = ""
        self.choice = Choice(tr("Persona to edit"))
        self.choice.activated.connect(self._on_chosen)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name"))
        self.name.setMaxLength(40)
        self.system = QPlainTextEdit()
        self.system.setAccessibleName(tr("Who it is and how it answers"))
        self.system.setPlaceholderText(tr(_EXAMPLE))
        self.system.setTabChangesFocus(True)
        self.system.setFixedHeight(appearance.px(104))
        self.variety = _number(0.0, 2.0, tr("Variety"), tr("As usual"))
        self.variety.setToolTip(tr("0: always the likeliest words; higher: more surprising ones"))
        self.longest = _count(16, 8192, tr("Longest answer, in tokens"), tr("As usual"))
        self.strength = _number(0.0, 2.0, tr("How strongly your preferences act"), tr("As set"))
        self.default = QCheckBox(tr("New conversations begin with it"))
        self.default.setAccessibleName(tr("New conversations begin with this persona"))
        self.save = button(tr("Save"), "primary", name=tr("Save this persona"))
        self.delete = button(tr("Delete"), "danger", name=tr("Delete this persona"))
        self.said = label("", "small", wrap=True)
        self.name.textChanged.connect(self._on_edited)
        self.save.clicked.connect(self._on_save)
        self.delete.clicked.connect(lambda: self.deleted.emit(self._chosen.id if self._chosen else ""))
        grid = QGridLayout()
        grid.setHorizontalSpacing(appearance.px(16))
        grid.setVerticalSpacing(appearance.px(12))
        grid.setColumnStretch(1, 1)
        for row, field in enumerate((self.name, self.system, self.variety, self.longest, self.strength)):
            title = label(field.accessibleName(), "smalltext", wrap=True)
            title.setBuddy(field)
            title.setMinimumWidth(appearance.px(150))
            grid.addWidget(title, row, 0)
            grid.addWidget(field, row, 1)
        foot = QHBoxLayout()
        foot.setSpacing(appearance.px(8))
        foot.addWidget(self.said, 1)
        foot.addWidget(self.delete)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        margin = appearance.px(24)
        layout.setContentsMargins(margin, margin, margin, appearance.px(8))
        layout.setSpacing(appearance.px(12))
        layout.addWidget(label(tr("Personas"), "title"))
        about = tr(
            "A persona is a way to answer that you can choose for a conversation, beside what Attune learns."
        )
        layout.addWidget(label(about, "small", wrap=True))
        layout.addWidget(self.choice)
        layout.addLayout(grid)
        layout.addWidget(self.default, 0, Qt.AlignmentFlag.AlignLeft)  # as wide as what can be clicked
        layout.addLayout(foot)
        layout.addStretch(1)
        self.show_personas((), None)

    def show_personas(self, personas: Sequence[Persona], default: Persona | None, chosen: str = "") -> None:
        """Show all personas, and the form of the one with the id ``chosen``, else an empty one."""
        self._personas = list(personas)
        self._default = default.id if default else ""
        self.choice.clear()
        for persona in self._personas:
            self.choice.addItem(persona.name, persona.id)
        self.choice.addItem(tr(_NEW), "")
        self.choice.setCurrentIndex(max(self.choice.findData(chosen), 0) if chosen else 0)
        self._fill()

    def say(self, text: str) -> None:
        """Say below the form what happened."""
        self.said.setText(text)
        self.said.setAccessibleName(text)

    @property
    def _chosen(self) -> Persona | None:
        return next((p for p in self._personas if p.id == self.choice.currentData()), None)

    def _on_chosen(self) -> None:
        self.say("")
        self._fill()
        self.name.setFocus()

    def _fill(self) -> None:
        persona = self._chosen
        sampling = persona.sampling if persona else {}
        self.name.setText(persona.name if persona else "")
        self.system.setPlainText(persona.system if persona else "")
        _set(self.variety, sampling.get("temperature"))
        _set(self.longest, sampling.get("max_tokens"))
        _set(self.strength, persona.strength if persona else None)
        self.default.setChecked(persona is not None and persona.id == self._default)
        self.delete.setVisible(persona is not None)
        self._on_edited()

    def _on_edited(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip()))

    def _on_save(self) -> None:
        persona = self._chosen
        sampling = dict(persona.sampling) if persona else {}
        for name, field in (("temperature", self.variety), ("max_tokens", self.longest)):
            value = _value(field)
            sampling.pop(name, None)
            if value is not None:
                sampling[name] = value
        draft = PersonaDraft(self.name.text(), self.system.toPlainText(), sampling, _value(self.strength))
        self.saved.emit(persona.id if persona else "", draft, self.default.isChecked())


def _number(least: float, most: float, name: str, unset: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(1)
    box.setSingleStep(_STEP)
    # One step below the least value means that nothing is set.
    box.setRange(least - _STEP, most)
    return _named(box, name, unset)


def _count(least: int, most: int, name: str, unset: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least - 1, most)
    box.setSingleStep(64)
    return _named(box, name, unset)


def _named(box: _Box, name: str, unset: str) -> _Box:
    box.setSpecialValueText(unset)
    box.setAccessibleName(name)
    # Not by ``lineEdit()``: what that returns is deleted with its Python name.
    for entry in box.findChildren(QLineEdit):
        entry.setAccessibleName(name)
        entry.setTextMargins(8, 0, 8, 0)
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.setValue(box.minimum())
    return box


def _set(box: QSpinBox | QDoubleSpinBox, value: float | None) -> None:
    if isinstance(box, QSpinBox):
        box.setValue(box.minimum() if value is None else int(value))
    else:
        box.setValue(box.minimum() if value is None else value)


def _value(box: QSpinBox | QDoubleSpinBox) -> float | None:
    return None if box.value() == box.minimum() else round(float(box.value()), 1)

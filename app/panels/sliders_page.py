"""The preferences panel's first page: what Attune thinks, how strongly, and a row for each principle.

Shows ``Preferences`` and emits wishes; knows neither the assistant nor the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.chat.controls import button, label, rule, scrolled
from app.language import told, tr
from app.liking import liking
from app.panels.own_section import OwnSection
from app.panels.principle_row import REST_MS, PrincipleRow
from app.panels.sample_strip import SampleStrip
from app.panels.tuning_card import TuningCard
from app.panels.weight_slider import STEPS, SliderLegend, StrengthSlider
from app.wording import strength_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLabel

    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.records import Preferences


class SlidersPage(QWidget):
    """Rows in groups, those that are pinned first; under them, how an answer begins with the one looked at."""

    strength_changed = Signal(float)
    value_changed = Signal(str, object)
    enabled_changed = Signal(str, bool)
    pinned_changed = Signal(str, bool)
    evidence_requested = Signal(str)
    sample_wanted = Signal(str, bool)
    sample_left = Signal(str)
    forget_requested = Signal()

    def __init__(self, principles: Sequence[Principle], appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.principles = {p.name: p for p in principles}
        self.rows = {p.name: PrincipleRow(p, appearance) for p in principles if not p.fixed}
        self.tuning = TuningCard(appearance, self.principles)
        self.own = OwnSection(appearance)
        self.sample = SampleStrip(appearance)
        self.summary = label("", "smalltext", wrap=True)
        self.strength = StrengthSlider(appearance)
        self.strength_label = label("", "smalltext")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a preference"))
        self.search.setAccessibleName(tr("Find a preference"))
        self.search.setClearButtonEnabled(True)
        self.nothing_found = label(tr("No preference is called that."), "small", wrap=True)
        self.forget = button(tr("Forget everything…"), "danger")
        self._pinned: tuple[str, ...] = ()
        self._sections: list[tuple[QLabel, QVBoxLayout, list[PrincipleRow]]] = []
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_strength_rested)
        self._lay_out()

        self.strength.moved.connect(self._on_strength_moved)
        self.search.textChanged.connect(self._filter)
        self.forget.clicked.connect(self.forget_requested)
        for row in self.rows.values():
            self._connect(row)
        self._arrange()

    def show_preferences(self, preferences: Preferences) -> None:
        """Show the posterior, the user's settings and β."""
        for weight in preferences.weights:
            if row := self.rows.get(weight.name):
                row.show_weight(weight)
        if not self._rest.isActive() and not self.strength.isSliderDown():
            self.strength.setValue(round(preferences.strength * STEPS))
        self._say_strength(self.strength.value())
        self.summary.setText(liking(preferences, self.principles))
        self.summary.setAccessibleName(self.summary.text())

    def show_own(self, principles: Sequence[Principle]) -> None:
        """Show the user's own principles in place of those shown before."""
        for name in self.own.rows:
            del self.rows[name], self.principles[name]
        self.own.show_principles(principles)
        self.principles.update((p.name, p) for p in principles)
        self.rows.update(self.own.rows)
        for row in self.own.rows.values():
            self._connect(row)
        self._arrange()

    def show_pinned(self, names: Sequence[str]) -> None:
        """Keep the rows of ``names`` at the top, in this order."""
        if tuple(names) != self._pinned:
            self._pinned = tuple(names)
            self._arrange()

    def reveal_tuning(self) -> None:
        """Bring the tuning card into view, with the focus on its first button."""
        self._area.ensureWidgetVisible(self.tuning)
        self.tuning.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self, row: PrincipleRow) -> None:
        row.value_changed.connect(self.value_changed)
        row.enabled_changed.connect(self.enabled_changed)
        row.pinned_changed.connect(self.pinned_changed)
        row.evidence_requested.connect(self.evidence_requested)
        row.sample_wanted.connect(self.sample_wanted)
        row.sample_left.connect(self.sample_left)

    def _lay_out(self) -> None:
        px = self._appearance.px
        content = QWidget()
        content.setProperty("look", "canvas")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(12), px(16), px(16))
        column.setSpacing(px(8))
        column.addWidget(self._strength_card())
        column.addWidget(self.tuning)
        column.addSpacing(px(4))
        column.addWidget(self.search)
        column.addWidget(SliderLegend(self._appearance))
        column.addWidget(self.nothing_found)
        self._add_section(tr("At the top"), column)
        for group in dict.fromkeys(row.principle.group for row in self.rows.values()):
            self._add_section(told(group), column)
        column.addWidget(self.own)
        self._sections.append((self.own.heading, self.own.column, []))
        column.addSpacing(px(8))
        column.addWidget(rule())
        for principle in self.principles.values():
            if principle.fixed:
                column.addWidget(label(told(principle.help), "caption", wrap=True))
        column.addWidget(
            label(
                tr(
                    "Everything here is computed from your ratings and settings, on this computer. What "
                    "you forget is gone from the answers at once."
                ),
                "caption",
                wrap=True,
            )
        )
        column.addSpacing(px(4))
        column.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = self._area = scrolled(content, tr("Preferences"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(self.sample)

    def _add_section(self, title: str, column: QVBoxLayout) -> None:
        heading, rows = label(title, "section"), QVBoxLayout()
        rows.setSpacing(self._appearance.px(8))
        heading.setContentsMargins(0, self._appearance.px(4), 0, 0)
        column.addWidget(heading)
        column.addLayout(rows)
        self._sections.append((heading, rows, []))

    def _strength_card(self) -> QFrame:
        px = self._appearance.px
        card = QFrame()
        card.setProperty("look", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(px(16), px(12), px(16), px(12))
        inside.setSpacing(px(4))
        line = QHBoxLayout()
        line.addWidget(label(tr("How strongly"), "smalltext"), 1)
        line.addWidget(self.strength_label)
        inside.addWidget(label(tr("What Attune thinks you like"), "section"))
        inside.addWidget(self.summary)
        inside.addSpacing(px(4))
        inside.addWidget(rule())
        inside.addSpacing(px(4))
        inside.addLayout(line)
        inside.addWidget(self.strength)
        return card

    def _arrange(self) -> None:
        """Put every row where it belongs: at the top, or with its group."""
        focused = next(
            (row.pin for row in self.rows.values() if row.pin is self.window().focusWidget()), None
        )
        groups = list(
            dict.fromkeys(r.principle.group for n, r in self.rows.items() if n not in self.own.rows)
        )
        for _, _, rows in self._sections:
            rows.clear()
        pinned = [name for name in self._pinned if name in self.rows]
        for name in (*pinned, *(name for name in self.rows if name not in pinned)):
            row = self.rows[name]
            if name in pinned:
                place = 0
            elif name in self.own.rows:
                place = -1
            else:
                place = 1 + groups.index(row.principle.group)
            _, column, rows = self._sections[place]
            column.addWidget(self.own.lines.get(name, row))
            rows.append(row)
            row.show_pinned(pinned=name in pinned)
        self._filter(self.search.text())
        if focused:
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_strength(self, value: int) -> None:
        word = strength_word(value / STEPS)
        self.strength_label.setText(word)
        self.strength.setAccessibleDescription(word)

    def _on_strength_moved(self, value: int) -> None:
        self._say_strength(value)
        self._rest.start()

    def _on_strength_rested(self) -> None:
        if self.strength.isSliderDown():
            self._rest.start()
        else:
            self.strength_changed.emit(self.strength.value() / STEPS)

    def _filter(self, text: str) -> None:
        needle = text.casefold().strip()
        for heading, _, rows in self._sections:
            for row in rows:
                self.own.lines.get(row.principle.name, row).setVisible(row.matches(needle))
            found = any(row.matches(needle) for row in rows)
            heading.setVisible(found or (heading is self.own.heading and not needle))
        self.nothing_found.setVisible(not any(row.matches(needle) for row in self.rows.values()))

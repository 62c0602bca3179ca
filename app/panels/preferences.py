"""The preferences panel: how strongly, each principle's row, and forgetting everything.

Shows ``Preferences`` and emits wishes; knows neither the assistant nor the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import IconButton, button, label, rule
from app.language import told, tr
from app.panels.own_section import OwnSection
from app.panels.principle_row import REST_MS, PrincipleRow
from app.panels.tuning_card import TuningCard
from app.panels.weight_slider import STEPS, StrengthSlider
from app.wording import liking, strength_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLabel

    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.records import Preferences


class PreferencesPanel(QWidget):
    """What Attune believes its user likes, and the user's hand on it."""

    strength_changed = Signal(float)
    value_changed = Signal(str, object)
    enabled_changed = Signal(str, bool)
    forget_requested = Signal()
    close_requested = Signal()

    def __init__(self, principles: Sequence[Principle], appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance = appearance
        self._principles = {p.name: p for p in principles}
        self.rows = {p.name: PrincipleRow(p, appearance) for p in principles if not p.fixed}
        self.tuning = TuningCard(appearance, self._principles)
        self.own = OwnSection(appearance)
        self._own_section = (self.own.heading, list[PrincipleRow]())
        self.close_button = IconButton(appearance, "close", tr("Close preferences"))
        self.summary = label("", "smalltext", wrap=True)
        self.strength = StrengthSlider(appearance)
        self.strength_label = label("", "smalltext")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a preference"))
        self.search.setAccessibleName(tr("Find a preference"))
        self.search.setClearButtonEnabled(True)
        self.forget = button(tr("Forget everything…"), "danger")
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(tr("Pages of the preferences"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._pages = QStackedWidget()
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._sections: list[tuple[QLabel, list[PrincipleRow]]] = []
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_strength_rested)
        self._lay_out()

        self.close_button.clicked.connect(self.close_requested)
        self.strength.moved.connect(self._on_strength_moved)
        self.search.textChanged.connect(self._on_search)
        self.forget.clicked.connect(self.forget_requested)
        for row in self.rows.values():
            self._connect(row)

    def show_preferences(self, preferences: Preferences) -> None:
        """Show the posterior, the user's settings and β."""
        for weight in preferences.weights:
            if row := self.rows.get(weight.name):
                row.show_weight(weight)
        if not self._rest.isActive() and not self.strength.isSliderDown():
            self.strength.setValue(round(preferences.strength * STEPS))
        self._say_strength(self.strength.value())
        self.summary.setText(liking(preferences, self._principles))
        self.summary.setAccessibleName(self.summary.text())

    def show_own(self, principles: Sequence[Principle]) -> None:
        """Show the user's own principles in place of those shown before."""
        for name in self.own.rows:
            del self.rows[name], self._principles[name]
        self.own.show_principles(principles)
        self._principles.update((p.name, p) for p in principles)
        self.rows.update(self.own.rows)
        self._own_section[1][:] = self.own.rows.values()
        for row in self.own.rows.values():
            self._connect(row)
        self._on_search(self.search.text())

    def reveal_tuning(self) -> None:
        """Bring the tuning card into view, with the focus on its first button."""
        self._area.ensureWidgetVisible(self.tuning)
        self.tuning.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self, row: PrincipleRow) -> None:
        row.value_changed.connect(self.value_changed)
        row.enabled_changed.connect(self.enabled_changed)

    def add_page(self, title: str, page: QWidget) -> None:
        """Add a page behind a tab; the tabs appear with the second."""
        self._pages.addWidget(page)
        self.tabs.addTab(title)
        self.tabs.setVisible(self.tabs.count() > 1)

    def show_page(self, page: QWidget) -> None:
        """Turn to a page."""
        self.tabs.setCurrentIndex(self._pages.indexOf(page))

    def _lay_out(self) -> None:
        px = self._appearance.px
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(12), px(8), px(8))
        head.addWidget(label(tr("Preferences"), "title"), 1)
        head.addWidget(self.close_button)
        content = QWidget()
        content.setProperty("look", "canvas")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(4), px(16), px(16))
        column.setSpacing(px(8))
        column.addWidget(self._strength_card())
        column.addWidget(self.tuning)
        column.addSpacing(px(8))
        column.addWidget(self.search)
        groups: dict[str, list[PrincipleRow]] = {}
        for row in self.rows.values():
            groups.setdefault(row.principle.group, []).append(row)
        for group, rows in groups.items():
            heading = label(told(group), "section")
            column.addSpacing(px(4))
            column.addWidget(heading)
            for row in rows:
                column.addWidget(row)
            self._sections.append((heading, rows))
        self._sections.append(self._own_section)
        column.addSpacing(px(4))
        column.addWidget(self.own)
        column.addSpacing(px(8))
        column.addWidget(rule())
        for principle in self._principles.values():
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
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(tr("Preferences"))
        area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.tabs)
        layout.addWidget(self._pages, 1)
        self.add_page(tr("Sliders"), area)

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
        inside.addWidget(self.summary)
        inside.addSpacing(px(4))
        inside.addWidget(rule())
        inside.addSpacing(px(4))
        inside.addLayout(line)
        inside.addWidget(self.strength)
        return card

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

    def _on_search(self, text: str) -> None:
        needle = text.casefold().strip()
        for heading, rows in self._sections:
            for row in rows:
                row.setVisible(row.matches(needle))
            found = any(row.matches(needle) for row in rows)
            heading.setVisible(found or (heading is self.own.heading and not needle))

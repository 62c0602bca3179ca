"""The preferences panel: its pages behind tabs, and the ratings behind what they show on a page over them.

Holds pages and turns to them; what stands on each is the page's own business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.chat.controls import IconButton, label
from app.language import tr
from app.panels.evidence_page import EvidencePage
from app.panels.history_page import HistoryPage
from app.panels.situations_page import SituationsPage
from app.panels.sliders_page import SlidersPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from app.render.appearance import Appearance
    from engine.principles import Principle


class PreferencesPanel(QWidget):
    """What Attune believes its user likes, and the user's hand on it. ``principles``: those that ship."""

    close_requested = Signal()
    evidence_requested = Signal(str)
    page_shown = Signal(QWidget)

    def __init__(
        self,
        principles: Sequence[Principle],
        by_name: Callable[[], Mapping[str, Principle]],
        appearance: Appearance,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.setProperty("look", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance, self._by_name = appearance, by_name
        self.sliders = SlidersPage(principles, appearance)
        self.situations = SituationsPage(by_name, appearance)
        self.history = HistoryPage(by_name, appearance, now)
        self.evidence = EvidencePage(appearance, now)
        self.close_button = IconButton(appearance, "close", tr("Close preferences"))
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(tr("Pages of the preferences"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self._pages = QStackedWidget()
        self._whole = QStackedWidget()
        self._came_from: QWidget | None = None
        self._lay_out()
        self.tabs.currentChanged.connect(self._on_tab)
        self.close_button.clicked.connect(self.close_requested)
        self.sliders.evidence_requested.connect(self.show_evidence)
        self.evidence.back_requested.connect(self.leave_evidence)

    def add_page(self, title: str, page: QWidget, place: int = -1) -> None:
        """Add a page behind a tab; by default the last one."""
        self._pages.insertWidget(place, page)
        self.tabs.insertTab(place, title)

    def show_page(self, page: QWidget) -> None:
        """Turn to a page."""
        self.leave_evidence()
        self.tabs.setCurrentIndex(self._pages.indexOf(page))

    @property
    def page(self) -> QWidget:
        """The page that is shown, the ratings' own left aside."""
        return self._pages.currentWidget() or self.sliders

    def show_evidence(self, name: str) -> None:
        """Show the ratings that moved the weight of the principle ``name``; nothing for one that is not in force."""
        principle = self._by_name().get(name)
        if principle is None or principle.fixed:
            return
        self.open_evidence(tr("What moved it"), principle)
        self.evidence_requested.emit(name)

    def open_evidence(self, title: str, principle: Principle | None = None) -> None:
        """Turn to the ratings' page, about to be filled."""
        if self._whole.currentWidget() is not self.evidence:
            focused = self.window().focusWidget()
            self._came_from = focused if focused and self.isAncestorOf(focused) else None
        self.evidence.begin(title, principle)
        self._whole.setCurrentWidget(self.evidence)
        self.evidence.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_evidence(self) -> None:
        """Turn back to the pages, with the keyboard where it came from."""
        if self._whole.currentWidget() is not self.evidence:
            return
        focused = self.window().focusWidget()
        had_focus = focused is not None and self.evidence.isAncestorOf(focused)
        self._whole.setCurrentIndex(0)
        if had_focus and self._came_from:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self._came_from = None

    @property
    def shows_evidence(self) -> bool:
        """Whether the ratings' page lies over the others."""
        return self._whole.currentWidget() is self.evidence

    def _lay_out(self) -> None:
        px = self._appearance.px
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(12), px(8), px(8))
        head.addWidget(label(tr("Preferences"), "title"), 1)
        head.addWidget(self.close_button)
        tabbed = QWidget()
        inside = QVBoxLayout(tabbed)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addLayout(head)
        inside.addWidget(self.tabs)
        inside.addWidget(self._pages, 1)
        self._whole.addWidget(tabbed)
        self._whole.addWidget(self.evidence)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._whole)
        self.add_page(tr("Sliders"), self.sliders)
        self.add_page(tr("Situations"), self.situations)
        self.add_page(tr("History"), self.history)

    def _on_tab(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self.page_shown.emit(self.page)

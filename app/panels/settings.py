"""The settings window: a list of pages and the chosen one beside it. Knows no setting; its owner adds the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import button, label, rule
from app.language import tr

if TYPE_CHECKING:
    from app.render.appearance import Appearance


class SettingsDialog(QDialog):
    """Every change counts at once; there is nothing to confirm."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._appearance = appearance
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Pages of the settings"))
        self.list.setProperty("look", "pages")
        self.list.setFixedWidth(appearance.px(168))
        self._stack = QStackedWidget()
        self.list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.done_button = button(tr("Close"), "primary")
        self.done_button.clicked.connect(self.accept)
        px = appearance.px
        side = QVBoxLayout()
        side.setContentsMargins(px(12), px(16), px(12), px(12))
        side.setSpacing(px(12))
        side.addWidget(label(tr("Settings"), "title"))
        side.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(8), px(24), px(16))
        foot.addStretch(1)
        foot.addWidget(self.done_button)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addWidget(self._stack, 1)
        main.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(side)
        layout.addWidget(rule("edge"))
        layout.addLayout(main, 1)
        self.resize(px(760), px(600))

    def add_page(self, name: str, page: QWidget) -> None:
        """Add a page at the end of the list; the first one added is shown first."""
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setProperty("look", "ground")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        scroll.setWidget(page)
        self._stack.addWidget(scroll)
        item = QListWidgetItem(name)
        self.list.addItem(item)
        if self.list.count() == 1:
            self.list.setCurrentRow(0)

    def show_page(self, name: str) -> None:
        """Show the page called ``name``, where there is one."""
        for row in range(self.list.count()):
            if self.list.item(row).text() == name:
                self.list.setCurrentRow(row)

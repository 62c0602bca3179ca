"""Any repository of the hub: its name, then its model files to choose from. Asks nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import button, label
from app.language import tr
from app.model_wording import size_words
from engine.models.download import Wanted

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from engine.models.hub import Listing


class RepositoryDialog(QDialog):
    """``look_requested`` carries a repository's name, ``chosen`` what to fetch."""

    look_requested = Signal(str)
    chosen = Signal(object)

    def __init__(self, host: str, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("From a repository"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._listing: Listing | None = None
        px = appearance.px
        self.name = QLineEdit()
        self.name.setPlaceholderText("owner/name")
        self.name.setAccessibleName(tr("Repository, as owner/name"))
        self.look = button(tr("Find files"), name=tr("Find the model files of this repository"))
        self.look.setEnabled(False)
        self.files = QListWidget()
        self.files.setAccessibleName(tr("Model files of this repository"))
        self.files.setProperty("look", "files")
        self.files.setMinimumHeight(px(180))
        self.note = label(tr("Asks {host} which files the repository holds.", host=host), "small", wrap=True)
        self.cancel = button(tr("Cancel"))
        self.download = button(tr("Download"), "primary")
        self.download.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.look)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.download)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(24), px(24), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(label(tr("A model from any repository"), "title"))
        layout.addLayout(row)
        layout.addWidget(self.files)
        layout.addWidget(self.note)
        layout.addLayout(foot)
        self.resize(px(520), px(420))
        self.name.textChanged.connect(lambda text: self.look.setEnabled("/" in text.strip()))
        self.name.returnPressed.connect(self.look.click)
        self.look.clicked.connect(self._on_look)
        self.files.currentRowChanged.connect(lambda row: self.download.setEnabled(row >= 0))
        self.files.itemActivated.connect(lambda _: self.download.click())
        self.download.clicked.connect(self._on_download)
        self.cancel.clicked.connect(self.reject)

    def show_listing(self, listing: Listing) -> None:
        """Show the files that were found."""
        self._listing = listing
        self.look.setEnabled(True)
        self.files.clear()
        for name, size in listing.files:
            self.files.addItem(QListWidgetItem(f"{name}   {size_words(size)}"))
        licence = listing.licence
        self.note.setText(
            tr("Choose a file. Its licence: {licence}.", licence=licence)
            if licence
            else tr("Choose a file. It names no licence.")
        )
        self.files.setCurrentRow(0)
        self.files.setFocus()

    def show_problem(self, text: str) -> None:
        """Say why nothing was found."""
        self.look.setEnabled(True)
        self.note.setText(text)

    def _on_look(self) -> None:
        self.files.clear()
        self.look.setEnabled(False)
        self.note.setText(tr("Looking…"))
        self.look_requested.emit(self.name.text().strip())

    def _on_download(self) -> None:
        listing, row = self._listing, self.files.currentRow()
        if listing is not None and row >= 0:
            file = listing.files[row][0]
            name = file.rsplit("/", 1)[-1].removesuffix(".gguf")
            self.chosen.emit(Wanted(name, listing.repository, file, licence=listing.licence))
            self.accept()

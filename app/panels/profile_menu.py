"""The quiet menu at the sidebar's foot: go to another profile, make, rename, export, import and delete one.

It asks the host to switch and the window's background to do the rest; folders and memories are elsewhere.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import mark, tr
from app.panels.forget import ForgetDialog
from app.profile_files import export_profile, import_profile
from app.profiles import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.desktop.host import Host
    from app.profiles import Profile
    from app.render.appearance import Appearance
    from app.window import MainWindow
    from memory.records import Counts

_FILES = mark("Attune profile (*.json)")


class ProfileMenu(QObject):
    """Belongs to one window; ``open`` shows the menu."""

    def __init__(self, host: Host, window: MainWindow) -> None:
        super().__init__(window)
        self._host, self._window = host, window
        self._profiles: tuple[Profile, ...] = (host.profile,)
        self._button = window.sidebar.profile_button
        self._button.clicked.connect(self.open)
        self._button.show()
        self._look_again()

    def open(self) -> None:
        """Show the menu above its button."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("Profiles"))
        here = self._host.profile
        for profile in self._profiles:
            action = menu.addAction(profile.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(profile.id == here.id)
            action.triggered.connect(partial(self._go, profile))
        menu.addSeparator()
        menu.addAction(tr("New profile…"), self._ask_new)
        menu.addAction(tr("Rename this profile…"), self._ask_rename)
        menu.addSeparator()
        menu.addAction(tr("Export this profile…"), self._ask_export)
        menu.addAction(tr("Import into this profile…"), self._ask_import)
        if not here.first:
            menu.addSeparator()
            menu.addAction(tr("Delete this profile…"), self._ask_delete)
        corner = self._button.mapToGlobal(self._button.rect().topLeft())
        corner.setY(corner.y() - menu.sizeHint().height())
        menu.popup(corner)

    def _go(self, profile: Profile) -> None:
        if profile.id != self._host.profile.id:
            self._window.toast.say(tr("Opening “{name}”…", name=profile.name))
        self._host.switch(profile)

    def _look_again(self) -> None:
        self._window.background.run(self._host.profiles.all, self._on_profiles)

    def _on_profiles(self, profiles: tuple[Profile, ...]) -> None:
        self._profiles = profiles
        here = next((p for p in profiles if p.id == self._host.profile.id), self._host.profile)
        self._window.sidebar.show_profile(here.name, several=len(profiles) > 1)

    def _ask_new(self) -> None:
        self._ask_name(
            tr("New profile"),
            tr("It has its own conversations, ratings and preferences. Nothing here changes."),
            tr("Make and open"),
            "",
            lambda name: self._host.profiles.add(name),
            self._host.switch,
        )

    def _ask_rename(self) -> None:
        here = self._host.profile

        def renamed(profile: Profile) -> None:
            self._host.renamed(profile)
            self._look_again()

        self._ask_name(
            tr("Rename this profile"),
            "",
            tr("Rename"),
            here.name,
            lambda name: self._host.profiles.rename(here, name),
            renamed,
        )

    def _ask_name(
        self,
        title: str,
        says: str,
        does: str,
        name: str,
        call: Callable[[str], Profile],
        done: Callable[[Profile], None],
    ) -> None:
        dialog = NameDialog(title, says, does, name, self._window.appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._window.background.run(partial(call, dialog.name.text()), done))
        dialog.open()

    def _ask_export(self) -> None:
        dialog = QFileDialog(self._window, tr("Export this profile"), "", tr(_FILES))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile("attune-profile.json")
        self._choose(dialog, self._export)

    def _export(self, file: str) -> None:
        self._window.background.run(
            lambda: export_profile(self._host.attune.store, Path(file)),
            lambda _: self._window.toast.say(
                tr("Exported to {name}. Keep it where only you can read it.", name=Path(file).name)
            ),
        )

    def _ask_import(self) -> None:
        dialog = QFileDialog(self._window, tr("Import into this profile"), "", tr(_FILES))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._choose(dialog, self._import)

    def _import(self, file: str) -> None:
        def done(sentence: str) -> None:
            self._window.refresh_conversations()
            self._window.refresh_preferences()
            self._window.toast.say(sentence)

        store, assistant = self._host.attune.store, self._host.attune.assistant

        def work() -> str:
            added = import_profile(store, Path(file))
            assistant.imported()
            return added

        self._window.background.run(work, done)

    def _choose(self, dialog: QFileDialog, chosen: Callable[[str], None]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _ask_delete(self) -> None:
        self._window.background.run(self._host.attune.assistant.counts, self._confirm_delete)

    def _confirm_delete(self, counts: Counts) -> None:
        here = self._host.profile
        dialog = ForgetDialog(
            counts,
            self._window.appearance,
            self._window,
            title=tr("Delete “{name}”", name=here.name),
            keep=tr("Keep this profile"),
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._host.switch(self._profiles[0], remove=True))
        dialog.open()


class NameDialog(QDialog):
    """Asks for a name; ``name`` holds it."""

    def __init__(
        self, title: str, says: str, does: str, name: str, appearance: Appearance, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.name = QLineEdit(name)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText(tr("Work"))
        self.name.setAccessibleName(tr("Name of the profile"))
        self.name.selectAll()
        self.go = button(does, "primary")
        self.cancel = button(tr("Cancel"))
        layout = QVBoxLayout(self)
        px = appearance.px
        layout.setContentsMargins(px(24), px(24), px(24), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(label(title, "title"))
        if says:
            layout.addWidget(label(says, "small", wrap=True))
        layout.addWidget(self.name)
        layout.addSpacing(px(8))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        layout.addLayout(row)
        self.setMinimumWidth(px(400))
        self.name.textChanged.connect(self._on_text)
        self.name.returnPressed.connect(self.go.click)
        self.go.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self._on_text(name)
        self.name.setFocus()

    def _on_text(self, text: str) -> None:
        self.go.setEnabled(bool(text.strip()))

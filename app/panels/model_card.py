"""One model of this computer as a card: what it is, whether it fits, how fast it was, and what can be done with it.

Shows a ``Known`` and emits wishes; keeps nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout

from app.chat.controls import IconButton, button, label
from app.language import tr
from app.model_wording import facts, fit_label, fit_look, fit_reason, speed_words

if TYPE_CHECKING:
    from app.model_choice import Known
    from app.render.appearance import Appearance
    from engine.models.hardware import Hardware


class ModelCard(QFrame):
    """The signals carry the model's path."""

    use_requested = Signal(str)
    settings_requested = Signal(str)
    folder_requested = Signal(str)
    removal_requested = Signal(str)

    def __init__(self, known: Known, hardware: Hardware, appearance: Appearance) -> None:
        super().__init__()
        self.known = known
        model, path = known.model, known.model.path
        self.setProperty("look", "card")
        self.setAccessibleName(model.name)
        px = appearance.px
        self.use = button(tr("Use"), "", name=tr("Use {name}", name=model.name))
        self.use.setEnabled(not known.problem)
        self.use.setVisible(not known.current)
        self.use.clicked.connect(lambda: self.use_requested.emit(path))
        self.in_use = label(tr("In use"), "accent")
        self.in_use.setVisible(known.current)
        self.more = IconButton(appearance, "more", tr("More about {name}", name=model.name))
        self.more.clicked.connect(self._open_menu)
        self.facts = label(facts(known.header) if known.header else path, "caption", wrap=True)
        self.state = label("", "small", wrap=True)
        self.reason = label("", "caption", wrap=True)
        self._show(known, hardware)

        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(label(model.name, "strong", wrap=True), 1)
        head.addWidget(self.in_use)
        head.addWidget(self.use)
        head.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(8), px(8), px(12))
        layout.setSpacing(px(4))
        layout.addLayout(head)
        for line in (self.facts, self.state, self.reason):
            layout.addWidget(line)

    def menu(self) -> QMenu:
        """Make the menu of what else can be done."""
        model, path = self.known.model, self.known.model.path
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self.known.problem:
            menu.addAction(tr("Settings…"), lambda: self.settings_requested.emit(path))
        if model.source != "built in":
            menu.addAction(tr("Open its folder"), lambda: self.folder_requested.emit(path))
            menu.addSeparator()
            remove = (
                tr("Move to the trash…") if model.ours and model.file.exists() else tr("Take off the list")
            )
            action = menu.addAction(remove, lambda: self.removal_requested.emit(path))
            action.setEnabled(not (self.known.current or self.known.needed))
        return menu

    def _open_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _show(self, known: Known, hardware: Hardware) -> None:
        if known.problem:
            self.state.setText(known.problem)
            self._look("danger")
            self.reason.hide()
            return
        assert known.fit is not None
        parts = [fit_label(known.fit)]
        if known.model.tokens_per_second:
            parts.append(speed_words(known.model.tokens_per_second))
        if known.tuned is not None:
            parts.append(tr("Tuned") if known.tuned else tr("Not tuned yet"))
        if known.reader:
            parts.append(tr("Preferences read by {name}", name=known.reader))
        self.state.setText("  ·  ".join(parts))
        self._look(fit_look(known.fit))
        self.reason.setText(fit_reason(known.fit, hardware))
        self.reason.setVisible(known.fit.kind in ("slow", "no", "partly"))

    def _look(self, look: str) -> None:
        self.state.setProperty("look", look)

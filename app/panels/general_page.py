"""The first page of the settings: how the window looks, moves and takes what is typed. Keeps nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.chat.controls import Choice, button, label
from app.language import LanguageChoice, mark, tr
from app.render.announce import announce
from app.render.appearance import ZOOMS, Motion
from app.render.translation import NAMES

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from app.render.theme import ThemeChoice

THEMES: Final[tuple[tuple[ThemeChoice, str], ...]] = (
    ("system", mark("Like the system")),
    ("light", mark("Light")),
    ("dark", mark("Dark")),
)
_MOTIONS: Final[tuple[tuple[Motion, str], ...]] = (
    ("system", mark("Like the system")),
    ("on", mark("Gentle movement")),
    ("off", mark("No movement")),
)
_ENTER: Final = (
    (True, mark("Sends; Shift + Enter breaks the line")),
    (False, mark("Breaks the line; Shift + Enter sends")),
)

_LANGUAGES: Final[tuple[LanguageChoice, ...]] = get_args(LanguageChoice)


class GeneralPage(QWidget):
    """Theme, size and movement change at once in ``appearance``; the signals tell the rest."""

    enter_chosen = Signal(bool)
    language_chosen = Signal(str)
    first_run_wanted = Signal()

    def __init__(
        self, appearance: Appearance, *, enter_sends: bool, language: LanguageChoice = "system"
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self.theme = Choice(tr("Theme"), [tr(name) for _, name in THEMES])
        self.zoom = Choice(tr("Text size"), [f"{zoom:.0%}" for zoom in ZOOMS])
        self.motion = Choice(tr("Movement"), [tr(name) for _, name in _MOTIONS])
        self.enter = Choice(tr("The Enter key"), [tr(name) for _, name in _ENTER])
        self.enter.setCurrentIndex([sends for sends, _ in _ENTER].index(enter_sends))
        self.language = Choice(tr("Language"), [_language_name(one) for one in _LANGUAGES])
        self.language.setCurrentIndex(_LANGUAGES.index(language))
        self.later = label("", "caption", wrap=True)
        self.later.hide()
        self.first_run = button(tr("Show the welcome again"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(appearance.px(24))
        grid.setVerticalSpacing(appearance.px(16))
        grid.setColumnStretch(1, 1)
        for row, box in enumerate((self.theme, self.zoom, self.motion, self.enter, self.language)):
            name = label(box.accessibleName(), "smalltext")
            name.setBuddy(box)
            grid.addWidget(name, row, 0)
            grid.addWidget(box, row, 1)
        layout = QVBoxLayout(self)
        margin = appearance.px(24)
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(appearance.px(16))
        layout.addWidget(label(tr("General"), "title"))
        layout.addLayout(grid)
        layout.addWidget(self.later)
        layout.addWidget(self.first_run, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self._show()
        self.first_run.clicked.connect(self.first_run_wanted)
        self.theme.activated.connect(lambda index: appearance.choose(THEMES[index][0]))
        self.zoom.activated.connect(lambda index: appearance.set_zoom(ZOOMS[index]))
        self.motion.activated.connect(lambda index: appearance.set_motion(_MOTIONS[index][0]))
        self.enter.activated.connect(lambda index: self.enter_chosen.emit(_ENTER[index][0]))
        self.language.activated.connect(lambda index: self._on_language(_LANGUAGES[index]))
        appearance.changed.connect(self._show)

    def _on_language(self, choice: LanguageChoice) -> None:
        self.later.setText(tr("Attune speaks it after a restart."))
        self.later.show()
        announce(self, self.later.text())
        self.language_chosen.emit(choice)

    def _show(self) -> None:
        self.theme.setCurrentIndex([choice for choice, _ in THEMES].index(self._appearance.choice))
        self.motion.setCurrentIndex([motion for motion, _ in _MOTIONS].index(self._appearance.motion))
        nearest = min(ZOOMS, key=lambda zoom: abs(zoom - self._appearance.zoom))
        self.zoom.setCurrentIndex(ZOOMS.index(nearest))


def _language_name(choice: LanguageChoice) -> str:
    return tr("Like the system") if choice == "system" else NAMES[choice]

"""The preferences panel of one window with all that fills it, made when it is first wanted: a start shows none of it.

Puts parts together and decides nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.language import tr
from app.panels.preferences import PreferencesPanel
from app.panels.statements import StatementsPanel
from app.panels.statements_controller import StatementsController
from app.panels.taste_control import TasteControl
from app.principles import is_own

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.answers import Turn
    from app.window import MainWindow


class PreferencesControl:
    """The panel, and what reads and changes what it shows."""

    def __init__(self, window: MainWindow, now: Callable[[], datetime]) -> None:
        assistant, appearance = window.attune.assistant, window.appearance
        principles, remembering = assistant.principles, assistant.remembering
        shipped = [p for p in principles.all if not is_own(p)]
        self.panel = PreferencesPanel(shipped, lambda: principles.by_name, appearance, now)
        self.statements = StatementsPanel(lambda: principles.by_name, remembering.kind_of, appearance, now)
        self.panel.add_page(tr("Your words"), self.statements, 2)
        self.remembered = StatementsController(remembering, window.background, self.statements)
        self.taste = TasteControl(window, self.panel)
        self.panel.setMinimumWidth(appearance.px(320))
        self.panel.close_requested.connect(window.toggle_preferences)
        self.panel.evidence.open_requested.connect(window.open_at)
        self.panel.sliders.forget_requested.connect(window.ask_to_forget)
        self.statements.source_requested.connect(window.open_at)
        self.remembered.changed.connect(window.refresh_preferences)
        self.remembered.noted.connect(window.toast.say)
        window.controller.answered.connect(self._on_answered)
        window.tuning.show_on(self.panel)

    def refresh(self) -> None:
        """Read again what is shown."""
        self.taste.refresh()
        self.remembered.refresh()

    def _on_answered(self, turn: Turn) -> None:
        if turn.statements:  # when each was last used is another time now
            self.remembered.refresh()

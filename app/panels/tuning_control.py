"""Between the tuning card, the offer and the user's own preferences in the window and what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from app.language import told, tr
from app.panels.deletion import Deletion
from app.principles import is_own
from app.user_messages import explain

if TYPE_CHECKING:
    from app.panels.own_dialog import OwnPrincipleDialog
    from app.panels.preferences import PreferencesPanel
    from app.panels.sliders_page import SlidersPage
    from app.tuning import TuningState
    from app.window import MainWindow
    from memory.records import PrincipleDraft


class TuningControl(QObject):
    """Wires one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        attune = window.attune
        self._window, self._assistant, self._tuning = window, attune.assistant, attune.tuning
        self._background, self._bar = window.background, window.chat.untuned
        self._sliders: SlidersPage | None = None
        self.shown = self._tuning.state
        self.deletion = Deletion(self._forget, lambda: window.toast.offers(self._on_undo), self)
        self._bar.tune_requested.connect(self._on_tune)
        self._bar.full_speed_requested.connect(lambda: self._tuning.choose_untuned("unguided"))
        self._bar.dismissed.connect(self._on_dismissed)
        self._tuning.on_changed(lambda state: self._background.post(self._on_state, state))
        self._assistant.principles.on_changed(lambda: self._background.post(self._on_principles, None))
        self._bar.show_state(self.shown)

    def show_on(self, panel: PreferencesPanel) -> None:
        """Show how tuning goes, and the user's own preferences, on ``panel`` too."""
        self._sliders = panel.sliders
        card, own = panel.sliders.tuning, panel.sliders.own
        card.start_requested.connect(self._tuning.start)
        card.pause_requested.connect(self._tuning.pause)
        card.cancel_requested.connect(self._on_cancel)
        card.guided_chosen.connect(lambda on: self._tuning.choose_untuned("slower" if on else "unguided"))
        own.write_requested.connect(self.write)
        own.edit_requested.connect(self._on_edit)
        own.delete_requested.connect(self._on_delete)
        self._show_principles(panel.sliders)
        card.show_state(self.shown)

    def write(self, instruction: str = "") -> None:
        """Open the dialog for a new principle, beginning with ``instruction``."""
        from app.panels.own_dialog import OwnPrincipleDialog

        dialog = OwnPrincipleDialog(self._window.appearance, self._window, instruction=instruction or "")
        self._open(dialog, None)

    def _on_edit(self, name: str) -> None:
        from app.panels.own_dialog import OwnPrincipleDialog

        def found(own: object) -> None:
            words = next((p.words for p in own if p.name == name), None)  # type: ignore[attr-defined]
            if words:
                self._open(OwnPrincipleDialog(self._window.appearance, self._window, words=words), name)

        self._background.run(self._assistant.principles.own, found)

    def _open(self, dialog: OwnPrincipleDialog, name: str | None) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        closed: list[bool] = []
        dialog.finished.connect(lambda _: closed.append(True))

        def save(words: PrincipleDraft) -> None:
            dialog.save.setEnabled(False)

            def keep() -> object:
                if name is None:
                    return self._assistant.principles.add(words)
                return self._assistant.principles.edit(name, words)

            self._background.run(
                keep,
                lambda _: None if closed else dialog.accept(),
                lambda error: None if closed else dialog.refuse(*explain(error)),
            )

        def propose(text: str) -> None:
            # On a thread of its own: the model may take its time, and thumbs must not wait for it.
            self._background.iterate(
                lambda: iter((self._assistant.principles.propose_opposite(text),)),
                lambda proposal: None if closed else dialog.show_proposal(proposal),
                lambda error: None if closed else dialog.refuse(*explain(error)),
                lambda: None,
            )

        dialog.saved.connect(save)
        dialog.opposite_wanted.connect(propose)
        dialog.open()

    def _on_delete(self, name: str) -> None:
        principle = self._assistant.principles.by_name.get(name)
        if principle is None:
            return
        self.deletion.begin(name)
        self._background.run(lambda: self._assistant.principles.retire(name))
        self._window.toast.say(
            tr("Deleted “{label}”", label=told(principle.positive.label)), tr("Undo"), self._on_undo
        )

    def _on_undo(self) -> None:
        if name := self.deletion.undo():
            self._background.run(lambda: self._assistant.principles.restore(name))

    def _forget(self, name: str) -> None:
        self._background.run(lambda: self._assistant.principles.forget(name))

    def _on_cancel(self) -> None:
        from app.panels.tuning_card import CancelTuningDialog

        dialog = CancelTuningDialog(self._window.appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._tuning.cancel(keep=dialog.keep))
        dialog.open()

    def _on_tune(self) -> None:
        if not self._window.preferences_shown:
            self._window.toggle_preferences()
        self._tuning.dismiss_offer()
        panel = self._window.preferences
        panel.show_page(panel.sliders)
        panel.sliders.reveal_tuning()

    def _on_dismissed(self) -> None:
        self._bar.hide()
        self._tuning.dismiss_offer()

    def _on_principles(self, _: None) -> None:
        if self._sliders:
            self._show_principles(self._sliders)
        self._window.refresh_preferences()

    def _show_principles(self, sliders: SlidersPage) -> None:
        sliders.show_own([p for p in self._assistant.principles.all if is_own(p)])
        sliders.tuning.retell()

    def _on_state(self, state: TuningState) -> None:
        before, self.shown = self.shown, state
        if self._sliders:
            self._sliders.tuning.show_state(state)
        self._bar.show_state(state)
        if before.phase == "running" and state.phase == "tuned":
            self._window.toast.say(
                tr("Tuned to {model}: your preferences guide it at full speed now.", model=state.model)
            )

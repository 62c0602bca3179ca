"""The main window: sidebar, chat and preferences side by side, and what lives as long as the window does.

Puts the parts together; the chat's behaviour is ``app.chat.controller``'s, what keys do ``app.commands``'s.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter, QWidget

from app.background import Background
from app.chat.controller import ChatController
from app.chat.drafts import Drafts
from app.chat.inspector.inspector import Inspector
from app.chat.offers import Offers
from app.chat.persona_choice import PersonaChoice
from app.chat.toast import Toast
from app.chat.view import ChatView
from app.commands import Commands
from app.language import tr
from app.panels.conversations import Sidebar
from app.panels.library_actions import LibraryActions
from app.panels.model_switching import ModelSwitching
from app.panels.transfer_actions import TransferActions
from app.panels.tuning_control import TuningControl
from app.user_messages import explain
from app.window_state import WindowState, read_state, write_state
from memory.errors import DatabaseDamagedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from app.composition import Attune
    from app.language import LanguageChoice
    from app.panels.preferences import PreferencesPanel
    from app.panels.preferences_control import PreferencesControl
    from app.panels.settings import SettingsDialog
    from app.panels.statements import StatementsPanel
    from app.panels.taste_control import TasteControl
    from app.render.appearance import Appearance
    from app.render.theme import ThemeChoice
    from memory.records import Conversation, Counts

log = logging.getLogger(__name__)


# Long enough after a start that nobody waits for anything else.
TIDY_UP_MS: Final = 20_000


class MainWindow(QMainWindow):
    """Attune's window over one running application core."""

    quick_requested = Signal()
    went_to_tray = Signal()
    closed = Signal()
    _from_elsewhere = Signal(str)

    def __init__(
        self, attune: Attune, appearance: Appearance, *, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("Attune")
        self.setWindowIcon(appearance.icon("attune", "accent", 64))
        self.attune = self._attune = attune
        self._assistant = attune.assistant
        self.stays: Callable[[], bool] = lambda: False
        self._quitting = False
        self.appearance = appearance
        self.background = Background(self._on_failed)
        self._now = now or (lambda: datetime.now(UTC))
        self.sidebar = Sidebar(appearance, self._now)
        self.chat = ChatView(self._assistant.principles.by_name, appearance)
        self.controller = ChatController(self._assistant, self.background, self.chat)
        remembering = self._assistant.remembering
        self.offers = Offers(
            remembering, self.background, self.chat, lambda: self._assistant.principles.by_name, appearance
        )
        self.inspector = Inspector(
            self._assistant, self.controller, self.background, self.chat, appearance, self
        )
        self.chat.context_length = self._context_length
        self.personas = PersonaChoice(attune.store, self.background, self.controller, self.chat.persona)
        self.toast = Toast(appearance, self.chat.room, self.chat.jump)
        self.library = LibraryActions(
            self._assistant.library, self.background, self.sidebar, self.controller, self.toast
        )
        self.transfer = TransferActions(attune.store, self.background, self.toast, self)
        self._lay_out()
        self.models = ModelSwitching(
            attune.models,
            attune.assistant,
            self.controller,
            self.background,
            self.toast.say,
            appearance,
            self,
        )
        self.chat.head.insertWidget(self.chat.head.count() - 1, self.models.button)
        self.models.small.connect(self.chat.empty.small.setVisible)
        self.chat.empty.larger.clicked.connect(self.models.open_dialog)
        self.models.begin()
        state = read_state(attune.store)
        self.drafts = Drafts(self.chat.composer, state.drafts)
        self._connect()
        self._commands = Commands(self)
        self.keymap = self._commands.keymap
        self._restore(state)
        self.controller.conversation_opened.connect(self.drafts.switch)
        self.controller.conversation_created.connect(self.drafts.adopt)
        self._assistant.on_learned(lambda rated: self.background.post(self.controller.late_learning, rated))
        self._assistant.on_titled(
            lambda _: self.background.post(lambda _: self.refresh_conversations(), None)
        )
        self.controller.open_new()
        self.refresh_conversations()
        self.tuning = TuningControl(self)
        if state.preferences:
            self.toggle_preferences()
        self.offers.hand_own_principles_to(self.tuning.write)
        self._tidying = QTimer(self)
        self._tidying.setSingleShot(True)
        self._tidying.setInterval(TIDY_UP_MS)
        self._tidying.timeout.connect(self._assistant.tidy_up)
        self._tidying.start()
        self.chat.composer.entry.setFocus()
        if attune.store.call(lambda store: store.moved_aside):
            self.report(*explain(DatabaseDamagedError()))

    def refresh_conversations(self) -> None:
        """Read the conversations again."""
        self.library.refresh()

    def refresh_preferences(self) -> None:
        """Read the preferences again, where they were ever shown."""
        if self._has_preferences:
            self._preferences.refresh()

    @property
    def preferences(self) -> PreferencesPanel:
        """The preferences panel."""
        return self._preferences.panel

    @property
    def statements(self) -> StatementsPanel:
        """The panel's page of what the user said about themselves."""
        return self._preferences.statements

    @property
    def taste(self) -> TasteControl:
        """What fills the preferences panel."""
        return self._preferences.taste

    @property
    def preferences_shown(self) -> bool:
        """Whether the preferences stand beside the chat."""
        return self._has_preferences and not self.preferences.isHidden()

    @property
    def _has_preferences(self) -> bool:
        return "_preferences" in self.__dict__

    @cached_property
    def _preferences(self) -> PreferencesControl:
        from app.panels.preferences_control import PreferencesControl

        made = PreferencesControl(self, self._now)
        room = self._splitter.replaceWidget(self._splitter.indexOf(self.chat) + 1, made.panel)
        assert room is not None
        room.deleteLater()
        made.panel.hide()
        made.refresh()
        return made

    def show_statements(self) -> None:
        """Show what the user said about themselves."""
        if not self.preferences_shown:
            self.toggle_preferences()
        self.preferences.show_page(self.statements)
        self.statements.entry.setFocus()

    def new_conversation(self) -> None:
        """Begin a new conversation."""
        self.controller.open_new()
        self.chat.composer.entry.setFocus()

    def new_temporary(self) -> None:
        """Begin a chat that is never saved."""
        self.controller.open_temporary()
        self.chat.composer.entry.setFocus()

    def open_search(self) -> None:
        """Search all conversations."""
        from app.panels.search_palette import SearchPalette

        gone = {c.id for c in self.library.conversations.values() if c.trashed_at}
        recent = [c for c in self.library.listed if c.id not in gone]
        palette = SearchPalette(self._assistant.library.search, recent, self.background, self.appearance)
        palette.setParent(self, palette.windowFlags())
        width = min(self.appearance.px(680), self.width() - self.appearance.px(32))
        palette.resize(width, min(self.appearance.px(520), self.height() - self.appearance.px(64)))
        corner = self.mapToGlobal(self.rect().topLeft())
        palette.move(corner.x() + (self.width() - width) // 2, corner.y() + self.appearance.px(48))
        palette.chosen.connect(self._on_found)
        palette.open()
        palette.field.setFocus()

    def toggle_sidebar(self) -> None:
        """Show or hide the conversations."""
        self.sidebar.setVisible(self.sidebar.isHidden())

    def toggle_preferences(self) -> None:
        """Show or hide the preferences."""
        made, shown = self._has_preferences, not self.preferences_shown
        self.preferences.setVisible(shown)
        self.chat.preferences_button.setChecked(shown)
        if made and shown:
            self.taste.refresh()

    def show_evidence(self, name: str) -> None:
        """Show the ratings that moved the weight of a preference."""
        if not self.preferences_shown:
            self.toggle_preferences()
        self.preferences.show_evidence(name)

    def set_theme(self, choice: ThemeChoice) -> None:
        """Switch between *system*, *light* and *dark*."""
        self.appearance.choose(choice)

    def show_settings(self, page: str = "") -> SettingsDialog:
        """Open the settings, at ``page`` where one is named."""
        from app.panels.general_page import GeneralPage
        from app.panels.personas_page import PersonasPage
        from app.panels.privacy_control import PrivacyControl
        from app.panels.settings import SettingsDialog

        dialog = SettingsDialog(self.appearance, self)
        general = GeneralPage(
            self.appearance, enter_sends=self.chat.composer.enter_sends, language=self.language
        )
        general.enter_chosen.connect(self.chat.composer.set_enter_sends)
        general.language_chosen.connect(self._choose_language)
        general.first_run_wanted.connect(dialog.accept)
        general.first_run_wanted.connect(self.show_first_run)
        dialog.add_page(tr("General"), general)
        personas = PersonasPage(self.appearance)
        self.personas.fill(personas)
        dialog.add_page(tr("Personas"), personas)
        dialog.add_page(tr("Privacy"), PrivacyControl(self).page(dialog))
        dialog.show_page(page)
        dialog.open()
        return dialog

    def show_shortcuts(self) -> None:
        """List the keys, where they can be changed too."""
        from app.panels.shortcuts import ShortcutsDialog

        ShortcutsDialog(self.keymap, self.appearance, self).open()

    def show_first_run(self) -> None:
        """Show the first run: what Attune is, the model, five pairs to choose between."""
        from app.panels.first_run_control import show

        show(self)

    def _choose_language(self, choice: LanguageChoice) -> None:
        self.language = choice
        # Kept at once: the next start asks for it before there is a window.
        state = self._state()
        self.background.run(lambda: write_state(self._attune.store, state))

    def report(self, sentence: str, next_step: str) -> None:
        """Say a sentence at the foot of the window; may be called from any thread."""
        self._from_elsewhere.emit(f"{sentence} {next_step}")

    def come_forward(self) -> None:
        """Be seen: out of the tray, not minimised, above other windows."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def open_conversation(self, conversation_id: str) -> None:
        """Come forward with a conversation; without one, or where it is gone, just come forward."""
        self.come_forward()
        if conversation_id and conversation_id != self.controller.conversation_id:
            self.background.run(
                lambda: self._attune.store.call(lambda store: store.conversation(conversation_id)),
                self.controller.open,
            )

    def quit(self) -> None:
        """Close for good, also where closing would only hide."""
        self._quitting = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what streams, remember the window's state, and let the threads end; or only hide in the tray."""
        if self.stays() and not self._quitting and not self._ends_with_session():
            event.ignore()
            self.hide()
            self.went_to_tray.emit()
            return
        self.tuning.deletion.finish()
        if self._has_preferences:
            self.taste.close()
        state = self._state()
        self.background.run(lambda: write_state(self._attune.store, state))
        self.models.close()
        self.inspector.close()
        self.controller.close()
        self.transfer.close()
        self._assistant.principles.close()
        self.closed.emit()
        with self._attune.ending():
            self.background.close()
        super().closeEvent(event)

    def _ends_with_session(self) -> bool:
        application = QApplication.instance()
        return isinstance(application, QApplication) and application.isSavingSession()

    def _lay_out(self) -> None:
        px = self.appearance.px
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self.sidebar.setMinimumWidth(px(224))
        self.chat.setMinimumWidth(px(400))
        room = QWidget()  # the preferences' until they are wanted
        room.setMinimumWidth(px(320))
        room.hide()
        for index, part in enumerate((self.sidebar, self.chat, room)):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(index, 1 if part is self.chat else 0)
        self._splitter.setSizes([px(256), px(784), px(360)])
        self.setCentralWidget(self._splitter)
        self.resize(px(1120), px(760))

    def _connect(self) -> None:
        controller = self.controller
        self.sidebar.new_requested.connect(self.new_conversation)
        self.sidebar.temporary_requested.connect(self.new_temporary)
        self.sidebar.search_requested.connect(self.open_search)
        self.sidebar.import_requested.connect(self.transfer.import_file)
        self.sidebar.export_all_requested.connect(self.transfer.export_all)
        self.sidebar.export_requested.connect(self._export)
        self.transfer.imported.connect(self.refresh_conversations)
        self.library.taught.connect(self.refresh_preferences)
        self.library.forgotten.connect(self.drafts.forget)
        controller.temporary_left.connect(self._on_temporary_left)
        controller.way_back = lambda: self.toast.offers(controller.go_back)
        self.sidebar.theme_requested.connect(self._choose_theme)
        self.sidebar.shortcuts_requested.connect(self.show_shortcuts)
        self.sidebar.settings_requested.connect(self.show_settings)
        self.chat.persona.edit_requested.connect(lambda: self.show_settings(tr("Personas")))
        self.chat.sidebar_toggled.connect(self.toggle_sidebar)
        self.chat.preferences_toggled.connect(self.toggle_preferences)
        controller.conversation_opened.connect(self.sidebar.mark_current)
        controller.conversation_created.connect(self.sidebar.mark_current)
        controller.conversations_changed.connect(self.refresh_conversations)
        controller.learned.connect(self.refresh_preferences)
        self.inspector.statements_requested.connect(self.show_statements)
        self.inspector.evidence_requested.connect(self.show_evidence)
        controller.answered.connect(self.models.on_answered)
        controller.thread_changed.connect(self.offers.refresh)
        self.offers.kept.connect(self.refresh_preferences)
        self.chat.statements_requested.connect(self.show_statements)
        self.sidebar.privacy_requested.connect(lambda: self.show_settings(tr("Privacy")))
        self._from_elsewhere.connect(self.toast.say)
        self.chat.composer.refused.connect(self.toast.say)

    def _context_length(self) -> int:
        loaded = self._attune.engine.loaded
        return loaded.context_length if loaded else self._attune.settings.context_length

    def _export(self, conversation_id: str) -> None:
        if conversation := self.library.conversations.get(conversation_id):
            self.transfer.export_one(conversation)

    def _on_temporary_left(self) -> None:
        self.toast.say(tr("You left the temporary chat."), tr("Go back"), self.controller.go_back)

    def _on_found(self, conversation: Conversation, message_id: str | None, words: str) -> None:
        if message_id:
            self.controller.open_at(conversation, message_id, words)
        else:
            self.controller.open(conversation)

    def open_at(self, conversation_id: str, message_id: str) -> None:
        """Open a conversation at one of its messages."""
        # Asked of the memory: the sidebar may be showing the trash.
        self.background.run(
            lambda: self._assistant.library.conversation(conversation_id),
            lambda conversation: self.controller.open_at(conversation, message_id),
        )

    def _choose_theme(self) -> None:
        from app.panels.general_page import THEMES

        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for choice, name in THEMES:
            action = menu.addAction(tr(name))
            action.setCheckable(True)
            action.triggered.connect(partial(self.set_theme, choice))
            action.setChecked(self.appearance.choice == choice)
        menu.popup(self.sidebar.theme_button.mapToGlobal(self.sidebar.theme_button.rect().topLeft()))

    def ask_to_forget(self) -> None:
        """Ask whether everything is to be forgotten."""
        self.background.run(self._assistant.counts, self._ask_to_forget)

    def _ask_to_forget(self, counts: Counts) -> None:
        from app.panels.forget import ForgetDialog

        dialog = ForgetDialog(counts, self.appearance, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.controller.stop()
        self.controller.open_new()
        self.toast.dismiss()
        self.drafts.clear()
        state = self._state()
        self.background.run(lambda: write_state(self._attune.store, state))
        self.background.run(self._assistant.forget_everything, self._on_forgotten)

    def _on_forgotten(self, _: None) -> None:
        self.refresh_conversations()
        self.refresh_preferences()
        self.toast.say(tr("Everything is forgotten."))

    def _on_failed(self, error: BaseException) -> None:
        log.warning("a call failed: %r", error)
        self.report(*explain(error))

    def _restore(self, state: WindowState) -> None:
        self.language = state.language
        self.appearance.choose(state.theme)
        self.appearance.set_zoom(state.zoom)
        self.appearance.set_motion(state.motion)
        self.chat.composer.set_enter_sends(state.enter_sends)
        self.restoreGeometry(QByteArray.fromBase64(state.geometry.encode()))
        self._splitter.restoreState(QByteArray.fromBase64(state.splitter.encode()))
        self.sidebar.setVisible(state.sidebar)

    def _state(self) -> WindowState:
        return WindowState(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            splitter=bytes(self._splitter.saveState().toBase64().data()).decode(),
            sidebar=not self.sidebar.isHidden(),
            preferences=self.preferences_shown,
            theme=self.appearance.choice,
            zoom=self.appearance.zoom,
            drafts=self.drafts.kept(),
            motion=self.appearance.motion,
            enter_sends=self.chat.composer.enter_sends,
            language=self.language,
        )

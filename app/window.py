"""The main window: sidebar, chat and preferences side by side, and what lives as long as the window does.

Puts the parts together and remembers its own state; the chat's behaviour is ``app.chat.controller``'s.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter

from app import crash
from app.background import Background
from app.chat.controller import ChatController
from app.chat.toast import SHOWN_MS, Toast
from app.chat.view import ChatView
from app.panels.conversations import Sidebar
from app.panels.forget import ForgetDialog
from app.panels.preferences import PreferencesPanel
from app.render.appearance import Appearance
from app.user_messages import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.composition import Attune
    from app.render.theme import ThemeChoice
    from memory.records import Conversation, Counts, Preferences

log = logging.getLogger(__name__)
_STATE_KEY: Final = "window"
_THEMES: Final[tuple[tuple[ThemeChoice, str], ...]] = (
    ("system", "Like the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)


class MainWindow(QMainWindow):
    """Attune's window over one running application core."""

    _from_elsewhere = Signal(object, object)

    def __init__(
        self, attune: Attune, appearance: Appearance, *, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("Attune")
        self.setWindowIcon(appearance.icon("attune", "accent", 64))
        self._attune = attune
        self._assistant = attune.assistant
        self.appearance = appearance
        self.background = Background(self._on_failed)
        principles = self._assistant.principles
        self.sidebar = Sidebar(appearance, now or (lambda: datetime.now(UTC)))
        self.chat = ChatView({p.name: p for p in principles}, appearance)
        self.preferences = PreferencesPanel(principles, appearance)
        self.controller = ChatController(self._assistant, self.background, self.chat)
        self.toast = Toast(appearance, self.chat)
        self._conversations: dict[str, Conversation] = {}
        self._deleting: str | None = None
        self._delete_timer = QTimer(self)
        self._delete_timer.setSingleShot(True)
        self._delete_timer.setInterval(SHOWN_MS)
        self._delete_timer.timeout.connect(self._delete_now)
        self._lay_out()
        self._connect()
        self._make_actions()
        self._restore()
        self._assistant.on_learned(lambda rated: self.background.post(self.controller.late_learning, rated))
        self.controller.open_new()
        self.refresh_conversations()
        self.refresh_preferences()
        self.chat.composer.entry.setFocus()

    def refresh_conversations(self) -> None:
        """Read the conversations again."""
        self.background.run(self._assistant.conversations, self._on_conversations)

    def refresh_preferences(self) -> None:
        """Read the preferences again."""
        self.background.run(self._assistant.preferences, self._on_preferences)

    def delete_conversation(self, conversation_id: str) -> None:
        """Take a conversation away, and delete it for good unless the user says Undo."""
        self._delete_now()
        self._deleting = conversation_id
        if self.controller.conversation_id == conversation_id:
            self.controller.stop()
            self.controller.open_new()
        self._show_conversations()
        title = self._conversations[conversation_id].title if conversation_id in self._conversations else ""
        self._delete_timer.start()
        self.toast.say(f"Deleted “{title}”" if title else "Conversation deleted", "Undo", self._undo_delete)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what streams, remember the window's state, and let the threads end."""
        self._delete_now()
        self._remember()
        self.controller.close()
        self.background.close()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        px = self.appearance.px
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self.sidebar.setMinimumWidth(px(200))
        self.preferences.setMinimumWidth(px(320))
        self.chat.setMinimumWidth(px(360))
        for index, part in enumerate((self.sidebar, self.chat, self.preferences)):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(index, 1 if part is self.chat else 0)
        self._splitter.setSizes([px(256), px(784), px(360)])
        self.preferences.hide()
        self.setCentralWidget(self._splitter)
        self.resize(px(1120), px(760))

    def _connect(self) -> None:
        self.sidebar.new_requested.connect(self.new_conversation)
        self.sidebar.selected.connect(self._on_selected)
        self.sidebar.renamed.connect(self._on_renamed)
        self.sidebar.delete_requested.connect(self.delete_conversation)
        self.sidebar.theme_requested.connect(self._choose_theme)
        self.chat.sidebar_toggled.connect(self.toggle_sidebar)
        self.chat.preferences_toggled.connect(self.toggle_preferences)
        self.controller.conversation_opened.connect(self.sidebar.mark_current)
        self.controller.conversations_changed.connect(self.refresh_conversations)
        self.controller.learned.connect(self.refresh_preferences)
        panel, assistant = self.preferences, self._assistant
        panel.close_requested.connect(self.toggle_preferences)
        panel.strength_changed.connect(lambda beta: self._change(lambda: assistant.set_strength(beta)))
        panel.value_changed.connect(
            lambda name, value: self._change(lambda: assistant.set_preference(name, value))
        )
        panel.enabled_changed.connect(lambda name, on: self._change(lambda: assistant.set_enabled(name, on)))
        panel.forget_requested.connect(lambda: self.background.run(assistant.counts, self._ask_to_forget))
        self._from_elsewhere.connect(lambda sentence, step: self.toast.say(f"{sentence} {step}"))

    def new_conversation(self) -> None:
        """Begin a new conversation."""
        self.controller.open_new()
        self.chat.composer.entry.setFocus()

    def toggle_sidebar(self) -> None:
        """Show or hide the conversations."""
        self.sidebar.setVisible(self.sidebar.isHidden())

    def toggle_preferences(self) -> None:
        """Show or hide the preferences."""
        self.preferences.setVisible(self.preferences.isHidden())
        self.chat.preferences_button.setChecked(not self.preferences.isHidden())

    def report(self, sentence: str, next_step: str) -> None:
        """Say a sentence at the foot of the window; may be called from any thread."""
        self._from_elsewhere.emit(sentence, next_step)

    def _make_actions(self) -> None:
        for name, keys, act in (
            ("New conversation", "Ctrl+N", self.new_conversation),
            ("Stop", "Esc", self.controller.stop),
            ("Conversations", "Ctrl+B", self.toggle_sidebar),
            ("Preferences", "Ctrl+P", self.toggle_preferences),
        ):
            action = QAction(name, self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(act)
            self.addAction(action)

    def _change(self, call: Callable[[], None]) -> None:
        self.background.run(call, lambda _: self.refresh_preferences())

    def _on_conversations(self, conversations: tuple[Conversation, ...]) -> None:
        self._conversations = {c.id: c for c in conversations}
        if (current := self.controller.conversation_id) in self._conversations:
            self.controller.renamed(self._conversations[current])
        self._show_conversations()

    def _show_conversations(self) -> None:
        shown = [c for c in self._conversations.values() if c.id != self._deleting]
        self.sidebar.show_conversations(shown, self.controller.conversation_id)

    def _on_preferences(self, preferences: Preferences) -> None:
        self.preferences.show_preferences(preferences)

    def _on_selected(self, conversation_id: str) -> None:
        if conversation_id != self.controller.conversation_id:
            self.controller.open(self._conversations[conversation_id])

    def _on_renamed(self, conversation_id: str, title: str) -> None:
        self.background.run(
            lambda: self._assistant.rename(conversation_id, title), lambda _: self.refresh_conversations()
        )

    def _undo_delete(self) -> None:
        self._delete_timer.stop()
        conversation_id, self._deleting = self._deleting, None
        self._show_conversations()
        if conversation_id in self._conversations:
            self.controller.open(self._conversations[conversation_id])

    def _delete_now(self) -> None:
        self._delete_timer.stop()
        conversation_id, self._deleting = self._deleting, None
        if conversation_id is not None:
            self._conversations.pop(conversation_id, None)
            self.background.run(
                lambda: self._assistant.delete_conversation(conversation_id),
                lambda _: self.refresh_preferences(),
            )

    def _choose_theme(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for choice, name in _THEMES:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.triggered.connect(partial(self.set_theme, choice))
            action.setChecked(self.appearance.choice == choice)
        menu.popup(self.sidebar.theme_button.mapToGlobal(self.sidebar.theme_button.rect().topLeft()))

    def set_theme(self, choice: ThemeChoice) -> None:
        """Switch between *system*, *light* and *dark*."""
        self.appearance.choose(choice)

    def _ask_to_forget(self, counts: Counts) -> None:
        dialog = ForgetDialog(counts, self.appearance, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.controller.stop()
        self.controller.open_new()
        self.toast.dismiss()
        self._deleting = None
        self._delete_timer.stop()
        self.background.run(self._assistant.forget_everything, self._on_forgotten)

    def _on_forgotten(self, _: None) -> None:
        self.refresh_conversations()
        self.refresh_preferences()
        self.toast.say("Everything is forgotten.")

    def _on_failed(self, error: BaseException) -> None:
        sentence, next_step = explain(error)
        log.warning("a call failed: %r", error)
        self.toast.say(f"{sentence} {next_step}")

    def _restore(self) -> None:
        try:
            state = json.loads(self._attune.store.call(lambda store: store.setting(_STATE_KEY)) or "{}")
        except json.JSONDecodeError:
            state = {}
        if geometry := state.get("geometry"):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if splitter := state.get("splitter"):
            self._splitter.restoreState(QByteArray.fromBase64(splitter.encode()))
        self.sidebar.setHidden(bool(state.get("sidebar_hidden", False)))
        self.preferences.setVisible(bool(state.get("preferences", False)))
        self.chat.preferences_button.setChecked(not self.preferences.isHidden())
        if state.get("theme") in ("system", "light", "dark"):
            self.appearance.choose(state["theme"])
        self.appearance.set_zoom(float(state.get("zoom", 1.0)))

    def _remember(self) -> None:
        state = {
            "geometry": _text(self.saveGeometry()),
            "splitter": _text(self._splitter.saveState()),
            "sidebar_hidden": self.sidebar.isHidden(),
            "preferences": not self.preferences.isHidden(),
            "theme": self.appearance.choice,
            "zoom": self.appearance.zoom,
        }
        self.background.run(
            lambda: self._attune.store.call(lambda store: store.set_setting(_STATE_KEY, json.dumps(state)))
        )


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()


def run(attune: Attune) -> int:
    """Open the window and return the exit code once it is closed. The caller closes ``attune`` afterwards."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Attune")
    application.setApplicationDisplayName("Attune")
    application.setDesktopFileName("attune")
    window = MainWindow(attune, Appearance(application))
    with crash.reported(window.report):
        window.show()
        return application.exec()

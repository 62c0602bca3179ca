"""What keys do in the window: with the open conversation, with its newest reply, and with the window itself.

Each presses what a click would press. Which keys they are is ``app.shortcuts``'s and the user's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.language import tr
from app.shortcuts import bind, read_chosen, write_chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.chat.message import ReplyMessage
    from app.window import MainWindow
    from memory.records import Conversation


class Commands:
    """The window's commands, each bound to its keys in ``keymap``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        chat, zoom = window.chat, window.appearance.step_zoom
        chat.banner.first.connect(self._restore_open)
        chat.banner.second.connect(self._delete_open_for_good)
        self.keymap = bind(
            window,
            {
                "new": window.new_conversation,
                "temporary": window.new_temporary,
                "search": window.open_search,
                "find": chat.find_bar.open_bar,
                "rename": self._rename,
                "pin": self._pin_open,
                "archive": self._archive_open,
                "export": self._export_open,
                "delete": self._delete_open,
                "stop": self._escape,
                "regenerate": lambda: self._on_reply(lambda reply: reply.bar.regenerate.click()),
                "continue": self._continue_last,
                "why": lambda: self._on_reply(lambda reply: reply.bar.explain.click()),
                "compare": lambda: self._on_reply(lambda reply: reply.bar.compare.click()),
                "try": lambda: self._on_reply(lambda reply: reply.bar.try_it.click()),
                "edit": chat.edit_last,
                "edit_reply": lambda: self._on_reply(lambda reply: reply.bar.edit.click()),
                "copy": lambda: self._on_reply(lambda reply: reply.bar.copy_requested.emit(True)),
                "copy_plain": lambda: self._on_reply(lambda reply: reply.bar.copy_requested.emit(False)),
                "thumb_up": lambda: self._on_reply(lambda reply: reply.bar.thumb_up.click()),
                "thumb_down": lambda: self._on_reply(lambda reply: reply.bar.thumb_down.click()),
                "compose": chat.composer.entry.setFocus,
                "end": chat.transcript.jump_to_end,
                "remember": window.offers.remember_first,
                "statements": window.show_statements,
                "sidebar": window.toggle_sidebar,
                "preferences": window.toggle_preferences,
                "models": window.models.open_dialog,
                "profiles": window.sidebar.profile_button.click,
                "zoom_in": lambda: zoom(1),
                "zoom_out": lambda: zoom(-1),
                "zoom_reset": lambda: zoom(0),
                "quick": window.quick_requested.emit,
                "settings": window.show_settings,
                "shortcuts": window.show_shortcuts,
                "quit": window.quit,
            },
            read_chosen(window.attune.store),
        )
        self.keymap.describe(chat.sidebar_button, "sidebar", tr("Conversations"))
        self.keymap.describe(chat.preferences_button, "preferences", tr("Preferences"))
        self.keymap.describe(window.sidebar.shortcuts_button, "shortcuts", tr("Keyboard shortcuts"))
        self.keymap.describe(window.sidebar.profile_button, "profiles", tr("Profiles"))
        self.keymap.describe(window.sidebar.settings_button, "settings", tr("Settings"))
        self.keymap.describe(window.sidebar.new, "new", tr("New conversation"))
        self.keymap.describe(
            window.sidebar.temporary, "temporary", tr("Temporary chat: not saved, not learned from")
        )
        self.keymap.describe(window.sidebar.search, "search", tr("Search titles and messages"))
        self.keymap.changed.connect(self._keep_shortcuts)

    def _on_reply(self, act: Callable[[ReplyMessage], None]) -> None:
        if reply := self._window.controller.last_reply():
            act(reply)

    def _continue_last(self) -> None:
        reply = self._window.controller.last_reply()
        if reply and reply.can_go_on:
            reply.go_on.click()

    def _escape(self) -> None:
        if self._window.controller.answering:
            self._window.controller.stop()
        elif not self._window.chat.find_bar.isHidden():
            self._window.chat.find_bar.close_bar()
        elif self._window.chat.composer.editing:
            self._window.chat.composer.end_edit()

    def _rename(self) -> None:
        if self._window.controller.conversation_id and not self._window.controller.temporary:
            self._window.chat.title.setFocus()
            self._window.chat.title.selectAll()

    def _export_open(self) -> None:
        self._with_open(self._window.transfer.export_one)

    def _with_open(self, act: Callable[[Conversation], None]) -> None:
        conversation_id = self._window.controller.conversation_id
        if known := self._window.library.conversations.get(conversation_id or ""):
            act(known)
        elif conversation_id and not self._window.controller.temporary:  # the sidebar shows another place
            library = self._window.attune.assistant.library
            self._window.background.run(lambda: library.conversation(conversation_id), act)

    def _pin_open(self) -> None:
        self._with_open(lambda open_: self._window.sidebar.pin_requested.emit(open_.id, not open_.pinned))

    def _archive_open(self) -> None:
        self._with_open(
            lambda open_: self._window.sidebar.archive_requested.emit(open_.id, not open_.archived)
        )

    def _delete_open(self) -> None:
        if self._window.controller.temporary:
            self._window.controller.open_new()
        elif self._window.chat.mode == "trash":
            self._delete_open_for_good()
        elif conversation_id := self._window.controller.conversation_id:
            self._window.library.delete(conversation_id)

    def _restore_open(self) -> None:
        if conversation_id := self._window.controller.conversation_id:
            self._window.library.restore(conversation_id)

    def _delete_open_for_good(self) -> None:
        if conversation_id := self._window.controller.conversation_id:
            self._window.library.delete_now(conversation_id)

    def _keep_shortcuts(self) -> None:
        chosen = self.keymap.chosen
        self._window.background.run(lambda: write_chosen(self._window.attune.store, chosen))

"""Which persona answers: a button in the header with a menu, and what a choice there does in the memory.

A conversation that has not begun keeps the choice until its first question. Knows nothing of answers.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton
from shiboken6 import isValid

from app.language import mark, tr
from app.user_messages import explain

if TYPE_CHECKING:
    from app.background import Background
    from app.chat.controller import ChatController
    from app.panels.personas_page import PersonasPage
    from app.render.appearance import Appearance
    from app.store_thread import StoreThread
    from memory.records import Persona, PersonaDraft
    from memory.store import Store

NONE: Final = mark("No persona")


class PersonaButton(QPushButton):
    """Shows the persona's name; ``chosen`` gives another one's id, empty for none."""

    chosen = Signal(str)
    edit_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "nav")
        self.setAutoDefault(False)
        self._appearance = appearance
        self.menu_of_personas = QMenu(self)
        self.menu_of_personas.setAccessibleName(tr("Persona"))
        self.clicked.connect(lambda: self.menu_of_personas.popup(self.mapToGlobal(self.rect().bottomLeft())))
        appearance.changed.connect(self._draw)
        self._draw()
        self.show_personas((), None)

    def show_personas(self, personas: tuple[Persona, ...], current: Persona | None) -> None:
        """Show who answers, and offer all others."""
        self.setText(current.name if current else "")
        name = (
            tr("Persona: {name}", name=current.name)
            if current
            else tr("Choose a persona for this conversation")
        )
        self.setAccessibleName(name)
        self.setToolTip(name)
        menu = self.menu_of_personas
        menu.clear()
        for persona_id, text in (("", tr(NONE)), *((persona.id, persona.name) for persona in personas)):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(persona_id == (current.id if current else ""))
            action.triggered.connect(partial(self.chosen.emit, persona_id))
        menu.addSeparator()
        menu.addAction(tr("Edit personas…"), self.edit_requested.emit)

    def _draw(self) -> None:
        self.setIcon(self._appearance.icon("persona", "muted", 20))


class PersonaChoice(QObject):
    """Keeps the button, the open conversation and the memory in step."""

    def __init__(
        self,
        store: StoreThread,
        background: Background,
        controller: ChatController,
        persona_button: PersonaButton,
    ) -> None:
        super().__init__(persona_button)
        self._store = store
        self._background = background
        self._controller = controller
        self._button = persona_button
        persona_button.chosen.connect(self.choose)
        controller.conversation_opened.connect(self._on_opened)
        controller.conversation_created.connect(self._on_opened)

    def refresh(self) -> None:
        """Read again who answers."""
        conversation, pending = self._controller.conversation_id, self._controller.persona_for_new

        def read(store: Store) -> tuple[tuple[Persona, ...], Persona | None]:
            personas = store.personas()
            if conversation:
                return personas, store.persona_of(conversation)
            if pending is None:
                return personas, store.default_persona()
            return personas, next((p for p in personas if p.id == pending), None)

        self._background.run(lambda: self._store.call(read), lambda found: self._button.show_personas(*found))

    def choose(self, persona_id: str) -> None:
        """Let the open conversation have another persona, or none, from its next answer on."""
        conversation = self._controller.conversation_id
        if conversation is None:
            self._controller.persona_for_new = persona_id
            self.refresh()
            return
        self._background.run(
            lambda: self._store.call(lambda store: store.choose_persona(conversation, persona_id or None)),
            lambda _: self.refresh(),
        )

    def fill(self, page: PersonasPage) -> None:
        """Let ``page`` edit the personas."""

        def show(chosen: str = "") -> None:
            self._background.run(
                lambda: self._store.call(lambda store: (store.personas(), store.default_persona())),
                lambda found: page.show_personas(*found, chosen) if isValid(page) else None,
            )
            self.refresh()

        def save(persona_id: str, draft: PersonaDraft, default: bool) -> None:
            def write(store: Store) -> Persona:
                kept = store.change_persona(persona_id, draft) if persona_id else store.add_persona(draft)
                before = store.default_persona()
                if default or (before and before.id == kept.id):
                    store.set_default_persona(kept.id if default else None)
                return kept

            def said(kept: Persona) -> None:
                say(tr("“{name}” is saved.", name=kept.name))
                show(kept.id)

            self._background.run(
                lambda: self._store.call(write), said, lambda error: say(" ".join(explain(error)))
            )

        def delete(persona_id: str) -> None:
            self._background.run(
                lambda: self._store.call(lambda store: store.delete_persona(persona_id)),
                lambda _: deleted(persona_id),
            )

        def deleted(persona_id: str) -> None:
            if self._controller.persona_for_new == persona_id:
                self._controller.persona_for_new = None
            say(tr("Deleted. Its conversations go on without it."))
            show()

        def say(text: str) -> None:
            if isValid(page):
                page.say(text)

        page.saved.connect(save)
        page.deleted.connect(delete)
        show()

    def _on_opened(self, _: object) -> None:
        self._controller.persona_for_new = None
        self.refresh()

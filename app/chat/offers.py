"""Asks, after an answer, whether what the user said beside the question shall be remembered.

Between the cards on screen and ``Remembering``. One offer is open at a time: that of the newest question. What is
neither kept nor declined is simply not asked about once the conversation has gone on.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.chat.offer import OfferCard, OfferState
from app.language import tr
from app.user_messages import ENVIRONMENT_ERRORS
from memory.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.background import Background
    from app.chat.message import ReplyMessage
    from app.chat.view import ChatView
    from app.render.appearance import Appearance
    from app.statements.remembering import Offer, Remembering
    from app.statements.style import StyleMatch
    from engine.principles import Principle
    from memory.records import StatementAdded

log = logging.getLogger(__name__)


class Matching(QObject):
    """Finds the preference a statement is about, on a thread of its own: the embedder may take seconds to load."""

    def __init__(self, remembering: Remembering, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._remembering = remembering
        self._background = background

    def find(self, text: str, found: Callable[[StyleMatch | None], None]) -> None:
        """Call ``found`` on the GUI thread; with ``None`` where it fits no preference or can't be told."""

        def work() -> None:
            try:
                match = self._remembering.match(text)
            except ENVIRONMENT_ERRORS as error:
                log.warning("a statement could not be matched: %r", error)
                match = None
            self._background.post(found, match)

        threading.Thread(target=work, name="attune-matching", daemon=True).start()


class Offers(QObject):
    """The offers under the newest reply of one chat."""

    kept = Signal()  # something was remembered, or forgotten again

    def __init__(
        self,
        remembering: Remembering,
        background: Background,
        view: ChatView,
        principles: Callable[[], dict[str, Principle]],
        appearance: Appearance,
    ) -> None:
        super().__init__(view)
        self._remembering = remembering
        self._background = background
        self._view = view
        self._principles = principles
        self._appearance = appearance
        self._matching = Matching(remembering, background, self)
        self._own_principle: Callable[[str], None] | None = None
        self._reply_id: str | None = None
        self._states: list[OfferState] = []
        view.reply_built.connect(self._on_built)

    def hand_own_principles_to(self, make: Callable[[str], None]) -> None:
        """Offer to make a preference of style that fits none: ``make`` gets the statement's text."""
        self._own_principle = make

    def refresh(self) -> None:
        """Look at what is on screen: ask about the newest question, once it has its answer."""
        turns = self._view.transcript.turns
        if (
            self._view.mode != "usual"
            or len(turns) < 2
            or turns[-1].message.role != "assistant"
            or turns[-1].message.state == "streaming"
        ):
            self._show(None, [])
            return
        question, reply = turns[-2].message, turns[-1].message
        if reply.id == self._reply_id or question.role != "user":
            return
        self._show(None, [])
        self._background.run(
            lambda: self._remembering.offers(question.id),
            lambda offers: self._on_offers(reply.id, offers),
            lambda error: None if isinstance(error, NotFoundError) else log.warning("no offers: %r", error),
        )

    def remember_first(self) -> None:
        """Keep the first thing that is asked about: the shortcut's way."""
        reply = self._view.reply(self._reply_id) if self._reply_id else None
        for card in reply.offers() if reply else ():
            if card.state.stage == "asked":
                card.remember.click()
                return

    def _on_offers(self, reply_id: str, offers: tuple[Offer, ...]) -> None:
        turns = self._view.transcript.turns
        if not turns or turns[-1].message.id != reply_id:
            return
        self._show(reply_id, [OfferState(offer, matching=offer.kind == "style") for offer in offers])
        for offer in offers:
            if offer.kind == "style":
                self._find(offer)
        if offers:
            self._view.announce(tr("Remember this? {text}", text=offers[0].text))

    def _find(self, offer: Offer) -> None:
        def found(style: StyleMatch | None) -> None:
            if state := self._state(offer):
                self._update(state, replace(state, style=style, matching=False))

        self._matching.find(offer.text, found)

    def _state(self, offer: Offer) -> OfferState | None:
        return next((s for s in self._states if s.offer == offer), None)

    def _show(self, reply_id: str | None, states: list[OfferState]) -> None:
        old, self._reply_id, self._states = self._reply_id, reply_id, states
        if old and old != reply_id and (gone := self._view.reply(old)):
            gone.show_offers([])
        if reply_id and (reply := self._view.reply(reply_id)):
            self._on_built(reply)

    def _on_built(self, reply: ReplyMessage) -> None:
        if reply.turn.message.id == self._reply_id:
            reply.show_offers([self._card(state) for state in self._states])

    def _card(self, state: OfferState) -> OfferCard:
        card = OfferCard(
            state, self._principles(), self._appearance, own_principles=self._own_principle is not None
        )
        card.remember_requested.connect(lambda text, style: self._on_remember(card, text, style))
        card.declined.connect(lambda: self._on_declined(card))
        card.undo_requested.connect(lambda: self._on_undo(card))
        card.text_changed.connect(lambda text: self._on_edited(card, text))
        card.principle_requested.connect(lambda text: self._own_principle and self._own_principle(text))
        return card

    def _update(self, old: OfferState, new: OfferState) -> None:
        if old not in self._states:
            return
        self._states[self._states.index(old)] = new
        reply = self._view.reply(self._reply_id) if self._reply_id else None
        for card in reply.offers() if reply else ():
            if card.state.offer == old.offer:
                # What is being written stays; which slider it was about is looked for again once it is written.
                writing = card.state.stage == "editing" and new.stage == "asked"
                card.show_state(replace(new, stage="editing") if writing else new)

    def _on_edited(self, card: OfferCard, text: str) -> None:
        if state := self._state(card.state.offer):
            kind = self._remembering.kind_of(text)
            offer = replace(state.offer, text=text, kind=kind)
            self._declines(state.offer)
            self._update(state, OfferState(offer, matching=kind == "style"))
            card.show_state(OfferState(offer, matching=kind == "style"))
            if kind == "style":
                self._find(offer)

    def _declines(self, offer: Offer) -> None:
        # The words as they were said are not asked about again; what was made of them is.
        self._background.run(lambda: self._remembering.decline(offer.message_id, offer.text))

    def _on_remember(self, card: OfferCard, text: str, style: StyleMatch | None) -> None:
        if state := self._state(card.state.offer):
            saving = replace(state, stage="saving", style=style)
            self._update(state, saving)

            def keep() -> StatementAdded:
                return self._remembering.remember(
                    text, kind=saving.offer.kind, message_id=saving.offer.message_id, style=style
                )

            def done(added: StatementAdded) -> None:
                self._update(saving, replace(saving, stage="kept", added=added))
                self._view.announce(tr("Remembered: {text}", text=text))
                self.kept.emit()

            def failed(error: BaseException) -> None:
                self._update(saving, replace(saving, stage="asked"))
                self._background.fail(error)

            self._background.run(keep, done, failed)

    def _on_undo(self, card: OfferCard) -> None:
        state = self._state(card.state.offer)
        if state and state.added:
            added = state.added

            def take_back() -> None:
                if not added.merged:
                    self._remembering.forget(added.statement.id)
                    for older in added.superseded:
                        self._remembering.restore(older.id)

            self._background.run(take_back, lambda _: self.kept.emit())
            self._update(state, replace(state, stage="asked", added=None))

    def _on_declined(self, card: OfferCard) -> None:
        if state := self._state(card.state.offer):
            self._declines(state.offer)
            self._show(self._reply_id, [s for s in self._states if s is not state])
            self._view.composer.entry.setFocus()

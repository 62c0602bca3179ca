"""Between the window of models and the downloads: what is offered, what is recommended, how each download goes.

Nothing is asked of the network before the user presses a button that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlparse

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout
from shiboken6 import isValid

from app.chat.controls import button, label
from app.language import number, told, tr
from app.model_wording import recommendation, rough_label, rough_look, size_words
from app.panels.offer_card import OfferCard
from app.panels.repository_dialog import RepositoryDialog
from app.user_messages import explain
from engine.models.catalogue import read_catalogue, recommended, rough_fit
from resources import MODELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.background import Background
    from app.panels.models import ModelsDialog
    from app.render.appearance import Appearance
    from engine.models.catalogue import Offer
    from engine.models.download import Progressed, Wanted
    from engine.models.hardware import Hardware
    from engine.models.library import Model
    from engine.models.queue import Downloads

T = TypeVar("T")


class ModelGetting(QObject):
    """Adds what can be fetched to a ``ModelsDialog``."""

    arrived = Signal(object)  # Model

    def __init__(
        self, dialog: ModelsDialog, downloads: Downloads, background: Background, appearance: Appearance
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._downloads = downloads
        self._background = background
        self._appearance = appearance
        self._host = urlparse(downloads.hub.endpoint).hostname or downloads.hub.endpoint
        self._offers = read_catalogue(MODELS)
        self._here: set[tuple[str, str]] = set()
        self.cards: dict[str, OfferCard] = {}
        px = appearance.px
        self.advice = QFrame()
        self.advice.setProperty("look", "advice")
        inside = QVBoxLayout(self.advice)
        inside.setContentsMargins(px(16), px(12), px(16), px(12))
        inside.setSpacing(px(4))
        self.advice_title = label("", "strong", wrap=True)
        self.advice_reason = label("", "smalltext", wrap=True)
        self.advice_button = button("", "primary", name=tr("Download"))
        inside.addWidget(self.advice_title)
        inside.addWidget(self.advice_reason)
        inside.addSpacing(px(4))
        inside.addWidget(self.advice_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._advised: Offer | None = None
        self.advice_button.clicked.connect(self._on_advice)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(8))
        self.repository_button = button(tr("From a repository…"), name=tr("Download from any repository"))
        self.repository_button.clicked.connect(self.open_repository)
        column = dialog.column
        column.insertWidget(0, self.advice)
        column.insertSpacing(1, px(8))
        column.insertSpacing(column.count() - 1, px(12))
        column.insertWidget(column.count() - 1, label(tr("To download"), "section"))
        column.insertWidget(
            column.count() - 1,
            label(
                tr("From {host}. Nothing is asked of it until you press a button here.", host=self._host),
                "caption",
                wrap=True,
            ),
        )
        column.insertLayout(column.count() - 1, self._list)
        dialog.foot.insertWidget(1, self.repository_button)
        downloads.watch(
            lambda progress: background.post(self._on_changed, progress),
            lambda model: background.post(self._on_finished, model),
        )

    def show_offers(self, hardware: Hardware, here: set[tuple[str, str]]) -> None:
        """Show what can be fetched; ``here``: (repository, file name) of what is on this computer already."""
        self._here = here
        for offer in self._offers:
            key = offer.wanted.key
            if key not in self.cards:
                fit = rough_fit(offer, hardware)
                context = tr("context {context}", context=number(offer.context))
                size = tr("about {size}", size=size_words(offer.size))
                family = tr("{family} family", family=offer.family)
                facts = "  ·  ".join((family, size, offer.licence, context))
                memory = tr("needs about {size} of memory", size=size_words(offer.memory))
                self._add(
                    offer.wanted,
                    (facts, f"{rough_label(fit)}  ·  {memory}", told(offer.about)),
                    size_words(offer.size),
                    rough_look(fit),
                )
            self.cards[key].setVisible((offer.repository, offer.file) not in here)
        for progress in self._downloads.all():
            self._on_changed(progress)
        best = recommended(self._offers, hardware)
        self._advised = best
        shown = (
            best is not None
            and (best.repository, best.file) not in here
            and best.wanted.key not in self._busy()
        )
        self.advice.setVisible(shown)
        if best is not None:
            self.advice_title.setText(tr("For this computer: {name}", name=best.name))
            self.advice_reason.setText(recommendation(best, hardware))
            self.advice_button.setText(tr("Download about {size}", size=size_words(best.size)))
            self.advice_button.setAccessibleName(tr("Download the recommended {name}", name=best.name))

    def start(self, wanted: Wanted) -> None:
        """Fetch a file."""
        self._downloads.start(wanted)
        if self._advised is not None and self._advised.wanted == wanted:
            self.advice.hide()

    def open_repository(self) -> RepositoryDialog:
        """Ask for a repository."""
        dialog = RepositoryDialog(self._host, self._appearance, self._dialog)

        latest = 0

        def look(name: str) -> None:
            nonlocal latest
            latest += 1
            asked = latest

            def if_asked(show: Callable[[T], None]) -> Callable[[T], None]:
                return lambda value: show(value) if asked == latest and isValid(dialog) else None

            # On a thread of its own: a slow network must not hold up what the window asks for.
            self._background.iterate(
                lambda: iter((self._downloads.hub.list(name),)),
                if_asked(dialog.show_listing),
                if_asked(lambda error: dialog.show_problem(" ".join(explain(error)))),
                lambda: None,
            )

        dialog.look_requested.connect(look)
        dialog.chosen.connect(self.start)
        dialog.open()
        return dialog

    def _on_advice(self) -> None:
        if self._advised is not None:
            self.start(self._advised.wanted)

    def _busy(self) -> set[str]:
        return {progress.wanted.key for progress in self._downloads.all()}

    def _add(self, wanted: Wanted, lines: tuple[str, ...], size: str, fit_look: str = "small") -> OfferCard:
        card = OfferCard(wanted, lines, self._appearance, size=size, fit_look=fit_look)
        card.download_requested.connect(self.start)
        card.pause_requested.connect(self._downloads.pause)
        card.cancel_requested.connect(self._downloads.cancel)
        self.cards[wanted.key] = card
        self._list.addWidget(card)
        return card

    def _on_changed(self, progress: Progressed) -> None:
        wanted = progress.wanted
        gone = progress.state == "done"
        if wanted.key not in self.cards and not gone:
            self._add(wanted, (f"{wanted.repository}  ·  {wanted.file}",), "")
        if card := self.cards.get(wanted.key):
            card.show_progress(None if gone else progress)
            offered = any(offer.wanted.key == wanted.key for offer in self._offers)
            card.setVisible(not gone or (offered and not progress.path))

    def _on_finished(self, model: Model) -> None:
        self.arrived.emit(model)

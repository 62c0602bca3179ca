"""The situations in which taste differs: kinds of questions, named by the most typical, and what is liked there.

Shows what it is given and emits wishes; knows neither the assistant nor the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.chat.controls import button, label, scrolled
from app.language import plural, told, tr
from app.liking import ratings
from app.panels.weight_band import WeightBand
from app.wording import shift_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.insight import Kind
    from app.render.appearance import Appearance
    from engine.principles import Principle
    from memory.situations import Difference

_LONGEST = 90
# Of the differences in one situation, the largest few are told.
MOST_DIFFERENCES = 3


class SituationCard(QFrame):
    """One kind of question."""

    def __init__(self, kind: Kind, principles: Mapping[str, Principle], appearance: Appearance) -> None:
        super().__init__()
        self.kind = kind
        self.setProperty("look", "card")
        px = appearance.px
        question = shortened(kind.question)
        others = len(kind.situation.questions) - 1
        known = [d for d in kind.situation.differences if d.name in principles][:MOST_DIFFERENCES]
        self.title = label(tr("“{question}”", question=question), "smallbold", wrap=True)
        self.like = label(plural("and 1 question like it", "and {n} questions like it", others), "caption")
        self.words = label(differing(known, principles), "smalltext", wrap=True)
        self.ratings = button(ratings(len(kind.sources)), "link")
        self.ratings.setAccessibleName(
            tr(
                "{ratings} of questions like “{question}”",
                ratings=ratings(len(kind.sources)),
                question=question,
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(10), px(12), px(8))
        layout.setSpacing(px(4))
        for widget in (self.title, self.like, self.words):
            layout.addWidget(widget)
        for difference in (d for d in known if d.sure):
            principle = principles[difference.name]
            negative, positive = told(principle.negative.label), told(principle.positive.label)
            band = WeightBand(
                appearance, tr("{negative} to {positive}", negative=negative, positive=positive)
            )
            band.show_here(difference.here, difference.everywhere, differing([difference], principles))
            poles = QHBoxLayout()
            poles.addWidget(label(negative, "caption"))
            poles.addStretch(1)
            poles.addWidget(label(positive, "caption"))
            layout.addSpacing(px(4))
            layout.addLayout(poles)
            layout.addWidget(band)
        foot = QHBoxLayout()
        foot.addWidget(self.ratings)
        foot.addStretch(1)
        layout.addLayout(foot)


class SituationsPage(QWidget):
    """Filled by ``show_kinds``; until then it says that it looks."""

    evidence_requested = Signal(object)  # a Kind

    def __init__(self, principles: Callable[[], Mapping[str, Principle]], appearance: Appearance) -> None:
        super().__init__()
        self._principles, self._appearance = principles, appearance
        self.cards: list[SituationCard] = []
        px = appearance.px
        self.words = label(tr("Looking…"), "smalltext", wrap=True)
        self.about = label(
            tr("The filled mark is what you like there, the hollow one what you like everywhere."),
            "caption",
            wrap=True,
        )
        self.about.hide()
        content = QWidget()
        content.setProperty("look", "canvas")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(12), px(16), px(16))
        column.setSpacing(px(8))
        self._list = QVBoxLayout()
        self._list.setSpacing(px(8))
        column.addWidget(self.words)
        column.addWidget(self.about)
        column.addLayout(self._list)
        column.addStretch(1)
        area = scrolled(content, tr("Situations"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def show_kinds(self, kinds: Sequence[Kind]) -> None:
        """Show where taste differs, or that it does not."""
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = [SituationCard(kind, self._principles(), self._appearance) for kind in kinds]
        for card in self.cards:
            self._list.addWidget(card)
            card.ratings.clicked.connect(lambda _=False, kind=card.kind: self.evidence_requested.emit(kind))
        self.words.setText(
            plural("Your taste differs in 1 situation.", "Your taste differs in {n} situations.", len(kinds))
            if kinds
            else tr(
                "Your taste looks the same everywhere so far. Where your ratings of one kind of question come to "
                "differ from the rest, that kind shows up here, and answers to it follow."
            )
        )
        self.about.setVisible(bool(kinds))


def differing(differences: Sequence[Difference], principles: Mapping[str, Principle]) -> str:
    """Say how answers here differ from those everywhere: what is sure, then what is a guess."""
    sure, unsure = (
        shift_words([(d.name, d.here - d.everywhere) for d in differences if d.sure is known], principles)
        for known in (True, False)
    )
    sentences = [tr("Here you like answers {words}.", words=sure)] if sure else []
    if unsure:
        sentences.append(
            tr("Perhaps also {words}.", words=unsure) if sure else tr("Perhaps {words}.", words=unsure)
        )
    return " ".join(sentences)


def shortened(text: str) -> str:
    """Cut a question to what names it."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]}…"

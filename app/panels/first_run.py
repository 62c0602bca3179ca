"""The first run's dialog: what Attune is, the model, and pairs of answers to choose between. Keeps nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import mark, tr
from app.panels.answer_card import AnswerCard, Steps
from app.render.announce import announce

if TYPE_CHECKING:
    from app.first_run import WrittenPair
    from app.render.appearance import Appearance

PROMISES: Final = (
    (
        "lock",
        mark("Private"),
        mark("Nothing you write leaves this computer. No account, no cloud."),
    ),
    (
        "thumb-up",
        mark("Tuned by you"),
        mark("Every thumb changes the next answer, and can be taken back."),
    ),
    (
        "folder",
        mark("In your hands"),
        mark("All that was said and learned lies in one folder: open, export or erase it."),
    ),
)
_CHOOSING: Final = 2
_WIDTH, _HEIGHT, _TEXT_WIDTH = 820, 520, 580


class FirstRunDialog(QDialog):
    """Three screens. ``answered`` says +1 for the first answer, −1 for the second, 0 for no difference.

    ``taken_back`` asks for the question before, with its answer undone.
    """

    answered = Signal(int)
    taken_back = Signal()
    models_wanted = Signal()

    def __init__(self, appearance: Appearance, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Welcome to Attune"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._appearance = appearance
        self._number = 0  # of the question in view
        self._icons: list[tuple[QLabel, str, str, int]] = []
        self.pages = QStackedWidget()
        self.skip = button(tr("Skip"), name=tr("Skip the welcome"))
        self.back = button(tr("Back"))
        self.next = button(tr("Next"), "primary")
        self.models = button(tr("See other models"), "link")
        self.steps = Steps(appearance)
        self.progress = label("", "caption")
        self.question = label("", "")
        self.left = AnswerCard(appearance, "1", tr("The first answer"))
        self.right = AnswerCard(appearance, "2", tr("The second answer"))
        self.neither = button(tr("No difference"), name=tr("Neither is better"))
        self.hint = label(tr("Click the answer you like better, or press 1 or 2."), "small")
        self._lay_out(model)
        for keys, act in (
            ((Qt.Key.Key_1, Qt.Key.Key_Left), self.left.click),
            ((Qt.Key.Key_2, Qt.Key.Key_Right), self.right.click),
            ((Qt.Key.Key_0,), self.neither.click),
            ((Qt.Key.Key_Backspace,), self.back.click),
        ):
            for key in keys:
                QShortcut(QKeySequence(key), self, act)
        self.left.clicked.connect(lambda: self._answer(1))
        self.right.clicked.connect(lambda: self._answer(-1))
        self.neither.clicked.connect(lambda: self._answer(0))
        self.models.clicked.connect(self.models_wanted)
        self.skip.clicked.connect(self.reject)
        self.back.clicked.connect(self._on_back)
        self.next.clicked.connect(self._on_next)
        appearance.changed.connect(self._draw)
        self._draw()
        self._show_page(0)

    def show_pair(self, pair: WrittenPair, number: int, of: int) -> None:
        """Ask which of two answers is better, the ``number``-th of ``of``."""
        self._number = number
        self.steps.show_reached(number, of)
        self.progress.setText(tr("{number} of {of}", number=number, of=of))
        self.question.setText(pair.question)
        self.left.say(pair.first, tr("The first answer: {answer}", answer=pair.first))
        self.right.say(pair.second, tr("The second answer: {answer}", answer=pair.second))
        if self.pages.currentIndex() >= _CHOOSING:
            self._show_page(_CHOOSING)
            announce(self, f"{self.progress.text()}: {pair.question}")

    def show_end(self) -> None:
        """Say that these were all."""
        self._show_page(_CHOOSING + 1)
        announce(self, tr("Thank you. Your next answers start from here."))

    def _answer(self, label_: int) -> None:
        self._let_choose(False)  # until the next pair is there
        self.answered.emit(label_)

    def _on_next(self) -> None:
        if self.pages.currentIndex() > _CHOOSING:
            self.accept()
        else:
            self._show_page(self.pages.currentIndex() + 1)

    def _on_back(self) -> None:
        page = self.pages.currentIndex()
        if page > _CHOOSING or (page == _CHOOSING and self._number > 1):
            self._let_choose(False)
            self.taken_back.emit()
        elif page:
            self._show_page(page - 1)

    def _show_page(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        last = page > _CHOOSING
        self.skip.setVisible(not last)
        self.back.setVisible(page > 0)
        self.next.setVisible(page != _CHOOSING)
        self.next.setText(tr("Start") if last else tr("Next"))
        self.next.setAccessibleName(self.next.text())
        self._let_choose(True)
        self._make_room()
        # Enter on the first card would choose it unread.
        (self.question if page == _CHOOSING else self.next).setFocus()

    def _make_room(self) -> None:
        # A dialog doesn't grow by itself where wrapped text does.
        page = self.left.parentWidget()
        layout = page.layout() if page else None
        assert layout is not None
        layout.activate()
        missing = max(card.heightForWidth(card.width()) - card.height() for card in (self.left, self.right))
        if self.pages.currentIndex() == _CHOOSING and missing > 0:
            self.resize(self.width(), self.height() + missing)

    def _let_choose(self, can: bool) -> None:
        choosing = can and self.pages.currentIndex() == _CHOOSING and self._number > 0
        for control in (self.left, self.neither, self.right):
            control.setEnabled(choosing)
        self.back.setEnabled(can)

    def _draw(self) -> None:
        for shown, icon, role, size in self._icons:
            shown.setPixmap(self._appearance.pixmap(icon, role, size, 2.0))

    def _lay_out(self, model: str) -> None:
        px = self._appearance.px
        self.pages.addWidget(self._welcome())
        self.pages.addWidget(self._model(model))
        self.pages.addWidget(self._choosing())
        self.pages.addWidget(self._end())
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(self.skip)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(32), px(28), px(32), px(20))
        layout.setSpacing(px(20))
        layout.addWidget(self.pages, 1)
        layout.addLayout(foot)
        self.resize(px(_WIDTH), px(_HEIGHT))

    def _welcome(self) -> QWidget:
        promises = QHBoxLayout()
        promises.setSpacing(self._appearance.px(16))
        for icon, title, text in PROMISES:
            promises.addWidget(self._card(icon, tr(title), tr(text)), 1)
        return self._page(
            "attune",
            tr("An assistant that learns what you like"),
            tr("Attune answers on this computer and tunes itself to you."),
            promises,
        )

    def _model(self, model: str) -> QWidget:
        row = QVBoxLayout()
        row.setSpacing(self._appearance.px(16))
        ready = self._card("check", model, tr("Works right away, without a download."))
        ready.setMinimumWidth(self._appearance.px(360))
        row.addWidget(ready, 0, Qt.AlignmentFlag.AlignHCenter)
        row.addWidget(self.models, 0, Qt.AlignmentFlag.AlignHCenter)
        return self._page(
            "chip",
            tr("A model is ready"),
            tr(
                "A larger model writes better answers and needs more memory. You can download one at any time; "
                "what Attune has learned about you stays."
            ),
            row,
        )

    def _end(self) -> QWidget:
        return self._page(
            "check",
            tr("Thank you. Your next answers start from here."),
            tr("A first guess: your thumbs refine it, and the preferences show it."),
            QHBoxLayout(),
        )

    def _page(self, icon: str, title: str, text: str, below: QHBoxLayout | QVBoxLayout) -> QWidget:
        px = self._appearance.px
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setSpacing(px(10))
        layout.addStretch(1)
        layout.addWidget(self._icon(icon, "accent", 52), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(px(6))
        heading, said = label(title, "display", wrap=True), label(text, "", wrap=True)
        said.setFixedWidth(px(_TEXT_WIDTH))
        for shown in (heading, said):
            shown.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(heading)
        middle = QHBoxLayout()  # an alignment would give the text the height of fewer lines
        middle.addStretch(1)
        middle.addWidget(said)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addSpacing(px(18))
        layout.addLayout(below)
        layout.addStretch(1)
        return page

    def _card(self, icon: str, title: str, text: str) -> QFrame:
        px = self._appearance.px
        card = QFrame()
        card.setProperty("look", "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(px(18), px(16), px(18), px(16))
        layout.setSpacing(px(6))
        layout.addWidget(self._icon(icon, "accent", 22))
        layout.addWidget(label(title, "strong", wrap=True))
        layout.addWidget(label(text, "small", wrap=True))
        layout.addStretch(1)
        return card

    def _icon(self, name: str, role: str, size: int) -> QLabel:
        shown = QLabel()
        self._icons.append((shown, name, role, size))
        return shown

    def _choosing(self) -> QWidget:
        px = self._appearance.px
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        head = QHBoxLayout()
        head.setSpacing(px(12))
        head.addWidget(label(tr("Which answer do you like better?"), "title"), 1)
        head.addWidget(self.steps)
        head.addWidget(self.progress)
        layout.addLayout(head)
        layout.addSpacing(px(6))
        bubble = QFrame()
        bubble.setProperty("look", "bubble")
        asked = QHBoxLayout(bubble)
        asked.setContentsMargins(px(16), px(10), px(16), px(10))
        asked.addWidget(self.question)
        layout.addWidget(bubble, 0, Qt.AlignmentFlag.AlignRight)
        layout.addSpacing(px(2))
        cards = QHBoxLayout()
        cards.setSpacing(px(16))
        for card in (self.left, self.right):
            cards.addWidget(card, 1)
        layout.addLayout(cards, 1)
        choices = QHBoxLayout()
        choices.setContentsMargins(0, px(4), 0, 0)
        choices.addWidget(self.hint, 1)
        choices.addWidget(self.neither)
        layout.addLayout(choices)
        return page

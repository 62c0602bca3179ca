"""The first run's dialog: what Attune is, the model, and pairs of answers to choose between. Keeps nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.chat.controls import button, label
from app.language import tr
from app.render.announce import announce

if TYPE_CHECKING:
    from app.first_run import WrittenPair
    from app.render.appearance import Appearance


class FirstRunDialog(QDialog):
    """Three screens. ``answered`` says +1 for the left answer, −1 for the right one, 0 for no difference."""

    answered = Signal(int)
    models_wanted = Signal()

    def __init__(self, appearance: Appearance, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Welcome to Attune"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._appearance = appearance
        self.pages = QStackedWidget()
        self.skip = button(tr("Skip"), name=tr("Skip the welcome"))
        self.next = button(tr("Next"), "primary")
        self.models = button(tr("See other models"))
        self.progress = label("", "caption")
        self.question = label("", "title", wrap=True)
        self.texts = (label("", "", wrap=True), label("", "", wrap=True))
        self.left = button(tr("← This one"), name=tr("The left answer is better"))
        self.neither = button(tr("No difference"), name=tr("Neither is better"))
        self.right = button(tr("This one →"), name=tr("The right answer is better"))
        self.cards: list[QFrame] = []
        for shown in self.texts:
            shown.setTextFormat(Qt.TextFormat.MarkdownText)  # our own texts
        self._lay_out(model)
        for key, control in (
            (Qt.Key.Key_Left, self.left),
            (Qt.Key.Key_Right, self.right),
            (Qt.Key.Key_0, self.neither),
        ):
            QShortcut(QKeySequence(key), self, control.click)
        self.left.clicked.connect(lambda: self._answer(1))
        self.right.clicked.connect(lambda: self._answer(-1))
        self.neither.clicked.connect(lambda: self._answer(0))
        self.models.clicked.connect(self.models_wanted)
        self.skip.clicked.connect(self.reject)
        self.next.clicked.connect(self._on_next)
        self._let_choose(False)
        self.next.setFocus()

    def show_pair(self, pair: WrittenPair, number: int, of: int) -> None:
        """Ask which of two answers is better, the ``number``-th of ``of``."""
        self.progress.setText(tr("{number} of {of}", number=number, of=of))
        self.question.setText(pair.question)
        for text, shown in zip((pair.first, pair.second), self.texts, strict=True):
            shown.setText(text)
            shown.setAccessibleName(text)
        self._let_choose(True)
        if self.pages.currentIndex() == 2:
            self.left.setFocus()
            announce(self, f"{self.progress.text()}: {pair.question}")

    def show_end(self) -> None:
        """Say that these were all."""
        self.progress.setText(tr("Done"))
        self.question.setText(tr("Thank you. Your next answers start from here."))
        for shown in self.texts:
            shown.setText("")
        for card in self.cards:
            card.hide()
        for control in (self.left, self.neither, self.right, self.skip):
            control.hide()
        self._let_choose(False)
        self.next.setText(tr("Start"))
        self.next.setAccessibleName(tr("Start"))
        self.next.show()
        self.next.setFocus()
        announce(self, self.question.text())

    def _answer(self, label_: int) -> None:
        self._let_choose(False)  # until the next pair is there
        self.answered.emit(label_)

    def _on_next(self) -> None:
        if self.pages.currentIndex() == 2:
            self.accept()
            return
        self.pages.setCurrentIndex(self.pages.currentIndex() + 1)
        if self.pages.currentIndex() == 2:
            self.next.setVisible(self.left.isHidden())
            self._let_choose(bool(self.texts[0].text()))
            (self.left if self.left.isEnabled() else self.next).setFocus()

    def _let_choose(self, can: bool) -> None:
        for control in (self.left, self.neither, self.right):
            control.setEnabled(can and self.pages.currentIndex() == 2)

    def _lay_out(self, model: str) -> None:
        px = self._appearance.px
        self.pages.addWidget(
            self._page(
                tr("An assistant that learns what you like"),
                tr("Attune answers on this computer and tunes itself to you with every rating you give."),
                tr(
                    "Nothing you write leaves this computer. No account, no cloud: your conversations and all "
                    "that was learned lie in one folder that you can open, export or erase."
                ),
            )
        )
        page = self._page(
            tr("A model is ready"),
            tr("{model} works right away, without a download.", model=model),
            tr(
                "A larger model writes better answers and needs more memory. You can download one at any time; "
                "what Attune has learned about you stays."
            ),
        )
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 1, self.models, 0, Qt.AlignmentFlag.AlignLeft)
        self.pages.addWidget(page)
        self.pages.addWidget(self._choosing())
        foot = QHBoxLayout()
        foot.addWidget(self.skip)
        foot.addStretch(1)
        foot.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(32), px(28), px(32), px(20))
        layout.setSpacing(px(16))
        layout.addWidget(self.pages, 1)
        layout.addLayout(foot)
        self.resize(px(760), px(520))

    def _page(self, title: str, *paragraphs: str) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setSpacing(self._appearance.px(14))
        layout.addStretch(1)
        layout.addWidget(label(title, "title", wrap=True))
        for text in paragraphs:
            layout.addWidget(label(text, "", wrap=True))
        layout.addStretch(2)
        return page

    def _choosing(self) -> QWidget:
        px = self._appearance.px
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        head = QHBoxLayout()
        head.addWidget(label(tr("Which answer do you like better?"), "smalltext"), 1)
        head.addWidget(self.progress)
        layout.addLayout(head)
        layout.addWidget(self.question)
        cards = QHBoxLayout()
        cards.setSpacing(px(16))
        for shown in self.texts:
            card = QFrame()
            card.setProperty("look", "card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(px(16), px(14), px(16), px(14))
            inside.addWidget(shown)
            inside.addStretch(1)
            cards.addWidget(card, 1)
            self.cards.append(card)
        layout.addLayout(cards, 1)
        choices = QHBoxLayout()
        choices.setSpacing(px(8))
        choices.addStretch(1)
        for control in (self.left, self.neither, self.right):
            choices.addWidget(control)
        choices.addStretch(1)
        layout.addLayout(choices)
        return page

"""How an answer begins with the preference looked at: a strip under the sliders, and what fetches the samples.

Samples come when nobody waits for anything else; they are shown here, kept nowhere, and teach nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.chat.controls import label
from app.language import tr
from app.render.announce import announce
from app.samples import QUESTION
from app.wording import tilts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.background import Background
    from app.panels.sliders_page import SlidersPage
    from app.render.appearance import Appearance
    from app.samples import Samples
    from engine.principles import Principle

# So long a row is looked at before a sample is asked for: a pointer on its way elsewhere asks for none.
LOOK_MS: Final = 60
_LINES: Final = 3


class SampleStrip(QFrame):
    """Shows one sentence, always in the same place and of the same height; ``shown`` tells that it is another."""

    shown = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setProperty("look", "notice")
        self.about = label("", "section", wrap=True)
        self.text = label("", "smalltext", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        px = appearance.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(8), px(16), px(8))
        layout.setSpacing(px(2))
        layout.addWidget(self.about)
        layout.addWidget(self.text)
        self._appearance = appearance
        appearance.changed.connect(self._on_look)
        self._on_look()
        self.show_sentence(
            tr("A sample"),
            tr("Point at a preference, or go to it with Tab, to see how an answer begins with it."),
        )

    def show_sentence(self, about: str, sentence: str) -> None:
        """Show how an answer to the sample question begins, and what tilted it."""
        self.about.setText(about)
        self.text.setText(sentence)
        self.setAccessibleName(f"{about}: {sentence}")
        self.shown.emit()

    def _on_look(self) -> None:
        self.text.setMinimumHeight(_LINES * self.text.fontMetrics().lineSpacing())


class SampleControl(QObject):
    """Fetches samples for one panel. ``unable`` says in a sentence why there can be none now, or nothing."""

    def __init__(
        self,
        page: SlidersPage,
        samples: Samples,
        background: Background,
        principles: Mapping[str, Principle],
        unable: Callable[[], str],
    ) -> None:
        super().__init__(page)
        self._page, self._samples, self._background = page, samples, background
        self._principles, self._unable = principles, unable
        self._name = ""
        self._spoken = False
        self._asked = 0
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._ask)
        page.sample_wanted.connect(self._on_wanted)
        page.sample_left.connect(self._on_left)

    def close(self) -> None:
        """Ask for no more, and let go of what is being made."""
        self._name = ""
        self._look.stop()
        self._samples.give_up()

    def _on_wanted(self, name: str, by_keyboard: bool) -> None:
        self._name, self._spoken = name, by_keyboard
        if not self._look.isActive():  # while a slider moves, a sample every so often rather than at the end
            self._look.start()

    def _on_left(self, name: str) -> None:
        if name == self._name:
            self._name = ""
            self._look.stop()
            self._samples.give_up()

    def _ask(self) -> None:
        name, row = self._name, self._page.rows.get(self._name)
        if row is None:
            return
        weight, strength = row.weight, self._page.strength.value() / 100
        if problem := self._unable():
            self._page.sample.show_sentence(tr("A sample"), problem)
            return
        self._asked += 1
        mine = self._asked
        felt = tilts(((name, weight),), strength, self._principles)
        question = self._samples.question
        about = tr(
            "“{question}” – {tilt}", question=question, tilt=felt[0].spoken if felt else tr("not tilted")
        )
        if question != tr(QUESTION):
            about = f"{about} ({tr('the built-in model speaks English')})"

        def show(sentence: str | None, *, whole: bool = True) -> None:
            if mine != self._asked or name != self._name or sentence is None:
                return
            self._page.sample.show_sentence(about, sentence)
            if self._spoken and whole:
                announce(self._page.sample, sentence)

        def begin(sentence: str) -> None:
            self._background.post(lambda so_far: show(so_far, whole=False), sentence)

        # On a thread of its own: a sample may have to wait for a chat, and thumbs must not wait for it.
        self._background.iterate(
            lambda: iter((self._samples.sentence(name, weight, strength, begin),)),
            show,
            self._background.fail,
            lambda: None,
        )

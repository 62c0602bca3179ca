"""Between the first run's dialog and the memory: which pair comes next, and what an answer leaves behind."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from app.desktop.host import FIRST_RUN_KEY
from app.first_run import (
    QUESTIONS,
    Answer,
    earlier_answers,
    keep_answer,
    load_pairs,
    next_pair,
    take_back,
)
from app.language import tr
from app.panels.first_run import FirstRunDialog
from app.principles import is_own
from app.render.translation import spoken
from memory.errors import NotFoundError

if TYPE_CHECKING:
    from app.first_run import WrittenPair
    from app.window import MainWindow


def show(window: MainWindow) -> FirstRunDialog:
    """Open the first run over ``window``; from then on it counts as seen."""
    store, background = window.attune.store, window.background
    names = [p.name for p in window.attune.assistant.principles.all if not (p.fixed or is_own(p))]
    model = window.attune.models.current
    dialog = FirstRunDialog(window.appearance, model.name if model else tr("The embedded model"), window)
    pairs = load_pairs(spoken(window.language))
    answers: list[Answer] = []  # of this run and of earlier ones
    shown: list[WrittenPair] = []
    kept_as: list[str | None] = []  # for each answer of this run

    def begin() -> WrittenPair | None:
        store.call(lambda memory: memory.set_setting(FIRST_RUN_KEY, "1"))
        answers.extend(store.call(lambda memory: earlier_answers(memory, pairs)))
        return next_pair(pairs, answers, names)

    def ask(pair: WrittenPair | None) -> None:
        if not dialog_open:
            return
        if pair is None or len(shown) == QUESTIONS:
            dialog.show_end()
            return
        shown.append(pair)
        dialog.show_pair(pair, len(shown), QUESTIONS)

    def changed() -> None:
        window.library.refresh()
        window.refresh_preferences()

    def on_answer(label: int) -> None:
        answer = Answer(shown[-1], label)

        def keep() -> WrittenPair | None:
            kept_as.append(store.call(lambda memory: keep_answer(memory, answer)))
            answers.append(answer)
            return next_pair(pairs, answers, names)

        def kept(pair: WrittenPair | None) -> None:
            ask(pair)
            changed()

        background.run(keep, kept)

    def on_taken_back() -> None:
        def undo() -> None:
            answers.pop()
            question = kept_as.pop()
            if question is not None:
                with suppress(NotFoundError):  # forgotten from elsewhere
                    store.call(lambda memory: take_back(memory, question))

        def undone(_: None) -> None:
            del shown[len(kept_as) + 1 :]
            if dialog_open:
                dialog.show_pair(shown[-1], len(shown), QUESTIONS)
            changed()

        background.run(undo, undone)

    dialog_open = [True]
    dialog.finished.connect(lambda _: dialog_open.clear())
    dialog.answered.connect(on_answer)
    dialog.taken_back.connect(on_taken_back)
    dialog.models_wanted.connect(window.models.open_dialog)
    background.run(begin, ask)
    dialog.show()  # not modal: the models it leads to are a window of their own
    return dialog

"""Between the first run's dialog and the memory: which pair comes next, and what an answer leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.desktop.host import FIRST_RUN_KEY
from app.first_run import QUESTIONS, Answer, earlier_answers, keep_answer, load_pairs, next_pair
from app.language import tr
from app.panels.first_run import FirstRunDialog
from app.principles import is_own
from app.render.translation import spoken

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
    answers: list[Answer] = []
    shown: list[WrittenPair] = []

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

    def on_answer(label: int) -> None:
        answer = Answer(shown[-1], label)

        def keep() -> WrittenPair | None:
            store.call(lambda memory: keep_answer(memory, answer))
            answers.append(answer)
            return next_pair(pairs, answers, names)

        def kept(pair: WrittenPair | None) -> None:
            ask(pair)
            window.library.refresh()
            window.refresh_preferences()

        background.run(keep, kept)

    dialog_open = [True]
    dialog.finished.connect(lambda _: dialog_open.clear())
    dialog.answered.connect(on_answer)
    dialog.models_wanted.connect(window.models.open_dialog)
    background.run(begin, ask)
    dialog.open()
    return dialog

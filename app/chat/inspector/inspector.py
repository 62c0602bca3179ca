"""Opens what explains a reply and what compares two, and keeps what is chosen there.

The only part of the inspector that asks the assistant for anything, always through ``Background``. The dialogs lie
beside the chat and never keep it from being typed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.answers import Broke, Finished, Text
from app.language import tr
from app.prompting import AnswerOptions
from app.wording import rated_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog, QWidget

    from app.answers import AnswerEvent, Rated, Turn
    from app.assistant import Assistant
    from app.background import Background
    from app.chat.controller import ChatController
    from app.chat.inspector.compare import CompareDialog
    from app.chat.message import ReplyMessage
    from app.chat.view import ChatView
    from app.comparing import Compared, Comparing, Siblings
    from app.render.appearance import Appearance
    from memory.records import Pair


@dataclass(slots=True)
class _Trial:
    """An answer being written again with what was learned."""

    dialog: CompareDialog
    question: str
    old: Turn
    comparing: Comparing
    text: str = ""


class Inspector(QObject):
    """Belongs to one window; ``close`` closes what is open."""

    evidence_requested = Signal(str)  # name of a principle
    statements_requested = Signal()

    def __init__(
        self,
        assistant: Assistant,
        controller: ChatController,
        background: Background,
        view: ChatView,
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._main = assistant
        self._controller, self._background, self._view = controller, background, view
        self._appearance, self._window = appearance, window
        self._open: list[QDialog] = []
        self._trial: _Trial | None = None
        view.reply_built.connect(self._on_built)
        controller.event_came.connect(self._on_event)
        assistant.on_learned(lambda rated: background.post(self._on_learned, rated))

    @property
    def opened(self) -> tuple[QDialog, ...]:
        """The dialogs that are open."""
        return tuple(self._open)

    def close(self) -> None:
        """Close every dialog."""
        for dialog in self.opened:
            dialog.close()

    def explain(self, turn: Turn) -> None:
        """Open *Why this answer?*; the tokens are made again meanwhile."""
        from app.chat.inspector.explanation import Explanation
        from app.chat.inspector.why import WhyDialog

        dialog = WhyDialog(
            turn, self._question_of(turn), self._main.principles.by_name, self._appearance, self._window
        )
        dialog.evidence_requested.connect(self.evidence_requested)
        dialog.statements_requested.connect(self.statements_requested)
        Explanation(dialog, self._controller.assistant.explaining, self._background)
        self._show(dialog)

    def compare(self, turn: Turn) -> None:
        """Ask which of two answers is better: the one before ``turn``, or after the first, and ``turn`` itself."""
        if len(turn.siblings) < 2 or self._view.mode != "usual":
            return
        at = turn.siblings.index(turn.message.id)
        other = turn.siblings[at - 1] if at else turn.siblings[1]
        first, second = sorted((other, turn.message.id), key=turn.siblings.index)
        comparing = self._controller.assistant.comparing
        from app.chat.inspector.compare import CompareDialog

        dialog = CompareDialog(self._appearance, "equal", self._window)
        self._connect(dialog, comparing)
        self._background.run(
            lambda: comparing.siblings(turn.message.id),
            lambda siblings: self._when_open(dialog, lambda: dialog.show_siblings(siblings, first, second)),
        )
        self._show(dialog)

    def try_again(self, turn: Turn) -> None:
        """Have ``turn`` answered again with what was learned, from the same seed, and show both."""
        if turn.feedback is None or self._view.mode != "usual":
            return
        if self._controller.answering:
            self._view.note(turn.message.id, tr("Another answer is still being written."))
            return
        question = self._question_of(turn)
        comparing = self._controller.assistant.comparing
        from app.chat.inspector.compare import CompareDialog

        dialog = CompareDialog(self._appearance, "after", self._window)
        self._connect(dialog, comparing)
        self._trial = _Trial(dialog, question, turn, comparing)
        dialog.show_waiting(question, turn.message.content)
        self._show(dialog)
        # From the same random numbers, so that nothing but what was learned sets the two apart.
        seed = turn.trace.seed if turn.trace else None
        self._controller.regenerate(turn.message.id, AnswerOptions(seed=seed))

    def _on_built(self, reply: ReplyMessage) -> None:
        bar = reply.bar
        bar.explain_requested.connect(lambda: self.explain(reply.turn))
        bar.compare_requested.connect(lambda: self.compare(reply.turn))
        bar.try_requested.connect(lambda: self.try_again(reply.turn))
        for part in (bar.compare, bar.try_it):
            part.setEnabled(self._view.mode == "usual")

    def _question_of(self, turn: Turn) -> str:
        shown = (t.message for t in self._view.transcript.turns)
        return next((m.content for m in shown if m.id == turn.message.parent_id), "")

    def _show(self, dialog: QDialog) -> None:
        self._open.append(dialog)
        dialog.finished.connect(lambda _: self._on_closed(dialog))
        dialog.show()

    def _on_closed(self, dialog: QDialog) -> None:
        self._open.remove(dialog)
        if self._trial and self._trial.dialog is dialog:
            self._trial = None

    def _when_open(self, dialog: QDialog, act: Callable[[], object]) -> None:
        if dialog in self._open:
            act()

    # An answer written again

    def _on_event(self, event: AnswerEvent) -> None:
        trial = self._trial
        if trial is None:
            return
        match event:
            case Text(text=text):
                trial.text += text
                trial.dialog.show_waiting(trial.question, trial.old.message.content, trial.text)
            case Finished(turn=turn):
                self._trial = None
                if not turn.message.content:
                    trial.dialog.show_failure(tr("The answer was stopped before its first word."))
                    return
                old, new = trial.old.message.id, turn.message.id
                self._background.run(
                    lambda: trial.comparing.siblings(new),
                    lambda found: self._when_open(
                        trial.dialog, lambda: trial.dialog.show_siblings(found, old, new)
                    ),
                )
            case Broke():
                self._trial = None
                trial.dialog.show_failure(f"{event.user_message} {event.next_step}")

    # What was chosen

    def _connect(self, dialog: CompareDialog, comparing: Comparing) -> None:
        replaced: list[Pair | None] = []  # what the last choice in this dialog took the place of

        def keep(made: tuple[Compared, Siblings], line: str, *, undoable: bool) -> None:
            compared, siblings = made
            replaced[:] = [compared.replaced] if undoable else []
            line = line or rated_line(compared.rated, self._main.principles.by_name)
            self._controller.learned.emit()
            self._view.note(compared.rated.message_id, line)
            self._when_open(dialog, lambda: dialog.show_choice(siblings, line, undoable=undoable))

        def choose(better: str, other: str) -> None:
            self._background.run(
                lambda: (comparing.prefer(better, other), comparing.siblings(better)),
                partial(keep, line="", undoable=True),
            )

        def choose_neither(first: str, second: str) -> None:
            line = tr("Saved on this computer: no difference. These two teach nothing.")
            self._background.run(
                lambda: (comparing.no_difference(first, second), comparing.siblings(first)),
                partial(keep, line=line, undoable=True),
            )

        def undo() -> None:
            first, second = dialog.shown
            before = replaced[0] if replaced else None
            line = tr("Taken back. Attune is as if you had never chosen here.")
            self._background.run(
                lambda: (comparing.undo(first, second, before), comparing.siblings(first)),
                partial(keep, line=line, undoable=False),
            )

        dialog.chosen.connect(choose)
        dialog.neither_chosen.connect(choose_neither)
        dialog.undo_requested.connect(undo)

    def _on_learned(self, rated: Rated) -> None:
        if rated.compared:
            from app.chat.inspector.compare import CompareDialog

            line = rated_line(rated, self._main.principles.by_name)
            self._view.note(rated.message_id, line)
            for dialog in self._open:
                if isinstance(dialog, CompareDialog) and rated.message_id in dialog.shown:
                    dialog.say(line)

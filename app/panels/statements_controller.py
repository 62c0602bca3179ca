"""Between the statements panel and ``Remembering``: reads, keeps, changes, forgets, always off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.chat.offers import Matching
from app.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from app.background import Background
    from app.panels.statements import StatementsPanel
    from app.statements.remembering import Remembering
    from app.statements.style import StyleMatch
    from memory.records import Statement, StatementAdded

    T = TypeVar("T")


class StatementsController(QObject):
    """Runs the statements panel of one window."""

    changed = Signal()  # what was said may have moved a slider
    noted = Signal(str)  # a sentence for the foot of the window

    def __init__(self, remembering: Remembering, background: Background, panel: StatementsPanel) -> None:
        super().__init__(panel)
        self._remembering = remembering
        self._background = background
        self._panel = panel
        self._matching = Matching(remembering, background, self)
        panel.added.connect(self._on_added)
        panel.matching_requested.connect(self._on_matching)
        panel.edited.connect(self._on_edited)
        panel.no_longer_true.connect(lambda i: self._change(lambda: remembering.no_longer_true(i)))
        panel.restored.connect(
            lambda i: self._change(lambda: remembering.restore(i), lambda old: self._say(old))
        )
        panel.forgotten.connect(lambda i: self._change(lambda: remembering.forget(i)))

    def refresh(self) -> None:
        """Read the statements again."""
        self._background.run(self._remembering.statements, self._panel.show_statements)

    def _on_added(self, text: str, style: StyleMatch | None) -> None:
        self._change(lambda: self._remembering.remember(text, style=style), self._on_kept)

    def _on_matching(self, text: str) -> None:
        self._matching.find(text, lambda style: self._panel.show_match(text, style))

    def _on_edited(self, statement_id: str, text: str) -> None:
        def change(style: StyleMatch | None) -> None:
            self._change(
                lambda: self._remembering.change(statement_id, text, style=style), self._on_kept, self.refresh
            )

        if self._remembering.kind_of(text) == "style":
            self._matching.find(text, change)
        else:
            change(None)

    def _on_kept(self, added: StatementAdded) -> None:
        if added.merged:
            self.noted.emit(tr("Attune knew that already: “{text}”", text=added.statement.text))
        else:
            self._say(added.superseded)

    def _say(self, superseded: tuple[Statement, ...]) -> None:
        if superseded:
            older = ", ".join(f"“{s.text}”" for s in superseded)
            self.noted.emit(tr("{older} no longer counts.", older=older))

    def _change(
        self,
        call: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[], None] | None = None,
    ) -> None:
        def settled(result: T) -> None:
            if done:
                done(result)
            self.refresh()
            self.changed.emit()

        def broke(error: BaseException) -> None:
            if failed:
                failed()
            self.refresh()
            self._background.fail(error)

        self._background.run(call, settled, broke)

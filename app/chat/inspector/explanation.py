"""Between an open *Why this answer?* and what is made for it: asks, delivers on the GUI thread, cancels at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from app.explaining import CantTell, Explained, WithoutYou

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.background import Background
    from app.chat.inspector.why import WhyDialog
    from app.explaining import Explaining, Outcome, Task

T = TypeVar("T")


class Explanation:
    """Begins with the tokens. Nothing is shown any more once the dialog is closed."""

    def __init__(self, dialog: WhyDialog, explaining: Explaining, background: Background) -> None:
        self._dialog, self._explaining, self._background = dialog, explaining, background
        self._without: Task | None = None
        self._open = True
        dialog.without_requested.connect(self._write)
        dialog.stop_requested.connect(self._stop)
        dialog.finished.connect(self._end)
        self._tokens = explaining.explain(
            dialog.turn.message.id,
            lambda share: self._post(dialog.show_progress, share),
            lambda outcome: self._post(self._show_tokens, outcome),
        )

    def _write(self) -> None:
        self._without = self._explaining.without_you(
            self._dialog.turn.message.id,
            lambda text: self._post(self._show_writing, text),
            lambda outcome: self._post(self._show_without, outcome),
        )

    def _stop(self) -> None:
        if self._without:
            self._without.cancel()
            self._without = None

    def _end(self) -> None:
        self._open = False
        self._tokens.cancel()
        self._stop()

    def _show_tokens(self, outcome: Outcome) -> None:
        if isinstance(outcome, Explained):
            self._dialog.show_tokens(outcome)
        elif isinstance(outcome, CantTell):
            self._dialog.cant_show_tokens(outcome)

    def _show_writing(self, text: str) -> None:
        if self._without:
            self._dialog.show_writing(text)

    def _show_without(self, outcome: Outcome) -> None:
        if isinstance(outcome, WithoutYou):
            self._dialog.show_without(outcome.text)
        elif isinstance(outcome, CantTell):
            self._dialog.cant_show_without(outcome)

    def _post(self, show: Callable[[T], None], value: T) -> None:
        self._background.post(self._deliver, (show, value))

    def _deliver(self, delivery: tuple[Callable[[T], None], T]) -> None:
        show, value = delivery
        if self._open:
            show(value)

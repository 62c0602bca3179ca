"""Between the preferences panel and what it shows: sliders, ratings behind weights, situations, history, samples.

Reads and changes off the GUI thread; pages that nobody looks at are read when they are turned to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.insight import A_FEW
from app.language import tr
from app.panels.sample_strip import SampleControl
from app.panels.situations_page import shortened
from app.wording import shift_words
from memory.errors import NotFoundError
from memory.records import Feedback

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from app.insight import Behind, History, Kind
    from app.panels.preferences import PreferencesPanel
    from app.window import MainWindow
    from memory.records import Pair


class TasteControl(QObject):
    """Wires the panel of one window."""

    def __init__(self, window: MainWindow, panel: PreferencesPanel) -> None:
        super().__init__(window)
        self._window, self._assistant = window, window.attune.assistant
        self._background, self._panel = window.background, panel
        self._insights = self._assistant.insights
        self._again: Callable[[], None] = lambda: None
        self._most = A_FEW
        self._before: float | None = None
        self._stale: set[QWidget] = set()
        self._computed: dict[QWidget, int] = {}
        sliders, assistant = panel.sliders, self._assistant
        self.samples = SampleControl(
            sliders, assistant.samples, self._background, assistant.principles.by_name, self._no_sample
        )
        sliders.strength_changed.connect(lambda beta: self._change(lambda: assistant.set_strength(beta)))
        sliders.value_changed.connect(
            lambda name, value: self._change(lambda: assistant.set_preference(name, value))
        )
        sliders.enabled_changed.connect(
            lambda name, on: self._change(lambda: assistant.set_enabled(name, on))
        )
        sliders.pinned_changed.connect(lambda name, on: self._change(lambda: assistant.set_pinned(name, on)))
        panel.page_shown.connect(self._on_page)
        panel.evidence_requested.connect(self._on_evidence)
        panel.situations.evidence_requested.connect(self._on_kind)
        panel.history.evidence_requested.connect(self._on_point)
        panel.evidence.more_requested.connect(self._on_more)
        panel.evidence.remove_requested.connect(self._on_remove)

    def refresh(self) -> None:
        """Read again what is shown, and what is turned to later then."""
        self._background.run(self._assistant.pinned, self._panel.sliders.show_pinned)
        self._background.run(self._assistant.preferences, self._panel.sliders.show_preferences)
        self._stale = {self._panel.situations, self._panel.history}
        if not self._panel.isHidden():
            self._on_page(self._panel.page)
            if self._panel.shows_evidence:
                self._again()

    def close(self) -> None:
        """Ask for nothing more."""
        self.samples.close()

    def _no_sample(self) -> str:
        if self._window.attune.tuning.state.phase == "running":
            return tr("While Attune tunes itself to the model, no samples are made.")
        if self._window.attune.engine.loaded is None:
            return tr("A sample shows here once the model is loaded.")
        return ""

    def _change(self, call: Callable[[], None]) -> None:
        self._background.run(call, lambda _: self._window.refresh_preferences())

    # Pages

    def _on_page(self, page: QWidget) -> None:
        if page not in self._stale:
            return
        self._stale.discard(page)
        if page is self._panel.situations:
            self._compute(page, self._insights.situations, self._panel.situations.show_kinds)
        elif page is self._panel.history:
            self._compute(page, self._history, self._panel.history.show_history)

    def _history(self) -> History:
        import pyqtgraph  # noqa: F401  here rather than on the GUI thread, where the page needs it

        return self._insights.history()

    def _compute(self, page: QWidget, call: Callable[[], object], show: Callable[..., None]) -> None:
        number = self._computed[page] = self._computed.get(page, 0) + 1

        def show_newest(result: object) -> None:
            if number == self._computed[page]:  # what was computed from less may be there later
                show(result)

        # On a thread of its own: thumbs must not wait for it.
        self._background.iterate(lambda: iter((call(),)), show_newest, self._background.fail, lambda: None)

    # The ratings behind something

    def _on_evidence(self, name: str) -> None:
        self._before = None

        def show(behind: Behind) -> None:
            if self._panel.evidence.principle and self._panel.evidence.principle.name == name:
                self._panel.evidence.show_behind(behind, self._moved(behind))
                self._before = behind.weight.mean if behind.weight else None

        self._begin(lambda most: self._insights.behind(name, most), show)

    def _on_kind(self, kind: Kind) -> None:
        self._panel.open_evidence(
            tr("Ratings of “{question}” and the like", question=shortened(kind.question))
        )
        self._among(kind.sources)

    def _on_point(self, place: int) -> None:
        history = self._panel.history.history
        if history is None:
            return
        point = history.points[place]
        before = history.points[place - 1].ratings if place else 0
        title = (
            tr("Ratings {first} to {last}", first=before + 1, last=point.ratings)
            if point.ratings > before + 1
            else tr("Rating {last}", last=point.ratings)
        )
        self._panel.open_evidence(title)
        self._among(point.sources)

    def _among(self, sources: Sequence[str]) -> None:
        self._begin(
            lambda most: self._insights.among(sources, most),
            lambda behind: self._panel.evidence.show_behind(behind, ""),
        )

    def _begin(self, read: Callable[[int], Behind], show: Callable[[Behind], None]) -> None:
        self._most = A_FEW

        def again() -> None:
            most = self._most

            def settled(behind: Behind) -> None:
                if self._again is again:  # something else may have been asked for meanwhile
                    show(behind)

            def failed(error: BaseException) -> None:
                if isinstance(error, NotFoundError):  # a preference that was deleted
                    self._panel.leave_evidence()
                else:
                    self._background.fail(error)

            self._background.run(lambda: read(most), settled, failed)

        self._again = again
        again()

    def _on_more(self) -> None:
        self._most += 2 * A_FEW
        self._again()

    def _moved(self, behind: Behind) -> str:
        weight, principle = behind.weight, self._panel.evidence.principle
        if weight is None or principle is None:
            return ""
        if self._before is not None and abs(weight.mean - self._before) > 1e-6:
            words = shift_words(
                [(weight.name, weight.mean - self._before)], self._assistant.principles.by_name
            )
            return tr("Now: {words}.", words=words) if words else tr("That hardly changes anything.")
        row = self._panel.sliders.rows.get(weight.name)
        return f"{row.in_words(weight)}." if row else ""

    def _on_remove(self, source_id: str) -> None:
        self._background.run(lambda: self._insights.withdraw(source_id), self._on_withdrawn, self._on_gone)

    def _on_withdrawn(self, gone: Feedback | Pair) -> None:
        self._tell_chat(gone, None)
        self._window.refresh_preferences()
        self._window.toast.say(
            tr("Taken back. What it taught is gone with it."), tr("Undo"), lambda: self._put_back(gone)
        )

    def _on_gone(self, error: BaseException) -> None:
        if not isinstance(error, NotFoundError):  # else it was taken back elsewhere meanwhile
            self._background.fail(error)
        self._window.refresh_preferences()

    def _put_back(self, gone: Feedback | Pair) -> None:
        def settled(_: None) -> None:
            self._tell_chat(gone, gone if isinstance(gone, Feedback) else None)
            self._window.refresh_preferences()

        self._background.run(lambda: self._insights.put_back(gone), settled, self._on_gone)

    def _tell_chat(self, gone: Feedback | Pair, feedback: Feedback | None) -> None:
        if isinstance(gone, Feedback):
            self._window.controller.show_thumb(gone.message_id, feedback)

"""A scrolling column of messages that builds only those near the viewport.

A long conversation opens as fast as a short one: heights of messages not yet seen are estimated, and corrected
without moving what the reader looks at. Knows turns by id and asks a factory for their widgets.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.language import tr
from app.render.motion import glide
from app.render.theme import BODY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from app.answers import Turn
    from app.render.appearance import Appearance

COLUMN: Final = 760
UNSAVED: Final = "unsaved"
"""The property of a message's widget that holds what is nowhere else."""
GAP: Final = 24
# Measuring can reveal more messages that need measuring; each pass gets closer and four have always sufficed.
PASSES: Final = 6


class Transcript(QScrollArea):
    """Messages of one conversation. ``away_from_end`` says whether the newest text is out of sight."""

    away_from_end = Signal(bool)

    def __init__(self, appearance: Appearance, build: Callable[[Turn], QWidget]) -> None:
        super().__init__()
        self._appearance = appearance
        self._build = build
        self._turns: list[Turn] = []
        self._heights: list[int] = []
        self._measured: list[int] = []  # the width each height was measured at; 0: estimated
        self._widgets: dict[str, QWidget] = {}
        self._stick = True
        self._busy = False
        self._away = False
        self._canvas = _Canvas(self._relayout)
        self.setWidget(self._canvas)
        self.setAccessibleName(tr("Conversation"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Else an answer that outgrows the view would be broken into lines anew in the middle of being read.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().setSingleStep(appearance.px(40))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns, built or not."""
        return tuple(self._turns)

    @property
    def built(self) -> int:
        """Number of messages that have widgets now."""
        return len(self._widgets)

    @property
    def at_end(self) -> bool:
        """Whether new text keeps scrolling into view."""
        return self._stick

    def show_turns(self, turns: Sequence[Turn]) -> None:
        """Show another conversation, from its end."""
        for message_id in list(self._widgets):
            self._drop(message_id)
        self._turns = list(turns)
        self._heights = [self._estimate(turn) for turn in self._turns]
        self._measured = [0] * len(self._turns)
        self._stick = True
        self._relayout()

    def add(self, *turns: Turn) -> None:
        """Append messages and scroll to them."""
        self._turns.extend(turns)
        self._heights.extend(self._estimate(turn) for turn in turns)
        self._measured.extend(0 for _ in turns)
        self.jump_to_end()

    def replace_turn(self, old_id: str, turn: Turn) -> None:
        """Take over a newer version of the message ``old_id``; its widget, if any, is the caller's to update."""
        for index, old in enumerate(self._turns):
            if old.message.id == old_id:
                self._turns[index] = turn
                if old_id in self._widgets:
                    self._widgets[turn.message.id] = self._widgets.pop(old_id)

    def widget_of(self, message_id: str) -> QWidget | None:
        """Return the widget of a message, ``None`` while it is not built."""
        return self._widgets.get(message_id)

    def reveal(self, message_id: str, below: int = 0) -> None:
        """Scroll a message, or what is ``below`` its top, to the top third of the view, building it if need be."""
        index = next((i for i, turn in enumerate(self._turns) if turn.message.id == message_id), None)
        if index is None:
            return
        self._stick = False
        self._relayout(anchor=(index, below - self.viewport().height() // 3))

    def jump_to_end(self) -> None:
        """Scroll to the newest text and stay there."""
        self._stick = True
        self._relayout()

    def hold_still(self) -> None:
        """Let what is read stay where it is, whatever grows below; new messages are still scrolled to."""
        if self._turns:
            self._stick = False

    def glide_to_end(self) -> None:
        """Scroll to the newest text and stay there, visibly where it is near."""
        glide(self.verticalScrollBar(), self._appearance, 3 * self.viewport().height(), self.jump_to_end)

    def rebuild(self) -> None:
        """Make all widgets anew, after a change of theme or zoom."""
        anchor = None if self._stick else self._anchor()
        for message_id in list(self._widgets):
            self._drop(message_id)
        self._measured = [0] * len(self._turns)
        self._relayout(anchor=anchor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the column to the new width."""
        super().resizeEvent(event)
        self._relayout()

    def _on_scrolled(self, value: int) -> None:
        if not self._busy:
            self._stick = value >= self.verticalScrollBar().maximum() - self._appearance.px(8)
            self._relayout()

    def _relayout(self, *, anchor: tuple[int, int] | None = None) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            self._settle(anchor or (None if self._stick else self._anchor()))
        finally:
            self._busy = False
        bar = self.verticalScrollBar()
        away = bar.value() < bar.maximum() - self._appearance.px(8)
        self._stick = self._stick or not away
        if away != self._away:
            self._away = away
            self.away_from_end.emit(away)

    def _settle(self, anchor: tuple[int, int] | None) -> None:
        view = self.viewport().height()
        width = min(self.viewport().width() - 2 * self._appearance.px(GAP), self._appearance.px(COLUMN))
        if width <= 0:
            return
        for _ in range(PASSES):
            tops, total = self._tops()
            end = max(total - view, 0)
            value = end if anchor is None else min(max(tops[anchor[0]] + anchor[1], 0), end)
            first, last = self._span(tops, value - view // 2, value + view + view // 2)
            if not self._measure(first, last, width):
                break
        self._canvas.resize(self.viewport().width(), max(total, view))
        left = (self.viewport().width() - width) // 2
        for index in range(first, last):
            widget = self._widgets[self._turns[index].message.id]
            widget.setGeometry(left, tops[index], width, self._heights[index])
        self._drop_far(tops, value - 2 * view, value + 3 * view)
        self.verticalScrollBar().setValue(value)

    def _measure(self, first: int, last: int, width: int) -> bool:
        changed = False
        for index in range(first, last):
            turn = self._turns[index]
            widget = self._widgets.get(turn.message.id)
            if widget is None:
                widget = self._build(turn)
                widget.setParent(self._canvas)
                # Shown before it is measured: only a shown widget knows the stylesheet's fonts.
                # And what arranges itself by its width, as the actions below a reply do, has to know that too.
                widget.setGeometry(0, -10_000, width, self._heights[index])
                widget.show()
                self._widgets[turn.message.id] = widget
            height = widget.heightForWidth(width)
            if height != self._heights[index] or self._measured[index] != width:
                changed = changed or height != self._heights[index]
                self._heights[index], self._measured[index] = height, width
        return changed

    def _tops(self) -> tuple[list[int], int]:
        gap = self._appearance.px(GAP)
        tops = list(accumulate((height + gap for height in self._heights), initial=gap))
        return tops, tops[-1]

    def _span(self, tops: list[int], top: int, bottom: int) -> tuple[int, int]:
        first = max(bisect_right(tops, top) - 1, 0)
        last = min(bisect_right(tops, bottom), len(self._turns))
        return first, last

    def _anchor(self) -> tuple[int, int] | None:
        if not self._turns:
            return None
        tops, _ = self._tops()
        value = self.verticalScrollBar().value()
        index = min(max(bisect_right(tops, value) - 1, 0), len(self._turns) - 1)
        return index, value - tops[index]

    def _drop_far(self, tops: list[int], top: int, bottom: int) -> None:
        first, last = self._span(tops, top, bottom)
        near = {turn.message.id for turn in self._turns[first:last]}
        # What is being written has text that only its widget holds.
        writing = {turn.message.id for turn in self._turns if turn.message.state == "streaming"}
        focus = QApplication.focusWidget()
        for message_id, widget in list(self._widgets.items()):
            held = message_id in near or message_id in writing or widget.property(UNSAVED)
            if held or (focus and widget.isAncestorOf(focus)):
                continue
            self._drop(message_id)

    def _drop(self, message_id: str) -> None:
        widget = self._widgets.pop(message_id)
        widget.hide()
        widget.deleteLater()

    def _estimate(self, turn: Turn) -> int:
        characters = max(min(self.viewport().width(), COLUMN) // (BODY // 2), 20)
        lines = sum(1 + len(line) // characters for line in turn.message.content.split("\n"))
        furniture = 48 if turn.message.role == "user" else 72
        return self._appearance.px(lines * BODY * 1.55 + furniture)


class _Canvas(QWidget):
    """What the transcript scrolls. A message whose height changes asks it for a new layout."""

    def __init__(self, relayout: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("look", "canvas")
        self._relayout = relayout

    def event(self, event: QEvent) -> bool:
        """Lay out again when a message's size changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._relayout()
            return True
        return super().event(event)

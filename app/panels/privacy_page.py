"""The settings' page of privacy: where the data is, how big, what goes over the network, and what can be forgotten.

Shows and asks; its owner measures, looks and erases.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLocale, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import Choice, button, label
from app.dates import day
from app.language import mark, number, plural, tr
from app.model_wording import size_words
from app.panels.passage_list import PassageList

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QShowEvent
    from PySide6.QtWidgets import QPushButton

    from app.explaining import CantTell
    from app.kept import Copy, Kept, Network
    from app.render.appearance import Appearance
    from memory.records import Passage

LOOK_MS: Final = 1000
_WORDS, _DATES = 0, 4
_WHAT: Final = (
    mark("About a topic"),
    mark("From the last hour"),
    mark("From the last day"),
    mark("From the last week"),
    mark("Between two dates"),
)
_BACK: Final = {1: timedelta(hours=1), 2: timedelta(days=1), 3: timedelta(days=7)}


class PrivacyPage(QWidget):
    """``look_requested`` comes every second while the page is seen; ``cleared`` when nothing is looked for any more."""

    look_requested = Signal()
    about_requested = Signal(str)
    between_requested = Signal(object, object)
    forget_requested = Signal(object)  # the passages
    forget_between_requested = Signal(object, object, int)
    delete_copy_requested = Signal(object)
    cleared = Signal()

    def __init__(self, appearance: Appearance, now: Callable[[], datetime]) -> None:
        super().__init__()
        px = self._px = appearance.px
        self._now = now
        self._range: tuple[datetime, datetime] | None = None
        self.network = label(tr("Looking at the connections …"), "strong", wrap=True)
        self.looked = label("", "small", wrap=True)
        self.path = label("", "smalltext", wrap=True)
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.counts = label("", "small", wrap=True)
        self.open_folder = button(tr("Open folder"), name=tr("Open the data folder"))
        self.export = button(tr("Export…"), name=tr("Export all conversations…"))
        self._sizes = QGridLayout()
        self._sizes.setHorizontalSpacing(px(24))
        self._sizes.setColumnStretch(1, 1)
        self.sizes = [label("…", "smalltext") for _ in range(4)]
        names = (tr("Memory"), tr("Models"), tr("Tuned to models"), tr("Other profiles"))
        for row, (name, size) in enumerate(zip(names, self.sizes, strict=True)):
            self._sizes.addWidget(label(name, "small"), row, 0)
            self._sizes.addWidget(size, row, 1)
        self.what = Choice(tr("What to forget"), [tr(name) for name in _WHAT])
        self.words = QLineEdit()
        self.words.setAccessibleName(tr("The topic, in a few words"))
        self.words.setPlaceholderText(tr("What it is about, in a few words"))
        self.start, self.end = _date(tr("First day"), px(6)), _date(tr("Last day"), px(6))
        self.preview = button(tr("Show what would go"))
        self.list = PassageList(appearance, now)
        self.said = label("", "small", wrap=True)
        self.also = label("", "small", wrap=True)
        self.all = button(tr("Tick all"), "link")
        self.forget = button(tr("Forget…"), "danger", name=tr("Forget what is listed…"))
        self.open_trash = button(tr("Open the trash"), "link")
        self.everything = button(tr("Forget everything…"), "danger")
        self.temporary = button(tr("Begin a temporary chat"))
        self._copies = QVBoxLayout()
        self._copies_title = label(tr("Earlier copies"), "section")
        self._copies_about = label(
            tr("Damaged files that were moved aside. They may still hold what was forgotten."),
            "small",
            wrap=True,
        )
        self.copies: list[QPushButton] = []
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look_requested)
        self._lay_out()
        self.what.currentIndexChanged.connect(self._on_what)
        self.words.textChanged.connect(self._clear)
        self.words.returnPressed.connect(self._on_find)
        self.preview.clicked.connect(self._on_find)
        self.forget.clicked.connect(self._on_forget)
        self.list.ticked.connect(self._on_ticked)
        self.all.clicked.connect(lambda: self.list.tick_all(len(self.list.chosen) < len(self.list.passages)))
        for field in (self.start, self.end):
            field.dateChanged.connect(self._clear)
        self._on_what()
        self._show_copies(())

    def show_network(self, network: Network) -> None:
        """Say in words what is connected, and what was looked at."""
        seen = network.seen
        if seen.addresses and network.hub:
            text = tr(
                "Downloading from {host}. Connected to: {addresses}",
                host=network.hub,
                addresses=_listed(network),
            )
        elif seen.addresses:
            count = plural("One connection", "{n} connections", len(seen.addresses))
            text = tr(
                "{connections} to the network: {addresses}", connections=count, addresses=_listed(network)
            )
        elif seen.hidden:
            text = tr("The system does not show every connection.")
        else:
            text = tr("No connection to the network right now.")
        looked = (
            tr("Looked at: the window and the engine.")
            if network.engine
            else tr("Looked at: the window. The engine is not running.")
        )
        if seen.hidden:
            looked = tr("Not everything could be looked at: the system refused.")
        self.network.setText(text)
        self.looked.setText(looked)

    def say_unseen(self) -> None:
        """Say that nothing could be looked at this time."""
        self.network.setText(tr("The system does not show every connection."))
        self.looked.setText(tr("Not everything could be looked at: the system refused."))

    def show_kept(self, kept: Kept) -> None:
        """Show where the data is and how big."""
        counts = kept.counts
        self.path.setText(str(kept.folder))
        said = (
            plural("1 conversation", "{n} conversations", counts.conversations),
            plural("1 message", "{n} messages", counts.messages),
            plural("1 rating", "{n} ratings", counts.feedback),
        )
        self.counts.setText(", ".join(said))
        sizes = (kept.memory, kept.models, kept.tuned, kept.profiles)
        for shown, size in zip(self.sizes, sizes, strict=True):
            shown.setText(size_words(size) if size else tr("none"))
        if kept.built_in:
            built_in = tr("the built-in ones, {size}, came with Attune", size=size_words(kept.built_in))
            self.sizes[1].setText(f"{self.sizes[1].text()}; {built_in}")
        self._show_copies(kept.copies)

    def show_passages(self, passages: tuple[Passage, ...]) -> None:
        """List what would be forgotten; of a topic, what is ticked."""
        by_topic = self._range is None
        self.list.show_passages(passages, choose=by_topic)
        self.list.setVisible(bool(passages))
        self.all.setVisible(by_topic and len(passages) > 1)
        self.forget.show()
        self._on_ticked()

    def say_searching(self, done: int = 0, of: int = 0) -> None:
        """Say that what is about the topic in other words is still being looked for."""
        self._say_also(
            tr(
                "Reading questions that were not compared before: {done} of {of} …",
                done=number(done),
                of=number(of),
            )
            if of
            else tr("Looking for the same in other words too …")
        )

    def say_all_found(self, passages: tuple[Passage, ...]) -> None:
        """Say what is about the topic in other words."""
        about = sum(passage.cosine is not None for passage in passages)
        self._say_also(
            plural(
                "One more is about it in other words: tick it if it is to go.",
                "{n} more are about it in other words: tick those that are to go.",
                about,
            )
            if about
            else tr("Nothing else was found that is about it in other words.")
        )

    def say_only_words(self, reason: CantTell) -> None:
        """Say why only the words themselves were looked for."""
        self._say_also(
            tr(
                "Only these very words were looked for: {sentence} {next_step}",
                sentence=reason.sentence,
                next_step=reason.next_step,
            )
        )

    def show_forgotten(self, text: str) -> None:
        """Say that it is done."""
        self._clear()
        self._say(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the connections while the page is seen."""
        super().showEvent(event)
        self.look_requested.emit()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        self._timer.stop()

    def _on_what(self) -> None:
        self.words.setVisible(self.what.currentIndex() == _WORDS)
        for field in (self.start, self.end):
            field.setVisible(self.what.currentIndex() == _DATES)
        self._clear()

    def _clear(self) -> None:
        self._range = None
        self.list.show_passages((), choose=False)
        for part in (self.list, self.all, self.forget):
            part.hide()
        self._say("")
        self._say_also("")
        self.cleared.emit()

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _say_also(self, text: str) -> None:
        self.also.setText(text)
        self.also.setVisible(bool(text))

    def _on_find(self) -> None:
        self._clear()
        choice = self.what.currentIndex()
        if choice == _WORDS:
            if self.words.text().strip():
                self.about_requested.emit(self.words.text())
            else:
                self._say(tr("Type what it is about."))
            return
        now = self._now()
        if choice == _DATES:
            first, last = (_midnight(field.date()) for field in (self.start, self.end))
            if last < first:
                self._say(tr("The first day comes after the last. Change one of them."))
                return
            self._range = first, _midnight(self.end.date().addDays(1))
        else:
            # To the end of this very moment: what was just said goes too.
            self._range = now - _BACK[choice], now + timedelta(seconds=1)
        self.between_requested.emit(*self._range)

    def _going(self) -> tuple[Passage, ...]:
        return self.list.passages if self._range else self.list.chosen

    def _on_ticked(self) -> None:
        going, listed = self._going(), self.list.passages
        # Ratings of a time may lie outside its questions, so that a time can be forgotten with none of them.
        self.forget.setEnabled(bool(going) or self._range is not None)
        self.all.setText(tr("Tick none") if len(going) == len(listed) else tr("Tick all"))
        if not listed:
            self._say(tr("Nothing was said then.") if self._range else tr("Nothing holds these words."))
        elif not going:
            self._say(tr("Nothing is ticked."))
        else:
            self._say(
                plural(
                    "One entry will be forgotten, with all that follows it.",
                    "{n} entries will be forgotten, with all that follows them.",
                    len(going),
                )
            )

    def _on_forget(self) -> None:
        if self._range:
            self.forget_between_requested.emit(*self._range, len(self.list.passages))
        else:
            self.forget_requested.emit(self.list.chosen)

    def _show_copies(self, copies: tuple[Copy, ...]) -> None:
        while self._copies.count():
            if (item := self._copies.takeAt(0)) and (widget := item.widget()):
                widget.deleteLater()
        self.copies = []
        for copy in copies:
            words = (copy.path.name, day(copy.date, self._now()), size_words(copy.size))
            delete = button(tr("Delete…"), "link", name=tr("Delete {name}…", name=copy.path.name))
            delete.clicked.connect(lambda _=False, copy=copy: self.delete_copy_requested.emit(copy.path))
            line = QWidget()
            beside = QHBoxLayout(line)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.addWidget(label(" · ".join(words), "smalltext"))
            beside.addWidget(delete)
            beside.addStretch(1)
            self._copies.addWidget(line)
            self.copies.append(delete)
        self._copies_title.setVisible(bool(copies))
        self._copies_about.setVisible(bool(copies))

    def _lay_out(self) -> None:
        px = self._px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(24), px(24), px(16))
        layout.setSpacing(px(8))

        def row(*widgets: QWidget, wide: QWidget | None = None) -> None:
            line = QHBoxLayout()
            line.setSpacing(px(8))
            for widget in widgets:
                line.addWidget(widget, 1 if widget is wide else 0)
            if wide is None:
                line.addStretch(1)
            layout.addLayout(line)

        def section(title: str) -> None:
            layout.addSpacing(px(12))
            layout.addWidget(label(title, "section"))

        layout.addWidget(label(tr("Privacy"), "title"))
        layout.addWidget(self.network)
        layout.addWidget(self.looked)
        section(tr("Where your data is"))
        layout.addWidget(self.path)
        layout.addWidget(self.counts)
        layout.addLayout(self._sizes)
        row(self.open_folder, self.export)
        section(tr("Forget"))
        row(self.what, self.words, self.start, self.end, wide=self.words)
        row(self.preview)
        layout.addWidget(self.list)
        layout.addWidget(self.also)
        layout.addWidget(self.said)
        row(self.forget, self.all)
        about = tr(
            "A single conversation: put it in the trash in the sidebar, then delete it there for good."
        )
        layout.addWidget(label(about, "small", wrap=True))
        row(self.open_trash)
        row(self.everything)
        layout.addSpacing(px(12))
        layout.addWidget(self._copies_title)
        layout.addWidget(self._copies_about)
        layout.addLayout(self._copies)
        section(tr("Temporary chat"))
        kept = tr("It is never saved and nothing is learned from it; when you close it, it is gone.")
        layout.addWidget(label(kept, "small", wrap=True))
        row(self.temporary)
        layout.addStretch(1)


def _date(name: str, margin: int) -> QDateEdit:
    field = QDateEdit(QDate.currentDate())
    field.setAccessibleName(name)
    field.setToolTip(name)
    short = field.locale().dateFormat(QLocale.FormatType.ShortFormat)
    field.setDisplayFormat(short if "yyyy" in short else short.replace("yy", "yyyy"))
    field.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    for entry in field.findChildren(QLineEdit):
        entry.setAccessibleName(name)
        entry.setTextMargins(margin, 0, margin, 0)
    return field


def _midnight(day: QDate) -> datetime:
    there = datetime(day.year(), day.month(), day.day())  # noqa: DTZ001  the day as the user's clock has it
    return datetime.combine(there.date(), time()).astimezone(UTC)


def _listed(network: Network) -> str:
    return ", ".join(network.seen.addresses)

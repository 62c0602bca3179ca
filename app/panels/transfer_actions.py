"""Export and import in the window: which file, how far, and what came of it. The work is ``app.transfer``'s."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from app.language import mark, plural, tr
from app.panels.conversation_rows import UNTITLED
from app.user_messages import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from PySide6.QtWidgets import QWidget

    from app.background import Background
    from app.chat.toast import Toast
    from app.store_thread import StoreThread
    from app.transfer.exporting import Format
    from memory.records import Conversation

_ALL: Final[dict[str, Format]] = {
    mark("Attune JSON, to import again (*.json)"): "json",
    mark("Markdown pages (*.zip)"): "markdown",
    mark("Web pages (*.zip)"): "html",
    mark("PDF pages (*.zip)"): "pdf",
}
_IMPORTS: Final = mark("Exports of Attune, ChatGPT or Open WebUI (*.json *.zip)")


class TransferActions(QObject):
    """What the menus ask for. ``imported`` says that conversations have come."""

    imported = Signal()

    def __init__(self, store: StoreThread, background: Background, toast: Toast, parent: QWidget) -> None:
        super().__init__(parent)
        self._store = store
        self._background = background
        self._toast = toast
        self._over = parent
        self._stop = threading.Event()
        self._busy = False

    def export_one(self, conversation: Conversation) -> None:
        """Ask for a file and write one conversation to it."""
        from app.transfer.exporting import file_name

        name = file_name(conversation.title or tr(UNTITLED), "markdown")
        self._ask_where(tr("Export this conversation"), name, _one(), partial(self._write_one, conversation))

    def export_all(self) -> None:
        """Ask for a file and write all conversations to it."""
        if not self._is_busy():
            self._ask_where(
                tr("Export all conversations"),
                tr("Attune conversations"),
                {tr(name): form for name, form in _ALL.items()},
                self._write_all,
            )

    def import_file(self) -> None:
        """Ask for a file and take in what it holds."""
        if self._is_busy():
            return
        dialog = self._dialog(tr("Import conversations"))
        dialog.setNameFilter(tr(_IMPORTS))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: self._read(Path(chosen)))
        dialog.open()

    def close(self) -> None:
        """Have what runs end soon: an export leaves nothing, an import keeps what it has."""
        self._stop.set()

    def _ask_where(
        self, title: str, name: str, kinds: Mapping[str, Format], write: Callable[[Path, Format], None]
    ) -> None:
        dialog = self._dialog(title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(kinds))
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(_suffix(kind)))
        dialog.setDefaultSuffix(_suffix(next(iter(kinds))))
        # Without its ending: that follows from the kind of file that is chosen.
        dialog.selectFile(Path(name).stem if name.endswith(".md") else name)
        dialog.fileSelected.connect(lambda chosen: write(Path(chosen), kinds[dialog.selectedNameFilter()]))
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._over, title, QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _write_one(self, conversation: Conversation, path: Path, form: Format) -> None:
        from app.transfer.exporting import export_one

        self._background.run(
            lambda: export_one(self._store, conversation.id, path, form),
            lambda _: self._toast.say(tr("Saved as “{name}”.", name=path.name)),
        )

    def _write_all(self, path: Path, form: Format) -> None:
        def work() -> Iterator[str]:
            from app.transfer.exporting import export_all

            last = 0
            for done, of in export_all(self._store, path, form, stopped=self._stop.is_set):
                last = of
                if done % 20 == 0:
                    yield tr("Exporting: {done} of {of} conversations.", done=done, of=of)
            yield tr(
                "{conversations} saved in “{name}”.",
                conversations=plural("1 conversation", "{n} conversations", last),
                name=path.name,
            )

        self._run(work())

    def _read(self, path: Path) -> None:
        def work() -> Iterator[str]:
            from app.transfer.importing import Progress, import_file, summary

            last = Progress()
            for last in import_file(self._store, path, stopped=self._stop.is_set):
                yield tr(
                    "Importing: {conversations} conversations so far.", conversations=last.taken.conversations
                )
            yield summary(last)

        self._run(work())

    def _run(self, work: Iterator[str]) -> None:
        self._busy = True
        self._background.iterate(lambda: work, self._toast.say, self._failed, self._ended)

    def _failed(self, error: BaseException) -> None:
        sentence, next_step = explain(error)
        self._toast.say(f"{sentence} {next_step}")

    def _ended(self) -> None:
        self._busy = False
        self.imported.emit()

    def _is_busy(self) -> bool:
        if self._busy:
            self._toast.say(tr("An export or import is still going on. Wait until it is done."))
        return self._busy


def _one() -> dict[str, Format]:
    from app.transfer.exporting import FORMATS

    return {f"{tr(name)} (*{ending})": form for form, (name, ending) in FORMATS.items()}


def _suffix(kind: str) -> str:
    return kind.rsplit("*.", 1)[-1].rstrip(")")

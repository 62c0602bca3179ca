"""Between the models of this computer and the window: the button, the dialog, choosing, adding, throwing away.

The only part of the window that talks to ``ModelChoice``, always through ``Background``.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QFile, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from app.language import told, tr
from app.model_wording import size_words
from app.panels.confirm import confirm
from app.panels.model_button import ModelButton
from app.user_messages import explain
from engine.models.library import free_space
from engine.protocol import Done, Failed, Loaded, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.answers import Turn
    from app.assistant import Assistant
    from app.background import Background
    from app.chat.controller import ChatController
    from app.model_choice import Known, ModelChoice
    from app.panels.model_settings import ModelSettingsDialog
    from app.panels.models import ModelsDialog
    from app.render.appearance import Appearance
    from engine.models.hardware import Hardware
    from engine.models.library import Model
    from engine.models.parameters import Parameters
    from engine.protocol import Event


# How often it is looked whether the model has been idle for long.
_LOOK_MS: Final = 20_000


class ModelSwitching(QObject):
    """What the window of one running Attune does with models. ``say`` shows a sentence at the foot of the window."""

    changed = Signal()
    small = Signal(bool)  # whether the small model answers that Attune comes with

    def __init__(
        self,
        models: ModelChoice,
        assistant: Assistant,
        controller: ChatController,
        background: Background,
        say: Callable[[str], object],
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._models = models
        self._assistant = assistant
        self._controller = controller
        self._background = background
        self._say = say
        self._appearance = appearance
        self._window = window
        self.button = ModelButton(appearance)
        self.dialog: ModelsDialog | None = None
        self._waiting = ""
        self._loading = 0
        self._stop_copy = threading.Event()
        self._clock = time.monotonic
        self._asked_at = self._clock()
        self._idle = QTimer(self)
        self._idle.setInterval(_LOOK_MS)
        self._idle.timeout.connect(self.rest_if_idle)
        self._idle.start()
        self.button.menu_requested.connect(lambda: background.run(models.known, self._open_menu))
        self.button.chosen.connect(self.choose)
        self.button.all_requested.connect(self.open_dialog)
        controller.ended.connect(self._on_answer_ended)
        models.on_loaded(lambda loaded: background.post(self._on_loaded, loaded))

    def close(self) -> None:
        """Stop what runs."""
        self._idle.stop()
        self._stop_copy.set()
        self._models.leave()

    def begin(self) -> None:
        """Show which model answers."""
        self._show_current()

    def open_dialog(self) -> None:
        """Show all models."""
        if self.dialog is None:
            self.dialog = self._make_dialog()
        self.refresh()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def refresh(self) -> None:
        """Read the models again."""
        if self.dialog is not None:
            self._background.run(lambda: (self._models.known(), self._models.hardware()), self._on_known)

    def choose(self, path: str) -> None:
        """Let another model answer: now, or as soon as the answer being written is complete."""
        waited, self._waiting = self._waiting, ""
        current = self._models.current
        same = current is not None and current.path == path
        if not same and not self._controller.answering:
            self._use(path)
        elif not same or waited:
            self._waiting = "" if same else path
            name = self._models.library.model(path).name
            self._tell(tr("The next answer will come from {name}.", name=name))

    def add_file(self, path: str) -> None:
        """Add a model file of the user's, copied or where it is, as they say."""
        size = Path(path).stat().st_size if Path(path).is_file() else 0
        box = QMessageBox(self.dialog or self._window)
        box.setWindowTitle(tr("Add a model"))
        box.setText(tr("Use {name} where it is, or copy it into Attune’s folder?", name=Path(path).name))
        free = size_words(free_space(self._models.library.folder))
        box.setInformativeText(
            tr("A copy takes {size}; {free} are free on that disk.", size=size_words(size), free=free)
        )
        here = box.addButton(tr("Use it where it is"), QMessageBox.ButtonRole.AcceptRole)
        copy = box.addButton(tr("Copy it"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(here)
        box.buttonClicked.connect(
            lambda pressed: (
                self._add(path) if pressed is here else self._copy(path) if pressed is copy else None
            )
        )
        box.finished.connect(box.deleteLater)
        box.open()

    def open_settings(self, path: str) -> ModelSettingsDialog:
        """Let the user set how a model is run."""
        from app.panels.model_settings import ModelSettingsDialog

        known = self._models.look(self._models.library.model(path))
        header = known.header
        assert header is not None
        others = [m for m in self._models.library.models() if m.path != path and m.file.is_file()]
        dialog = ModelSettingsDialog(
            known,
            lambda parameters: self._models.fit(header, parameters),
            self._models.hardware(),
            others,
            self._appearance,
            self.dialog or self._window,
        )
        dialog.saved.connect(self._on_settings)
        dialog.reading.asked.connect(lambda second: self._compare(dialog, path, second))
        dialog.reading.begin()
        dialog.open()
        return dialog

    def _compare(self, dialog: ModelSettingsDialog, path: str, second: str) -> None:
        def found(problem: str) -> None:
            if isValid(dialog):  # it may have been closed meanwhile
                dialog.reading.show_verdict(second, problem)

        self._background.run(lambda: self._models.second_problem(path, second), found)

    def remove(self, path: str) -> None:
        """Throw a model of Attune's own away, or take another off the list, once the user agrees."""
        model = self._models.library.model(path)
        if not (model.ours and model.file.exists()):
            self._background.run(lambda: self._models.library.drop(path), lambda _: self._on_dropped(model))
            return
        size = model.file.stat().st_size
        confirm(
            self.dialog or self._window,
            tr("Move {name} to the trash?", name=model.name),
            tr("That frees {size} once the trash is emptied. Conversations stay.", size=size_words(size)),
            tr("Move to the trash"),
            lambda: self._trash(model, size),
        )

    def on_answered(self, turn: Turn) -> None:
        """Remember how fast the model was."""
        if (trace := turn.trace) and trace.tokens_per_second:
            tokens, speed = trace.tokens, trace.tokens_per_second
            self._background.run(lambda: self._models.replied(tokens, speed))

    def rest_if_idle(self) -> None:
        """Free the memory of a model nobody has asked for a while; the next question loads it again."""
        minutes = self._models.library.rest_minutes
        if self._controller.answering or self._loading:
            self._asked_at = self._clock()
        elif minutes and self._clock() - self._asked_at >= 60 * minutes and self._models.rest():
            current = self._models.current
            self.button.say(tr("{name}, asleep", name=current.name) if current else tr("Asleep"))

    def _on_rest_chosen(self, minutes: int) -> None:
        self._background.run(lambda: self._models.library.set_rest(minutes))

    def _on_settings(self, path: str, parameters: Parameters) -> None:
        def saved(reload: bool) -> None:
            self._tell(tr("Saved. The model is loaded again.") if reload else tr("Saved."))
            if reload:
                name = self._models.library.model(path).name
                self._load(name, lambda: self._models.reload(self._assistant))
            self.refresh()

        self._background.run(
            lambda: self._models.set_parameters(path, parameters, self._assistant), saved, self._on_refused
        )

    def _make_dialog(self) -> ModelsDialog:
        from app.panels.model_getting import ModelGetting
        from app.panels.models import ModelsDialog

        dialog = ModelsDialog(self._appearance, self._window)
        dialog.use_requested.connect(self.choose)
        dialog.folder_requested.connect(self._open_folder)
        dialog.settings_requested.connect(self.open_settings)
        dialog.rest_chosen.connect(self._on_rest_chosen)
        dialog.show_rest(self._models.library.rest_minutes)
        dialog.removal_requested.connect(self.remove)
        dialog.file_requested.connect(self._ask_for_file)
        dialog.copy_stopped.connect(self._stop_copy.set)
        self.getting = ModelGetting(dialog, self._models.downloads, self._background, self._appearance)
        self.getting.arrived.connect(self._on_arrived)
        return dialog

    def _use(self, path: str) -> None:
        name = self._models.library.model(path).name
        self._load(name, lambda: self._models.use(path, self._assistant))

    def _load(self, name: str, make: Callable[[], Iterator[Event]]) -> None:
        self._loading += 1
        self.button.say(tr("Opening {name}…", name=name))
        self._background.iterate(
            make,
            lambda event: self._on_event(event, name),
            self._on_refused,
            self._on_ended,
        )

    def _on_event(self, event: Event, name: str) -> None:
        if isinstance(event, Progress):
            self.button.say(tr("Opening {name}… {fraction}", name=name, fraction=f"{event.fraction:.0%}"))
        elif isinstance(event, Done) and isinstance(event.result, Loaded):
            self._tell(
                " ".join((tr("{name} answers from now on.", name=name), *map(told, event.result.steps)))
            )
        elif isinstance(event, Failed) and event.kind != "Cancelled":
            back = self._models.current
            kept = tr("{name} still answers.", name=back.name) if back else ""
            self._tell(
                " ".join(filter(None, (told(event.user_message), told(event.next_step), kept))), "danger"
            )

    def _on_refused(self, error: BaseException) -> None:
        self._tell(" ".join(explain(error)), "danger")

    def _on_ended(self) -> None:
        self._loading -= 1
        if not self._loading:  # else what overtook it is still being opened
            self._show_current()
        self.refresh()
        self.changed.emit()

    def _on_loaded(self, loaded: Loaded) -> None:
        self._asked_at = self._clock()
        if not self._loading:
            self._show_current()
            if loaded.steps:
                self._tell(" ".join(map(told, loaded.steps)))
        self.refresh()

    def _on_answer_ended(self) -> None:
        self._asked_at = self._clock()
        if self._waiting and not self._controller.answering:
            path, self._waiting = self._waiting, ""
            self._use(path)

    def _on_known(self, found: tuple[tuple[Known, ...], Hardware]) -> None:
        if self.dialog is not None:
            known, hardware = found
            self.dialog.show_models(known, hardware)
            here = {(k.model.repository, k.model.file.name) for k in known}
            self.getting.show_offers(hardware, here)

    def _show_current(self) -> None:
        current = self._models.current
        self.small.emit(current is not None and current.source == "built in")
        self.button.say(current.name if current else tr("No model"))

    def _tell(self, text: str, look: str = "small") -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.say(text, look)
        else:
            self._say(text)

    def _ask_for_file(self) -> None:
        chooser = QFileDialog(self.dialog or self._window, tr("Add a model file"), "", tr("Models (*.gguf)"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.add_file)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _add(self, path: str) -> None:
        self._background.run(lambda: self._models.library.add(Path(path)), self._on_added, self._on_refused)

    def _copy(self, path: str) -> None:
        self._stop_copy.clear()

        def progress(fraction: float) -> bool:
            self._background.post(self._on_copied_so_far, fraction)
            return not self._stop_copy.is_set()

        def copy() -> Iterator[Model | None]:
            yield self._models.library.copy(Path(path), progress)

        self._background.iterate(copy, self._on_copied, self._on_refused, self._on_copy_ended)

    def _on_copied_so_far(self, fraction: float) -> None:
        if self.dialog is not None:
            self.dialog.show_copy(fraction)

    def _on_copied(self, model: Model | None) -> None:
        if model is None:
            self._tell(tr("Nothing was copied."))
        else:
            self._on_added(model)

    def _on_copy_ended(self) -> None:
        if self.dialog is not None:
            self.dialog.show_copy(None)

    def _on_added(self, model: Model) -> None:
        self._tell(tr("{name} was added.", name=model.name))
        self.refresh()

    def _on_arrived(self, model: Model) -> None:
        self._tell(tr("{name} is here. Press Use to let it answer.", name=model.name))
        self.refresh()

    def _trash(self, model: Model, size: int) -> None:
        moved = QFile.moveToTrash(model.path)
        if not (moved[0] if isinstance(moved, tuple) else moved):
            self._tell(
                tr("The trash did not take {name}. Delete it from its folder instead.", name=model.name),
                "danger",
            )
            return
        self._background.run(
            lambda: self._models.library.drop(model.path), lambda _: self._on_dropped(model, size)
        )

    def _on_dropped(self, model: Model, size: int = 0) -> None:
        freed = (
            tr("{name} is in the trash: {size}.", name=model.name, size=size_words(size))
            if size
            else tr("{name} is off the list.", name=model.name)
        )
        self._tell(freed)
        self.refresh()

    def _open_menu(self, models: tuple[Known, ...]) -> None:
        self.button.open_menu(models)

    def _open_folder(self, path: str) -> None:
        folder = Path(path).parent if path else self._models.library.folder
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

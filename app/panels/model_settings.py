"""How one model is run: two settings for everybody, the rest behind a switch. Shows and emits; keeps nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.chat.controls import button, label, scrolled
from app.language import mark, number, tr
from app.model_wording import fit_label, fit_look, fit_reason
from app.panels.reader_choice import ReaderChoice
from app.panels.switch import Switch
from engine.errors import BadRequestError
from engine.models.parameters import RANGES, Parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.model_choice import Known
    from app.render.appearance import Appearance
    from engine.models.fit import Fit
    from engine.models.hardware import Hardware
    from engine.models.library import Model

_CONTEXTS: Final = tuple(1024 * 2**n for n in range(11))
_FLASH: Final = (("auto", mark("Automatic")), ("on", mark("On")), ("off", mark("Off")))
_CACHE: Final = (
    ("f16", mark("Full precision")),
    ("q8_0", mark("Compressed to a half")),
    ("q4_0", mark("Compressed to a quarter")),
)
_BATCHES: Final = (64, 128, 256, 512)


class ModelSettingsDialog(QDialog):
    """``saved`` carries the path and the ``Parameters``."""

    saved = Signal(str, object)

    def __init__(
        self,
        known: Known,
        fit_of: Callable[[Parameters], Fit],
        hardware: Hardware,
        others: Sequence[Model],
        appearance: Appearance,
        parent: QWidget,
    ) -> None:
        """``others``: the models that might read preferences in this one's place."""
        super().__init__(parent)
        assert known.header is not None
        self.setWindowTitle(tr("Model settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._known, self._fit_of, self._hardware = known, fit_of, hardware
        now, limit = known.model.parameters, known.header.context_length
        self._appearance = appearance
        px = appearance.px
        contexts = sorted(
            {c for c in (*_CONTEXTS, now.context_length) if not limit or c <= limit} | {limit or 4096}
        )
        self.context = _choice(
            tr("Context"),
            [(c, tr("{n} tokens", n=number(c))) for c in contexts],
            min(now.context_length, contexts[-1]),
        )
        layers = known.header.layers + 1
        on_gpu: list[tuple[Any, str]] = [
            (None, tr("Automatic")),
            (-1, tr("All")),
            (0, tr("None: processor only")),
        ]
        on_gpu += [(n, tr("{count} of {layers}", count=n, layers=layers)) for n in range(1, layers)]
        self.gpu = _choice(tr("Layers on the GPU"), on_gpu, now.gpu_layers)
        self.threads = _whole(tr("Processor threads"), "threads", now.threads)
        self.threads.setSpecialValueText(tr("One per core"))
        self.batch = _choice(
            tr("Prompt tokens at once"), [(b, str(b)) for b in sorted({*_BATCHES, now.batch})], now.batch
        )
        self.flash = _choice(tr("Fast attention"), [(value, tr(name)) for value, name in _FLASH], now.flash)
        self.cache = _choice(
            tr("Memory of the conversation"), [(value, tr(name)) for value, name in _CACHE], now.cache_type
        )
        self.reading = ReaderChoice(now, others, self)
        self.temperature = _real(tr("Temperature"), "temperature", now.temperature)
        self.top_k = _whole(tr("Top k"), "top_k", now.top_k)
        self.top_p = _real(tr("Top p"), "top_p", now.top_p)
        self.min_p = _real(tr("Min p"), "min_p", now.min_p)
        self.repetition = _real(tr("Repetition penalty"), "repetition_penalty", now.repetition_penalty)
        self.max_tokens = _whole(tr("Longest answer, in tokens"), "max_tokens", now.max_tokens)
        self.everything = Switch(appearance, tr("Show all settings"))
        self.fit = label("", "small", wrap=True)
        self.note = label("", "caption", wrap=True)
        self.reset = button(tr("Restore defaults"))
        self.cancel = button(tr("Cancel"))
        self.save = button(tr("Save"), "primary")

        grid = QGridLayout()
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(0, 1)
        reach = (
            tr("How far back it looks. This model was trained on up to {limit}.", limit=number(limit))
            if limit
            else tr("How far back it looks.")
        )
        self._row(grid, self.context, reach)
        self._row(grid, self.gpu, tr("More is faster; what has no room runs on the processor."))
        self._more: list[QWidget] = []
        for control, help_ in (
            (self.threads, tr("How many cores compute.")),
            (self.batch, tr("More reads long prompts faster on a GPU.")),
            (self.flash, tr("Attention in one pass: less memory.")),
            (self.cache, tr("Compressed, more context fits; answers may change a little.")),
            (
                self.reading.reader,
                tr("A smaller one of the same family costs less. A model that is tuned needs none."),
            ),
            (self.reading.use, tr("A reward model was trained to judge, with the preference in its prompt.")),
            (self.temperature, tr("0 always takes the likeliest word; more is freer.")),
            (self.top_k, tr("Of how many words it chooses; preferences choose among these.")),
            (self.top_p, tr("Leaves out the unlikely tail.")),
            (self.min_p, tr("Leaves out what is far less likely than the best.")),
            (self.repetition, tr("More than 1 avoids saying the same again.")),
            (self.max_tokens, tr("Where an answer is cut; Continue goes on.")),
        ):
            self._more += self._row(grid, control, help_)
        switch = QHBoxLayout()
        switch.addWidget(label(tr("Show all settings"), "smalltext"), 1)
        switch.addWidget(self.everything)
        foot = QHBoxLayout()
        foot.addWidget(self.reset)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(24), px(24), px(16))
        layout.setSpacing(px(12))
        content = QWidget()
        content.setProperty("look", "canvas")
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, px(12), 0)
        inside.addLayout(grid)
        inside.addStretch(1)
        area = scrolled(content)
        layout.addWidget(label(known.model.name, "title", wrap=True))
        layout.addWidget(area, 1)
        layout.addLayout(switch)
        layout.addWidget(self.fit)
        layout.addWidget(self.note)
        layout.addLayout(foot)
        simple = (
            replace(now, context_length=Parameters().context_length, gpu_layers=Parameters().gpu_layers)
            == Parameters()
        )
        self.reading.changed.connect(self._refresh)
        self.everything.toggled.connect(self._show_more)
        self.everything.setChecked(not simple)
        self._show_more(not simple)
        self.reset.clicked.connect(self._on_reset)
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._on_save)
        self._refresh()

    def parameters(self) -> Parameters:
        """Return what is set. Raises ``BadRequestError`` for what can't be together."""
        return Parameters(
            context_length=self.context.currentData(),
            gpu_layers=self.gpu.currentData(),
            threads=self.threads.value(),
            batch=self.batch.currentData(),
            flash=self.flash.currentData(),
            cache_type=self.cache.currentData(),
            teacher=self.reading.teacher,
            reward_model=self.reading.reward_model,
            temperature=round(self.temperature.value(), 2),
            top_k=self.top_k.value(),
            top_p=round(self.top_p.value(), 2),
            min_p=round(self.min_p.value(), 2),
            repetition_penalty=round(self.repetition.value(), 2),
            max_tokens=self.max_tokens.value(),
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the list, not change a setting it happens to stand over."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _row(self, grid: QGridLayout, control: Any, help_: str) -> list[QWidget]:
        row = grid.rowCount()
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(control.accessibleName(), "smalltext"))
        column.addWidget(label(help_, "caption", wrap=True))
        control.setAccessibleDescription(help_)
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(self)
        control.setFixedWidth(self._appearance.px(240))
        if isinstance(control, QSpinBox | QDoubleSpinBox):
            control.lineEdit().setTextMargins(self._appearance.px(6), 0, 0, 0)
        grid.addWidget(texts, row, 0)
        grid.addWidget(control, row, 1)
        signal = control.currentIndexChanged if isinstance(control, QComboBox) else control.valueChanged
        signal.connect(self._refresh)
        return [texts, control]

    def _show_more(self, on: bool) -> None:
        for widget in self._more:
            widget.setVisible(on)
        px = self._appearance.px
        self.resize(px(600), px(720 if on else 360))

    def _refresh(self) -> None:
        try:
            wanted = self.parameters()
        except BadRequestError as error:
            self._say(f"{error.user_message} {error.next_step}", "danger", "")
            self.save.setEnabled(False)
            return
        self.save.setEnabled(not (self.reading.waiting or self.reading.problem))
        if self.reading.waiting or self.reading.problem:
            problem = self.reading.problem
            self._say(problem or tr("Comparing the words both know…"), "danger" if problem else "small", "")
            return
        fit = self._fit_of(wanted)
        reload = self._known.current and self._known.model.parameters.needs_reload(wanted)
        note = tr("The model is loaded again when you save.") if reload else ""
        self._say(f"{fit_label(fit)}. {fit_reason(fit, self._hardware)}", fit_look(fit), note)

    def _say(self, text: str, look: str, note: str) -> None:
        self.fit.setProperty("look", look)
        self.fit.style().unpolish(self.fit)
        self.fit.style().polish(self.fit)
        self.fit.setText(text)
        self.note.setText(note)

    def _on_reset(self) -> None:
        default = Parameters()
        for control, value in (
            (self.context, default.context_length), (self.gpu, default.gpu_layers), (self.batch, default.batch),
            (self.flash, default.flash), (self.cache, default.cache_type),
        ):  # fmt: skip
            control.setCurrentIndex(max(0, _index(control, value)))
        self.reading.reset()
        self.threads.setValue(default.threads)
        self.temperature.setValue(default.temperature)
        self.top_k.setValue(default.top_k)
        self.top_p.setValue(default.top_p)
        self.min_p.setValue(default.min_p)
        self.repetition.setValue(default.repetition_penalty)
        self.max_tokens.setValue(default.max_tokens)

    def _on_save(self) -> None:
        self.saved.emit(self._known.model.path, self.parameters())
        self.accept()


def _choice(name: str, items: Any, value: object) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for data, text in items:
        box.addItem(text, data)
    box.setCurrentIndex(max(0, _index(box, value)))
    return box


def _index(box: QComboBox, value: object) -> int:
    return next((i for i in range(box.count()) if box.itemData(i) == value), 0)


def _whole(name: str, field: str, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setAccessibleName(name)
    low, high = RANGES[field]
    box.setRange(int(low), int(high))
    box.setValue(value)
    return box


def _real(name: str, field: str, value: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setAccessibleName(name)
    box.setDecimals(2)
    box.setSingleStep(0.05)
    box.setRange(*RANGES[field])
    box.setValue(value)
    return box

"""A model that can be fetched, as a card: what it is, about whether it fits, and how its download goes.

Shows an offer and a ``Progressed`` and emits wishes; fetches nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from app.chat.controls import button, label
from app.language import tr
from app.model_wording import progress_words

if TYPE_CHECKING:
    from app.render.appearance import Appearance
    from engine.models.download import Progressed, Wanted

_STEPS = 1000


class OfferCard(QFrame):
    """The signals carry what to fetch, or its key."""

    download_requested = Signal(object)  # Wanted
    pause_requested = Signal(str)
    cancel_requested = Signal(str)

    def __init__(
        self,
        wanted: Wanted,
        lines: tuple[str, ...],
        appearance: Appearance,
        *,
        size: str = "",
        fit_look: str = "small",
    ) -> None:
        """``lines``: facts, the fit and a sentence about the model; ``size`` stands on the button."""
        super().__init__()
        self.wanted = wanted
        self.setProperty("look", "card")
        self.setAccessibleName(wanted.name)
        px = appearance.px
        self.download = button(
            tr("Download {size}", size=size).strip(), "", name=tr("Download {name}", name=wanted.name)
        )
        self.pause = button(tr("Pause"), name=tr("Pause the download of {name}", name=wanted.name))
        self.cancel = button(tr("Cancel"), name=tr("Cancel the download of {name}", name=wanted.name))
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Download of {name}", name=wanted.name))
        self.status = label("", "small", wrap=True)
        self.proof = label("", "caption", wrap=True)
        self.lines = [
            label(text, look, wrap=True)
            for text, look in zip(lines, ("caption", fit_look, "caption"), strict=False)
        ]
        self.download.clicked.connect(lambda: self.download_requested.emit(self.wanted))
        self.pause.clicked.connect(lambda: self.pause_requested.emit(self.wanted.key))
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit(self.wanted.key))

        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(label(wanted.name, "strong", wrap=True), 1)
        for control in (self.download, self.pause, self.cancel):
            head.addWidget(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(8), px(12), px(12))
        layout.setSpacing(px(4))
        layout.addLayout(head)
        for line in self.lines:
            layout.addWidget(line)
        layout.addWidget(self.bar)
        layout.addWidget(self.status)
        layout.addWidget(self.proof)
        self._offered = self.download.text()
        self.show_progress(None)

    def show_progress(self, progress: Progressed | None) -> None:
        """Show how the download goes; ``None`` where there is none."""
        state = progress.state if progress else ""
        running = state in ("queued", "starting", "downloading", "waiting", "checking")
        kept = state in ("paused", "failed")
        focused = self.window().focusWidget() in (self.download, self.pause)
        self.download.setVisible(not running)
        self.download.setText(
            (tr("Try again") if state == "failed" else tr("Go on")) if kept else self._offered
        )
        self.pause.setVisible(running)
        self.cancel.setVisible(running or kept)
        if focused:
            (self.pause if running else self.download).setFocus()
        for part in (self.bar, self.status):
            part.setVisible(progress is not None)
        remote = progress.remote if progress else None
        self.proof.setVisible(remote is not None)
        if progress is None:
            return
        self.bar.setValue(round(_STEPS * progress.done / progress.size) if progress.size else 0)
        text = progress_words(progress)
        self.bar.setAccessibleDescription(text)
        look = "danger" if state == "failed" else "small"
        if self.status.property("look") != look:
            self.status.setProperty("look", look)
            self.status.style().unpolish(self.status)
            self.status.style().polish(self.status)
        self.status.setText(text)
        if remote:
            self.proof.setText(
                tr(
                    "Commit {revision}  ·  SHA-256 {sha256}…",
                    revision=remote.revision[:12],
                    sha256=remote.sha256[:16],
                )
            )
            self.proof.setToolTip(
                tr(
                    "{repository}, commit {revision}\nSHA-256 {sha256}",
                    repository=remote.repository,
                    revision=remote.revision,
                    sha256=remote.sha256,
                )
            )

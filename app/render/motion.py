"""The few movements of the window: something appears softly, a view glides to its end. Off, they are immediate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QPropertyAnimation
from PySide6.QtWidgets import QGraphicsOpacityEffect

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QScrollBar, QWidget

    from app.render.appearance import Appearance

APPEAR_MS: Final = 140
GLIDE_MS: Final = 220


def appear(widget: QWidget, appearance: Appearance) -> None:
    """Show ``widget``, fading it in where things may move."""
    newly = widget.isHidden()
    widget.show()
    if not newly or not appearance.moves:
        return
    effect = QGraphicsOpacityEffect(widget)
    widget.setGraphicsEffect(effect)
    fade = QPropertyAnimation(effect, b"opacity", effect)
    fade.setDuration(APPEAR_MS)
    fade.setStartValue(0.0)
    fade.setEndValue(1.0)
    # Without the effect again: it costs a repaint through a picture for as long as it is there.
    fade.finished.connect(lambda: widget.setGraphicsEffect(None))  # type: ignore[arg-type]
    fade.start()


def glide(bar: QScrollBar, appearance: Appearance, farthest: int, arrived: Callable[[], None]) -> None:
    """Scroll ``bar`` to its end and call ``arrived``; at once where nothing moves, or beyond ``farthest`` px."""
    if not appearance.moves or bar.maximum() - bar.value() > farthest:
        arrived()
        return
    way = QPropertyAnimation(bar, b"value", bar)
    way.setDuration(GLIDE_MS)
    way.setEasingCurve(QEasingCurve.Type.OutCubic)
    way.setEndValue(bar.maximum())
    way.finished.connect(arrived)
    way.start(QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)

"""Small controls every part of the window shares: icon buttons that follow the theme, labels, a wrapping note.

Each takes its accessible name at construction, so that none can be forgotten. Knows nothing of what a press does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QTransform
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QWidget

    from app.render.appearance import Appearance


class IconButton(QToolButton):
    """A square button with an icon. ``on`` is the colour role of its checked state and makes it checkable."""

    def __init__(
        self,
        appearance: Appearance,
        icon: str,
        name: str,
        *,
        role: str = "muted",
        on: str = "",
        size: int = 18,
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._look = (icon, role, size, on)
        self.setCheckable(bool(on))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rename(name, tip)
        self._draw()
        appearance.changed.connect(self._draw)

    def rename(self, name: str, tip: str = "") -> None:
        """Set the accessible name and the tooltip."""
        self.setAccessibleName(name)
        self.setToolTip(tip or name)

    def set_icon(self, icon: str, role: str = "") -> None:
        """Show another icon."""
        _, old_role, size, on = self._look
        self._look = (icon, role or old_role, size, on)
        self._draw()

    def _draw(self) -> None:
        icon, role, size, on = self._look
        self.setIcon(self._appearance.icon(icon, role, size, on=on))
        self.setIconSize(QSize(self._appearance.px(size), self._appearance.px(size)))


class FoldButton(QPushButton):
    """A quiet line that unfolds something: an arrow says whether it has."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setProperty("look", "quietlink")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._draw)
        appearance.changed.connect(self._draw)
        self._draw()

    def say(self, text: str, name: str = "") -> None:
        """Set the line and its accessible name."""
        self.setText(text)
        self.setAccessibleName(name or text or tr("More"))

    def _draw(self) -> None:
        arrow = self._appearance.pixmap("right", "muted", 12, 2.0)
        self.setIcon(QIcon(arrow.transformed(QTransform().rotate(90)) if self.isChecked() else arrow))
        self.setIconSize(QSize(self._appearance.px(12), self._appearance.px(12)))


class LeavableEntry(QLineEdit):
    """A field that Esc leaves: ``leave`` is called in the place of whatever the window does on Esc."""

    def __init__(self, leave: Callable[[], object]) -> None:
        super().__init__()
        self._leave = leave

    def event(self, event: QEvent) -> bool:
        """Claim Esc before it becomes a shortcut of the window."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._leave()
                return True
        return super().event(event)


class Choice(QComboBox):
    """One of several texts. It takes no wheel: that scrolls the page."""

    def __init__(self, name: str, texts: Sequence[str] = ()) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.view().setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItems(list(texts))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()


def label(text: str, look: str, *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """Make a plain-text label of the type scale."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look)
    made.setWordWrap(wrap)
    return made


def button(text: str, look: str = "", *, name: str = "", parent: QWidget | None = None) -> QPushButton:
    """Make a text button; ``name`` is its accessible name where the text alone says too little."""
    made = QPushButton(text, parent)
    made.setProperty("look", look)
    made.setAccessibleName(name or text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    if look == "link":
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def rule(look: str = "rule") -> QFrame:
    """Make a hairline: *rule* lies, *edge* stands."""
    made = QFrame()
    made.setProperty("look", look)
    return made


def scrolled(content: QWidget, name: str = "") -> QScrollArea:
    """Let ``content`` scroll up and down behind no frame; the keyboard goes to what is inside."""
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    return area

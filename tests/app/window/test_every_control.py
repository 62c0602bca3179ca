"""A walk through the window and every dialog: what has no name, what Tab can't reach, what no shortcut describes.

A dialog that is written tomorrow fails here until it is walked through too.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollBar,
    QSlider,
    QTabBar,
    QTextEdit,
    QWidget,
)

import app
from app.chat.inspector.compare import CompareDialog
from app.chat.inspector.why import WhyDialog
from app.desktop.quick import QuickQuestion
from app.panels.first_run import FirstRunDialog
from app.panels.forget import ForgetDialog
from app.panels.model_settings import ModelSettingsDialog
from app.panels.models import ModelsDialog
from app.panels.own_dialog import OwnPrincipleDialog
from app.panels.profile_menu import NameDialog
from app.panels.repository_dialog import RepositoryDialog
from app.panels.search_palette import SearchPalette
from app.panels.settings import SettingsDialog
from app.panels.shortcuts import ShortcutsDialog
from app.panels.tuning_card import CancelTuningDialog
from tests.app.window.conftest import WAIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.window.conftest import Desk

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QTextEdit,
)
TAB = Qt.FocusPolicy.TabFocus
COMPOSED = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


def controls(root: QWidget) -> list[QWidget]:
    """All controls of ours; Qt's own parts of one, such as a list's header, speak through their owner."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, CONTROLS) and not isinstance(widget, QScrollBar) and not _part(widget, root)
    ]


def _part(widget: QWidget, root: QWidget) -> bool:
    owner = widget.parentWidget()
    while owner is not None and owner is not root:
        if isinstance(owner, COMPOSED):
            return True
        owner = owner.parentWidget()
    return False


def nameless(root: QWidget) -> list[str]:
    """Return the kinds of the controls that a screen reader has no name for."""
    return [
        f"{type(w).__name__} in {type(w.parentWidget()).__name__}"
        for w in controls(root)
        if not w.accessibleName().strip()
    ]


def unreachable(root: QWidget) -> list[str]:
    """Press Tab until it has gone round; return the controls in view that it never came to."""
    seen: list[QWidget] = []
    if root.focusWidget() is None:
        next(w for w in controls(root) if _wants_focus(w) and w.focusPolicy() & TAB).setFocus()
    while (focus := root.focusWidget()) not in seen:
        assert focus is not None
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    return [
        w.accessibleName() or type(w).__name__ for w in controls(root) if _wants_focus(w) and w not in seen
    ]


def _wants_focus(widget: QWidget) -> bool:
    if not widget.isVisible() or not widget.isEnabled() or isinstance(widget, QProgressBar):
        return False
    if isinstance(widget, QAbstractSlider) and not isinstance(widget, QSlider):
        return False
    read_only = isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit) and widget.isReadOnly()
    # The arrow keys go through a group of which one is chosen.
    grouped = isinstance(widget, QRadioButton) or (
        isinstance(widget, QAbstractButton) and widget.autoExclusive() and not widget.isChecked()
    )
    return not read_only and not grouped


def _shown(desk: Desk, kind: type[QWidget]) -> QWidget:
    desk.bot.waitUntil(
        lambda: any(isinstance(w, kind) and w.isVisible() for w in QApplication.topLevelWidgets()),
        timeout=WAIT,
    )
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def _forget(desk: Desk) -> None:
    desk.window.preferences.sliders.forget.click()


def _compare(desk: Desk) -> None:
    reply = desk.ask("why is the sky blue?")
    desk.settle()
    desk.click(reply.bar.regenerate)
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    desk.last_reply().bar.compare.click()


def _why(desk: Desk) -> None:
    reply = desk.ask("why is the sky blue?")
    desk.settle()
    reply.bar.explain.click()


def _model_settings(desk: Desk) -> None:
    assert desk.attune.models.current is not None
    dialog = desk.window.models.open_settings(desk.attune.models.current.path)
    desk.click(dialog.everything)


def _repository(desk: Desk) -> None:
    desk.window.models.open_dialog()
    desk.window.models.getting.repository_button.click()


def _empty_trash(desk: Desk) -> None:
    desk.ask("hello")
    desk.window.sidebar.empty_trash_requested.emit()


def _name(desk: Desk) -> None:
    window = desk.window
    NameDialog("A new profile", "Says.", "Add", "Work", window.appearance, window).open()


def _quick(desk: Desk) -> None:
    window = desk.window
    quick = QuickQuestion(desk.attune.assistant, window.background, window.appearance, window)
    quick.show()


WAYS: dict[type[QWidget], Callable[[Desk], object]] = {
    CancelTuningDialog: lambda desk: CancelTuningDialog(desk.window.appearance, desk.window).open(),
    CompareDialog: _compare,
    FirstRunDialog: lambda desk: desk.window.show_first_run(),
    ForgetDialog: _forget,
    ModelSettingsDialog: _model_settings,
    ModelsDialog: lambda desk: desk.window.models.open_dialog(),
    NameDialog: _name,
    OwnPrincipleDialog: lambda desk: desk.window.tuning.write("Answer like a pirate"),
    QMessageBox: _empty_trash,
    QuickQuestion: _quick,
    RepositoryDialog: _repository,
    SearchPalette: lambda desk: desk.window.open_search(),
    SettingsDialog: lambda desk: desk.window.sidebar.settings_button.click(),
    ShortcutsDialog: lambda desk: desk.window.sidebar.shortcuts_button.click(),
    WhyDialog: _why,
}


def test_every_dialog_there_is_is_walked_through() -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__") and not module.name.startswith("app.simulated"):
            importlib.import_module(module.name)
    ours = {kind for kind in QDialog.__subclasses__() if kind.__module__.startswith("app.")}
    assert ours <= set(WAYS)


@pytest.mark.parametrize("kind", WAYS, ids=lambda kind: kind.__name__)
def test_a_dialogs_controls_are_named_and_reached_by_tab(desk: Desk, kind: type[QWidget]) -> None:
    WAYS[kind](desk)
    dialog = _shown(desk, kind)
    pages = dialog.list.count() if isinstance(dialog, SettingsDialog) else 1
    try:
        assert controls(dialog)
        for page in range(pages):
            if isinstance(dialog, SettingsDialog):
                dialog.list.setCurrentRow(page)
            assert not nameless(dialog)
            assert not unreachable(dialog)
            assert dialog.windowTitle()
    finally:
        desk.settle()
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and widget is not desk.window:
                widget.close()


def test_the_window_at_its_fullest_is_named_and_reached_by_tab(desk: Desk) -> None:
    window = desk.window
    desk.engine.die_after(2)
    desk.ask("a question the engine dies at")
    desk.ask("I'm vegetarian. Why is the sky blue?")
    desk.settle()
    desk.click(desk.last_reply().bar.regenerate)
    desk.bot.waitUntil(lambda: not window.controller.answering, timeout=WAIT)
    desk.settle()
    desk.click(desk.last_reply().bar.thumb_down)
    desk.click(window.chat.preferences_button)
    window.chat.find_bar.open_bar()
    window.chat.edit_last()
    desk.settle()
    assert not nameless(window)
    assert not unreachable(window)
    window.preferences.show_page(window.statements)
    desk.settle()
    assert not nameless(window)
    assert not unreachable(window)


def test_every_shortcut_says_what_it_does(desk: Desk) -> None:
    bound = [action for action in desk.window.actions() if not action.shortcut().isEmpty()]
    assert len(bound) > 20
    assert not [action.shortcut().toString() for action in bound if not action.text().strip()]


def test_the_walk_finds_what_is_wrong(desk: Desk) -> None:
    dialog = QDialog(desk.window)
    mute, deaf, fine = (QPushButton(dialog) for _ in range(3))
    for below, part in enumerate((mute, deaf, fine)):
        part.move(0, 40 * below)
    deaf.setAccessibleName("Deaf")
    deaf.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    fine.setAccessibleName("Fine")
    dialog.show()
    assert nameless(dialog) == ["QPushButton in QDialog"]
    assert unreachable(dialog) == ["Deaf"]
    dialog.close()
    dialog.deleteLater()

"""The window in German: nothing of it stays English, counts have their plural, and the choice survives a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from app import language
from app.first_run import load_pairs
from app.panels.first_run import FirstRunDialog
from app.panels.general_page import GeneralPage
from app.panels.models import ModelsDialog
from app.panels.settings import SettingsDialog
from app.panels.shortcuts import ShortcutsDialog
from app.render.translation import english_of, install, remove, spoken
from app.user_messages import explain
from app.window_state import read_state
from engine.errors import ModelFileError, NoModelError
from tests.app.window.conftest import Desk, open_desk
from tests.test_translations import tool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from app.render.appearance import Appearance


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    install(qapp, "de")
    yield
    remove(qapp)


@pytest.fixture
def desk(german: None, qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Desk]:
    yield from open_desk(qtbot, appearance, tmp_path)


def _shown(widget: QWidget) -> Iterator[str]:
    for one in (widget, *widget.findChildren(QWidget)):
        yield from (one.accessibleName(), one.accessibleDescription(), one.toolTip(), one.windowTitle())
        if isinstance(one, QLabel | QAbstractButton):
            yield one.text()
        elif isinstance(one, QLineEdit | QPlainTextEdit | QTextEdit):
            yield one.placeholderText()
        elif isinstance(one, QComboBox):
            yield from (one.itemText(i) for i in range(one.count()))
        elif isinstance(one, QTabBar):
            yield from (one.tabText(i) for i in range(one.count()))
        elif isinstance(one, QMenu):
            yield from (action.text() for action in one.actions())
        yield from (action.text() for action in one.actions())


def _english() -> list[re.Pattern[str]]:
    """Every source text whose German is another, with anything in the place of its placeholders."""
    entries = tool.load(tool.FOLDER / "attune_de.ts")
    sources = [source for (_, source), entry in entries.items() if entry.forms[-1] != source]
    # A text of placeholders and signs alone would match everything.
    sources = [s for s in sources if len(re.sub(r"\{\w+\}|[^a-zA-Z]", "", s)) > 3]
    return [re.compile(".+?".join(map(re.escape, re.split(r"\{\w+\}", s))), re.DOTALL) for s in sources]


def _left_over(*widgets: QWidget) -> set[str]:
    german = {form for entry in tool.load(tool.FOLDER / "attune_de.ts").values() for form in entry.forms}
    texts = {text for widget in widgets for text in _shown(widget) if text} - german
    return {text for text in texts if any(source.fullmatch(text) for source in _english())}


def test_nothing_in_the_window_stays_english(desk: Desk) -> None:
    window = desk.window
    desk.ask("Hallo")
    window.preferences.show()
    desk.click(desk.last_reply().bar.thumb_up)
    desk.settle()
    settings = window.show_settings()
    window.show_shortcuts()
    (shortcuts,) = window.findChildren(ShortcutsDialog)
    window.models.open_dialog()
    desk.settle()
    texts = set(_shown(window))
    assert {"Neue Unterhaltung", "Frag, was du willst", "Knapp", "Tastenkürzel", "Sprache"} <= texts
    assert isinstance(settings, SettingsDialog)
    assert window.findChildren(ModelsDialog)
    assert _left_over(window) == set()
    for dialog in (settings, shortcuts, *window.findChildren(ModelsDialog)):
        dialog.close()


def test_the_first_run_is_german_to_its_end(desk: Desk) -> None:
    desk.window.language = "de"
    desk.window.show_first_run()
    desk.settle()
    (dialog,) = desk.window.findChildren(FirstRunDialog)
    pairs = load_pairs("de")
    seen = set(_shown(dialog))
    for _ in range(2):
        desk.click(dialog.next)
    for number in range(1, 6):
        desk.settle()
        assert dialog.progress.text() == f"{number} von 5"
        pair = next(pair for pair in pairs if pair.question == dialog.question.text())
        assert (dialog.left.answer, dialog.right.answer) == (pair.first, pair.second)
        seen |= set(_shown(dialog))
        desk.click(dialog.left)
    desk.settle()
    assert _left_over(dialog) == set()
    assert {"Willkommen bei Attune", "Zurück", "Kein Unterschied", "Privat"} <= seen | set(_shown(dialog))
    desk.click(dialog.next)
    assert desk.attune.store.call(lambda store: store.conversations())[0].title in {
        "Deine ersten Entscheidungen"
    }


def test_the_walk_finds_english(desk: Desk) -> None:
    label = QLabel("Find a preference", desk.window)
    other = QLabel("Saved as “notes.md”.", desk.window)
    assert _left_over(desk.window) == {label.text(), other.text()}


def test_qt_s_own_buttons_speak_german(german: None, qtbot: QtBot) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.buttons()[0].text() == "Abbrechen"


def test_counts_have_their_plural_and_their_signs(german: None) -> None:
    assert language.plural("1 day", "{n} days", 1) == "1 Tag"
    assert language.plural("1 day", "{n} days", 0) == "0 Tage"
    assert language.plural("1 word", "{n} words", 12345) == "12.345 Wörter"
    assert language.number(1234.5, 1) == "1.234,5"


def test_errors_from_below_are_said_in_german_with_their_names(german: None) -> None:
    assert explain(NoModelError()) == ("Es ist kein Modell geladen.", "Wähle zuerst ein Modell.")
    error = ModelFileError("", user_message="notes.txt is not a GGUF model file.", next_step="Call Ada.")
    assert explain(error) == ("notes.txt ist keine GGUF-Modelldatei.", "Call Ada.")


def test_without_a_translation_all_is_english(german: None, qapp: QApplication) -> None:
    remove(qapp)
    assert language.tr("Open {name}", name="{x}") == "Open {x}"
    assert language.plural("1 day", "{n} days", 1) == "1 day"
    assert language.plural("1 day", "{n} days", 2) == "2 days"
    assert language.told("No model is loaded.") == "No model is loaded."


def test_the_system_s_first_known_language_is_spoken() -> None:
    assert spoken("system", ["fr-FR", "de-AT", "en-GB"]) == "de"
    assert spoken("system", ["fr-FR"]) == "en"
    assert spoken("en", ["de-DE"]) == "en"


def test_the_language_is_chosen_in_the_settings_and_kept(desk: Desk, qapp: QCoreApplication) -> None:
    dialog = desk.window.show_settings()
    (form,) = dialog.findChildren(GeneralPage)
    assert [form.language.itemText(i) for i in range(3)] == ["Wie das System", "English", "Deutsch"]
    form.language.setFocus()
    form.language.setCurrentIndex(2)
    form.language.activated.emit(2)
    assert form.later.isVisible()
    desk.settle()
    assert read_state(desk.attune.store).language == "de"
    dialog.close()


@pytest.mark.parametrize(
    ("system", "written"),
    [
        ("de_DE", "2 March 2026"),
        ("fr_CA", "2 March 2026"),
        ("en_US", "2 March 2026"),
        ("C", "2 March 2026"),
    ],
)
def test_an_english_window_names_months_in_english_wherever_it_stands(system: str, written: str) -> None:
    locale = english_of(QLocale(system))
    assert locale.toString(QDate(2026, 3, 2), "d MMMM yyyy") == written
    assert english_of(QLocale("en_US")) == QLocale("en_US")
    assert english_of(QLocale("de_DE")).territory() == QLocale.Country.Germany

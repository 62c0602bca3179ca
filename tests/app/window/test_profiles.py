"""Going from one profile to another in the window: nothing of the one in the other, and nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from app.composition import build
from app.desktop.host import Host
from app.panels.first_run import FirstRunDialog
from app.panels.forget import ForgetDialog
from app.panels.profile_menu import NameDialog
from app.profiles import FIRST_NAME, Profiles
from app.settings import Settings
from app.window import MainWindow
from memory.records import PrincipleDraft
from memory.store import Store
from tests.app.test_profiles import now
from tests.app.window.conftest import WAIT, Desk
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from app.composition import Attune
    from app.render.appearance import Appearance


@dataclass
class Hosted:
    bot: QtBot
    host: Host

    @property
    def desk(self) -> Desk:
        engine = self.host.attune.engine
        assert isinstance(engine, FakeEngineClient)
        return Desk(self.bot, self.host.window, self.host.attune, engine)

    def entries(self) -> dict[str, object]:
        """Open the menu by keyboard and return its actions by text."""
        self.bot.keyClick(
            self.host.window,
            Qt.Key.Key_P,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
        )
        self.bot.waitUntil(lambda: self._menu() is not None, timeout=WAIT)
        menu = self._menu()
        assert menu is not None
        return {action.text(): action for action in menu.actions() if action.text()}

    def choose(self, text: str) -> None:
        """Choose an entry of the menu."""
        entries = self.entries()
        menu = self._menu()
        assert menu is not None
        self.bot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entries[text]).center())

    def child(self, kind: type[QWidget]) -> QWidget:
        """Wait for a dialog of the window."""
        self.bot.waitUntil(lambda: self.host.window.findChild(kind) is not None, timeout=WAIT)
        return self.host.window.findChild(kind)

    def pick(self, file: Path) -> None:
        """Choose a file in the dialog that asks for one."""
        dialog = self.child(QFileDialog)
        dialog.fileSelected.emit(str(file))
        dialog.reject()
        self.bot.waitUntil(lambda: self.host.window.findChild(QFileDialog) is None, timeout=WAIT)
        self.host.window.activateWindow()
        self.bot.waitUntil(self.host.window.isActiveWindow, timeout=WAIT)

    def arrive(self, name: str) -> None:
        """Wait until the window is the one of ``name``, and at rest."""
        self.bot.waitUntil(lambda: self.host.profile.name == name, timeout=WAIT)
        self.host._join()
        self.desk.settle()

    def warm(self) -> None:
        """Wait until the model of this profile is ready and all that is noted of it is written."""
        engine = self.desk.engine
        self.bot.waitUntil(lambda: engine.loaded is not None, timeout=WAIT)
        with engine._lock:  # held while those are told who note what was loaded
            pass
        assert self.host.attune.tuning.settle()
        self.desk.settle()

    def make(self, name: str) -> None:
        self.choose("New profile…")
        dialog = self.child(NameDialog)
        dialog.name.insert(name)  # as an input method would: a key has no ö
        self.bot.keyClick(dialog.name, Qt.Key.Key_Return)
        self.arrive(name)

    def _menu(self) -> QMenu | None:
        menus = self.host.window.findChildren(QMenu)
        return next((menu for menu in menus if menu.isVisible()), None)


@pytest.fixture
def hosted(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Hosted]:
    def core(settings: Settings) -> Attune:
        return build(settings, engine=FakeEngineClient())

    host = Host(
        core(Settings(data_dir=tmp_path)),
        lambda attune: MainWindow(attune, appearance),
        build=core,
        has_tray=False,
    )
    host.window.show()
    made = Hosted(qtbot, host)
    made.desk.settle()
    yield made
    host.quit()
    host.close()
    host.window.deleteLater()
    host.deleteLater()


def test_a_new_profile_is_made_opened_and_empty_and_the_old_one_is_as_it_was(hosted: Hosted) -> None:
    hosted.desk.ask("What is rain?")
    hosted.desk.click(hosted.desk.last_reply().bar.thumb_up)
    hosted.desk.settle()
    hosted.host.attune.assistant.set_preference("warm", 0.7)
    hosted.make("Wörk & <b>Co</b>")
    window = hosted.host.window
    assert window.isVisible()
    assert hosted.host.attune.assistant.conversations() == ()
    assert hosted.host.attune.assistant.preferences().evidence == 0
    assert "Wörk" in window.sidebar.private.text()
    hosted.desk.ask("What is snow?")
    hosted.choose(FIRST_NAME)
    hosted.arrive(FIRST_NAME)
    core = hosted.host.attune.assistant
    (conversation,) = core.conversations()
    assert conversation.title == "What is rain?"
    assert core.preferences().used()["warm"] >= 0.5
    assert core.preferences().evidence == 1


def test_a_draft_and_a_stopped_answer_wait_where_they_were(hosted: Hosted) -> None:
    desk = hosted.desk
    with desk.engine.held(3):
        desk.type_and_send("What is hail?")
        desk.bot.waitUntil(lambda: bool(desk.last_reply().body.text), timeout=WAIT)
        hosted.make("Work")
    hosted.choose(FIRST_NAME)
    hosted.arrive(FIRST_NAME)
    core = hosted.host.attune.assistant
    (conversation,) = core.conversations()
    reply = core.turns(conversation.id)[-1].message
    assert reply.state == "stopped"
    assert reply.content


def test_the_look_goes_along_to_a_new_profile(hosted: Hosted) -> None:
    hosted.host.window.set_theme("dark")
    hosted.host.window.toggle_sidebar()
    hosted.host.window.chat.composer.set_enter_sends(False)
    hosted.host.window.appearance.set_motion("off")
    hosted.make("Work")
    assert not hosted.host.window.chat.composer.enter_sends
    assert hosted.host.window.appearance.motion == "off"
    assert hosted.host.window.appearance.choice == "dark"
    assert hosted.host.window.sidebar.isHidden()


def test_one_that_is_open_elsewhere_is_said_so_and_nothing_changes(hosted: Hosted, tmp_path: Path) -> None:
    work = Profiles(tmp_path).add("Work")
    store = Store.open(work.folder, clock=now)
    hosted.host.switch(work)
    toast = hosted.host.window.toast
    hosted.bot.waitUntil(lambda: "another window" in toast.text.text(), timeout=WAIT)
    store.close()
    assert hosted.host.profile.first
    hosted.desk.ask("Are you still there?")
    hosted.host.switch(work)
    hosted.arrive("Work")


def test_the_start_after_this_one_opens_the_profile_used_last(hosted: Hosted, tmp_path: Path) -> None:
    hosted.make("Work")
    hosted.desk.settle()
    assert Profiles(tmp_path).last().name == "Work"


def test_a_profile_is_renamed_by_keyboard(hosted: Hosted, tmp_path: Path) -> None:
    hosted.make("Work")
    hosted.choose("Rename this profile…")
    dialog = hosted.child(NameDialog)
    hosted.bot.keyClicks(dialog.name, "Office")
    hosted.bot.keyClick(dialog.name, Qt.Key.Key_Return)
    hosted.arrive("Office")
    assert Profiles(tmp_path).find("office").id == hosted.host.profile.id


def test_deleting_asks_for_the_word_and_goes_back_to_the_first(hosted: Hosted, tmp_path: Path) -> None:
    hosted.make("Work")
    hosted.desk.ask("aubergine")
    hosted.choose("Delete this profile…")
    dialog = hosted.child(ForgetDialog)
    assert not dialog.forget.isEnabled()
    hosted.bot.keyClicks(dialog.word, "forget")
    hosted.bot.keyClick(dialog.word, Qt.Key.Key_Return)
    hosted.arrive(FIRST_NAME)
    hosted.warm()
    assert len(Profiles(tmp_path).all()) == 1
    assert not any(b"aubergine" in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())


def test_a_profile_goes_through_a_file_into_another(hosted: Hosted, tmp_path: Path) -> None:
    hosted.desk.ask("What is rain?")
    own = hosted.host.attune.assistant.principles.add(
        PrincipleDraft("Poetic", "Answer like a poet.", "Sober", "Answer soberly.")
    )
    file = tmp_path / "me.json"
    hosted.choose("Export this profile…")
    hosted.pick(file)
    hosted.bot.waitUntil(file.exists, timeout=WAIT)
    hosted.make("Work")
    hosted.choose("Import into this profile…")
    hosted.pick(file)
    hosted.bot.waitUntil(lambda: "1 conversations" in hosted.host.window.toast.text.text(), timeout=WAIT)
    hosted.desk.settle()
    assert [c.title for c in hosted.host.attune.assistant.conversations()] == ["What is rain?"]
    assert own.name in hosted.host.attune.assistant.principles.by_name


def _greeting(hosted: Hosted) -> FirstRunDialog:
    hosted.bot.waitUntil(lambda: bool(_greetings(hosted)), timeout=WAIT)
    return _greetings(hosted)[0]


def _skip(hosted: Hosted) -> None:
    hosted.desk.click(_greeting(hosted).skip)
    hosted.desk.settle()
    hosted.host.window.activateWindow()
    hosted.bot.waitUntil(hosted.host.window.isActiveWindow, timeout=WAIT)


def _greetings(hosted: Hosted) -> list[FirstRunDialog]:
    return [dialog for dialog in hosted.host.window.findChildren(FirstRunDialog) if dialog.isVisible()]


def test_each_new_profile_is_greeted_once_and_one_that_knows_its_user_never(hosted: Hosted) -> None:
    hosted.host.greet()
    _skip(hosted)
    hosted.host.greet()
    hosted.desk.settle()
    assert not _greetings(hosted)
    hosted.make("Work")
    dialog = _greeting(hosted)
    hosted.desk.click(dialog.next)
    hosted.desk.click(dialog.next)
    hosted.desk.settle()
    hosted.bot.keyClick(dialog, Qt.Key.Key_1)
    hosted.desk.settle()
    _skip(hosted)
    assert hosted.host.attune.assistant.preferences().evidence == 1
    for name in (FIRST_NAME, "Work"):
        hosted.choose(name)
        hosted.arrive(name)
        assert not _greetings(hosted)


def test_who_has_asked_something_is_not_greeted(hosted: Hosted) -> None:
    hosted.desk.ask("What is rain?")
    hosted.host.greet()
    hosted.desk.settle()
    assert not _greetings(hosted)

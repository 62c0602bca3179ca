"""Choosing and swapping models in the window, adding files, throwing them away: real clicks, real GGUF files."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QFile, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.models.parameters import Parameters
from engine.protocol import Done, Failed, Load
from tests.app.window.conftest import WAIT
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QMenu

    from app.panels.models import ModelsDialog
    from engine.protocol import Event
    from tests.app.window.conftest import Desk


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real file of another model."""
    return TinyModel(vocabulary=512, width=32, layers=1).write(
        tmp_path_factory.mktemp("models") / "other.gguf"
    )


NAME = "Tiny 512x32"


def _dialog(desk: Desk) -> ModelsDialog:
    desk.window.activateWindow()
    desk.bot.waitUntil(desk.window.isActiveWindow, timeout=WAIT)
    desk.bot.keyClick(desk.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.window.models.dialog
    assert dialog is not None
    desk.bot.waitUntil(lambda: bool(dialog.cards), timeout=WAIT)
    return dialog


def _box(desk: Desk) -> QMessageBox:
    found: list[QMessageBox] = []

    def shown() -> bool:
        found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        return bool(found)

    desk.bot.waitUntil(shown, timeout=WAIT)
    return found[0]


def _press(desk: Desk, text: str) -> None:
    box = _box(desk)
    button = next(b for b in box.buttons() if b.text().replace("&", "") == text)
    desk.bot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.settle()


def _menu(desk: Desk) -> QMenu:
    desk.click(desk.window.models.button)
    desk.bot.waitUntil(lambda: QApplication.activePopupWidget() is not None, timeout=WAIT)
    return QApplication.activePopupWidget()  # type: ignore[return-value]


def _wait_for(desk: Desk, text: str) -> None:
    desk.bot.waitUntil(lambda: desk.window.models.button.accessibleName() == f"Model: {text}", timeout=WAIT)
    desk.settle()


def _add(desk: Desk, path: Path, how: str = "Use it where it is") -> None:
    desk.window.models.add_file(str(path))
    _press(desk, how)
    desk.bot.waitUntil(lambda: any(m.name == NAME for m in desk.attune.models.library.models()), timeout=WAIT)
    desk.settle()


def test_a_model_is_swapped_in_one_conversation_and_nothing_is_lost(desk: Desk, gguf: Path) -> None:
    first = desk.ask("why is the sky blue?")
    _add(desk, gguf)
    menu = _menu(desk)
    action = next(a for a in menu.actions() if a.text().startswith(NAME))
    assert action.text() == f"{NAME}  –  Fits in memory"
    action.trigger()
    menu.close()
    _wait_for(desk, NAME)
    assert desk.window.toast.text.text() == f"{NAME} answers from now on."

    second = desk.ask("and at night?")
    asked = desk.engine.asked("and at night?")
    assert [m.content for m in asked.messages if m.role != "system"] == [
        "why is the sky blue?", first.body.text, "and at night?",
    ]  # fmt: skip
    turns = desk.attune.assistant.turns(desk.window.controller.conversation_id or "")
    assert [turn.trace.model_name for turn in turns if turn.trace] == ["Fake", NAME]
    assert second.body.text


def test_the_choice_is_kept_for_the_next_start(desk: Desk, gguf: Path) -> None:
    _add(desk, gguf)
    desk.window.models.choose(str(gguf))
    _wait_for(desk, NAME)
    again = type(desk.attune.models.library)(desk.attune.models.library.folder)
    assert again.chosen is not None
    assert again.chosen.path == str(gguf)
    assert again.chosen.sha256


def test_a_model_chosen_while_an_answer_is_written_answers_the_next_one(desk: Desk, gguf: Path) -> None:
    _add(desk, gguf)
    with desk.engine.held(3):
        desk.type_and_send("why?")
        desk.bot.waitUntil(lambda: bool(desk.last_reply().body.text), timeout=WAIT)
        desk.window.models.choose(str(gguf))
        assert desk.window.toast.text.text() == f"The next answer will come from {NAME}."
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().turn.message.state == "complete"
    assert desk.last_reply().turn.trace is not None
    assert desk.last_reply().turn.trace.model_name == "Fake"
    _wait_for(desk, NAME)


def test_a_choice_made_while_an_answer_is_written_can_be_taken_back(desk: Desk, gguf: Path) -> None:
    _add(desk, gguf)
    before = desk.attune.models.current
    assert before is not None
    with desk.engine.held(3):
        desk.type_and_send("why?")
        desk.bot.waitUntil(lambda: bool(desk.last_reply().body.text), timeout=WAIT)
        desk.window.models.choose(str(gguf))
        desk.window.models.choose(before.path)
        assert desk.window.toast.text.text() == f"The next answer will come from {before.name}."
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    desk.settle()
    now = desk.attune.models.current
    assert now is not None
    assert now.path == before.path


def test_a_broken_model_is_refused_and_the_one_before_still_answers(
    desk: Desk, gguf: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(gguf.read_bytes())
    desk.attune.models.library.add(broken)
    broken.write_bytes(gguf.read_bytes()[:-100])
    desk.window.models.choose(str(broken))
    desk.bot.waitUntil(lambda: desk.window.toast.isVisible(), timeout=WAIT)
    desk.settle()
    assert desk.window.toast.text.text() == "This model file is cut short. Download it again."
    assert desk.ask("why?").turn.message.state == "complete"


def test_a_model_the_engine_refuses_gives_way_to_the_one_before(desk: Desk, gguf: Path) -> None:
    before = desk.attune.models.current
    assert before is not None
    _add(desk, gguf)
    desk.engine.behaviour.die_while_loading = True
    desk.window.models.choose(str(gguf))
    _wait_for(desk, before.name)
    desk.engine.behaviour.die_while_loading = False
    assert desk.window.toast.text.text().endswith(f"{before.name} still answers.")
    assert desk.attune.models.current == desk.attune.models.library.model(before.path)


def test_a_model_that_fails_while_a_question_waits_for_it_gives_way_too(desk: Desk, gguf: Path) -> None:
    before = desk.attune.models.current
    assert before is not None
    _add(desk, gguf)
    desk.engine.behaviour.load_delay = 0.5
    desk.engine.behaviour.die_while_loading = True
    desk.window.models.choose(str(gguf))
    desk.bot.waitUntil(lambda: desk.engine.path == str(gguf), timeout=WAIT)
    reply = desk.ask("why?")
    assert reply.turn.message.state == "interrupted"
    _wait_for(desk, before.name)
    desk.engine.behaviour.die_while_loading = False
    assert desk.attune.models.current == desk.attune.models.library.model(before.path)
    assert desk.ask("and now?").turn.message.state == "complete"


def test_a_choice_overtaken_by_one_that_fails_leads_back_to_what_answered(
    desk: Desk, gguf: Path, tmp_path: Path
) -> None:
    before = desk.attune.models.current
    assert before is not None
    second = tmp_path / "second.gguf"
    second.write_bytes(gguf.read_bytes())
    _add(desk, gguf)
    desk.attune.models.library.add(second)
    desk.engine.behaviour.load_delay = 0.5
    desk.window.models.choose(str(gguf))
    desk.bot.waitUntil(lambda: desk.engine.path == str(gguf), timeout=WAIT)
    desk.window.models.choose(str(second))
    desk.bot.waitUntil(lambda: desk.engine.path == str(second), timeout=WAIT)
    desk.engine.behaviour.die_while_loading = True
    desk.bot.waitUntil(lambda: "still answers" in desk.window.toast.text.text(), timeout=WAIT)
    desk.engine.behaviour.die_while_loading = False
    desk.settle()
    assert desk.window.toast.text.text().endswith(f"{before.name} still answers.")
    assert desk.attune.models.current == desk.attune.models.library.model(before.path)


def test_a_choice_overtaken_while_it_is_made_takes_nothing_back(
    desk: Desk, gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models, assistant = desk.attune.models, desk.attune.assistant
    second = tmp_path / "second.gguf"
    second.write_bytes(gguf.read_bytes())
    for path in (gguf, second):
        models.library.add(path)
    made, go_on, choose = threading.Event(), threading.Event(), models.library.choose
    last: dict[str, Event] = {}

    def slowly(path: str) -> None:
        choose(path)
        if path == str(gguf):
            made.set()
            go_on.wait(10)

    def use(path: Path) -> None:
        *_, last[path.stem] = models.use(str(path), assistant)

    monkeypatch.setattr(models.library, "choose", slowly)
    desk.engine.behaviour.load_delay = 1.0
    threads = [threading.Thread(target=use, args=(path,)) for path in (gguf, second)]
    threads[0].start()
    assert made.wait(10)
    threads[1].start()
    desk.bot.wait(200)  # time to overtake, for who does not wait
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert isinstance(last["second"], Done)
    assert isinstance(last["other"], Done | Failed)
    assert models.current == models.library.model(str(second))
    assert desk.engine.path == str(second)


def test_settings_saved_while_a_model_is_opened_leave_the_way_back(desk: Desk, gguf: Path) -> None:
    before = desk.attune.models.current
    assert before is not None
    _add(desk, gguf)
    dialog = desk.window.models.open_settings(str(gguf))
    dialog.context.setCurrentIndex(dialog.context.findData(2048))
    desk.engine.behaviour.load_delay = 2.0
    desk.window.models.choose(str(gguf))
    desk.bot.waitUntil(lambda: desk.engine.path == str(gguf), timeout=WAIT)
    desk.click(dialog.save)
    saved = Parameters(context_length=2048)
    desk.bot.waitUntil(lambda: desk.attune.models.library.model(str(gguf)).parameters == saved, timeout=WAIT)
    desk.engine.behaviour.die_while_loading = True
    desk.bot.waitUntil(lambda: "still answers" in desk.window.toast.text.text(), timeout=WAIT)
    desk.engine.behaviour.die_while_loading = False
    desk.settle()
    assert desk.attune.models.current == desk.attune.models.library.model(before.path)


def test_closing_while_a_model_is_opened_keeps_the_choice(desk: Desk, gguf: Path) -> None:
    _add(desk, gguf)
    desk.engine.behaviour.load_delay = 0.5
    desk.window.models.choose(str(gguf))
    desk.bot.waitUntil(lambda: desk.engine.path == str(gguf), timeout=WAIT)
    desk.window.close()
    now = desk.attune.models.current
    assert now is not None
    assert now.path == str(gguf)


def test_a_file_is_copied_whole_or_not_at_all(desk: Desk, gguf: Path) -> None:
    dialog = _dialog(desk)
    _add(desk, gguf, "Copy it")
    folder = desk.attune.models.library.folder
    assert (folder / "other.gguf").read_bytes() == gguf.read_bytes()
    desk.bot.waitUntil(lambda: str(folder / "other.gguf") in dialog.cards, timeout=WAIT)
    assert not list(folder.glob("*.gguf.part"))
    assert not dialog.copying.isVisible()


def test_what_is_no_model_is_not_added(desk: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.gguf"
    page.write_text("<!DOCTYPE html>")
    dialog = _dialog(desk)
    desk.window.models.add_file(str(page))
    _press(desk, "Copy it")
    desk.bot.waitUntil(lambda: dialog.note.isVisible(), timeout=WAIT)
    assert dialog.note.text().startswith("This is not a GGUF model file.")
    assert [m.source for m in desk.attune.models.library.models()] == ["built in"]
    assert not list(desk.attune.models.library.folder.glob("*.gguf*"))


def test_the_dialog_uses_a_model_at_a_press(desk: Desk, gguf: Path) -> None:
    _add(desk, gguf)
    dialog = _dialog(desk)
    desk.bot.waitUntil(lambda: str(gguf) in dialog.cards, timeout=WAIT)
    desk.click(dialog.cards[str(gguf)].use)
    _wait_for(desk, NAME)
    desk.bot.waitUntil(lambda: dialog.cards[str(gguf)].in_use.isVisible(), timeout=WAIT)
    assert not dialog.cards[str(gguf)].use.isVisible()
    loads = [c.path for c in desk.engine.behaviour.seen if isinstance(c, Load)]
    assert loads[-1] == str(gguf)
    assert dialog.note.text() == f"{NAME} answers from now on."


def test_a_copy_goes_to_the_trash_and_says_what_is_freed(
    desk: Desk, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(QFile, "moveToTrash", staticmethod(lambda path: (gone.append(path), (True, ""))[1]))
    dialog = _dialog(desk)
    _add(desk, gguf, "Copy it")
    copy = str(desk.attune.models.library.folder / "other.gguf")
    desk.bot.waitUntil(lambda: copy in dialog.cards, timeout=WAIT)
    actions = {a.text(): a for a in dialog.cards[copy].menu().actions()}
    actions["Move to the trash…"].trigger()
    _press(desk, "Move to the trash")
    assert gone == [copy]
    assert dialog.note.text().startswith(f"{NAME} is in the trash: ")


def test_a_file_of_the_users_is_only_taken_off_the_list(desk: Desk, gguf: Path) -> None:
    _add(desk, gguf)
    dialog = _dialog(desk)
    desk.bot.waitUntil(lambda: str(gguf) in dialog.cards, timeout=WAIT)
    actions = {a.text(): a for a in dialog.cards[str(gguf)].menu().actions()}
    actions["Take off the list"].trigger()
    desk.settle()
    desk.bot.waitUntil(lambda: str(gguf) not in dialog.cards, timeout=WAIT)
    assert gguf.is_file()


def test_the_speed_of_answers_is_remembered(desk: Desk) -> None:
    desk.ask("why is the sky blue?")
    desk.settle()
    current = desk.attune.models.current
    assert current is not None
    assert current.tokens_per_second
    dialog = _dialog(desk)
    assert "tokens a second here" in dialog.cards[current.path].state.text()


def test_a_file_that_vanished_says_so_and_cannot_be_used(desk: Desk, gguf: Path, tmp_path: Path) -> None:
    path = tmp_path / "gone.gguf"
    path.write_bytes(gguf.read_bytes())
    desk.attune.models.library.add(path)
    path.unlink()
    dialog = _dialog(desk)
    desk.bot.waitUntil(lambda: str(path) in dialog.cards, timeout=WAIT)
    assert dialog.cards[str(path)].state.text().startswith("This file is no longer where it was.")
    assert not dialog.cards[str(path)].use.isEnabled()

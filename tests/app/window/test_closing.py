"""Closing at a bad moment: while a profile opens, or while somebody waits for an engine that is busy for long."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from app import composition
from app.cli.arguments import make_parser
from app.cli.ask import Question
from app.composition import build
from app.desktop.host import Host
from app.desktop.presence import Presence
from app.desktop.questions import TerminalQuestion, request_of
from app.panels.own_dialog import OwnPrincipleDialog
from app.profiles import Profiles
from app.settings import Settings
from app.window import MainWindow
from engine.protocol import Embed, Generate, Load, Score
from memory.errors import MemoryStoreError
from memory.store import Store
from tests.app.test_profiles import now
from tests.app.window.conftest import WAIT
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.composition import Attune
    from app.idle_work import Ask
    from app.render.appearance import Appearance
    from tests.app.window.conftest import Desk

LOADING = 30.0
"""Seconds that a model takes to load here."""
PROMPT = 15.0
"""Seconds in which all must be closed: room enough for a slow computer, and clearly less than the loading takes."""


@contextmanager
def promptly() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < PROMPT


def _wait_for(desk: Desk, kind: type) -> None:
    """Wait until the engine has got such a command."""
    seen = desk.engine.behaviour.seen
    desk.bot.waitUntil(lambda: any(isinstance(command, kind) for command in seen), timeout=WAIT)


# While another profile opens


class Switched:
    """A host on one profile; opening another waits to be let go."""

    def __init__(self, bot: QtBot, appearance: Appearance, folder: Path) -> None:
        self.bot, self.folder = bot, folder
        self.opening, self.go_on = threading.Event(), threading.Event()
        self.cores: list[Attune] = []
        self.told: list[int] = []
        self.work = Profiles(folder).add("Work")
        first = build(Settings(data_dir=folder), engine=FakeEngineClient())
        self.host = Host(
            first, lambda core: MainWindow(core, appearance), build=self._held_build, has_tray=False
        )
        self.host.finished.connect(lambda: self.told.append(1))
        self.host.window.show()
        self.settle()
        self.cores.append(first)

    def settle(self) -> None:
        background = self.host.window.background
        self.bot.waitUntil(lambda: background.pending == 0, timeout=WAIT)

    def _held_build(self, settings: Settings) -> Attune:
        self.opening.set()
        assert self.go_on.wait(WAIT / 1000)
        self.cores.append(build(settings, engine=FakeEngineClient()))
        return self.cores[-1]


@pytest.fixture
def switched(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Switched]:
    made = Switched(qtbot, appearance, tmp_path)
    yield made
    made.go_on.set()
    made.host.quit()
    made.host.close()
    made.host.window.deleteLater()
    made.host.deleteLater()


@pytest.mark.parametrize("queued", [False, True])
@pytest.mark.parametrize(
    "close", [lambda host: host.window.close(), lambda host: host.quit()], ids=["button", "signal"]
)
def test_closing_while_another_profile_opens_ends_the_program_and_leaves_nothing_open(
    switched: Switched, close: Callable[[Host], object], queued: bool
) -> None:
    host = switched.host
    before = threading.Event()
    if queued:
        host.window.background.run(lambda: before.wait(WAIT / 1000))
    host.switch(switched.work)
    if not queued:
        assert switched.opening.wait(WAIT / 1000)
    # Let go only when the window has said that it closes, which then waits for what is still called.
    host.window.closed.connect(before.set)
    host.window.closed.connect(switched.go_on.set)
    close(host)
    assert switched.told, "the program must be told to end"
    host.close()
    assert len(switched.cores) == 2
    for core in switched.cores:
        assert not core.engine.alive
        with pytest.raises(MemoryStoreError):
            core.store.call(lambda store: store.counts())
    for profile in Profiles(switched.folder).all():
        Store.open(profile.folder, clock=now).close()  # it is locked no longer


def test_a_profile_whose_looks_can_t_be_kept_is_let_go_of(
    switched: Switched, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = switched.host
    switched.go_on.set()

    def full(*_: object) -> None:
        raise MemoryStoreError("the disk is full")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("app.desktop.host.write_state", full)
        host.switch(switched.work)
        switched.bot.waitUntil(host.window.toast.isVisible, timeout=WAIT)
    assert host.profile.name != "Work"
    host.switch(switched.work)
    switched.bot.waitUntil(lambda: host.profile.name == "Work", timeout=WAIT)
    switched.settle()


def test_only_the_window_that_makes_room_for_another_does_not_end_the_program(switched: Switched) -> None:
    host = switched.host
    switched.go_on.set()
    host.switch(switched.work)
    switched.bot.waitUntil(lambda: host.profile.name == "Work", timeout=WAIT)
    switched.settle()
    assert not switched.told
    host.window.close()
    assert switched.told == [1]


# While somebody waits for the engine


def test_quitting_does_not_wait_for_an_opposite_that_nobody_wants_any_more(desk: Desk) -> None:
    desk.engine.behaviour.load_delay = LOADING
    desk.window.tuning.write("Answer like a pirate")
    desk.bot.waitUntil(lambda: desk.window.findChild(OwnPrincipleDialog) is not None, timeout=WAIT)
    dialog: Any = desk.window.findChild(OwnPrincipleDialog)
    desk.click(dialog.suggest)
    _wait_for(desk, Load)
    desk.click(dialog.cancel)
    with promptly():
        desk.window.close()
        desk.attune.close()


@pytest.mark.parametrize("at", ["loading", "writing"])
def test_whoever_waits_for_an_opposite_is_let_go_by_itself(desk: Desk, at: str) -> None:
    principles = desk.attune.assistant.principles
    text = "Answer like a pirate."
    proposals: list[Any] = []
    asking = threading.Thread(target=lambda: proposals.append(principles.propose_opposite(text)))
    if at == "loading":
        desk.engine.behaviour.load_delay = LOADING
    with desk.engine.held(1, text) if at == "writing" else nullcontext():
        asking.start()
        _wait_for(desk, Load if at == "loading" else Generate)
        principles.close()
        asking.join(PROMPT)
        assert not asking.is_alive()
    assert desk.engine.alive, "nothing had to end the engine for it"
    assert not proposals[0].by_model
    assert not principles.propose_opposite(text).by_model, "nothing is asked any more"


def _question(desk: Desk, *options: str) -> TerminalQuestion:
    given = make_parser().parse_args(["ask", "What shall I cook?", "--fresh", *options])
    question = Question("What shall I cook?", None, 1, "")
    return TerminalQuestion(desk.attune, request_of(desk.attune.settings, given, question))


@pytest.mark.parametrize("at", [Load, Score])
def test_a_question_of_the_terminal_is_let_go_while_it_loads_and_while_it_is_scored(
    desk: Desk, at: type
) -> None:
    if at is Load:
        desk.engine.behaviour.load_delay = LOADING
    question = _question(desk)
    answers: list[Any] = []
    answering = threading.Thread(target=lambda: answers.extend(question.answers()))
    with desk.engine.scores_held():
        answering.start()
        _wait_for(desk, at)
        question.stop()
        answering.join(PROMPT)
        assert not answering.is_alive()
    assert desk.engine.alive, "nothing had to end the engine for it"
    assert not any("report" in answer for answer in answers)


def test_quitting_does_not_wait_for_a_question_of_the_terminal(desk: Desk) -> None:
    desk.engine.behaviour.load_delay = LOADING
    presence = Presence(desk.attune, desk.window, has_tray=False)
    question = _question(desk)
    caller: Any = _Caller()
    presence._questions[question] = caller
    desk.window.background.iterate(question.answers, lambda _: None, lambda _: None, lambda: None)
    _wait_for(desk, Load)
    with promptly():
        desk.window.close()
        desk.attune.close()


class _Caller:
    def end(self) -> None:
        """Nobody is there who could be told."""


@pytest.fixture
def busy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A window whose engine looks at nothing else for long, cancelled or not; it is waited for only shortly."""
    monkeypatch.setattr(composition, "STOP_SECONDS", 0.2)
    desk.engine.behaviour.load_delay = LOADING
    desk.attune.assistant.warm_up()
    _wait_for(desk, Load)
    return desk


def test_a_call_that_the_engine_does_not_come_to_does_not_keep_the_window_open(busy: Desk) -> None:
    engine = busy.engine
    failed: list[BaseException] = []

    def embed() -> object:
        try:
            return engine.call(Embed(engine.next_id(), ("What is rain?",)))
        except Exception as error:
            failed.append(error)
            raise

    busy.window.background.run(embed)
    _wait_for(busy, Embed)
    with promptly():
        busy.window.close()
    assert failed, "it ends with the engine"


def test_idle_work_that_the_engine_does_not_come_to_does_not_keep_attune_running(busy: Desk) -> None:
    def work(ask: Ask) -> None:
        ask(lambda request_id: Embed(request_id, ("What is rain?",)))

    busy.attune.assistant._idle.later(work)
    _wait_for(busy, Embed)
    with promptly():
        busy.window.close()
        busy.attune.close()

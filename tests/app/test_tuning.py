"""Tuning in the background, and the user's own principles: guiding at once, distilled later, gone when deleted."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.answers import Finished
from app.composition import Attune, build, heads_folder
from app.prompting import AnswerOptions
from app.settings import Settings
from engine.protocol import Calibrate, Calibrated, Generate, Load, Loaded, Progress, Score
from memory.errors import MemoryStoreError, PrincipleError
from memory.records import PrincipleDraft
from memory.store import Store
from tests import fakes
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.answers import Turn
    from app.tuning import TuningState

POETIC = PrincipleDraft("Poetic", "Answer like a poet.", "Sober", "Answer soberly.")
PATIENCE = 10.0


class Desk:
    """Attune without a window, which can be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder)
        self.delay = 0.0
        self.start()

    def start(self) -> None:
        self.engine = FakeEngineClient(heads=(str(heads_folder(self.settings)),))
        self.engine.behaviour.unit_delay = self.delay
        self.attune: Attune = build(self.settings, engine=self.engine)
        self.assistant, self.tuning = self.attune.assistant, self.attune.tuning
        load = self.engine.pending_load()
        assert load
        self.engine.call(load)
        self.until(lambda state: state.phase != "no model")

    def restart(self) -> None:
        self.attune.close()
        self.start()

    def until(self, reached: Callable[[TuningState], bool]) -> TuningState:
        self.wait(lambda: reached(self.tuning.state))
        return self.tuning.state

    def wait(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, self.tuning.state
            time.sleep(0.005)

    def tune(self) -> TuningState:
        self.tuning.start()
        return self.until(lambda state: state.phase == "tuned")

    def ask(self, text: str = "Why?", **options: Any) -> Turn:
        conversation = self.assistant.new_conversation().id
        last = list(self.assistant.answer(conversation, text, options=AnswerOptions(**options)))[-1]
        assert isinstance(last, Finished)
        return last.turn

    def seen(self, kind: type) -> list[Any]:
        return [command for command in self.engine.behaviour.seen if isinstance(command, kind)]

    def units(self) -> set[Path]:
        return set(self.settings.data_dir.glob("calibration/*/replies/*"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.attune.close()


def test_a_new_model_is_guided_at_once_and_then_by_its_head(desk: Desk) -> None:
    assert desk.tuning.state.phase == "untuned"
    desk.assistant.set_preference("warm", 1.0)
    assert desk.ask().trace.reward == "teacher"
    figures = desk.tune().figures
    assert figures is not None
    assert figures.sign == pytest.approx(0.9)
    assert desk.ask().trace.reward == "head"
    desk.restart()
    assert (desk.tuning.state.phase, desk.tuning.state.figures) == ("tuned", figures)


def test_chatting_goes_on_while_it_tunes(desk: Desk, held: threading.Event) -> None:
    begin(desk)
    assert desk.ask().message.state == "complete"
    assert desk.tuning.state.phase == "running"
    held.set()
    desk.until(lambda state: state.phase == "tuned")


def test_begun_while_the_model_is_being_opened_it_waits_for_it(desk: Desk) -> None:
    assert desk.engine.rest()
    desk.engine.behaviour.load_delay = 0.3
    opening = desk.engine.ready(desk.engine.next_id())
    assert desk.tune().phase == "tuned"
    assert list(opening)


def test_a_pause_outlives_a_change_of_preferences(desk: Desk) -> None:
    desk.engine.behaviour.unit_delay = 0.2
    desk.tuning.start()
    desk.until(lambda state: state.phase == "running" and state.fraction > 0)
    desk.tuning.pause()
    desk.assistant.principles.add(POETIC)
    desk.until(lambda state: state.phase == "paused")
    desk.tuning.settle()
    assert desk.tuning.state.phase == "paused"


def test_it_does_not_begin_anew_with_another_model(desk: Desk) -> None:
    desk.engine.behaviour.unit_delay = 0.2
    desk.tuning.start()
    desk.until(lambda state: state.phase == "running" and state.fraction > 0)
    begun = len(desk.seen(Calibrate))
    desk.engine.load("another.gguf")
    desk.assistant.principles.add(POETIC)
    desk.until(lambda state: state.phase == "paused")
    desk.tuning.settle()
    assert len(desk.seen(Calibrate)) == begun


def test_progress_tells_stage_share_and_time_left(desk: Desk) -> None:
    seen: list[TuningState] = []
    desk.tuning.on_changed(seen.append)
    desk.tune()
    shown = [s for s in seen if s.phase == "running" and s.step]
    assert {(s.stage, s.step, s.steps, s.seconds_left) for s in shown} == {
        ("Trying each preference", 2, 3, 60.0)
    }
    shares = [s.fraction for s in shown]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_paused_it_keeps_what_it_has_and_goes_on_from_there(desk: Desk) -> None:
    desk.engine.behaviour.unit_delay = 0.05
    desk.tuning.start()
    desk.until(lambda state: state.fraction > 0)
    desk.tuning.pause()
    assert desk.until(lambda state: state.phase == "paused").problem == ""
    kept = {path: path.stat().st_mtime_ns for path in desk.units()}
    assert kept
    desk.tune()
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items())


def test_a_restart_offers_to_go_on_and_loses_nothing(desk: Desk) -> None:
    desk.engine.behaviour.unit_delay = 0.05
    desk.tuning.start()
    desk.until(lambda state: state.fraction > 0)
    kept = desk.units()
    desk.restart()
    assert desk.tuning.state.phase == "paused"
    assert desk.tuning.state.has_work
    assert kept <= desk.units()
    desk.tune()


def test_a_dying_engine_pauses_it_and_says_so(desk: Desk) -> None:
    desk.engine.behaviour.unit_delay = 0.05
    desk.tuning.start()
    desk.until(lambda state: state.fraction > 0)
    desk.engine.kill()
    state = desk.until(lambda state: state.phase == "paused")
    assert state.problem
    desk.engine.behaviour.unit_delay = 0.0
    assert desk.tune().problem == ""


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("paused", [True, False])
def test_cancelled_it_keeps_or_deletes_the_work_as_asked(desk: Desk, keep: bool, paused: bool) -> None:
    desk.engine.behaviour.unit_delay = 0.05
    desk.tuning.start()
    desk.until(lambda state: state.fraction > 0)
    if paused:
        desk.tuning.pause()
        desk.until(lambda state: state.phase == "paused")
    desk.tuning.cancel(keep=keep)
    state = desk.until(lambda state: state.phase == "untuned")
    assert state.has_work is keep
    assert bool(desk.units()) is keep
    desk.restart()
    assert desk.tuning.state.phase == "untuned"


def test_untuned_the_choice_is_kept_for_this_model_and_ends_with_the_tuning(desk: Desk) -> None:
    desk.assistant.set_preference("warm", 1.0)
    assert not desk.tuning.state.asked
    desk.tuning.choose_untuned("unguided")
    desk.until(lambda state: state.untuned == "unguided" and state.asked)
    trace = desk.ask().trace
    assert trace.reward == "none"
    assert len(trace.instructions) == 1, "words cost nothing"
    desk.restart()
    assert desk.tuning.state.untuned == "unguided"
    assert desk.ask(reward="teacher").trace.reward == "teacher", "what is asked for goes first"
    desk.tune()
    assert desk.ask().trace.reward == "head"


def test_an_own_principle_guides_and_learns_at_once(desk: Desk) -> None:
    made = desk.assistant.principles.add(POETIC)
    desk.assistant.set_preference(made.name, 1.0)
    turn = desk.ask()
    assert turn.trace.weights[made.name] == 1.0
    assert "poetic" in turn.message.content.split()
    desk.assistant.settle(PATIENCE)
    rated = desk.assistant.rate(turn.message.id, 1)
    assert rated.learned
    weight = next(w for w in desk.assistant.preferences().weights if w.name == made.name)
    assert weight.evidence == 1


def test_adding_one_leaves_features_and_weights_of_the_others_alone(desk: Desk) -> None:
    turn = desk.ask("Tell me about rain")
    desk.assistant.settle(PATIENCE)
    desk.assistant.rate(turn.message.id, 1)
    before = {w.name: w.mean for w in desk.assistant.preferences().weights}
    version, scores = desk.assistant.version, len(desk.seen(Score))
    made = desk.assistant.principles.add(POETIC)
    after = {w.name: w.mean for w in desk.assistant.preferences().weights}
    assert {name: after[name] for name in before} == pytest.approx(before)
    assert desk.assistant.version == version
    assert desk.assistant.settle(PATIENCE)
    new = desk.seen(Score)[scores:]
    assert [[p.name for p in score.principles] for score in new] == [[made.name]], "only what is missing"
    stored = desk.attune.store.call(lambda store: store.features(turn.message.id, version))
    assert set(stored.values) == set(after)


def test_an_edited_principle_is_measured_by_its_new_words(desk: Desk) -> None:
    made = desk.assistant.principles.add(POETIC)
    turn = desk.ask()
    desk.assistant.settle(PATIENCE)
    desk.assistant.rate(turn.message.id, 1)
    desk.assistant.principles.edit(made.name, PrincipleDraft("Lyrical", "Sing.", "Sober", "Be sober."))
    assert desk.assistant.settle(PATIENCE)
    last = desk.seen(Score)[-1]
    assert [p.positive.instruction for p in last.principles] == ["Sing."]
    assert desk.assistant.principles.by_name[made.name].positive.label == "Lyrical"


def test_where_the_model_was_tuned_here_a_new_principle_is_distilled_by_itself(desk: Desk) -> None:
    desk.tune()
    kept = {path: path.stat().st_mtime_ns for path in desk.units()}
    version = desk.assistant.version
    turn = desk.ask()
    desk.assistant.settle(PATIENCE)
    desk.assistant.rate(turn.message.id, 1)
    made = desk.assistant.principles.add(POETIC)
    state = desk.until(
        lambda state: state.phase == "tuned" and not state.waiting and desk.assistant.version != version
    )
    assert state.has_head
    assert made.name in {name for name, _ in desk.engine.loaded.head_principles}
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items()), "the rest is not done again"
    assert desk.tuning.settle()  # whoever is told of it has been
    assert desk.assistant.settle(PATIENCE)
    assert desk.assistant.preferences().evidence == 1, "rated replies were scored again"


def test_one_that_comes_while_it_tunes_is_taken_along(desk: Desk, held: threading.Event) -> None:
    begin(desk)
    made = desk.assistant.principles.add(POETIC)
    held.set()
    desk.until(lambda state: state.phase == "tuned" and not state.waiting)
    assert made.name in {name for name, _ in desk.engine.loaded.head_principles}
    assert len(desk.seen(Calibrate)) == 2


def test_a_model_that_was_never_tuned_here_is_not_tuned_unasked(desk: Desk) -> None:
    desk.assistant.principles.add(POETIC)
    assert desk.tuning.settle()
    assert desk.tuning.state.phase == "untuned"
    assert not desk.seen(Calibrate)


def test_declined_it_does_not_begin_again_by_itself(desk: Desk) -> None:
    desk.tune()
    desk.engine.behaviour.unit_delay = 1.0
    made = desk.assistant.principles.add(POETIC)
    desk.until(lambda state: state.phase == "running")
    desk.tuning.cancel(keep=True)
    assert desk.until(lambda state: state.phase == "tuned").waiting == (made.name,)
    count = len(desk.seen(Calibrate))
    desk.restart()
    assert desk.tuning.settle()
    assert desk.tuning.state.phase == "tuned"
    assert not desk.seen(Calibrate)
    assert count == 2


def test_a_deleted_principle_is_gone_from_the_work_too(desk: Desk) -> None:
    made = desk.assistant.principles.add(POETIC)
    desk.tune()
    assert any(made.name in path.name for path in desk.units())
    desk.assistant.principles.retire(made.name)
    assert made.name not in desk.assistant.principles.by_name
    assert any(made.name in path.name for path in desk.units()), "it may come back"
    desk.assistant.principles.restore(made.name)
    assert made.name in desk.assistant.principles.by_name
    desk.assistant.principles.forget(made.name)
    assert not any(made.name in path.name for path in desk.units())
    assert desk.units()


def test_forgetting_everything_forgets_own_principles(desk: Desk) -> None:
    desk.assistant.principles.add(POETIC)
    desk.assistant.forget_everything()
    assert not [p for p in desk.assistant.principles.all if p.group == "Yours"]


def test_the_opposite_is_proposed_by_the_model(desk: Desk) -> None:
    proposed = desk.assistant.principles.propose_opposite("Answer like a poet.")
    assert proposed.by_model
    assert proposed.instruction == "Answer the other way round."
    asked = desk.seen(Generate)[-1]
    assert asked.messages[-1].content == "Answer like a poet."
    assert asked.guidance.weights == ()


@pytest.mark.parametrize("said", ["", "Answer like a poet", "…", "yes " * 60, "Answer with a bulleted list."])
def test_a_bad_proposal_becomes_a_plain_negation(desk: Desk, said: str) -> None:
    desk.engine.behaviour.opposite = said
    proposed = desk.assistant.principles.propose_opposite("Answer like a poet.")
    assert not proposed.by_model
    assert "Answer like a poet." in proposed.instruction


def test_without_an_engine_there_is_still_a_proposal(desk: Desk) -> None:
    desk.engine.close()
    assert not desk.assistant.principles.propose_opposite("Answer like a poet.").by_model


def test_too_many_and_unusable_ones_say_so(desk: Desk) -> None:
    for i in range(20):
        desk.assistant.principles.add(PrincipleDraft(f"A{i}", f"Do {i}.", f"B{i}", f"Never {i}."))
    with pytest.raises(PrincipleError, match="no room"):
        desk.assistant.principles.add(POETIC)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Calibrations do one unit and no more until this is set; they tell how far they are, and can be cancelled."""
    go_on = threading.Event()
    work = fakes._FakeProcess._calibrate

    def one_unit(process: fakes._FakeProcess, command: Calibrate) -> Calibrated | None:
        begun = any(Path(command.folder).glob("replies/*"))
        if go_on.is_set() or not begun or command.request_id in process._cancelled:
            return work(process, command)
        process._background = command
        process._send(Progress(command.request_id, "Trying each preference", 0.1, 60.0, 2, 3))
        process._pause(0.01)
        return None

    monkeypatch.setattr(fakes._FakeProcess, "_calibrate", one_unit)
    return go_on


def test_what_is_written_of_a_principle_forgotten_meanwhile_goes_when_the_calibration_ends(
    desk: Desk, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.assistant.principles.add(POETIC)
    begin(desk)
    forgotten, work, late = threading.Event(), fakes._FakeProcess._calibrate, []

    def once_more(process: fakes._FakeProcess, command: Calibrate) -> Calibrated | None:
        if command.request_id in process._cancelled and not late:
            assert forgotten.wait(PATIENCE)
            late.append(Path(command.folder) / "replies" / f"pole-{made.name}+late")
            late[0].write_text("")
        return work(process, command)

    monkeypatch.setattr(fakes._FakeProcess, "_calibrate", once_more)
    desk.assistant.principles.forget(made.name)
    assert not any(made.name in path.name for path in desk.units())
    forgotten.set()
    held.set()
    assert desk.tuning.settle(PATIENCE)
    assert late
    assert not any(made.name in path.name for path in desk.units())


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Models are opened while this is set, as it is at first."""
    go_on = threading.Event()
    go_on.set()
    load = fakes._FakeProcess._load

    def when_free(process: fakes._FakeProcess, command: Load) -> Loaded:
        while not go_on.is_set():
            process._pause(0.005)
        return load(process, command)

    monkeypatch.setattr(fakes._FakeProcess, "_load", when_free)
    return go_on


def begin(desk: Desk) -> None:
    desk.tuning.start()
    desk.until(lambda state: state.phase == "running" and state.fraction > 0)


def begin_asleep(desk: Desk, loads: threading.Event) -> None:
    """Ask for a tuning while the model rests, and come back once it is being opened."""
    assert desk.engine.rest()
    loads.clear()
    before = len(desk.seen(Load))
    desk.tuning.start()
    desk.wait(lambda: len(desk.seen(Load)) > before)


@pytest.mark.usefixtures("held")
def test_while_it_tunes_the_choice_counts_at_once(desk: Desk) -> None:
    desk.assistant.set_preference("warm", 1.0)
    seen: list[TuningState] = []
    begin(desk)
    desk.tuning.choose_untuned("unguided")
    desk.until(lambda state: state.untuned == "unguided")
    assert desk.ask().trace.reward == "none"
    desk.tuning.on_changed(seen.append)
    desk.wait(lambda: len(seen) > 3)
    assert {(state.phase, state.untuned) for state in seen} == {("running", "unguided")}
    desk.tuning.choose_untuned("slower")
    desk.until(lambda state: state.untuned == "slower")
    assert desk.ask().trace.reward == "teacher"


@pytest.mark.usefixtures("held")
def test_what_was_chosen_while_it_tunes_outlives_quitting_at_once(desk: Desk) -> None:
    begin(desk)
    desk.tuning.choose_untuned("unguided")
    desk.restart()
    assert (desk.tuning.state.phase, desk.tuning.state.untuned) == ("paused", "unguided")


@pytest.mark.usefixtures("held")
def test_cancelled_just_before_quitting_it_stays_cancelled(desk: Desk) -> None:
    begin(desk)
    desk.tuning.cancel(keep=False)
    desk.restart()
    assert desk.tuning.state.phase == "untuned"
    assert not desk.units()


@pytest.mark.usefixtures("held")
def test_begun_twice_it_is_paused_once(desk: Desk) -> None:
    desk.tuning.start()
    begin(desk)
    desk.tuning.pause()
    desk.until(lambda state: state.phase == "paused")
    assert desk.tuning.settle(PATIENCE)
    assert desk.tuning.state.phase == "paused"
    assert len(desk.seen(Calibrate)) == 1


@pytest.mark.usefixtures("held")
def test_begun_twice_it_is_given_up_once(desk: Desk) -> None:
    desk.tuning.start()
    begin(desk)
    desk.tuning.cancel(keep=False)
    desk.until(lambda state: state.phase == "untuned")
    assert desk.tuning.settle(PATIENCE)
    assert desk.tuning.state.phase == "untuned"
    assert not desk.units()


def test_begun_while_the_model_rests_it_shows_so_at_once(desk: Desk, loads: threading.Event) -> None:
    begin_asleep(desk, loads)
    desk.until(lambda state: state.phase == "running" and not state.step)
    desk.tuning.start()
    made = desk.assistant.principles.add(POETIC)
    loads.set()
    desk.until(lambda state: state.phase == "tuned")
    assert [made.name in {p.name for p in c.principles} for c in desk.seen(Calibrate)] == [True]


@pytest.mark.parametrize("keep", [True, False])
def test_cancelled_while_the_model_is_opened_it_does_not_begin(
    desk: Desk, held: threading.Event, loads: threading.Event, keep: bool
) -> None:
    begin(desk)
    desk.tuning.pause()
    desk.until(lambda state: state.phase == "paused")
    begun = len(desk.seen(Calibrate))
    begin_asleep(desk, loads)
    held.set()
    desk.tuning.cancel(keep=keep)
    desk.until(lambda state: state.phase == "untuned")
    loads.set()
    assert desk.ask().message.state == "complete", "the model was opened"
    assert desk.tuning.settle(PATIENCE)
    assert len(desk.seen(Calibrate)) == begun
    assert bool(desk.units()) is keep
    assert desk.tuning.state.phase == "untuned"


def test_paused_while_the_model_is_opened_it_is_offered_again(desk: Desk, loads: threading.Event) -> None:
    begin_asleep(desk, loads)
    desk.tuning.pause()
    desk.until(lambda state: state.phase == "paused")
    loads.set()
    desk.restart()
    assert desk.tuning.state.phase == "paused"
    desk.tune()


def test_a_model_that_cannot_be_opened_pauses_it_and_says_so(desk: Desk) -> None:
    assert desk.engine.rest()
    desk.engine.behaviour.die_while_loading = True
    desk.tuning.start()
    assert desk.until(lambda state: bool(state.problem)).phase == "paused"
    desk.engine.behaviour.die_while_loading = False
    assert desk.tune().problem == ""


def test_a_memory_that_fails_at_the_beginning_leaves_nothing_running(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Store, "set_setting", fails)
        desk.tuning.start()
        assert desk.until(lambda state: bool(state.problem)).phase == "paused"
        assert desk.tuning.settle(PATIENCE)
    assert not desk.seen(Calibrate)
    assert desk.tune().problem == ""


def test_a_memory_that_fails_at_the_end_leaves_nothing_running(
    desk: Desk, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(desk)
    seen: list[TuningState] = []
    desk.tuning.on_changed(seen.append)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "set_setting", fails)
        held.set()
        desk.wait(lambda: any(state.problem for state in seen))
        assert desk.tuning.settle(PATIENCE)
    assert desk.tuning.state.phase == "paused"
    assert desk.tune().problem == ""


def fails(*_: object) -> None:
    raise MemoryStoreError("full", user_message="The disk is full.", next_step="Free some space.")

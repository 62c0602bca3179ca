"""*Tune Attune to this model*: one calibration in the background, with what the window shows of it.

It knows the engine client and the memory thread. One thread of its own decides, writes and tells, and never waits for
the engine: what that says is passed on to it, as what the window asks is. So nothing needs a lock. Public methods
may be called from any thread and return at once, but for ``join`` and ``settle``. Chatting goes first: the engine sees
to that.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from app.calibration_work import read_effort, write_effort
from app.crash import report_bug
from app.reward_choice import unknown_to_head
from app.tuning_record import Figures, TuningRecord, read_record, write_record
from app.user_messages import ENVIRONMENT_ERRORS, explain
from engine.protocol import Calibrate, Calibrated, Done, Failed, Loaded, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.calibration_work import CalibrationWork
    from app.engine_client import EngineClient
    from app.store_thread import StoreThread
    from app.tuning_record import Untuned
    from engine.calibration.plan import Effort
    from engine.principles import Principle
    from engine.protocol import Event

log = logging.getLogger(__name__)

Phase: TypeAlias = Literal["no model", "untuned", "running", "paused", "tuned"]
_Then: TypeAlias = Literal["pause", "restart", "keep", "discard", "leave"]


@dataclass(frozen=True, slots=True)
class TuningState:
    """All that is shown. ``waiting``: principles in force that the model's head does not know yet.

    ``fraction`` is of the stage, the ``step``-th of ``steps``; ``seconds_left`` of everything. ``problem``: why it
    paused by itself. ``has_work``: there is something to go on from. ``untuned``: how a model without a head
    answers; ``asked`` is false until the user has seen the offer to tune it. ``has_head``: preferences are read by a
    head, or by a second model.
    """

    phase: Phase = "no model"
    model: str = ""
    stage: str = ""
    step: int = 0
    steps: int = 0
    fraction: float = 0.0
    seconds_left: float | None = None
    waiting: tuple[str, ...] = ()
    figures: Figures | None = None
    problem: str = ""
    has_work: bool = False
    has_head: bool = False
    untuned: Untuned = "slower"
    asked: bool = False


@dataclass(slots=True)
class _Run:
    """A calibration under way, and what is to become of it once the engine has let it go.

    Without ``loaded`` it still waits for its model.
    """

    request_id: int
    loaded: Loaded | None = None
    principles: tuple[Principle, ...] = ()
    then: _Then | None = None


class Tuning:
    """The calibration of whatever model is loaded."""

    def __init__(
        self,
        store: StoreThread,
        engine: EngineClient,
        principles: Callable[[], tuple[Principle, ...]],
        work: CalibrationWork,
        heads: Path,
        prompts: Path,
        *,
        effort: Callable[[Path], Effort] = read_effort,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        """``principles`` are those in force; ``heads`` gets the head file; ``effort`` says how much a folder's is.

        ``tidy`` erases the work on principles that are gone, which may be written for as long as a calibration lasts.
        """
        self._store, self._engine, self._principles = store, engine, principles
        self._work, self._heads, self._prompts, self._effort = work, heads, prompts, effort
        self._tidy, self._untidy = tidy, False
        self._state = TuningState()
        self._run: _Run | None = None
        self._put_off: list[Callable[[], None]] = []
        self._loaded: Loaded | None = None
        self._leaving = False
        self._watchers: list[Callable[[TuningState], None]] = []
        self._jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work_off, name="attune-tuning", daemon=True)
        self._follower: threading.Thread | None = None
        self._thread.start()
        engine.on_loaded(lambda _: self._do(self._look))
        self._do(self._look)

    @property
    def state(self) -> TuningState:
        """What to show now."""
        return self._state

    def on_changed(self, callback: Callable[[TuningState], None]) -> None:
        """Have ``callback`` called, on the tuning's thread, whenever there is something new to show."""
        self._watchers.append(callback)

    def start(self) -> None:
        """Begin, or go on where it was paused; nothing where it runs already."""
        self._do(self._begin)

    def pause(self) -> None:
        """Stop at the last complete reply; it goes on with ``start``, after a restart too."""
        self._do(lambda: self._end("pause"))

    def cancel(self, *, keep: bool) -> None:
        """Give it up. With ``keep``, the work so far stays for another time; else it is deleted."""
        self._do(partial(self._cancel, keep=keep))

    def principles_changed(self) -> None:
        """Take over changed principles: a calibration under way begins anew with them, keeping what it has."""
        self._do(self._take_over)

    def choose_untuned(self, choice: Untuned) -> None:
        """Say how this model answers until it is tuned: guided *slower*, or *unguided*."""
        self._do(lambda: self._remember(untuned=choice, asked=True))

    def dismiss_offer(self) -> None:
        """Note that the user has seen the offer to tune this model."""
        self._do(lambda: self._remember(asked=True))

    def leave(self) -> None:
        """Attune closes: what was asked for is still noted, what runs is left as it is for the next start."""
        self._leaving = True
        self._jobs.put(self._leave)

    def join(self) -> None:
        """Wait for the threads; the engine must have been closed."""
        self._thread.join()
        if self._follower:
            self._follower.join()

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until everything asked so far is done, a calibration included; return whether it is."""
        settled = threading.Event()
        self._jobs.put(lambda: self._when_free(settled.set))
        return settled.wait(timeout)

    def _do(self, job: Callable[[], object]) -> None:
        if not self._leaving:
            self._jobs.put(job)

    def _when_free(self, job: Callable[[], None]) -> None:
        if self._run is None:
            job()
        else:
            self._put_off.append(partial(self._when_free, job))

    def _cancel(self, *, keep: bool) -> None:
        if not self._end("keep" if keep else "discard"):
            self._give_up(keep=keep)

    def _take_over(self) -> None:
        if self._end("restart"):
            self._untidy = True
        else:
            self._tidy()
            self._look()

    def _leave(self) -> None:
        if not self._end("leave"):
            self._jobs.put(None)

    def _end(self, then: _Then) -> bool:
        """Have the run end, if there is one; return whether there is."""
        if (run := self._run) is None:
            return False
        # What was asked for before stays: a pause, an end. And one that has these principles, or gets them, goes on.
        if then == "restart" and (run.then or not run.loaded or run.principles == self._principles()):
            return True
        if then != "leave" or run.then in (None, "restart"):
            run.then = then
        self._engine.cancel(run.request_id)
        return True

    def _work_off(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except ENVIRONMENT_ERRORS as error:
                log.warning("tuning: %r", error)
                self._halt(" ".join(explain(error)))
            except Exception as error:  # noqa: BLE001  a bug in one job must not end all others
                report_bug(error)

    def _show(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]
        if not self._leaving:  # those who watch may be gone
            for callback in self._watchers:
                callback(self._state)

    def _halt(self, problem: str = "") -> None:
        """Show that nothing runs any more, if so, and why."""
        stuck = self._run is None and self._state.phase == "running"
        self._show(phase="paused" if stuck else self._state.phase, problem=problem)

    def _look(self) -> None:
        """Show how things stand with the loaded model; distil by itself what a tuned model does not know yet."""
        if self._run is not None:
            if self._run.loaded:  # else it takes the model that is being opened itself
                self._put_off.append(self._look)
            return
        loaded = self._loaded = self._engine.loaded or self._loaded
        if loaded is None:
            return
        kept = self._kept(loaded)
        waiting = unknown_to_head(loaded, self._principles())
        phase: Phase = "paused" if kept.begun else "tuned" if loaded.head_version else "untuned"
        self._show(
            phase=phase,
            model=loaded.name,
            waiting=tuple(p.name for p in waiting),
            figures=kept.figures,
            problem="",
            has_work=self._work.exists(loaded.sha256),
            has_head=bool(loaded.head_version or loaded.second_version),
            untuned=kept.untuned,
            # Whoever has another model read preferences has decided what they cost.
            asked=kept.asked or bool(loaded.second_version),
        )
        new = {p.poles_hash for p in waiting} - set(kept.declined)
        if phase == "tuned" and new and self._state.has_work:
            self._begin()

    def _begin(self) -> None:
        if self._run is not None or self._leaving:
            return
        phase: Phase = "running" if self._loaded else "no model"
        self._show(phase=phase, problem="", stage="", step=0, steps=0, fraction=0.0, seconds_left=None)
        run = self._run = _Run(self._engine.next_id())
        # The model may be resting, or still being opened.
        self._follow(run, self._engine.ready(run.request_id))

    def _follow(self, run: _Run, events: Iterator[Event]) -> None:
        """Have ``events`` taken one by one on the tuning's thread, which can be asked for other things meanwhile."""

        def pass_on() -> None:
            for event in events:
                self._jobs.put(partial(self._take, run, event))

        self._follower = threading.Thread(target=pass_on, name="attune-tuning-events", daemon=True)
        self._follower.start()

    def _take(self, run: _Run, event: Event) -> None:
        if isinstance(event, Progress):
            if run.loaded and event.steps and run.then is None:
                self._show(
                    stage=event.stage,
                    step=event.step,
                    steps=event.steps,
                    fraction=event.fraction,
                    seconds_left=event.seconds_left,
                )
        elif isinstance(event, Done | Failed):
            if isinstance(event, Done) and run.loaded is None and run.then is None:
                self._calibrate(run)
            else:
                self._ended(run, event)

    def _calibrate(self, run: _Run) -> None:
        """Begin in earnest: the model is open."""
        loaded = self._engine.loaded
        if loaded is None:  # and closed again
            self._let_go()
            self._halt()
            return
        try:
            self._loaded = loaded
            command = self._command(loaded)
            self._remember(begun=True, asked=True)
            self._show(phase="running", model=loaded.name)
        except BaseException:
            self._let_go()
            raise
        run.request_id, run.loaded, run.principles = command.request_id, loaded, command.principles
        self._follow(run, self._engine.request(command))

    def _let_go(self) -> None:
        self._run = None
        for job in self._put_off:
            self._jobs.put(job)
        self._put_off.clear()

    def _ended(self, run: _Run, last: Done | Failed) -> None:
        self._let_go()
        try:
            if self._untidy:
                self._untidy = False
                self._tidy()
            if run.then != "leave":
                self._conclude(run, last)
        finally:
            if self._leaving and self._run is None:
                self._jobs.put(None)

    def _conclude(self, run: _Run, last: Done | Failed) -> None:
        if isinstance(last, Done) and isinstance(last.result, Calibrated):
            self._remember(begun=False, figures=_figures(last.result), declined=())
            self._look()
            if run.then == "restart" and self._state.waiting:
                self._begin()
        elif run.then in ("keep", "discard"):
            self._give_up(keep=run.then == "keep")
        elif run.then == "pause":
            self._remember(begun=True, asked=True)  # it may not have come as far as to note that
            self._look()
        elif run.then == "restart" and _same(self._engine.loaded, run.loaded):
            self._begin()
        else:
            if self._loaded:
                self._show(has_work=self._work.exists(self._loaded.sha256))
            problem = ""
            if run.then is None and isinstance(last, Failed) and last.kind != "Cancelled":
                problem = f"{last.user_message} {last.next_step}"
            self._halt(problem)

    def _give_up(self, *, keep: bool) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        if not keep:
            self._work.discard(loaded.sha256)
        declined = tuple(p.poles_hash for p in unknown_to_head(loaded, self._principles()))
        self._remember(begun=False, declined=declined)
        self._look()

    def _command(self, loaded: Loaded) -> Calibrate:
        folder = self._work.folder(loaded.sha256)
        effort = self._effort(folder)
        write_effort(folder, effort)
        return Calibrate(
            self._engine.next_id(),
            str(folder),
            str(self._heads),
            str(self._prompts),
            self._principles(),
            plain=effort.plain,
            pairs_per_principle=effort.pairs_per_principle,
            guided=effort.guided,
            reply_tokens=effort.reply_tokens,
            seed=effort.seed,
            trials=effort.trials,
        )

    def _kept(self, loaded: Loaded) -> TuningRecord:
        return self._store.call(lambda store: read_record(store, loaded))

    def _remember(self, **changes: object) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        kept = replace(self._kept(loaded), **changes)  # type: ignore[arg-type]
        self._store.call(lambda store: write_record(store, loaded, kept))
        self._show(untuned=kept.untuned, asked=kept.asked, figures=kept.figures)


def _same(one: Loaded | None, other: Loaded | None) -> bool:
    return bool(one and other and one.sha256 == other.sha256)


def _figures(result: Calibrated) -> Figures:
    signs = [sign for _, _, sign in result.principles if not math.isnan(sign)]
    return Figures(result.states, sum(signs) / len(signs) if signs else None)

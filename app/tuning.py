"""*Tune Attune to this model*: one calibration in the background, with what the window shows of it.

It knows the engine client and the memory thread. One thread of its own follows the calibration; every public method
returns at once and may be called from any thread. Chatting goes first: the engine sees to that.
"""

from __future__ import annotations

import json
import logging
import math
import queue
import threading
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from app.calibration_work import read_effort, write_effort
from app.engine_client import error_of
from app.reward_choice import unknown_to_head
from app.user_messages import ENVIRONMENT_ERRORS, explain
from engine.protocol import Calibrate, Calibrated, Done, Failed, Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.calibration_work import CalibrationWork
    from app.engine_client import EngineClient
    from app.store_thread import StoreThread
    from engine.calibration.plan import Effort
    from engine.principles import Principle
    from engine.protocol import Event, Loaded
    from memory.store import Store

log = logging.getLogger(__name__)

Phase: TypeAlias = Literal["no model", "untuned", "running", "paused", "tuned"]
Untuned: TypeAlias = Literal["slower", "unguided"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a finished tuning reached: ``states`` it rests on, and the share of held-out replies it judged rightly."""

    states: int
    sign: float | None = None


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


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is remembered of one model, as JSON among the application's settings."""

    begun: bool = False
    figures: Figures | None = None
    declined: tuple[str, ...] = ()
    untuned: Untuned = "slower"
    asked: bool = False


@dataclass(slots=True)
class _Run:
    """A calibration under way, and what is to become of it once the engine has let it go."""

    request_id: int
    principles: tuple[Principle, ...]
    then: Literal["pause", "restart", "keep", "discard", "leave"] | None = None
    last: Event | None = field(default=None)


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
    ) -> None:
        """``principles`` are those in force; ``heads`` gets the head file; ``effort`` says how much a folder's is."""
        self._store, self._engine, self._principles = store, engine, principles
        self._work, self._heads, self._prompts, self._effort = work, heads, prompts, effort
        self._state = TuningState()
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._loaded: Loaded | None = None
        self._leaving = False
        self._watchers: list[Callable[[TuningState], None]] = []
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work_off, name="attune-tuning", daemon=True)
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
        """Begin, or go on where it was paused."""
        self._do(self._begin)

    def pause(self) -> None:
        """Stop at the last complete reply; it goes on with ``start``, after a restart too."""
        self._end("pause")

    def cancel(self, *, keep: bool) -> None:
        """Give it up. With ``keep``, the work so far stays for another time; else it is deleted."""
        if not self._end("keep" if keep else "discard"):
            self._do(lambda: self._give_up(keep=keep))

    def principles_changed(self) -> None:
        """Take over changed principles: a calibration under way begins anew with them, keeping what it has."""
        if not self._end("restart"):
            self._do(self._look)

    def choose_untuned(self, choice: Untuned) -> None:
        """Say how this model answers until it is tuned: guided *slower*, or *unguided*."""
        self._do(lambda: self._remember(untuned=choice, asked=True))

    def dismiss_offer(self) -> None:
        """Note that the user has seen the offer to tune this model."""
        self._do(lambda: self._remember(asked=True))

    def leave(self) -> None:
        """Attune closes: what runs is left as it is, to be offered again at the next start."""
        self._leaving = True
        self._end("leave")
        self._jobs.put(None)

    def join(self) -> None:
        """Wait for the thread; the engine must have been closed."""
        self._thread.join()

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until everything asked so far is done, a calibration included; return whether it is."""
        settled = threading.Event()
        self._jobs.put(settled.set)
        return settled.wait(timeout)

    def _do(self, job: Callable[[], None]) -> None:
        if not self._leaving:
            self._jobs.put(job)

    def _end(self, then: Literal["pause", "restart", "keep", "discard", "leave"]) -> bool:
        with self._lock:
            if (run := self._run) is None:
                return False
            # What was asked for before stays: a pause, an end. And one that began with these principles goes on.
            if then == "restart" and (run.then or run.principles == self._principles()):
                return True
            run.then = then
            self._engine.cancel(run.request_id)
            return True

    def _work_off(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._leaving:
                continue
            try:
                job()
            except ENVIRONMENT_ERRORS as error:
                log.warning("tuning: %r", error)
                self._show(problem=" ".join(explain(error)))

    def _show(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]
        for callback in self._watchers:
            callback(self._state)

    def _look(self) -> None:
        """Show how things stand with the loaded model; distil by itself what a tuned model does not know yet."""
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
        if self._run is not None:
            return
        if self._engine.loaded is None:  # resting, or still being opened
            for event in self._engine.ready(self._engine.next_id()):
                if isinstance(event, Failed):
                    raise error_of(event)
        loaded = self._engine.loaded
        if loaded is None:
            return
        self._loaded = loaded
        again = True
        while again:
            again = self._follow(loaded)

    def _follow(self, loaded: Loaded) -> bool:
        """Calibrate until it ends, however it ends; return whether to do so once more."""
        command = self._command(loaded)
        with self._lock:
            if self._leaving:
                return False
            run = self._run = _Run(command.request_id, command.principles)
            events = self._engine.request(command)
        self._remember(begun=True, asked=True)
        self._show(phase="running", model=loaded.name, problem="", stage="", step=0, steps=0, fraction=0.0,
                   seconds_left=None)  # fmt: skip
        for event in events:
            run.last = event
            if isinstance(event, Progress) and event.steps and run.then is None:
                self._show(
                    stage=event.stage,
                    step=event.step,
                    steps=event.steps,
                    fraction=event.fraction,
                    seconds_left=event.seconds_left,
                )
        with self._lock:
            self._run = None
        if self._leaving or run.then == "leave":
            return False
        return self._ended(run, loaded)

    def _ended(self, run: _Run, loaded: Loaded) -> bool:
        if isinstance(run.last, Done) and isinstance(run.last.result, Calibrated):
            self._remember(begun=False, figures=_figures(run.last.result), declined=())
            self._look()
            return run.then == "restart" and bool(self._state.waiting)
        if run.then == "restart":
            if (now := self._engine.loaded) and now.sha256 == loaded.sha256:
                return True
            self._show(phase="paused", has_work=self._work.exists(loaded.sha256))
            return False
        if run.then in ("keep", "discard"):
            self._give_up(keep=run.then == "keep")
            return False
        assert isinstance(run.last, Failed)
        cancelled = run.last.kind == "Cancelled"
        problem = "" if cancelled else f"{run.last.user_message} {run.last.next_step}"
        self._show(phase="paused", problem=problem, has_work=self._work.exists(loaded.sha256))
        return False

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

    def _kept(self, loaded: Loaded) -> _Kept:
        return self._store.call(lambda store: _read(store, loaded))

    def _remember(self, **changes: object) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        kept = replace(self._kept(loaded), **changes)  # type: ignore[arg-type]
        self._store.call(lambda store: store.set_setting(_key(loaded), json.dumps(asdict(kept))))
        self._show(untuned=kept.untuned, asked=kept.asked, figures=kept.figures)


def untuned_choice(store: Store, loaded: Loaded) -> Untuned:
    """Return how a model without a head answers until it is tuned."""
    return _read(store, loaded).untuned


def _read(store: Store, loaded: Loaded) -> _Kept:
    text = store.setting(_key(loaded))
    if not text:
        return _Kept()
    raw = json.loads(text)
    figures = Figures(**raw["figures"]) if raw["figures"] else None
    return _Kept(raw["begun"], figures, tuple(raw["declined"]), raw["untuned"], raw["asked"])


def _key(loaded: Loaded) -> str:
    return f"tuning/{loaded.sha256[:16]}"


def _figures(result: Calibrated) -> Figures:
    signs = [sign for _, _, sign in result.principles if not math.isnan(sign)]
    return Figures(result.states, sum(signs) / len(signs) if signs else None)

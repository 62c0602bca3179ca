"""``attune calibrate``: tune Attune to a model in the terminal. Stopped with Ctrl+C, it resumes where it was."""

from __future__ import annotations

import math
import sys
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from app.calibration_work import CalibrationWork, read_effort, write_effort
from app.cli.arguments import settings_of
from app.cli.learned import DATABASE_NAME
from app.composition import heads_folder, make_engine, open_store, profile_of
from app.engine_client import error_of
from app.principles import sync_principles
from app.reward_choice import unknown_to_head
from app.user_messages import UsageError
from engine.principles import load_principles
from engine.protocol import Calibrate, Calibrated, Done, Failed, Loaded, Progress
from memory.errors import MemoryStoreError
from resources import PRINCIPLES, PROMPTS

if TYPE_CHECKING:
    from argparse import Namespace

    from app.engine_client import EngineClient
    from app.settings import Settings
    from engine.principles import Principle

_REFRESH_SECONDS = 1.0


def run(options: Namespace) -> int:
    """Calibrate the chosen model; return the exit code. Raises ``EngineError``."""
    if options.keep is not None and not options.keep.is_file():
        raise UsageError(
            f"There is no head file {options.keep}.",
            "Name one that a calibration made: it ends in .safetensors.",
        )
    settings = settings_of(options)
    profile = profile_of(settings)
    heads = options.out or heads_folder(settings, profile)
    with closing(make_engine(settings, profile=profile)) as engine:
        load = engine.pending_load()
        assert load is not None, "nothing is loaded yet"
        loaded = engine.call(load)
        assert isinstance(loaded, Loaded)
        folder = options.work or CalibrationWork(profile.folder).folder(loaded.sha256)
        principles = _principles(settings)
        if not (_how_much(options) or options.keep or unknown_to_head(loaded, principles)):
            print(
                f"Attune is tuned to {loaded.name} already, preferences of your own included. "
                "To tune it anew, say how much: --plain 300 --pairs 24, for example."
            )
            return 0
        effort = replace(read_effort(folder), **_how_much(options))
        write_effort(folder, effort)
        print(f"Tuning Attune to {loaded.name}. Ctrl+C pauses; the same command goes on.", file=sys.stderr)
        command = Calibrate(
            engine.next_id(),
            str(folder),
            str(heads),
            str(PROMPTS / "calibration.jsonl"),
            principles,
            plain=effort.plain,
            pairs_per_principle=effort.pairs_per_principle,
            guided=effort.guided,
            reply_tokens=effort.reply_tokens,
            seed=effort.seed,
            trials=effort.trials,
            at_size=effort.at_size,
            keep=str(options.keep or ""),
        )
        try:
            result = _follow(engine, command)
        except KeyboardInterrupt:
            print("Paused. Nothing is lost: the same command goes on from here.", file=sys.stderr)
            raise
    for name, r2, sign in result.principles:
        named = (
            "was not held out" if math.isnan(sign) else f"names its pole in {sign:.0%} of held-out replies"
        )
        print(f"{name:<16} R² {r2:6.3f}   {named}")
    print(f"{result.states} states; the head is {result.path}")
    return 0


def _how_much(options: Namespace) -> dict[str, int]:
    """Return what the command line says of how much is to be done."""
    given = {
        "plain": options.plain,
        "pairs_per_principle": options.pairs,
        "guided": options.guided,
        "seed": options.seed,
        "trials": options.trials,
        "at_size": options.at_size,
    }
    return {name: number for name, number in given.items() if number is not None}


def _principles(settings: Settings) -> tuple[Principle, ...]:
    """Return the shipped principles and the user's own; the shipped ones alone where there is no memory to read."""
    shipped = load_principles(PRINCIPLES)
    if not (profile_of(settings).folder / DATABASE_NAME).exists():
        return shipped
    try:
        store = open_store(settings)
    except MemoryStoreError as error:
        sys.stderr.write(f"attune: Without your own preferences: {error.user_message}\n")
        return shipped
    try:
        return store.call(lambda memory: sync_principles(memory, shipped))
    finally:
        store.close()


def _follow(engine: EngineClient, command: Calibrate) -> Calibrated:
    shown = 0.0
    try:
        for event in engine.request(command):
            if isinstance(event, Progress) and time.monotonic() - shown > _REFRESH_SECONDS:
                shown = time.monotonic()
                left = "" if not event.seconds_left else f", about {_duration(event.seconds_left)} left"
                step = f"Step {event.step} of {event.steps}. " if event.steps else ""
                sys.stderr.write(f"\r\x1b[K{step}{event.stage}: {event.fraction:.0%}{left}")
                sys.stderr.flush()
            elif isinstance(event, Failed):
                raise error_of(event)
            elif isinstance(event, Done):
                assert isinstance(event.result, Calibrated)
                return event.result
    finally:
        engine.cancel(command.request_id)
        sys.stderr.write("\n")
    raise AssertionError("a request ends with Done or Failed")


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(1, minutes)} min"

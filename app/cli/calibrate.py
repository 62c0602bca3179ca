"""``attune calibrate``: tune Attune to a model in the terminal. Stopped with Ctrl+C, it resumes where it was."""

from __future__ import annotations

import math
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import heads_folder, make_engine
from app.engine_client import error_of
from engine.principles import load_principles
from engine.protocol import Calibrate, Calibrated, Done, Failed, Loaded, Progress
from resources import PRINCIPLES, PROMPTS

if TYPE_CHECKING:
    from argparse import Namespace

    from app.engine_client import EngineClient

_REFRESH_SECONDS = 1.0


def run(options: Namespace) -> int:
    """Calibrate the chosen model; return the exit code. Raises ``EngineError``."""
    settings = settings_of(options)
    heads = options.out or heads_folder(settings)
    with closing(make_engine(settings)) as engine:
        load = engine.pending_load()
        assert load is not None, "nothing is loaded yet"
        loaded = engine.call(load)
        assert isinstance(loaded, Loaded)
        folder = options.work or settings.data_dir / "calibration" / loaded.sha256[:16]
        print(f"Tuning Attune to {loaded.name}. Ctrl+C pauses; the same command goes on.", file=sys.stderr)
        command = Calibrate(
            engine.next_id(),
            str(folder),
            str(heads),
            str(PROMPTS / "calibration.jsonl"),
            load_principles(PRINCIPLES),
            plain=options.plain,
            pairs_per_principle=options.pairs,
            guided=options.guided,
            seed=options.seed,
        )
        result = _follow(engine, command)
    for name, r2, sign in result.principles:
        named = (
            "was not held out" if math.isnan(sign) else f"names its pole in {sign:.0%} of held-out replies"
        )
        print(f"{name:<16} R² {r2:6.3f}   {named}")
    print(f"{result.states} states; the head is {result.path}")
    return 0


def _follow(engine: EngineClient, command: Calibrate) -> Calibrated:
    shown = 0.0
    try:
        for event in engine.request(command):
            if isinstance(event, Progress) and time.monotonic() - shown > _REFRESH_SECONDS:
                shown = time.monotonic()
                left = "" if not event.seconds_left else f", about {_duration(event.seconds_left)} left"
                sys.stderr.write(f"\r\x1b[K{event.stage}: {event.fraction:.0%}{left}")
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

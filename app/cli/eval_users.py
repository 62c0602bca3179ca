"""``attune eval users``: simulated users with hidden tastes rate real replies, and what is learned is measured."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.assistant import Assistant
from app.cli.arguments import settings_of
from app.cli.section import check_section, write_section
from app.composition import make_engine
from app.simulated.figures import tables
from app.simulated.plots import draw
from app.simulated.ratings import SITUATIONS, Clock, Rating, fill
from app.simulated.replies import Core, RunFile, read_prompts, sample
from app.simulated.tastes import USERS
from app.simulated.wins import answers
from app.store_thread import StoreThread
from engine.principles import load_principles
from memory.store import Store
from resources import PRINCIPLES, PROMPTS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from app.engine_client import EngineClient
    from app.simulated.ratings import Point
    from app.simulated.wins import Win
    from engine.principles import Principle

# Questions beside those about code and letters, replies to each, and resamples: in full and with --quick.
_OTHERS, _EACH, _RESAMPLES = (50, 10), (3, 2), (40, 4)
# Thumbs after which each user gets guided answers, and histories that each get one.
_WIN_COUNTS, _WIN_HISTORIES = ((4, 10, 20, 50), (15,)), (8, 2)
_MAX_TOKENS = (96, 48)


def run(options: Namespace) -> int:
    """Measure, show and, where asked, write and draw; return the exit code. Interrupted, it goes on where it was."""
    if options.write is not None:
        check_section(options.write, "eval users")
    quick = int(options.quick)
    principles = load_principles(PRINCIPLES)
    file = RunFile(options.out)
    with closing(make_engine(settings_of(options))) as engine:
        prompts = _prompts(_OTHERS[quick])
        _sample(engine, principles, file, prompts, quick)
        loaded = engine.loaded
        assert loaded is not None
        ids = {prompt[0] for prompt in prompts}
        points, wins = _measure(engine, principles, file, ids, quick, answer=not options.no_answers)
    shown = tables(points, wins)
    print(shown)
    drawn = draw(points, wins, options.plots) if options.plots is not None else []
    for path in drawn:
        print(f"\n{path}")
    if options.write is not None:
        facts = (
            f"Measured on {datetime.now(UTC).date().isoformat()}: {loaded.name}, head {loaded.head_version or 'none'}, "
            f"{len(prompts)} questions with {_EACH[quick]} replies each of at most {_MAX_TOKENS[quick]} tokens, "
            f"{_RESAMPLES[quick]} resamples; ± is a 95 % interval over them"
            + (
                ". Guided answers were left out."
                if options.no_answers
                else f", for answers over {_WIN_HISTORIES[quick]} histories, each with a question of its own."
            )
        )
        pictures = "".join(
            f"\n![{path.stem.replace('-', ', ')}]({Path(os.path.relpath(path, options.write.parent)).as_posix()})\n"
            for path in drawn
        )
        write_section(options.write, "eval users", f"{facts}\n\n{shown}\n{pictures}")
    return 0


def _prompts(others: int) -> list[tuple[str, str, str]]:
    prompts = read_prompts(PROMPTS / "evaluation.jsonl")
    own = [prompt for prompt in prompts if prompt[1] in SITUATIONS]
    return own + [prompt for prompt in prompts if prompt[1] not in SITUATIONS][:others]


def _sample(
    engine: EngineClient,
    principles: tuple[Principle, ...],
    file: RunFile,
    prompts: list[tuple[str, str, str]],
    quick: int,
) -> None:
    store = StoreThread(lambda: Store.in_memory(clock=lambda: datetime.now(UTC)))
    assistant = Assistant(store, engine, principles)
    try:
        core = Core(engine, store, assistant)
        progress = Progress("Sampling replies")
        for share in sample(core, file, prompts, _EACH[quick], _MAX_TOKENS[quick]):
            progress(share)
    finally:
        assistant.close()
        store.close()


def _measure(
    engine: EngineClient,
    principles: tuple[Principle, ...],
    file: RunFile,
    ids: set[str],
    quick: int,
    *,
    answer: bool,
) -> tuple[list[Point], list[Win]]:
    questions = file.questions()
    replies = [r for r in file.replies() if r.question in ids and r.number < _EACH[quick] and r.features]
    store = StoreThread(lambda: Store.in_memory(clock=Clock()))
    try:
        stored = store.call(lambda memory: fill(memory, principles, questions, replies))
        rating = Rating(store, stored, questions, replies)
        points = list(_points(rating, _RESAMPLES[quick]))
        if not answer:
            return points, []
        assistant = Assistant(store, engine, principles)
        try:
            core = Core(engine, store, assistant)
            users = [user for user in USERS if user.likes]
            counts, histories = _WIN_COUNTS[quick], _WIN_HISTORIES[quick]
            wins = []
            progress = Progress("Guided answers")
            for win in answers(core, rating, file, users, counts, histories, _MAX_TOKENS[quick]):
                wins.append(win)
                progress(len(wins) / (len(users) * len(counts) * histories))
        finally:
            assistant.close()
    finally:
        store.close()
    return points, wins


def _points(rating: Rating, resamples: int) -> Iterator[Point]:
    progress = Progress("Rating")
    for resample in range(resamples):
        for number, user in enumerate(USERS):
            yield from rating.points(user, resample)
            progress((resample * len(USERS) + number + 1) / (resamples * len(USERS)))


class Progress:
    """Says on stderr how far a stage is: in place on a terminal, else in a line for each tenth."""

    def __init__(self, stage: str) -> None:
        self._stage, self._tenths = stage, 0

    def __call__(self, share: float) -> None:
        """Say that ``share`` of the stage is done."""
        tenths = int(10 * share + 1e-9)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{self._stage} {share:.0%}" + "\n" * (share >= 1))
        elif tenths > self._tenths:
            sys.stderr.write(f"{self._stage} {tenths / 10:.0%}\n")
        self._tenths = tenths
        sys.stderr.flush()

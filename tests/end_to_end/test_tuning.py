"""A model nobody prepared: guided by the teacher at once, tuned in the background, killed half-way, then by its head.

The engine is the real one, in its own process; the model is tiny, random, of another vocabulary and width, with an
output layer of its own.
"""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.answers import Finished
from app.assistant import Assistant
from app.calibration_work import CalibrationWork
from app.composition import heads_folder, make_engine, open_store
from app.prompting import AnswerOptions
from app.settings import Settings
from app.tuning import Tuning
from engine.calibration.plan import Effort
from engine.principles import load_principles
from engine.protocol import Sampling
from memory.records import PrincipleDraft
from resources import PRINCIPLES
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.answers import Turn
    from app.tuning import TuningState

PATIENCE = 300.0
EFFORT = Effort(plain=4, pairs_per_principle=1, guided=2, judges=1, reply_tokens=24, trials=1)
SHIPPED = tuple(p for p in load_principles(PRINCIPLES) if p.name in ("concise", "warm", "harmless_honest"))
POETIC = PrincipleDraft("Poetic", "Answer like a poet.", "Sober", "Answer soberly.")


class Run:
    """One start of Attune without a window."""

    def __init__(self, folder: Path, model: Path, prompts: Path) -> None:
        self.settings = Settings(data_dir=folder, model=model, context_length=512, threads=1)
        self.engine = make_engine(self.settings)
        self.store = open_store(self.settings)
        self.assistant = Assistant(self.store, self.engine, SHIPPED)
        self.work = CalibrationWork(folder)
        self.tuning = Tuning(
            self.store,
            self.engine,
            lambda: self.assistant.principles.all,
            self.work,
            heads_folder(self.settings),
            prompts,
            effort=lambda _: EFFORT,
        )
        self.assistant.principles.on_changed(self.tuning.principles_changed)
        load = self.engine.pending_load()
        assert load
        self.engine.call(load)
        self.until(lambda state: state.phase != "no model")

    def until(self, reached: Callable[[TuningState], bool]) -> TuningState:
        end = time.monotonic() + PATIENCE
        while not reached(self.tuning.state):
            assert time.monotonic() < end, self.tuning.state
            time.sleep(0.005)
        return self.tuning.state

    def ask(self) -> Turn:
        options = AnswerOptions(sampling=Sampling(max_tokens=12), seed=3)
        conversation = self.assistant.new_conversation().id
        last = list(self.assistant.answer(conversation, "bade kilo?", options=options))[-1]
        assert isinstance(last, Finished)
        return last.turn

    def files(self) -> dict[Path, int]:
        """Everything complete on disk, with when it was written."""
        return {p: p.stat().st_mtime_ns for p in self.settings.data_dir.glob("calibration/*/*/**/*.npz")}

    def close(self) -> None:
        self.tuning.leave()
        self.assistant.close()
        self.engine.close()
        self.tuning.join()
        self.store.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Run]]:
    model = TinyModel(vocabulary=2048, width=96, tied=False, seed=7).write(tmp_path / "second.gguf")
    prompts = tmp_path / "prompts.jsonl"
    rows = [{"id": f"t{i:02d}", "prompt": f"Tell me something about the number {i}."} for i in range(24)]
    prompts.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    runs: list[Run] = []

    def begin() -> Run:
        if runs:
            runs.pop().close()
        runs.append(Run(tmp_path / "data", model, prompts))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def test_teacher_then_tuning_under_chat_killed_half_way_then_head(start: Callable[[], Run]) -> None:
    run = start()
    run.assistant._recall.available = False  # the embedder is no part of this
    run.assistant.set_preference("warm", 1.0)
    taught = run.ask().trace
    assert taught.reward == "teacher"
    assert taught.weights == {"warm": 1.0}

    run.tuning.start()
    run.until(lambda _: len(run.files()) >= 3)
    assert run.ask().message.state == "complete", "chatting goes on"
    assert run.tuning.state.phase == "running"
    before = run.files()
    run.until(lambda _: len(run.files()) > len(before))
    os.kill(run.engine.pid, signal.SIGKILL)
    run.until(lambda state: state.phase == "paused")
    kept = run.files()
    for path in kept:
        with np.load(path) as arrays:
            assert all(np.isfinite(arrays[name]).all() for name in arrays.files)

    run = start()
    run.assistant._recall.available = False
    assert run.tuning.state.phase == "paused", "a restart offers to go on"
    run.tuning.start()
    run.until(lambda state: state.phase == "tuned")
    assert kept.items() <= run.files().items(), "nothing that was complete is done again"
    headed = run.ask().trace
    assert headed.reward == "head"
    assert headed.weights == {"warm": 1.0}

    done = run.files()
    made = run.assistant.principles.add(POETIC)
    run.assistant.set_preference(made.name, 1.0)
    assert run.ask().trace.weights[made.name] == 1.0, "it guides before it is distilled"
    run.until(lambda state: state.phase == "tuned" and not state.waiting)
    assert done.items() <= run.files().items(), "the others are not sampled or judged again"
    assert (
        made.name,
        run.assistant.principles.by_name[made.name].poles_hash,
    ) in run.engine.loaded.head_principles
    assert run.ask().trace.weights == {"warm": 1.0, made.name: 1.0}
    run = start()
    assert run.tuning.state.phase == "tuned"
    assert not run.tuning.state.waiting

"""Stepping down where memory can't be had: the order, the words, and that nothing stays loaded that failed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from engine.errors import ModelFileError, OutOfMemoryError
from engine.offload import Placement, open_stepping, placements, step_words
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from pathlib import Path


class _Gpu:
    """A GPU with room for so many layers, and a main memory with room for so much context."""

    def __init__(self, layers: int, context: int, context_beside_layers: int | None = None) -> None:
        self.layers, self.context = layers, context
        self.beside = context if context_beside_layers is None else context_beside_layers
        self.open = 0
        self.loads: list[int] = []

    def load(self, gpu_layers: int) -> _Gpu:
        self.loads.append(gpu_layers)
        if gpu_layers > self.layers:
            raise OutOfMemoryError
        self.open += 1
        self.on_gpu = gpu_layers
        return self

    def extend(self, model: _Gpu, context: int) -> int:
        if context > (self.beside if self.on_gpu else self.context):
            raise OutOfMemoryError
        return context

    def close(self) -> None:
        self.open -= 1


def _opened(
    gpu: _Gpu, layers: int = 32, context: int = 8192, *, may_step: bool = True
) -> tuple[Placement, list[str]]:
    said: list[str] = []
    steps = placements(layers, context, may_step=may_step)
    _, _, placed, words = open_stepping(steps, gpu.load, gpu.extend, said.append)
    assert gpu.open == 1
    assert list(words) == said[len(said) - len(words) :]
    return placed, said


def test_what_fits_at_once_says_nothing() -> None:
    assert _opened(_Gpu(40, 8192)) == (Placement(32, 8192), [])


def test_fewer_layers_come_first() -> None:
    placed, said = _opened(_Gpu(20, 8192))
    assert placed == Placement(16, 8192)
    assert said == [
        "The GPU had no room for 32 layers, so 24 are on it and the rest in main memory.",
        "The GPU had no room for 32 layers, so 16 are on it and the rest in main memory.",
    ]


def test_then_a_shorter_context_then_main_memory_alone() -> None:
    assert _opened(_Gpu(20, 8192, context_beside_layers=4096))[0] == Placement(16, 4096)
    placed, said = _opened(_Gpu(20, 8192, context_beside_layers=100))
    assert placed == Placement(0, 8192)
    assert said[-1] == "The GPU had no room for this model, so it runs in main memory, more slowly."


def test_main_memory_too_gives_way_by_a_shorter_context() -> None:
    placed, said = _opened(_Gpu(0, 2048))
    assert placed == Placement(0, 2048)
    assert said[-1].startswith("There was no memory for a context of 8,192 tokens, so it is 2,048")


def test_a_model_is_not_loaded_again_only_for_another_context() -> None:
    gpu = _Gpu(40, 1024)
    _opened(gpu, layers=0, context=8192)
    assert gpu.loads == [0]


def test_layers_asked_for_by_hand_stay_as_they_are() -> None:
    with pytest.raises(OutOfMemoryError):
        _opened(_Gpu(20, 8192), may_step=False)


def test_where_nothing_helps_nothing_stays_loaded() -> None:
    gpu = _Gpu(40, 100)
    with pytest.raises(OutOfMemoryError):
        open_stepping(placements(32, 8192), gpu.load, gpu.extend, lambda _: None)
    assert gpu.open == 0


def test_another_error_ends_the_stepping_and_frees_the_model() -> None:
    gpu = _Gpu(40, 8192)

    def extend(model: _Gpu, context: int) -> int:
        raise ModelFileError

    with pytest.raises(ModelFileError):
        open_stepping(placements(32, 8192), gpu.load, extend, lambda _: None)
    assert gpu.open == 0


def test_no_step_is_taken_twice_and_none_below_the_least_context() -> None:
    for layers in (0, 1, 2, 33):
        steps = list(placements(layers, 1500))
        assert len(steps) == len(set(steps))
        assert all(step.context >= 1024 for step in steps)


def test_words_are_of_what_differs() -> None:
    assert step_words(Placement(4, 2048), Placement(4, 2048)) == ()


_LIMITED = """
import resource, sys
from pathlib import Path
from engine.protocol import Load
from engine.session import Session
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (900 << 20), resource.getrlimit(resource.RLIMIT_AS)[1]))
session = Session(Load(1, sys.argv[1], context_length=131072, threads=1), lambda stage, fraction: True)
print(session.loaded.context_length, *session.loaded.steps)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on a process's memory")
def test_llama_cpp_running_out_of_memory_shortens_the_context(tmp_path: Path) -> None:
    """131 072 cells of 32 KiB are 4 GiB, which the process is not allowed to have."""
    path = TinyModel(
        width=2048, heads=16, kv_heads=16, feed_forward=32, vocabulary=512, context=131_072
    ).write(tmp_path / "wide.gguf")
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    context, words = done.stdout.split(" ", 1)
    assert 1024 <= int(context) < 131_072
    assert words.startswith("There was no memory for a context of 131,072 tokens")

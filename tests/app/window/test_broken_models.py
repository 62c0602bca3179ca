"""Broken model files through the real load path: whatever is in one, the window says why and what to do, and lives.

Sixty files in the suite; ``ATTUNE_TEST_BROKEN_MODELS=200`` tries more.
"""

from __future__ import annotations

import os
import random
import re
import time
from typing import TYPE_CHECKING

import pytest

from app.composition import build
from app.settings import Settings
from app.window import MainWindow
from engine.errors import EngineError
from engine.protocol import Generate, Generated, Message, Sampling
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.composition import Attune
    from app.render.appearance import Appearance

COUNT = int(os.environ.get("ATTUNE_TEST_BROKEN_MODELS", "60"))
PATIENCE = 5.0
SENTENCES = re.compile(r"[^.]\S.*[.] \S.*[.]", re.DOTALL)
QUESTION = (Message("user", "bade kilo?"),)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TinyModel(vocabulary=512, width=32, layers=1).write(tmp_path_factory.mktemp("good") / "good.gguf")


@pytest.fixture
def attune(tmp_path: Path, good: Path) -> Iterator[Attune]:
    made = build(Settings(data_dir=tmp_path, model=good, threads=1, context_length=512))
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, attune: Attune, appearance: Appearance) -> Iterator[MainWindow]:
    made = MainWindow(attune, appearance)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def broken(whole: bytes, rng: random.Random) -> bytes:
    """Break a file in one of the ways in which files break, or are broken on purpose."""
    data = bytearray(whole)
    header = whole.index(b"blk.0.attn_norm.weight")
    match rng.randrange(6):
        case 0:  # cut short
            return bytes(data[: rng.randrange(len(data))])
        case 1:  # bits flipped in the header
            for _ in range(rng.randint(1, 6)):
                data[rng.randrange(4, header)] ^= 1 << rng.randrange(8)
        case 2:  # a number that is far too large
            at = rng.randrange(8, header)
            data[at : at + 4] = b"\xff\xff\xff\x7f"
        case 3:  # zeros where something was
            at = rng.randrange(4, len(data) - 4096)
            data[at : at + rng.randint(8, 4096)] = bytes(rng.randint(8, 4096))
        case 4:  # a token that stands twice, which llama.cpp does not survive
            length = (4).to_bytes(8, "little")
            return whole.replace(length + b"babe", length + b"baba")
        case _:  # the beginning of one, then something else
            at = rng.randrange(24, header)
            data[at:] = rng.randbytes(len(data) - at)
    return bytes(data)


def test_every_broken_file_is_explained_within_five_seconds_and_the_model_before_still_answers(
    window: MainWindow, attune: Attune, good: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    whole, rng = good.read_bytes(), random.Random(7)
    models, toast = window.models, window.toast.text
    pid = os.getpid()
    attune.models.switch(str(good), attune.assistant)
    slowest, refused, died = 0.0, 0, 0
    answered: list[str] = []
    for number in range(COUNT):
        path = tmp_path / f"broken-{number}.gguf"
        path.write_bytes(broken(whole, rng))
        before = attune.engine.pid
        toast.setText("")
        began = time.monotonic()
        models.choose(str(path))
        qtbot.waitUntil(lambda: bool(toast.text()) and not models._loading, timeout=60_000)
        slowest = max(slowest, time.monotonic() - began)
        qtbot.waitUntil(lambda: window.background.pending == 0, timeout=60_000)
        current = attune.models.current
        assert current is not None
        if current.path == str(
            path
        ):  # what was broken did not matter for loading: it answers, or says why not
            try:
                said = attune.engine.call(Generate(attune.engine.next_id(), QUESTION, Sampling(max_tokens=4)))
                assert isinstance(said, Generated)
            except EngineError as error:
                answered.append(f"{error.user_message} {error.next_step}")
            attune.models.switch(str(good), attune.assistant)
        else:
            refused += 1
            died += attune.engine.pid != before
            assert SENTENCES.fullmatch(toast.text()), toast.text()
            assert current.path == str(good)
        path.unlink()
    assert refused >= COUNT // 2
    assert slowest < PATIENCE, slowest
    assert os.getpid() == pid
    said = attune.engine.call(Generate(attune.engine.next_id(), QUESTION, Sampling(max_tokens=4)))
    assert isinstance(said, Generated)
    assert died
    assert all(map(SENTENCES.fullmatch, answered)), answered

"""Samples: made beside everything else, kept nowhere, evidence of nothing."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

import pytest

from app.answers import Finished, Started
from app.composition import build
from app.language import speak
from app.samples import MOST_TOKENS, QUESTION, first_sentence
from app.settings import Settings
from engine.errors import BadPrincipleError
from engine.protocol import Generate
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.composition import Attune


@pytest.fixture
def engine() -> FakeEngineClient:
    return FakeEngineClient()


@pytest.fixture
def attune(engine: FakeEngineClient, tmp_path: Path) -> Iterator[Attune]:
    attune = build(Settings(data_dir=tmp_path), engine=engine)
    yield attune
    attune.close()


def answered(attune: Attune, text: str) -> None:
    conversation = attune.assistant.new_conversation()
    list(attune.assistant.answer(conversation.id, text))
    assert attune.assistant.settle(10)


def asked(engine: FakeEngineClient) -> list[Generate]:
    return [
        c for c in engine.behaviour.seen if isinstance(c, Generate) and c.messages[-1].content == QUESTION
    ]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Rain falls. It is wet.", "Rain falls."),
        ("Oh! What a question", "Oh!"),
        ("  Water vapour rises and", "Water vapour rises and …"),
        ("# Rain\nWater", "# Rain …"),
        ("3.5 litres fall. Then", "3.5 litres fall."),
        ("", "…"),
    ],
)
def test_the_first_sentence(text: str, cut: str) -> None:
    assert first_sentence(text) == cut


def test_no_model_is_loaded_for_a_sample(attune: Attune, engine: FakeEngineClient) -> None:
    assert attune.assistant.samples.sentence("warm", 1.0, 1.0) is None
    assert not engine.alive


def test_a_sample_follows_its_slider_alone_and_is_made_once(attune: Attune, engine: FakeEngineClient) -> None:
    answered(attune, "hello")
    attune.assistant.set_preference("humorous", 1.0)
    samples = attune.assistant.samples
    warm, neutral = samples.sentence("warm", 1.0, 1.0), samples.sentence("warm", -1.0, 1.0)
    assert warm is not None
    assert neutral is not None
    assert "warm" in warm.split()
    assert "neutral" in neutral.split()
    assert "humorous" not in warm.split()
    assert samples.sentence("warm", 1.0, 1.0) == warm
    assert len(asked(engine)) == 2
    assert all(c.aside and c.sampling.max_tokens == MOST_TOKENS for c in asked(engine))
    assert samples.sentence("warm", 0.0, 1.0) == samples.sentence("concise", 0.7, 0.0)
    assert len(asked(engine)) == 3


def test_a_sample_answers_in_the_users_language_unless_the_model_speaks_english_alone(
    attune: Attune, engine: FakeEngineClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(attune, "hello")
    samples = attune.assistant.samples
    german = {QUESTION: "Warum regnet es?"}
    speak(lambda _context, source, _count=-1: german.get(source, source))
    try:
        assert samples.question == "Warum regnet es?"
        assert samples.sentence("warm", 1.0, 1.0)
        assert engine.loaded is not None
        monkeypatch.setattr("app.samples.MODEL_SHA256", engine.loaded.sha256)
        assert samples.question == QUESTION
        assert samples.sentence("warm", 1.0, 1.0)
    finally:
        speak(None)
    questions = [c.messages[-1].content for c in engine.behaviour.seen if isinstance(c, Generate) and c.aside]
    assert questions == ["Warum regnet es?", QUESTION]


def test_a_sample_can_be_read_while_it_is_made(attune: Attune) -> None:
    answered(attune, "hello")
    so_far: list[str] = []
    whole = attune.assistant.samples.sentence("warm", 1.0, 1.0, so_far.append)
    assert len(so_far) > 3
    assert all(text.endswith(" …") for text in so_far)
    assert so_far[-1] == whole
    assert all(b.startswith(a.removesuffix(" …")) for a, b in itertools.pairwise(so_far))


def test_a_sample_is_stored_nowhere_and_teaches_nothing(attune: Attune) -> None:
    answered(attune, "hello")
    before = attune.assistant.counts(), attune.store.call(lambda store: store.export_profile())
    attune.assistant.samples.sentence("warm", 1.0, 1.0)
    assert attune.assistant.settle(10)
    after = attune.assistant.counts(), attune.store.call(lambda store: store.export_profile())
    assert after[0].messages == before[0].messages
    assert [line for line in after[1].splitlines() if "exported_at" not in line] == [
        line for line in before[1].splitlines() if "exported_at" not in line
    ]


def test_a_chat_takes_the_engine_from_a_sample_which_is_made_afterwards(
    attune: Attune, engine: FakeEngineClient
) -> None:
    answered(attune, "hello")
    found: list[str | None] = []
    thread = threading.Thread(
        target=lambda: found.append(attune.assistant.samples.sentence("warm", 1.0, 1.0))
    )
    with engine.held(1, QUESTION):
        thread.start()
        _until(lambda: bool(asked(engine)))
        conversation = attune.assistant.new_conversation()
        events = attune.assistant.answer(conversation.id, "now")
        assert isinstance(next(events), Started)
        assert isinstance(list(events)[-1], Finished)
        assert not found
    thread.join(5)
    assert found[0] is not None
    assert len(asked(engine)) == 2


def test_a_sample_nobody_waits_for_is_given_up(attune: Attune, engine: FakeEngineClient) -> None:
    answered(attune, "hello")
    found: list[str | None] = []
    thread = threading.Thread(
        target=lambda: found.append(attune.assistant.samples.sentence("warm", 1.0, 1.0))
    )
    with engine.held(1, QUESTION):
        thread.start()
        _until(lambda: bool(asked(engine)))
        attune.assistant.samples.give_up()
        thread.join(1)
        assert found == [None]


def test_the_newest_sample_wanted_is_the_one_made(attune: Attune, engine: FakeEngineClient) -> None:
    answered(attune, "hello")
    found: list[str | None] = []
    first, newest = (
        threading.Thread(target=lambda n=name: found.append(attune.assistant.samples.sentence(n, 1.0, 1.0)))
        for name in ("warm", "humorous")
    )
    with engine.held(1, QUESTION):
        first.start()
        _until(lambda: bool(asked(engine)))
        newest.start()
        first.join(5)
        assert found == [None]
    newest.join(5)
    assert len(found) == 2
    assert found[1]


def test_a_sample_that_can_t_be_made_ends_neither_whoever_waits_nor_idle_work(
    attune: Attune, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(attune, "hello")
    samples, bugs = attune.assistant.samples, []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: bugs.append(arguments.exc_type))

    def gone(*_: object) -> Generate:
        raise BadPrincipleError("the preference is gone")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(samples, "_command", gone)
        assert samples.sentence("warm", 1.0, 1.0) is None
    assert samples.sentence("warm", 1.0, 1.0)
    assert bugs == [BadPrincipleError]
    answered(attune, "again")


def test_idle_work_goes_on_after_a_sample(attune: Attune, engine: FakeEngineClient) -> None:
    answered(attune, "hello")
    engine.behaviour.score_delay = 0.3
    conversation = attune.assistant.new_conversation()
    last = list(attune.assistant.answer(conversation.id, "again"))[-1]
    time.sleep(0.05)
    assert attune.assistant.samples.sentence("warm", 1.0, 1.0)
    engine.behaviour.score_delay = 0.0
    assert attune.assistant.settle(10)
    reply = last.turn.message.id  # type: ignore[union-attr]
    assert attune.store.call(lambda store: store.features(reply, attune.assistant.version))


def _until(true, seconds: float = 5.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)

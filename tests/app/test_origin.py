"""Where a weight came from is kept with the reply as it was then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.origin import WeightOrigin, weight_origins
from memory.records import PersonaDraft
from tests.app.test_assistant import Bench, bench

if TYPE_CHECKING:
    from memory.records import ReplyTrace

__all__ = ["bench"]


def trace_of(bench: Bench, **options: object) -> ReplyTrace:
    trace = bench.ask(**options).trace
    assert trace is not None
    return trace


def test_a_slider_a_word_and_thumbs_are_told_apart(bench: Bench) -> None:
    bench.teach_concise()
    bench.assistant.set_preference("warm", 0.5)
    bench.store.call(lambda s: s.add_statement("Use lists", "style", principle="lists", value=0.75))
    found = {origin.name: origin for origin in weight_origins(trace_of(bench))}
    assert (found["warm"].source, found["warm"].start) == ("set", 0.5)
    assert (found["lists"].source, found["lists"].start) == ("said", 0.75)
    assert (found["concise"].source, found["concise"].start) == ("learned", 0.0)
    assert trace_of(bench).origin["evidence"] == 8


def test_later_changes_do_not_change_what_a_reply_says_of_itself(bench: Bench) -> None:
    bench.assistant.set_preference("warm", 0.5)
    turn = bench.ask()
    bench.assistant.set_preference("warm", None)
    (again,) = (t for t in bench.assistant.turns(turn.message.conversation_id) if t.trace)
    assert weight_origins(again.trace) == (WeightOrigin("warm", 0.5, "set", 0.5),)  # type: ignore[arg-type]


def test_what_was_asked_for_with_the_question_is_its_own_source(bench: Bench) -> None:
    trace = trace_of(bench, weights={"concise": 1.0}, strength=0.5)
    assert weight_origins(trace) == (WeightOrigin("concise", 1.0, "asked", 1.0),)
    assert trace.origin["strength"] == "asked"


def test_a_weight_that_acts_in_words_alone_is_among_them(bench: Bench) -> None:
    bench.assistant.set_preference("warm", 0.75)
    trace = trace_of(bench, route="prompt")
    assert trace.weights == {}
    assert trace.instructions
    assert [origin.name for origin in weight_origins(trace)] == ["warm"]
    assert weight_origins(trace_of(bench, route="none")) == ()


@pytest.mark.parametrize(("strength", "source"), [(0.5, "persona"), (None, "set")])
def test_a_personas_strength_is_said_to_be_its(bench: Bench, strength: float | None, source: str) -> None:
    persona = bench.store.call(lambda s: s.add_persona(PersonaDraft("Poet", "Rhyme.", {}, strength)))
    conversation = bench.assistant.new_conversation(persona.id)
    trace = bench.ask(conversation=conversation.id).trace
    assert trace is not None
    assert trace.origin["strength"] == source

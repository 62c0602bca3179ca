"""Replies that go on, are edited, or are written as a persona: nothing is lost, and each is scored as written."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.answers import Finished, Rated, Started, Text
from app.composition import Attune, build
from app.parts import continued, goes_on_from
from app.personas import dressed, named, sampling_of
from app.prompting import SYSTEM_PROMPT, AnswerOptions
from app.settings import Settings
from app.user_messages import UsageError
from app.wording import rated_line
from engine.protocol import Generate, Sampling, Score
from memory.records import Persona, PersonaDraft, ReplyTrace
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.answers import Turn
    from app.assistant import Assistant

QUESTION = "Why is the sky blue?"
TRACE = ReplyTrace("m", "sha", "Tiny", "head", 1.0, {}, 7, {}, "cancelled", 10, 30, 0.5, 10.0, 0.2, -1.0)
POET = PersonaDraft("Poet", "You are a poet.", {"temperature": 1.1, "top_k": 5.0}, 0.5)


@pytest.fixture
def attune(tmp_path: Path) -> Iterator[Attune]:
    engine = FakeEngineClient()
    made = build(Settings(data_dir=tmp_path), engine=engine)
    yield made
    made.close()


def seen(attune: Attune, kind: type) -> list:  # type: ignore[type-arg]
    return [c for c in attune.engine.behaviour.seen if isinstance(c, kind)]  # type: ignore[attr-defined]


def newest(attune: Attune, text: str = QUESTION) -> Generate:
    """Return the newest request for an answer; idle time may have asked for a title since."""
    return attune.engine.asked(text)  # type: ignore[attr-defined, no-any-return]


def finished(events: Iterator[object]) -> Turn:
    *_, last = events
    assert isinstance(last, Finished)
    return last.turn


def ask(assistant: Assistant, conversation: str, text: str = QUESTION, **options: object) -> Turn:
    return finished(assistant.answer(conversation, text, options=AnswerOptions(**options)))  # type: ignore[arg-type]


def cut(assistant: Assistant, conversation: str, tokens: int = 6) -> Turn:
    return ask(assistant, conversation, sampling=Sampling(max_tokens=tokens), seed=5)


# Going on


def test_a_cut_reply_goes_on_in_its_place_with_the_words_that_were_next(attune: Attune) -> None:
    assistant = attune.assistant
    whole = ask(assistant, assistant.new_conversation().id, seed=5).message.content
    conversation = assistant.new_conversation().id
    first = cut(assistant, conversation)
    assert whole.startswith(first.message.content)
    assert first.message.content != whole
    assert first.trace is not None
    assert first.trace.finish_reason == "length"

    events = list(assistant.continue_reply(first.message.id))

    assert isinstance(events[0], Started)
    assert events[0].reply.content == first.message.content
    assert events[0].reply.state == "streaming"
    streamed = "".join(event.text for event in events if isinstance(event, Text))
    turn = finished(iter(events))
    assert first.message.content + streamed == turn.message.content == whole
    assert turn.message.id == first.message.id
    assert [t.message.id for t in assistant.turns(conversation)][-1] == first.message.id
    trace = turn.trace
    assert trace is not None
    assert (trace.seed, trace.finish_reason) == (5, "stop")
    assert trace.tokens == len(whole.split())
    (part,) = trace.earlier
    assert (part["characters"], part["tokens"], part["finish_reason"]) == (
        len(first.message.content),
        6,
        "length",
    )
    assert newest(attune).begun == first.message.content


def test_a_reply_that_went_on_is_scored_whole_and_its_thumb_stays(attune: Attune) -> None:
    assistant = attune.assistant
    turn = cut(assistant, assistant.new_conversation().id)
    assistant.rate(turn.message.id, 1)
    assert assistant.settle(10)
    whole = finished(assistant.continue_reply(turn.message.id))
    assert assistant.settle(10)
    assert whole.feedback is not None
    assert seen(attune, Score)[-1].reply == whole.message.content
    features = attune.store.call(lambda s: s.features(turn.message.id, assistant.version))
    assert features.tokens == len(whole.message.content.split())
    assert assistant.preferences().evidence == 1


def test_what_was_said_after_a_reply_keeps_it_as_it_was(attune: Attune) -> None:
    assistant = attune.assistant
    conversation = assistant.new_conversation().id
    first = cut(assistant, conversation)
    ask(assistant, conversation, "And at night?")
    turn = finished(assistant.continue_reply(first.message.id))
    assert turn.message.id != first.message.id
    assert turn.siblings == (first.message.id, turn.message.id)
    assert turn.message.content.startswith(first.message.content)
    assert len(turn.trace.earlier) == 1  # type: ignore[union-attr]
    kept = assistant.branch(first.message.id)
    assert [t.message.content for t in kept][1] == first.message.content
    assert len(kept) == 4


def test_stopping_again_keeps_everything_and_goes_on_again(attune: Attune) -> None:
    assistant = attune.assistant
    conversation = assistant.new_conversation().id
    turn = cut(assistant, conversation, 4)
    second = finished(
        assistant.continue_reply(turn.message.id, options=AnswerOptions(sampling=Sampling(max_tokens=3)))
    )
    assert len(second.message.content.split()) == 7
    third = finished(assistant.continue_reply(turn.message.id))
    assert third.message.content.startswith(second.message.content)
    assert [part["characters"] for part in third.trace.earlier] == [  # type: ignore[union-attr]
        len(turn.message.content),
        len(second.message.content),
    ]


def test_an_engine_that_dies_while_a_reply_goes_on_loses_no_word(attune: Attune) -> None:
    assistant = attune.assistant
    turn = cut(assistant, assistant.new_conversation().id)
    assert assistant.settle(10)
    attune.engine.die_after(2)  # type: ignore[attr-defined]
    *_, broke = assistant.continue_reply(turn.message.id)
    kept = attune.store.call(lambda s: s.message(turn.message.id))
    assert kept.state == "interrupted"
    assert kept.content.startswith(turn.message.content)
    assert len(kept.content.split()) == 8
    assert broke.turn.message == kept  # type: ignore[union-attr]
    whole = finished(assistant.continue_reply(turn.message.id))
    assert whole.message.content.startswith(kept.content)


def test_half_a_character_is_written_again() -> None:
    assert goes_on_from("so \ufffd") == "so "
    assert goes_on_from("so") == "so"


def test_the_figures_of_the_parts_are_put_together() -> None:
    last = replace(
        TRACE, tokens=30, tokens_per_second=30.0, changed_share=0.6, mean_base_logprob=-2.0, prompt_tokens=40
    )
    whole = continued(TRACE, 50, last)
    assert (whole.tokens, whole.prompt_tokens, whole.time_to_first_token) == (40, 30, 0.5)
    assert whole.tokens_per_second == pytest.approx(20.0)
    assert whole.changed_share == pytest.approx(0.5)
    assert whole.mean_base_logprob == pytest.approx(-1.75)
    assert continued(None, 0, last) == last
    assert continued(None, 9, last).earlier == ({"characters": 9},)


# Editing a reply


def test_an_edited_reply_stands_beside_the_old_one_and_is_preferred(attune: Attune) -> None:
    assistant = attune.assistant
    conversation = assistant.new_conversation().id
    first = ask(assistant, conversation, seed=1)
    told: list[Rated] = []
    assistant.on_learned(told.append)
    assert assistant.settle(10)
    turns = assistant.edit_reply(first.message.id, "Air scatters blue.")
    assert [t.message.content for t in turns] == [QUESTION, "Air scatters blue."]
    assert turns[-1].siblings == (first.message.id, turns[-1].message.id)
    assert attune.store.call(lambda s: s.message(first.message.id)) == first.message
    (pair,) = attune.store.call(lambda s: s.pairs(first.message.id))
    assert (pair.preferred_id, pair.other_id, pair.source) == (
        turns[-1].message.id,
        first.message.id,
        "edited",
    )
    assert assistant.settle(10)
    _until(lambda: bool(told))
    assert told[0].edited
    assert told[0].message_id == turns[-1].message.id
    names = {p.name: p for p in assistant.principles.all}
    assert "edited" not in rated_line(told[0], names)
    assert rated_line(told[0], names).startswith(("Attune learned", "Your version is kept"))


def test_many_edits_in_one_direction_are_learned(attune: Attune) -> None:
    assistant = attune.assistant
    for seed in range(8):
        turn = ask(assistant, assistant.new_conversation().id, f"{QUESTION} {seed}", seed=seed)
        assistant.edit_reply(turn.message.id, " ".join(turn.message.content.split()[:5]))
    assert assistant.settle(20)
    weights = {weight.name: weight for weight in assistant.preferences().weights}
    assert weights["concise"].mean > 0.2


# Personas


def test_a_persona_writes_under_its_prompt_sampling_and_strength(attune: Attune) -> None:
    assistant = attune.assistant
    poet = attune.store.call(lambda s: s.add_persona(POET))
    conversation = assistant.new_conversation().id
    attune.store.call(lambda s: s.choose_persona(conversation, poet.id))
    turn = ask(assistant, conversation)
    command = newest(attune)
    assert command.messages[0].content == "You are a poet."
    assert (command.sampling.temperature, command.sampling.top_k) == (1.1, 5)
    assert command.sampling.top_p == Sampling().top_p
    assert command.guidance.strength == 0.5
    assert turn.trace is not None
    assert (turn.trace.persona, turn.trace.system) == ("Poet", "You are a poet.")


def test_a_reply_is_scored_under_the_prompt_it_was_written_under(attune: Attune) -> None:
    assistant = attune.assistant
    poet = attune.store.call(lambda s: s.add_persona(POET))
    conversation = assistant.new_conversation().id
    attune.store.call(lambda s: s.choose_persona(conversation, poet.id))
    attune.engine.behaviour.score_delay = 0.2  # type: ignore[attr-defined]
    turn = ask(assistant, conversation)
    attune.store.call(lambda s: s.choose_persona(conversation, None))
    assert assistant.settle(10)
    assert seen(attune, Score)[-1].messages[0].content == "You are a poet."
    assistant.edit_reply(turn.message.id, "Blue, blue, blue.")
    assert assistant.settle(10)
    assert seen(attune, Score)[-1].reply == "Blue, blue, blue."
    assert seen(attune, Score)[-1].messages[0].content == "You are a poet."
    other = ask(assistant, assistant.new_conversation().id)
    assert assistant.settle(10)
    assert other.trace is not None
    assert other.trace.system == SYSTEM_PROMPT
    assert seen(attune, Score)[-1].messages[0].content == SYSTEM_PROMPT
    given = ask(assistant, assistant.new_conversation().id, system="Be a pirate.")
    assert assistant.settle(10)
    assert given.trace is not None
    assert seen(attune, Score)[-1].messages[0].content == "Be a pirate."


def test_a_reply_goes_on_under_the_prompt_it_began_under(attune: Attune) -> None:
    assistant = attune.assistant
    poet = attune.store.call(lambda s: s.add_persona(POET))
    conversation = assistant.new_conversation().id
    attune.store.call(lambda s: s.choose_persona(conversation, poet.id))
    turn = cut(assistant, conversation)
    attune.store.call(lambda s: s.choose_persona(conversation, None))
    finished(assistant.continue_reply(turn.message.id))
    assert newest(attune).messages[0].content == "You are a poet."


def test_new_conversations_begin_with_the_default_persona(attune: Attune) -> None:
    poet = attune.store.call(lambda s: s.add_persona(POET))
    attune.store.call(lambda s: s.set_default_persona(poet.id))
    conversation = attune.assistant.new_conversation().id
    assert attune.store.call(lambda s: s.persona_of(conversation)) == poet


def test_what_is_asked_for_goes_before_the_persona() -> None:
    persona = Persona("p", "Poet", "Rhyme.", {"top_k": 5.0, "nosuch": 1.0}, 0.5, datetime.now(UTC))
    asked = AnswerOptions(sampling=Sampling(top_k=3), system="", strength=2.0)
    assert dressed(asked, persona) == asked
    worn = dressed(AnswerOptions(), persona)
    assert (worn.sampling, worn.system, worn.strength) == (Sampling(top_k=5), "Rhyme.", 0.5)
    assert dressed(AnswerOptions(), None).sampling == Sampling()
    assert sampling_of({}) == Sampling()


def test_a_persona_is_found_by_name_or_the_names_are_told() -> None:
    persona = Persona("p", "Straße", "", {}, None, datetime.now(UTC))
    assert named([persona], " STRASSE ") == persona
    with pytest.raises(UsageError, match="no persona called") as refused:
        named([persona], "Poet")
    assert "Straße" in refused.value.next_step


def _until(true: object) -> None:
    deadline = time.monotonic() + 10
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)

"""Statements through the assistant, over the fake engine and a real memory: offered, kept, used, and never evidence."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answers import Started
from app.statements.recalling import MOST_STANDING, said_of, standing
from app.statements.style import StyleMatch
from app.titles import REQUEST
from engine.protocol import Embed, Generate, Score
from memory.errors import NotFoundError
from tests.app.test_assistant import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.answers import Turn


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def question_of(bench: Bench, turn: Turn) -> str:
    (question, *_) = bench.assistant.turns(turn.message.conversation_id)
    return question.message.id


def last(bench: Bench) -> Generate:
    """Return the newest request for an answer; idle time may have asked for a title since."""
    answers = [command for command in bench.asked(Generate) if command.messages[-1].content != REQUEST]
    return answers[-1]  # type: ignore[no-any-return]


def test_what_was_said_is_offered_and_nothing_is_kept_until_the_user_says_so(bench: Bench) -> None:
    question = question_of(bench, bench.ask("I'm vegetarian. What should I cook?"))
    (offer,) = bench.assistant.remembering.offers(question)
    assert (offer.text, offer.kind, offer.message_id) == ("I'm vegetarian", "fact", question)
    assert bench.assistant.remembering.statements() == ()
    bench.assistant.remembering.remember(offer.text, kind=offer.kind, message_id=question)
    assert bench.assistant.remembering.offers(question) == ()
    (kept,) = bench.assistant.remembering.statements()
    assert kept.statement.text == "I'm vegetarian"
    assert kept.conversation_title == "I'm vegetarian. What should I cook?"


def test_what_was_declined_is_not_asked_again_for_that_message_also_after_a_restart(bench: Bench) -> None:
    question = question_of(bench, bench.ask("I'm vegetarian. I have a dog."))
    first, second = bench.assistant.remembering.offers(question)
    bench.assistant.remembering.decline(question, first.text)
    bench.restart()
    assert bench.assistant.remembering.offers(question) == (second,)
    other = question_of(bench, bench.ask("I'm vegetarian, remember?"))
    assert bench.assistant.remembering.offers(other) == ()  # a question is none
    third = question_of(bench, bench.ask("I'm vegetarian."))
    assert [o.text for o in bench.assistant.remembering.offers(third)] == ["I'm vegetarian"]


def test_what_holds_already_is_not_offered_and_what_was_marked_untrue_may_be_said_anew(bench: Bench) -> None:
    kept = bench.assistant.remembering.remember("I'm vegetarian").statement
    question = question_of(bench, bench.ask("I am vegetarian."))
    assert bench.assistant.remembering.offers(question) == ()
    bench.assistant.remembering.no_longer_true(kept.id)
    assert len(bench.assistant.remembering.offers(question)) == 1


def test_a_reply_of_the_model_is_never_recognised(bench: Bench) -> None:
    reply = bench.ask("Write a line.").message
    bench.store.call(lambda store: store.update_message(reply.id, "I'm vegetarian.", "complete"))
    assert bench.assistant.remembering.offers(reply.id) == ()


def test_a_fact_goes_along_with_the_questions_it_is_about_and_with_no_other(bench: Bench) -> None:
    bench.assistant.remembering.remember("I am vegetarian and I cook for one")
    bench.settle()
    about = bench.ask("What shall I cook, I cook for one tonight?")
    assert last(bench).instructions == ("About me: I am vegetarian and I cook for one.",)
    assert [s.text for s in about.statements] == ["I am vegetarian and I cook for one"]
    other = bench.ask("Why is the sky blue?")
    assert last(bench).instructions == ()
    assert other.statements == ()
    (kept,) = bench.assistant.remembering.statements()
    assert kept.statement.used_at is not None


def test_what_was_said_a_moment_ago_is_recalled_although_nothing_was_idle_yet(bench: Bench) -> None:
    with bench.assistant._idle.paused():
        bench.assistant.remembering.remember("I cook vegetarian food")
        turn = bench.ask("What vegetarian food shall I cook?")
    assert [s.text for s in turn.statements] == ["I cook vegetarian food"]


def test_standing_wishes_go_with_every_question_without_the_embedder(bench: Bench) -> None:
    with bench.assistant._idle.paused():
        bench.assistant.remembering.remember("Always use metric units")
        bench.ask("Why is the sky blue?")
        assert last(bench).instructions == ("Always: use metric units.",)
        assert not bench.asked(Embed)


def test_a_wish_that_names_its_occasion_waits_for_it(bench: Bench) -> None:
    bench.assistant.remembering.remember("When I ask for recipes, give the amounts in grams", kind="wish")
    bench.settle()
    bench.ask("Why is the sky blue?")
    assert last(bench).instructions == ()
    bench.ask("Give me one of the recipes in grams")
    assert last(bench).instructions[0].startswith("Always: When I ask for recipes")


def test_only_the_newest_wishes_stand(bench: Bench) -> None:
    for number in range(MOST_STANDING + 3):
        bench.assistant.remembering.remember(f"Use word{number} instead of thing{number}", kind="wish")
    kept = bench.store.call(lambda store: store.statements())
    assert [s.text for s in standing(kept)] == [
        f"Use word{n} instead of thing{n}" for n in range(3, MOST_STANDING + 3)
    ]


def test_the_user_is_told_what_entered_the_prompt_while_the_answer_begins_and_later(bench: Bench) -> None:
    bench.assistant.remembering.remember("Always use metric units")
    events = bench.events("How far is the moon?")
    (started,) = [e for e in events if isinstance(e, Started)]
    assert [s.text for s in started.statements] == ["Always use metric units"]
    bench.restart()
    *_, reply = bench.assistant.turns(started.reply.conversation_id)
    assert [s.text for s in reply.statements] == ["Always use metric units"]


def test_what_was_said_to_the_model_stands_neither_in_the_question_nor_in_the_trace(bench: Bench) -> None:
    bench.assistant.remembering.remember("Always use metric units")
    bench.assistant.set_preference("concise", 0.9)
    turn = bench.ask("How far is the moon?")
    assert turn.trace is not None
    assert len(turn.trace.instructions) == 1
    assert len(last(bench).instructions) == 2
    question, reply = bench.assistant.turns(turn.message.conversation_id)
    assert question.message.content == "How far is the moon?"
    assert all("metric" not in message.content for message in last(bench).messages)
    bench.assistant.remembering.forget(turn.statements[0].id)
    *_, reply = bench.assistant.turns(turn.message.conversation_id)
    assert reply.statements == ()
    bench.settle()
    for path in bench.folder.iterdir():
        assert b"metric" not in path.read_bytes()


def test_a_question_can_be_asked_without_them(bench: Bench) -> None:
    bench.assistant.remembering.remember("Always use metric units")
    assert bench.ask("How far is the moon?", statements=False).statements == ()
    assert last(bench).instructions == ()


def test_style_sets_the_slider_s_starting_point_and_a_slider_comes_before_it(bench: Bench) -> None:
    bench.assistant.remembering.remember("I like short answers", style=StyleMatch("concise", 0.6, 0.9))
    assert bench.assistant.preferences().used() == pytest.approx({"concise": 0.6})
    bench.ask("Why is the sky blue?")
    command = last(bench)
    assert [(w.principle.name, w.weight) for w in command.guidance.weights] == [
        ("concise", pytest.approx(0.6))
    ]
    assert not any("short answers" in line for line in command.instructions)
    bench.assistant.set_preference("concise", -0.2)
    assert bench.assistant.preferences().used() == pytest.approx({"concise": -0.2})


def test_style_that_fits_no_preference_is_kept_as_a_wish(bench: Bench) -> None:
    added = bench.assistant.remembering.remember("I like answers in rhyme", kind="style")
    assert added.statement.kind == "wish"


def test_changing_a_statement_changes_what_is_recalled(bench: Bench) -> None:
    kept = bench.assistant.remembering.remember("I cook vegetarian food").statement
    bench.settle()
    bench.assistant.remembering.change(kept.id, "I cook vegan food")
    bench.settle()
    turn = bench.ask("What vegan food shall I cook?")
    assert [s.text for s in turn.statements] == ["I cook vegan food"]


def test_restoring_says_what_no_longer_holds(bench: Bench) -> None:
    old = bench.assistant.remembering.remember("I eat meat").statement
    new = bench.assistant.remembering.remember("I'm vegan")
    assert [s.id for s in new.superseded] == [old.id]
    assert [s.id for s in bench.assistant.remembering.restore(old.id)] == [new.statement.id]


def test_forgetting_a_conversation_forgets_what_was_said_in_it(bench: Bench) -> None:
    turn = bench.ask("I'm vegetarian.")
    question = question_of(bench, turn)
    bench.assistant.remembering.remember("I'm vegetarian", message_id=question)
    bench.assistant.forget_conversation(turn.message.conversation_id)
    assert bench.assistant.remembering.statements() == ()
    with pytest.raises(NotFoundError):
        bench.assistant.remembering.offers(question)


def test_matching_knows_the_principle_by_its_own_words(bench: Bench) -> None:
    # The fake embedder counts shared words: an example said again is the closest.
    found = bench.assistant.remembering.match("explain step by step")
    assert found is not None
    assert (found.principle, found.value) == ("steps", 0.6)
    assert bench.assistant.remembering.match("xylophone quartz") is None
    embedded = bench.asked(Embed)
    assert all(len(command.texts) <= 32 for command in embedded)
    bench.assistant.remembering.match("be funny")
    assert len(bench.asked(Embed)) == len(embedded) + 1  # the examples are read once


@given(
    st.lists(
        st.sampled_from(
            ["Always use metric units", "I'm vegetarian", "I cook for one", "Call me Sam", "When asked, sing"]
        ),
        min_size=1,
        unique=True,
    ),
    st.sampled_from([1, -1]),
)
@settings(max_examples=8, deadline=None)
def test_recalled_text_never_becomes_evidence(said: list[str], thumb: int) -> None:
    """With statements or without, the same reply has the same features and the same thumb teaches the same."""
    outcomes = []
    for statements in ([], said):
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            for text in statements:
                bench.assistant.remembering.remember(text)
            turn = bench.ask("What shall I cook for one?", seed=5)
            bench.settle()
            bench.assistant.rate(turn.message.id, thumb)  # type: ignore[arg-type]
            (score,) = bench.asked(Score)
            version = bench.assistant.version
            features = bench.store.call(lambda store, t=turn, v=version: store.features(t.message.id, v))
            assert features is not None
            used = bench.assistant.preferences()
            question = question_of(bench, turn)
            embedder = bench.assistant._recall.embedder
            vector = bench.store.call(lambda store, q=question, e=embedder: store.embedding(q, e)).vector
            bench.close()
        outcomes.append((score.messages, score.reply, features.values, used, vector.tobytes()))
    assert outcomes[0] == outcomes[1]


def test_the_prompt_says_facts_and_wishes_as_sentences(bench: Bench) -> None:
    for text in ("I'm vegetarian", "Please always use metric units", "Call me Sam."):
        bench.assistant.remembering.remember(text)
    kept = bench.store.call(lambda store: store.statements())
    assert said_of(kept) == ("About me: I'm vegetarian.", "Always: use metric units. Call me Sam.")
    assert said_of(()) == ()

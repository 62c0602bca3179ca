"""The assistant over the fake engine and a real memory: nothing said is lost, thumbs act, background work yields."""

from __future__ import annotations

import itertools
import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.answers import Broke, Finished, Started, Text, Waiting
from app.assistant import Assistant, title_of
from app.prompting import AnswerOptions
from app.store_thread import StoreThread
from engine.principles import load_principles
from engine.protocol import Cancel, Embed, Generate, Load, Score
from memory.errors import NotFoundError
from memory.store import Store
from resources import PRINCIPLES
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.answers import AnswerEvent, Rated, Turn

ALL = load_principles(PRINCIPLES)
QUESTION = "What shall I cook for my friends tonight?"
PATIENCE = 10.0


class Bench:
    """A memory, a fake engine and an assistant that can be started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds = 0.0
        self.engine = FakeEngineClient()
        self.start()

    def start(self) -> None:
        ticks = itertools.count()
        begin = datetime(2026, 1, 1, tzinfo=UTC)
        self.store = StoreThread(
            lambda: Store.open(self.folder, clock=lambda: begin + timedelta(seconds=next(ticks)))
        )
        self.assistant = Assistant(
            self.store, self.engine, ALL, clock=lambda: self.seconds, rng=random.Random(1)
        )

    def stop(self) -> None:
        self.assistant.close()
        self.store.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        self.stop()
        self.engine.close()

    def ask(self, text: str = QUESTION, conversation: str | None = None, **options: Any) -> Turn:
        last = self.events(text, conversation, **options)[-1]
        assert isinstance(last, Finished)
        return last.turn

    def events(
        self, text: str = QUESTION, conversation: str | None = None, **options: Any
    ) -> list[AnswerEvent]:
        conversation = conversation or self.assistant.new_conversation().id
        return list(self.assistant.answer(conversation, text, options=AnswerOptions(**options)))

    def asked(self, kind: type) -> list[Any]:
        return [command for command in self.engine.behaviour.seen if isinstance(command, kind)]

    def settle(self) -> None:
        assert self.assistant.settle(PATIENCE)

    def teach_concise(self) -> list[str]:
        """Rate by length: up below the usual, down above it; return the rated replies."""
        rated = []
        for seed in range(8):
            turn = self.ask(f"{QUESTION} {seed}", seed=seed)
            self.assistant.rate(turn.message.id, 1 if len(turn.message.content.split()) < 30 else -1)
            rated.append(turn.message.id)
        self.settle()
        return rated


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "data")
    yield bench
    bench.close()


# Asking


def test_both_messages_are_stored_before_the_first_word(bench: Bench) -> None:
    conversation = bench.assistant.new_conversation()
    stream = bench.assistant.answer(conversation.id, QUESTION)
    events = list(itertools.takewhile(lambda event: not isinstance(event, Started), stream))

    question, reply = bench.assistant.turns(conversation.id)

    assert all(isinstance(event, Waiting) for event in events)
    assert (question.message.role, question.message.content) == ("user", QUESTION)
    assert (reply.message.role, reply.message.content, reply.message.state) == ("assistant", "", "streaming")
    stream.close()  # type: ignore[attr-defined]


def test_the_finished_reply_is_what_streamed(bench: Bench) -> None:
    events = bench.events(seed=3)
    finished = events[-1]

    assert isinstance(finished, Finished)
    assert finished.turn.message.content == "".join(e.text for e in events if isinstance(e, Text))
    assert finished.turn.message.state == "complete"
    assert finished.turn.trace is not None
    assert finished.turn.trace.seed == 3
    assert finished.turn.trace.model_name == "Fake"
    assert len([e for e in events if isinstance(e, Started)]) == 1
    assert bench.assistant.turns(finished.turn.message.conversation_id)[-1] == finished.turn


def test_the_first_question_becomes_the_title(bench: Bench) -> None:
    turn = bench.ask("  What   shall I cook?\nSomething quick.")
    bench.ask("And for dessert?", turn.message.conversation_id)

    assert [c.title for c in bench.assistant.conversations()] == ["What shall I cook? Something quick."]


def test_a_long_title_is_cut_at_a_word() -> None:
    assert title_of("word " * 40) == "word word word word word word word word word…"
    assert len(title_of("x" * 400)) <= 49


def test_the_history_goes_along_and_wordless_replies_do_not(bench: Bench) -> None:
    first = bench.ask("One?")
    conversation = first.message.conversation_id
    bench.engine.die_after(0)
    assert isinstance(bench.events("Two?", conversation)[-1], Broke)
    bench.ask("Three?", conversation, system="Be kind.")

    messages = bench.asked(Generate)[-1].messages

    assert [m.role for m in messages] == ["system", "user", "assistant", "user"]
    assert [m.content for m in messages] == ["Be kind.", "One?", first.message.content, "Three?"]


def test_seeds_differ_unless_given(bench: Bench) -> None:
    traces = [bench.ask().trace for _ in range(3)]

    assert len({trace.seed for trace in traces if trace}) == 3


def test_regenerating_makes_a_sibling(bench: Bench) -> None:
    first = bench.ask(seed=1)
    second = list(bench.assistant.regenerate(first.message.id, options=AnswerOptions(seed=2)))[-1]

    assert isinstance(second, Finished)
    assert second.turn.siblings == (first.message.id, second.turn.message.id)
    assert second.turn.message.parent_id == first.message.parent_id
    assert second.turn.message.content != first.message.content
    older = bench.assistant.turns(first.message.conversation_id, first.message.id)
    assert [turn.message.id for turn in older][-1] == first.message.id


def test_only_one_answer_at_a_time(bench: Bench) -> None:
    conversation = bench.assistant.new_conversation()
    stream = bench.assistant.answer(conversation.id, QUESTION)
    next(stream)

    (refused,) = bench.events("And another?")

    assert isinstance(refused, Broke)
    assert refused.turn is None
    assert isinstance(list(stream)[-1], Finished)


# What is said is kept


def test_streamed_text_reaches_the_memory_once_a_second(bench: Bench) -> None:
    conversation = bench.assistant.new_conversation()
    stored = []
    for event in bench.assistant.answer(conversation.id, QUESTION, options=AnswerOptions(seed=1)):
        if isinstance(event, Text):
            stored.append(bench.assistant.turns(conversation.id)[-1].message.content)
            bench.seconds += 0.4

    assert len(stored) / 4 <= len(set(stored)) <= len(stored) / 2.5
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(stored))


def test_an_engine_that_dies_leaves_the_partial_reply_marked(bench: Bench) -> None:
    bench.engine.die_after(5)
    events = bench.events(seed=1)
    broke = events[-1]

    assert isinstance(broke, Broke)
    assert broke.turn is not None
    assert broke.turn.message.state == "interrupted"
    assert broke.turn.message.content == "".join(e.text for e in events if isinstance(e, Text))
    assert len(broke.turn.message.content.split()) == 5
    assert "kept" in broke.user_message
    assert broke.next_step

    again = bench.ask(QUESTION, broke.turn.message.conversation_id)
    assert again.message.state == "complete"


def test_an_engine_that_dies_before_a_word_leaves_no_turn_to_show(bench: Bench) -> None:
    bench.engine.die_after(0)

    broke = bench.events()[-1]

    assert isinstance(broke, Broke)
    assert broke.turn is None


@pytest.mark.parametrize("heard", [True, False], ids=["heard", "ended before it heard"])
def test_stop_keeps_what_was_said(bench: Bench, heard: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = bench.assistant.new_conversation()
    events = []
    with bench.engine.held(6):
        for event in bench.assistant.answer(conversation.id, QUESTION):
            events.append(event)
            if len(events) == 6:
                if not heard:
                    monkeypatch.setattr(bench.engine, "cancel", lambda _: None)
                bench.assistant.stop()
                if not heard:
                    bench.engine.kill()

    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.turn.message.state == "stopped"
    assert 0 < len(finished.turn.message.content.split()) < 15


def test_stop_while_the_model_loads_ends_without_a_word(bench: Bench) -> None:
    bench.engine.behaviour.load_delay = 0.3
    conversation = bench.assistant.new_conversation()
    events = []
    for event in bench.assistant.answer(conversation.id, QUESTION):
        events.append(event)
        if isinstance(event, Waiting):
            bench.assistant.stop()

    assert isinstance(events[-2], Started)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (finished.turn.message.state, finished.turn.message.content) == ("stopped", "")
    assert bench.asked(Generate) == []


def test_a_listener_that_leaves_stops_the_reply(bench: Bench) -> None:
    bench.engine.behaviour.token_delay = 0.01
    conversation = bench.assistant.new_conversation()
    stream = bench.assistant.answer(conversation.id, QUESTION)
    said = [event for event, _ in zip(stream, range(8), strict=False)]
    stream.close()  # type: ignore[attr-defined]

    kept = bench.assistant.turns(conversation.id)[-1].message

    assert kept.state == "stopped"
    assert kept.content.startswith("".join(e.text for e in said if isinstance(e, Text)))
    assert bench.ask().message.state == "complete"


def test_a_reply_cut_off_by_a_crash_is_marked_at_the_next_start(bench: Bench) -> None:
    conversation = bench.assistant.new_conversation()
    question = bench.store.call(lambda s: s.add_message(conversation.id, None, "user", QUESTION))
    bench.store.call(lambda s: s.add_message(conversation.id, question.id, "assistant", "Half", "streaming"))

    bench.restart()

    assert bench.assistant.turns(conversation.id)[-1].message.state == "interrupted"


def test_a_forgotten_conversation_says_so(bench: Bench) -> None:
    conversation = bench.assistant.new_conversation()
    bench.assistant.library.delete_now(conversation.id)

    (broke,) = bench.assistant.answer(conversation.id, QUESTION)

    assert isinstance(broke, Broke)
    assert broke.user_message == NotFoundError.user_message


# Guidance


def test_values_go_along_and_are_never_a_weight(bench: Bench) -> None:
    bench.assistant.set_preference("warm", 0.5)
    bench.ask()

    guidance = bench.engine.asked(QUESTION).guidance
    assert guidance.values.name == "harmless_honest"
    assert "harmless_honest" not in [entry.principle.name for entry in guidance.weights]
    assert "harmless_honest" not in [weight.name for weight in bench.assistant.preferences().weights]
    bench.settle()
    (score,) = bench.asked(Score)
    assert [p.name for p in score.principles] == [p.name for p in ALL if not p.fixed]


def test_a_slider_guides_the_next_reply(bench: Bench) -> None:
    plain = bench.ask(seed=1)
    bench.assistant.set_preference("concise", 0.8)
    events = bench.events(seed=1)

    started = next(event for event in events if isinstance(event, Started))
    assert dict(started.tilted_by)["concise"] == pytest.approx(0.8, abs=0.05)
    assert isinstance(events[-1], Finished)
    assert len(events[-1].turn.message.content.split()) < len(plain.message.content.split())

    bench.assistant.set_preference("concise", None)
    assert bench.ask(seed=1).message.content == plain.message.content


def test_options_come_before_what_was_learned(bench: Bench) -> None:
    bench.assistant.set_preference("concise", 0.8)
    plain = bench.ask(seed=1, reward="none").message.content

    assert bench.ask(seed=1, strength=0.0).message.content == plain
    assert bench.ask(seed=1, weights={}).message.content == plain
    turn = bench.ask(seed=1, weights={"warm": 1.0})
    assert turn.trace is not None
    assert turn.trace.weights == {"warm": 1.0}


def test_switching_a_principle_off_and_setting_the_strength(bench: Bench) -> None:
    bench.assistant.set_preference("concise", 0.8)
    bench.assistant.set_enabled("concise", False)
    bench.assistant.set_strength(1.5)

    preferences = bench.assistant.preferences()
    assert preferences.used() == {}
    assert next(w for w in preferences.weights if w.name == "concise").setting == 0.8
    assert bench.assistant.strength == preferences.strength == 1.5


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"kindness": 1.0}, "no preference called"),
        ({"harmless_honest": -1.0}, "no preference"),
        ({"warm": 2.0}, "range"),
    ],
)
def test_weights_that_can_t_be_used_are_explained(
    bench: Bench, weights: dict[str, float], sentence: str
) -> None:
    broke = bench.events(weights=weights)[-1]

    assert isinstance(broke, Broke)
    assert sentence in broke.user_message


# Feedback


def test_a_thumb_is_kept_at_once_and_acts_when_the_features_come(bench: Bench) -> None:
    learned: list[Rated] = []
    bench.assistant.on_learned(learned.append)
    with bench.engine.scores_held():
        turn = bench.ask(seed=0)
        rated = bench.assistant.rate(turn.message.id, 1)
        assert rated.feedback is not None
        assert not rated.learned
        assert bench.assistant.turns(turn.message.conversation_id)[-1].feedback == rated.feedback
    bench.settle()
    assert [(r.message_id, r.learned) for r in learned] == [(turn.message.id, True)]
    assert learned[0].shifts


def test_a_thumb_on_a_scored_reply_says_at_once_what_it_moved(bench: Bench) -> None:
    turn = bench.ask(seed=0)
    bench.settle()
    before = bench.assistant.preferences().used()

    rated = bench.assistant.rate(turn.message.id, 1)

    assert rated.learned
    assert dict(rated.shifts)
    assert bench.assistant.preferences().used() != before
    undone = bench.assistant.undo_rating(turn.message.id)
    assert undone.feedback is None
    assert dict(undone.shifts) == pytest.approx({name: -shift for name, shift in rated.shifts})
    assert bench.assistant.preferences().used() == before


def test_thumbs_change_answers_and_undoing_them_brings_the_first_back(bench: Bench) -> None:
    before = bench.ask(seed=99)
    rated = bench.teach_concise()

    assert bench.assistant.preferences().used()["concise"] > 0.1
    taught = bench.ask(seed=99)
    assert len(taught.message.content.split()) < len(before.message.content.split())

    for message_id in rated:
        bench.assistant.undo_rating(message_id)
    assert bench.assistant.preferences().used() == {}
    assert bench.ask(seed=99).message.content == before.message.content


def test_not_true_is_kept_but_moves_no_taste(bench: Bench) -> None:
    turn = bench.ask()
    bench.settle()

    rated = bench.assistant.rate(turn.message.id, -1, ("not_true",), "He was born in 1879.")

    assert rated.feedback is not None
    assert rated.feedback.note == "He was born in 1879."
    assert not rated.learned
    assert rated.shifts == ()
    assert bench.assistant.preferences().evidence == 0


def test_a_change_of_mind_replaces_the_thumb(bench: Bench) -> None:
    turn = bench.ask()
    bench.settle()
    bench.assistant.rate(turn.message.id, 1)
    bench.assistant.rate(turn.message.id, -1)

    assert bench.assistant.counts().feedback == 1
    feedback = bench.assistant.turns(turn.message.conversation_id)[-1].feedback
    assert feedback is not None
    assert feedback.label == -1


def test_rating_what_is_gone_says_so(bench: Bench) -> None:
    with pytest.raises(NotFoundError):
        bench.assistant.rate("nowhere", 1)


# Idle work


def test_the_prompt_is_embedded_first_only_when_there_is_evidence(bench: Bench) -> None:
    turn = bench.ask()
    first = [type(c) for c in bench.engine.behaviour.seen]
    assert first.index(Generate) < [*first, Embed].index(Embed)
    bench.assistant.rate(turn.message.id, 1)
    bench.settle()
    bench.engine.behaviour.seen.clear()

    events = bench.events("Something else entirely?")

    kinds = [type(c) for c in bench.engine.behaviour.seen if isinstance(c, Embed | Generate)]
    assert kinds[:2] == [Embed, Generate]
    assert isinstance(events[0], Waiting)
    bench.settle()
    assert len(bench.asked(Embed)) == 1


def test_scoring_yields_to_a_waiting_chat_and_is_done_later(bench: Bench) -> None:
    bench.engine.behaviour.score_delay = 60.0
    first = bench.ask()
    _wait_until(lambda: bool(bench.asked(Score)))

    began = time.perf_counter()
    second = bench.ask("And now?", first.message.conversation_id)
    assert time.perf_counter() - began < 5.0

    assert bench.asked(Cancel)[0].target == bench.asked(Score)[0].request_id
    bench.engine.behaviour.score_delay = 0.0
    bench.engine.cancel(bench.asked(Score)[-1].request_id)
    bench.settle()
    version = bench.assistant.version
    for turn in (first, second):
        assert bench.store.call(lambda s, i=turn.message.id: s.features(i, version)) is not None


def test_rated_replies_are_scored_first(bench: Bench) -> None:
    with bench.engine.scores_held():
        turns = [bench.ask(f"Question {i}?", seed=i) for i in range(4)]
        done = len(bench.asked(Score))
        bench.assistant.rate(turns[-1].message.id, 1)
    bench.settle()

    replies = [command.reply for command in bench.asked(Score)]
    assert turns[-1].message.content in replies[done : done + 2]
    assert {turn.message.content for turn in turns} <= set(replies)


def test_a_rated_reply_without_features_is_scored_at_the_next_start(bench: Bench) -> None:
    bench.ask()
    bench.settle()
    bench.engine.behaviour.score_delay = 60.0
    turn = bench.ask("And this one?")
    bench.assistant.rate(turn.message.id, 1)
    bench.stop()
    bench.engine.behaviour.score_delay = 0.0

    bench.start()
    bench.settle()

    assert bench.assistant.preferences().evidence == 1


def test_a_reply_that_kills_the_engine_is_given_up(bench: Bench) -> None:
    bench.engine.behaviour.die_while_scoring = True
    bench.ask()
    bench.settle()

    assert len(bench.asked(Score)) == 3
    assert bench.ask(weights={}).message.state == "complete"


def test_nothing_is_loaded_twice(bench: Bench) -> None:
    for _ in range(3):
        bench.ask()
    bench.settle()

    assert len(bench.asked(Load)) == 1


# Forgetting


def test_forgetting_a_conversation_forgets_what_it_taught(bench: Bench) -> None:
    turn = bench.ask(seed=0)
    bench.assistant.rate(turn.message.id, 1)
    bench.settle()
    assert bench.assistant.preferences().used()

    bench.assistant.forget_conversation(turn.message.conversation_id)

    assert bench.assistant.preferences().used() == {}
    assert bench.assistant.conversations() == ()


def test_forgetting_everything_leaves_a_working_assistant(bench: Bench) -> None:
    bench.teach_concise()
    bench.assistant.set_preference("warm", 1.0)

    bench.assistant.forget_everything()

    counts = bench.assistant.counts()
    assert (counts.conversations, counts.messages, counts.feedback) == (0, 0, 0)
    assert bench.assistant.preferences().used() == {}
    assert bench.ask().message.state == "complete"


def _wait_until(true: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)

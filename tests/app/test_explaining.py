"""A reply explained: its own tokens again, token for token; where that can't be, an honest sentence."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.answers import Finished
from app.assistant import Assistant
from app.engine_client import EngineClient
from app.explaining import MOST_KEPT, CantTell, Explained, WithoutYou
from app.prompting import AnswerOptions
from app.store_thread import StoreThread
from engine.protocol import Generate, Guidance, Sampling
from memory.records import PrincipleDraft, ReplyFeatures
from memory.store import Store
from tests.app.test_assistant import ALL, QUESTION, Bench, bench
from tests.conftest import _lasting
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.answers import Turn
    from app.explaining import Outcome
    from engine.protocol import TokenTrace

__all__ = ["bench"]

SAMPLING = Sampling(max_tokens=24, temperature=0.9, top_k=8, min_p=0.0, top_p=1.0)
WEIGHTS = {"concise": 0.9, "warm": -0.6}
PATIENCE = 60.0


class Explainer:
    """Asks the assistant for explanations and waits for them."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def explain(self, turn: Turn) -> Outcome:
        return self._wait(
            lambda done: self.assistant.explaining.explain(turn.message.id, lambda _: None, done)
        )

    def without_you(self, turn: Turn) -> Outcome:
        return self._wait(
            lambda done: self.assistant.explaining.without_you(turn.message.id, lambda _: None, done)
        )

    def _wait(self, start: Any) -> Outcome:
        came, found = threading.Event(), []

        def done(outcome: Outcome) -> None:
            found.append(outcome)
            came.set()

        start(done)
        assert came.wait(PATIENCE)
        return found[0]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def tiny_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineClient]:
    path = TinyModel().write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
    client = EngineClient()
    client.load(str(path), context_length=1024, threads=1)
    _lasting.append(client)
    yield client
    client.close()
    _lasting.remove(client)


@pytest.fixture
def tiny(tiny_engine: EngineClient, tmp_path: Path) -> Iterator[Assistant]:
    """The real engine process with a tiny model, guided by the teacher."""
    store = StoreThread(lambda: Store.open(tmp_path / "data", clock=lambda: datetime.now(UTC)))
    assistant = Assistant(store, tiny_engine, ALL, rng=random.Random(3))
    assistant._recall.available = False  # vectors are not needed here, and the embedder takes long to load
    assistant._idle.add = lambda *_, **__: None  # type: ignore[method-assign]  # nor are features
    yield assistant
    assistant.close()
    store.close()


def answer(assistant: Assistant, text: str = "Why?", **options: Any) -> Finished:
    options = {"sampling": SAMPLING, "weights": WEIGHTS, "trace": True, **options}
    *_, last = assistant.answer(assistant.new_conversation().id, text, options=AnswerOptions(**options))
    assert isinstance(last, Finished), last
    return last


def shown(outcome: Outcome) -> tuple[TokenTrace, ...]:
    assert isinstance(outcome, Explained), outcome
    return tuple(token.trace for token in outcome.tokens if token.trace)


@pytest.mark.parametrize("temperature", [0.9, 0.0])
def test_what_is_shown_is_the_trace_the_reply_was_drawn_with(tiny: Assistant, temperature: float) -> None:
    said = answer(tiny, sampling=replace(SAMPLING, temperature=temperature))
    outcome = Explainer(tiny).explain(said.turn)
    assert shown(outcome) == said.tokens
    assert isinstance(outcome, Explained)
    assert "".join(token.text for token in outcome.tokens) == said.turn.message.content.rstrip("\ufffd")
    assert said.turn.trace is not None
    changed = [t.chosen != t.unguided for t in shown(outcome)]
    assert sum(changed) / len(changed) == pytest.approx(said.turn.trace.changed_share)
    assert any(changed)


def test_probabilities_sum_to_one_and_shares_to_the_guidance_term(tiny: Assistant) -> None:
    outcome = Explainer(tiny).explain(answer(tiny).turn)
    assert isinstance(outcome, Explained)
    free = 0
    for token in outcome.tokens:
        trace = token.trace
        assert trace is not None
        assert token.principles == ("concise", "warm")
        assert len(trace.shares) == 2
        assert sum(trace.base) == pytest.approx(1.0)
        assert sum(trace.guided) == pytest.approx(1.0)
        if any(trace.capped):
            continue
        # log p'/p of two candidates differ by their guidance terms, at the temperature.
        term = np.sum(trace.shares, axis=0) / SAMPLING.temperature
        moved = np.log(np.array(trace.guided) / np.array(trace.base))
        assert moved - moved[0] == pytest.approx(term - term[0], abs=1e-6)
        free += len(trace.ids) > 1
    assert free > 3


def test_a_stopped_and_continued_reply_is_explained_as_a_whole(tiny: Assistant) -> None:
    first = answer(tiny, sampling=replace(SAMPLING, max_tokens=7), seed=11)
    *_, last = tiny.continue_reply(
        first.turn.message.id,
        options=AnswerOptions(sampling=replace(SAMPLING, max_tokens=9), weights={"lists": 1.0}, trace=True),
    )
    assert isinstance(last, Finished)
    outcome = Explainer(tiny).explain(last.turn)
    assert shown(outcome) == (*first.tokens, *last.tokens)
    assert isinstance(outcome, Explained)
    assert [t.principles for t in outcome.tokens] == [("concise", "warm")] * 7 + [("lists",)] * 9


def test_an_answer_in_a_longer_conversation_with_statements_is_made_again(tiny: Assistant) -> None:
    tiny._store.call(lambda s: s.add_statement("Always use metric units", "wish"))
    conversation = tiny.new_conversation().id
    for text in ("One", "Two"):
        *_, last = tiny.answer(
            conversation, text, options=AnswerOptions(sampling=SAMPLING, weights=WEIGHTS, trace=True)
        )
        assert isinstance(last, Finished)
        assert last.turn.statements
        assert shown(Explainer(tiny).explain(last.turn)) == last.tokens


def test_without_you_is_the_answer_at_strength_nought(tiny: Assistant) -> None:
    said = answer(tiny, seed=5, route="both")
    plain = answer(tiny, seed=5, strength=0.0)
    outcome = Explainer(tiny).without_you(said.turn)
    assert isinstance(outcome, WithoutYou)
    assert outcome.text == plain.turn.message.content
    assert outcome.text != said.turn.message.content
    # And token for token the command that has no guidance at all.
    seen = Generate(tiny._engine.next_id(), (), SAMPLING, Guidance())
    messages = answer_messages(tiny, said.turn)
    result = tiny._engine.call(
        replace(seen, messages=messages, sampling=replace(SAMPLING, seed=5), trace=True)
    )
    assert result.text == outcome.text  # type: ignore[union-attr]
    assert [t.ids[t.chosen] for t in plain.tokens] == list(result.token_ids)  # type: ignore[union-attr]


def answer_messages(assistant: Assistant, turn: Turn) -> Any:
    case = assistant._store.call(lambda store: assistant.explaining._read(store, turn.message.id))
    return case.messages  # type: ignore[union-attr]


def test_without_you_of_a_stopped_answer_is_as_long_as_that(tiny: Assistant) -> None:
    said = answer(tiny, seed=5)
    assert said.turn.trace is not None
    stopped = replace(said.turn.trace, finish_reason="cancelled", tokens=4)
    tiny._store.call(lambda store: store.save_trace(stopped))
    outcome = Explainer(tiny).without_you(said.turn)
    whole = answer(tiny, seed=5, strength=0.0).turn.message.content
    assert isinstance(outcome, WithoutYou)
    assert whole.startswith(outcome.text.rstrip("\ufffd"))
    assert len(outcome.text) < len(whole)


# Where it can't be told


def reason(outcome: Outcome) -> CantTell:
    assert isinstance(outcome, CantTell)
    assert outcome.sentence
    assert outcome.next_step
    return outcome


def test_another_model_is_named_with_the_one_that_is_needed(bench: Bench) -> None:
    turn = bench.ask(weights=WEIGHTS)
    assert turn.trace is not None
    other = replace(turn.trace, model_id="other", model_name="Grand")
    bench.store.call(lambda s: s.save_trace(other))
    for said in (Explainer(bench.assistant).explain(turn), Explainer(bench.assistant).without_you(turn)):
        assert "“Grand” wrote this answer" in reason(said).sentence
        assert "Models" in reason(said).next_step


def test_a_new_tuning_is_said(bench: Bench) -> None:
    turn = bench.ask(weights=WEIGHTS)
    assert turn.trace is not None
    tuned = replace(turn.trace, reward="head", origin={**turn.trace.origin, "head": "head-1/older"})
    bench.store.call(lambda s: s.save_trace(tuned))
    assert "tuned" in reason(Explainer(bench.assistant).explain(turn)).sentence


def test_the_users_own_version_is_known_as_such(bench: Bench) -> None:
    turn = bench.ask()
    *_, mine = bench.assistant.edit_reply(turn.message.id, "My own words.")
    assert "yourself" in reason(Explainer(bench.assistant).explain(mine)).sentence


def test_words_that_come_out_differently_are_never_passed_off_as_the_reply(bench: Bench) -> None:
    turn = bench.ask(weights=WEIGHTS)
    words = turn.message.content.split()
    altered = " ".join([*words[:5], "altered", *words[6:]])
    bench.store.call(lambda s: s.update_message(turn.message.id, altered, "complete"))
    assert f"after “{' '.join(words[1:5])}”" in reason(Explainer(bench.assistant).explain(turn)).sentence


def test_a_forgotten_statement_and_a_deleted_preference_are_said(bench: Bench) -> None:
    said = bench.store.call(lambda s: s.add_statement("Always use metric units", "wish")).statement
    turn = bench.ask()
    bench.store.call(lambda s: s.forget_statement(said.id))
    assert "forgotten" in reason(Explainer(bench.assistant).explain(turn)).sentence
    own = bench.assistant.principles.add(PrincipleDraft("Poetic", "Rhyme.", "Sober", "Never rhyme."))
    rhymed = bench.ask(weights={own.name: 1.0})
    assert shown(Explainer(bench.assistant).explain(rhymed))
    bench.assistant.principles.retire(own.name)
    assert "deleted" in reason(Explainer(bench.assistant).explain(rhymed)).sentence


def test_features_that_come_while_a_preference_is_edited_are_not_of_its_old_words(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    principles, call = bench.assistant.principles, bench.store.call
    own = principles.add(PrincipleDraft("Poetic", "Rhyme.", "Sober", "Never rhyme."))
    turn = bench.ask()
    bench.settle()
    before = principles.all
    edits = [PrincipleDraft("Poetic", "Rhyme always.", "Sober", "Never rhyme.")]

    def edited_first(asked: Any) -> Any:
        while edits:  # what stood in the memory's queue already when the features came
            principles.edit(own.name, edits.pop())
        return call(asked)

    monkeypatch.setattr(bench.store, "call", edited_first)
    values = {own.name: 3.0, "warm": 1.0}
    version = bench.assistant.version
    bench.assistant._features_came(ReplyFeatures(turn.message.id, version, values, -1.0, 10), before)
    kept = call(lambda store: store.features(turn.message.id, version))
    assert kept is not None
    assert kept.values["warm"] == 1.0
    assert own.name not in kept.values


def test_what_was_said_before_a_crash_stands_without_numbers(bench: Bench) -> None:
    whole = bench.ask(seed=4).message.content
    turn = bench.ask(seed=4)
    begun = " ".join(whole.split()[:6])
    bench.store.call(lambda s: s.update_message(turn.message.id, begun, "interrupted"))
    *_, last = bench.assistant.continue_reply(turn.message.id, options=AnswerOptions(seed=4))
    assert isinstance(last, Finished)
    assert last.turn.trace is not None
    lost = replace(last.turn.trace, earlier=({"characters": len(begun)},), tokens=len(whole.split()) - 6)
    bench.store.call(lambda s: s.save_trace(lost))
    outcome = Explainer(bench.assistant).explain(last.turn)
    assert isinstance(outcome, Explained)
    assert (outcome.tokens[0].text, outcome.tokens[0].trace) == (begun, None)
    assert "".join(t.text for t in outcome.tokens) == whole


# Who goes first


def test_a_question_goes_first_and_the_explanation_is_made_afterwards(bench: Bench) -> None:
    turn = bench.ask(weights=WEIGHTS)
    bench.settle()
    shares: list[float] = []
    begun, came, found = threading.Event(), threading.Event(), []

    def progress(share: float) -> None:
        shares.append(share)
        begun.set()

    def done(outcome: Outcome) -> None:
        found.append(outcome)
        came.set()

    with bench.engine.held(1, QUESTION):  # what is explained is said again
        bench.assistant.explaining.explain(turn.message.id, progress, done)
        assert begun.wait(PATIENCE)
        seen = len(bench.asked(Generate))
        bench.ask("And another question?")
        assert bench.asked(Generate)[seen].messages[-1].content == "And another question?"
        assert not found
    assert came.wait(PATIENCE)
    assert shown(found[0])
    assert shares.count(shares[0]) == 2  # it was begun again


def test_cancelled_it_tells_nothing_more_and_leaves_the_engine_free(bench: Bench) -> None:
    turn = bench.ask(weights=WEIGHTS)
    bench.settle()
    begun, found = threading.Event(), []
    with bench.engine.held(1, QUESTION):
        task = bench.assistant.explaining.explain(turn.message.id, lambda _: begun.set(), found.append)
        assert begun.wait(PATIENCE)
        task.cancel()
        bench.settle()
        assert found == []


def test_it_goes_before_other_idle_work_which_is_done_afterwards(bench: Bench) -> None:
    with bench.engine.scores_held():
        turn = bench.ask(weights=WEIGHTS)
        assert shown(Explainer(bench.assistant).explain(turn))
        assert bench.store.call(lambda s: s.features(turn.message.id, bench.assistant.version)) is None
    bench.settle()
    assert bench.store.call(lambda s: s.features(turn.message.id, bench.assistant.version)) is not None


def test_what_was_made_once_is_there_at_once_until_something_changes(bench: Bench) -> None:
    turn = bench.ask("one", weights=WEIGHTS)
    explainer = Explainer(bench.assistant)
    tokens, plain = explainer.explain(turn), explainer.without_you(turn)
    bench.settle()

    def made() -> int:
        return sum(
            isinstance(c, Generate) and c.messages[-1].content == "one" for c in bench.engine.behaviour.seen
        )

    before = made()
    assert explainer.explain(turn) is tokens
    assert explainer.without_you(turn) is plain
    assert made() == before
    words = turn.message.content.split()
    bench.store.call(lambda s: s.update_message(turn.message.id, " ".join(words[:5]), "complete"))
    assert isinstance(explainer.explain(turn), CantTell)
    assert made() == before + 1


def test_nothing_made_outlives_forgetting_and_only_the_newest_are_kept(bench: Bench) -> None:
    explainer = Explainer(bench.assistant)
    turns = [bench.ask(f"question {number}", weights=WEIGHTS) for number in range(MOST_KEPT + 1)]
    first = explainer.explain(turns[0])
    for turn in turns[1:]:
        assert shown(explainer.explain(turn))
    assert len(bench.assistant.explaining._kept) == MOST_KEPT
    assert explainer.explain(turns[0]) is not first
    bench.assistant.forget_message(turns[-1].message.id)
    assert bench.assistant.explaining._kept == {}

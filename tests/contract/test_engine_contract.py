"""What an engine promises, whichever it is: run against the fake one and, marked ``model``, the real one."""

from __future__ import annotations

import os
import signal
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.engine_client import EngineClient
from engine import errors
from engine.principles import load_principles, reward_version
from engine.protocol import (
    Done,
    Embed,
    Embedded,
    Failed,
    Generate,
    Generated,
    Guidance,
    Load,
    Loaded,
    Message,
    PrincipleWeight,
    Progress,
    Sampling,
    Score,
    Scored,
    Token,
    Trimmed,
)
from resources import PRINCIPLES
from tests.fakes import FAKE_MODEL, FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.protocol import Command, Event

ALL = load_principles(PRINCIPLES)
TUNABLE = tuple(p for p in ALL if not p.fixed)
VALUES = next(p for p in ALL if p.fixed)
CONCISE = TUNABLE[0]
SHORT = Sampling(max_tokens=16, seed=7)
QUESTION = (Message("system", "You are a helpful assistant."), Message("user", "Why is the sky blue?"))


def guidance(weight: float, strength: float = 1.0) -> Guidance:
    return Guidance("teacher", strength, (PrincipleWeight(CONCISE, weight),), VALUES)


def ended(events: list[Event]) -> Done | Failed:
    """Return the last event, having checked that it is the only one of its kind."""
    last = events[-1]
    assert [type(e) for e in events if isinstance(e, Done | Failed)] == [type(last)]
    assert len({event.request_id for event in events}) == 1
    assert isinstance(last, Done | Failed)
    return last


class EngineContract:
    """Subclasses give a ``client`` whose model is remembered."""

    @staticmethod
    def generate(client: EngineClient, **options: Any) -> Generated:
        command = Generate(client.next_id(), **{"messages": QUESTION, "sampling": SHORT, **options})
        result = client.call(command)
        assert isinstance(result, Generated)
        return result

    @staticmethod
    def fails(client: EngineClient, command: Command, kind: str) -> Failed:
        last = ended(list(client.request(command)))
        assert isinstance(last, Failed)
        assert last.kind == kind
        assert last.user_message.endswith(".")
        assert last.next_step.endswith(".")
        with pytest.raises(getattr(errors, kind)):
            client.call(replace(command, request_id=client.next_id()))
        return last

    def test_every_request_ends_exactly_once(self, client: EngineClient) -> None:
        commands: list[Command] = [
            Generate(client.next_id(), QUESTION, SHORT),
            Embed(client.next_id(), ("a question",)),
            Score(client.next_id(), QUESTION, "Because of the air.", (CONCISE,)),
            Generate(client.next_id(), QUESTION, replace(SHORT, temperature=-1.0)),
        ]
        streams = [client.request(command) for command in commands]

        last = [ended(list(stream)) for stream in streams]

        assert [event.request_id for event in last] == [command.request_id for command in commands]
        assert [type(event) for event in last] == [Done, Done, Done, Failed]

    def test_tokens_join_to_the_text(self, client: EngineClient) -> None:
        events = list(client.request(Generate(client.next_id(), QUESTION, SHORT)))

        last = ended(events)
        assert isinstance(last, Done)
        assert isinstance(last.result, Generated)
        assert last.result.text == "".join(event.text for event in events if isinstance(event, Token))
        assert len(last.result.token_ids) == SHORT.max_tokens
        assert last.result.finish_reason == "length"
        assert last.result.tokens_per_second > 0

    def test_a_loaded_model_says_what_it_is(self, client: EngineClient) -> None:
        self.generate(client)
        loaded = client.loaded

        assert isinstance(loaded, Loaded)
        assert len(loaded.sha256) == 64
        assert loaded.n_params > 0
        assert loaded.context_length > 0
        assert client.pending_load() is None

    def test_same_seed_same_text(self, client: EngineClient) -> None:
        first = self.generate(client)

        assert self.generate(client).token_ids == first.token_ids
        others = [self.generate(client, sampling=replace(SHORT, seed=seed)) for seed in (8, 9, 10)]
        assert any(other.token_ids != first.token_ids for other in others)

    @pytest.mark.parametrize("neutral", [guidance(1.0, strength=0.0), guidance(0.0), Guidance("none")])
    def test_no_strength_or_no_weight_is_the_unguided_reply(
        self, client: EngineClient, neutral: Guidance
    ) -> None:
        unguided = self.generate(client)
        reply = self.generate(client, guidance=neutral)

        assert reply.token_ids == unguided.token_ids
        assert reply.changed_share == 0.0
        assert reply.used == ()

    def test_a_weight_changes_the_reply_and_is_reported(self, client: EngineClient) -> None:
        sampling = replace(SHORT, max_tokens=48)
        reply = self.generate(client, guidance=guidance(1.0), sampling=sampling)

        assert reply.used == (("concise", 1.0),)
        assert reply.token_ids != self.generate(client, sampling=sampling).token_ids

    def test_a_trace_says_what_each_token_was_chosen_from(self, client: EngineClient) -> None:
        reply = self.generate(client, guidance=guidance(1.0), trace=True)

        assert [token.ids[token.chosen] for token in reply.trace] == list(reply.token_ids)
        for token in reply.trace:
            assert 0 <= token.unguided < len(token.ids)
            assert sum(token.base) == pytest.approx(1.0, abs=1e-6)
            assert sum(token.guided) == pytest.approx(1.0, abs=1e-6)
            assert {len(token.ids)} == {len(token.texts), len(token.base), len(token.capped)}
            assert [len(share) for share in token.shares] == [len(token.ids)] * len(reply.used)

    def test_cancel_ends_the_reply_and_keeps_what_was_said(self, client: EngineClient) -> None:
        command = Generate(client.next_id(), QUESTION, replace(SHORT, max_tokens=400, temperature=0.0))
        events: list[Event] = []
        with self.held(client, 4):
            for event in client.request(command):
                events.append(event)
                if isinstance(event, Token) and len(events) == 4:
                    client.cancel(command.request_id)

        last = ended(events)
        assert isinstance(last, Done)
        assert isinstance(last.result, Generated)
        assert last.result.finish_reason == "cancelled"
        assert last.result.text == "".join(event.text for event in events if isinstance(event, Token))
        assert 0 < len(last.result.token_ids) < 400

    def test_what_waits_its_turn_can_be_cancelled(self, client: EngineClient) -> None:
        first = client.request(Generate(client.next_id(), QUESTION, SHORT))
        waiting = Generate(client.next_id(), QUESTION, replace(SHORT, max_tokens=400))
        with self.held(client, SHORT.max_tokens + 1):
            second = client.request(waiting)
            client.cancel(waiting.request_id)

            assert isinstance(ended(list(first)), Done)
            last = ended(list(second))
        assert isinstance(last, Done)
        assert isinstance(last.result, Generated)
        assert last.result.finish_reason == "cancelled"

    def test_a_cancelled_score_ends(self, client: EngineClient) -> None:
        self.generate(client)
        command = Score(client.next_id(), QUESTION, "Because of the air. " * 30, TUNABLE)
        with self.scores_held(client):
            stream = client.request(command)
            client.cancel(command.request_id)

            last = ended(list(stream))
        assert isinstance(last, Failed)
        assert last.kind == "Cancelled"

    def test_embeddings_are_unit_vectors(self, client: EngineClient) -> None:
        texts = ("Why is the sky blue?", "Write a letter to my aunt.", "Why is the sky blue?")
        result = client.call(Embed(client.next_id(), texts))

        assert isinstance(result, Embedded)
        assert result.embedder
        assert result.vectors.dtype == np.float32
        assert np.linalg.norm(result.vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
        assert result.vectors[0] @ result.vectors[2] == pytest.approx(1.0, abs=1e-5)
        assert result.vectors[0] @ result.vectors[1] < 0.9

    def test_embedding_nothing_only_loads_the_embedder(self, client: EngineClient) -> None:
        result = client.call(Embed(client.next_id(), ()))

        assert isinstance(result, Embedded)
        assert result.vectors.shape[0] == 0

    def test_a_score_has_every_principle(self, client: EngineClient) -> None:
        result = client.call(Score(client.next_id(), QUESTION, "Because of the air.", TUNABLE))

        assert isinstance(result, Scored)
        assert [name for name, _ in result.features] == [p.name for p in TUNABLE]
        assert all(np.isfinite(value) for _, value in result.features)
        assert result.tokens > 0
        assert client.loaded is not None
        assert result.reward_version == reward_version("teacher", client.loaded.sha256, TUNABLE)

    def test_the_feature_tells_short_from_long(self, client: EngineClient) -> None:
        long = (
            "The sky looks blue because sunlight is scattered by the air. Every colour of the light is "
            "scattered, but blue far more than red, and so it reaches the eye from all directions. "
        ) * 2

        def concise(reply: str) -> float:
            result = client.call(Score(client.next_id(), QUESTION, reply, (CONCISE,)))
            assert isinstance(result, Scored)
            return dict(result.features)["concise"]

        assert concise("Air scatters blue light.") > concise(long)

    @pytest.mark.parametrize("wrong", [{"temperature": -1.0}, {"top_k": 0}, {"max_tokens": 0}])
    def test_a_parameter_out_of_range_is_refused(self, client: EngineClient, wrong: dict[str, float]) -> None:
        sampling = replace(SHORT, **wrong)  # type: ignore[arg-type]
        self.fails(client, Generate(client.next_id(), QUESTION, sampling), "BadRequestError")

        assert self.generate(client).text

    def test_the_oldest_messages_are_left_out_and_that_is_said(self, client: EngineClient) -> None:
        self.generate(client)
        assert client.loaded is not None
        old = "word " * (client.loaded.context_length // 4)
        turns = [Message(role, old) for _ in range(3) for role in ("user", "assistant")]  # type: ignore[arg-type]
        messages = (*QUESTION[:1], *turns, QUESTION[1])
        events = list(client.request(Generate(client.next_id(), messages, replace(SHORT, max_tokens=2))))

        assert isinstance(ended(events), Done)
        (trimmed,) = [event for event in events if isinstance(event, Trimmed)]
        assert 0 < trimmed.dropped <= 6

    def test_a_newest_message_beyond_the_context_is_refused(self, client: EngineClient) -> None:
        self.generate(client)
        assert client.loaded is not None
        endless = Message("user", "word " * (client.loaded.context_length + 1))

        self.fails(client, Generate(client.next_id(), (endless,), SHORT), "PromptTooLongError")

    @pytest.mark.parametrize(
        "content", [None, b"", b"not a model at all " * 100, b"GGUF\x03\0\0\0" + b"\0" * 40]
    )
    def test_a_bad_model_file_is_refused_and_the_old_model_serves_on(
        self, client: EngineClient, content: bytes | None, tmp_path: Path
    ) -> None:
        path = tmp_path / "bad.gguf"
        if content is not None:
            path.write_bytes(content)
        before = self.generate(client).token_ids

        self.fails(client, Load(client.next_id(), str(path)), "ModelFileError")

        assert self.generate(client).token_ids == before

    def test_a_wrong_hash_is_refused(self, client: EngineClient) -> None:
        load = client.pending_load() or client._load
        assert load is not None

        self.fails(client, Load(client.next_id(), load.path, "0" * 64), "HashMismatchError")

        assert self.generate(client).text

    def test_a_killed_engine_fails_what_is_open_and_comes_back(self, client: EngineClient) -> None:
        before = self.generate(client).token_ids
        with self.held(client, 4):
            stream = client.request(
                Generate(client.next_id(), QUESTION, replace(SHORT, max_tokens=400, temperature=0.0))
            )
            events = [next(stream), next(stream)]
            killed_at = time.monotonic()
            self.kill(client)
            events += stream

        last = ended(events)
        assert isinstance(last, Failed)
        assert last.kind == "EngineDiedError"
        assert time.monotonic() - killed_at < 2.0
        assert not client.alive
        assert client.loaded is None

        again = list(client.request(Generate(client.next_id(), QUESTION, SHORT)))
        assert isinstance(again[0], Progress)
        last = ended(again)
        assert isinstance(last, Done)
        assert isinstance(last.result, Generated)
        assert last.result.token_ids == before

    def kill(self, client: EngineClient) -> None:
        raise NotImplementedError

    def held(self, client: EngineClient, tokens: int) -> AbstractContextManager[None]:
        """Within the block, an answer goes no further, where the engine is so fast that it could be over."""
        return nullcontext()

    def scores_held(self, client: EngineClient) -> AbstractContextManager[None]:
        """Within the block, no score ends, where the engine is so fast that it could."""
        return nullcontext()


class TestFakeEngine(EngineContract):
    @pytest.fixture
    def client(self) -> Iterator[FakeEngineClient]:
        client = FakeEngineClient()
        yield client
        client.close()

    def kill(self, client: EngineClient) -> None:
        assert isinstance(client, FakeEngineClient)
        client.kill()

    def held(self, client: EngineClient, tokens: int) -> AbstractContextManager[None]:
        assert isinstance(client, FakeEngineClient)
        return client.held(tokens)

    def scores_held(self, client: EngineClient) -> AbstractContextManager[None]:
        assert isinstance(client, FakeEngineClient)
        return client.scores_held()

    def test_without_a_model_there_is_no_answer(self) -> None:
        client = FakeEngineClient(model=None)
        self.fails(client, Generate(client.next_id(), QUESTION), "NoModelError")
        client.close()

    def test_another_model_can_be_loaded(self, client: FakeEngineClient, tmp_path: Path) -> None:
        assert client.call(Load(client.next_id(), FAKE_MODEL, context_length=100)).context_length == 100  # type: ignore[union-attr]


@pytest.mark.model
class TestRealEngine(EngineContract):
    @pytest.fixture
    def client(self, lasting_engine: EngineClient) -> EngineClient:
        return lasting_engine

    def kill(self, client: EngineClient) -> None:
        assert client.pid is not None
        os.kill(client.pid, signal.SIGKILL)

    def test_without_a_model_there_is_no_answer(self) -> None:
        client = EngineClient()
        self.fails(client, Generate(client.next_id(), QUESTION), "NoModelError")
        client.close()

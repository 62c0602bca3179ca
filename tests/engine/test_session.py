"""One loaded model: what an answer may depend on, what fits, what is refused."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.errors import (
    BadRequestError,
    EngineError,
    HashMismatchError,
    ModelFileError,
    NoModelError,
    PromptTooLongError,
)
from engine.llama import Aborted
from engine.prompt_cache import CHUNK
from engine.protocol import (
    Generate,
    Generated,
    Guidance,
    Load,
    Message,
    PrincipleWeight,
    Sampling,
    Score,
    Token,
    Trimmed,
)
from engine.rewards.teacher import MAX_PRINCIPLES
from engine.session import Session
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.principles import Principle

QUESTION = (Message("system", "Be kind."), Message("user", "bade kilo mono?"))
SHORT = Sampling(max_tokens=24, seed=3)


def answer(
    session: Session,
    messages: tuple[Message, ...] = QUESTION,
    sampling: Sampling = SHORT,
    guidance: Guidance = Guidance(),  # noqa: B008  frozen
    should_stop: Callable[[], bool] = lambda: False,
    *,
    trace: bool = False,
) -> Generated:
    *events, reply = session.generate(Generate(1, messages, sampling, guidance, trace=trace), should_stop)
    assert isinstance(reply, Generated)
    said = "".join(event.text for event in events if isinstance(event, Token))
    assert reply.text.startswith(said)
    assert reply.text.removeprefix(said) in ("", "\ufffd")
    return reply


def teacher(principles: dict[str, Principle], strength: float = 1.0, **weights: float) -> Guidance:
    pairs = tuple(PrincipleWeight(principles[name], w) for name, w in weights.items())
    return Guidance("teacher", strength, pairs, principles["harmless_honest"])


# Loading


def test_a_loaded_model_says_what_it_is(make_session: Callable[..., Session], tiny_path: Path) -> None:
    loaded = make_session(context_length=2048).loaded

    assert loaded.sha256 == hashlib.sha256(tiny_path.read_bytes()).hexdigest()
    assert (loaded.architecture, loaded.n_vocab, loaded.n_embd) == ("llama", 1280, 64)
    assert loaded.context_length == 2048
    assert loaded.head_version == ""
    assert loaded.seconds > 0


def test_a_context_is_never_longer_than_the_model_was_trained_for(
    make_session: Callable[..., Session], tmp_path: Path
) -> None:
    path = TinyModel(context=512).write(tmp_path / "short.gguf")

    assert make_session(path, context_length=4096).loaded.context_length == 512


def test_a_file_that_is_not_the_expected_one_is_not_loaded(tiny_path: Path) -> None:
    stages: list[str] = []

    def report(stage: str, _: float) -> bool:
        stages.append(stage)
        return True

    with pytest.raises(HashMismatchError) as refused:
        Session(Load(1, str(tiny_path), "0" * 64), report)
    assert refused.value.next_step == "Reinstall Attune."
    assert stages == []


@pytest.mark.parametrize("content", [None, b"", b"no model", b"GGUF", b"GGUF\x03\x00\x00\x00" + b"\xff" * 64])
def test_a_bad_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bad.gguf"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ModelFileError) as refused:
        Session(Load(1, str(path)), lambda *_: True)
    assert "bad.gguf" in refused.value.user_message
    assert refused.value.next_step


def test_a_model_with_a_broken_template_is_refused_and_freed(tmp_path: Path) -> None:
    path = TinyModel(chat_template="{{ raise_exception('Never') }}").write(tmp_path / "never.gguf")

    with pytest.raises(ModelFileError, match="Never"):
        Session(Load(1, str(path)), lambda *_: True)


def test_progress_is_reported_and_loading_can_be_given_up(tiny_path: Path) -> None:
    fractions: list[float] = []

    def first_only(_: str, fraction: float) -> bool:
        fractions.append(fraction)
        return False

    with pytest.raises(Aborted):
        Session(Load(1, str(tiny_path)), first_only)
    assert fractions
    assert all(0.0 <= fraction <= 1.0 for fraction in fractions)


def test_a_closed_session_has_no_model(make_session: Callable[..., Session]) -> None:
    session = make_session()
    session.close()

    with pytest.raises(NoModelError):
        answer(session)


# What is refused


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("temperature", -0.1),
        ("temperature", 5.1),
        ("temperature", float("nan")),
        ("top_k", 0),
        ("top_k", 1001),
        ("top_p", -0.1),
        ("top_p", 1.1),
        ("min_p", -0.1),
        ("min_p", 1.1),
        ("repetition_penalty", 0.4),
        ("repetition_penalty", 2.1),
        ("repetition_window", -1),
        ("max_tokens", 0),
        ("seed", -1),
    ],
)
def test_a_parameter_out_of_range_is_named(
    make_session: Callable[..., Session], name: str, wrong: float
) -> None:
    with pytest.raises(BadRequestError) as refused:
        answer(make_session(), sampling=replace(SHORT, **{name: wrong}))  # type: ignore[arg-type]
    assert name.replace("_", " ") in refused.value.user_message


@pytest.mark.parametrize("messages", [(), QUESTION[:1], (Message("assistant", "Hello"),)])
def test_without_a_question_there_is_nothing_to_answer(
    make_session: Callable[..., Session], principles: dict[str, Principle], messages: tuple[Message, ...]
) -> None:
    session = make_session()

    for guidance in (Guidance(), teacher(principles, concise=1.0)):
        with pytest.raises(BadRequestError, match="user"):
            answer(session, messages, guidance=guidance)
    with pytest.raises(BadRequestError, match="user"):
        list(session.generate(Generate(1, messages, instructions=("Be brief.",)), lambda: False))
    with pytest.raises(BadRequestError):
        session.score(Score(1, messages, "kilo", (principles["warm"],)), lambda: False, lambda _: None)


def test_the_head_is_refused_where_there_is_none(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    guidance = replace(teacher(principles, warm=1.0), reward="head")

    with pytest.raises(BadRequestError) as refused:
        answer(make_session(), guidance=guidance)
    assert "tuned" in refused.value.user_message


def test_a_message_longer_than_the_context_is_refused_and_the_next_one_answered(
    make_session: Callable[..., Session],
) -> None:
    session = make_session(context_length=512)

    with pytest.raises(PromptTooLongError) as refused:
        answer(session, (Message("user", "bade " * 600),))
    assert isinstance(refused.value, EngineError)
    assert answer(session).token_ids


# What an answer may depend on


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.5])
def test_no_strength_no_weight_or_no_reward_is_the_unguided_answer(
    make_session: Callable[..., Session], principles: dict[str, Principle], temperature: float
) -> None:
    session = make_session()
    sampling = replace(SHORT, temperature=temperature)
    unguided = answer(session, sampling=sampling)

    for neutral in (
        teacher(principles, 0.0, concise=1.0, warm=-1.0),
        teacher(principles, 2.0, concise=0.0, warm=-0.0),
        teacher(principles),
        replace(teacher(principles, concise=1.0), reward="none"),
    ):
        reply = answer(session, sampling=sampling, guidance=neutral)
        assert reply.token_ids == unguided.token_ids
        assert reply.mean_base_logprob == unguided.mean_base_logprob
        assert reply.changed_share == 0.0
        assert reply.used == ()


def test_a_seed_tells_answers_apart(make_session: Callable[..., Session]) -> None:
    session = make_session()

    assert len({answer(session, sampling=replace(SHORT, seed=seed)).token_ids for seed in range(5)}) == 5


@pytest.mark.parametrize("seed", range(3))
def test_the_same_question_has_the_same_answer_whatever_was_asked_before(
    make_session: Callable[..., Session], principles: dict[str, Principle], seed: int
) -> None:
    """To the last bit, in any order of guided and unguided answers, scores and cancelled requests."""
    dice = random.Random(seed)
    tunable = [p for p in principles.values() if not p.fixed]

    def words(most: int) -> str:
        return " ".join(
            dice.choice(["bade", "kilo", "mono", "x", "é", "fire"]) for _ in range(dice.randint(1, most))
        )

    def conversation() -> tuple[Message, ...]:
        turns = [
            Message(role, words(60)) for _ in range(dice.randint(0, 2)) for role in ("user", "assistant")
        ]  # type: ignore[arg-type]
        return (Message("system", words(15)), *turns, Message("user", words(80)))

    def guidance() -> Guidance:
        chosen = dice.sample(tunable, dice.randint(1, 4))
        pairs = tuple(PrincipleWeight(p, dice.uniform(-1, 1)) for p in chosen)
        return Guidance("teacher", 1.0, pairs, dice.choice([None, principles["harmless_honest"]]))

    def after(calls: int) -> Callable[[], bool]:
        left = iter(range(calls))
        return lambda: next(left, None) is None

    def interfere(session: Session) -> None:
        sampling = replace(SHORT, max_tokens=dice.randint(1, 40), seed=dice.randint(0, 99))
        stop = after(dice.randint(0, 500)) if dice.random() < 0.4 else (lambda: False)
        if dice.random() < 0.3:
            command = Score(1, conversation(), words(120), tuple(dice.sample(tunable, 2)))
            try:
                session.score(command, stop, lambda _: None)
            except Aborted:
                return
        else:
            answer(session, conversation(), sampling, dice.choice([Guidance(), guidance()]), stop)

    probes = [(conversation(), Guidance()), (conversation(), guidance()), (conversation(), guidance())]
    expected = [answer(make_session(), messages, guidance=g) for messages, g in probes]
    session = make_session()
    for _ in range(15):
        interfere(session)
        (messages, g), first = dice.choice(list(zip(probes, expected, strict=True)))
        again = answer(session, messages, guidance=g)
        assert again.token_ids == first.token_ids
        assert again.mean_base_logprob == first.mean_base_logprob


@pytest.mark.parametrize("guided", [False, True])
def test_a_reply_that_goes_on_says_what_it_would_have_said(
    make_session: Callable[..., Session], principles: dict[str, Principle], guided: bool
) -> None:
    session = make_session()
    guidance = teacher(principles, concise=1.0, warm=-0.5) if guided else Guidance()
    tokenize = session.model.tokenize
    compared = 0
    for seed in range(12):
        sampling = replace(SHORT, seed=seed)
        whole = answer(session, sampling=sampling, guidance=guidance)
        for cut in (1, 7, 15):
            begun = b"".join(session.model.piece(token) for token in whole.token_ids[:cut]).decode(
                "utf-8", "replace"
            )
            if tuple(tokenize(begun, special=False)) != whole.token_ids[:cut]:
                continue  # a text that such a model's tokens don't survive
            rest = replace(sampling, max_tokens=sampling.max_tokens - cut)
            *_, reply = session.generate(
                Generate(1, QUESTION, rest, guidance, begun=begun), should_stop=lambda: False
            )
            assert isinstance(reply, Generated)
            assert reply.token_ids == whole.token_ids[cut:]
            assert reply.text == whole.text.removeprefix(begun)
            assert reply.prompt_tokens == whole.prompt_tokens + cut
            assert reply.used == whole.used
            compared += 1
    assert compared > 3


def test_a_reply_that_goes_on_leaves_room_for_itself(make_session: Callable[..., Session]) -> None:
    session = make_session(context_length=256)
    messages = (*QUESTION, Message("assistant", "kilo " * 40), Message("user", "bade"))
    command = Generate(1, messages, SHORT, begun="mono " * 40)
    first, *_, reply = session.generate(command, lambda: False)
    assert isinstance(reply, Generated)
    assert isinstance(first, Trimmed)
    assert reply.prompt_tokens <= 192


def test_the_next_turn_reuses_the_conversation(make_session: Callable[..., Session]) -> None:
    session = make_session()
    first = (QUESTION[0], Message("user", "kilo " * 80))
    reply = answer(session, first)
    then = answer(session, (*first, Message("assistant", "bade"), Message("user", "mono?")))

    assert reply.reused_tokens == 0
    assert then.reused_tokens >= reply.prompt_tokens // CHUNK * CHUNK - CHUNK
    assert then.reused_tokens % CHUNK == 0


# Guided answers


@pytest.mark.parametrize("reward", ["none", "teacher"])
def test_an_aside_is_what_it_would_be_alone_and_leaves_the_conversation_read(
    make_session: Callable[..., Session], principles: dict[str, Principle], reward: str
) -> None:
    session = make_session()
    weights = (PrincipleWeight(principles["warm"], 1.0),)
    guidance = Guidance(reward, 1.0, weights, principles["harmless_honest"])  # type: ignore[arg-type]
    aside = Generate(2, QUESTION, SHORT, guidance, aside=True)
    alone = make_session().generate(aside, lambda: False)
    long = (*QUESTION, Message("assistant", "mono bade " * 60), Message("user", "kilo?"))
    first = answer(session, long)
    *_, said = session.generate(aside, lambda: False)
    assert said.text == [*alone][-1].text  # type: ignore[union-attr]
    then = answer(session, (*long, Message("assistant", first.text), Message("user", "bade?")))
    unbroken = make_session()
    answer(unbroken, long)
    same = answer(unbroken, (*long, Message("assistant", first.text), Message("user", "bade?")))
    assert then.text == same.text
    assert then.reused_tokens == same.reused_tokens >= CHUNK


def test_an_aside_that_is_stopped_leaves_the_conversation_read(make_session: Callable[..., Session]) -> None:
    session = make_session()
    long = (*QUESTION, Message("assistant", "mono bade " * 60), Message("user", "kilo?"))
    answer(session, long)
    [*session.generate(Generate(2, QUESTION, SHORT, aside=True), lambda: True)]
    assert answer(session, long).reused_tokens >= CHUNK


def test_an_aside_is_guided_by_one_principle_at_most(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    weights = tuple(PrincipleWeight(principles[name], 1.0) for name in ("warm", "concise"))
    command = Generate(1, QUESTION, SHORT, Guidance("teacher", 1.0, weights), aside=True)
    with pytest.raises(BadRequestError):
        [*make_session().generate(command, lambda: False)]


def test_a_guided_answer_reports_what_guided_it(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    session = make_session()
    reply = answer(session, guidance=teacher(principles, simple=0.4, concise=-0.8), trace=True)
    unguided = answer(session)

    assert reply.used == (("concise", -0.8), ("simple", 0.4))  # strongest first
    assert reply.left_out == ()
    assert reply.token_ids != unguided.token_ids
    changed = [token.chosen != token.unguided for token in reply.trace]
    assert reply.changed_share == pytest.approx(sum(changed) / len(changed))
    assert reply.changed_share > 0


@pytest.mark.parametrize("temperature", [0.0, 0.7, 2.0])
def test_tokens_are_chosen_among_the_candidates_and_rejected_ones_never_raised(
    make_session: Callable[..., Session], principles: dict[str, Principle], temperature: float
) -> None:
    sampling = replace(SHORT, temperature=temperature, max_tokens=60)
    guidance = teacher(principles, 2.0, concise=1.0, warm=1.0, formal=-1.0)
    reply = answer(make_session(), sampling=sampling, guidance=guidance, trace=True)

    assert len(reply.trace) == len(reply.token_ids)
    assert any(any(token.capped) for token in reply.trace)
    for token, chosen in zip(reply.trace, reply.token_ids, strict=True):
        assert token.ids[token.chosen] == chosen
        assert len(set(token.ids)) == len(token.ids) <= sampling.top_k
        assert sum(token.base) == pytest.approx(1.0)
        assert sum(token.guided) == pytest.approx(1.0)
        assert token.guided[token.chosen] > 0
        assert [len(share) for share in token.shares] == [len(token.ids)] * 3
        held = [(g, b) for g, b, capped in zip(token.guided, token.base, token.capped, strict=True) if capped]
        assert all(guided <= base + 1e-9 for guided, base in held)


def test_only_the_strongest_few_guide(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    reply = answer(
        make_session(), guidance=teacher(principles, warm=0.2, concise=-0.9, lists=0.5, formal=0.1, steps=0.0)
    )

    assert reply.used == (("concise", -0.9), ("lists", 0.5), ("warm", 0.2))
    assert reply.left_out == ("formal",)
    assert len(reply.used) == MAX_PRINCIPLES


@pytest.mark.parametrize(
    ("max_tokens", "used"), [(100, ["concise", "lists"]), (1300, ["concise"]), (3000, [])]
)
def test_principles_there_is_no_room_for_are_left_out_and_named(
    make_session: Callable[..., Session], principles: dict[str, Principle], max_tokens: int, used: list[str]
) -> None:
    """Every pole needs cells for the whole reply: of a long one, fewer poles fit."""
    session = make_session(context_length=4000)
    guidance = teacher(principles, concise=0.9, lists=0.5)
    stop = iter([False] * 3)
    reply = answer(
        session,
        sampling=replace(SHORT, max_tokens=max_tokens),
        guidance=guidance,
        should_stop=lambda: next(stop, None) is None,
    )

    assert [name for name, _ in reply.used] == used
    assert reply.left_out == tuple(name for name in ("concise", "lists") if name not in used)


def test_instructions_for_one_reply_stand_after_the_users_words(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    session = make_session()
    said = (QUESTION[0], replace(QUESTION[1], content=f"{QUESTION[1].content}\n\nBe brief. Use lists."))
    for guidance in (Guidance(), teacher(principles, warm=1.0)):
        command = Generate(1, QUESTION, SHORT, guidance, instructions=("Be brief.", "Use lists."))
        (*_, reply) = session.generate(command, lambda: False)

        assert isinstance(reply, Generated)
        assert reply.token_ids == answer(session, said, guidance=guidance).token_ids
        assert reply.token_ids != answer(session, guidance=guidance).token_ids


# What fits


def test_the_oldest_messages_go_and_that_is_said_first(make_session: Callable[..., Session]) -> None:
    session = make_session(context_length=512)
    turns = [Message(role, f"{i} " + "kilo " * 60) for i in range(4) for role in ("user", "assistant")]  # type: ignore[arg-type]
    messages = (QUESTION[0], *turns, QUESTION[1])
    first, *_, reply = session.generate(Generate(7, messages, SHORT), lambda: False)

    assert isinstance(first, Trimmed)
    assert first.request_id == 7
    assert first.dropped in (4, 6, 8)
    kept = answer(session, (QUESTION[0], *turns[first.dropped :], QUESTION[1]))
    assert isinstance(reply, Generated)
    assert reply.token_ids == kept.token_ids


def test_an_answer_ends_where_the_context_does(make_session: Callable[..., Session]) -> None:
    session = make_session(context_length=256)
    reply = answer(session, sampling=replace(SHORT, max_tokens=5000, temperature=2.0, seed=1))

    assert reply.finish_reason == "length"
    assert reply.prompt_tokens + len(reply.token_ids) == 256


# Stopping


@pytest.mark.parametrize("guided", [False, True])
def test_stopping_keeps_what_was_said(
    make_session: Callable[..., Session], principles: dict[str, Principle], guided: bool
) -> None:
    session = make_session()
    guidance = teacher(principles, concise=1.0) if guided else Guidance()
    whole = answer(session, guidance=guidance)
    tokens: list[str] = []

    for event in session.generate(Generate(1, QUESTION, SHORT, guidance), lambda: len(tokens) >= 5):
        if isinstance(event, Token):
            tokens.append(event.text)
    assert isinstance(event, Generated)
    assert event.finish_reason == "cancelled"
    assert event.token_ids == whole.token_ids[:5]
    assert event.text.startswith("".join(tokens))


@pytest.mark.parametrize("guided", [False, True])
def test_stopping_before_the_first_token_is_an_empty_answer(
    make_session: Callable[..., Session], principles: dict[str, Principle], guided: bool
) -> None:
    session = make_session()
    guidance = teacher(principles, concise=1.0) if guided else Guidance()
    reply = answer(session, guidance=guidance, should_stop=lambda: True)

    assert (reply.finish_reason, reply.token_ids, reply.text) == ("cancelled", (), "")
    assert (reply.time_to_first_token, reply.tokens_per_second) == (0.0, 0.0)


def test_times_are_measured(make_session: Callable[..., Session]) -> None:
    reply = answer(make_session())

    assert reply.time_to_first_token > 0
    assert reply.tokens_per_second > 0
    assert reply.mean_base_logprob < 0

"""Features of a reply: the naive computation, and what they must not depend on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.chat_template import ChatTemplate
from engine.guidance import CLIP
from engine.llama import Aborted, LlamaContext, LlamaModel
from engine.principles import reward_version
from engine.prompt_cache import PromptCache
from engine.protocol import Message, Score, Scored
from engine.scoring import CANDIDATES, MAX_SCORED_TOKENS, Scorer
from tests.engine.reference import Reference
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.principles import Principle
    from engine.session import Session

QUESTION = (
    Message("system", "Be kind."),
    Message("user", "bade kilo?"),
    Message("assistant", "mono"),
    Message("user", "And fire?"),
)
REPLY = "bade kilo, mono fire! Été 🙂 " * 4


def score(
    session: Session,
    reply: str,
    *principles: Principle,
    messages: tuple[Message, ...] = QUESTION,
    should_stop: Callable[[], bool] = lambda: False,
) -> Scored:
    return session.score(Score(1, messages, reply, principles), should_stop, lambda _: None)


@pytest.mark.parametrize("reply", [REPLY, "x", REPLY * 8], ids=["reply", "one token", "longer than is read"])
def test_features_equal_the_naive_computation(
    tmp_path: Path, principles: dict[str, Principle], reply: str
) -> None:
    tiny = TinyModel()
    model = LlamaModel(tiny.write(tmp_path / "tiny.gguf"))
    context = LlamaContext(model, n_cells=3072, n_sequences=2, threads=1, exact=True)
    chosen = (principles["concise"], principles["warm"], principles["harmless_honest"])
    try:
        scorer = Scorer(context, PromptCache(context), ChatTemplate(model), 1024)
        scored = scorer.score(QUESTION, reply, chosen, None, "v", lambda: False, lambda _: None)
        tokens = model.tokenize(reply, special=False)
        reference = Reference(tiny.transformers(), lambda text: model.tokenize(text, special=True))
        read = tokens[:MAX_SCORED_TOKENS]
        expected = [reference.feature(QUESTION, read, p, top=CANDIDATES, clip=CLIP) for p in chosen]
        logprob = reference.mean_logprob(QUESTION, read)
    finally:
        context.close()
        model.close()

    assert [name for name, _ in scored.features] == [p.name for p in chosen]
    assert [x for _, x in scored.features] == pytest.approx(expected, abs=1e-3)
    assert scored.mean_base_logprob == pytest.approx(logprob, abs=1e-3)
    assert scored.tokens == len(tokens)
    assert max(abs(x) for x in expected) > 0.01


def test_swapped_poles_turn_the_sign(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    warm = principles["warm"]
    cold = replace(warm, positive=warm.negative, negative=warm.positive)
    scored = score(make_session(), REPLY, warm, cold)
    there, back = (x for _, x in scored.features)

    assert there == pytest.approx(-back, abs=1e-9)
    assert there != 0.0


def test_an_empty_reply_has_no_features(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    scored = score(make_session(), "", principles["warm"], principles["concise"])

    assert scored.features == (("warm", 0.0), ("concise", 0.0))
    assert (scored.tokens, scored.mean_base_logprob) == (0, 0.0)


def test_a_score_depends_neither_on_its_company_nor_on_what_was_asked_before(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    session = make_session()
    warm, concise, lists = (principles[name] for name in ("warm", "concise", "lists"))
    alone = dict(score(session, REPLY, warm).features)
    score(session, "kilo " * 70, lists, messages=(Message("user", "fire " * 90),))
    together = dict(score(session, REPLY, concise, warm, lists).features)

    assert together["warm"] == alone["warm"]


def test_a_long_conversation_is_scored_as_it_was_answered(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    """Without the oldest turns, which the answer did not see either."""
    session = make_session(context_length=512)
    turns = tuple(
        Message(role, f"{i} " + "kilo " * 300)  # type: ignore[arg-type]
        for i in range(20)
        for role in ("user", "assistant")
    )

    long = score(session, REPLY, principles["warm"], messages=(QUESTION[0], *turns, QUESTION[-1]))
    short = score(session, REPLY, principles["warm"], messages=(QUESTION[0], QUESTION[-1]))

    assert long == short


@pytest.mark.parametrize("patience", [0, 1, 5, 60])
def test_a_cancelled_score_ends_and_leaves_no_trace(
    make_session: Callable[..., Session], principles: dict[str, Principle], patience: int
) -> None:
    session = make_session()
    tunable = tuple(p for p in principles.values() if not p.fixed)
    expected = score(session, REPLY, *tunable)
    asked = iter(range(patience))

    with pytest.raises(Aborted):
        score(session, REPLY * 2, *tunable, should_stop=lambda: next(asked, None) is None)
    assert score(session, REPLY, *tunable) == expected


def test_progress_reaches_one(make_session: Callable[..., Session], principles: dict[str, Principle]) -> None:
    fractions: list[float] = []
    chosen = tuple(principles.values())[:4]
    make_session().score(Score(1, QUESTION, REPLY, chosen), lambda: False, fractions.append)

    assert fractions == [0.25, 0.5, 0.75, 1.0]


def test_the_version_names_reward_model_and_texts(
    make_session: Callable[..., Session], principles: dict[str, Principle]
) -> None:
    session = make_session()
    warm, concise = principles["warm"], principles["concise"]
    edited = replace(warm, positive=replace(warm.positive, instruction="Be nice."))
    relabelled = replace(warm, positive=replace(warm.positive, label="Nice"))

    version = score(session, REPLY, warm, concise).reward_version

    assert version == reward_version("teacher", session.loaded.sha256, (warm, concise))
    assert score(session, REPLY, concise, warm).reward_version == version
    assert score(session, REPLY, relabelled, concise).reward_version == version
    others = {
        score(session, REPLY, edited, concise).reward_version,
        score(session, REPLY, warm).reward_version,
        reward_version("head", session.loaded.sha256, (warm, concise)),
        reward_version("teacher", "f" * 64, (warm, concise)),
    }
    assert len(others | {version}) == 5

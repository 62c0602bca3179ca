"""A principle too new for the head works at once: the teacher reads it beside the head, in one reply."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.principles import Pole, Principle
from engine.protocol import (
    Calibrate,
    Generate,
    Generated,
    Guidance,
    Load,
    Message,
    PrincipleWeight,
    Sampling,
    Score,
)
from engine.rewards.teacher import MAX_PRINCIPLES
from engine.session import Session
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = tuple(
    Principle(
        f"own_{i}",
        Pole(f"Pole {i}", f"Answer like a {word}."),
        Pole(f"Not {i}", f"Never like a {word}."),
        ends=i == 0,
    )
    for i, word in enumerate(("poet", "pirate", "judge", "gardener"))
)
QUESTION = (Message("user", "Tell me about rivers."),)
SAMPLING = Sampling(temperature=1.0, max_tokens=24, seed=11, repetition_penalty=1.0)


@pytest.fixture(scope="module")
def tuned(
    tmp_path_factory: pytest.TempPathFactory, principles: dict[str, Principle]
) -> Iterator[tuple[Session, Load]]:
    folder = tmp_path_factory.mktemp("mixed")
    path = TinyModel(vocabulary=2048, width=96, tied=False, seed=7).write(folder / "second.gguf")
    prompts = folder / "prompts.jsonl"
    rows = [{"id": f"t{i:02d}", "prompt": f"Tell me something about the number {i}."} for i in range(12)]
    prompts.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    load = Load(1, str(path), context_length=512, threads=1, heads=(str(folder / "heads"),))
    session = Session(load, lambda *_: True)
    chosen = tuple(principles[name] for name in ("concise", "warm", "harmless_honest"))
    command = Calibrate(
        2, str(folder / "work"), str(folder / "heads"), str(prompts), chosen,
        plain=4, pairs_per_principle=1, guided=2, reply_tokens=16,
    )  # fmt: skip
    for _ in session.calibrate(command, lambda: False):
        pass
    yield session, load
    session.close()


@pytest.fixture
def session(tuned: tuple[Session, Load]) -> Session:
    return tuned[0]


def guidance(principles: dict[str, Principle], strength: float = 1.0, **weights: float) -> Guidance:
    known = principles | {p.name: p for p in OWN}
    pairs = tuple(PrincipleWeight(known[name], weight) for name, weight in weights.items())
    return Guidance("head", strength, pairs, principles["harmless_honest"])


def answer(
    session: Session,
    guide: Guidance,
    messages: tuple[Message, ...] = QUESTION,
    stop_after: int | None = None,
    **sampling: float,
) -> Generated:
    command = Generate(3, messages, replace(SAMPLING, **sampling), guide, trace=True)
    items: list[object] = []
    for item in session.generate(command, lambda: len(items) == stop_after):
        if isinstance(item, Generated):
            return item
        items.append(item)
    raise AssertionError


def test_a_new_principle_guides_at_once_beside_those_of_the_head(session, principles):
    headed = answer(session, guidance(principles, warm=0.8))
    both = answer(session, guidance(principles, warm=0.8, own_0=1.0))
    assert both.used == (("warm", 0.8), ("own_0", 1.0))
    assert both.left_out == ()
    assert both.token_ids != headed.token_ids
    assert answer(session, guidance(principles, own_0=1.0)).used == (("own_0", 1.0),)


def test_without_strength_or_weight_the_tokens_are_the_base_models_own(session, principles):
    plain = answer(session, Guidance()).token_ids
    assert answer(session, guidance(principles, strength=0.0, warm=1.0, own_0=1.0)).token_ids == plain
    assert answer(session, guidance(principles, warm=0.0, own_0=0.0)).token_ids == plain
    headed = answer(session, guidance(principles, warm=1.0)).token_ids
    assert answer(session, guidance(principles, warm=1.0, own_0=0.0)).token_ids == headed


STRONG = {"warm": 1.0, "concise": -1.0, "own_0": 1.0, "own_1": -1.0}


def test_the_shares_add_up_to_what_guidance_did(session, principles, monkeypatch):
    monkeypatch.setattr("engine.values.REJECTION_MARGIN", np.inf)
    reply = answer(session, guidance(principles, 2.0, **STRONG))
    assert dict(reply.used) == STRONG
    for token in reply.trace:
        assert sum(token.guided) == pytest.approx(1.0)
        assert len(token.shares) == 4
        base, guided = np.array(token.base), np.array(token.guided)
        own = base > 0  # where the reply opens, there are more
        free = base * np.exp(np.array(token.shares).sum(axis=0))
        np.testing.assert_allclose(guided[own] / guided[own].sum(), (free / free.sum())[own], rtol=1e-4)


def test_only_what_is_about_length_is_heard_about_endings(session, principles, monkeypatch):
    monkeypatch.setattr("engine.llama.LlamaModel.ends_generation", lambda _, token: token % 3 == 0)
    silent, heard, others = [], [], []
    for seed in range(6):
        weights = {"concise": 1.0, "warm": 1.0, "own_0": 1.0, "own_1": 1.0}  # the first and the third are
        reply = answer(session, guidance(principles, 1.0, **weights), seed=seed)
        about = np.array([name in ("concise", "own_0") for name, _ in reply.used])
        for token in reply.trace:
            shares, ends = np.abs(token.shares), np.array(token.ids) % 3 == 0
            if ends.any() and not ends.all():
                silent += [*shares[~about][:, ends].ravel()]
                heard += [*shares[about][:, ends].ravel()]
                others += [*shares[~about][:, ~ends].ravel()]
    assert len(silent) > 20
    assert max(silent) < 1e-6
    assert np.median(heard) > 1e-4
    assert np.median(others) > 1e-4


def test_what_the_values_principle_rejects_never_gains(session, principles, monkeypatch):
    monkeypatch.setattr("engine.values.REJECTION_MARGIN", 0.0)
    capped = 0
    for seed in range(4):
        for token in answer(session, guidance(principles, 2.0, **STRONG), seed=seed).trace:
            base, guided, held = (np.array(x) for x in (token.base, token.guided, token.capped))
            capped += held.sum()
            assert (guided[held] <= base[held] + 1e-9).all()
    assert capped, "a test in which nothing is capped shows nothing"


def test_each_share_is_what_the_principle_contributes_alone(session, principles):
    together = answer(session, guidance(principles, warm=1.0, own_0=1.0), max_tokens=1).trace[0]
    headed = answer(session, guidance(principles, warm=1.0), max_tokens=1).trace[0]
    taught = answer(session, guidance(principles, own_0=1.0), max_tokens=1).trace[0]
    assert together.ids == headed.ids == taught.ids
    np.testing.assert_allclose(together.shares[0], headed.shares[0], atol=1e-4)
    np.testing.assert_allclose(together.shares[1], taught.shares[0], atol=1e-4)


def test_the_teacher_has_room_for_the_strongest_few_and_names_the_rest(session, principles):
    reply = answer(session, guidance(principles, warm=0.1, own_0=0.2, own_1=-0.9, own_2=0.5, own_3=0.4))
    assert len(OWN) == MAX_PRINCIPLES + 1
    assert [name for name, _ in reply.used] == ["warm", "own_1", "own_2", "own_3"]
    assert reply.left_out == ("own_0",)


def test_the_same_seed_gives_the_same_text(session, principles):
    guide = guidance(principles, warm=1.0, own_0=1.0)
    assert answer(session, guide).token_ids == answer(session, guide).token_ids


def test_a_cancelled_reply_leaves_nothing_behind(tuned, principles):
    session, load = tuned
    guide = guidance(principles, warm=1.0, own_0=1.0)
    whole = answer(session, guide)
    cut = answer(session, guide, stop_after=5)
    assert cut.finish_reason == "cancelled"
    assert cut.token_ids == whole.token_ids[: len(cut.token_ids)]
    asked = Message("user", "Tell me about rivers. " * 12)
    answer(session, guide, (asked,), stop_after=5)
    again = (asked, Message("assistant", cut.text), Message("user", "Go on."))
    fresh = Session(load, lambda *_: True)
    try:
        after, alone = answer(session, guide, again), answer(fresh, guide, again)
    finally:
        fresh.close()
    assert after.reused_tokens > alone.reused_tokens == 0
    assert after.token_ids == alone.token_ids


def test_a_reply_gets_features_of_both_kinds_under_one_version(session, principles):
    chosen = (principles["concise"], OWN[0], principles["warm"])

    def features(reward: str, *asked: Principle) -> dict[str, float]:
        command = Score(4, QUESTION, "They flow to the sea.", asked, reward)  # type: ignore[arg-type]
        scored = session.score(command, lambda: False, lambda _: None)
        if reward == "head":
            assert scored.reward_version == session.loaded.head_version
        return dict(scored.features)

    mixed = features("head", *chosen)
    assert list(mixed) == [p.name for p in chosen]
    assert mixed["own_0"] == pytest.approx(features("teacher", OWN[0])["own_0"], abs=1e-5)
    headed = features("head", principles["concise"], principles["warm"])
    assert {name: mixed[name] for name in headed} == pytest.approx(headed, abs=1e-5)


def test_the_session_says_what_its_head_knows(session, principles):
    known = {name for name, _ in session.loaded.head_principles}
    assert known == {"concise", "warm", "harmless_honest"}
    assert dict(session.loaded.head_principles)["warm"] == principles["warm"].poles_hash

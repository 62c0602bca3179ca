"""A second model as teacher: which may be one, what it reads, and that nothing of it reaches an unguided reply."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gguf import GGUFWriter

from engine.errors import BadRequestError, ModelFileError, VocabularyError
from engine.guidance import CLIP
from engine.llama import Aborted, LlamaModel
from engine.models.fit import fit
from engine.models.hardware import Device, Hardware
from engine.models.header import read_header
from engine.models.parameters import Parameters
from engine.models.vocabulary import check_same_vocabulary
from engine.protocol import (
    Generate,
    Generated,
    Guidance,
    Load,
    Message,
    PrincipleWeight,
    Sampling,
    Score,
    SecondModel,
)
from engine.rewards.second import REWARD_GAIN
from engine.rewards.teacher import GAIN, MAX_PRINCIPLES
from engine.scoring import CANDIDATES
from engine.session import Session
from engine.values import REJECTION_MARGIN
from tests.engine.reference import Reference
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.principles import Principle
    from engine.protocol import SecondUse

BASE = TinyModel()
SIBLING = TinyModel(width=32, layers=1, seed=5)
QUESTION = (Message("system", "Be kind."), Message("user", "bade kilo mono?"))
SAMPLING = Sampling(max_tokens=24, seed=3)
WEIGHTS = {"warm": 0.8, "concise": -0.6, "formal": 0.3}
GIB = 1 << 30


@pytest.fixture(scope="module")
def sibling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SIBLING.write(tmp_path_factory.mktemp("sibling") / "sibling.gguf")


@pytest.fixture(scope="module")
def opened(tiny_path: Path, sibling: Path) -> Iterator[Callable[[SecondUse | None], Session]]:
    """Return a function that gives the session with the second model in a use, or without one."""
    made: dict[SecondUse | None, Session] = {}

    def session(use: SecondUse | None) -> Session:
        if use not in made:
            second = SecondModel(str(sibling), use) if use else None
            load = Load(1, str(tiny_path), context_length=1024, threads=1, second=second)
            made[use] = Session(load, lambda *_: True)
        return made[use]

    yield session
    for each in made.values():
        each.close()


@pytest.fixture(scope="module")
def references(tiny_path: Path) -> Iterator[tuple[Reference, Reference]]:
    """The answering model and its sibling in transformers, read without caches or batches."""
    model = LlamaModel(tiny_path)
    yield (
        Reference(BASE.transformers(), lambda text: model.tokenize(text, special=True)),
        Reference(SIBLING.transformers(), lambda text: model.tokenize(text, special=True)),
    )
    model.close()


def guidance(principles: dict[str, Principle], strength: float = 1.0, **weights: float) -> Guidance:
    pairs = tuple(PrincipleWeight(principles[name], w) for name, w in (weights or WEIGHTS).items())
    return Guidance("teacher", strength, pairs, principles["harmless_honest"])


def answer(
    session: Session,
    guide: Guidance,
    messages: tuple[Message, ...] = QUESTION,
    *,
    begun: str = "",
    sampling: Sampling = SAMPLING,
) -> Generated:
    command = Generate(1, messages, sampling, guide, trace=True, begun=begun)
    *_, reply = session.generate(command, lambda: False)
    assert isinstance(reply, Generated)
    return reply


def naive(
    use: SecondUse,
    references: tuple[Reference, Reference],
    principle: Principle,
    weight: float,
    reply: tuple[int, ...],
) -> NDArray[np.float64]:
    """φ (T, V) as the definition has it: the sibling's two poles, or the reward model's wanted one less the base's."""
    base, second = references
    if use == "teacher":
        return second.logits(QUESTION, principle.positive.instruction, reply) - second.logits(
            QUESTION, principle.negative.instruction, reply
        )
    pole = principle.positive if weight > 0 else principle.negative
    rewards = second.logits(QUESTION, pole.instruction, reply) - base.logits(QUESTION, "", reply)
    return rewards if weight > 0 else -rewards


# Which may be one


def test_the_same_tokens_are_accepted_whatever_the_weights(tiny_path: Path, sibling: Path) -> None:
    check_same_vocabulary(tiny_path, sibling)


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (["a", "b"], ["a"], "it has 1 tokens instead of 2."),
        (["a"], ["a", "b"], "it has 2 tokens instead of 1."),
        (["a", "b"], ["b", "a"], "its token 0 is “b” instead of “a”."),
        (["a"], [], "theirs.gguf lists no tokens."),
        ([], [], "ours.gguf lists no tokens."),
    ],
)
def test_every_other_vocabulary_is_refused_with_the_reason(
    tmp_path: Path, ours: list[str], theirs: list[str], reason: str
) -> None:
    for name, tokens in (("ours.gguf", ours), ("theirs.gguf", theirs)):
        writer = GGUFWriter(tmp_path / name, "llama")
        if tokens:
            writer.add_token_list(tokens)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()
    with pytest.raises(VocabularyError) as caught:
        check_same_vocabulary(tmp_path / "ours.gguf", tmp_path / "theirs.gguf")
    assert caught.value.user_message == f"theirs.gguf can’t read along with ours.gguf: {reason}"
    assert caught.value.next_step.endswith(".")


def test_one_token_that_differs_is_found_and_named(tmp_path: Path, tiny_path: Path, sibling: Path) -> None:
    other = tmp_path / "other.gguf"
    length = (4).to_bytes(8, "little")
    other.write_bytes(sibling.read_bytes().replace(length + b"babe", length + b"bxbe"))
    with pytest.raises(VocabularyError) as caught:
        check_same_vocabulary(tiny_path, other)
    assert "is “bxbe” instead of “babe”" in caught.value.user_message
    with pytest.raises(VocabularyError):
        Session(Load(1, str(tiny_path), threads=1, second=SecondModel(str(other))), lambda *_: True)


def test_a_second_model_that_is_gone_or_none_is_refused(tmp_path: Path, tiny_path: Path) -> None:
    (tmp_path / "page.gguf").write_text("<!DOCTYPE html>")
    for name in ("missing.gguf", "page.gguf"):
        load = Load(1, str(tiny_path), threads=1, second=SecondModel(str(tmp_path / name)))
        with pytest.raises(ModelFileError) as caught:
            Session(load, lambda *_: True)
        assert name in caught.value.user_message


def test_a_model_is_told_one_second_model_at_most() -> None:
    with pytest.raises(BadRequestError):
        Parameters(teacher="a.gguf", reward_model="b.gguf")
    assert Parameters(teacher="a.gguf").second == SecondModel("a.gguf", "teacher")
    assert Parameters(reward_model="b.gguf").second == SecondModel("b.gguf", "reward")
    assert Parameters().second is None
    assert Parameters().needs_reload(Parameters(teacher="a.gguf"))


# What it reads


@pytest.mark.parametrize("begun", ["", "bade kilo, mono"])
@pytest.mark.parametrize(("use", "gain"), [("teacher", GAIN), ("reward", REWARD_GAIN)])
def test_every_share_of_a_reply_equals_the_naive_formula(
    opened: Callable[[SecondUse | None], Session],
    references: tuple[Reference, Reference],
    principles: dict[str, Principle],
    use: SecondUse,
    gain: float,
    begun: str,
) -> None:
    """To 0.05 nats of φ, at every candidate; where the values principle held one back, its own feature says why."""
    session = opened(use)
    reply = answer(session, guidance(principles), begun=begun)
    assert dict(reply.used) == WEIGHTS
    assert reply.changed_share > 0
    before = tuple(session.model.tokenize(begun, special=False))
    tokens = (*before, *reply.token_ids)
    expected = {n: naive(use, references, principles[n], w, tokens) for n, w in WEIGHTS.items()}
    values = naive("teacher", references, principles["harmless_honest"], 1.0, tokens)
    base = references[0].logits(QUESTION, "", tokens)
    held_back = 0
    for t, token in enumerate(reply.trace, start=len(before)):
        ids = list(token.ids)
        scores = base[t].copy()
        for said in set(tokens[:t]):
            penalty = SAMPLING.repetition_penalty
            scores[said] = scores[said] / penalty if scores[said] > 0 else scores[said] * penalty
        pi = np.exp(scores[ids] - scores[ids].max())
        pi /= pi.sum()
        for (name, weight), shares in zip(reply.used, token.shares, strict=True):
            phi = expected[name][t][ids]
            centred = np.clip(phi - pi @ phi, -CLIP, CLIP)
            np.testing.assert_allclose(np.array(shares) / gain, weight * centred, atol=0.05)
        cap = values[t][ids] - pi @ values[t][ids]
        assert all(at < 0.05 - REJECTION_MARGIN for at in cap[list(token.capped)])
        held_back += sum(token.capped)
    assert held_back > 0
    assert max(abs(s) for token in reply.trace for row in token.shares for s in row) > 0.5


def test_a_reward_model_at_a_full_weight_draws_as_it_would_itself(
    opened: Callable[[SecondUse | None], Session],
    references: tuple[Reference, Reference],
    principles: dict[str, Principle],
) -> None:
    """log π_base + (log π_RM − log π_base) is log π_RM, over the candidates, where nothing is clipped."""
    plain = replace(SAMPLING, repetition_penalty=1.0, temperature=1.0)
    guide = replace(guidance(principles, warm=-1.0), values=None)
    reply = answer(opened("reward"), guide, sampling=plain)
    rewarded = references[1].logits(QUESTION, principles["warm"].negative.instruction, reply.token_ids)
    for t, token in enumerate(reply.trace):
        wanted = np.exp(rewarded[t][list(token.ids)] - rewarded[t][list(token.ids)].max())
        if max(abs(s) for s in token.shares[0]) < CLIP - 0.1:
            np.testing.assert_allclose(token.guided, wanted / wanted.sum(), atol=0.01)


@pytest.mark.parametrize("use", ["teacher", "reward"])
def test_features_of_a_reply_equal_the_naive_computation(
    opened: Callable[[SecondUse | None], Session],
    references: tuple[Reference, Reference],
    principles: dict[str, Principle],
    use: SecondUse,
) -> None:
    text = "bade kilo, mono fire! " * 4
    chosen = (principles["warm"], principles["harmless_honest"])
    session = opened(use)
    scored = session.score(Score(1, QUESTION, text, chosen), lambda: False, lambda _: None)
    tokens = tuple(session.model.tokenize(text, special=False))
    base = references[0].logits(QUESTION, "", tokens)
    for principle, (name, found) in zip(chosen, scored.features, strict=True):
        phi = naive("teacher", references, principle, 1.0, tokens)
        advantages = []
        for t, token in enumerate(tokens):
            ids = np.argsort(-base[t], kind="stable")[:CANDIDATES]
            pi = np.exp(base[t][ids] - base[t][ids].max())
            pi /= pi.sum()
            advantages.append(np.clip(phi[t][token] - pi @ phi[t][ids], -CLIP, CLIP))
        assert name == principle.name
        assert found == pytest.approx(np.mean(advantages), abs=5e-3)
        assert abs(found) > 0.01


def test_features_of_different_teachers_never_mix(
    opened: Callable[[SecondUse | None], Session], principles: dict[str, Principle]
) -> None:
    command = Score(1, QUESTION, "bade kilo", (principles["warm"],))
    uses: tuple[SecondUse | None, ...] = (None, "teacher", "reward")
    versions = [opened(use).score(command, lambda: False, lambda _: None).reward_version for use in uses]
    assert len(set(versions)) == 3
    loaded = opened("reward").loaded
    assert loaded.second_name == "Tiny 1280x32"
    assert loaded.second_version in versions[2]


# Its place beside the first


@pytest.mark.parametrize("use", ["teacher", "reward"])
def test_without_strength_or_weight_the_tokens_are_the_base_models_own(
    opened: Callable[[SecondUse | None], Session], principles: dict[str, Principle], use: SecondUse
) -> None:
    plain = answer(opened(None), Guidance()).token_ids
    assert answer(opened(use), guidance(principles)).token_ids != plain
    for unguided in (
        Guidance(),
        guidance(principles, strength=0.0),
        guidance(principles, warm=0.0),
    ):
        assert answer(opened(use), unguided).token_ids == plain


@pytest.mark.parametrize("use", ["teacher", "reward"])
def test_a_reply_depends_on_nothing_read_before_it(
    opened: Callable[[SecondUse | None], Session], principles: dict[str, Principle], use: SecondUse
) -> None:
    session = opened(use)
    first = answer(session, guidance(principles)).token_ids
    longer = (*QUESTION, Message("assistant", "kilo " * 80), Message("user", "And fire?"))
    again = answer(session, guidance(principles, formal=1.0), longer).token_ids
    session.score(Score(1, longer, "mono bade", (principles["lists"],)), lambda: False, lambda _: None)
    with pytest.raises(Aborted):
        session.score(Score(1, longer, "mono bade", (principles["lists"],)), lambda: True, lambda _: None)
    assert answer(session, guidance(principles)).token_ids == first
    assert answer(session, guidance(principles, formal=1.0), longer).token_ids == again


def test_a_reward_model_has_room_for_twice_as_many_principles(
    opened: Callable[[SecondUse | None], Session], principles: dict[str, Principle]
) -> None:
    names = [name for name in principles if name != "harmless_honest"][: 2 * MAX_PRINCIPLES + 1]
    guide = guidance(principles, **dict.fromkeys(names, 0.5))
    assert len(answer(opened("reward"), guide).used) == 2 * MAX_PRINCIPLES
    assert len(answer(opened("teacher"), guide).used) == MAX_PRINCIPLES


def test_a_second_model_that_looks_back_less_far_shortens_the_context(
    tmp_path: Path, tiny_path: Path
) -> None:
    short = replace(SIBLING, context=512).write(tmp_path / "short.gguf")
    load = Load(1, str(tiny_path), context_length=2048, threads=1, second=SecondModel(str(short)))
    session = Session(load, lambda *_: True)
    session.close()
    assert session.loaded.context_length == 512
    assert session.loaded.steps == ("Tiny 1280x32 looks back at most 512 tokens, so both do.",)


# Memory


@pytest.mark.parametrize("context", [1024, 4096])
def test_the_estimate_of_both_is_within_15_per_cent_of_what_was_allocated(
    tmp_path: Path, context: int
) -> None:
    shapes = (TinyModel(width=512, layers=4, heads=8), TinyModel(width=256, layers=2, seed=9))
    first, second = (shape.write(tmp_path / f"{shape.width}.gguf") for shape in shapes)
    hardware = Hardware(64 * GIB, 64 * GIB, 8)
    predicted = fit(read_header(first), hardware, context, second=read_header(second)).estimate.total
    load = Load(1, str(first), context_length=context, threads=1, second=SecondModel(str(second)))
    session = Session(load, lambda *_: True)
    session.close()
    assert predicted == pytest.approx(session.loaded.memory, rel=0.15)
    assert predicted > fit(read_header(first), hardware, context).estimate.total


def test_a_second_model_counts_where_it_lies(tiny_path: Path, sibling: Path) -> None:
    first, second = read_header(tiny_path), read_header(sibling)
    alone = fit(first, Hardware(64 * GIB, 64 * GIB, 8), 4096).estimate.total
    both = fit(first, Hardware(64 * GIB, 64 * GIB, 8), 4096, second=second).estimate.total
    tight = Hardware((alone + both) // 2 + (512 << 20), 64 * GIB, 8)
    assert alone < both
    assert fit(first, tight, 4096).kind == "memory"
    assert fit(first, tight, 4096, second=second).kind == "no"
    gpu = replace(tight, devices=(Device("CUDA0", "A GPU", 4 * GIB, 4 * GIB),))
    assert fit(first, gpu, 4096, second=second).kind == "gpu"

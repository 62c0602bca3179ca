"""The guided loop against PAD's formula computed the plain way, in transformers, on the same weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine import starter
from engine.chat_template import ChatTemplate
from engine.decoder import Guide, Step, generate
from engine.guidance import CLIP
from engine.llama import LlamaContext, LlamaModel
from engine.principles import load_principles
from engine.prompt_cache import PromptCache
from engine.protocol import Generate, Generated, Guidance, Load, Message, PrincipleWeight, Sampling
from engine.rewards.teacher import GAIN, MAX_SEQUENCES, TeacherReward
from engine.session import Session
from engine.transformers_model import dequantised
from engine.values import REJECTION_MARGIN
from resources import PRINCIPLES
from tests.engine.reference import Reference, Rule, State
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine.protocol import TokenTrace

ALL = {p.name: p for p in load_principles(PRINCIPLES)}
SYSTEM = Message("system", "You are a helpful assistant.")
HISTORY = (
    SYSTEM,
    Message("user", "What is a comet?"),
    Message("assistant", "A ball of ice and dust."),
    Message("user", "And why has it a tail?"),
)


@pytest.fixture(autouse=True)
def _one_torch_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rule(weights: dict[str, float], *, strength: float = 1.0, values: bool = True) -> Rule:
    coefficients = tuple((ALL[name], strength * w * GAIN) for name, w in weights.items())
    return Rule(coefficients, ALL["harmless_honest"] if values else None, CLIP, REJECTION_MARGIN)


# On a float32 model: to 1e-3


class TinyEngine:
    """The engine's parts on a tiny float32 model, attending in float32: put together as ``Session`` does."""

    def __init__(self, path: Path) -> None:
        self.model = LlamaModel(path)
        self.context = LlamaContext(
            self.model, n_cells=6144, n_sequences=1 + MAX_SEQUENCES, threads=1, exact=True
        )

    def close(self) -> None:
        self.context.close()
        self.model.close()

    def reply(self, messages: Sequence[Message], sampling: Sampling, rule: Rule) -> list[Step]:
        template, cache = ChatTemplate(self.model), PromptCache(self.context)
        prompt = template.tokens(messages)
        (*_, (start, end)) = cache.read(prompt, lambda: False)
        logits = self.context.logits(end - 1 - start).copy()
        principles = [*(p for p, _ in rule.coefficients), *([rule.values] if rule.values else [])]
        reward = TeacherReward(self.context, template, principles)
        reward.start(messages, prompt, end - 1 - start, lambda: False)
        guide = Guide(reward, np.array([c for _, c in rule.coefficients]), has_values=rule.values is not None)
        items = list(
            generate(
                self.context, len(prompt), logits, sampling, guide, lambda: False,
                max_tokens=sampling.max_tokens, trace=True,
            )
        )  # fmt: skip
        reward.finish()
        self.context.clear()
        return [item for item in items if isinstance(item, Step)]


CASES = [
    pytest.param(TinyModel(), (SYSTEM, Message("user", "Why?")), {"concise": 1.0}, {}, id="one principle"),
    pytest.param(
        TinyModel(),
        HISTORY,
        {"simple": -0.7, "warm": 1.0, "lists": 0.3},
        {"top_p": 0.8, "min_p": 0.1, "repetition_penalty": 1.3},
        id="three principles, a history",
    ),
    pytest.param(
        TinyModel(tied=False, layers=3, heads=8, kv_heads=8, sharpness=2.0, seed=3),
        HISTORY,
        {"formal": 0.2},
        {"temperature": 1.5, "top_k": 20},
        id="another model, hot",
    ),
]


@pytest.mark.parametrize(("tiny", "messages", "weights", "options"), CASES)
def test_guided_loop_equals_naive_formula(
    tmp_path: Path,
    tiny: TinyModel,
    messages: tuple[Message, ...],
    weights: dict[str, float],
    options: dict[str, float],
) -> None:
    """Candidates alike; shares (nats) and both distributions to 1e-3, on at least 50 positions."""
    sampling = Sampling(max_tokens=60, seed=5, **options)
    engine = TinyEngine(tiny.write(tmp_path / "tiny.gguf"))
    try:
        steps = engine.reply(messages, sampling, rule(weights))
        reference = Reference(tiny.transformers(), lambda text: engine.model.tokenize(text, special=True))
        tokens = [step.token for step in steps]
        expected = reference.states(messages, tokens, sampling, rule(weights))
        doubled = reference.states(messages, tokens, sampling, rule(weights, strength=2.0))
        swapped = reference.states(messages, tokens, sampling, rule(weights, strength=-1.0))
        uncapped = reference.states(messages, tokens, sampling, rule(weights, values=False))
    finally:
        engine.close()

    assert len(expected) >= 50
    assert [list(step.trace.ids) for step in steps] == [state.ids for state in expected]
    assert furthest(steps, expected) < 1e-3
    assert [step.logprob for step in steps] == pytest.approx([s.logprob for s in expected], abs=1e-3)
    # Where neither clip nor cap acts, the engine's distribution is Eq. 13 as it stands in the paper.
    bare = [(step, state) for step, state in zip(steps, expected, strict=True) if state.exact]
    assert len(bare) >= 10
    assert max(np.abs(step.trace.guided - state.plain).max() for step, state in bare) < 1e-3
    # And the check would notice.
    assert any(any(step.trace.capped) for step in steps)
    for wrong in (doubled, swapped, uncapped):
        assert furthest(steps, wrong) > 0.1


def test_greedy_guided_loop_picks_the_naive_argmax(tmp_path: Path) -> None:
    tiny, weights = TinyModel(seed=2), {"warm": 0.5, "concise": -0.4}
    sampling = Sampling(temperature=0.0, max_tokens=50)
    engine = TinyEngine(tiny.write(tmp_path / "tiny.gguf"))
    try:
        steps = engine.reply(HISTORY, sampling, rule(weights, values=False))
        reference = Reference(tiny.transformers(), lambda text: engine.model.tokenize(text, special=True))
        tokens, warm = [step.token for step in steps], replace(sampling, temperature=1.0)
        states = reference.states(HISTORY, tokens, warm, rule(weights, values=False))
    finally:
        engine.close()

    assert len(states) == 50
    assert [step.token for step in steps] == [state.ids[int(np.argmax(state.scores))] for state in states]
    assert any(step.changed for step in steps)


def furthest(steps: Sequence[Step], states: Sequence[State]) -> float:
    """Return the largest difference of any probability or share."""
    return max(
        float(np.abs(np.array(mine) - theirs).max())
        for step, state in zip(steps, states, strict=True)
        for mine, theirs in (
            (step.trace.base, state.base),
            (step.trace.guided, state.guided),
            (step.trace.shares, state.shares),
        )
    )


# On the embedded model


@dataclass(frozen=True)
class Agreement:
    """How far the engine's shares and choices are from the reference's, over all positions.

    ``noise``: median |Δ log π_base| over the candidates, in nats: the models' own difference, free of the formula.
    ``feature``: median |Δ φ̃| in nats. ``slope``, ``correlation``: engine's shares regressed on the reference's.
    ``argmax``: share of positions with the same most probable guided token. ``overlap``: mean Jaccard index of the
    candidate sets.
    """

    noise: float
    feature: float
    slope: float
    correlation: float
    argmax: float
    overlap: float

    def holds(self) -> bool:
        """llama.cpp quantises activations to 8 bits and the reference does not, so logits differ by tenths of a nat.

        A feature is the difference of two readings, each about as uncertain as the base model's own, hence at most
        twice its noise; noise has no direction, so the slope must be 1. A doubled β has the slope 0.5, swapped
        poles have a negative one.
        """
        return (
            self.feature <= 2 * self.noise
            and 0.95 <= self.slope <= 1.05
            and self.correlation >= 0.95
            and self.argmax >= 0.8
            and self.overlap >= 0.9
        )


REPLIES = [
    ("Why is the sky blue?", {"concise": 1.0, "simple": -0.7}),
    ("How do I fix a flat bicycle tyre?", {"warm": 1.0}),
    ("Name some good reasons to learn a language.", {"lists": 1.0, "formal": 0.5, "humorous": -0.5}),
]


@pytest.mark.model
def test_guided_loop_equals_naive_formula_on_the_embedded_model() -> None:
    path = starter.embedded_model()
    session = Session(Load(1, str(path), threads=1), lambda *_: True)
    try:
        sampling = Sampling(max_tokens=24, seed=1)
        reference = Reference(dequantised(path), lambda text: session._model.tokenize(text, special=True))
        rows = []
        for question, weights in REPLIES:
            messages = (SYSTEM, Message("user", question))
            guidance = Guidance(
                "teacher",
                1.0,
                tuple(PrincipleWeight(ALL[name], w) for name, w in weights.items()),
                ALL["harmless_honest"],
            )
            *_, reply = session.generate(Generate(2, messages, sampling, guidance, trace=True), lambda: False)
            assert isinstance(reply, Generated)
            given = [trace.ids for trace in reply.trace]
            own = reference.states(messages, reply.token_ids, sampling, rule(weights))
            for strength in (1.0, 2.0, -1.0):
                states = reference.states(
                    messages, reply.token_ids, sampling, rule(weights, strength=strength), given
                )
                rows.append((strength, rule(weights), reply.trace, states, own))
    finally:
        session.close()

    assert sum(len(trace) for strength, _, trace, _, _ in rows if strength == 1.0) >= 50
    by_strength = {s: agreement([row for row in rows if row[0] == s], sampling) for s in (1.0, 2.0, -1.0)}
    assert by_strength[1.0].holds(), by_strength[1.0]
    assert not by_strength[2.0].holds(), by_strength[2.0]
    assert not by_strength[-1.0].holds(), by_strength[-1.0]


def agreement(
    rows: Sequence[tuple[float, Rule, Sequence[TokenTrace], list[State], list[State]]], sampling: Sampling
) -> Agreement:
    noise, feature, mine, theirs, argmax, overlap = [], [], [], [], [], []
    for _, rule, trace, states, own in rows:
        scale = np.abs([coefficient for _, coefficient in rule.coefficients])[:, None]
        for token, state, alone in zip(trace, states, own, strict=True):
            noise += list(np.abs(np.log(token.base) - np.log(state.base)) * sampling.temperature)
            feature += list((np.abs(np.array(token.shares) - state.shares) / scale).ravel())
            mine += list(np.ravel(token.shares))
            theirs += list(state.shares.ravel())
            argmax.append(np.argmax(token.guided) == np.argmax(state.guided))
            overlap.append(len({*token.ids} & {*alone.ids}) / len({*token.ids} | {*alone.ids}))
    return Agreement(
        noise=float(np.median(noise)),
        feature=float(np.median(feature)),
        slope=float(np.dot(mine, theirs) / np.dot(theirs, theirs)),
        correlation=float(np.corrcoef(mine, theirs)[0, 1]),
        argmax=float(np.mean(argmax)),
        overlap=float(np.mean(overlap)),
    )

"""Matching, recall and use of statements with the real embedder and the embedded model. The figures are printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.composition import build, make_engine
from app.prompting import AnswerOptions
from app.settings import Settings
from app.statements.style import examples_of, likeness, match, read_said
from engine.principles import load_principles
from engine.protocol import Embed, Embedded, Message, Sampling, Score, Scored
from memory.statements import MOST_RECALLED, RELEVANT
from resources import PRINCIPLES, STATEMENTS
from tests.app.statements.recall_cases import FACTS_WITH_QUESTIONS, UNRELATED
from tests.app.statements.style_statements import NO_PRINCIPLE, STYLE_STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.engine_client import EngineClient

pytestmark = pytest.mark.model

PRINCIPLE_LIST = load_principles(PRINCIPLES)
MEAT = r"chicken|beef|pork|fish|salmon|turkey|bacon|shrimp|ham\b|sausage|steak|\bmeat"
# What was said, a question it matters for, and how to see that an answer knew it.
USED: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("I'm vegetarian", "What should I cook for dinner tonight?", lambda t: not re.search(MEAT, t, re.I)),
    ("My wife's name is Ida", "Write a short birthday card for my wife.", lambda t: "Ida" in t),
    ("I have a dog called Bruno", "Write two sentences about my dog.", lambda t: "Bruno" in t),
    (
        "My favourite colour is green",
        "Which colour should I paint my bedroom?",
        lambda t: "green" in t.lower(),
    ),
    ("Call me Sam", "Say good morning to me.", lambda t: "Sam" in t),
)
SEEDS = range(4)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineClient]:
    client = make_engine(Settings(data_dir=tmp_path))
    yield client
    client.close()


def embed(engine: EngineClient, texts: tuple[str, ...]) -> np.ndarray:
    result = engine.call(Embed(engine.next_id(), texts))
    assert isinstance(result, Embedded)
    return result.vectors


def say(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        print(f"\n{line}")  # noqa: T201


def test_a_style_statement_finds_its_principle_and_sign(engine, capsys):
    examples = examples_of(PRINCIPLE_LIST, read_said(STATEMENTS))
    vectors = embed(engine, examples.texts)
    texts = tuple(text for text, _, _ in STYLE_STATEMENTS)
    assert not set(texts) & set(examples.texts)
    found = [match(t, v, examples, vectors) for t, v in zip(texts, embed(engine, texts), strict=True)]
    right = sum(
        m is not None and (m.principle, np.sign(m.value)) == (name, sign)
        for m, (_, name, sign) in zip(found, STYLE_STATEMENTS, strict=True)
    )
    principle = sum(
        m is not None and m.principle == name for m, (_, name, _) in zip(found, STYLE_STATEMENTS, strict=True)
    )
    wrong = sum(
        m is not None and (m.principle, np.sign(m.value)) != (name, sign)
        for m, (_, name, sign) in zip(found, STYLE_STATEMENTS, strict=True)
    )
    taken = [
        t
        for t, v in zip(NO_PRINCIPLE, embed(engine, NO_PRINCIPLE), strict=True)
        if match(t, v, examples, vectors)
    ]
    say(
        capsys,
        f"style: {right} of {len(texts)} right, {principle} the right principle, {wrong} wrong; "
        f"{len(taken)} of {len(NO_PRINCIPLE)} that fit none were matched: {taken}",
    )
    assert right / len(texts) >= 0.88
    assert wrong <= 6
    assert len(taken) <= 3


def test_the_head_s_own_feature_of_a_statement_s_text_says_less_than_likeness(engine, capsys):
    """Why the head is not asked: the sign of its feature of the statement's text, standardised over them all."""
    if load := engine.pending_load():
        engine.call(load)
    principles = tuple(p for p in PRINCIPLE_LIST if not p.fixed)
    question = (
        Message("system", "You are a helpful assistant."),
        Message("user", "How shall I answer you?"),
    )
    rows = []
    for text, _, _ in STYLE_STATEMENTS:
        scored = engine.call(Score(engine.next_id(), question, text, principles, "head"))
        assert isinstance(scored, Scored)
        rows.append([dict(scored.features)[p.name] for p in principles])
    features = np.array(rows)
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    names = [p.name for p in principles]
    signs = [
        np.sign(row[names.index(name)]) == sign
        for row, (_, name, sign) in zip(features, STYLE_STATEMENTS, strict=True)
    ]
    examples = examples_of(PRINCIPLE_LIST, read_said(STATEMENTS))
    vectors = embed(engine, examples.texts)
    texts = tuple(text for text, _, _ in STYLE_STATEMENTS)
    scores = [likeness(t, v, examples, vectors) for t, v in zip(texts, embed(engine, texts), strict=True)]
    right = []
    for share in (0.0, 0.005, 0.01, 0.02, 0.05, 0.1):
        told = np.clip(features, -2.0, 2.0) * share
        best = [
            max(found, key=lambda pole, f=found, row=row: f[pole] + pole[1] * row[names.index(pole[0])])
            for found, row in zip(scores, told, strict=True)
        ]
        right.append(
            sum(pole == (name, sign) for pole, (_, name, sign) in zip(best, STYLE_STATEMENTS, strict=True))
        )
    say(
        capsys,
        f"style: the head's feature has the right sign for {sum(signs)} of {len(signs)}; "
        f"likeness alone is right for {right[0]}, with the head at five weights for {right[1:]}",
    )
    assert max(right[1:]) <= right[0]  # else it deserves a say


def test_facts_are_recalled_for_the_questions_they_matter_for(engine, capsys):
    facts = embed(engine, tuple(fact for fact, _ in FACTS_WITH_QUESTIONS))
    asked = [(q, i) for i, (_, questions) in enumerate(FACTS_WITH_QUESTIONS) for q in questions]
    likeness = embed(engine, tuple(q for q, _ in asked)) @ facts.T
    own = np.array([row[i] for row, (_, i) in zip(likeness, asked, strict=True)])
    rank = (likeness > own[:, None]).sum(axis=1)
    recall = float(np.mean((own >= RELEVANT) & (rank < MOST_RECALLED)))
    stray = embed(engine, UNRELATED) @ facts.T
    strays = float(np.minimum((stray >= RELEVANT).sum(axis=1), MOST_RECALLED).mean())
    say(
        capsys,
        f"recall: {recall:.2f} of {len(asked)} questions get their fact among {len(facts)}; "
        f"{strays:.2f} facts a question that none matters for",
    )
    assert recall >= 0.85
    assert strays <= 0.3


def test_the_embedded_model_uses_what_it_is_told(tmp_path, capsys):
    attune = build(Settings(data_dir=tmp_path))
    try:
        assistant = attune.assistant
        for text, _, _ in USED:
            assistant.remembering.remember(text)
        assert assistant.settle(300)
        figures = {}
        for with_statements in (True, False):
            knew = []
            for text, question, knows in USED:
                conversation = assistant.new_conversation()
                for seed in SEEDS:
                    options = AnswerOptions(
                        sampling=Sampling(max_tokens=80), seed=seed, statements=with_statements
                    )
                    turn = list(assistant.answer(conversation.id, question, options=options))[-1].turn  # type: ignore[union-attr]
                    assert (text in [s.text for s in turn.statements]) == with_statements
                    knew.append(knows(turn.message.content))
                    conversation = assistant.new_conversation()
            figures[with_statements] = np.array(knew).reshape(len(USED), len(SEEDS)).sum(axis=1)
        say(capsys, f"used, of {len(SEEDS)} each: with {figures[True]}, without {figures[False]}")
        assert figures[True].sum() >= figures[False].sum() + 8
        assert figures[True].sum() >= 0.6 * len(USED) * len(SEEDS)
    finally:
        attune.close()

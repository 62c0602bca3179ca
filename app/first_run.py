"""The first run's questions: which pair to ask next, and how an answer becomes evidence. Knows no widget.

A pair's features are what it was written for, so they hold for every model and language. Answers are kept as one
ordinary conversation: forgetting it, or putting it in the trash, takes back what it taught.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from app.language import mark, tr
from memory.errors import NotFoundError
from memory.learning import DEFAULTS, Rows, columns, fit, make_prior
from memory.records import WRITTEN, ReplyFeatures
from resources import FIRST_RUN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from memory.learning import Array, Posterior
    from memory.store import Store

QUESTIONS: Final = 5
TITLE: Final = mark("Your first choices")
_CONVERSATION_KEY: Final = "first_run_conversation"
_NODES, _SHARES = np.polynomial.hermite_e.hermegauss(24)


@dataclass(frozen=True, slots=True)
class WrittenPair:
    """``leans``: principle → how far the first answer stands from the second, in spreads of ordinary answers."""

    question: str
    first: str
    second: str
    leans: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """``label``: +1 where the first was chosen, −1 for the second, 0 for no difference."""

    pair: WrittenPair
    label: int


def load_pairs(language: str, path: Path = FIRST_RUN) -> tuple[WrittenPair, ...]:
    """Read the pairs in ``language``, *de* or else English, in the file's order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["pair"]
    spoken = "de" if language.startswith("de") else "en"
    return tuple(
        WrittenPair(row[spoken]["question"], row[spoken]["first"], row[spoken]["second"], dict(row["leans"]))
        for row in rows
    )


def next_pair(
    pairs: Sequence[WrittenPair], answers: Sequence[Answer], names: Sequence[str]
) -> WrittenPair | None:
    """Return the pair whose answer is expected to tell most about taste, of those not asked; the first of equals.

    The mutual information of answer and taste, H(E[p]) − E[H(p)], over the posterior N(μ, s²) of the pair's logit.
    """
    asked = {answer.pair.question for answer in answers}
    left = [pair for pair in pairs if pair.question not in asked]
    if not left:
        return None
    posterior = posterior_of(answers, names)
    information = expected_information_gain(inputs_of(left, names), posterior.mean, posterior.covariance)
    return left[int(np.argmax(np.round(information, 9)))]


def posterior_of(answers: Sequence[Answer], names: Sequence[str]) -> Posterior:
    """Return what ``answers`` alone teach: what the memory makes of them once they are kept."""
    told = [answer for answer in answers if answer.label]
    rows = Rows(
        inputs_of([answer.pair for answer in told], names),
        np.array([answer.label for answer in told], dtype=np.float64),
        np.ones(len(told)),
    )
    return fit(rows, make_prior(names))


def inputs_of(pairs: Sequence[WrittenPair], names: Sequence[str]) -> Array:
    """Return the inputs of the regression, first answer less second: (n, D), only principles set."""
    inputs = np.zeros((len(pairs), len(columns(names))))
    for row, pair in zip(inputs, pairs, strict=True):
        row[: len(names)] = [pair.leans.get(name, 0.0) for name in names]
    return inputs


def expected_information_gain(inputs: Array, mean: Array, covariance: Array) -> Array:
    """Return I(answer; θ) of each row of ``inputs`` (n, D), in nats: (n,), by Gauss–Hermite quadrature."""
    centre = inputs @ mean
    spread = np.sqrt(np.sum((inputs @ covariance) * inputs, axis=1))
    logits = centre[:, None] + spread[:, None] * _NODES
    flip = DEFAULTS.flip_rate
    chance = flip + (1 - 2 * flip) * 0.5 * (1 + np.tanh(0.5 * logits))
    shares = _SHARES / _SHARES.sum()
    return np.asarray(_entropy(chance @ shares) - _entropy(chance) @ shares)


def earlier_answers(store: Store, pairs: Sequence[WrittenPair]) -> tuple[Answer, ...]:
    """Return what was answered in an earlier run and is still kept."""
    conversation_id = store.setting(_CONVERSATION_KEY)
    if conversation_id is None:
        return ()
    by_question = {pair.question: pair for pair in pairs}
    answers = []
    try:
        for message in store.messages(conversation_id):
            pair = by_question.get(message.content)
            if message.parent_id is None and pair is not None:
                replies = store.children(message.id)
                if replies:
                    answers.append(Answer(pair, 1 if replies[-1].content == pair.first else -1))
    except NotFoundError:
        return ()
    return tuple(answers)


def keep_answer(store: Store, answer: Answer) -> str | None:
    """Keep an answer as a question with two replies and a pair; return the question's id.

    *No difference* leaves nothing.
    """
    if not answer.label:
        return None
    conversation_id = _conversation(store)
    question = store.add_message(conversation_id, None, "user", answer.pair.question)
    kept = {}
    for label in (-answer.label, answer.label):  # the chosen one last: it is the one in view
        text = answer.pair.first if label > 0 else answer.pair.second
        reply = store.add_message(conversation_id, question.id, "assistant", text)
        values = {name: label * lean / 2 for name, lean in answer.pair.leans.items()}
        store.save_features(ReplyFeatures(reply.id, WRITTEN, values, 0.0, len(text.split())))
        kept[label] = reply.id
    store.prefer(kept[answer.label], kept[-answer.label], source="first_run")
    return question.id


def take_back(store: Store, question_id: str) -> None:
    """Forget what ``keep_answer`` kept, and the conversation with its last question. Raises ``NotFoundError``."""
    conversation_id = store.message(question_id).conversation_id
    if len([m for m in store.messages(conversation_id) if m.parent_id is None]) > 1:
        store.forget_message(question_id)
    else:
        store.forget_conversation(conversation_id)


def _conversation(store: Store) -> str:
    known = store.setting(_CONVERSATION_KEY)
    if known is not None and any(one.id == known for one in store.conversations()):
        return known
    conversation = store.create_conversation(tr(TITLE))
    store.set_setting(_CONVERSATION_KEY, conversation.id)
    return conversation.id


def _entropy(chance: Array) -> Array:
    return np.asarray(-chance * np.log(chance) - (1 - chance) * np.log1p(-chance))

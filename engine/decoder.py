"""The decoding loop: one token after another, guided or not, as a plain iterator. Knows nothing of chat or pipes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.candidates import candidates, log_normaliser, log_softmax
from engine.errors import DecodeError
from engine.guidance import CLIP, Choice, choose, probabilities, unheard
from engine.openings import Openings
from engine.protocol import TokenTrace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.llama import LlamaContext, LlamaModel
    from engine.openings import Opening
    from engine.protocol import FinishReason, Sampling
    from engine.rewards.protocol import Reward


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """A started reward and how much each of its rows counts.

    ``coefficients``: (m,) β · w · gain for the first m principles of the reward; where ``has_values``, one more
    row follows: the fixed principle's. ``clip`` bounds each feature, in nats; or (m, 1), each row's own. A reward
    whose rows are not one per principle tells in ``shares`` what each principle contributed. ``opening``: what is
    different where a reply may take another shape. ``silent``: (m,) rows without a say in when the reply ends.
    """

    reward: Reward
    coefficients: NDArray[np.float64]
    has_values: bool
    clip: float | NDArray[np.float64] = CLIP
    shares: (
        Callable[[NDArray[np.intp], NDArray[np.float64], NDArray[np.bool_]], NDArray[np.float64]] | None
    ) = None
    opening: Opening | None = None
    silent: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One token of the reply. ``logprob``: log π_base over the full vocabulary, in nats."""

    token: int
    text: str
    logprob: float
    changed: bool
    trace: TokenTrace | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The last item: why there are no more tokens, and the text that was still incomplete."""

    reason: FinishReason
    text: str = ""


def generate(
    context: LlamaContext,
    prompt_length: int,
    first_logits: NDArray[np.float32],
    sampling: Sampling,
    guide: Guide | None,
    should_stop: Callable[[], bool],
    *,
    max_tokens: int,
    trace: bool = False,
    said: Sequence[int] = (),
) -> Iterator[Step | Ended]:
    """Draw tokens after a prompt of ``prompt_length`` tokens in sequence 0, whose last logits (V,) are given.

    ``said``: the tokens at the prompt's end that are the reply's own, where it goes on. One random number is drawn per
    token and inverted through both distributions, guided and not, so that the same seed gives the same text and
    ``changed`` tells what guidance alone did.
    """
    model = context.model
    rng = np.random.default_rng(sampling.seed)
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    reply = list(said)
    rng.random(len(said))  # as if the reply had never stopped
    logits = first_logits
    openings = Openings(model.piece(token) for token in said)
    while True:
        scores = _penalised(logits, reply, sampling)
        ids = candidates(scores, top_k=sampling.top_k, top_p=sampling.top_p, min_p=sampling.min_p)
        if not len(ids):
            raise DecodeError(
                f"{np.isnan(logits).sum()} of {len(logits)} logits are not a number",
                user_message="What this model computes is not a number: its file is damaged.",
                next_step="Download it again, or choose another model.",
            )
        log_pi = log_softmax(scores[ids])
        uniform = rng.random()
        if guide is None:
            base = probabilities(log_pi, sampling.temperature)
            choice = Choice(base, base, np.zeros((0, len(ids))), np.zeros(len(ids), dtype=bool))
        else:
            own, emphasis = len(ids), 1.0
            if guide.opening is not None and openings.here():
                may_end = openings.may_end() and (guide.silent is None or not guide.silent.all())
                ids = _reached(scores, ids, guide.opening, may_end, model, sampling)
                log_pi = log_softmax(scores[ids])
                emphasis = guide.opening.emphasis
            phi = guide.reward.features(ids)
            m = len(guide.coefficients)
            values = phi[m] if guide.has_values else None
            pi = probabilities(log_pi, 1.0)
            endings = np.array([model.ends_generation(token) for token in ids.tolist()])
            heard = phi[:m] if guide.silent is None else unheard(phi[:m], pi, guide.silent, endings)
            choice = choose(
                log_pi,
                heard,
                guide.coefficients * emphasis,
                sampling.temperature,
                values,
                guide.clip,
                own=own,
            )
            if trace and guide.shares is not None:
                shares = guide.shares(ids, pi, endings) * emphasis
                choice = replace(choice, shares=shares)
        picked, unguided = _invert(choice.guided, uniform), _invert(choice.base, uniform)
        token = int(ids[picked])
        if model.ends_generation(token):
            yield Ended("stop", utf8.decode(b"", final=True))
            return
        reply.append(token)
        openings.say(model.piece(token))
        yield Step(
            token=token,
            text=utf8.decode(model.piece(token)),
            logprob=float(logits[token]) - log_normaliser(logits),
            changed=picked != unguided,
            trace=_traced(context, ids, choice, picked, unguided) if trace else None,
        )
        if len(reply) - len(said) >= max_tokens:
            yield Ended("length", utf8.decode(b"", final=True))
            return
        if should_stop():
            yield Ended("cancelled", utf8.decode(b"", final=True))
            return
        tokens, positions, sequences = [token], [prompt_length + len(reply) - len(said) - 1], [0]
        if guide is not None:
            more = guide.reward.entries(token)
            tokens, positions, sequences = tokens + more[0], positions + more[1], sequences + more[2]
        context.decode(tokens, positions, sequences, [True] * len(tokens))
        logits = context.logits(0)


def _reached(
    scores: NDArray[np.float32],
    own: NDArray[np.intp],
    opening: Opening,
    may_end: bool,
    model: LlamaModel,
    sampling: Sampling,
) -> NDArray[np.intp]:
    """Return the candidates at an opening: the base model's ``own`` first, then those that guidance reaches for.

    An ending is reached for less far, and only where it ``may_end``: a sentence is complete, and somebody has a say.
    """
    top_k, top_p, min_p = opening.limits(sampling)
    wide = candidates(scores, top_k=top_k, top_p=top_p, min_p=min_p)
    least = opening.least_ending(sampling) if may_end else np.inf
    relative = np.exp(scores[wide] - scores[wide[0]])
    kept = [
        i < len(own) or relative[i] >= least or not model.ends_generation(token)
        for i, token in enumerate(wide.tolist())
    ]
    reached: NDArray[np.intp] = wide[kept]
    return reached


def _penalised(logits: NDArray[np.float32], reply: Sequence[int], sampling: Sampling) -> NDArray[np.float32]:
    """Lower the scores of the reply's recent tokens (Keskar et al., 2019); the prompt's are not held against it."""
    if sampling.repetition_penalty == 1.0 or sampling.repetition_window == 0 or not reply:
        return logits
    recent = np.unique(reply[-sampling.repetition_window :])
    scores = logits.copy()
    at = scores[recent]
    scores[recent] = np.where(at > 0, at / sampling.repetition_penalty, at * sampling.repetition_penalty)
    return scores


def _invert(p: NDArray[np.float64], uniform: float) -> int:
    return min(int(np.searchsorted(np.cumsum(p), uniform, side="right")), int(np.flatnonzero(p)[-1]))


def _traced(
    context: LlamaContext, ids: NDArray[np.intp], choice: Choice, picked: int, unguided: int
) -> TokenTrace:
    return TokenTrace(
        chosen=picked,
        unguided=unguided,
        ids=tuple(int(i) for i in ids),
        texts=tuple(context.model.piece(int(i), special=True).decode("utf-8", "replace") for i in ids),
        base=tuple(float(p) for p in choice.base),
        guided=tuple(float(p) for p in choice.guided),
        shares=tuple(tuple(float(x) for x in row) for row in choice.shares),
        capped=tuple(bool(c) for c in choice.capped),
    )

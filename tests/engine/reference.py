"""PAD's rule computed the plain way in transformers, to hold the engine against.

No KV cache, no batches, no shared prefixes: every sequence is read from its first token in one forward pass, which
under causal attention is the same as one pass per position. It shares with the engine the tokenisation, the
principles' texts and the constants of the method, and no code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from transformers import LlamaForCausalLM

    from engine.principles import Principle
    from engine.protocol import Message, Sampling


@dataclass(frozen=True)
class Rule:
    """What the formula takes: β·w·gain per principle, the fixed principle, and the method's two constants."""

    coefficients: tuple[tuple[Principle, float], ...]
    values: Principle | None
    clip: float
    margin: float


@dataclass(frozen=True)
class State:
    """What the rule says at one position: tuples run over the candidates.

    ``plain`` is Eq. 13 as it stands, without clip and cap; where neither acts (``exact``), it equals ``guided``.
    ``scores``: log π_base + Σ shares, in nats. ``logprob``: log π_base of the said token over the vocabulary.
    """

    ids: list[int]
    base: NDArray[np.float64]
    guided: NDArray[np.float64]
    plain: NDArray[np.float64]
    shares: NDArray[np.float64]
    scores: NDArray[np.float64]
    logprob: float
    exact: bool


class Reference:
    """The naive formula on one transformers model."""

    def __init__(self, model: LlamaForCausalLM, tokenize: Callable[[str], list[int]]) -> None:
        self._model, self._tokenize = model, tokenize
        self._read: dict[
            tuple[int, ...], NDArray[np.float64]
        ] = {}  # so that a second rule costs no second pass

    def states(
        self,
        messages: Sequence[Message],
        reply: Sequence[int],
        sampling: Sampling,
        rule: Rule,
        candidates: Sequence[Sequence[int]] | None = None,
    ) -> list[State]:
        """Return the state before each token of ``reply``; over the given candidates, or over its own."""
        logits = self.logits(messages, "", reply)
        principles = [principle for principle, _ in rule.coefficients]
        phi = {
            p.name: _log_softmax(self.logits(messages, p.positive.instruction, reply))
            - _log_softmax(self.logits(messages, p.negative.instruction, reply))
            for p in [*principles, *([rule.values] if rule.values else [])]
        }
        return [
            _state(
                _penalised(logits[t], reply[:t], sampling),
                {name: rows[t] for name, rows in phi.items()},
                float(_log_softmax(logits[t])[reply[t]]),
                sampling,
                rule,
                candidates[t] if candidates else None,
            )
            for t in range(len(reply))
        ]

    def feature(
        self,
        messages: Sequence[Message],
        reply: Sequence[int],
        principle: Principle,
        *,
        top: int,
        clip: float,
    ) -> float:
        """Return mean_t [ φ(s_t,a_t) − E_{a∼π_base} φ(s_t,a) ] over the ``top`` most probable tokens, clipped."""
        base = _log_softmax(self.logits(messages, "", reply))
        phi = _log_softmax(self.logits(messages, principle.positive.instruction, reply)) - _log_softmax(
            self.logits(messages, principle.negative.instruction, reply)
        )
        advantages = []
        for t, token in enumerate(reply):
            ids = np.argsort(-base[t], kind="stable")[:top]
            pi = np.exp(base[t][ids]) / np.exp(base[t][ids]).sum()
            advantages.append(min(max(phi[t][token] - float(pi @ phi[t][ids]), -clip), clip))
        return sum(advantages) / len(advantages)

    def mean_logprob(self, messages: Sequence[Message], reply: Sequence[int]) -> float:
        """Return the mean log π_base of the reply's tokens over the vocabulary."""
        base = _log_softmax(self.logits(messages, "", reply))
        return float(np.mean([base[t][token] for t, token in enumerate(reply)]))

    def logits(
        self, messages: Sequence[Message], instruction: str, reply: Sequence[int]
    ) -> NDArray[np.float64]:
        """Return logits (T, V) before each token of ``reply``, with ``instruction`` after the last message."""
        text = ""
        for i, message in enumerate(messages):
            last = i == len(messages) - 1
            content = f"{message.content}\n\n{instruction}" if last and instruction else message.content
            text += f"<|im_start|>{message.role}\n{content}<|im_end|>\n"
        prompt = self._tokenize(text + "<|im_start|>assistant\n")
        tokens = (*prompt, *reply[:-1])
        if tokens not in self._read:
            with torch.no_grad():
                logits = self._model(torch.tensor([tokens]), use_cache=False).logits[0]
            self._read[tokens] = logits.double().numpy()
        return self._read[tokens][len(prompt) - 1 :]


def _log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    log_p: NDArray[np.float64] = torch.log_softmax(torch.from_numpy(logits), dim=-1).numpy()
    return log_p


def _penalised(logits: NDArray[np.float64], said: Sequence[int], sampling: Sampling) -> NDArray[np.float64]:
    """Apply the repetition penalty (Keskar et al., 2019) to the reply's recent tokens."""
    scores = logits.copy()
    for token in set(said[max(0, len(said) - sampling.repetition_window) :]):
        factor = sampling.repetition_penalty
        scores[token] = logits[token] / factor if logits[token] > 0 else logits[token] * factor
    return scores


def _state(
    scores: NDArray[np.float64],
    phi: dict[str, NDArray[np.float64]],
    logprob: float,
    sampling: Sampling,
    rule: Rule,
    candidates: Sequence[int] | None,
) -> State:
    ids = list(candidates) if candidates else _candidates(scores, sampling)
    total = math.log(sum(math.exp(scores[i]) for i in ids))
    log_pi = np.array([scores[i] - total for i in ids])
    pi = np.exp(log_pi)

    def advantage(name: str) -> NDArray[np.float64]:
        at = np.array([phi[name][i] for i in ids])
        return at - sum(p * x for p, x in zip(pi, at, strict=True))

    raw = np.array([weight * advantage(p.name) for p, weight in rule.coefficients])
    shares = np.array(
        [weight * np.clip(advantage(p.name), -rule.clip, rule.clip) for p, weight in rule.coefficients]
    )
    barred = np.zeros(len(ids), dtype=bool)
    if rule.values is not None:
        barred = np.clip(advantage(rule.values.name), -rule.clip, rule.clip) < -rule.margin
    tilted = log_pi + shares.sum(axis=0)
    temperature = sampling.temperature
    guided = _capped(log_pi / temperature, shares.sum(axis=0) / temperature, barred)
    plain = _softmax((log_pi + raw.sum(axis=0)) / temperature)
    return State(
        ids=ids,
        base=_softmax(log_pi / temperature),
        guided=guided,
        plain=plain,
        shares=shares,
        scores=tilted,
        logprob=logprob,
        exact=bool(np.allclose(raw, shares) and np.allclose(guided, _softmax(tilted / temperature))),
    )


def _candidates(scores: NDArray[np.float64], sampling: Sampling) -> list[int]:
    ordered = sorted(range(len(scores)), key=lambda i: -scores[i])[: sampling.top_k]
    masses = [math.exp(scores[i] - scores[ordered[0]]) for i in ordered]
    kept, mass = [], 0.0
    for i, m in zip(ordered, masses, strict=True):
        if kept and (mass >= sampling.top_p * sum(masses) or m < sampling.min_p):
            break
        kept.append(i)
        mass += m
    return kept


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    masses: NDArray[np.float64] = np.exp(scores - scores.max())
    return masses / masses.sum()


def _capped(
    scores: NDArray[np.float64], tilt: NDArray[np.float64], barred: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Solve Z = Σ p · exp(t) over the accepted + Σ p · min(exp(t), Z) over the barred, by bisection on log Z."""
    p = _softmax(scores)

    def masses(log_z: float) -> NDArray[np.float64]:
        return p * np.exp(np.where(barred, np.minimum(tilt, log_z), tilt) - log_z)

    low, high = tilt.min() - 100.0, tilt.max() + 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if masses(middle).sum() > 1.0 else (low, middle)
    at_root: NDArray[np.float64] = masses(high)
    return at_root / at_root.sum()

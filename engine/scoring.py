"""Features of a stored reply: what a thumb is a label for. Knows nothing of thumbs or weights.

    x_k = mean over the reply's tokens of  φ_k(s_t,a_t) − E_{a∼π_base} φ_k(s_t,a)

The teacher reads the reply once plainly and once under each pole of each principle; the head needs the plain
reading alone. A principle the head was not calibrated for is scored by the teacher beside it. Where a second model is
the teacher, it reads under the poles; a reward model's r(s,a,p⁺) − r(s,a,p⁻) is the same: the base drops out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.candidates import log_normaliser, log_softmax, top_k_tokens
from engine.chat_template import kept
from engine.guidance import CLIP
from engine.protocol import Scored
from engine.reading import logits_under

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaContext
    from engine.principles import Principle
    from engine.prompt_cache import PromptCache
    from engine.protocol import Message
    from engine.rewards.head import Head
    from engine.second import Second

CANDIDATES = 10
# A reply's style shows in its first tokens, and its length is a feature of its own: more would only cost time.
MAX_SCORED_TOKENS = 96


@dataclass(frozen=True, slots=True, eq=False)
class PlainReading:
    """A reply of T tokens as the base model sees it. n candidates, d wide.

    ``ids``: (T, n + 1), the said token last. ``pi``: (T, n) over the candidates. ``logprobs``: (T,) of the said
    tokens over the full vocabulary, in nats. ``hidden``: (T, d), empty where the context keeps none.
    """

    ids: NDArray[np.intp]
    pi: NDArray[np.float64]
    logprobs: NDArray[np.float64]
    hidden: NDArray[np.float32]


class Scorer:
    """Scores replies with the loaded model."""

    def __init__(
        self, context: LlamaContext, cache: PromptCache, template: ChatTemplate, prompt_limit: int
    ) -> None:
        """Read prompts of at most ``prompt_limit`` tokens, dropping the oldest messages like an answer does."""
        self._context, self._cache, self._template = context, cache, template
        self._limit = prompt_limit

    def score(
        self,
        messages: Sequence[Message],
        reply: str,
        principles: Sequence[Principle],
        head: Head | None,
        version: str,
        should_abort: Callable[[], bool],
        on_progress: Callable[[float], None],
        second: Second | None = None,
    ) -> Scored:
        """Score ``reply`` as the answer to ``messages``: by ``head`` what it knows, by the teacher the rest.

        The teacher is ``second``, where there is one. With a head, the context must keep hidden states. Raises
        ``Aborted``.
        """
        whole, tokens = self._tokens(reply)
        if not tokens:
            return Scored(tuple((p.name, 0.0) for p in principles), 0.0, 0, version)
        prompt, left, plain = self._read_plain(messages, tokens, should_abort)
        known = [p for p in principles if head is not None and head.knows(p)]
        features = _headed(head, known, plain) if head is not None and known else {}
        missing = [p for p in principles if p not in features]
        for i, principle in enumerate(missing):
            positive, negative = (
                second.logits_under(left, pole.instruction, tokens, plain.ids, should_abort)
                if second is not None
                else logits_under(
                    self._context,
                    prompt,
                    self._template.instructed(left, pole.instruction),
                    tokens,
                    plain.ids,
                    should_abort,
                )
                for pole in (principle.positive, principle.negative)
            )
            features[principle] = _mean_advantage((positive - negative).astype(np.float64), plain.pi)
            on_progress((i + 1) / len(missing))
        ordered = tuple((p.name, features[p]) for p in principles)
        return Scored(ordered, float(plain.logprobs.mean()), whole, version)

    def _tokens(self, reply: str) -> tuple[int, list[int]]:
        whole = self._context.model.tokenize(reply, special=False)
        return len(whole), whole[:MAX_SCORED_TOKENS]

    def _read_plain(
        self, messages: Sequence[Message], reply: Sequence[int], should_abort: Callable[[], bool]
    ) -> tuple[list[int], tuple[Message, ...], PlainReading]:
        """Read prompt and reply into sequence 0, where they stay for the poles and for the next turn.

        Returns the prompt's tokens, the messages it holds and the reading.
        """
        context = self._context
        prompt, dropped = self._template.fitted(messages, self._limit)
        ids, pi, logprobs, hidden = [], [], [], []
        first = len(prompt) - 1
        for start, end in self._cache.read([*prompt, *reply[:-1]], should_abort, first_output=first):
            for position in range(max(start, first), end):
                logits = context.logits(position - start)
                said = reply[position - first]
                best = top_k_tokens(logits, CANDIDATES)
                ids.append(np.append(best, said))
                pi.append(np.exp(log_softmax(logits[best])))
                logprobs.append(float(logits[said]) - log_normaliser(logits))
                if context.keeps_hidden:
                    hidden.append(context.hidden(position - start).copy())
        reading = PlainReading(
            np.array(ids), np.array(pi), np.array(logprobs), np.array(hidden, dtype=np.float32)
        )
        return prompt, kept(messages, dropped), reading


def _headed(head: Head, known: Sequence[Principle], plain: PlainReading) -> dict[Principle, float]:
    a, b = head.maps(head.rows_of(known))
    v = np.einsum("kpr,tr->tkp", a, head.state(plain.hidden)) + b
    embedded = head.tokens(plain.ids.reshape(-1).tolist()).reshape(*plain.ids.shape, -1)
    phi = np.einsum("tkp,tnp->ktn", v, embedded).astype(np.float64)
    return {p: _mean_advantage(phi[i], plain.pi) for i, p in enumerate(known)}


def _mean_advantage(phi: NDArray[np.float64], pi: NDArray[np.float64]) -> float:
    """Return mean_t [φ(said) − Σ π φ], each clipped, of φ (T, n + 1) with the said token last and π (T, n)."""
    advantage = phi[:, -1] - (pi * phi[:, :-1]).sum(axis=1)
    return float(np.clip(advantage, -CLIP, CLIP).mean())

"""Features of a stored reply: what a thumb is a label for. Knows nothing of thumbs or weights.

    x_k = mean over the reply's tokens of  φ_k(s_t,a_t) − E_{a∼π_base} φ_k(s_t,a)

with φ from the teacher: the reply is read once plainly and once under each pole of each principle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.candidates import log_normaliser, log_softmax, top_k_tokens
from engine.guidance import CLIP
from engine.llama import Aborted
from engine.prompt_cache import CHUNK, common_prefix
from engine.protocol import Scored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaContext
    from engine.principles import Principle
    from engine.prompt_cache import PromptCache
    from engine.protocol import Message

CANDIDATES = 10
# A reply's style shows in its first tokens, and its length is a feature of its own: more would only cost time.
MAX_SCORED_TOKENS = 96
_SEQUENCE = 1


def score(
    context: LlamaContext,
    cache: PromptCache,
    template: ChatTemplate,
    messages: Sequence[Message],
    reply: str,
    principles: Sequence[Principle],
    version: str,
    should_abort: Callable[[], bool],
    on_progress: Callable[[float], None],
) -> Scored:
    """Score ``reply`` as the answer to ``messages`` under every one of ``principles``. Raises ``Aborted``."""
    whole = context.model.tokenize(reply, special=False)
    tokens = whole[:MAX_SCORED_TOKENS]
    if not tokens:
        return Scored(tuple((p.name, 0.0) for p in principles), 0.0, 0, version)
    limit = context.n_cells - len(tokens) - 2 * CHUNK
    prompt, _ = template.fitted(messages, limit // 2)
    ids, pi, logprobs = _read_plain(context, cache, prompt, tokens, should_abort)
    features = []
    for i, principle in enumerate(principles):
        poles = [
            _read_under(
                context, prompt, template.instructed(messages, pole.instruction), tokens, ids, should_abort
            )
            for pole in (principle.positive, principle.negative)
        ]
        phi = poles[0] - poles[1]  # (T, n + 1), the last column the token that was said
        advantage = phi[:, -1] - (pi * phi[:, :-1]).sum(axis=1)
        features.append((principle.name, float(np.clip(advantage, -CLIP, CLIP).mean())))
        on_progress((i + 1) / len(principles))
    return Scored(tuple(features), float(np.mean(logprobs)), len(whole), version)


def _read_plain(
    context: LlamaContext,
    cache: PromptCache,
    prompt: Sequence[int],
    reply: Sequence[int],
    should_abort: Callable[[], bool],
) -> tuple[NDArray[np.intp], NDArray[np.float64], list[float]]:
    """Return candidate ids with the said token last (T, n + 1), π over the n candidates (T, n), log π of each token."""
    ids, pi, logprobs = [], [], []
    first = len(prompt) - 1
    for start, end in cache.read([*prompt, *reply[:-1]], should_abort, first_output=first):
        for position in range(max(start, first), end):
            logits = context.logits(position - start)
            said = reply[position - first]
            best = top_k_tokens(logits, CANDIDATES)
            ids.append(np.append(best, said))
            pi.append(np.exp(log_softmax(logits[best])))
            logprobs.append(float(logits[said]) - log_normaliser(logits))
    return np.array(ids), np.array(pi), logprobs


def _read_under(
    context: LlamaContext,
    prompt: Sequence[int],
    pole: Sequence[int],
    reply: Sequence[int],
    ids: NDArray[np.intp],
    should_abort: Callable[[], bool],
) -> NDArray[np.float64]:
    """Return logits (T, n + 1) at ``ids`` when the reply follows the pole's prompt; sequence 0 must hold ``prompt``."""
    shared = min(common_prefix(prompt, pole), len(pole) - 1, len(prompt))
    tokens = [*pole[shared:], *reply[:-1]]
    first = len(pole) - 1 - shared
    context.remove(_SEQUENCE)
    context.share(0, _SEQUENCE, shared)
    rows = np.empty(ids.shape, dtype=np.float64)
    try:
        for start in range(0, len(tokens), CHUNK):
            end = min(start + CHUNK, len(tokens))
            if should_abort():
                raise Aborted
            context.decode(
                tokens[start:end],
                range(shared + start, shared + end),
                [_SEQUENCE] * (end - start),
                [i >= first for i in range(start, end)],
            )
            for i in range(max(start, first), end):
                rows[i - first] = context.logits(i - start)[ids[i - first]]
    finally:
        context.remove(_SEQUENCE)
    return rows

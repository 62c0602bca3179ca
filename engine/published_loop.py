"""The paper's own inference loop (PAD, Chen et al., ICLR 2025, Eq. 13), as published: the baseline to be faster than.

Two models in transformers, the base model and the personalised reward model, each of which reads the whole text
again for every token: the published loop keeps no KV cache. The reward is log π_RM − log π_base over the base
model's top-k candidates, the reward model having read the preference in its prompt. Here both have the weights of
the measured GGUF, in float32.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import torch

from engine.chat_template import ChatTemplate
from engine.peak_memory import peak_memory
from engine.transformers_model import dequantised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import LlamaForCausalLM

    from engine.protocol import Load, Message
    from engine.session import Session

TOP_K = 10


class PublishedLoop:
    """Both models, ready to be timed. Raises ``ModelFileError`` for an architecture other than llama."""

    def __init__(self, load: Load) -> None:
        torch.set_num_threads(load.threads or psutil.cpu_count(logical=False) or 1)
        self._base, self._reward = dequantised(Path(load.path)), dequantised(Path(load.path))

    def speed(self, session: Session, messages: tuple[Message, ...], preference: str, tokens: int) -> float:
        """Return tokens per second after the first; unguided where ``preference`` is empty."""
        template = ChatTemplate(session.model)
        prompt = template.tokens(messages)
        preferred = template.instructed(messages, preference)
        reward = self._reward if preference else None
        first = pad_loop(self._base, reward, prompt, preferred, 1)
        began = time.perf_counter()
        pad_loop(self._base, reward, [*prompt, *first], [*preferred, *first], tokens - 1)
        return (tokens - 1) / (time.perf_counter() - began)


@torch.inference_mode()
def pad_loop(
    base: LlamaForCausalLM,
    reward: LlamaForCausalLM | None,
    prompt: Sequence[int],
    preference_prompt: Sequence[int],
    count: int,
    strength: float = 1.0,
) -> list[int]:
    """Return ``count`` tokens that follow ``prompt``, greedily; unguided where there is no ``reward`` model.

    ``preference_prompt``: the prompt's tokens as the reward model reads them. No token ends the reply, so that
    every run takes as long.
    """
    reply: list[int] = []
    for _ in range(count):
        log_pi = _log_probabilities(base, [*prompt, *reply])
        scores, ids = log_pi.topk(min(TOP_K, len(log_pi)))
        if reward is not None:
            log_rm = _log_probabilities(reward, [*preference_prompt, *reply])
            scores = scores + strength * (log_rm[ids] - log_pi[ids])
        reply.append(int(ids[scores.argmax()]))
    return reply


def memory_of_models(path: str, models: int, tokens: int = 20) -> int:
    """Run the loop in this process, guided where there are two ``models``; return the peak resident memory in bytes."""
    base, reward = (dequantised(Path(path)) if i < models else None for i in range(2))
    assert base is not None
    prompt = list(range(100, 140))
    pad_loop(base, reward, prompt, prompt, tokens)
    return peak_memory()


def _log_probabilities(model: LlamaForCausalLM, tokens: list[int]) -> torch.Tensor:
    logits: torch.Tensor = model(torch.tensor([tokens]), use_cache=False, logits_to_keep=1).logits[0, -1]
    return logits.log_softmax(-1)

"""The paper's loop does what Eq. 13 says, so that timing it means something."""

from __future__ import annotations

import torch

from engine.published_loop import TOP_K, pad_loop
from tests.tiny_model import TinyModel

PROMPT, PREFERRED = list(range(20, 40)), list(range(30, 60))


def test_every_token_is_the_argmax_of_eq_13() -> None:
    base, reward = TinyModel(seed=1).transformers(), TinyModel(seed=2).transformers()
    reply = pad_loop(base, reward, PROMPT, PREFERRED, 12, strength=0.7)

    for i, token in enumerate(reply):
        with torch.inference_mode():
            log_pi = base(torch.tensor([[*PROMPT, *reply[:i]]])).logits[0, -1].log_softmax(-1)
            log_rm = reward(torch.tensor([[*PREFERRED, *reply[:i]]])).logits[0, -1].log_softmax(-1)
        candidates = log_pi.topk(TOP_K).indices
        scores = log_pi + 0.7 * (log_rm - log_pi)
        assert token == int(candidates[scores[candidates].argmax()])


def test_without_reward_model_it_is_greedy_decoding_and_with_one_it_differs() -> None:
    base, reward = TinyModel(seed=1).transformers(), TinyModel(seed=2).transformers()
    plain = pad_loop(base, None, PROMPT, PREFERRED, 12)
    generated = base.generate(
        torch.tensor([PROMPT]), max_new_tokens=12, do_sample=False, pad_token_id=0, eos_token_id=None,
        attention_mask=torch.ones(1, len(PROMPT), dtype=torch.long),
    )  # fmt: skip

    assert plain == generated[0, len(PROMPT) :].tolist()
    assert pad_loop(base, reward, PROMPT, PREFERRED, 12) != plain

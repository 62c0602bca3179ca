"""One reply on one lane, as the product writes it: prompt, guide, draws. Knows nothing of what it is written for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from engine.decoder import Ended, Step, generate
from engine.guides import plan_guide
from engine.llama import Aborted
from engine.prompt_cache import common_prefix
from engine.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.calibration.lockstep import Lane
    from engine.guides import Readers
    from engine.llama import LlamaContext
    from engine.protocol import Guidance, Message, Sampling


def answer(
    lane: Lane,
    readers: Readers,
    guidance: Guidance,
    messages: Sequence[Message],
    held: Sequence[int],
    sampling: Sampling,
    should_abort: Callable[[], bool] = lambda: False,
) -> list[Step | Ended]:
    """Answer ``messages``. ``held``: the prompt the lockstep holds, read again only from where theirs differs.

    Raises ``Aborted``.
    """
    context = cast("LlamaContext", lane)  # what a reply needs of one
    tokens = readers.template.tokens(messages)
    guide = plan_guide(
        guidance, replace(readers, context=context), messages, tokens, sampling.max_tokens
    ).guide
    shared = min(common_prefix(held, tokens), len(tokens) - 1)
    lane.begin(shared)
    end = start = shared
    for start, end in read(context, tokens, shared, 0, len(tokens) - 1, should_abort):  # noqa: B007
        pass
    logits = lane.logits(end - 1 - start).copy()
    if guide is not None:
        guide.reward.start(messages, tokens, end - 1 - start, should_abort)
    steps = list(
        generate(context, len(tokens), logits, sampling, guide, should_abort, max_tokens=sampling.max_tokens)
    )
    if isinstance(steps[-1], Ended) and steps[-1].reason == "cancelled":
        raise Aborted
    return steps


def mean_logprob(steps: Sequence[Step | Ended]) -> float:
    """Return the mean log π_base of a reply's tokens, in nats; 0 for an empty one."""
    said = [step.logprob for step in steps if isinstance(step, Step)]
    return sum(said) / len(said) if said else 0.0

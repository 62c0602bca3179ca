"""Rewards read from a second model with the same vocabulary: a sibling as teacher, or a trained reward model.

    sibling         φ_k(s,a) = log π₂(a|s,p_k⁺) − log π₂(a|s,p_k⁻)
    reward model    r(s,a,p) = log π_RM(a|s,p) − log π_base(a|s)     (PAD, Chen et al., ICLR 2025, preference as prompt)

The reward model is asked for the pole that is wanted: φ_k = ±r(s,a,p_k^±) by the sign of w_k, so that w_k φ_k is
|w_k| r. The values principle is read under both poles as by the teacher, so that its margin means the same. Normalisers
are the same for every candidate and drop out when features are centred, so raw logits serve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.rewards.poles import PoleReader
from engine.rewards.protocol import Reward
from engine.rewards.teacher import GAIN, pole_differences, pole_instructions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.llama import LlamaContext
    from engine.principles import Principle
    from engine.protocol import Message, PrincipleWeight
    from engine.second import Second

# With a gain of one a weight of 1 draws, among the candidates, as the reward model itself would.
REWARD_GAIN = 1.0


class FittedReward(Reward, Protocol):
    """A reward that can tell beforehand whether there is room for it."""

    def fits(self, messages: Sequence[Message], prompt: Sequence[int], new_tokens: int) -> bool:
        """Tell whether there are KV cells for a reply of ``new_tokens`` and for all that is read beside it."""


class _Reading:
    """What both have in common: the second model reads the conversation, then each token, under its instructions."""

    def __init__(self, second: Second, begun: tuple[int, ...], instructions: Sequence[str]) -> None:
        self._second = second
        self._template = second.template.going_on(begun)
        self._poles = PoleReader(second.context, self._template, instructions, first=0)

    def fits(self, messages: Sequence[Message], prompt: Sequence[int], new_tokens: int) -> bool:  # noqa: ARG002
        """See ``FittedReward.fits``; ``prompt`` is the first model's."""
        plain = self._template.tokens(messages)
        free = self._second.context.n_cells - len(plain)
        return self._poles.cells(messages, plain, new_tokens) <= free

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        """See ``Reward.entries``: the token is evaluated here, so the first model's batch gets nothing more."""
        tokens, positions, sequences = self._poles.entries(token)
        self._second.context.decode(tokens, positions, sequences, [True] * len(tokens))
        return [], [], []

    def finish(self) -> None:
        """See ``Reward.finish``."""
        self._poles.finish()

    def _start(self, messages: Sequence[Message], should_abort: Callable[[], bool]) -> None:
        plain = self._template.tokens(messages)
        self._second.read(plain, should_abort)
        self._poles.start(messages, plain, should_abort)


class SiblingReward(_Reading):
    """Implements ``engine.rewards.protocol.Reward``: the teacher, read from a second model."""

    gain = GAIN

    def __init__(self, second: Second, begun: tuple[int, ...], principles: Sequence[Principle]) -> None:
        """Evaluate ``principles``; the second model must have two sequences for each beside sequence 0.

        ``begun``: tokens of the reply that goes on.
        """
        super().__init__(second, begun, pole_instructions(principles))
        self.principles = tuple(principles)

    def start(
        self,
        messages: Sequence[Message],
        prompt: Sequence[int],  # noqa: ARG002  the second model has its own template
        output: int,  # noqa: ARG002
        should_abort: Callable[[], bool],
    ) -> None:
        """See ``Reward.start``."""
        self._start(messages, should_abort)

    def features(self, candidates: NDArray[np.intp]) -> NDArray[np.float64]:
        """See ``Reward.features``."""
        return pole_differences(self._poles.logits(), candidates)


class ModelReward(_Reading):
    """Implements ``engine.rewards.protocol.Reward``: a reward model trained with the preference as its prompt."""

    gain = REWARD_GAIN

    def __init__(
        self,
        second: Second,
        begun: tuple[int, ...],
        base: LlamaContext,
        pairs: Sequence[PrincipleWeight],
        values: Principle | None,
    ) -> None:
        """Read each principle of ``pairs`` under the pole its weight favours; ``base`` is the answering model's.

        ``begun``: tokens of the reply that goes on. The second model must have a sequence for each, and two for
        ``values``, beside sequence 0.
        """
        fixed = () if values is None else (values,)
        wanted = [pw.principle.pole(pw.weight).instruction for pw in pairs]
        super().__init__(second, begun, [*wanted, *pole_instructions(fixed)])
        self.principles = (*(pw.principle for pw in pairs), *fixed)
        self._base = base
        self._signs = np.array([-1.0 if pw.weight < 0 else 1.0 for pw in pairs])[:, None]
        self._first: NDArray[np.float32] | None = None

    def start(
        self,
        messages: Sequence[Message],
        prompt: Sequence[int],  # noqa: ARG002  the second model has its own template
        output: int,
        should_abort: Callable[[], bool],
    ) -> None:
        """See ``Reward.start``."""
        self._first = self._base.logits(output).copy()
        self._start(messages, should_abort)

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        """See ``Reward.entries``."""
        self._first = None
        return super().entries(token)

    def features(self, candidates: NDArray[np.intp]) -> NDArray[np.float64]:
        """See ``Reward.features``."""
        base = self._base.logits(0) if self._first is None else self._first
        logits, count = self._poles.logits(), len(self._signs)
        wanted = np.array([row[candidates] for row in logits[:count]], dtype=np.float64)
        rewards = self._signs * (wanted - base[candidates])
        return np.concatenate((rewards, pole_differences(logits[count:], candidates)))

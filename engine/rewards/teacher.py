"""The teacher: the base model itself, read under both poles of a principle. Needs no training, costs sequences.

    φ_k(s,a) = log π(a|s,p_k⁺) − log π(a|s,p_k⁻)          (PAD, Chen et al., ICLR 2025, with one model as PersRM)

Each pole is an extra sequence of the batch; it shares the KV cells of the conversation up to the pole's
instruction, which stands after the user's message. The normalisers of both logs are the same for every candidate,
so they drop out when features are centred, and raw logits serve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.rewards.poles import PoleReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaContext
    from engine.principles import Principle
    from engine.protocol import Message

# Each principle costs two sequences a token; beyond the strongest few the cost outgrows what they add.
MAX_PRINCIPLES = 3
MAX_SEQUENCES = 2 * (MAX_PRINCIPLES + 1)  # and the values principle
# A weight of 1 multiplies φ by this. Measured: at 3 every principle's effect is plain to see (DESIGN, section 3).
GAIN = 3.0


class TeacherReward:
    """Implements ``engine.rewards.protocol.Reward`` for the loaded model."""

    gain = GAIN

    def __init__(
        self,
        context: LlamaContext,
        template: ChatTemplate,
        principles: Sequence[Principle],
    ) -> None:
        """Evaluate ``principles``; the context must have two sequences for each beside sequence 0."""
        self.principles = tuple(principles)
        self._context = context
        self._poles = PoleReader(context, template, pole_instructions(principles), first=1)

    def fits(self, messages: Sequence[Message], prompt: Sequence[int], new_tokens: int) -> bool:
        """Tell whether the context has KV cells for a reply of ``new_tokens`` and for all poles beside it."""
        free = self._context.n_cells - len(prompt) - new_tokens
        return self._poles.cells(messages, prompt, new_tokens) <= free

    def start(
        self,
        messages: Sequence[Message],
        prompt: Sequence[int],
        output: int,  # noqa: ARG002  the protocol's: other rewards read the hidden state there
        should_abort: Callable[[], bool],
    ) -> None:
        """See ``Reward.start``."""
        self._poles.start(messages, prompt, should_abort)

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        """See ``Reward.entries``: the same token in every pole's sequence."""
        return self._poles.entries(token)

    def features(self, candidates: NDArray[np.intp]) -> NDArray[np.float64]:
        """See ``Reward.features``."""
        return pole_differences(self._poles.logits(), candidates)

    def finish(self) -> None:
        """See ``Reward.finish``."""
        self._poles.finish()


def pole_instructions(principles: Sequence[Principle]) -> list[str]:
    """Return both poles' instructions of each principle, the positive one first."""
    return [pole.instruction for p in principles for pole in (p.positive, p.negative)]


def pole_differences(
    logits: Sequence[NDArray[np.float32]], candidates: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the positive pole's logits less the negative one's (m, k), of 2m rows of ``logits`` (V,)."""
    at = np.array([row[candidates] for row in logits], dtype=np.float64).reshape(-1, 2, len(candidates))
    phi: NDArray[np.float64] = at[:, 0] - at[:, 1]
    return phi

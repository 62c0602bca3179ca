"""The teacher: the base model itself, read under both poles of a principle. Needs no training, costs sequences.

    φ_k(s,a) = log π(a|s,p_k⁺) − log π(a|s,p_k⁻)          (PAD, Chen et al., ICLR 2025, with one model as PersRM)

Each pole is an extra sequence of the batch; it shares the KV cells of the conversation up to the pole's
instruction, which stands after the user's message. The normalisers of both logs are the same for every candidate,
so they drop out when features are centred, and raw logits serve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.llama import N_BATCH
from engine.prompt_cache import common_prefix

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
        self._context, self._template = context, template
        self._ends = [0] * (2 * len(self.principles))  # next position of each pole's sequence

    def cells(self, messages: Sequence[Message], prompt: Sequence[int], new_tokens: int) -> int:
        """Return how many KV cells the poles need beside the plain prompt for ``new_tokens`` more tokens."""
        return sum(
            len(pole) - common_prefix(prompt, pole) + new_tokens for pole in self._pole_prompts(messages)
        )

    def start(
        self,
        messages: Sequence[Message],
        prompt: Sequence[int],
        output: int,  # noqa: ARG002  the protocol's: other rewards read the hidden state there
        should_abort: Callable[[], bool],
    ) -> None:
        """See ``Reward.start``."""
        tokens: list[int] = []
        positions: list[int] = []
        sequences: list[int] = []
        outputs: list[bool] = []
        starts: list[int] = []
        for j, pole in enumerate(self._pole_prompts(messages)):
            shared = min(common_prefix(prompt, pole), len(pole) - 1)
            self._context.remove(j + 1)
            self._context.share(0, j + 1, shared)
            tokens += pole[shared:]
            positions += range(shared, len(pole))
            sequences += [j + 1] * (len(pole) - shared)
            self._ends[j] = len(pole)
            starts.append(len(tokens) - 1)
        outputs = [False] * len(tokens)
        for last in starts:
            outputs[last] = True
        self._last: list[NDArray[np.float32]] = []
        with self._context.abortable(should_abort):
            for i in range(0, len(tokens), N_BATCH):
                part = slice(i, i + N_BATCH)
                self._context.decode(tokens[part], positions[part], sequences[part], outputs[part])
                self._last += [
                    self._context.logits(last - i).copy() for last in starts if i <= last < i + N_BATCH
                ]

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        """See ``Reward.entries``: the same token in every pole's sequence."""
        n = len(self._ends)
        positions = self._ends.copy()
        self._ends = [end + 1 for end in self._ends]
        self._last = []
        return [token] * n, positions, list(range(1, n + 1))

    def features(self, candidates: NDArray[np.intp]) -> NDArray[np.float64]:
        """See ``Reward.features``."""
        rows = self._last or [self._context.logits(1 + j) for j in range(len(self._ends))]
        at = np.array([row[candidates] for row in rows], dtype=np.float64).reshape(-1, 2, len(candidates))
        phi: NDArray[np.float64] = at[:, 0] - at[:, 1]
        return phi

    def finish(self) -> None:
        """See ``Reward.finish``."""
        for j in range(len(self._ends)):
            self._context.remove(j + 1)

    def _pole_prompts(self, messages: Sequence[Message]) -> list[list[int]]:
        return [
            self._template.instructed(messages, pole.instruction)
            for principle in self.principles
            for pole in (principle.positive, principle.negative)
        ]

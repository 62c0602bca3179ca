"""Head and teacher in one reply: the head for the principles it was calibrated for, the teacher for newer ones.

The rows are the head's folded ones, then one per principle of the teacher, then the head's row of the values
principle. Knows neither weights nor how a token is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.guidance import CLIP, advantages, unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.protocol import Message
    from engine.rewards.head import HeadReward
    from engine.rewards.protocol import Reward


class MixedReward:
    """Implements ``engine.rewards.protocol.Reward``. The gains are in the coefficients."""

    gain = 1.0

    def __init__(self, head: HeadReward, teacher: Reward, coefficients: NDArray[np.float64]) -> None:
        """``coefficients``: (m,) β · w · gain of the teacher's principles; the head has folded in its own."""
        self.principles = (*head.principles, *teacher.principles)
        self._silent = np.array([not p.ends for p in teacher.principles], dtype=bool)
        self.silent = np.concatenate((head.silent, self._silent))
        self._head, self._teacher, self._coefficients = head, teacher, coefficients

    def start(
        self,
        messages: Sequence[Message],
        prompt: Sequence[int],
        output: int,
        should_abort: Callable[[], bool],
    ) -> None:
        """See ``Reward.start``."""
        # The head first: reading the poles overwrites the hidden state of the prompt.
        self._head.start(messages, prompt, output, should_abort)
        self._teacher.start(messages, prompt, output, should_abort)

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        """See ``Reward.entries``: the teacher's; the head takes the state of the token's own."""
        self._head.entries(token)
        return self._teacher.entries(token)

    def features(self, candidates: NDArray[np.intp]) -> NDArray[np.float64]:
        """See ``Reward.features``."""
        headed, own = self._head.features(candidates), len(self._head.silent)
        return np.concatenate((headed[:own], self._teacher.features(candidates), headed[own:]))

    def shares(
        self, candidates: NDArray[np.intp], base: NDArray[np.float64], endings: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return each principle's part (m, k) of the tilt, in the order of ``principles``: for explaining."""
        phi = unheard(self._teacher.features(candidates), base, self._silent, endings)
        taught = self._coefficients[:, None] * advantages(phi, base, CLIP)
        return np.concatenate((self._head.shares(candidates, base, endings), taught))

    def finish(self) -> None:
        """See ``Reward.finish``."""
        self._head.finish()
        self._teacher.finish()

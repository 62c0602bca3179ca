"""What a personalised reward model offers the decoder. Knows neither weights nor how a token is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from engine.principles import Principle
    from engine.protocol import Message


class Reward(Protocol):
    """Features φ_k(s,a) for the candidates a of the current state s, for principles chosen per reply."""

    @property
    def principles(self) -> tuple[Principle, ...]:
        """The principles evaluated in this reply, in the order of the rows of ``features``."""

    @property
    def gain(self) -> float:
        """By how much a weight of 1 multiplies φ: what makes the slider's end feel the same for every reward."""

    def start(
        self,
        messages: Sequence[Message],
        prompt: Sequence[int],
        output: int,
        should_abort: Callable[[], bool],
    ) -> None:
        """Prepare for a reply to ``messages``, whose tokens ``prompt`` were just read into sequence 0.

        The context's output ``output`` belongs to the prompt's last token. May raise ``Aborted``.
        """

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        """Return (tokens, positions, sequences) the reward adds to the batch that evaluates ``token``."""

    def features(self, candidates: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return φ (m, k) in nats for the state the last batch reached, up to a constant per row."""

    def finish(self) -> None:
        """Free what the reply needed."""

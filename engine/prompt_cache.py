"""Reads prompts into sequence 0 and keeps their KV cells between turns. Knows nothing of chat or guidance.

The same text at the same seed must come out whatever was asked before, but a token's KV cells differ in their last
bits with the size of the batch it was read in. So prompts are read in chunks whose boundaries depend on the
position alone, and only whole chunks are ever reused; cells that decoding left behind are not.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.llama import LlamaContext

# Full prefill speed on CPU, and small enough that progress and cancelling feel immediate.
CHUNK = 64


class PromptCache:
    """What stands in sequence 0 of ``context``, and may be reused."""

    def __init__(self, context: LlamaContext, chunk: int = CHUNK) -> None:
        """``chunk``: how many tokens are read at once, at most ``engine.llama.N_BATCH``."""
        self._context = context
        self._chunk = chunk
        self._tokens: list[int] = []
        self.reused = 0

    def read(
        self, tokens: Sequence[int], should_abort: Callable[[], bool], first_output: int | None = None
    ) -> Iterator[tuple[int, int]]:
        """Bring ``tokens`` into sequence 0. Yields (start, end) for every chunk just read.

        After a yield, output i of the context belongs to position ``start + i`` where that position is at least
        ``first_output`` (default: the last token only); outputs are valid until the iterator goes on. Sets
        ``reused`` to the number of tokens whose cells were kept. Raises ``Aborted``.
        """
        last = len(tokens) - 1
        first_output = last if first_output is None else first_output
        kept = min(common_prefix(tokens, self._tokens), first_output) // self._chunk * self._chunk
        if not self._context.remove(0, kept):  # recurrent models can't cut: read everything again
            self._context.clear()
            kept = 0
        self.reused = kept
        self._tokens = list(tokens[:kept])
        for start in range(kept, len(tokens), self._chunk):
            end = min(start + self._chunk, len(tokens))
            outputs = [position >= first_output for position in range(start, end)]
            with self._context.abortable(should_abort):
                self._context.decode(tokens[start:end], range(start, end), [0] * (end - start), outputs)
            self._tokens = list(tokens[:end])
            yield start, end

    @contextmanager
    def aside(self, spare: int, cells: int) -> Iterator[None]:
        """Within the block another text is read, for which ``cells`` must be free; then all is as it was.

        ``spare``: a sequence nobody uses; it holds the cells meanwhile. Where there is no room for both, what was
        read is dropped.
        """
        kept = list(self._tokens[: len(self._tokens) // self._chunk * self._chunk])
        # Cells that decoding left behind are never reused: they only take room.
        keeps = self._context.remove(0, len(kept)) and len(kept) + cells <= self._context.n_cells
        if keeps:
            self._context.share(0, spare, len(kept))
        self._context.remove(0)
        self._tokens = []
        try:
            yield
        finally:
            if keeps:
                self._context.remove(0)
                self._context.share(spare, 0, len(kept))
                self._tokens = kept
            self._context.remove(spare)

    def forget(self) -> None:
        """Drop everything that is cached."""
        self._context.clear()
        self._tokens = []


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """Return how many leading items two sequences share."""
    n = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        n += 1
    return n

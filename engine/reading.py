"""Reads tokens into one sequence of a context, chunk by chunk. Knows nothing of why, and keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.llama import Aborted
from engine.prompt_cache import CHUNK, common_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.llama import LlamaContext

PLAIN, OTHER = 0, 1  # the sequences of the plain prompt and of what is read beside it


def read(
    context: LlamaContext,
    tokens: Sequence[int],
    begin: int,
    sequence: int,
    first_output: int,
    should_abort: Callable[[], bool],
) -> Iterator[tuple[int, int]]:
    """Read ``tokens[begin:]`` into ``sequence``, whose first ``begin`` tokens are there.

    Yields each chunk's (start, end) while its outputs are valid: output i belongs to position ``start + i`` where
    that is at least ``first_output``. Raises ``Aborted``.
    """
    for start in range(begin, len(tokens), CHUNK):
        end = min(start + CHUNK, len(tokens))
        if should_abort():
            raise Aborted
        outputs = [position >= first_output for position in range(start, end)]
        context.decode(tokens[start:end], range(start, end), [sequence] * (end - start), outputs)
        yield start, end


def logits_under(
    context: LlamaContext,
    plain: Sequence[int],
    pole: Sequence[int],
    reply: Sequence[int],
    ids: NDArray[np.integer],
    should_abort: Callable[[], bool],
) -> NDArray[np.float32]:
    """Return logits (T, n) at ``ids`` (T, n) when ``reply`` (T tokens) follows the prompt ``pole``.

    Sequence 0 must hold the prompt ``plain``: the cells of what both prompts begin with are shared.
    """
    shared = min(common_prefix(plain, pole), len(plain) - 1, len(pole) - 1)
    first = len(pole) - 1
    context.remove(OTHER)
    context.share(PLAIN, OTHER, shared)
    rows = np.empty(ids.shape, dtype=np.float32)
    try:
        for start, end in read(context, [*pole, *reply[:-1]], shared, OTHER, first, should_abort):
            for position in range(max(start, first), end):
                rows[position - first] = context.logits(position - start)[ids[position - first]]
    finally:
        context.remove(OTHER)
    return rows

"""Prompts under instructions, read beside the plain one: one sequence each, which shares the conversation's KV cells.

Knows nothing of principles, weights or what the logits are for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.llama import N_BATCH
from engine.prompt_cache import common_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaContext
    from engine.protocol import Message


class PoleReader:
    """Sequences 1 to n of a context whose sequence 0 holds the plain prompt, each under one instruction."""

    def __init__(
        self, context: LlamaContext, template: ChatTemplate, instructions: Sequence[str], first: int
    ) -> None:
        """``first``: the place of the first entry in the batch that evaluates a token."""
        self._context, self._template = context, template
        self._instructions, self._first = tuple(instructions), first
        self._ends = [0] * len(self._instructions)  # next position of each sequence
        self._last: list[NDArray[np.float32]] = []

    def cells(self, messages: Sequence[Message], prompt: Sequence[int], new_tokens: int) -> int:
        """Return how many KV cells are needed beside the plain prompt for ``new_tokens`` more tokens."""
        return sum(len(pole) - common_prefix(prompt, pole) + new_tokens for pole in self._prompts(messages))

    def start(
        self, messages: Sequence[Message], prompt: Sequence[int], should_abort: Callable[[], bool]
    ) -> None:
        """Read ``messages`` under every instruction; sequence 0 holds ``prompt``. May raise ``Aborted``."""
        tokens: list[int] = []
        positions: list[int] = []
        sequences: list[int] = []
        starts: list[int] = []
        for j, pole in enumerate(self._prompts(messages)):
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
        self._last = []
        with self._context.abortable(should_abort):
            for i in range(0, len(tokens), N_BATCH):
                part = slice(i, i + N_BATCH)
                self._context.decode(tokens[part], positions[part], sequences[part], outputs[part])
                self._last += [
                    self._context.logits(last - i).copy() for last in starts if i <= last < i + N_BATCH
                ]

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        """Return (tokens, positions, sequences): the same token in every sequence."""
        n = len(self._ends)
        positions = self._ends.copy()
        self._ends = [end + 1 for end in self._ends]
        self._last = []
        return [token] * n, positions, list(range(1, n + 1))

    def logits(self) -> list[NDArray[np.float32]]:
        """Return the logits (V,) of each sequence in the state the last batch reached, valid until the next."""
        return self._last or [self._context.logits(self._first + j) for j in range(len(self._ends))]

    def finish(self) -> None:
        """Give the cells back."""
        for j in range(len(self._ends)):
            self._context.remove(j + 1)

    def _prompts(self, messages: Sequence[Message]) -> list[list[int]]:
        return [self._template.instructed(messages, instruction) for instruction in self._instructions]

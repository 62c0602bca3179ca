"""Samples one reply and reads its states, and the teacher's opinion of them. Knows nothing of files or fitting.

States are always those of the *plain* prompt, also for replies written under an instruction: that is where the
head will steer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.calibration.records import States
from engine.candidates import log_softmax, top_k_tokens
from engine.llama import Aborted
from engine.prompt_cache import CHUNK
from engine.protocol import Message
from engine.reading import OTHER, PLAIN, logits_under, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.chat_template import ChatTemplate
    from engine.llama import LlamaContext

CANDIDATES = 16
SYSTEM = "You are a helpful assistant."
SAMPLED_FROM = 20
TEMPERATURE = 0.9


def question(prompt: str) -> tuple[Message, ...]:
    """Return the conversation that begins with ``prompt``."""
    return (Message("system", SYSTEM), Message("user", prompt))


class Reader:
    """Two sequences of one context: the plain prompt, and whatever is read beside it."""

    def __init__(
        self, context: LlamaContext, template: ChatTemplate, should_abort: Callable[[], bool]
    ) -> None:
        """Read with ``context``, which keeps hidden states and holds twice a prompt and a reply."""
        self._context, self._template, self._should_abort = context, template, should_abort

    def plain_prompt(self, prompt: str) -> list[int]:
        """Return the tokens of the plain prompt."""
        return self._template.tokens(question(prompt))

    def sample(
        self,
        prompt: str,
        instruction: str,
        count: int,
        seed: int,
        tilt: Callable[[NDArray[np.float32], NDArray[np.intp]], NDArray[np.float64]] | None = None,
    ) -> list[int]:
        """Sample at most ``count`` tokens, under ``instruction`` where given, tilted by ``tilt(hidden, ids)``.

        The last token may be one that ends the reply: where to stop is a matter of style too.
        """
        tokens = (
            self._template.instructed(question(prompt), instruction)
            if instruction
            else self.plain_prompt(prompt)
        )
        rng = np.random.default_rng(seed)
        self._context.remove(OTHER)
        for _ in self._read(tokens, OTHER, len(tokens) - 1):
            pass
        last = (len(tokens) - 1) % CHUNK
        reply: list[int] = []
        while len(reply) < count:
            if self._should_abort():
                raise Aborted
            logits = self._context.logits(last)
            ids = top_k_tokens(logits, SAMPLED_FROM)
            scores = log_softmax(logits[ids])
            if tilt is not None:
                scores = scores + tilt(self._context.hidden(last), ids)
            p = np.exp((scores - scores.max()) / TEMPERATURE)
            token = int(ids[rng.choice(len(ids), p=p / p.sum())])
            reply.append(token)
            if self._context.model.ends_generation(token):
                break
            self._context.decode([token], [len(tokens) + len(reply) - 1], [OTHER], [True])
            last = 0
        self._context.remove(OTHER)
        return reply

    def states(self, prompt: str, reply: Sequence[int]) -> States:
        """Read ``reply`` after the plain prompt, in sequence 0."""
        tokens = self.plain_prompt(prompt)
        first = len(tokens) - 1
        self._context.remove(PLAIN)
        hidden, ids, logits = [], [], []
        for start, end in self._read([*tokens, *reply[:-1]], PLAIN, first):
            for position in range(max(start, first), end):
                row = self._context.logits(position - start)
                at = np.append(top_k_tokens(row, CANDIDATES), reply[position - first])
                ids.append(at)
                logits.append(row[at])
                hidden.append(self._context.hidden(position - start).astype(np.float16))
        return States(np.array(hidden), np.array(ids, dtype=np.int32), np.array(logits, dtype=np.float32))

    def hold(self, prompt: str) -> None:
        """Bring the plain prompt into sequence 0, where ``judge`` shares it."""
        tokens = self.plain_prompt(prompt)
        self._context.remove(PLAIN)
        for _ in self._read(tokens, PLAIN, len(tokens)):
            pass

    def judge(
        self, prompt: str, reply: Sequence[int], ids: NDArray[np.int32], instructions: tuple[str, str]
    ) -> NDArray[np.float32]:
        """Return the teacher's φ (T, k + 1) at ``ids``: the reply read under one instruction and under the other.

        Sequence 0 must hold the plain prompt (``hold``).
        """
        plain = self.plain_prompt(prompt)
        positive, negative = (
            logits_under(
                self._context,
                plain,
                self._template.instructed(question(prompt), instruction),
                reply,
                ids,
                self._should_abort,
            )
            for instruction in instructions
        )
        return positive - negative

    def _read(self, tokens: Sequence[int], sequence: int, first_output: int) -> Iterator[tuple[int, int]]:
        return read(self._context, tokens, 0, sequence, first_output, self._should_abort)

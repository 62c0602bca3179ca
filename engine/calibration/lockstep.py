"""Many replies at once: each runs the product's own loop on a lane of one context, and all take each step together.

A token costs about half as much in a batch as alone, which a chat with one reply at a time can't use and a
measurement of thousands of replies can. Knows nothing of what the replies are for.
"""

from __future__ import annotations

import heapq
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from engine.errors import EngineError
from engine.llama import N_BATCH, LlamaContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from engine.llama import LlamaModel

T = TypeVar("T")


class Lane:
    """What one reply sees of the shared context: its own sequences from 0 on, and the outputs of its own batch."""

    def __init__(self, lockstep: Lockstep, first: int, prompt: int) -> None:
        self._lockstep, self._first, self._prompt = lockstep, first, prompt
        self.model: LlamaModel = lockstep.context.model
        self.n_cells = lockstep.cells
        self.keeps_hidden = lockstep.context.keeps_hidden
        self.wanted: tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[bool]] | None = None
        self.rows: list[NDArray[np.float32] | None] = []
        self.states: list[NDArray[np.float32] | None] = []
        self.turn = threading.Semaphore(0)

    def decode(
        self,
        tokens: Sequence[int],
        positions: Sequence[int],
        sequences: Sequence[int],
        outputs: Sequence[bool],
    ) -> None:
        """See ``LlamaContext.decode``; returns when all lanes' batches have been evaluated."""
        self.wanted = (tokens, positions, [self._first + s for s in sequences], outputs)
        self._lockstep.wait(self)

    def logits(self, i: int) -> NDArray[np.float32]:
        """See ``LlamaContext.logits``."""
        row = self.rows[i]
        assert row is not None
        return row

    def hidden(self, i: int) -> NDArray[np.float32]:
        """See ``LlamaContext.hidden``."""
        state = self.states[i]
        assert state is not None
        return state

    def begin(self, end: int) -> None:
        """Begin sequence 0 with the first ``end`` tokens of the prompt that all lanes share."""
        self._lockstep.context.duplicate(self._prompt, self._first, end)

    def remove(self, sequence: int, start: int = 0) -> bool:
        """See ``LlamaContext.remove``."""
        return self._lockstep.context.remove(self._first + sequence, start)

    def share(self, source: int, target: int, end: int) -> None:
        """See ``LlamaContext.share``; the cells are copied."""
        self._lockstep.context.duplicate(self._first + source, self._first + target, end)

    @contextmanager
    def abortable(self, should_abort: Callable[[], bool]) -> Iterator[None]:  # noqa: ARG002
        """See ``LlamaContext.abortable``: a measurement is killed, not aborted."""
        yield


class Lockstep:
    """One context whose last sequence holds the prompt that the lanes begin with.

    Every job runs on a thread of its own, but never beside another or beside the context: they take turns.
    """

    def __init__(
        self, model: LlamaModel, *, lanes: int, width: int, cells: int, threads: int = 0, hidden: bool = True
    ) -> None:
        """Allocate ``lanes`` of ``width`` sequences, each of ``cells`` tokens, and a sequence for the prompt."""
        self._prompt, self._width, self.cells = lanes * width, width, cells * width
        self.context = LlamaContext(
            model,
            n_cells=cells * (lanes * width + 1),
            n_sequences=lanes * width + 1,
            threads=threads,
            hidden=hidden,
            apart=True,
        )
        self._free = list(range(lanes))  # a heap: llama.cpp takes runs of neighbouring sequences in one go
        self._yielded = threading.Semaphore(0)
        self._broken: BaseException | None = None

    def close(self) -> None:
        """Free the context."""
        self.context.close()

    def hold(self, prompt: Sequence[int]) -> None:
        """Bring ``prompt`` into the sequence that lanes begin with."""
        self.context.remove(self._prompt)
        for start in range(0, len(prompt), N_BATCH):
            part = range(start, min(start + N_BATCH, len(prompt)))
            n = len(part)
            self.context.decode(prompt[start : part.stop], part, [self._prompt] * n, [False] * n)

    def run(self, jobs: Sequence[Callable[[Lane], T]]) -> list[T]:
        """Run every job on a lane of its own, as many at once as there are; return what they returned, in order.

        The first error of a job, or of the context, is raised once all have ended.
        """
        self._broken = None
        results: dict[int, T] = {}
        errors: list[BaseException] = []
        todo = list(enumerate(jobs))[::-1]
        running: list[tuple[int, Lane, threading.Thread]] = []

        def work(index: int, job: Callable[[Lane], T], lane: Lane) -> None:
            try:
                results[index] = job(lane)
            except BaseException as error:  # noqa: BLE001  raised by run
                errors.append(error)
            lane.wanted = None
            self._yielded.release()

        while todo or running:
            while todo and self._free:
                index, job = todo.pop()
                place = heapq.heappop(self._free)
                lane = Lane(self, place * self._width, self._prompt)
                for sequence in range(self._width):
                    lane.remove(sequence)
                thread = threading.Thread(target=work, args=(index, job, lane), daemon=True)
                running.append((place, lane, thread))
                thread.start()
                self._yielded.acquire()
            running.sort(key=lambda entry: entry[0])
            try:
                self._evaluate([lane for _, lane, _ in running if lane.wanted is not None])
            except EngineError as error:
                self._broken = error  # raised in every lane that waits, which ends it
                todo.clear()
            for place, lane, thread in list(running):
                if lane.wanted is not None:
                    lane.turn.release()
                    self._yielded.acquire()
                if lane.wanted is None:
                    thread.join()
                    running.remove((place, lane, thread))
                    heapq.heappush(self._free, place)
        if errors:
            raise errors[0]
        return [results[i] for i in range(len(jobs))]

    def wait(self, lane: Lane) -> None:
        """Let the others go on until ``lane``'s batch has been evaluated; called by the lane."""
        self._yielded.release()
        lane.turn.acquire()
        if self._broken is not None:
            raise self._broken

    def _evaluate(self, lanes: Sequence[Lane]) -> None:
        """Evaluate what the lanes want, in as few batches as hold it."""
        batch: list[Lane] = []
        size = 0
        for lane in lanes:
            assert lane.wanted is not None
            n = len(lane.wanted[0])
            if size + n > N_BATCH:
                self._decode(batch)
                batch, size = [], 0
            batch.append(lane)
            size += n
        if batch:
            self._decode(batch)

    def _decode(self, lanes: Sequence[Lane]) -> None:
        wanted = [lane.wanted for lane in lanes if lane.wanted is not None]
        tokens, positions, sequences = ([item for one in wanted for item in one[part]] for part in range(3))
        self.context.decode(tokens, positions, sequences, [output for one in wanted for output in one[3]])
        at = 0
        for lane, (_, _, _, mine) in zip(lanes, wanted, strict=True):
            places = range(at, at + len(mine))
            at += len(mine)
            lane.rows = [
                self.context.logits(i).copy() if on else None for i, on in zip(places, mine, strict=True)
            ]
            if self.context.keeps_hidden:
                lane.states = [
                    self.context.hidden(i).copy() if on else None for i, on in zip(places, mine, strict=True)
                ]

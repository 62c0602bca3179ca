"""Where a model's layers go: on the GPU as many as fit, and step by step fewer where memory can't be had.

Knows the order of the steps and how to say each; loading itself is given to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from engine.errors import OutOfMemoryError
from engine.models.fit import MIN_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Closable(Protocol):
    """A loaded model."""

    def close(self) -> None:
        """Free it."""


M = TypeVar("M", bound=Closable)
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Placement:
    """``gpu_layers``: how many on the GPU, −1 for all. ``context``: tokens of conversation."""

    gpu_layers: int
    context: int


def placements(gpu_layers: int, context: int, *, may_step: bool = True) -> Iterator[Placement]:
    """Yield what to try, best first: fewer layers, then a shorter context, then main memory alone.

    ``gpu_layers`` is a count, or −1 where all are asked for by hand. With ``may_step`` false, only the context
    gives way.
    """
    first = Placement(gpu_layers, context)
    tried = {first}
    yield first
    layers = gpu_layers
    if gpu_layers > 0 and may_step:
        steps = [Placement(gpu_layers * 3 // 4, context), Placement(gpu_layers // 2, context)]
        steps += [Placement(gpu_layers // 2, context // part) for part in (2, 4)]
        steps += [Placement(0, context)]
        layers = 0
        for step in steps:
            if step not in tried and step.context >= min(context, MIN_CONTEXT):
                tried.add(step)
                yield step
    while (context := context // 2) >= MIN_CONTEXT:
        yield Placement(layers, context)


def step_words(first: Placement, now: Placement) -> tuple[str, ...]:
    """Say what is different from what was wanted, a sentence for each thing."""
    said = []
    if now.gpu_layers != first.gpu_layers and now.gpu_layers == 0:
        said.append("The GPU had no room for this model, so it runs in main memory, more slowly.")
    elif now.gpu_layers != first.gpu_layers:
        said.append(
            f"The GPU had no room for {first.gpu_layers} layers, so {now.gpu_layers} are on it and the rest in main "
            "memory."
        )
    if now.context != first.context:
        said.append(
            f"There was no memory for a context of {first.context:,} tokens, so it is {now.context:,}: Attune looks "
            "back less far."
        )
    return tuple(said)


def open_stepping(
    steps: Iterator[Placement],
    load: Callable[[int], M],
    extend: Callable[[M, int], C],
    say: Callable[[str], object],
) -> tuple[M, C, Placement, tuple[str, ...]]:
    """Load by the first of ``steps`` that memory allows; return model, context, the step, and what it means in words.

    ``load(gpu_layers)`` and ``extend(model, context)`` raise ``OutOfMemoryError`` where they can't; when every step
    fails, so does this. ``say`` hears each step before it is tried.
    """
    first: Placement | None = None
    model: M | None = None
    loaded = 0
    last = OutOfMemoryError()
    for step in steps:
        words = step_words(first or step, step)
        first = first or step
        for sentence in words:
            say(sentence)
        try:
            if model is not None and loaded != step.gpu_layers:
                model.close()
                model = None
            if model is None:
                model, loaded = load(step.gpu_layers), step.gpu_layers
            return model, extend(model, step.context), step, words
        except OutOfMemoryError as error:
            last = error
        except BaseException:
            if model is not None:
                model.close()
            raise
    if model is not None:
        model.close()
    raise last

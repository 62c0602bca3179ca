"""Whether a model fits on this computer, from its header and the memory that is free. Pure functions.

The sums follow what llama.cpp allocates: weights, keys and values of every cell, and the largest intermediate
results of one batch. ``tests/engine/test_fit.py`` holds them against what it says it allocated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from engine.models.hardware import Hardware
    from engine.models.header import Header

FitKind: TypeAlias = Literal["gpu", "partly", "memory", "slow", "no"]

# KV cells for the teacher's poles beside the conversation's own: eight of a usual reply's length.
POLE_CELLS: Final = 4608
MIN_CONTEXT: Final = 1024
CACHE_BYTES: Final = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}
# llama.cpp reserves for one batch of this many tokens, and logits for this many sequences.
_BATCH: Final = 513
_SEQUENCES: Final = 9
_CELL_STEP: Final = 256
# What a GPU's driver and a desktop need for themselves, and what other programs may take meanwhile.
_GPU_RESERVE: Final = 512 << 20
_MEMORY_RESERVE: Final = 512 << 20
# Below this an answer comes slower than it is read.
SLOW_TOKENS_PER_SECOND: Final = 5.0
_SLOW_BYTES: Final = 4 << 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """Memory in bytes: weights, KV cache, buffers of one computation."""

    weights: int
    cache: int
    compute: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.compute

    def __add__(self, other: Estimate) -> Estimate:
        """Return what two models take together."""
        return Estimate(self.weights + other.weights, self.cache + other.cache, self.compute + other.compute)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model would lie. ``gpu_layers`` of ``layers`` on the GPU, the output layer counted as one of them.

    ``context``: the longest, in halves of what was asked for, that fits; 0 where none does. ``missing``: bytes
    lacking where it does not fit. ``tokens_per_second`` where it can be told from another model's speed here.
    """

    kind: FitKind
    estimate: Estimate
    gpu_layers: int
    layers: int
    context: int
    missing: int = 0
    tokens_per_second: float | None = None


def estimate(
    header: Header, context: int, *, cache_type: str = "f16", flash: str = "auto", poles: bool = True
) -> Estimate:
    """Estimate what the model takes with ``context`` tokens of conversation, and with the ``poles`` read beside it."""
    cells = _cells(context, poles)
    cache = round(cells * sum(header.kv_width) * CACHE_BYTES[cache_type])
    return Estimate(header.weight_bytes, cache, _compute(header, cells, flash))


def fit(
    header: Header,
    hardware: Hardware,
    context: int,
    *,
    cache_type: str = "f16",
    flash: str = "auto",
    gpu_layers: int | None = None,
    bytes_per_second: float | None = None,
    second: Header | None = None,
) -> Fit:
    """Say where the model would lie, with the ``second`` that is its teacher. ``gpu_layers`` ``None``: as many as fit.

    ``bytes_per_second``: weights read per second by another model's decoding on this computer's main memory.
    """
    plan = _Plan(header, second, hardware, cache_type, flash)
    limit = min(context, *(h.context_length or context for h in (header, second) if h))
    made = plan.estimate(limit)
    most = plan.most_layers(limit)
    layers = header.layers + 1
    on_gpu = most if gpu_layers is None else layers if gpu_layers < 0 else min(gpu_layers, layers)
    lacking = plan.in_memory(limit, on_gpu) + _MEMORY_RESERVE - hardware.free
    if lacking > 0 or (gpu_layers is not None and on_gpu > most):
        return Fit("no", made, on_gpu, layers, plan.largest_context(limit), max(0, lacking))
    if on_gpu == layers:
        return Fit("gpu", made, on_gpu, layers, limit)
    left = made.weights - sum(header.layer_bytes[header.layers - on_gpu :] if on_gpu else ())
    speed = bytes_per_second / max(left, 1) if bytes_per_second else None
    slow = speed < SLOW_TOKENS_PER_SECOND if speed is not None else left > _SLOW_BYTES
    kind: FitKind = "slow" if slow else "partly" if on_gpu else "memory"
    return Fit(kind, made, on_gpu, layers, limit, tokens_per_second=None if on_gpu else speed)


def layers_on_gpu(
    header: Header,
    hardware: Hardware,
    context: int,
    *,
    cache_type: str = "f16",
    flash: str = "auto",
    poles: bool = True,
) -> int:
    """Return how many layers fit on the GPU with their part of the cache; ``layers + 1`` is all with the output."""
    free = hardware.gpu.free if hardware.gpu else 0
    return _layers_within(header, free - _GPU_RESERVE, _cells(context, poles), cache_type, flash)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A model, its teacher where that is a second one, and what they are to lie on."""

    header: Header
    second: Header | None
    hardware: Hardware
    cache_type: str
    flash: str

    @property
    def poles(self) -> bool:
        """Whether the model reads the poles itself."""
        return self.second is None

    def estimate(self, context: int) -> Estimate:
        """Return what both take."""
        made = estimate(self.header, context, cache_type=self.cache_type, flash=self.flash, poles=self.poles)
        if self.second is None:
            return made
        return made + estimate(self.second, context, cache_type=self.cache_type, flash=self.flash)

    def most_layers(self, context: int) -> int:
        """Return how many of the model's layers fit on the GPU."""
        return layers_on_gpu(
            self.header,
            self.hardware,
            context,
            cache_type=self.cache_type,
            flash=self.flash,
            poles=self.poles,
        )

    def in_memory(self, context: int, on_gpu: int) -> int:
        """Return the bytes in main memory with ``on_gpu`` layers of the model, and of the second what has room."""
        taken = _gpu_bytes(self.header, _cells(context, self.poles), on_gpu, self.cache_type, self.flash)
        if self.second is not None and self.hardware.gpu is not None:
            room, cells = self.hardware.gpu.free - _GPU_RESERVE - taken, _cells(context)
            beside = _layers_within(self.second, room, cells, self.cache_type, self.flash)
            taken += _gpu_bytes(self.second, cells, beside, self.cache_type, self.flash)
        return self.estimate(context).total - taken

    def largest_context(self, context: int) -> int:
        """Return the longest context, in halves of ``context``, that fits; 0 where none does."""
        while (context := context // 2) >= MIN_CONTEXT:
            if self.in_memory(context, self.most_layers(context)) <= self.hardware.free - _MEMORY_RESERVE:
                return context
        return 0


def _layers_within(header: Header, room: int, cells: int, cache_type: str, flash: str) -> int:
    for count in range(header.layers + 1, 0, -1):
        if _gpu_bytes(header, cells, count, cache_type, flash) <= room:
            return count
    return 0


def _gpu_bytes(header: Header, cells: int, count: int, cache_type: str, flash: str) -> int:
    """Memory on the GPU for the last ``count`` layers, the output layer being the first of them to go there."""
    if count == 0:
        return 0
    layers = min(count, header.layers)
    total = sum(header.layer_bytes[header.layers - layers :]) + _compute(header, cells, flash)
    total += round(cells * sum(header.kv_width[header.layers - layers :]) * CACHE_BYTES[cache_type])
    if count > header.layers:
        total += header.output_bytes + (header.input_bytes if header.tied else 0)
    return total


def _cells(context: int, poles: bool = True) -> int:
    return -(-(context + (POLE_CELLS if poles else 0)) // _CELL_STEP) * _CELL_STEP


def _compute(header: Header, cells: int, flash: str) -> int:
    """Return the larger of the output layer's logits and one layer's intermediate results with its attention."""
    output = 4 * _BATCH * (header.vocabulary + 2 * header.width)
    layer = 4 * _BATCH * (3 * header.feed_forward + 4 * header.width)
    if flash == "off":
        layer += 4 * _BATCH * cells * (header.heads + 1)
    else:
        layer += 2 * _BATCH * cells
    return max(output, layer) + 4 * _SEQUENCES * (header.vocabulary + header.width)

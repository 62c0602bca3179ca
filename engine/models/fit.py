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


def estimate(header: Header, context: int, *, cache_type: str = "f16", flash: str = "auto") -> Estimate:
    """Estimate what the model takes with ``context`` tokens of conversation."""
    cells = _cells(context)
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
) -> Fit:
    """Say where the model would lie. ``gpu_layers`` ``None``: as many as fit.

    ``bytes_per_second``: weights read per second by another model's decoding on this computer's main memory.
    """
    limit = min(context, header.context_length or context)
    made = estimate(header, limit, cache_type=cache_type, flash=flash)
    most = layers_on_gpu(header, hardware, limit, cache_type=cache_type, flash=flash)
    layers = header.layers + 1
    on_gpu = most if gpu_layers is None else layers if gpu_layers < 0 else min(gpu_layers, layers)
    lacking = (
        made.total - _gpu_bytes(header, limit, on_gpu, cache_type, flash) + _MEMORY_RESERVE - hardware.free
    )
    if lacking > 0 or (gpu_layers is not None and on_gpu > most):
        return Fit(
            "no", made, on_gpu, layers, _largest(header, hardware, limit, cache_type, flash), max(0, lacking)
        )
    if on_gpu == layers:
        return Fit("gpu", made, on_gpu, layers, limit)
    left = made.weights - sum(header.layer_bytes[header.layers - on_gpu :] if on_gpu else ())
    speed = bytes_per_second / max(left, 1) if bytes_per_second else None
    slow = speed < SLOW_TOKENS_PER_SECOND if speed is not None else left > _SLOW_BYTES
    kind: FitKind = "slow" if slow else "partly" if on_gpu else "memory"
    return Fit(kind, made, on_gpu, layers, limit, tokens_per_second=None if on_gpu else speed)


def layers_on_gpu(
    header: Header, hardware: Hardware, context: int, *, cache_type: str = "f16", flash: str = "auto"
) -> int:
    """Return how many layers fit on the GPU with their part of the cache; ``layers + 1`` is all with the output."""
    if hardware.gpu is None:
        return 0
    room = hardware.gpu.free - _GPU_RESERVE
    for count in range(header.layers + 1, 0, -1):
        if _gpu_bytes(header, context, count, cache_type, flash) <= room:
            return count
    return 0


def _gpu_bytes(header: Header, context: int, count: int, cache_type: str, flash: str) -> int:
    """Memory on the GPU for the last ``count`` layers, the output layer being the first of them to go there."""
    if count == 0:
        return 0
    layers = min(count, header.layers)
    cells = _cells(context)
    total = sum(header.layer_bytes[header.layers - layers :]) + _compute(header, cells, flash)
    total += round(cells * sum(header.kv_width[header.layers - layers :]) * CACHE_BYTES[cache_type])
    if count > header.layers:
        total += header.output_bytes + (header.input_bytes if header.tied else 0)
    return total


def _largest(header: Header, hardware: Hardware, context: int, cache_type: str, flash: str) -> int:
    while (context := context // 2) >= MIN_CONTEXT:
        on_gpu = layers_on_gpu(header, hardware, context, cache_type=cache_type, flash=flash)
        total = estimate(header, context, cache_type=cache_type, flash=flash).total
        if total - _gpu_bytes(header, context, on_gpu, cache_type, flash) <= hardware.free - _MEMORY_RESERVE:
            return context
    return 0


def _cells(context: int) -> int:
    return -(-(context + POLE_CELLS) // _CELL_STEP) * _CELL_STEP


def _compute(header: Header, cells: int, flash: str) -> int:
    """Return the larger of the output layer's logits and one layer's intermediate results with its attention."""
    output = 4 * _BATCH * (header.vocabulary + 2 * header.width)
    layer = 4 * _BATCH * (3 * header.feed_forward + 4 * header.width)
    if flash == "off":
        layer += 4 * _BATCH * cells * (header.heads + 1)
    else:
        layer += 2 * _BATCH * cells
    return max(output, layer) + 4 * _SEQUENCES * (header.vocabulary + header.width)

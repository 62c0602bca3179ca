"""The estimate against what llama.cpp allocates, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.llama import LlamaContext, LlamaModel
from engine.models.fit import POLE_CELLS, estimate, fit, layers_on_gpu
from engine.models.hardware import Device, Hardware
from engine.models.header import Header, read_header
from engine.starter import embedded_model
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from pathlib import Path

GIB = 1 << 30
SHAPES = (
    TinyModel(),
    TinyModel(width=256, layers=4, heads=8, kv_heads=8, feed_forward=640),
    TinyModel(width=512, heads=8, feed_forward=4096, tied=False),
    TinyModel(vocabulary=11494, width=128, layers=8, kv_heads=1),
    TinyModel(width=1024, heads=32, kv_heads=4, feed_forward=2048),
)
# Thirty-two layers and eight billion weights at four and a half bits.
LARGE = Header(
    name="Large 8B", architecture="llama", quantisation="Q4_K_M", licence="apache-2.0", parameters=8_000_000_000,
    vocabulary=128_000, layers=32, width=4096, feed_forward=14_336, heads=32, context_length=131_072,
    file_bytes=4_900_000_000, layer_bytes=(130_000_000,) * 32, input_bytes=300_000_000, output_bytes=430_000_000,
    tied=False, kv_width=(2048,) * 32, has_template=True,
)  # fmt: skip


def _allocated(path: Path, context: int, cache_type: str, flash: str) -> int:
    model = LlamaModel(path)
    made = LlamaContext(
        model, n_cells=context + POLE_CELLS, n_sequences=9, hidden=True, cache_type=cache_type, flash=flash
    )
    total = sum(buffer.size for buffer in made.buffers())
    made.close()
    model.close()
    return total


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: f"{s.vocabulary}x{s.width}x{s.layers}")
@pytest.mark.parametrize(
    ("cache_type", "flash", "context"), [("f16", "auto", 1024), ("f16", "off", 4096), ("q8_0", "on", 8192)]
)
def test_the_estimate_is_within_15_per_cent_of_what_llama_cpp_allocates(
    tmp_path: Path, shape: TinyModel, cache_type: str, flash: str, context: int
) -> None:
    if cache_type == "q8_0" and shape.width // shape.heads < 32:
        pytest.skip("a compressed cache needs heads of 32 values")
    path = shape.write(tmp_path / "model.gguf")
    predicted = estimate(read_header(path), context, cache_type=cache_type, flash=flash).total
    assert predicted == pytest.approx(_allocated(path, context, cache_type, flash), rel=0.15)


@pytest.mark.model
@pytest.mark.parametrize("cache_type", ["f16", "q8_0", "q4_0"])
@pytest.mark.parametrize("context", [1024, 4096, 8192])
def test_the_estimate_holds_for_the_embedded_model(cache_type: str, context: int) -> None:
    predicted = estimate(read_header(embedded_model()), context, cache_type=cache_type).total
    assert predicted == pytest.approx(_allocated(embedded_model(), context, cache_type, "auto"), rel=0.15)


def _hardware(free: float, gpu: float | None = None) -> Hardware:
    devices = () if gpu is None else (Device("CUDA0", "A GPU", round(gpu * GIB), round(gpu * GIB)),)
    return Hardware(round(free * GIB), round(free * GIB), 8, devices)


@pytest.mark.parametrize(
    ("free", "gpu", "kind"),
    [(32, 24, "gpu"), (32, 4, "partly"), (32, None, "slow"), (4, None, "no"), (4, 24, "gpu")],
)
def test_where_a_large_model_lies(free: float, gpu: float | None, kind: str) -> None:
    assert fit(LARGE, _hardware(free, gpu), 4096).kind == kind


def test_a_small_model_fits_into_memory() -> None:
    small = replace(LARGE, layer_bytes=(10_000_000,) * 32)
    assert fit(small, _hardware(16), 4096).kind == "memory"


def test_a_speed_measured_here_decides_what_is_slow() -> None:
    found = fit(LARGE, _hardware(32), 4096, bytes_per_second=100e9)
    assert found.kind == "memory"
    assert found.tokens_per_second == pytest.approx(100e9 / LARGE.weight_bytes)
    assert fit(LARGE, _hardware(32), 4096, bytes_per_second=10e9).kind == "slow"


def test_more_gpu_memory_never_means_fewer_layers_there() -> None:
    counts = [layers_on_gpu(LARGE, _hardware(32, gib), 4096) for gib in (0.5, *range(1, 12))]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == LARGE.layers + 1


def test_what_does_not_fit_says_how_much_is_missing_and_which_context_would() -> None:
    found = fit(LARGE, _hardware(20), 131_072)
    assert found.kind == "no"
    assert 0 < found.context < 131_072
    assert found.missing > 0
    assert fit(LARGE, _hardware(20), found.context).kind != "no"
    assert fit(LARGE, _hardware(2), 4096).context == 0


def test_layers_asked_for_by_hand_are_held_against_the_gpu() -> None:
    assert fit(LARGE, _hardware(32, 4), 4096, gpu_layers=-1).kind == "no"
    assert fit(LARGE, _hardware(32, 4), 4096, gpu_layers=0).gpu_layers == 0


def test_a_context_beyond_the_models_own_is_cut_to_it() -> None:
    short = replace(LARGE, context_length=2048)
    assert fit(short, _hardware(32, 24), 8192).context == 2048

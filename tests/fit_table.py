"""Prints the table of ``docs/gpu.md``: what was predicted and what llama.cpp allocated.

    python -m tests.fit_table

Run it from the repository's root; it writes models of random weights to a temporary folder only.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from engine.models.fit import estimate
from engine.models.header import read_header
from engine.starter import embedded_model
from tests.engine.test_fit import SHAPES, _allocated

CASES = (("f16", "auto"), ("q8_0", "auto"), ("q4_0", "auto"), ("f16", "off"))


def main() -> None:
    """Measure every case."""
    print("| Model | Context | Cache | Fast attention | Predicted, MB | Allocated, MB | Off by |")  # noqa: T201
    print("|---|---|---|---|---|---|---|")  # noqa: T201
    for context in (1024, 4096, 8192):
        for cache_type, flash in CASES:
            _row("built-in, 135M", embedded_model(), context, cache_type, flash)
    with tempfile.TemporaryDirectory() as folder:
        for index, shape in enumerate(SHAPES):
            path = shape.write(Path(folder) / f"{index}.gguf")
            name = f"{shape.layers} layers × {shape.width}, {shape.vocabulary} tokens"
            for context, flash in ((1024, "auto"), (8192, "auto"), (8192, "off")):
                _row(name, path, context, "f16", flash)


def _row(name: str, path: Path, context: int, cache_type: str, flash: str) -> None:
    predicted = estimate(read_header(path), context, cache_type=cache_type, flash=flash).total
    actual = _allocated(path, context, cache_type, flash)
    off = predicted / actual - 1
    cells = (name, context, cache_type, flash, f"{predicted / 1e6:.1f}", f"{actual / 1e6:.1f}", f"{off:+.1%}")
    print("| " + " | ".join(map(str, cells)) + " |")  # noqa: T201


if __name__ == "__main__":
    main()

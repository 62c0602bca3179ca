"""Rows of a GGUF's output embedding, dequantised on demand: never the whole matrix. Knows nothing of what for.

Reading a GGUF's header takes seconds, so where the rows lie is found once, at calibration, and kept in the head
file; a head file is bound to its model by SHA-256, so the place can't be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gguf
import numpy as np

from engine.errors import ModelFileError

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

    from numpy.typing import NDArray

_CHUNK_ROWS = 4096


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """Where the matrix lies: ``offset`` and ``row_bytes`` in bytes, ``rows`` × ``width`` values of GGML ``type``."""

    offset: int
    row_bytes: int
    rows: int
    width: int
    type: int


def find_output(path: Path) -> OutputPlace:
    """Find the output matrix: the model's own, or the token embedding it is tied to.

    Raises ``ModelFileError`` where the file has neither, or in a type that can't be dequantised.
    """
    tensors = {t.name: t for t in gguf.GGUFReader(str(path)).tensors}
    tensor = tensors.get("output.weight") or tensors.get("token_embd.weight")
    if tensor is None:
        raise ModelFileError(
            f"{path}: no output matrix",
            user_message="Attune can't find this model's output layer, so it can't be tuned.",
            next_step="Use the model with the teacher.",
        )
    width, rows = int(tensor.shape[0]), int(tensor.shape[1])
    place = OutputPlace(
        int(tensor.data_offset), int(tensor.n_bytes) // rows, rows, width, int(tensor.tensor_type)
    )
    try:
        OutputRows(path, place).read(np.zeros(1, dtype=np.int64))
    except NotImplementedError as error:
        raise ModelFileError(
            repr(error),
            user_message=f"This model's output layer is stored as {tensor.tensor_type.name}, which can't be tuned yet.",
            next_step="Use the model with the teacher, or another quantisation of it.",
        ) from error
    return place


class OutputRows:
    """Read access to the matrix at ``place`` of the file at ``path``."""

    def __init__(self, path: Path, place: OutputPlace) -> None:
        self._place = place
        self._type = gguf.GGMLQuantizationType(place.type)
        self._path = path

    def read(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the rows of ``tokens`` (n,) as (n, d) float32."""
        # Read, not mapped: a system maps many pages around each one that is touched, until the whole matrix counts as
        # this process's memory once more.
        with self._path.open("rb", buffering=0) as file:
            stored = np.frombuffer(
                b"".join(self._row(file, token) for token in tokens.tolist()), dtype=np.uint8
            )
        rows = gguf.quants.dequantize(stored, self._type)
        return np.asarray(rows, dtype=np.float32).reshape(len(tokens), self._place.width)

    def _row(self, file: FileIO, token: int) -> bytes:
        file.seek(self._place.offset + token * self._place.row_bytes)
        return file.read(self._place.row_bytes)

    def moments(self) -> tuple[NDArray[np.float32], float]:
        """Return the mean row (d,) and the standard deviation of all values about it, reading in portions."""
        total = np.zeros(self._place.width)
        squares = 0.0
        for start in range(0, self._place.rows, _CHUNK_ROWS):
            part = self.read(np.arange(start, min(start + _CHUNK_ROWS, self._place.rows))).astype(np.float64)
            total += part.sum(0)
            squares += float((part**2).sum())
        mean = total / self._place.rows
        variance = squares / (self._place.rows * self._place.width) - float((mean**2).mean())
        return mean.astype(np.float32), float(np.sqrt(max(variance, 1e-12)))

"""Exact nearest neighbours by cosine over one contiguous array of unit vectors, all of one embedder.

NumPy only. It knows identifiers and vectors, neither texts nor the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_FIRST_CAPACITY = 64


class VectorIndex:
    """Vectors of one embedder by identifier. Removing one also overwrites it in memory."""

    def __init__(self, dimension: int) -> None:
        self._rows: dict[str, int] = {}
        self._ids: list[str] = []
        self._vectors = np.zeros((_FIRST_CAPACITY, dimension), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._rows

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return int(self._vectors.shape[1])

    def add(self, identifier: str, vector: NDArray[np.float32]) -> None:
        """Add ``vector`` (d,) of unit length, or replace the one ``identifier`` has."""
        row = self._rows.get(identifier)
        if row is None:
            row = len(self._ids)
            if row == len(self._vectors):
                grown = np.zeros((2 * row, self.dimension), dtype=np.float32)
                grown[:row] = self._vectors
                self._vectors = grown
            self._rows[identifier] = row
            self._ids.append(identifier)
        self._vectors[row] = vector

    def remove(self, identifiers: Iterable[str]) -> None:
        """Drop vectors; unknown identifiers are ignored. The last vector fills each gap."""
        for identifier in identifiers:
            row = self._rows.pop(identifier, None)
            if row is None:
                continue
            last = len(self._ids) - 1
            if row != last:
                self._vectors[row] = self._vectors[last]
                self._ids[row] = self._ids[last]
                self._rows[self._ids[row]] = row
            self._vectors[last] = 0.0
            self._ids.pop()

    def similarities(self, vector: NDArray[np.float32], identifiers: Iterable[str]) -> NDArray[np.float32]:
        """Cosine of ``vector`` (d,) with each identifier's vector: (n,) float32, 0 where one is unknown."""
        rows = np.fromiter((self._rows.get(i, -1) for i in identifiers), dtype=np.int64)
        cosines = self._vectors[: len(self._ids)] @ vector
        return np.append(cosines, np.float32(0.0))[rows]

    def vectors(self, identifiers: Sequence[str]) -> NDArray[np.float32]:
        """Return the vector of each identifier: (n, d) float32, a zero row where one is unknown."""
        found = np.zeros((len(identifiers), self.dimension), dtype=np.float32)
        rows = np.array([self._rows.get(i, -1) for i in identifiers], dtype=np.int64)
        found[rows >= 0] = self._vectors[rows[rows >= 0]]
        return found

    def nearest(
        self, vector: NDArray[np.float32], count: int, *, floor: float = -1.0
    ) -> tuple[tuple[str, float], ...]:
        """Return the ``count`` most similar identifiers with their cosine ≥ ``floor``, best first."""
        cosines = self._vectors[: len(self._ids)] @ vector
        count = min(count, len(cosines))
        if count <= 0:
            return ()
        best = np.argpartition(-cosines, count - 1)[:count]
        best = best[np.lexsort((best, -cosines[best]))]
        return tuple((self._ids[row], float(cosines[row])) for row in best if cosines[row] >= floor)

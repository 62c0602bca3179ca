"""What a calibration keeps on disk: one file per reply, one per reply and judging principle. No model, no torch.

A file appears under its final name only when it is complete, so a killed calibration loses at most the reply it
was working on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.principles import Principle


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The states a reply passed through, as the plain prompt sees them. T tokens, k candidates, d wide.

    ``hidden``: (T, d) float16, after the final norm. ``ids``: (T, k + 1) int32, the k best and, last, the token
    that was said. ``logits``: (T, k + 1) float32 of the base model at ``ids``.
    """

    hidden: NDArray[np.float16]
    ids: NDArray[np.int32]
    logits: NDArray[np.float32]


class CalibrationFolder:
    """The files of one model's calibration."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._replies, self._teacher = root / "replies", root / "teacher"

    def has_states(self, unit: str) -> bool:
        """Tell whether the unit's reply was sampled and read."""
        return (self._replies / f"{unit}.npz").exists()

    def write_states(self, unit: str, states: States) -> None:
        """Keep a reply's states."""
        self._write(self._replies / f"{unit}.npz", hidden=states.hidden, ids=states.ids, logits=states.logits)

    def states(self, unit: str) -> States:
        """Return a reply's states."""
        with np.load(self._replies / f"{unit}.npz", allow_pickle=False) as file:
            return States(file["hidden"], file["ids"], file["logits"])

    def has_phi(self, unit: str, principle: Principle) -> bool:
        """Tell whether the principle, with its present texts, has judged the unit."""
        return self._phi_path(unit, principle).exists()

    def write_phi(self, unit: str, principle: Principle, phi: NDArray[np.float32]) -> None:
        """Keep the teacher's φ (T, k + 1) at the unit's ids."""
        self._write(self._phi_path(unit, principle), phi=phi.astype(np.float16))

    def phi(self, unit: str, principle: Principle) -> NDArray[np.float16]:
        """Return the teacher's φ (T, k + 1)."""
        with np.load(self._phi_path(unit, principle), allow_pickle=False) as file:
            phi: NDArray[np.float16] = file["phi"]
            return phi

    def _phi_path(self, unit: str, principle: Principle) -> Path:
        return self._teacher / f"{principle.name}-{principle.poles_hash[:12]}" / f"{unit}.npz"

    def _write(self, path: Path, **arrays: NDArray[np.generic]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        os.replace(part, path)

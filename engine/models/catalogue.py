"""The models Attune offers to download, read from a file that ships with it, and which of them suits a computer.

It fetches nothing: sizes are about right until the hub is asked, which happens when the user wants one.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.models.download import Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.models.fit import FitKind
    from engine.models.hardware import Hardware

# A conversation's keys and values and the buffers of a computation, beside the weights.
_BESIDE_SHARE: Final = 0.15
_BESIDE: Final = 600 << 20
_RESERVE: Final = 512 << 20
_SLOW_BYTES: Final = 4 << 30
# Of what the computer has free, more than this share for a model would leave too little for everything else.
_COMFORT: Final = 0.5
# On a processor, the largest that still answers about as fast as one reads.
_QUICK_BYTES: Final = 1_500_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry. ``size`` in bytes is computed from the weights, so it is about right."""

    name: str
    family: str
    about: str
    licence: str
    parameters: int
    bits: float
    context: int
    repository: str
    file: str
    revision: str = "main"
    sha256: str = ""

    @property
    def size(self) -> int:
        """About how large the file is."""
        return round(self.parameters * self.bits / 8)

    @property
    def memory(self) -> int:
        """About how much memory it takes with a usual conversation."""
        return round(self.size * (1 + _BESIDE_SHARE)) + _BESIDE

    @property
    def wanted(self) -> Wanted:
        """What to ask the hub for."""
        return Wanted(self.name, self.repository, self.file, self.revision, self.sha256, self.licence)


def read_catalogue(path: Path) -> tuple[Offer, ...]:
    """Read the catalogue, small to large."""
    with path.open("rb") as file:
        rows = tomllib.load(file)["model"]
    return tuple(Offer(**row) for row in rows)


def rough_fit(offer: Offer, hardware: Hardware) -> FitKind:
    """Say about where a model would lie that is not here yet."""
    gpu = hardware.gpu.free - _RESERVE if hardware.gpu else 0
    if offer.memory <= gpu:
        return "gpu"
    if offer.memory > hardware.free - _RESERVE + gpu:
        return "no"
    if offer.size > _SLOW_BYTES and gpu < offer.memory / 2:
        return "slow"
    return "partly" if gpu > 0 else "memory"


def recommended(offers: Sequence[Offer], hardware: Hardware) -> Offer | None:
    """Return the largest model that runs well here: on the GPU, else in memory at a readable speed."""
    gpu = [offer for offer in offers if rough_fit(offer, hardware) == "gpu"]
    if gpu:
        return max(gpu, key=lambda offer: offer.size)
    quick = [
        offer
        for offer in offers
        if rough_fit(offer, hardware) in ("memory", "partly")
        and offer.size <= _QUICK_BYTES
        and offer.memory <= hardware.free * _COMFORT
    ]
    return max(quick, key=lambda offer: offer.size, default=None)

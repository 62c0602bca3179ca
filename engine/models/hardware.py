"""What this computer has to put a model on: main memory, GPUs, cores. It asks; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU that llama.cpp can use: its name there (*CUDA0*), what it is called, memory in bytes."""

    name: str
    description: str
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Buffer:
    """One block of memory llama.cpp holds: on which device, for what (*model*, *KV*, *compute*, *output*), bytes."""

    device: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Hardware:
    """Memory in bytes. ``free`` is what programs can have without pushing others out."""

    free: int
    total: int
    cores: int
    devices: tuple[Device, ...] = ()

    @property
    def gpu(self) -> Device | None:
        """The GPU with the most free memory."""
        return max(self.devices, key=lambda device: device.free, default=None)


def hardware(devices: tuple[Device, ...] = ()) -> Hardware:
    """Look at main memory and cores now; ``devices`` as llama.cpp last reported them."""
    memory = psutil.virtual_memory()
    return Hardware(memory.available, memory.total, psutil.cpu_count(logical=False) or 1, devices)

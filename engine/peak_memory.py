"""How much memory a piece of work takes: measured in a process of its own, because a process's peak never falls."""

from __future__ import annotations

import multiprocessing
import platform
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


def in_own_process(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what ``work``, a module's function, returns in a new process."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(work, *args, **kwargs).result()


def peak_memory() -> int:
    """Return this process's peak resident memory in bytes."""
    system = platform.system()
    if system == "Linux":  # ru_maxrss would count the parent's memory at the moment of the spawn
        status = dict(
            line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        )
        return int(status["VmHWM"].split()[0]) * 1024
    if system == "Windows":
        return int(psutil.Process().memory_info()._asdict()["peak_wset"])
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

"""Which network connections Attune's processes have right now, as the system tells. Opens none and looks up no name.

Knows processes and addresses; nothing of what is sent.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

import psutil

_OVER: Final = {psutil.CONN_TIME_WAIT, psutil.CONN_CLOSE, psutil.CONN_LISTEN}


@dataclass(frozen=True, slots=True)
class Seen:
    """``addresses`` outside this computer that something is connected to, or about to be.

    ``processes``: ids of those that were looked at; ``hidden``: how many the system would not show.
    """

    addresses: tuple[str, ...]
    processes: frozenset[int]
    hidden: int


def look() -> Seen:
    """Look at this process and all it started, the engine among them."""
    here = psutil.Process()
    try:
        family = [here, *here.children(recursive=True)]
    except psutil.Error:
        return Seen((), frozenset(), 1)
    addresses: set[str] = set()
    seen: set[int] = set()
    hidden = 0
    for process in family:
        try:
            connections = process.net_connections(kind="inet")
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        except (psutil.AccessDenied, OSError):
            hidden += 1
            continue
        seen.add(process.pid)
        addresses.update(
            connection.raddr.ip
            for connection in connections
            if connection.raddr and connection.status not in _OVER and is_outside(connection.raddr.ip)
        )
    return Seen(tuple(sorted(addresses)), frozenset(seen), hidden)


def is_outside(address: str) -> bool:
    """Whether an address is another computer's, in the house or beyond."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    mapped = getattr(found, "ipv4_mapped", None)
    return not (mapped or found).is_loopback

"""The connections of this process, seen with real sockets."""

from __future__ import annotations

import os
import socket

import pytest

from app import connections


def test_loopback_is_no_network_and_all_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
        server.accept()[0],
    ):
        seen = connections.look()
        assert os.getpid() in seen.processes
        assert not seen.addresses
        # No outside address can be reached in a test: this one is taken for one.
        monkeypatch.setattr(connections, "is_outside", lambda _: True)
        assert connections.look().addresses == ("127.0.0.1",)


@pytest.mark.parametrize(
    "address", ["192.168.0.7", "93.184.216.34", "2606:2800::1", "::ffff:8.8.8.8", "fe80::1%eth0"]
)
def test_another_computer_is_outside(address: str) -> None:
    assert connections.is_outside(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_computer_is_not_outside(address: str) -> None:
    assert not connections.is_outside(address)

"""The terminal's way to the Attune that is open with the same data: a local socket, one JSON object a line.

Free of Qt, because a terminal may have no screen; ``app.desktop.instance`` is the other end. Only the user's own
programs can reach it.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal, TypeAlias

from app.language import tr
from app.user_messages import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE: Final = 10.0
"""Seconds an open window may take to say that it heard."""
_STARTING: Final = 5.0
Wish: TypeAlias = Literal["open", "quick"]


def server_name(data_dir: Path) -> str:
    """Return where the Attune with this data listens: a file only its user can reach, a pipe's name on Windows."""
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return f"attune-{mark}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return str(Path(runtime) / f"attune-{mark}.sock" if runtime else data_dir / "attune.sock")


def come_forward(data_dir: Path, wish: Wish, *, starting: bool = False) -> bool:
    """Have the open Attune show its window or its quick question; return whether there is one.

    ``starting``: one is known to have the data but may not listen yet, so wait a little. Raises ``UsageError``
    where it does not answer.
    """
    request = {"do": wish, "token": os.environ.get("XDG_ACTIVATION_TOKEN", "")}
    deadline = time.monotonic() + _STARTING
    while (answers := hand_over(data_dir, request)) is None:
        if not starting or time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    try:
        return next(answers, None) is not None
    except TimeoutError as error:
        raise UsageError(
            tr("Attune is open but does not answer."), tr("Wait a moment, or end it and start it again.")
        ) from error


def hand_over(data_dir: Path, request: Mapping[str, Any]) -> Iterator[dict[str, Any]] | None:
    """Send ``request`` and iterate over the answers; ``None`` where no Attune listens.

    The first answer must come within ``PATIENCE`` seconds, else ``TimeoutError``; for the others there is no limit.
    """
    try:
        return _conversation(server_name(data_dir), request)
    except OSError:
        return None


if sys.platform == "win32":

    def _conversation(name: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        pipe: IO[bytes] = open(rf"\\.\pipe\{name}", "r+b", buffering=0)  # noqa: SIM115
        pipe.write(json.dumps(request).encode() + b"\n")
        return _lines(pipe)

else:

    def _conversation(name: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(PATIENCE)
            connection.connect(name)
            connection.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            connection.close()
            raise
        return _patient(connection)

    def _patient(connection: socket.socket) -> Iterator[dict[str, Any]]:
        with connection:
            for answer in _lines(connection.makefile("rb")):
                connection.settimeout(None)
                yield answer


def _lines(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    with closing(stream):
        for line in iter(stream.readline, b""):
            answer = json.loads(line)
            assert isinstance(answer, dict)
            yield answer

"""A model hub on this computer: the endpoints Attune uses, and every way in which one can fail.

Files are made of a beginning and a number of zero bytes, so that a large one costs no disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "tiny/model-GGUF"
FILE = "tiny.gguf"
_ZEROS = bytes(1 << 20)


def sparse_gguf(size: int) -> bytes:
    """Return the beginning of a GGUF of ``size`` bytes whose one large tensor is all zeros."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    def entry(key: str, value: str | int) -> bytes:
        if isinstance(value, int):
            return text(key) + struct.pack("<II", 4, value)
        return text(key) + struct.pack("<I", 8) + text(value)

    rows = (size - 4096) // 4096
    entries = [
        entry("general.architecture", "llama"), entry("general.name", "Sparse"), entry("general.license", "mit"),
        entry("llama.block_count", 1), entry("llama.context_length", 4096), entry("llama.embedding_length", 1024),
    ]  # fmt: skip
    tensor = text("token_embd.weight") + struct.pack("<IQQIQ", 2, 1024, rows, 0, 0)
    return b"GGUF" + struct.pack("<IQQ", 3, 1, len(entries)) + b"".join(entries) + tensor


@dataclass
class Content:
    """``begin`` and then zeros up to ``size`` bytes."""

    begin: bytes
    size: int

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.chunks(0):
            digest.update(chunk)
        return digest.hexdigest()

    def chunks(self, start: int, end: int | None = None) -> Iterator[bytes]:
        at, end = start, self.size if end is None else end
        while at < end:
            if at < len(self.begin):
                yield self.begin[at : min(end, at + len(_ZEROS))]
                at = min(len(self.begin), end, at + len(_ZEROS))
            else:
                length = min(len(_ZEROS), end - at)
                yield _ZEROS[:length]
                at += length


@dataclass
class HubServer:
    """``faults`` are used up one by one by requests for a file's bytes; each may answer in place of the server.

    ``status`` is what the hub itself says to every request; 200 is no fault.
    """

    content: Content
    faults: list[Callable[[_Handler, int], bool]] = field(default_factory=list)
    status: int = 200
    error_code: str = ""
    promised: int | None = None
    sha256: str = ""
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    @property
    def elsewhere(self) -> str:
        """Where the bytes lie: another host by name, as with the real hub."""
        return self.address.replace("127.0.0.1", "localhost")

    def of(self, kind: str) -> list[tuple[str, str, dict[str, str]]]:
        """The requests so far whose path holds ``kind``."""
        return [request for request in self.requests if kind in request[1]]


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    hub: HubServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that pauses hangs up: that is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 5

    def log_message(self, *arguments: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub = self.server.hub
        path = unquote(urlparse(self.path).path)
        hub.requests.append((self.command, path, {k.lower(): v for k, v in self.headers.items()}))
        if hub.status != 200:
            headers = {"X-Error-Code": hub.error_code} if hub.error_code else {}
            self.reply(hub.status, headers)
        elif path == f"/api/models/{REPOSITORY}":
            files = [{"rfilename": "README.md"}, {"rfilename": FILE, "size": hub.content.size}]
            body = {"id": REPOSITORY, "siblings": files, "cardData": {"license": "mit"}}
            self.reply(200, {"Content-Type": "application/json"}, json.dumps(body).encode())
        elif path.startswith(f"/{REPOSITORY}/resolve/") and path.endswith(f"/{FILE}"):
            size = hub.content.size if hub.promised is None else hub.promised
            self.reply(
                302,
                {
                    "Location": f"{hub.elsewhere}/cdn/{FILE}?signature=1",
                    "X-Repo-Commit": COMMIT,
                    "X-Linked-Size": str(size),
                    "X-Linked-Etag": f'"{hub.sha256}"',
                },
            )
        elif path == f"/cdn/{FILE}":
            self._bytes(hub)
        else:
            known = path.startswith(f"/{REPOSITORY}/")
            self.reply(404, {"X-Error-Code": "EntryNotFound" if known else "RepoNotFound"})

    def _bytes(self, hub: HubServer) -> None:
        start = 0
        if wanted := self.headers.get("Range"):
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if hub.faults and hub.faults.pop(0)(self, start):
            return
        if start >= hub.content.size:
            self.reply(416, {"Content-Range": f"bytes */{hub.content.size}"})
            return
        self.send(hub.content, start)

    def send(
        self,
        content: Content,
        start: int,
        *,
        length: int | None = None,
        end: int | None = None,
        delay: float = 0.0,
    ) -> None:
        """Send bytes from ``start``; ``length`` is what is promised, ``end`` where the connection is cut."""
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{content.size - 1}/{content.size}")
        self.send_header("Content-Length", str(content.size - start if length is None else length))
        self.end_headers()
        for chunk in content.chunks(start, end):
            step = 2048 if delay else len(chunk)
            for at in range(0, len(chunk), step):
                self.wfile.write(chunk[at : at + step])
                if delay:
                    self.wfile.flush()
                    time.sleep(delay)
        if end is not None:
            self.close_connection = True

    def reply(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextlib.contextmanager
def serving(content: Content) -> Iterator[HubServer]:
    """Serve ``content`` as the one file of the one repository."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hub = HubServer(content, sha256=content.sha256(), address=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def cut_at(end: int) -> Callable[[_Handler, int], bool]:
    """Cut the connection at byte ``end`` of the file."""

    def fault(handler: _Handler, start: int) -> bool:
        handler.send(handler.server.hub.content, start, end=end)
        return True

    return fault


def answer(status: int, **headers: str) -> Callable[[_Handler, int], bool]:
    """Answer with a status and nothing else."""

    def fault(handler: _Handler, start: int) -> bool:
        handler.reply(status, {name.replace("_", "-"): value for name, value in headers.items()})
        return True

    return fault


def other(content: Content, *, length: int | None = None) -> Callable[[_Handler, int], bool]:
    """Send other bytes than the file's."""

    def fault(handler: _Handler, start: int) -> bool:
        handler.send(content, start, length=length)
        return True

    return fault


def from_the_start(handler: _Handler, start: int) -> bool:
    """Ignore the range that was asked for."""
    handler.send(handler.server.hub.content, 0)
    return True


def trickle(delay: float) -> Callable[[_Handler, int], bool]:
    """Send two kilobytes at a time."""

    def fault(handler: _Handler, start: int) -> bool:
        handler.send(handler.server.hub.content, start, delay=delay)
        return True

    return fault


def silence(handler: _Handler, start: int) -> bool:
    """Say nothing until whoever asked hangs up."""
    handler.rfile.read(1)
    handler.close_connection = True
    return True


def elsewhere(handler: _Handler, start: int) -> bool:
    """Redirect once more, to the same place."""
    handler.reply(307, {"Location": f"{handler.server.hub.elsewhere}/cdn/{FILE}?signature=2"})
    return True

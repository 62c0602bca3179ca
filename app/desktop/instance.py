"""The open window's end of ``app.desktop.handover``: hears what other starts of Attune and the terminal want.

It listens for the user's own programs alone and knows neither windows nor the engine.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)
LONGEST = 16 * 1024 * 1024
"""Bytes of one request: piped text may be long, but not endless."""


class Caller(QObject):
    """One program that asked for something. ``gone`` is emitted when it has left."""

    gone = Signal()

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket: QLocalSocket | None = socket
        socket.disconnected.connect(self._on_gone)

    def answer(self, reply: Mapping[str, Any]) -> None:
        """Send one answer; what nobody reads any more is dropped."""
        if self._socket:
            self._socket.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
            self._socket.flush()

    def end(self) -> None:
        """Say that there is no more to come."""
        if self._socket:
            self._socket.disconnectFromServer()

    def _on_gone(self) -> None:
        self._socket = None
        self.gone.emit()
        self.deleteLater()


class Instance(QObject):
    """Listens as the one Attune of a data folder. ``requested``: (request, ``Caller``)."""

    requested = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        # Whoever holds the data folder is the only one: a socket that is there already was left by a crash.
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            log.warning("other starts of Attune can't be heard: %s", self._server.errorString())

    @property
    def listening(self) -> bool:
        """Whether others can reach this Attune; not where the system refuses the socket."""
        return self._server.isListening()

    def close(self) -> None:
        """Hear nobody any more."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._on_text(socket))
            self._on_text(socket)

    def _on_text(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > LONGEST:
            socket.abort()
        if not socket.canReadLine():
            return
        request: object = None
        with suppress(ValueError):
            request = json.loads(bytes(socket.readLine().data()))
        if isinstance(request, dict):
            self.requested.emit(request, Caller(socket, self))
        else:
            socket.abort()

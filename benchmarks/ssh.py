"""
A socket that speaks SSH: what a guest sends and is sent in their session.

Conch is the client, as far as the protocol goes; it costs the load generator several times what
the server pays, so what is measured is the server's time for one delivery.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any

from twisted.conch.ssh import channel, common, connection, transport, userauth
from twisted.internet.defer import succeed
from twisted.internet.testing import StringTransport
from twisted.logger import Logger


def _drop(_: object) -> None:
    pass


#: The terminal of a guest whose line the server edits; without one, their client does.
TERMINAL = b"xterm"
_COLUMNS, _ROWS = 80, 24
_WINDOW = 2**30
_READ_SIZE = 65536
# Conch logs each packet.
_UNHEARD: Any = Logger(namespace="benchmarks.ssh", observer=_drop)  # type: ignore[arg-type]


class _Login(userauth.SSHUserAuthClient):
    _log = _UNHEARD
    preferredOrder = [b"keyboard-interactive"]  # noqa: RUF012  # of Conch

    def getGenericAnswers(self, name: Any, instruction: Any, prompts: Any) -> Any:
        return succeed([])


class _Connection(connection.SSHConnection):
    _log = _UNHEARD

    def __init__(self, owner: SshSocket) -> None:
        super().__init__()
        self._owner = owner

    def serviceStarted(self) -> None:
        self.openChannel(self._owner.channel)


class _Channel(channel.SSHChannel):
    _log = _UNHEARD
    name = b"session"
    conn: Any

    def __init__(self, owner: SshSocket) -> None:
        super().__init__(_WINDOW, 32768)
        self._owner = owner

    def channelOpen(self, specificData: bytes) -> None:
        if self._owner.has_terminal:
            sizes = b"".join(each.to_bytes(4) for each in (_COLUMNS, _ROWS, 0, 0))
            request = common.NS(TERMINAL) + sizes + common.NS(b"")
            self.conn.sendRequest(self, b"pty-req", request)
        self.conn.sendRequest(self, b"shell", b"")
        self._owner.is_open = True

    def dataReceived(self, data: bytes) -> None:
        self._owner.received.append(data)


class _Client(transport.SSHClientTransport):
    _log = _UNHEARD

    def __init__(self, owner: SshSocket) -> None:
        self._owner = owner

    def verifyHostKey(self, hostKey: bytes, fingerprint: bytes) -> Any:
        return succeed(None)

    def connectionSecure(self) -> None:
        self.requestService(_Login(self._owner.nick.encode(), _Connection(self._owner)))


class SshSocket:
    """
    A socket within which SSH is spoken; it has the part of `ssl.SSLSocket` that a crowd uses.

    Args:
        plain: connected, and never blocking.
        nick: the user name.
        has_terminal: the server edits the line.

    Attributes:
        received: what came in the session, and was not taken.
        is_open: the session has begun.
    """

    def __init__(self, plain: socket.socket, nick: str, *, has_terminal: bool) -> None:
        self._plain = plain
        self.nick, self.has_terminal = nick, has_terminal
        self.received: list[bytes] = []
        self.is_open = False
        self.channel: Any = _Channel(self)
        self._unsent = b""
        self._wire = StringTransport()
        self._client: Any = _Client(self)
        self._client.makeConnection(self._wire)

    def do_handshake(self) -> None:
        """
        Go on with the login.

        Raises:
            SSLWantReadError: it needs more from the server.
        """
        while not self.is_open:
            self._flush()
            self._read()
        self._flush()

    def _read(self) -> None:
        try:
            data = self._plain.recv(_READ_SIZE)
        except BlockingIOError:
            raise ssl.SSLWantReadError from None
        if not data:
            raise ConnectionResetError("closed")
        self._client.dataReceived(data)

    def _flush(self) -> None:
        self._unsent += self._wire.value()
        self._wire.clear()
        if self._unsent:
            self._unsent = self._unsent[self._plain.send(self._unsent) :]

    def recv_into(self, buffer: bytearray) -> int:
        """
        As `socket.recv_into`; raises `SSLWantReadError` where nothing has come.
        """
        view = memoryview(buffer)
        while not self.received:
            self._read()
            self._flush()
        data = b"".join(self.received)
        size = min(len(data), len(view))
        view[:size] = data[:size]
        self.received = [data[size:]] if data[size:] else []
        return size

    def send(self, data: bytes) -> int:
        """
        As `socket.send`.
        """
        self.channel.write(data)
        self._flush()
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

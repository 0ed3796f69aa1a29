"""
A port in memory, with the doors of a server behind it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock

from twisted_chat.doors.port.admission import Admission
from twisted_chat.doors.port.factory import PortFactory
from twisted_chat.doors.recognise import Kind
from twisted_chat.doors.web.factory import WebFactory
from twisted_chat.server.tls.certificates import Certificates
from twisted_chat.testing import Chat, MemoryTransport


class Client:
    """
    Who has connected to a port.
    """

    def __init__(self, port: Port, host: str) -> None:
        self._chat = port.chat
        self.transport = MemoryTransport(port.chat.clock, host)
        protocol: Any = port.factory.buildProtocol(IPv4Address("TCP", host, 50000))
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)
        self._seen = 0

    def sends(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.transport.receive(piece)
        self._chat.advance()

    def reads(self) -> bytes:
        data: bytes = self.transport.value()[self._seen :]
        self._seen += len(data)
        return data

    def ends_input(self) -> None:
        """
        Close the half of the connection that they write to, as nc -N does.
        """
        protocol: Any = self.transport.protocol
        protocol.readConnectionLost()
        self._chat.advance()

    def hangs_up(self) -> None:
        self.transport.hang_up()
        self._chat.advance()

    @property
    def is_connected(self) -> bool:
        return self.transport.protocol is not None


class Port:
    """
    One port of a server in memory.

    Args:
        doors: the kinds of clients that have a door; those of a server by default.
        certificates: those of TLS, if it is spoken there.
        chat: the server; a new one by default.
        how: as for `PortFactory`.
    """

    def __init__(
        self,
        *doors: Kind,
        limits: Any = None,
        certificates: Certificates | None = None,
        chat: Chat | None = None,
        **how: Any,
    ) -> None:
        self.chat = chat or Chat(**({} if limits is None else {"limits": limits}))
        self.clock: Clock = self.chat.clock
        self.web = WebFactory(self.chat.hub)
        every = {Kind.LINES: self.chat.factory, Kind.HTTP: self.web}
        opened = {kind: every[kind] for kind in doors or every}
        self.admission = Admission(lambda: self.chat.hub.world.limits.max_clients)
        self.admission.doors += opened.values()
        self.web.waiting = self.admission
        encrypt = certificates and partial(certificates.around, clock=self.clock)
        self.factory = PortFactory(self.chat.hub, opened, self.admission, encrypt, **how)

    def connect(self, host: str = "192.0.2.1") -> Client:
        return Client(self, host)

    def advance(self, seconds: float) -> None:
        self.chat.advance(seconds)

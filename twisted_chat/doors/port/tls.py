"""
TLS around a connection, which sends at once.

It is imported where TLS is spoken only: OpenSSL is large.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.tcp import Connection
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol

from twisted_chat.doors.sockets import EagerTransport


class TLSProtocol(TLSMemoryBIOProtocol):
    """
    TLS around one connection.
    """

    def makeConnection(self, transport: Any) -> None:
        """
        Speak TLS on ``transport``.
        """
        is_bare = isinstance(transport, Connection)
        super().makeConnection(EagerTransport(transport) if is_bare else transport)


class TLSFactory(TLSMemoryBIOFactory):
    """
    Makes a `TLSProtocol` for each connection.

    Twisted's default gathers what is written for the next turn; that has been done here already.
    """

    protocol = TLSProtocol

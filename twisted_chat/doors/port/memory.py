"""
A connection in memory, for testing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from twisted_chat.doors.sockets import READ_SIZE

if TYPE_CHECKING:
    from twisted.internet.protocol import Protocol
    from twisted.internet.task import Clock


class MemoryTransport(StringTransport):
    """
    A connection in memory that behaves as a socket does.

    Data sent while reading is paused waits, one read takes no more than the door asks for, and a
    close is told in a later turn.
    """

    def __init__(self, clock: Clock, host: str) -> None:
        super().__init__(peerAddress=IPv4Address("TCP", host, 50000), lenient=True)
        self._clock = clock
        self._incoming = b""
        self.protocol: Protocol | None = None

    def receive(self, data: bytes) -> None:
        """
        Deliver ``data`` from the peer.
        """
        self._incoming += data
        self._deliver()

    def _deliver(self) -> None:
        while self._incoming and self.producerState == "producing" and self.protocol is not None:
            chunk, self._incoming = self._incoming[:READ_SIZE], self._incoming[READ_SIZE:]
            self.protocol.dataReceived(chunk)

    def resumeProducing(self) -> None:
        """
        Read on, in the next turn.
        """
        super().resumeProducing()
        self._clock.callLater(0, self._deliver)

    def loseConnection(self) -> None:
        """
        Close, in the next turn.
        """
        if not self.disconnecting:
            super().loseConnection()
            self._clock.callLater(0, self.hang_up)

    def abortConnection(self) -> None:
        """
        Close, in the next turn.
        """
        self.loseConnection()

    def hang_up(self) -> None:
        """
        End the connection now, as the peer does.
        """
        self.disconnecting = True
        protocol, self.protocol = self.protocol, None
        if protocol is not None:
            protocol.connectionLost(Failure(ConnectionDone()))

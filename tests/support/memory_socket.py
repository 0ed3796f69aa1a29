"""
A plain socket whose kernel takes as much as each test says.
"""

from collections import deque

from twisted.internet.abstract import FileDescriptor
from twisted.internet.address import IPv4Address
from twisted.python.failure import Failure


class MemorySocket(FileDescriptor):
    """
    The transport of a socket in memory, whose kernel takes as much as each test says.
    """

    def __init__(self):
        super().__init__(reactor=self)
        self.connected = 1
        self.sent = b""
        self.sends = 0
        self.takes = deque()
        self.is_polled = False
        self.socket = self

    def send(self, data):
        sent = self.writeSomeData(data)
        if isinstance(sent, OSError):
            raise sent
        if isinstance(sent, Exception):
            raise ConnectionResetError
        if data and not sent:
            raise BlockingIOError
        return sent

    def writeSomeData(self, data):  # noqa: N802  # Twisted's name
        self.sends += 1
        take = self.takes.popleft() if self.takes else len(data)
        if isinstance(take, Exception):
            return take
        took = bytes(data[:take])
        self.sent += took
        return len(took)

    def startWriting(self):  # noqa: N802  # Twisted's name
        self.is_polled = True

    def stopWriting(self):  # noqa: N802  # Twisted's name
        self.is_polled = False

    def startReading(self):  # noqa: N802  # Twisted's name
        pass

    def stopReading(self):  # noqa: N802  # Twisted's name
        pass

    def getPeer(self):  # noqa: N802  # Twisted's name
        return IPv4Address("TCP", "127.0.0.1", 7342)

    def abortConnection(self):  # noqa: N802  # Twisted's name
        self.dataBuffer, self._tempDataBuffer = b"", []
        self.loseConnection()

    def has_room(self, *takes):
        """
        Act as a reactor that finds the socket writable, once for each of ``takes``.
        """
        for take in takes:
            if not self.is_polled:
                return None
            self.takes.append(take)
            outcome = self.doWrite()
            self.takes.clear()
            if outcome is not None:
                self.connectionLost(Failure(outcome))
                return outcome
        return None

    def drains(self):
        outcome = None
        while self.is_polled and outcome is None:
            outcome = self.has_room(1_000_000)
        return outcome

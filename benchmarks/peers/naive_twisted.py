"""
Twisted's naive loop: one ``transport.write`` for each member and line.

Run by path, with a description of the endpoint to listen on.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from twisted.internet import endpoints, reactor
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure


class Member(LineReceiver):
    """
    One connection.
    """

    delimiter = b"\n"

    def __init__(self, members: dict[Member, None]) -> None:
        self.members = members
        self.name = b""

    def connectionMade(self) -> None:
        """
        Ask for the name.
        """
        transport: Any = self.transport
        if hasattr(transport, "setTcpNoDelay"):
            # As asyncio has it by itself: what is compared is the loop, not Nagle's algorithm.
            transport.setTcpNoDelay(True)
        transport.write(b"Enter your name: ")

    def lineReceived(self, line: bytes) -> None:
        """
        Take the name, and then what is said.
        """
        line = line.rstrip(b"\r")
        if not self.name:
            self.name = line
            self.members[self] = None
            self.sendLine(b"Welcome.\r")
            return
        for member in self.members:
            if member is not self:
                transport: Any = member.transport
                transport.write(self.name + b": " + line + b"\r\n")

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Forget the member.
        """
        self.members.pop(self, None)


class Room(Factory[Member]):
    """
    Makes the members of one room.
    """

    noisy = False

    def __init__(self) -> None:
        self.members: dict[Member, None] = {}

    def buildProtocol(self, addr: IAddress | None) -> Member:
        """
        Return the protocol for a connection.
        """
        return Member(self.members)


def main(description: str) -> None:
    """
    Listen and serve until killed.
    """
    the_reactor: Any = reactor
    endpoints.serverFromString(the_reactor, description).listen(Room())
    the_reactor.run()


if __name__ == "__main__":
    main(sys.argv[1])

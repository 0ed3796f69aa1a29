"""
As little as a chat server on Twisted can do: no server on Twisted takes less.

As the floor in C does, it joins the lines that came, and sends them with one call for each member.
It always sleeps until 2 ms have passed since it sent the last ones, as this project's server did
until it rested longer when it is busy; how long a line waits is no floor.  It checks nothing and
keeps nothing, and lines that nobody takes wait in its memory without a limit.

Run by path, with the port.
"""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any

from twisted.internet import protocol, reactor

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

# Seconds from the beginning of one pass to the next, at least.
_GATHER = 0.002


class Room:
    """
    Who is in it, and what was said in this pass, and by whom.
    """

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.members: dict[Member, None] = {}
        self.lines: list[tuple[Member, bytes]] = []

    def send(self) -> None:
        """
        Send each member what the others said.
        """
        page = b"".join([line for _, line in self.lines])
        spoke = {member for member, _ in self.lines}
        for member in self.members:
            if member in spoke:
                member.send(b"".join([line for by, line in self.lines if by is not member]))
            else:
                member.send(page)
        self.lines.clear()


class House(protocol.Factory["Member"]):
    """
    The rooms.
    """

    noisy = False

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self._rooms: dict[bytes, Room] = {}
        # Those in which something was said in this pass.
        self._heard: list[Room] = []
        self._began_at = 0.0

    def buildProtocol(self, addr: IAddress | None) -> Member:
        """
        Return the protocol for a connection.
        """
        return Member(self)

    def room(self, name: bytes) -> Room:
        """
        Return the room of this name.
        """
        if name not in self._rooms:
            self._rooms[name] = Room(name)
        return self._rooms[name]

    def say(self, member: Member, room: Room, line: bytes) -> None:
        """
        Send ``line`` at the end of the pass.
        """
        if not self._heard:
            self._clock.callLater(0, self._sleep)
        if not room.lines:
            self._heard.append(room)
        room.lines.append((member, line))

    def _sleep(self) -> None:
        passed = time.monotonic() - self._began_at
        if passed < _GATHER:
            time.sleep(_GATHER - passed)
        self._clock.callLater(0, self._send)

    def _send(self) -> None:
        self._began_at = time.monotonic()
        heard, self._heard = self._heard, []
        for room in heard:
            room.send()


class Member(protocol.Protocol):
    """
    One connection.
    """

    transport: Any

    def __init__(self, house: House) -> None:
        self._house = house
        self._room: Room | None = None
        self._start = self._rest = b""

    def connectionMade(self) -> None:
        """
        Ask for the name.
        """
        self.transport.setTcpNoDelay(True)
        self.transport.write(b"Enter your name: ")

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Forget the member.
        """
        self._enter(None)

    def send(self, data: bytes) -> None:
        """
        Send ``data`` at once, as far as the kernel takes it.
        """
        transport = self.transport
        if not (transport.dataBuffer or transport._tempDataBuffer):  # noqa: SLF001  # its own test
            # Full, or lost: the transport finds out which.
            with contextlib.suppress(OSError):
                data = data[transport.socket.send(data) :]
        if data:
            transport.write(data)

    def dataReceived(self, data: bytes) -> None:
        """
        Take the name, and then what is said.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            room = self._room
            if room is None:
                self._start = line.rstrip() + b": "
                self._enter(self._house.room(b"lobby"))
                self.transport.write(b"Welcome.\r\n")
            elif line.startswith(b"/join "):
                name = line[6:].strip()
                self._enter(self._house.room(name))
                self.transport.write(b"You are in #%s now.\r\n" % name)
            else:
                self._house.say(self, room, b"%s%s\r\n" % (self._start, line))

    def _enter(self, room: Room | None) -> None:
        if self._room is not None:
            self._room.members.pop(self, None)
        self._room = room
        if room is not None:
            room.members[self] = None


if __name__ == "__main__":
    running: Any = reactor
    running.listenTCP(int(sys.argv[1]), House(running), backlog=1024, interface="127.0.0.1")
    running.run()

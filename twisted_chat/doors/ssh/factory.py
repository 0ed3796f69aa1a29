"""
The factory of the SSH door, and its host key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet.protocol import ServerFactory

from twisted_chat.doors.ssh.exchanges import Exchanges

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress

    from twisted_chat.doors.connection import SendLimits
    from twisted_chat.events import Event
    from twisted_chat.hub import Hub


class LineDoor(Protocol):
    """
    The door whose lines are typed within SSH.

    Attributes:
        greeting: what is shown to each user who comes.
    """

    greeting: bytes

    @property
    def limits(self) -> SendLimits:
        """
        Those of one connection.
        """

    def refresh(self, limits: Any, motd: str) -> None:
        """
        Apply new limits, and greet with ``motd``.
        """

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        Return the protocol for a connection.
        """


class SshFactory(ServerFactory[Any]):
    """
    Makes a transport for each connection.

    Args:
        hub: holds the state of rooms.
        line_door: serves who has logged in.
        host_key: returns the private key of the server, in the form of OpenSSH.
        as_json: returns an event as a line of JSON, for commands with ``--json``.
        max_message: bytes in the text of a command; 0 is no limit.

    Attributes:
        connections: the number of open connections, those being closed included.
        exchanges: the exchanges of keys of all of them.
    """

    noisy = False

    def __init__(
        self,
        hub: Hub,
        line_door: LineDoor,
        host_key: Callable[[], bytes],
        as_json: Callable[[Event], bytes],
        max_message: int,
    ) -> None:
        self.hub = hub
        self.line_door = line_door
        self.as_json = as_json
        self.max_message = max_message
        self.connections = 0
        self.exchanges = Exchanges(hub.clock)
        self._read_host_key = host_key
        self._host_key: Any = None

    @property
    def limits(self) -> SendLimits:
        """
        The limits of one connection.
        """
        return self.line_door.limits

    def refresh(self, limits: Any, motd: str) -> None:
        """
        Apply new limits, and greet with ``motd``.
        """
        self.max_message = limits.max_message
        self.line_door.refresh(limits, motd)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        Return the protocol for a connection.
        """
        from twisted.conch.ssh.keys import Key  # noqa: PLC0415  # with its first client

        from twisted_chat.doors.ssh.transport import SshTransport  # noqa: PLC0415  # likewise

        if self._host_key is None:
            self._host_key = Key.fromString(self._read_host_key())
        return SshTransport(self, self._host_key)

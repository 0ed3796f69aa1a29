"""
Later: a door that is made when its first client comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from twisted.internet.protocol import ServerFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress

_Settings = TypeVar("_Settings")


class Later(ServerFactory[Any], Generic[_Settings]):
    """
    The factory of such a door: a server to which none of its clients come starts sooner.

    Args:
        make: makes the factory proper, of the settings and the message of the day.
        settings: those of the server.
        motd: the message of the day; may be empty.

    Attributes:
        made: the factory proper; None until its first client has come.
        on_made: called with it at that moment.
    """

    noisy = False

    def __init__(
        self, make: Callable[[_Settings, str], Any], settings: _Settings, motd: str
    ) -> None:
        self._make = make
        self._given = settings, motd
        self.made: Any = None
        self.on_made: Callable[[Any], None] | None = None

    @property
    def connections(self) -> int:
        """
        The number of its open connections.
        """
        return self.made.connections if self.made is not None else 0

    def refresh(self, settings: _Settings, motd: str) -> None:
        """
        Apply new settings, from the next connection on.
        """
        self._given = settings, motd
        if self.made is not None:
            self.made.refresh(settings, motd)

    def proper(self) -> Any:
        """
        Return the factory proper, which is made if there is none.
        """
        if self.made is None:
            self.made = self._make(*self._given)
            if self.on_made is not None:
                self.on_made(self.made)
        return self.made

    @property
    def limits(self) -> _Settings:
        """
        Those of the next connection.
        """
        return self._given[0]

    def buildProtocol(self, addr: IAddress | None, *wire: Any) -> Any:
        """
        Return the protocol for a connection.

        Args:
            wire: that which carries its messages, if something does.
        """
        return self.proper().buildProtocol(addr, *wire)

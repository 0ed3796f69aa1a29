"""
The factory of a port: its doors, its limits, and what it logs.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Factory, ServerFactory

from twisted_chat.doors.port.protocol import PortProtocol
from twisted_chat.doors.text import PLAIN
from twisted_chat.errors import ServerFull
from twisted_chat.replies.reply import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twisted.internet.interfaces import IAddress, IProtocolFactory

    from twisted_chat.doors.port.admission import Admission
    from twisted_chat.doors.recognise import Kind
    from twisted_chat.hub import Hub


class PortFactory(ServerFactory[PortProtocol]):
    """
    Makes a `PortProtocol` for each connection.

    Args:
        hub: has the limits and the clock.
        doors: the factory for each kind of client; for others there are farewells.
        admission: counts the connections of all ports.
        encrypt: returns the factory that speaks TLS around another; None where there is no TLS.
        is_encrypted: nothing but TLS is spoken here.
    """

    noisy = False

    def __init__(
        self,
        hub: Hub,
        doors: Mapping[Kind, Any],
        admission: Admission,
        encrypt: Callable[[IProtocolFactory], IProtocolFactory] | None = None,
        *,
        is_encrypted: bool = False,
    ) -> None:
        self.hub = hub
        self.doors = doors
        self.admission = admission
        inside = Factory()
        inside.protocol = partial(PortProtocol, self, is_inside=True)
        self.encrypt = encrypt and encrypt(inside)
        self.is_encrypted = is_encrypted
        self._log = hub.isolation.log

    def refusal(self) -> bytes:
        """
        Return what a client is told for whom there is no room.
        """
        return PLAIN.render(Refused.of(ServerFull(), self.hub.now()))

    def note_refusal(self) -> None:
        """
        Log that there was no room for a client.
        """
        self._log.warn("Refused a connection: the server is full")

    def may_shake_hands(self, host: str | None) -> bool:
        """
        Count a handshake with ``host``, and return whether it may have one.
        """
        limits, now = self.hub.world.limits, self.hub.clock.seconds()
        if self.admission.handshakes.admits(host, limits.handshake_rate, limits, now):
            return True
        self._log.warn("Refused a TLS handshake with {host!r}: too many", host=host)
        return False

    def buildProtocol(self, addr: IAddress | None) -> PortProtocol:
        """
        Return the protocol for a connection.
        """
        return PortProtocol(self)

"""
The port for programs: JSON lines, or a WebSocket, by the first byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Protocol, ServerFactory

from twisted_chat.doors.json.protocol import JsonFactory
from twisted_chat.doors.websocket.protocol import HANDSHAKE_WITHIN, WebSocketFactory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.interfaces import IAddress, IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.json.protocol import MessageLimits
    from twisted_chat.hub import Hub

#: The subprotocol of WebSockets that carry the same objects as lines do.
JSON = "chat.json"


class ProgramPort(Protocol):
    """
    A connection that has sent nothing yet.
    """

    transport: Any

    def __init__(self, factory: ProgramFactory) -> None:
        self.factory = factory
        self._timer: IDelayedCall | None = None

    def connectionMade(self) -> None:
        """
        Wait for the first byte.
        """
        self.factory.waiting += 1
        clock = self.factory.json.hub.clock
        self._timer = clock.callLater(HANDSHAKE_WITHIN, self.transport.abortConnection)

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Stop waiting.
        """
        self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self.factory.waiting -= 1
            if self._timer.active():
                self._timer.cancel()
            self._timer = None

    def dataReceived(self, data: bytes) -> None:
        """
        Give the connection to the door for what is spoken.
        """
        self._stop()
        door: Any = self.factory.websocket if data[:1] == b"G" else self.factory.json
        inner = door.buildProtocol(self.transport.getPeer())
        self.factory.websocket.give(self.transport, inner)
        inner.dataReceived(data)


class ProgramFactory(ServerFactory[ProgramPort]):
    """
    Makes a `ProgramPort` for each connection.

    Attributes:
        json: the door for JSON, whatever carries it.
        websocket: opens WebSockets.
        waiting: the number of connections that have sent nothing yet.
    """

    noisy = False

    def __init__(
        self,
        hub: Hub,
        dispatcher: Dispatcher,
        limits: MessageLimits,
        origins: Sequence[str] = (),
        *,
        is_proxied: bool = False,
    ) -> None:
        self.json = JsonFactory(hub, dispatcher, limits, is_proxied=is_proxied)
        self.websocket = WebSocketFactory(hub.clock, {JSON: self.json}, origins)
        self.waiting = 0

    @property
    def connections(self) -> int:
        """
        The number of open connections.
        """
        return self.waiting + self.json.connections + self.websocket.connections

    def follow(self, limits: MessageLimits, origins: Sequence[str]) -> None:
        """
        Follow new limits, and let pages of these sites connect.
        """
        self.json.limits = limits
        self.websocket.origins = origins

    def buildProtocol(self, addr: IAddress | None) -> ProgramPort:
        """
        Return the protocol for a connection.
        """
        return ProgramPort(self)

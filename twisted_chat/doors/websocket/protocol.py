"""
Opening a WebSocket: the handshake, and who may come from which page.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet import protocol
from twisted.internet.protocol import ServerFactory
from websockets import protocol as open_protocol
from websockets.exceptions import NegotiationError
from websockets.http11 import Request
from websockets.protocol import Side, State
from websockets.server import ServerProtocol

from twisted_chat.doors.connection import CLOSE_WITHIN
from twisted_chat.doors.sockets import hand_over
from twisted_chat.doors.websocket.origin import is_from
from twisted_chat.doors.websocket.wire import TOLERATED, WebSocketWire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime
    from twisted.python.failure import Failure
    from websockets.datastructures import Headers
    from websockets.http11 import Response
    from websockets.typing import Subprotocol

    from twisted_chat.doors.connection import Visitor

#: Seconds within which the request must come.
HANDSHAKE_WITHIN = 10.0


class MessageLimit(Protocol):
    """
    The limit of a door for messages.

    Attributes:
        max_message: bytes in one message; 0 is no limit.
    """

    @property
    def max_message(self) -> int:
        """
        Bytes in one message; 0 is no limit.
        """


class Door(Protocol):
    """
    A door that talks in messages.
    """

    @property
    def limits(self) -> MessageLimit:
        """
        Its limits.
        """

    def buildProtocol(self, addr: IAddress | None, wire: WebSocketWire) -> Any:
        """
        Return the protocol for a connection whose messages ``wire`` carries.
        """


class WebSocketProtocol(protocol.Protocol):
    """
    A connection that opens a WebSocket, and then belongs to the door for its subprotocol.
    """

    transport: Any
    #: Who opens it and since when, where it came by the web door.
    visitor: Visitor | None = None
    since: float | None = None

    def __init__(self, factory: WebSocketFactory) -> None:
        self.factory = factory
        self._protocol = ServerProtocol(
            # It is made a method of the protocol, which a bound one cannot be.
            select_subprotocol=lambda _, offered: self._select(offered),
        )
        self._is_over = False
        self._timer: IDelayedCall | None = None

    def connectionMade(self) -> None:
        """
        Wait for the request.
        """
        self.factory.connections += 1
        self._timer = self.factory.clock.callLater(
            HANDSHAKE_WITHIN, self.transport.abortConnection
        )

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Stop counting it.
        """
        self._end()

    def _end(self) -> None:
        if self._timer is not None:
            self.factory.connections -= 1
            if self._timer.active():
                self._timer.cancel()
            self._timer = None

    def dataReceived(self, data: bytes) -> None:
        """
        Take a part of the request, and answer when all of it is there.
        """
        if self._is_over:
            return
        self._protocol.receive_data(data)
        events = self._protocol.events_received()
        request = next((each for each in events if isinstance(each, Request)), None)
        if self._protocol.parser_exc is not None or len(events) > 1:
            # A client that sends frames before the answer breaks the rules (RFC 6455, section
            # 4.1), and so does one that sends a body.
            self._is_over = True
            self.transport.loseConnection()
        elif request is not None:
            self._answer(request)
        elif self._protocol.handshake_exc is not None:
            self._send_away()

    def _answer(self, request: Request) -> None:
        self._protocol.send_response(self._response(request))
        if self._protocol.state is State.OPEN:
            self._hand_over()
        else:
            self._send_away()

    def _response(self, request: Request) -> Response:
        reject, doors = self._protocol.reject, ", ".join(self.factory.doors)
        if not self.factory.may_come(request.headers, self.visitor):
            return reject(
                HTTPStatus.FORBIDDEN,
                "A page of another site may not connect here, unless --web-origin names it.\n",
            )
        response = self._protocol.accept(request)
        if response.status_code == HTTPStatus.BAD_REQUEST and isinstance(
            self._protocol.handshake_exc, NegotiationError
        ):
            return reject(HTTPStatus.BAD_REQUEST, f"The subprotocol must be one of {doors}.\n")
        return response

    def _select(self, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        if not offered:
            return None
        for each in offered:
            if each in self.factory.doors:
                return each
        raise NegotiationError("no subprotocol of ours")

    def _hand_over(self) -> None:
        self._is_over = True
        self._end()
        doors = self.factory.doors
        door = doors[self._protocol.subprotocol or next(iter(doors))]
        # That of the handshake holds the request.
        limit = door.limits.max_message * TOLERATED or None
        open_ = open_protocol.Protocol(Side.SERVER, state=State.OPEN, max_size=limit)
        wire = WebSocketWire(open_, b"".join(self._protocol.data_to_send()))
        inner = door.buildProtocol(self.transport.getPeer(), wire)
        inner.since, inner.visitor = self.since, self.visitor
        hand_over(self.transport, inner)

    def _send_away(self) -> None:
        self._is_over = True
        self.transport.write(b"".join(self._protocol.data_to_send()))
        self.transport.loseConnection()
        if self._timer is not None and self._timer.active():
            self._timer.reset(CLOSE_WITHIN)


class WebSocketFactory(ServerFactory[WebSocketProtocol]):
    """
    Makes a `WebSocketProtocol` for each connection.

    Args:
        clock: limits the time of the handshake.
        doors: for each subprotocol; the first one is for clients that ask for none.
        origins: returns the other sites whose pages may connect.

    Attributes:
        connections: the number of connections that are being opened.
    """

    noisy = False

    def __init__(
        self,
        clock: IReactorTime,
        doors: Mapping[str, Door],
        origins: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self.clock = clock
        self.doors = doors
        self.origins = origins
        self.connections = 0

    def buildProtocol(self, addr: IAddress | None) -> WebSocketProtocol:
        """
        Return the protocol for a connection.
        """
        return WebSocketProtocol(self)

    def may_come(self, fields: Headers, visitor: Visitor | None = None) -> bool:
        """
        Return whether the page that connects, if it is one, is ours or one of the `origins`.

        Browsers name the page's site in Origin (RFC 6455, section 10.2); no other client does.
        """
        origins = fields.get_all("Origin")
        hosts = fields.get_all("Host") if visitor is None else [visitor.authority]
        if len(origins) > 1:
            return False
        return not origins or is_from(origins[0], self.origins(), hosts)

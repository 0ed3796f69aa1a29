"""
Opening a WebSocket: the handshake, and who may come from which page.
"""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet import protocol
from twisted.internet.protocol import ServerFactory
from websockets.exceptions import NegotiationError
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from twisted_chat.doors.connection import CLOSE_WITHIN
from twisted_chat.doors.sockets import hand_over
from twisted_chat.doors.websocket.wire import TOLERATED, WebSocketWire
from twisted_chat.http.origin import is_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime
    from twisted.python.failure import Failure
    from websockets.datastructures import Headers
    from websockets.http11 import Response
    from websockets.typing import Subprotocol

    from twisted_chat.doors.connection import Visitor


# How the subprotocols begin whose messages are bytes.
_BINARY = "binary."
_NOTHING: Mapping[str, str] = MappingProxyType({})


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

    Attributes:
        visitor: who opens it; the web door says so, which has read the request.
        since: when it was accepted, in seconds of the clock; None for now.
    """

    transport: Any
    visitor: Visitor
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
        Count it.
        """
        self.factory.connections += 1

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Stop counting it.
        """
        self._end()

    def _end(self) -> None:
        self.factory.connections -= 1
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def dataReceived(self, data: bytes) -> None:
        """
        Answer the request, which is there as a whole.
        """
        if self._is_over:
            return
        self._is_over = True
        self._protocol.receive_data(data)
        events = self._protocol.events_received()
        request = next((each for each in events if isinstance(each, Request)), None)
        if self._protocol.parser_exc is not None or len(events) > 1:
            # A client that sends frames before the answer breaks the rules (RFC 6455, section
            # 4.1), and so does one that sends a body.
            self.transport.loseConnection()
        elif request is not None:
            self._answer(request)
        else:
            self._send_away()

    def _answer(self, request: Request) -> None:
        self._protocol.send_response(self._response(request))
        if self._protocol.state is State.OPEN:
            self._hand_over(request.path.partition("?")[0])
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

    def _hand_over(self, path: str) -> None:
        self._end()
        subprotocol = self._protocol.subprotocol or self.factory.unasked(path)
        door = self.factory.doors[subprotocol]
        opening = b"".join(self._protocol.data_to_send())
        most = door.limits.max_message * TOLERATED
        wire = WebSocketWire(opening, most, subprotocol.startswith(_BINARY))
        inner = door.buildProtocol(self.transport.getPeer(), wire)
        inner.since, inner.visitor = self.since, self.visitor
        hand_over(self.transport, inner)

    def _send_away(self) -> None:
        self.transport.write(b"".join(self._protocol.data_to_send()))
        self.transport.loseConnection()
        self._timer = self.factory.clock.callLater(CLOSE_WITHIN, self.transport.abortConnection)


class WebSocketFactory(ServerFactory[WebSocketProtocol]):
    """
    Makes a `WebSocketProtocol` for each connection.

    Args:
        clock: limits the time in which a refusal must be read.
        doors: for each subprotocol; the first one is for clients that ask for none.
        origins: returns the other sites whose pages may connect.
        by_path: the subprotocol of clients that ask for none, by the path at which they do.

    Attributes:
        connections: the number of connections that are being opened.
    """

    noisy = False

    def __init__(
        self,
        clock: IReactorTime,
        doors: Mapping[str, Door],
        origins: Callable[[], Sequence[str]] = tuple,
        by_path: Mapping[str, str] = _NOTHING,
    ) -> None:
        self.clock = clock
        self.doors = doors
        self.origins = origins
        self._by_path = by_path
        self.connections = 0

    def refresh(self, settings: object, motd: str) -> None:
        """
        Do nothing: the settings are those of the doors.
        """

    def buildProtocol(self, addr: IAddress | None) -> WebSocketProtocol:
        """
        Return the protocol for a connection.
        """
        return WebSocketProtocol(self)

    def unasked(self, path: str) -> str:
        """
        Return the subprotocol of a client that has asked for none at ``path``.
        """
        return self._by_path.get(path) or next(iter(self.doors))

    def may_come(self, fields: Headers, visitor: Visitor) -> bool:
        """
        Return whether the page that connects, if it is one, is ours or one of the `origins`.

        Browsers name the page's site in Origin (RFC 6455, section 10.2); no other client does.
        """
        origins = fields.get_all("Origin")
        if len(origins) > 1:
            return False
        return not origins or is_from(origins[0], self.origins(), visitor.authority)

"""
The web door: a short answer to each request, one after the other on a connection.

It makes no session, and has limits of its own: a page takes several connections, and who looks
whether the server lives takes none of a user's.  Between two requests a connection counts as the
port counts those that say nothing: it is the first to give way.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from typing import Protocol as Interface

from attrs import evolve
from twisted.internet.abstract import FileDescriptor
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import Protocol

from twisted_chat.doors.connection import CLOSE_WITHIN, LINGER, host_of
from twisted_chat.doors.outbox import Outbox
from twisted_chat.doors.sockets import hand_over
from twisted_chat.doors.web.answers import file, health, no_method
from twisted_chat.doors.web.bodies import Incoming
from twisted_chat.doors.web.receivers import Turned
from twisted_chat.doors.web.request import BadRequest, Request, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.doors.connection import Visitor
    from twisted_chat.doors.web.receivers import Receiver

#: Where WebSockets are opened; at the second one only by who asks for one, as the page is there.
SOCKETS, PAGE = "/ws", "/"
#: Seconds within which the whole of a request must come, and an answer be read.
REQUEST_WITHIN = 10.0
ANSWER_WITHIN = 30.0
#: Seconds for which a connection waits for another request, and how many it may bring.
KEPT_FOR = 15.0
MOST_REQUESTS = 100
#: Connections that may bring requests of one address at once; a browser opens six.
OPEN_PER_HOST = 32
_NO_OPENING = "A WebSocket is opened by GET and no other method.\n"
_TOO_MUCH = "A request that opens a WebSocket has no body, and nothing may follow it unasked.\n"
# What a client waits for that asks before it sends a body (RFC 9110, section 10.1.1).
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Waiting(Interface):
    """
    Counts connections that say nothing, and ends them for others or when the server stops.
    """

    def await_again(self, member: WebProtocol) -> None:
        """
        Count ``member``, which says nothing now.
        """

    def let_go(self, member: WebProtocol) -> None:
        """
        Count ``member`` no longer.
        """


class WebProtocol(Protocol):
    """
    One connection, for one request after the other (RFC 9112, section 9.3).

    What comes behind a request before that is answered is not read, and its client told so by the
    end of the connection: no browser sends it, and nobody can have a heap of answers wait.

    Attributes:
        host: whose requests are counted; None where each says who it is from.
        since: when it was accepted, in seconds of the hub's clock; None for now.
    """

    transport: Any
    since: float | None = None
    _outbox: Outbox

    def __init__(self, factory: Any) -> None:
        self.factory = factory
        self.host: str | None = None
        self._data = b""
        self._requests = 0
        # It waits for another request; nothing more is taken from it.
        self._is_resting = self._is_over = False
        self._incoming: Incoming | None = None
        self._is_taken = False
        self._timer: IDelayedCall | None = None

    def connectionMade(self) -> None:
        """
        Wait for the request, which counts from its first byte.
        """
        peer, clock = self.transport.getPeer(), self.factory.hub.clock
        self.host = None if self.factory.proxies.trusts(peer) else host_of(peer)
        self._outbox = Outbox(self.transport, clock, 0, ANSWER_WITHIN, self)
        self._begin()

    def _begin(self) -> None:
        self._wait(REQUEST_WITHIN, self._say, HTTPStatus.REQUEST_TIMEOUT)
        self._requests += 1
        if not self.factory.admits(self.host):
            self._say(HTTPStatus.TOO_MANY_REQUESTS)

    def dataReceived(self, data: bytes) -> None:
        """
        Take a part of a request, and answer when all of it is there.
        """
        if self._is_resting and not self._is_over:
            self._is_resting = False
            self.factory.wake(self)
            self._begin()
        if self._is_over or self._is_taken:
            # The connection is closed behind a request with a body.
            return
        looked = len(self._data)
        self._data += data
        if self._outbox.is_blocked:
            # The answer before it is not read yet.
            self.transport.pauseProducing()
        elif self._incoming is not None:
            self._take(self._incoming)
        else:
            self._read(looked)

    def _read(self, looked: int) -> None:
        try:
            request = Request.read(self._data, looked)
        except BadRequest as error:
            self._say(error.status)
            return
        if request is not None:
            self._answer(request)

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Stop counting it.
        """
        self._leave()
        self._outbox.stopProducing()

    def _leave(self) -> None:
        if self._is_resting:
            self.factory.wake(self)
        else:
            self.factory.release(self.host)
        self._is_resting, self._is_over = False, True
        self._end_body()
        self._stop_waiting()

    def _answer(self, request: Request) -> None:
        is_last = (
            self.factory.waiting is None
            or self._requests >= MOST_REQUESTS
            or len(self._data) > request.size
        )
        if is_last:
            request = evolve(request, goes_on=False)
        visitor = self.factory.proxies.visitor(
            self.transport.getPeer(),
            request.fields,
            is_encrypted=ISSLTransport.providedBy(self.transport),
            is_proxied=self.factory.is_proxied,
        )
        if self.host is None and not self.factory.may_ask(visitor.host):
            self._say(HTTPStatus.TOO_MANY_REQUESTS)
        elif (receiver := self.factory.receiver(request.path)) is not None:
            self._receive(receiver, request, visitor)
        elif _wants_socket(request) and self.factory.sockets is not None:
            self._open(request, self.factory.sockets(), visitor)
        elif request.method not in {"GET", "HEAD"}:
            self._send(no_method())
        elif request.path == "/health":
            self._send(health(request), goes_on=request.goes_on)
        else:
            page = self.factory.page if self.factory.has_page else None
            self._send(file(request, page), goes_on=request.goes_on)

    # -- requests with a body -------------------------------------------------------------------

    def _receive(self, receiver: Receiver, request: Request, visitor: Visitor) -> None:
        """
        Take the body of ``request``, if it is admitted before that.
        """
        try:
            incoming = Incoming.admit(receiver, request, visitor, self.factory.begin_body)
        except Turned as refusal:
            self._send(refusal.answer.written(bare=request.method == "HEAD"))
            return
        self._incoming = incoming
        if request.fields.get("expect", "").lower() == "100-continue":
            self._outbox.write(_CONTINUE)
        self._take(incoming)

    def _take(self, incoming: Incoming) -> None:
        """
        Have the request answered, if the whole of its body is there.
        """
        start, end = incoming.request.size, incoming.end
        if len(self._data) < end:
            return
        self._is_taken = True
        self._stop_waiting()
        body, self._data = self._data[start:end], b""
        answered = Deferred.fromCoroutine(incoming.respond(body))
        answered.addErrback(self._fail)
        answered.addCallback(self._finish)

    def _fail(self, failure: Failure) -> bytes:
        self.factory.report(failure)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return answer(status, f"{status.phrase}.\n")

    def _finish(self, data: bytes) -> None:
        if not self._is_over:
            self._send(data)

    def _end_body(self) -> None:
        if self._incoming is not None:
            self.factory.end_body(self._incoming.length)
            self._incoming = None

    def _open(self, request: Request, sockets: Any, visitor: Visitor) -> None:
        """
        Open a WebSocket, if ``request`` may ask for one (RFC 6455, section 4.1).
        """
        if request.method != "GET":
            bare = request.method == "HEAD"
            status, allowed = HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET"}
            self._send(answer(status, _NO_OPENING, bare=bare, fields=allowed))
        elif request.has_body or len(self._data) > request.size:
            self._send(answer(HTTPStatus.BAD_REQUEST, _TOO_MUCH))
        else:
            self._give(sockets, visitor)

    def _give(self, sockets: Any, visitor: Visitor) -> None:
        """
        Hand the connection, and all that came, over to the door for WebSockets.
        """
        self._leave()
        self._outbox.close()
        protocol = sockets.buildProtocol(self.transport.getPeer())
        protocol.since, protocol.visitor = self.since, visitor
        hand_over(self.transport, protocol)
        protocol.dataReceived(self._data)

    def _say(self, status: HTTPStatus) -> None:
        self._send(answer(status, f"{status.phrase}.\n"))

    def _send(self, data: bytes, *, goes_on: bool = False) -> None:
        self._data = b""
        self._outbox.write(data)
        if not goes_on:
            self._is_over = True
            self._outbox.close()
            if isinstance(self.transport, FileDescriptor):
                self.transport.loseWriteConnection()
                self._wait(LINGER, self._close)
            else:
                self._close()
        elif self._outbox.is_blocked:
            # It has a limit of its own.
            self._stop_waiting()
        else:
            self._rest()

    def _rest(self) -> None:
        """
        Wait for another request.
        """
        self._is_resting = True
        self.factory.rest(self)
        self._wait(KEPT_FOR, self.end)

    def blocked(self) -> None:
        """
        Do nothing: all that is sent goes through the outbox.
        """

    def drained(self) -> None:
        """
        Take what came while the answer before it was read.
        """
        if self._is_over or self._is_resting:
            return
        if self._incoming is not None:
            # It was told to go on with its body.
            self.transport.resumeProducing()
            if not self._is_taken:
                self._take(self._incoming)
            return
        data, self._data = self._data, b""
        self._rest()
        if data:
            self.transport.resumeProducing()
            self.dataReceived(data)

    def end(self, farewell: bytes = b"") -> None:
        """
        Close the connection, which waits for a request; nobody is there to read ``farewell``.
        """
        self._is_over = True
        self._outbox.close()
        self._close()

    def give_way(self, refusal: bytes) -> None:
        """
        Close the connection, as `end` does, for another one.
        """
        self.end(refusal)

    def _close(self) -> None:
        self._wait(CLOSE_WITHIN, self.transport.abortConnection)
        self.transport.loseConnection()

    def cut(self, reason: str) -> None:
        """
        Cut the connection, whose client does not read.
        """
        self._is_over = True
        self._stop_waiting()
        self.transport.abortConnection()

    def _wait(self, seconds: float, then: Callable[..., object], *args: object) -> None:
        self._stop_waiting()
        self._timer = self.factory.hub.clock.callLater(seconds, then, *args)

    def _stop_waiting(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()


def _wants_socket(request: Request) -> bool:
    """
    Return whether ``request`` is to open a WebSocket (RFC 6455, section 4.1).
    """
    if request.path == PAGE:
        return request.fields.get("upgrade", "").lower() == "websocket"
    return request.path == SOCKETS

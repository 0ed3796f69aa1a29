"""
One port for every door: a connection is recognised by its first bytes, and handed to its door.

Before the first byte there is no session, no line in the log, and nothing is counted for a host:
browsers open spare connections, and health checks send nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.abstract import FileDescriptor
from twisted.internet.interfaces import IHalfCloseableProtocol, IHandshakeListener
from twisted.internet.protocol import Protocol
from zope.interface import implementer

from twisted_chat.doors.connection import CLOSE_WITHIN, LINGER, host_of
from twisted_chat.doors.outbox import Outbox
from twisted_chat.doors.port.admission import SPARE
from twisted_chat.doors.recognise import FAREWELLS, PATIENCE, Kind, recognise, take_as_it_is
from twisted_chat.doors.sockets import begin, hand_over
from twisted_chat.doors.text import NEWLINE, PLAIN
from twisted_chat.errors import ChatError
from twisted_chat.replies.server import Cause, Closed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IProtocolFactory
    from twisted.python.failure import Failure

#: Seconds within which a TLS client must complete its handshake.
HANDSHAKE_WITHIN = 10.0
# Seconds within which a client must read the greeting, however long that is.
_GREET_WITHIN = 30.0
_TLS_ONLY = b"This port speaks TLS only. Connect with openssl s_client or ncat --ssl.\r\n"
_TLS_ONLY_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"Content-Type: text/plain\r\n"
    b"Connection: close\r\n"
    b"\r\nThis port speaks TLS only. Use an https address.\r\n"
)
# Their clients cannot read on behind a prompt.
_NEVER_LATE = frozenset({Kind.TLS, Kind.HTTP})


@implementer(IHalfCloseableProtocol, IHandshakeListener)
class PortProtocol(Protocol):
    """
    A connection that is not recognised yet.

    Args:
        port: the `PortFactory` that it came to.
        is_inside: it is within TLS.

    Attributes:
        host: its address, as limits count it; None if there is none.
    """

    transport: Any

    def __init__(self, port: Any, *, is_inside: bool = False) -> None:
        self.host: str | None = None
        self._port = port
        self._is_inside = is_inside
        self._since = port.hub.clock.seconds()
        self._opening = b""
        self._is_prompted = False
        self._is_over = False
        self._outbox: Outbox | None = None
        self._timer: IDelayedCall | None = None
        self._successor: Any = None

    # -- what comes -------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """
        Wait for the first bytes, or for the handshake.
        """
        port = self._port
        self.host = host_of(self.transport.getPeer())
        if self._is_inside:
            port.admission.await_again(self)
            self._wait(HANDSHAKE_WITHIN, self.cut)
            return
        begin(self.transport)
        if port.admission.admit(self, port.refusal, 0 if port.is_encrypted else SPARE):
            self._await_patiently()
            return
        port.note_refusal()
        if port.is_encrypted:
            # Telling the reason would cost a handshake.
            self.cut()
        else:
            self._close(port.refusal(), linger=False)

    def handshakeCompleted(self) -> None:
        """
        Wait for the first bytes within TLS.
        """
        if not self._is_over:
            # Browsers open spare connections within TLS too.
            self._port.admission.await_again(self)
            self._await_patiently()

    def dataReceived(self, data: bytes) -> None:
        """
        Take bytes, until they are enough to know what is spoken.
        """
        if self._is_over:
            return
        is_first = not self._opening
        self._opening += data
        kind = recognise(self._opening, is_prompted=self._is_prompted)
        if is_first:
            self._port.admission.hear(self)
        if self._outbox is not None and self._outbox.is_blocked:
            # What the door writes next must not overtake a long greeting.
            self.transport.pauseProducing()
        elif kind is not None:
            self._decide(kind)
        elif is_first:
            self._await_patiently()

    def readConnectionLost(self) -> None:
        """
        Take what came as it is: there will be no more.
        """
        if self._is_over or not self._opening:
            self.transport.loseConnection()
            return
        self._take_as_it_is()
        if IHalfCloseableProtocol.providedBy(self._successor):
            self._successor.readConnectionLost()
        else:
            self.transport.loseConnection()

    def writeConnectionLost(self) -> None:
        """
        Wait until the other side closes too.
        """

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Stop counting it.
        """
        self._stop_waiting()
        self._is_over = True
        if self._outbox is not None:
            self._outbox.stopProducing()
        self._port.admission.let_go(self)

    # -- waiting ----------------------------------------------------------------------------------

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._stop_waiting()
        self._timer = self._port.hub.clock.callLater(seconds, then)

    def _stop_waiting(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def _await_patiently(self) -> None:
        # What came in time is read first: where the server was busy, it waits in the kernel.
        self._wait(PATIENCE, lambda: self._wait(0.0, self._end_patience))

    def _end_patience(self) -> None:
        """
        Take a client that has said little as it is; show the prompt to one that has said nothing.
        """
        port = self._port
        if self._opening:
            if self._outbox is None or not self._outbox.is_blocked:
                self._take_as_it_is()
            return
        if port.admission.overflows:
            port.note_refusal()
            self._close(port.refusal(), linger=False)
            return
        door = port.doors.get(Kind.LINES)
        if door is not None and (self._is_inside or not port.is_encrypted):
            self._is_prompted = True
            self._write(door.invitation)
        timeout = port.hub.world.limits.login_timeout
        if timeout:
            waited = port.hub.clock.seconds() - self._since
            self._wait(max(0.0, timeout - waited), self._time_out)

    def _time_out(self) -> None:
        hub = self._port.hub
        told = Closed(hub.now(), Cause.NO_NAME, seconds=hub.world.limits.login_timeout)
        self.end(PLAIN.render(told))

    # -- what is done -----------------------------------------------------------------------------

    def _decide(self, kind: Kind) -> None:
        """
        Give the client to the door for what it speaks.
        """
        self._stop_waiting()
        port = self._port
        if self._is_prompted and kind in _NEVER_LATE:
            self._close(b"")
        elif kind is Kind.TLS and port.encrypt is not None and not self._is_inside:
            self._begin_tls(port.encrypt)
        elif port.is_encrypted and not self._is_inside:
            self._close(_TLS_ONLY_HTTP if kind is Kind.HTTP else _TLS_ONLY)
        elif kind not in port.doors:
            # SSH and IRC allow lines before their own.
            self._close((NEWLINE if self._is_prompted else b"") + FAREWELLS[kind])
        else:
            self._hand_over(port.doors[kind], kind)

    def _take_as_it_is(self) -> None:
        self._decide(take_as_it_is(self._opening, is_prompted=self._is_prompted))

    def _hand_over(self, door: Any, kind: Kind) -> None:
        protocol = door.buildProtocol(self.transport.getPeer())
        protocol.since = self._since
        if kind is Kind.LINES:
            protocol.is_invited = self._is_prompted
        elif self._is_prompted:
            self._write(NEWLINE)
        self._give(protocol)

    def _begin_tls(self, encrypt: IProtocolFactory) -> None:
        """
        Begin TLS and recognise the client again within it, unless it may not shake hands.
        """
        port, peer = self._port, self.transport.getPeer()
        host = host_of(peer)
        try:
            port.hub.connections.check_host(host)
        except ChatError:
            self.cut()
            return
        if not port.may_shake_hands(host):
            self.cut()
            return
        self._give(encrypt.buildProtocol(peer))

    def _give(self, protocol: Any) -> None:
        """
        Hand the connection, and all that came, over to ``protocol``.
        """
        self._is_over = True
        self._successor = protocol
        if self._outbox is not None:
            self._outbox.close()
        transport, opening, self._opening = self.transport, self._opening, b""
        self._port.admission.let_go(self)
        hand_over(transport, protocol)
        protocol.dataReceived(opening)

    def _write(self, data: bytes) -> None:
        """
        Send ``data`` at once, where the door for plain sockets sends too.
        """
        if self._outbox is None:
            self._outbox = Outbox(
                self.transport,
                self._port.hub.clock,
                0,
                _GREET_WITHIN,
                self,
            )
        self._outbox.write(data)

    def blocked(self) -> None:
        """
        Do nothing: all that is sent goes through the outbox.
        """

    def drained(self) -> None:
        """
        Recognise what came before the whole greeting was sent.
        """
        if self._opening and not self._is_over:
            self.transport.resumeProducing()
            self._take_as_it_is()

    def _close(self, farewell: bytes, *, linger: bool = True) -> None:
        """
        Say ``farewell`` and close; cut the connection where that takes too long.
        """
        self._is_over = True
        self._port.admission.hear(self)
        self._wait(CLOSE_WITHIN, self.cut)
        if farewell:
            self._write(farewell)
        if self._outbox is not None:
            self._outbox.close()
        if linger and isinstance(self.transport, FileDescriptor):
            self.transport.loseWriteConnection()
            self._wait(LINGER, self._finish)
        else:
            self.transport.loseConnection()

    def _finish(self) -> None:
        self._wait(CLOSE_WITHIN - LINGER, self.cut)
        self.transport.loseConnection()

    def end(self, farewell: bytes) -> None:
        """
        Close the connection, with ``farewell`` to a user who was shown the prompt.
        """
        if not self._is_over:
            self._close(NEWLINE + farewell if self._is_prompted else b"", linger=False)

    def give_way(self, refusal: bytes) -> None:
        """
        Close the connection for another one, with ``refusal`` where that can be read.
        """
        if not self._is_over:
            is_plain = not (self._is_inside or self._port.is_encrypted)
            before = NEWLINE if self._is_prompted else b""
            can_read = is_plain or self._is_prompted
            self._close(before + refusal if can_read else b"", linger=False)

    def cut(self, reason: str = "") -> None:
        """
        End the connection at once.
        """
        self._is_over = True
        self._stop_waiting()
        self.transport.abortConnection()

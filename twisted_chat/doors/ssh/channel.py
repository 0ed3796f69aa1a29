"""
The one channel of a connection (RFC 4254): the transport of what is spoken within SSH.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.conch.ssh.channel import SSHChannel
from twisted.conch.ssh.common import getNS
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport
from zope.interface import implementer

from twisted_chat.doors.sockets import Layer
from twisted_chat.doors.ssh.command.status import Status
from twisted_chat.doors.ssh.garbage import Garbage, is_own_fault
from twisted_chat.doors.ssh.sending import Sending
from twisted_chat.doors.ssh.session import begin_command, begin_shell
from twisted_chat.doors.ssh.silence import SILENT
from twisted_chat.doors.ssh.terminal import Terminal
from twisted_chat.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IPushProducer
    from twisted.python.failure import Failure

#: Bytes that a client may send before they are taken.
WINDOW = 32768
# Bytes in one packet.
_PACKET = 16384


@implementer(ISSLTransport)
class SessionChannel(SSHChannel, Layer):  # type: ignore[misc]  # Conch has no types
    """
    The session of a connection, which is a transport for what is spoken in it.

    Attributes:
        sending: what it is told to send.
        status: the exit status that the client is told at the end.
        resize: called with each new width of the terminal.
        terminal: the client's; None without one.
        protocol: what is spoken in it; None until it has begun.
    """

    name = b"session"
    _log = SILENT
    conn: Any

    def __init__(self, conn: Any, window: int, packet: int) -> None:
        super().__init__(WINDOW, _PACKET, window, packet, conn)
        self.transport = conn.transport.transport
        self.hub = conn.hub
        self.status = 0
        self.terminal: Terminal | None = None
        self.protocol: Any = None
        self.resize: Callable[[int], object] = _ignore
        self._has_begun = False
        self.sending = Sending(self, self._look_at_end)
        self._is_ending = False
        # What was typed and is not taken yet.
        self._typed: deque[bytes] = deque()
        self._typed_size = 0
        self._is_paused = True
        self._has_ended = False

    # -- what the client asks for -----------------------------------------------------------------

    def channelOpen(self, specificData: bytes) -> None:  # noqa: N803  # Conch's
        """
        Wait for what is asked for next.
        """

    def requestReceived(self, requestType: bytes, data: bytes) -> bool:  # noqa: N803  # Conch's
        """
        Do a request (RFC 4254, section 6), and return whether that can be done.
        """
        try:
            return self._do_request(requestType, data)
        except Exception as error:  # noqa: BLE001  # not within Conch's Deferred
            if is_own_fault(error):
                self._report(data)
                # The client reads first that its request is not done.
                self.hub.clock.callLater(0, self._fail)
            else:
                self.conn.transport.refuse_garbage()
            return False

    def _do_request(self, kind: bytes, data: bytes) -> bool:
        match kind:
            case b"pty-req" if not self._has_begun:
                self.terminal = Terminal.read(data)
                return True
            case b"window-change" if self.terminal is not None:
                self.terminal = self.terminal.resized(data)
                self.resize(self.terminal.columns)
                return True
            case b"shell" if not self._has_begun:
                return self._begin(None)
            case b"exec" if not self._has_begun:
                return self._begin(getNS(data)[0].decode("utf-8", "replace"))
        return False

    def _begin(self, command: str | None) -> bool:
        self._has_begun = True
        # The client reads first that its request is done.
        self.hub.clock.callLater(0, self._begin_later, command)
        return True

    def _begin_later(self, command: str | None) -> None:
        if self.localClosed or self.conn.session.closed:
            return
        self.hub.isolation.run(
            "a session by SSH",
            partial(self._begin_now, command),
            refused=lambda _: self._fail(),
            failed=self._fail,
            secret=command or "",
            counts=False,
        )

    def _begin_now(self, command: str | None) -> None:
        factory, session, who = (
            self.conn.transport.factory,
            self.conn.session,
            self.conn.who,
        )
        if command is None:
            begin_shell(self, factory, session, who)
        else:
            begin_command(self, factory, session, who, command)

    def start(self, protocol: Any) -> None:
        """
        Speak ``protocol`` from now on; what is typed waits until `resumeProducing`.
        """
        self.protocol = protocol
        protocol.makeConnection(self)

    def _report(self, secret: bytes) -> None:
        """
        Log a bug, without what a user has typed.
        """
        typed = secret.decode("utf-8", "replace")
        self.hub.isolation.log.report("What was sent within SSH failed", secret=typed)

    def _fail(self) -> None:
        """
        End because of a bug, with an exit status.
        """
        if not self.localClosed:
            self.status = Status.REFUSED
            self.write_error(f"{Failed()}\r\n".encode())
            self.loseConnection()
            self.conn.transport.end()

    # -- what is typed ----------------------------------------------------------------------------

    def take(self, data: bytes) -> None:
        """
        Take what was typed; `deliver` hands it on.

        Raises:
            Garbage: it is more than the window allows.
        """
        self._count(data)
        self._typed.append(data)
        self._typed_size += len(data)

    def skip(self, data: bytes) -> None:
        """
        Drop ``data``.
        """
        self._count(data)
        self._give_room()

    def _count(self, data: bytes) -> None:
        self.localWindowLeft -= len(data)
        if self.localWindowLeft < 0:
            raise Garbage("more than the window")

    def deliver(self) -> None:
        """
        Hand on all that was typed, at once: for each part the line would be drawn again.
        """
        data = b""
        try:
            if self._typed and self._takes:
                data = b"".join(self._typed)
                self._drop_typed()
                self.protocol.dataReceived(data)
            self._give_room()
            if self._has_ended and not self._typed and self._takes:
                self._has_ended = False
                if IHalfCloseableProtocol.providedBy(self.protocol):
                    self.protocol.readConnectionLost()
        except Exception:  # noqa: BLE001  # our own bug
            self._report(data)
            self._fail()

    def _drop_typed(self) -> None:
        self._typed.clear()
        self._typed_size = 0

    @property
    def _takes(self) -> bool:
        return not (self._is_paused or self._is_ending)

    def _give_room(self) -> None:
        room = WINDOW - self._typed_size - self.localWindowLeft
        if room >= WINDOW // 2:
            self.conn.adjustWindow(self, room)

    def eofReceived(self) -> None:
        """
        Tell the protocol, behind what was typed before.
        """
        self._has_ended = True

    def pauseProducing(self) -> None:
        """
        Take nothing that is typed.
        """
        self._is_paused = True

    def resumeProducing(self) -> None:
        """
        Take what is typed, in a later turn.
        """
        if self._is_paused:
            self._is_paused = False
            self.hub.clock.callLater(0, self.deliver)

    # -- what is sent -----------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """
        Send ``data`` behind what was written before.
        """
        self.sending.add(data)

    def write_error(self, data: bytes) -> None:
        """
        Send ``data`` to the client's standard error.
        """
        self.sending.add(data, is_error=True)

    def addWindowBytes(self, data: int) -> None:
        """
        Send more: the client has taken so many bytes.
        """
        self.remoteWindowLeft += data
        self.sending.go_on()

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """
        As `IConsumer.registerProducer`, for a push producer.
        """
        self.sending.register(producer)

    def unregisterProducer(self) -> None:
        """
        As `IConsumer.unregisterProducer`.
        """
        self.sending.producer = None

    # -- the end ----------------------------------------------------------------------------------

    def loseConnection(self) -> None:
        """
        Close when all is sent, and tell the exit status.
        """
        if not self._is_ending:
            self._is_ending = True
            self.sending.go_on()

    def _look_at_end(self) -> None:
        if self._is_ending and not self.localClosed:
            self.conn.sendEOF(self)
            status = self.status.to_bytes(4)
            self.conn.sendRequest(self, b"exit-status", status)
            self.conn.sendClose(self)

    def abortConnection(self) -> None:
        """
        End the whole connection at once.
        """
        self.conn.transport.cut()

    def closeReceived(self) -> None:
        """
        Close: the client has closed its side, and would get no other session.
        """
        self.conn.sendClose(self)
        self.conn.transport.end()

    def closed(self) -> None:
        """
        Do nothing: the transport is being closed, and tells it.
        """

    def lose(self, reason: Failure | None) -> None:
        """
        Tell the protocol, or the hub, that the connection is lost.

        Args:
            reason: as of `connectionLost`.
        """
        self.localClosed = True
        self.sending.stop()
        self._drop_typed()
        protocol, self.protocol = self.protocol, None
        if protocol is not None:
            protocol.connectionLost(reason)
        else:
            self.hub.disconnect(self.conn.session)

    def getPeer(self) -> Any:
        """
        Return the address of the client.
        """
        return self.transport.getPeer()

    def getHost(self) -> Any:
        """
        Return the address that the client has connected to.
        """
        return self.transport.getHost()

    def getPeerCertificate(self) -> None:
        """
        Return None: clients show keys, not certificates.
        """


def _ignore(columns: int) -> None:
    pass

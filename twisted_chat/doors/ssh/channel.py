"""
The one channel of a connection (RFC 4254): the transport of what is spoken within SSH.
"""

from __future__ import annotations

from collections import deque
from struct import error as struct_error
from struct import unpack
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from twisted.conch.error import ConchError
from twisted.conch.ssh.channel import SSHChannel
from twisted.conch.ssh.common import getNS
from twisted.conch.ssh.connection import (
    EXTENDED_DATA_STDERR,
    OPEN_ADMINISTRATIVELY_PROHIBITED,
    SSHConnection,
)
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport
from zope.interface import implementer

from twisted_chat.doors.sockets import Layer
from twisted_chat.doors.ssh.session import begin_command, begin_shell
from twisted_chat.doors.ssh.silence import SILENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IPushProducer

    from twisted_chat.doors.ssh.login import Arrival
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

#: Bytes that a client may send before they are taken.
WINDOW = 32768
#: Seconds of waiting for a line's turn, from which on typed keys wait too.
HELD_FROM = 2.0
# Bytes in one packet, at most and at least.
_MOST, _FEWEST = 16384, 256
# Columns and rows of a terminal, at most.
_WIDEST = 1000


@frozen
class Terminal:
    """
    The terminal of a client.

    Attributes:
        kind: its name, such as ``xterm-256color``.
        columns: its width.
    """

    kind: str
    columns: int


class Channels(SSHConnection):
    """
    The channels of one connection: a single session, and nothing is forwarded.
    """

    _log = SILENT
    transport: Any

    def __init__(self, hub: Hub, session: Session, arrival: Arrival) -> None:
        super().__init__()
        self.hub, self.session, self.arrival = hub, session, arrival

    def serviceStarted(self) -> None:
        """
        Do nothing: the client speaks first.
        """

    def serviceStopped(self) -> None:
        """
        Do nothing: the transport tells its channel that the connection is lost.
        """

    def getChannel(
        self,
        channelType: bytes,  # noqa: N803  # Conch's
        windowSize: int,  # noqa: N803
        maxPacket: int,  # noqa: N803
        data: bytes,
    ) -> SessionChannel:
        """
        Return the channel that a client opens.

        Raises:
            ConchError: it may not.
        """
        if channelType != b"session" or maxPacket < _FEWEST:
            raise ConchError("Nothing is forwarded here.", OPEN_ADMINISTRATIVELY_PROHIBITED)
        if self.transport.channel is not None:
            raise ConchError(
                "A connection has one session; please connect again.",
                OPEN_ADMINISTRATIVELY_PROHIBITED,
            )
        channel = SessionChannel(self, windowSize, min(maxPacket, _MOST))
        self.transport.channel = channel
        return channel

    def gotGlobalRequest(self, requestType: bytes, data: bytes) -> int:  # noqa: N803  # Conch's
        """
        Refuse to forward; a client that only looks whether the server is there is content too.
        """
        return 0

    def ssh_CHANNEL_DATA(self, packet: bytes) -> None:  # Conch's
        """
        Take what was typed.  The client may send more once that is done.
        """
        (number,) = unpack(">L", packet[:4])
        self.channels[number].take(getNS(packet[4:])[0])

    def ssh_CHANNEL_EXTENDED_DATA(self, packet: bytes) -> None:  # Conch's
        """
        Drop it: a client has no other stream.
        """
        (number,) = unpack(">L", packet[:4])
        self.channels[number].skip(getNS(packet[8:])[0])


@implementer(ISSLTransport)
class SessionChannel(SSHChannel, Layer):  # type: ignore[misc]  # Conch has no types
    """
    The session of a connection, which is a transport for what is spoken in it.

    What it is told to send waits here while the client's window is closed, the socket is full, or
    keys are exchanged; the producer is then paused, so that the rest waits in its `Outbox`.

    Attributes:
        status: the exit status that the client is told at the end.
        resize: called with each new width of the terminal.
        meter: called with the bytes that were taken; returns seconds until more should be.
        terminal: the client's; None without one.
        protocol: what is spoken in it; None until it has begun.
    """

    name = b"session"
    _log = SILENT
    conn: Channels

    def __init__(self, conn: Channels, window: int, packet: int) -> None:
        super().__init__(WINDOW, _MOST, window, packet, conn)
        self.transport = conn.transport.transport
        self.hub = conn.hub
        self.status = 0
        self.terminal: Terminal | None = None
        self.protocol: Any = None
        self.resize: Callable[[int], object] = _ignore
        self.meter: Callable[[int], float] = _no_wait
        self._has_begun = False
        # What is to be sent: whether it is an error, and the bytes; and how many of the first
        # ones are sent.
        self._sending: deque[tuple[bool, bytes]] = deque()
        self._offset = 0
        self._producer: IPushProducer | None = None
        self._is_blocked = False
        self._is_ending = False
        # What was typed and is not taken yet.
        self._typed: deque[bytes] = deque()
        self._is_paused = True
        # Until then nothing is taken, for it came too fast.
        self._held: IDelayedCall | None = None
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
        except (struct_error, ValueError, IndexError):
            # Within Conch's Deferred it would be taken for our own failure.
            self.conn.transport.refuse_garbage()
            return False

    def _do_request(self, kind: bytes, data: bytes) -> bool:
        match kind:
            case b"pty-req" if not self._has_begun:
                name, rest = getNS(data)
                columns, _ = unpack(">2L", rest[:8])
                self.terminal = Terminal(name.decode("ascii", "replace"), _bounded(columns))
                return True
            case b"window-change" if self.terminal is not None:
                columns, _ = unpack(">2L", data[:8])
                self.terminal = evolve(self.terminal, columns=_bounded(columns))
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
        factory, session, arrival = (
            self.conn.transport.factory,
            self.conn.session,
            self.conn.arrival,
        )
        if command is None:
            begin_shell(self, factory, session, arrival)
        else:
            begin_command(self, factory, session, arrival, command)

    def start(self, protocol: Any) -> None:
        """
        Speak ``protocol`` from now on; what is typed waits until `resumeProducing`.
        """
        self.protocol = protocol
        protocol.makeConnection(self)

    # -- what is typed ----------------------------------------------------------------------------

    def take(self, data: bytes) -> None:
        """
        Take what was typed; `deliver` hands it on.

        Raises:
            ValueError: it is more than the window allows.
        """
        self._count(data)
        self._typed.append(data)

    def skip(self, data: bytes) -> None:
        """
        Drop ``data``.
        """
        self._count(data)
        self._give_room()

    def _count(self, data: bytes) -> None:
        self.localWindowLeft -= len(data)
        if self.localWindowLeft < 0:
            raise ValueError("more than the window")

    def deliver(self) -> None:
        """
        Hand on all that was typed, at once: for each part the line would be drawn again.
        """
        if self._typed and self._takes:
            data = b"".join(self._typed)
            self._typed.clear()
            try:
                self.protocol.dataReceived(data)
                wait = self.meter(len(data))
            except Exception:  # noqa: BLE001  # our own bug
                self.hub.isolation.log.report("What was typed within SSH failed", secret=str(data))
                self.abortConnection()
                return
            if wait > HELD_FROM:
                self._held = self.hub.clock.callLater(wait, self._release)
        self._give_room()
        if self._has_ended and not self._typed and self._takes:
            self._has_ended = False
            if IHalfCloseableProtocol.providedBy(self.protocol):
                self.protocol.readConnectionLost()

    @property
    def _takes(self) -> bool:
        return not (self._is_paused or self._is_ending or self._held is not None)

    def _release(self) -> None:
        self._held = None
        self.deliver()

    def _give_room(self) -> None:
        waiting = sum(map(len, self._typed))
        room = WINDOW - waiting - self.localWindowLeft
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
        self._send(data, is_error=False)

    def write_error(self, data: bytes) -> None:
        """
        Send ``data`` to the client's standard error.
        """
        self._send(data, is_error=True)

    def _send(self, data: bytes, *, is_error: bool) -> None:
        if data and not self.localClosed:
            self._sending.append((is_error, data))
            self.go_on()

    def addWindowBytes(self, data: int) -> None:
        """
        Send more: the client has taken so many bytes.
        """
        self.remoteWindowLeft += data
        self.go_on()

    def go_on(self) -> None:
        """
        Send what may be sent now.
        """
        sending = self._sending
        while sending and self.remoteWindowLeft > 0 and not self.conn.transport.is_blocked:
            is_error, data = sending[0]
            size = min(self.remoteWindowLeft, self.remoteMaxPacket)
            piece = data[self._offset : self._offset + size]
            self._offset += len(piece)
            self.remoteWindowLeft -= len(piece)
            if self._offset >= len(data):
                sending.popleft()
                self._offset = 0
            if is_error:
                self.conn.sendExtendedData(self, EXTENDED_DATA_STDERR, piece)
            else:
                self.conn.sendData(self, piece)
        if sending:
            self._block()
        else:
            self._unblock()
            if self._is_ending:
                self._finish()

    def _block(self) -> None:
        if not self._is_blocked:
            self._is_blocked = True
            if self._producer is not None:
                self._producer.pauseProducing()

    def _unblock(self) -> None:
        if self._is_blocked:
            self._is_blocked = False
            if self._producer is not None:
                self._producer.resumeProducing()

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """
        As `IConsumer.registerProducer`, for a push producer.
        """
        self._producer = producer
        if self._is_blocked:
            producer.pauseProducing()

    def unregisterProducer(self) -> None:
        """
        As `IConsumer.unregisterProducer`.
        """
        self._producer = None

    # -- the end ----------------------------------------------------------------------------------

    def loseConnection(self) -> None:
        """
        Close when all is sent, and tell the exit status.
        """
        if not self._is_ending:
            self._is_ending = True
            self.go_on()

    def _finish(self) -> None:
        if not self.localClosed:
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

    def lose(self) -> None:
        """
        Tell the protocol, or the hub, that the connection is lost.
        """
        self.localClosed = True
        if self._held is not None and self._held.active():
            self._held.cancel()
        self._sending.clear()
        self._typed.clear()
        self._producer = None
        protocol, self.protocol = self.protocol, None
        if protocol is not None:
            protocol.connectionLost(None)
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


def _no_wait(_: int) -> float:
    return 0.0


def _bounded(columns: int) -> int:
    return min(columns, _WIDEST)

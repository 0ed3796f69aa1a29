"""
The kernel's part of a connection: how its socket is set, and what it holds for the peer.

A peer that is gone without a word, and one that takes nothing, look alike to a server: what it
sends is accepted by the kernel, which holds megabytes.  So the kernel is told to give up a peer
that does not answer (keepalive, and TCP_USER_TIMEOUT of RFC 5482) and to hold little that it has
not sent (TCP_NOTSENT_LOWAT).  How much the peer has acknowledged is known to it alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
import sys
import termios
from typing import TYPE_CHECKING, Any

from twisted.internet.abstract import FileDescriptor
from twisted.internet.interfaces import IPullProducer
from twisted.protocols.policies import ProtocolWrapper
from zope.interface import directlyProvides, implementer, providedBy

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IPushProducer
    from twisted.internet.tcp import Connection

#: Bytes read at once, which is the most that waits while a connection is slowed.
READ_SIZE = 16384
#: Bytes not yet sent that the kernel may hold for one peer; the rest waits here, and is counted.
UNSENT = 65536

# A connection, in what Twisted itself logs.
_NAME = "connection"
# An int of the C language.
_NO_BYTES = bytes(4)
# The part of `struct tcp_info` in linux/tcp.h up to tcpi_bytes_acked, which is its last 8 bytes.
_TCP_INFO_SIZE = 128
_BYTES_ACKED = slice(120, 128)


class Layer:
    """
    A transport within another one.

    Attributes:
        transport: the other one.
    """

    transport: Any


def socket_of(transport: object) -> socket.socket | None:
    """
    Return the socket below ``transport``, whatever wraps or encrypts it; None if there is none.
    """
    while isinstance(transport, (ProtocolWrapper, EagerTransport, Layer)):
        transport = transport.transport
    handle = getattr(transport, "socket", None) if isinstance(transport, FileDescriptor) else None
    return handle if isinstance(handle, socket.socket) else None


def hand_over(transport: Any, protocol: Any) -> None:
    """
    Hand ``transport`` over to ``protocol``.
    """
    if isinstance(transport, ProtocolWrapper):
        transport.wrappedProtocol = protocol
    else:
        transport.protocol = protocol
    protocol.makeConnection(transport)


def begin(transport: object) -> None:
    """
    Set how the socket below ``transport`` is read, before the first byte comes.
    """
    while isinstance(transport, (ProtocolWrapper, EagerTransport)):
        transport = transport.transport
    if isinstance(transport, FileDescriptor):
        transport.bufferSize = READ_SIZE
        # What Twisted calls it in its own log: one text for all, in the place of two for each.
        transport.logstr = transport.repstr = _NAME  # type: ignore[attr-defined]  # of one
    handle = socket_of(transport)
    if handle is not None and handle.family != socket.AF_UNIX:
        # A peer may be gone already.
        with contextlib.suppress(OSError):
            # Telnet sends the end of an interrupt as urgent data.  If that were left out of the
            # stream, the next byte would be taken for it.
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)


def prepare(transport: object, peer_timeout: float, send_queue: int) -> int:
    """
    Set the buffers and timeouts of the socket below ``transport``, to which lines are sent.

    Args:
        peer_timeout: seconds within which the kernel gives up a peer that does not answer; 0
            leaves that to the system's defaults.
        send_queue: bytes that may wait for the peer in all; 0 is no limit.

    Returns:
        how many of these bytes the kernel may hold.
    """
    handle = socket_of(transport)
    if handle is None:
        return 0
    # None at all would be the system's default, which is no limit.
    unsent = max(1, min(UNSENT, send_queue // 2)) if send_queue else UNSENT
    # A peer may be gone already; and what a system does not know, it cannot do.
    with contextlib.suppress(OSError, AttributeError):
        if handle.family == socket.AF_UNIX:
            # Its peer cannot be gone unnoticed.
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, unsent)
            return unsent
        handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if peer_timeout:
            _watch_peer(handle, peer_timeout)
        handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, unsent)
        return unsent
    return 0


def _watch_peer(handle: socket.socket, peer_timeout: float) -> None:
    """
    Have the kernel give up the peer of ``handle`` when it does not answer for so many seconds.

    A peer who is told nothing is probed, and given up after half of them.  If something is sent to
    it just before, the other half begins only then.
    """
    half = peer_timeout / 2
    idle, interval = max(1, int(half * 0.8)), max(1, int(half * 0.05))
    handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, interval)
    handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
    # Counts for both: what is sent and not acknowledged, and probes.
    timeout = max(1000, int(half * 0.9 * 1000))
    handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, timeout)


def unacknowledged(descriptor: int) -> int:
    """
    Return how many bytes the kernel holds for the peer, see SIOCOUTQ in tcp(7).

    Raises:
        OSError: the descriptor is no socket, or is closed.
    """
    return int.from_bytes(fcntl.ioctl(descriptor, termios.TIOCOUTQ, _NO_BYTES), sys.byteorder)


def acknowledged(handle: socket.socket) -> int:
    """
    Return how many bytes the peer of a TCP connection has acknowledged so far; Linux only.

    Raises:
        OSError: it is no TCP socket, or closed.
    """
    info = handle.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_SIZE)
    return int.from_bytes(info[_BYTES_ACKED], sys.byteorder)


class EagerTransport:
    """
    A plain connection below TLS, that sends at once what the socket takes.

    Without it each record goes to the reactor, which asks the kernel whether the socket is ready,
    sends, and asks no longer: for a line to many users that costs more than the encryption.
    Nearly always the socket takes all of it.

    Nobody else may write to the connection.  Its producer is paused while something waits.

    Attributes:
        transport: the connection, which does all else.
    """

    def __init__(self, transport: Connection) -> None:
        self.transport = transport
        self._send: Callable[[bytes], int] = transport.socket.send
        self._producer: IPushProducer | None = None
        self._is_waiting = False
        directlyProvides(self, providedBy(transport))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        """
        Send ``data`` after everything that was written before.
        """
        if not self._is_waiting:
            try:
                sent = self._send(data)
            except OSError:
                # Full, or lost: the connection finds out which.
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
            self._is_waiting = True
            self.transport.registerProducer(_Rest(self), False)
            if self._producer is not None:
                self._producer.pauseProducing()
        self.transport.write(data)

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """
        As `IConsumer.registerProducer`, for a push producer.
        """
        self._producer = producer
        if self._is_waiting:
            producer.pauseProducing()

    def unregisterProducer(self) -> None:
        """
        As `IConsumer.unregisterProducer`.
        """
        self._producer = None

    def go_on(self) -> None:
        """
        Send at once again: all that waited is sent.
        """
        self._is_waiting = False
        self.transport.unregisterProducer()
        if self._producer is not None:
            self._producer.resumeProducing()

    def give_up(self) -> None:
        """
        Stop the producer: the connection is lost.
        """
        if self._producer is not None:
            self._producer.stopProducing()


@implementer(IPullProducer)
class _Rest:
    """
    What waits: a connection asks it for more at once, and again when all is sent.
    """

    def __init__(self, eager: EagerTransport) -> None:
        self._eager = eager
        self._has_begun = False

    def resumeProducing(self) -> None:
        if self._has_begun:
            self._eager.go_on()
        self._has_begun = True

    def stopProducing(self) -> None:
        self._eager.give_up()

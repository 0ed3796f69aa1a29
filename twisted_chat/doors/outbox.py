"""
The outbox: what waits to be sent to one client, with limits of size and time.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from attrs import define, field
from twisted.internet.abstract import FileDescriptor
from twisted.internet.interfaces import IPullProducer, IPushProducer
from zope.interface import implementer

from twisted_chat.doors.sockets import unacknowledged

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

# Bytes given to the transport at a time: all of them count as waiting until the last is sent.
_CHUNK = 4096


class Transport(Protocol):
    """
    The part of a transport that is used.
    """

    def write(self, data: bytes) -> None:
        """
        As `ITransport.write`.
        """

    def fileno(self) -> int:
        """
        The descriptor of a plain socket, or -1 once it is closed.
        """

    def registerProducer(self, producer: object, streaming: bool) -> None:
        """
        As `IConsumer.registerProducer`.
        """

    def unregisterProducer(self) -> None:
        """
        As `IConsumer.unregisterProducer`.
        """


class Owner(Protocol):
    """
    The connection to which it belongs.
    """

    def cut(self, reason: str) -> None:
        """
        Called once, with the reason, when a limit is exceeded.
        """

    def blocked(self) -> None:
        """
        Called when `direct` has become None, before anything else is written.

        It may be called again.
        """

    def drained(self) -> None:
        """
        Called when everything that waited is sent.
        """


@implementer(IPushProducer, IPullProducer)
@define(eq=False)
class Outbox:
    """
    Sends at once what the transport accepts, and keeps the rest in order.

    On a plain socket with nothing waiting, the bytes go to the kernel at once: that saves a turn
    of the reactor and two changes of what it polls.  The rest goes to the transport, which asks
    for more when it is done.  Other transports (TLS, wrappers) have their own buffers and say when
    these are full.

    Args:
        limit: bytes that may wait; 0 is no limit.
        timeout: seconds within which what waits now must be sent; 0 is no limit.
        owner: its connection.

    Attributes:
        pending: bytes that wait, including those that the transport may still hold.
    """

    _transport: Transport
    _clock: IReactorTime
    _limit: int
    _timeout: float
    _owner: Owner
    pending: int = field(init=False, default=0)
    # The method of the socket; None if the transport is more than a socket.
    _send: Callable[[bytes], int] | None = field(init=False, default=None)
    # An empty one is as large as all else that a connection holds here: none while nothing waits.
    _queue: deque[bytes] | None = field(init=False, default=None)
    # How many bytes of the first in the queue were passed on.
    _offset: int = field(init=False, default=0)
    # Bytes given to the transport that are not known to be sent.
    _in_flight: int = field(init=False, default=0)
    # Bytes that must be sent when the timer fires: a client that reads a little now and then is
    # slow too.
    _due: int = field(init=False, default=0)
    _blocked: bool = field(init=False, default=False)
    _registered: bool = field(init=False, default=False)
    _stopped: bool = field(init=False, default=False)
    _timer: IDelayedCall | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        transport = self._transport
        # Checked by type: a wrapper passes `socket` through, past its encryption.
        if isinstance(transport, FileDescriptor) and not getattr(transport, "TLS", False):
            self._send = transport.socket.send  # type: ignore[attr-defined]  # of a connection
        else:
            self._registered = True
            transport.registerProducer(self, True)

    def write(self, data: bytes) -> None:
        """
        Send ``data`` after everything that was written before.
        """
        if self._blocked:
            if self._stopped or not data:
                return
            self._keep(data)
            self.pending += len(data)
            if self._limit and self.pending > self._limit:
                self.give_up("too slow to read")
            return
        if self._send is None:
            self._transport.write(data)
            return
        try:
            sent = self._send(data)
        except OSError:
            # Full, or lost: the transport finds out which.
            sent = 0
        if sent == len(data):
            return
        rest = data[sent:]
        self._blocked = True
        self._owner.blocked()
        self._keep(rest)
        self.pending = len(rest)
        self._registered = True
        self._transport.registerProducer(self, False)
        if not self._stopped:
            self._watch()

    def _keep(self, data: bytes) -> None:
        if self._queue is None:
            self._queue = deque()
        self._queue.append(data)

    @property
    def direct(self) -> Callable[[bytes], int] | None:
        """
        The ``send`` of a plain socket while nothing waits; else None.

        What it does not take must be given to `write`.
        """
        return None if self._blocked else self._send

    @property
    def is_blocked(self) -> bool:
        """
        Whether something waits here until the transport takes it.
        """
        return self._blocked

    def is_owed(self) -> bool:
        """
        Return whether the peer of a plain socket has not received everything, as far as known.
        """
        if self._send is None:
            return False
        if self.pending:
            return True
        try:
            return unacknowledged(self._transport.fileno()) > 0
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """
        Give everything to the transport, which is closed next.
        """
        waiting = b"".join(self._queue or ())[self._offset :]
        self._queue = None
        self._release()
        self._transport.write(waiting)

    def pauseProducing(self) -> None:
        """
        Called by a transport whose buffer is full.
        """
        if not self._stopped:
            self._blocked = True
            if self._timer is None:
                self._watch()

    def resumeProducing(self) -> None:
        """
        Called by a transport that has room again.
        """
        if self._stopped:
            return
        # A buffering transport does not say how much it held: count one.
        self._due -= self._in_flight or 1
        self.pending -= self._in_flight
        self._in_flight = 0
        if self._send is not None and self._queue:
            # Still blocked: the socket sends this, and then asks again.
            self._hand_on()
            return
        self._blocked = False
        while self._queue and not self._blocked:
            self._hand_on()
        if self._blocked:
            return
        self.pending = self._in_flight = 0
        self._queue = None
        self._unwatch()
        if self._send is not None:
            self._registered = False
            self._transport.unregisterProducer()
        self._owner.drained()

    def stopProducing(self) -> None:
        """
        Called by a transport whose connection is lost.
        """
        self._queue = None
        self._registered = False
        self._release()

    def _hand_on(self) -> None:
        chunk = self._next_chunk()
        self._in_flight += len(chunk)
        self._transport.write(chunk)

    def _next_chunk(self) -> bytes:
        pieces: list[bytes] = []
        room = _CHUNK
        while room and self._queue:
            first = self._queue[0]
            piece = first[self._offset : self._offset + room]
            pieces.append(piece)
            room -= len(piece)
            self._offset += len(piece)
            if self._offset == len(first):
                self._queue.popleft()
                self._offset = 0
        return b"".join(pieces)

    def _watch(self) -> None:
        self._due = self.pending or 1
        if self._timeout:
            self._timer = self._clock.callLater(self._timeout, self._look)

    def _look(self) -> None:
        if self._due > 0:
            self.give_up("not reading")
        else:
            self._watch()

    def _unwatch(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def give_up(self, reason: str) -> None:
        """
        Drop what waits, and report that the peer is stuck, for ``reason``.
        """
        if self._stopped:
            return
        self._queue = None
        self._release()
        self._owner.cut(reason)

    def _release(self) -> None:
        self._stopped = self._blocked = True
        self._owner.blocked()
        self.pending = self._in_flight = 0
        self._unwatch()
        if self._registered:
            self._registered = False
            self._transport.unregisterProducer()

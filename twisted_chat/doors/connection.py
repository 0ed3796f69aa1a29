"""
Connections: the base of all doors on TCP or UNIX sockets.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import Protocol, ServerFactory

from twisted_chat.doors.outbox import Outbox
from twisted_chat.doors.sockets import prepare
from twisted_chat.doors.sweep import Sweep
from twisted_chat.errors import ChatError
from twisted_chat.events import Departure
from twisted_chat.options import option
from twisted_chat.replies.reply import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress, IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.world.client import Dialect
    from twisted_chat.world.model import Session

#: When this share of the send queue is used, what the client itself asks for waits.
SOFT_SHARE = 16
#: Seconds from the decision to close a connection until it is aborted.
CLOSE_WITHIN = 5.0
#: Seconds for which a client that is sent away is read on: a connection that is closed with unread
#: input is reset, and the farewell is lost.
LINGER = 1.0
# Seconds between two checks whether everything sent before a close has arrived.
_CHECK_EVERY = 0.05


@frozen(kw_only=True, slots=False)
class SendLimits:
    """
    How much, and for how long, may wait for one reader.  Zero means no limit.
    """

    send_queue: int = option(262144, "Bytes that may wait for one client to read.")
    send_timeout: float = option(30.0, "Seconds within which a client must read what waits.")
    peer_timeout: float = option(
        150.0, "Seconds within which a client that is gone without a word is disconnected."
    )


_Made = TypeVar("_Made", bound=Protocol)
_Limits = TypeVar("_Limits", bound=SendLimits)


class ConnectionFactory(ServerFactory[_Made], Generic[_Made, _Limits]):
    """
    What the connections of a door share: they all have one hub.

    Attributes:
        hub: holds the state of rooms; the factories of all doors share it.
        dispatcher: does what users ask for.
        limits: of one connection.
        is_proxied: a proxy sends the client's address ahead of the first bytes.
        connections: the number of open connections, those being closed included.
        sweep: gives up peers that take nothing.
    """

    noisy = False

    def __init__(
        self, hub: Hub, dispatcher: Dispatcher, limits: _Limits, *, is_proxied: bool
    ) -> None:
        self.hub = hub
        self.dispatcher = dispatcher
        self.limits = limits
        self.is_proxied = is_proxied
        self.connections = 0
        self.sweep = Sweep(hub.clock, lambda: self.limits.send_timeout)

    def refresh(self, limits: _Limits, motd: str) -> None:
        """
        Apply new limits, and show ``motd`` to new connections where the door shows one.
        """
        del motd
        self.limits = limits


@frozen
class Visitor:
    """
    Who a request comes from.

    Attributes:
        host: the address, as limits count it; None if there is none.
        is_private: nobody on the way can read it: it is encrypted, or local.
        authority: the host, and perhaps port, that they asked for; empty if that is not known.
        is_forwarded: a proxy that is trusted has passed it on: the connection is the proxy's.
    """

    host: str | None
    is_private: bool
    authority: str
    is_forwarded: bool = False


class Connection:
    """
    One connection of a door, from which the first bytes have come.

    Attributes:
        door: which one it is, as in the option of that name.
        device: what the client calls itself or where it runs; empty if it does not say.
        visitor: who it is, where a proxy that is trusted says so.
        since: when it was accepted, in seconds of the hub's clock; None for now.
        dialect: what its reader wants to read.
        session: the hub's session; None until there is one.  One that is given before the
            connection is made has come by another door.
        write: sends bytes, unless the connection is being closed.
    """

    factory: Any
    transport: Any
    paused: bool
    resumeProducing: Callable[[], None]
    dialect: Dialect
    write: Callable[[bytes], None]
    door = ""
    device = ""
    since: float | None = None
    visitor: Visitor | None = None

    def __init__(self) -> None:
        self.session: Session | None = None
        self._is_closed = False
        self._has_lost_some = False
        self._reason = ""
        self._cutting: IDelayedCall | None = None
        self._lingering: IDelayedCall | None = None

    def blocked(self) -> None:
        """
        Let nothing overtake what waits.
        """
        self._choose_way()

    def drained(self) -> None:
        """
        Go on where the peer had to read what waited before.
        """
        self._choose_way()

    def take_up(self, opening: bytes = b"") -> bool:
        """
        Give the connection to the hub, and return whether it accepts it.

        Args:
            opening: sent before all else.
        """
        door: ConnectionFactory[Any, SendLimits] = self.factory
        clock = door.hub.clock
        door.connections += 1
        limits = door.limits
        in_kernel = prepare(self.transport, limits.peer_timeout, limits.send_queue)
        self._outbox = Outbox(
            self.transport,
            clock,
            max(1, limits.send_queue - in_kernel) if limits.send_queue else 0,
            limits.send_timeout,
            self,
        )
        door.sweep.add(self._outbox, self.transport)
        self.write_by(self.writer(self._outbox.write))
        if opening:
            self.write(opening)
        if self.session is not None:
            # Of another door, where it has logged in.
            door.hub.connections.hand_over(self.session, self)  # type: ignore[arg-type]  # the door's
            return True
        host = host_of(self.transport.getPeer()) if self.visitor is None else self.visitor.host
        try:
            self.session = door.hub.connect(self, host)  # type: ignore[arg-type]  # the door's
        except ChatError as refusal:
            self.write(self.dialect.render(Refused.of(refusal, door.hub.now())))
            # Too many may be refused to keep descriptors open for lingering.
            self.close("refused", linger=False)
            return False
        if self.since is not None:
            # What it did not say counts for the time in which it must give a name.
            self.session.connected_at = self.since
        self._choose_way()
        return True

    def write_by(self, write: Callable[[bytes], None]) -> None:
        """
        Send by ``write`` from now on, also what its reader is told and is not sent yet.
        """
        self.write = write
        self._choose_way()

    def _choose_way(self) -> None:
        """
        Set how lines of a room are sent: by the socket itself, or by `write`.

        By the socket only if nothing waits, and nothing such as an editor stands between.
        """
        session = self.session
        # Another client has it before a login by SSH, and when it is held for its program.
        if session is None or session.client is not self:  # type: ignore[comparison-overlap]  # the door's
            return
        is_plain = self.write == self._outbox.write
        session.send = (self._outbox.direct if is_plain else None) or self.write

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return what writes to the reader by ``send``, which sends bytes as they are.
        """
        return send

    def let_go(self, reason: Failure | None = None) -> None:
        """
        Tell the hub that the connection is lost, and stop all timers.

        Args:
            reason: as of `connectionLost`; None if the peer has closed it.
        """
        is_broken = reason is not None and reason.check(ConnectionDone) is None
        self._has_lost_some = self._has_lost_some or is_broken or self._outbox.pending > 0
        self.factory.connections -= 1
        self._is_closed = True
        self.drop()
        self.factory.sweep.remove(self._outbox)
        self._outbox.stopProducing()
        for call in (self._cutting, self._lingering):
            if call is not None and call.active():
                call.cancel()
        if self.session is not None:
            # The reasons of doors are codes, as they stand in the log.
            why = Departure(cause=self._reason.replace(" ", "-"))
            self.leave(self.session, why)

    def leave(self, session: Session, why: Departure) -> None:
        """
        Tell the hub that ``session`` has lost its connection.
        """
        self.factory.hub.disconnect(session, why)

    def drop(self) -> None:
        """
        Drop the input that waits.
        """

    def writeConnectionLost(self) -> None:
        """
        Close when everything that was given to the kernel has arrived.
        """
        if self._outbox.is_owed():
            clock = self.factory.hub.clock
            self._lingering = clock.callLater(_CHECK_EVERY, self.writeConnectionLost)
        else:
            self.transport.loseConnection()

    def close(self, reason: str, *, linger: bool = True) -> None:
        """
        Send what was written, then close; abort the connection if that takes too long.

        Args:
            linger: read and discard input until the other side has everything.  A connection that
                is closed with unread input is reset, and data on the way is lost.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self.drop()
        self._reason = reason
        is_owed = linger and self._outbox.is_owed()
        self._outbox.close()
        if is_owed:
            if self.paused:
                self.resumeProducing()
            self.transport.loseWriteConnection()
        else:
            self.transport.loseConnection()
        # With a peer that does not read, closing would never end.
        self._cutting = self.factory.hub.clock.callLater(
            CLOSE_WITHIN, self.transport.abortConnection
        )

    def cut(self, reason: str) -> None:
        """
        Cut the connection at once.
        """
        # This may happen within the fan-out; the hub is told when the connection is lost.
        self._is_closed = self._has_lost_some = True
        self.drop()
        self._reason = reason
        self.transport.abortConnection()

    @property
    def is_behind(self) -> bool:
        """
        Whether the client is to read what it was sent before what it asks for is done.
        """
        limit: int = self.factory.limits.send_queue
        return limit > 0 and self._outbox.pending > limit // SOFT_SHARE

    @property
    def has_taken_all(self) -> bool:
        """
        Whether everything that was written was sent, and no connection broke with it on its way.
        """
        return not self._has_lost_some and not self._outbox.pending

    @property
    def is_private(self) -> bool:
        """
        Whether nobody on the way can read the connection: it is encrypted, or local.
        """
        if self.visitor is not None:
            return self.visitor.is_private
        if ISSLTransport.providedBy(self.transport):
            return True
        if self.factory.is_proxied:
            # Nobody knows how the client reached the proxy.
            return False
        return is_local(self.transport.getPeer())


def is_local(peer: IAddress | None) -> bool:
    """
    Return whether ``peer`` is on this machine; False if it is not known.
    """
    return isinstance(peer, UNIXAddress) or is_loopback(host_of(peer))


def host_of(address: IAddress | None) -> str | None:
    """
    Return the host as limits count it: an IPv4 address or an IPv6 /64; None if there is none.

    An address that nobody can have, such as ``::``, is counted like any other, and is all who have
    it: that is how an address looks that was not understood.
    """
    if not isinstance(address, (IPv4Address, IPv6Address)):
        return None
    try:
        ip = ipaddress.ip_address(address.host.partition("%")[0])
    except ValueError:
        return address.host
    if isinstance(ip, ipaddress.IPv4Address):
        # As it stands, it is one object with the transport's.
        return address.host if str(ip) == address.host else str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    if ip.is_loopback:
        # Of its own /64 nothing else is this machine.
        return str(ip)
    return str(ipaddress.ip_network((ip, 64), strict=False))


def is_loopback(host: str | None) -> bool:
    """
    Return whether ``host``, as limits count it, is this machine; False if it is not known.
    """
    try:
        return ipaddress.ip_network(host or "").is_loopback
    except ValueError:
        return False

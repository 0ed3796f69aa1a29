"""
The IRC door: a connection of a client of IRC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

from attrs import evolve
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import ServerFactory

from twisted_chat.delivery.labels import is_shown
from twisted_chat.doors.connection import is_local
from twisted_chat.doors.irc.conversation import Conversation
from twisted_chat.doors.irc.dialect import IrcDialect
from twisted_chat.doors.irc.labels import Labels
from twisted_chat.doors.irc.message import Message, Stream, Unreadable
from twisted_chat.doors.irc.registration.caps import offered
from twisted_chat.doors.irc.registration.certificate import key_of
from twisted_chat.doors.irc.registration.sasl import EXTERNAL, PLAIN
from twisted_chat.doors.irc.registration.sts import Sts
from twisted_chat.doors.irc.site import Site
from twisted_chat.doors.irc.verbs.markers import MARKER
from twisted_chat.doors.irc.websocket import Frames, Socket
from twisted_chat.doors.requests import Pings, RequestProtocol
from twisted_chat.doors.sweep import Sweep
from twisted_chat.errors import Failed
from twisted_chat.world.model import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.irc.websocket import Wire
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


class MessageLimits(Protocol):
    """
    The limits of one connection.
    """

    @property
    def max_line(self) -> int:
        """
        Bytes in one message with its end, without its tags; 0 is no limit.
        """

    @property
    def send_timeout(self) -> float:
        """
        As of `SendLimits`.
        """

    @property
    def irc_sts(self) -> str:
        """
        As of `Sts.read`; empty for none.
        """


class IrcProtocol(RequestProtocol["Message | Unreadable"]):
    """
    One connection, which is the hub's `Client`.
    """

    door = "irc"
    takes_questions = True
    factory: IrcFactory
    dialect: IrcDialect
    #: Clients answer pings, and send their own, by themselves.
    is_active_by_all = False

    def __init__(self, factory: IrcFactory, wire: Wire | None = None) -> None:
        super().__init__()
        self.factory = factory
        self.dialect = factory.beginning
        self._stream = Stream(factory.limits.max_line)
        self._conversation = Conversation(
            factory.hub, factory.dispatcher, factory.site, self.go_on, self._look
        )
        # None for a connection of its own.
        self._socket = None if wire is None else Socket(wire, factory.frames(wire.frame))

    def connectionMade(self) -> None:
        """
        Get a session from the hub, and wait for the first message.
        """
        if self.take_up() and self.session is not None:
            self.session.shows_own = self.session.chooses_rooms = True
            self.session.names_lines = self.session.shows_marks = True
            # It knows itself by its nick, and is in its channels, until the connection ends.
            self.session.comes_once = True
            if not self._is_forwarded:
                self.session.key = key_of(self.transport)
            self._offer()
            if self._socket is not None:
                self.factory.pings.add(self)

    def _offer(self) -> None:
        """
        Offer what depends on how the client has come.
        """
        registration = self._conversation.registration
        is_encrypted = ISSLTransport.providedBy(self.transport)
        if is_encrypted and not self._is_forwarded:
            registration.sasl.mechanisms = (PLAIN, EXTERNAL)
        sts = self.factory.sts
        # A promise about this machine would be kept for everything that has the same name; behind
        # a proxy nobody knows how the client has come; and pages have promises of their own.
        is_reached = self._socket is None and not (
            self.factory.is_proxied or is_local(self.transport.getPeer())
        )
        promised = sts.value(is_encrypted=is_encrypted) if sts is not None and is_reached else ""
        registration.caps.offered = offered(
            registration.sasl.mechanisms,
            promised,
            is_before_nick=self.factory.hub.world.limits.guests == "off",
        )

    @property
    def _is_forwarded(self) -> bool:
        """
        Whether a proxy may have opened the connection: a certificate there is that of everybody.
        """
        factory = self.factory
        return (
            factory.is_proxied
            or (self.visitor is not None and self.visitor.is_forwarded)
            or factory.trusts(factory.limits, self.transport.getPeer())
        )

    def let_go(self, reason: Failure | None = None) -> None:
        """
        Tell the hub that the connection is lost, and who comes and goes no more.
        """
        self.factory.pings.remove(self)
        if self.session is not None:
            self.factory.site.monitors.forget(self.session)
        super().let_go(reason)

    @property
    def marks_itself(self) -> bool:
        """
        Whether its program says what its user has read (IRCv3, draft/read-marker).
        """
        return MARKER in self._conversation.registration.caps.enabled

    @property
    def echoes(self) -> bool:
        """
        Whether its reader is told their own words: by IRCv3's echo-message, or of a command.
        """
        return self.session is not None and not is_shown(self.session)

    @property
    def is_held(self) -> bool:
        """
        Whether no message can be done until the one before it is.
        """
        return self._conversation.is_busy

    is_busy = is_held

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return what sends messages by ``send``, which sends bytes as they are.
        """
        return send if self._socket is None else self._socket.writer(send)

    def resumeProducing(self) -> None:
        """
        Read on; meanwhile nothing could be heard.
        """
        self.has_heard = True
        super().resumeProducing()

    def dataReceived(self, data: bytes) -> None:
        """
        Take what was read, and do what it asks for, at the rate that is allowed.
        """
        super().dataReceived(data)
        if self._socket is not None and self._socket.is_over and not self._is_closed:
            self.readConnectionLost()

    def ping(self) -> None:
        """
        Send a ping, where there is a WebSocket.
        """
        if self._socket is not None:
            self._socket.ping()

    def read(self, data: bytes) -> list[Message | Unreadable]:
        """
        Take what was read, and return the messages that are complete now.
        """
        self.has_heard = True
        if self._socket is not None:
            data = self._socket.lines(data)
        return self._stream.feed(data)

    def read_rest(self) -> list[Message | Unreadable]:
        """
        Return nothing: a message without its end may be a part of one.
        """
        return []

    def resume(self) -> None:
        """
        End the answers to commands that have come to their end; close where no more will come.
        """
        if self.session is not None and not self.session.running:
            self._conversation.end_commands(self.session)
        super().resume()

    def close(self, reason: str, *, linger: bool = True) -> None:
        """
        Send what was written, then close.
        """
        if self._conversation.labels is not None:
            self._conversation.labels.close()
        if self._socket is not None and not self._is_closed:
            self._socket.end()
        super().close(reason, linger=linger)

    def do_one(self, session: Session, request: Message | Unreadable) -> None:
        """
        Do what a message asks for.
        """
        self._conversation.take(session, request)

    def fail(self, session: Session, request: Message | Unreadable) -> None:
        """
        Tell the client that its message failed.
        """
        hub = self.factory.hub
        hub.isolation.log.report("A message of IRC failed", secret=str(request))
        hub.refuse(session, Failed())

    def _look(self) -> None:
        """
        Read as the client has negotiated by now.
        """
        session = self.session
        if session is None or session.closed:
            return
        caps = self._conversation.registration.caps.read_by
        self.dialect = self.factory.dialect(caps, is_registering=session.user is None)
        session.shows_own = "echo-message" not in caps
        if "labeled-response" in caps and self._conversation.labels is None:
            labels = Labels(self.write, self.factory.site.name.encode())
            self._conversation.labels = labels
            self.write_by(labels.write)
        self.factory.hub.fanout.look(session, view_of(session))


class IrcFactory(ServerFactory[IrcProtocol]):
    """
    Makes an `IrcProtocol` for each connection, all with one hub.

    Attributes:
        hub: holds the state of rooms; the factories of all doors share it.
        is_proxied: a proxy sends the client's address ahead of the first bytes.
        connections: the number of open connections, those being closed included.
        sweep: gives up peers that take nothing.
        site: the server, as clients see it.
        pings: find out which client of a WebSocket is gone.
        beginning: the dialect of a connection that has just begun.
        limits: of the next connection.
        sts: what clients are promised of TLS; None for nothing.
        trusts: returns whether a peer, by the limits, passes on connections of others.
    """

    noisy = False

    def __init__(
        self,
        hub: Hub,
        dispatcher: Dispatcher,
        site: Site,
        limits: MessageLimits,
        *,
        is_proxied: bool = False,
        trusts: Callable[[Any, IAddress | None], bool] = lambda _limits, _peer: False,
    ) -> None:
        self.connections = 0
        self.hub = hub
        self.dispatcher = dispatcher
        self.limits = limits
        self.site = site
        self.sweep = Sweep(hub.clock, lambda: self.limits.send_timeout)
        self.pings = Pings(hub.clock)
        self.is_proxied = is_proxied
        self.sts = Sts.read(limits.irc_sts)
        self.trusts = trusts
        self.beginning = IrcDialect(site, is_registering=True)
        # As long as a client reads so: a client may ask for any set of capabilities.
        self._dialects: WeakValueDictionary[tuple[frozenset[str], bool], IrcDialect] = (
            WeakValueDictionary({(self.beginning.caps, True): self.beginning})
        )
        self._frames: dict[Callable[[bytes], bytes], Frames] = {}

    def refresh(self, limits: MessageLimits, motd: str) -> None:
        """
        Apply new settings; a message is as long as it was on connections that are open.
        """
        self.limits, self.site.motd, self.sts = limits, motd, Sts.read(limits.irc_sts)

    def dialect(self, caps: frozenset[str], *, is_registering: bool) -> IrcDialect:
        """
        Return the dialect of these capabilities; equal ones are one object.
        """
        key = caps, is_registering
        found = self._dialects.get(key)
        if found is None:
            found = evolve(self.beginning, caps=caps, is_registering=is_registering)
            self._dialects[key] = found
        return found

    def frames(self, frame: Callable[[bytes], bytes]) -> Frames:
        """
        Return what puts messages into frames by ``frame``, the same for all connections.
        """
        return self._frames.setdefault(frame, Frames(frame))

    def buildProtocol(self, addr: IAddress | None, wire: Wire | None = None) -> IrcProtocol:
        """
        Return the protocol for a connection.

        Args:
            wire: that of a WebSocket; None for a connection of its own.
        """
        return IrcProtocol(self, wire)

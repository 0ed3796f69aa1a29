"""
The JSON door: a connection of a program, on whatever carries its objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from twisted_chat.doors.connection import ConnectionFactory
from twisted_chat.doors.json.conversation import Conversation
from twisted_chat.doors.json.dialect import dialect_on
from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.doors.json.lines import Lines
from twisted_chat.doors.requests import EXTRA_AS_ONE, Pings, RequestProtocol
from twisted_chat.errors import MessageTooLong

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.events import Departure
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.service import Service
    from twisted_chat.plugins.programs.services import Services
    from twisted_chat.world.model import Session


class Wire(Protocol):
    """
    What carries the objects of a connection.

    Attributes:
        frame: puts an object on the wire; the same function for all connections of a kind, which
            so get the same bytes.
    """

    @property
    def frame(self) -> Callable[[bytes], bytes]:
        """
        Put an object on the wire.
        """

    def messages(self, chunk: bytes, limit: int) -> list[bytes | None]:
        """
        Take what was read, and return the messages that are complete now.

        None stands for one that is longer than ``limit``.
        """

    @property
    def opening(self) -> bytes:
        """
        What is sent before all else.
        """

    @property
    def is_over(self) -> bool:
        """
        Whether no more messages come.
        """

    def rest(self) -> list[bytes | None]:
        """
        Return the messages that are complete because no more bytes come.
        """

    @property
    def extra(self) -> int:
        """
        How many parts have come so far that completed no message, such as pings.
        """

    def replies(self) -> bytes:
        """
        Return what the wire itself has to send now.
        """

    def ping(self) -> bytes:
        """
        Return what the other side must answer if it is there; empty if the wire has no such thing.
        """

    def farewell(self) -> bytes:
        """
        Return what ends the wire.
        """


class JsonProtocol(RequestProtocol["bytes | None"]):
    """
    One connection of a program, which is the hub's `Client`.
    """

    #: A program is told its own words, with the label under which it said them.
    echoes = True
    #: By requests.
    marks_itself = True
    factory: JsonFactory

    def __init__(
        self, factory: JsonFactory, wire: Wire | None = None, service: Service | None = None
    ) -> None:
        super().__init__()
        self._service = service
        self.factory = factory
        self._wire: Wire = wire or Lines()
        self.door = "json" if wire is None else "web"
        self.dialect = dialect_on(self._wire.frame)
        self._conversation = Conversation(factory.hub, factory.dispatcher, self, factory.services)

    @property
    def is_held(self) -> bool:
        """
        Whether no request can be done until the one before it is.
        """
        return self._conversation.is_held

    @property
    def is_busy(self) -> bool:
        """
        Whether requests are not answered yet; those of the dispatcher count there.
        """
        return self._conversation.is_busy

    def connectionMade(self) -> None:
        """
        Get a session from the hub, and wait for the first message.
        """
        self.take_up(self._wire.opening)
        if self._service is not None and self.session is not None:
            self._conversation.serve(self.session, self._service)
        if not self._is_closed and self._wire.ping():
            self.factory.pings.add(self)

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Tell the hub, and stop all timers.
        """
        self.factory.pings.remove(self)
        super().connectionLost(reason)

    def close(self, reason: str, *, linger: bool = True) -> None:
        """
        Send what was written and what ends the wire, then close.
        """
        if not self._is_closed:
            self.write(self._wire.farewell())
        super().close(reason, linger=linger)

    def ping(self) -> None:
        """
        Send a ping.
        """
        self.write(self._wire.ping())

    def leave(self, session: Session, why: Departure) -> None:
        """
        Hold ``session`` for the program to come back.
        """
        if self._conversation.service is not None:
            self._conversation.service.detach(session)
        self.factory.hub.holding.hold(session, why)

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
        if self._wire.is_over and not self._is_closed:
            self.readConnectionLost()

    def read(self, data: bytes) -> list[bytes | None]:
        """
        Take what was read, and return the messages that are complete now.
        """
        self.has_heard = True
        extra = self._wire.extra
        messages = self._wire.messages(data, self.factory.limits.max_message)
        if extra != self._wire.extra and self.session is not None:
            self.session.line_bucket.spend((self._wire.extra - extra) / EXTRA_AS_ONE)
        # Behind what ends the wire nothing may be sent: that comes behind the answers.
        if not self._wire.is_over and (replies := self._wire.replies()):
            self.write(replies)
        return messages

    def read_rest(self) -> list[bytes | None]:
        """
        Return the messages that are complete because no more bytes come.
        """
        return self._wire.rest()

    def do_one(self, session: Session, request: bytes | None) -> None:
        """
        Do what a message asks for, None for one that was too long.
        """
        most = self.factory.limits.max_message
        if request is None:
            self._conversation.refuse(session, MessageTooLong(most))
        else:
            self._conversation.take(session, request, most)

    def fail(self, session: Session, request: bytes | None) -> None:
        """
        Tell the program that its request failed.
        """
        self._conversation.fail(session, request or b"")

    def take_questions(self) -> None:
        """
        Tell its user from now on what commands ask.
        """
        self.takes_questions = True

    def use_sentences(self) -> None:
        """
        Send events with their sentences from now on.
        """
        self.dialect = dialect_on(self._wire.frame, in_sentences=True)


class JsonFactory(ConnectionFactory[JsonProtocol, MessageLimits]):
    """
    Makes a `JsonProtocol` for each connection, all with one hub.

    Attributes:
        services: know the programs that are plugins; None where none can come.
        pings: find out whose client is gone.
    """

    def __init__(
        self,
        hub: Hub,
        dispatcher: Dispatcher,
        limits: MessageLimits | None = None,
        services: Services | None = None,
        *,
        is_proxied: bool = False,
    ) -> None:
        super().__init__(hub, dispatcher, limits or MessageLimits(), is_proxied=is_proxied)
        self.services = services
        self.pings = Pings(hub.clock)

    def buildProtocol(
        self,
        addr: IAddress | None,
        wire: Wire | None = None,
        service: Service | None = None,
    ) -> JsonProtocol:
        """
        Return the protocol for a connection.

        Args:
            wire: carries its objects; as lines by default.
            service: the plugin that the program is, if the server has started it.
        """
        return JsonProtocol(self, wire, service)

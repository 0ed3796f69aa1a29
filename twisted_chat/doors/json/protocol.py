"""
The JSON door: a connection of a program, on whatever carries its objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen
from twisted.internet import protocol
from twisted.internet.interfaces import IHalfCloseableProtocol
from zope.interface import implementer

from twisted_chat.doors.connection import Connection, ConnectionFactory, SendLimits
from twisted_chat.doors.json.conversation import Conversation
from twisted_chat.doors.json.dialect import dialect_on
from twisted_chat.doors.json.lines import Lines
from twisted_chat.doors.sockets import READ_SIZE
from twisted_chat.errors import MessageTooLong
from twisted_chat.limits import option

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress, IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.events import Departure
    from twisted_chat.hub import Hub
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Session

#: Seconds from one ping to the next, on a wire that has them; a client that has sent nothing
#: meanwhile is gone.
PING_EVERY = 30.0
#: Requests of one connection that are done in one turn of the reactor.
_PER_TURN = 16


@frozen(kw_only=True, slots=False)
class MessageLimits(SendLimits):
    """
    The limits of one connection of a program.  Zero means no limit.
    """

    max_message: int = option(16384, "Bytes in one message of a program, in JSON.")


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


@implementer(IHalfCloseableProtocol)
class JsonProtocol(protocol.Protocol, Connection):
    """
    One connection of a program, which is the hub's `Client`.
    """

    #: A program is told its own words, with the label under which it said them.
    echoes = True
    can_be_asked = False
    is_holding_back = False
    factory: JsonFactory
    transport: Any

    def __init__(self, factory: JsonFactory, wire: Wire | None = None) -> None:
        super().__init__()
        self.factory = factory
        self.paused = False
        self._wire: Wire = wire or Lines()
        self.dialect = dialect_on(self._wire.frame)
        self._conversation = Conversation(
            factory.hub, factory.dispatcher, self._go_on, self._use_sentences
        )
        # The first one last; in most connections at most times there is none.
        self._waiting: list[bytes | None] = []
        self._next: IDelayedCall | None = None
        self._pinging: IDelayedCall | None = None
        self._has_heard = True
        self._has_ended = False

    def connectionMade(self) -> None:
        """
        Get a session from the hub, and wait for the first message.
        """
        self.take_up(self._do, self._wire.opening)
        if not self._is_closed and self._wire.ping():
            self._pinging = self.factory.hub.clock.callLater(PING_EVERY, self._ping)

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Tell the hub, and stop all timers.
        """
        for call in (self._next, self._pinging):
            if call is not None and call.active():
                call.cancel()
        self.let_go()

    def close(self, reason: str, *, linger: bool = True) -> None:
        """
        Send what was written and what ends the wire, then close.
        """
        if not self._is_closed:
            self.write(self._wire.farewell())
        super().close(reason, linger=linger)

    def _ping(self) -> None:
        if self._is_closed:
            return
        # While nothing is read, its pong is not read either.
        if not self._has_heard and not self.paused:
            self.cut("no answer to a ping")
            return
        self._has_heard = False
        self.write(self._wire.ping())
        self._pinging = self.factory.hub.clock.callLater(PING_EVERY, self._ping)

    def leave(self, session: Session, why: Departure) -> None:
        """
        Hold ``session`` for the program to come back.
        """
        self.factory.hub.holding.hold(session, why)

    def drop(self) -> None:
        """
        Do no request that was read.
        """
        self._waiting.clear()

    def pauseProducing(self) -> None:
        """
        Read nothing.
        """
        self.paused = True
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        """
        Read on.
        """
        self.paused = False
        self._has_heard = True
        self.transport.resumeProducing()

    def dataReceived(self, data: bytes) -> None:
        """
        Take what was read, and do what it asks for, at the rate that is allowed.
        """
        session = self.session
        if self._is_closed or session is None or session.closed:
            return
        self._has_heard = True
        messages = self._wire.messages(data, self.factory.limits.max_message)
        replies = self._wire.replies()
        if replies:
            self.write(replies)
        if not messages:
            # Bytes without a message cost something too.
            session.line_bucket.spend(len(data) / READ_SIZE)
        self._waiting[:0] = reversed(messages)
        if self._next is None:
            self._do()
        if self._wire.is_over:
            self.close("closed")

    def readConnectionLost(self) -> None:
        """
        Close when everything that was asked is answered; no more will come.
        """
        self._has_ended = True
        if self._is_closed:
            self.transport.loseConnection()
            return
        self._waiting[:0] = reversed(self._wire.rest())
        self._go_on()

    def _do(self) -> None:
        """
        Do as many requests as may be done now.
        """
        session = self.session
        if session is None or self._is_closed or self._next is not None:
            return
        dispatcher = self.factory.dispatcher
        for _ in range(_PER_TURN):
            if not self._may_do(session):
                return
            wait = dispatcher.rates.wait(session)
            if wait:
                self._do_later(wait)
                return
            if not self._waiting:
                break
            session.active_at = self.factory.hub.seconds()
            self._do_one(session, self._waiting.pop())
        if self._waiting:
            self._do_later(0)
        elif self._has_ended:
            if not (self._conversation.is_busy or session.running):
                # Behind the answers, and the session is held as after any loss.
                self.factory.hub.fanout.close(session, "")
        elif self.paused:
            self.resumeProducing()

    def _may_do(self, session: Session) -> bool:
        """
        Return whether a request can be done; if not, nothing is read until it can.
        """
        if session.closed or self._is_closed:
            self._waiting.clear()
            return False
        if self._waiting and (self.is_behind or self._conversation.is_held):
            if not self.paused:
                self.pauseProducing()
            return False
        return True

    def _do_one(self, session: Session, message: bytes | None) -> None:
        most = self.factory.limits.max_message
        if message is None:
            self._conversation.refuse(session, MessageTooLong(most))
        else:
            self._conversation.take(session, message, most)

    def _use_sentences(self) -> None:
        self.dialect = dialect_on(self._wire.frame, in_sentences=True)

    def _do_later(self, seconds: float) -> None:
        if not self.paused:
            self.pauseProducing()
        self._go_on(seconds)

    def _go_on(self, seconds: float = 0.0) -> None:
        if self._next is None and not self._is_closed:
            self._next = self.factory.hub.clock.callLater(seconds, self._do_next)

    def _do_next(self) -> None:
        self._next = None
        self._do()

    # -- what the hub asks of a client ------------------------------------------------------------

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return nothing: a program is not asked.
        """
        return b""

    def hold_back(self, lines: int) -> None:
        """
        Do nothing: a secret comes in the request that needs it.
        """

    def resume(self) -> None:
        """
        Close where no more will come and everything is answered.
        """
        if self._has_ended:
            self._go_on()


class JsonFactory(ConnectionFactory[JsonProtocol, MessageLimits]):
    """
    Makes a `JsonProtocol` for each connection, all with one hub.
    """

    def __init__(
        self,
        hub: Hub,
        dispatcher: Dispatcher,
        limits: MessageLimits | None = None,
        *,
        is_proxied: bool = False,
    ) -> None:
        super().__init__(hub, dispatcher, limits or MessageLimits(), is_proxied=is_proxied)

    def buildProtocol(self, addr: IAddress | None, wire: Wire | None = None) -> JsonProtocol:
        """
        Return the protocol for a connection.

        Args:
            wire: carries its objects; as lines by default.
        """
        return JsonProtocol(self, wire)

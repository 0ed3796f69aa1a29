"""
Requests: what programs send, done in its order, at the rate that is allowed.

The base of the doors whose clients are programs, and are asked nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from attrs import define, field
from twisted.internet import protocol
from twisted.internet.interfaces import IHalfCloseableProtocol
from zope.interface import implementer

from twisted_chat.doors.connection import Connection
from twisted_chat.doors.sockets import READ_SIZE

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime
    from twisted.python.failure import Failure

    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Session

#: Requests of one connection that are done in one turn of the reactor.
_PER_TURN = 16
#: So many parts that complete no request, such as pings, cost as much as one line.
EXTRA_AS_ONE = 64
#: Seconds from one ping to the next; a client that has sent nothing meanwhile is gone.
PING_EVERY = 30.0
# Seconds within which clients are pinged together.
_TOGETHER = 1.0

_Request = TypeVar("_Request")


class Pinged(Protocol):
    """
    A connection whose client is pinged.

    Attributes:
        has_heard: the client has sent something since it was pinged last, or could not be heard.
        paused: nothing is read: its pong is not either.
    """

    has_heard: bool
    paused: bool

    def ping(self) -> None:
        """
        Send a ping.
        """

    def cut(self, reason: str) -> None:
        """
        Cut the connection: the client is gone.
        """


@define(eq=False)
class Pings:
    """
    Pings the clients of a door, all by one timer: one for each takes more than all else of it.

    Args:
        clock: tells the time.
    """

    _clock: IReactorTime
    # When each is pinged, in seconds of the clock, the next one first.
    _due: dict[Pinged, float] = field(init=False, factory=dict)
    _timer: IDelayedCall | None = field(init=False, default=None)

    def add(self, client: Pinged) -> None:
        """
        Ping ``client`` from now on, the first time after `PING_EVERY`.
        """
        self._due[client] = self._clock.seconds() + PING_EVERY
        if self._timer is None:
            self._sleep()

    def remove(self, client: Pinged) -> None:
        """
        Ping ``client`` no more, if it was.
        """
        self._due.pop(client, None)
        if not self._due and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sleep(self) -> None:
        if self._due:
            wait = next(iter(self._due.values())) - self._clock.seconds()
            self._timer = self._clock.callLater(max(wait, _TOGETHER), self._ping)

    def _ping(self) -> None:
        self._timer, now = None, self._clock.seconds()
        try:
            for client in list(takewhile(lambda each: self._due[each] <= now, self._due)):
                del self._due[client]
                if client.paused or client.has_heard:
                    client.has_heard = False
                    self._due[client] = now + PING_EVERY
                    client.ping()
                else:
                    client.cut("no answer to a ping")
        finally:
            self._sleep()


@implementer(IHalfCloseableProtocol)
class RequestProtocol(protocol.Protocol, Connection, ABC, Generic[_Request]):
    """
    One connection of a program, which is the hub's `Client`.

    Attributes:
        paused: nothing is read.
        has_heard: as of `Pinged`, where the door pings.
    """

    can_be_asked = False
    takes_questions = False
    #: Every request shows that its user is there; otherwise the door says which do.
    is_active_by_all = True
    is_holding_back = False
    has_heard = True
    transport: Any

    def __init__(self) -> None:
        super().__init__()
        self.paused = False
        # The first one last; in most connections at most times there is none.
        self._waiting: list[_Request] = []
        self._next: IDelayedCall | None = None
        self._has_ended = False

    # -- what a door says -------------------------------------------------------------------------

    @property
    @abstractmethod
    def is_held(self) -> bool:
        """
        Whether no request can be done until the one before it is.
        """

    @property
    @abstractmethod
    def is_busy(self) -> bool:
        """
        Whether requests are not answered yet; those of the dispatcher count there.
        """

    @abstractmethod
    def read(self, data: bytes) -> list[_Request]:
        """
        Take what was read, and return the requests that are complete now.
        """

    @abstractmethod
    def read_rest(self) -> list[_Request]:
        """
        Return the requests that are complete because no more bytes come.
        """

    @abstractmethod
    def do_one(self, session: Session, request: _Request) -> None:
        """
        Do ``request``, or begin to.
        """

    @abstractmethod
    def fail(self, session: Session, request: _Request) -> None:
        """
        Log the exception being handled, without what was typed, and tell of it.
        """

    # -- what comes -------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """
        Get a session from the hub, and wait for the first request.
        """
        self.take_up()

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Tell the hub, and stop all timers.
        """
        if self._next is not None and self._next.active():
            self._next.cancel()
        self.let_go(reason)

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
        self.transport.resumeProducing()

    def dataReceived(self, data: bytes) -> None:
        """
        Take what was read, and do what it asks for, at the rate that is allowed.
        """
        session = self.session
        if self._is_closed or session is None or session.closed:
            return
        requests = self.read(data)
        if not requests:
            # Bytes without a request cost something too.
            session.line_bucket.spend(len(data) / READ_SIZE)
        self._waiting[:0] = reversed(requests)
        if self._next is None:
            self.do()

    def readConnectionLost(self) -> None:
        """
        Close when everything that was asked is answered; no more will come.
        """
        self._has_ended = True
        if self._is_closed:
            self.transport.loseConnection()
            return
        self._waiting[:0] = reversed(self.read_rest())
        self.go_on()

    def drained(self) -> None:
        """
        Do what waited for the client to read.
        """
        super().drained()
        self.do()

    # -- what is done -----------------------------------------------------------------------------

    def do(self) -> None:
        """
        Do as many requests as may be done now.
        """
        session = self.session
        if session is None or self._is_closed or self._next is not None:
            return
        if self._waiting and self.is_behind:
            # Nothing is sent while requests are done.
            self._wait()
            return
        if not self._do_some(session):
            return
        if self._waiting:
            self._do_later(0)
        elif self._has_ended:
            # Nobody answers a question any more.
            if not (self.is_busy or (session.running and session.question is None)):
                # Behind the answers; where sessions are held, as after any loss.
                self.factory.hub.fanout.close(session, "")
        elif self.paused:
            self.resumeProducing()

    def _do_some(self, session: Session) -> bool:
        """
        Do the first requests, and return whether no more of them have to wait.
        """
        waiting, rates = self._waiting, self.factory.dispatcher.rates
        is_limited = rates.is_limited(session)
        if waiting and self.is_active_by_all:
            session.active_at = self.factory.hub.seconds()
        for _ in range(_PER_TURN):
            if session.closed or self._is_closed:
                waiting.clear()
                return False
            if waiting and self.is_held:
                self._wait()
                return False
            if is_limited and (wait := rates.wait(session)):
                self._do_later(wait)
                return False
            if not waiting:
                break
            request = waiting.pop()
            try:
                self.do_one(session, request)
            except Exception:  # noqa: BLE001  # whatever it is: the others wait behind it
                self.fail(session, request)
        return True

    def _wait(self) -> None:
        """
        Read nothing until a request can be done.
        """
        if not self.paused:
            self.pauseProducing()

    def _do_later(self, seconds: float) -> None:
        self._wait()
        self.go_on(seconds)

    def go_on(self, seconds: float = 0.0) -> None:
        """
        Do what waits, in ``seconds``.
        """
        if self._next is None and not self._is_closed:
            self._next = self.factory.hub.clock.callLater(seconds, self._do_next)

    def _do_next(self) -> None:
        self._next = None
        self.do()

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
            self.go_on()

"""
The connections there are: counted, limited and logged, named or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.errors import ServerFull, TooManyConnections, TooManyNewConnections
from twisted_chat.limits import HostCounter, Limits, TokenBucket
from twisted_chat.log import LimitedLogger
from twisted_chat.people import Client, Session, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@define(eq=False, repr=False)
class Sessions:
    """
    The sessions of a hub, in the order in which they came.

    Args:
        seconds: the time, of a clock that never steps back.
    """

    _seconds: Callable[[], float]
    _sessions: dict[Session, None] = field(init=False, factory=dict)
    _hosts: HostCounter = field(init=False, factory=HostCounter)
    _numbers: int = field(init=False, default=0)
    _log: LimitedLogger = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._log = LimitedLogger(Logger(), self._seconds)

    def __iter__(self) -> Iterator[Session]:
        """
        Go through those there are now, whatever comes and goes meanwhile.
        """
        return iter(tuple(self._sessions))

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, session: object) -> bool:
        return session in self._sessions

    def take_up(self, client: Client, host: str | None, limits: Limits) -> Session:
        """
        Return a session for a new connection.

        Args:
            host: the address it comes from; None if that is not known yet or means nothing.

        Raises:
            ServerFull: there are as many as there may be.
            TooManyConnections: this host has as many as it may.
            TooManyNewConnections: this host opens them as fast as it may.
        """
        if limits.max_clients and len(self._sessions) >= limits.max_clients:
            self._log.warn(
                "Refused a connection from {origin}: the server is full", origin=_origin(host)
            )
            raise ServerFull
        self._admit(host, limits)
        self._numbers += 1
        bucket = TokenBucket(limits.rate, limits.burst)
        session = Session(
            client, host, self._numbers, self._seconds(), bucket, View(client.dialect)
        )
        self._sessions[session] = None
        self._log.info(
            "Connection {number} from {origin}", number=session.number, origin=_origin(host)
        )
        return session

    def locate(self, session: Session, host: str, limits: Limits) -> None:
        """
        Count ``session``, which came by a proxy, as one of ``host``'s.

        Raises:
            TooManyConnections: this host has as many as it may.
            TooManyNewConnections: this host opens them as fast as it may.
        """
        self._admit(host, limits)
        session.host = host
        self._log.info("Connection {number} is from {host!r}", number=session.number, host=host)

    def _admit(self, host: str | None, limits: Limits) -> None:
        if host is None:
            return
        try:
            self._hosts.admit(host, limits, self._seconds())
        except TooManyConnections:
            self._log.warn("Refused a connection from {host!r}: too many connections", host=host)
            raise
        except TooManyNewConnections:
            self._log.warn(
                "Refused a connection from {host!r}: too many new connections", host=host
            )
            raise

    def name(self, session: Session) -> None:
        """
        Log that ``session`` has its name.
        """
        self._log.info("Connection {number} is {nick!r}", number=session.number, nick=session.nick)

    def let_go(self, session: Session, cause: str) -> None:
        """
        Let ``session``, which is there, go for ``cause``.
        """
        del self._sessions[session]
        session.closed = True
        if session.host is not None:
            self._hosts.release(session.host)
        self._log.info(
            "Connection {number} {owned} closed: {cause!r}",
            number=session.number,
            owned=f"of {session.nick!r}" if session.nick else "without a name",
            cause=cause,
        )

    def tell_suppressed(self) -> None:
        """
        Log what was left out of the log because it was too much.
        """
        self._log.tell_suppressed()


def _origin(host: str | None) -> str:
    # A UNIX socket has none, and a proxy tells it later.
    return "no address" if host is None else repr(host)

"""
The connections there are: counted, limited and logged, named or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.errors import ServerFull, TooManyConnections, TooManyNewConnections
from twisted_chat.limits import HostCounter, Rate, TokenBucket
from twisted_chat.log import LimitedLogger
from twisted_chat.world.model import Session, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.world.client import Client
    from twisted_chat.world.world import World


#: So often the log says that a banned user was refused.
REFUSALS = Rate(1, 60)
#: Why a session ends that nobody here has ended.
HUNG_UP = "hung up"
# For so many seconds after that, users from the same host are logged once they have a name.
_QUIET = 600
# Hosts of which that is remembered.
_MOST_QUIET = 4096


@define(eq=False, repr=False)
class Sessions:
    """
    Adds sessions to the world and takes them out.

    Args:
        world: holds them.
    """

    _world: World
    _hosts: HostCounter = field(init=False, factory=HostCounter)
    _numbers: int = field(init=False, default=0)
    _log: LimitedLogger = field(init=False)
    # The hosts from which a user banned came by a name: who that was, and until when it counts.
    _quiet: dict[str, tuple[str, float]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._log = LimitedLogger(Logger(), self._world.seconds)

    def __iter__(self) -> Iterator[Session]:
        """
        Go through those there are now, whatever comes and goes meanwhile.
        """
        return iter(tuple(self._world.sessions))

    def __len__(self) -> int:
        return len(self._world.sessions)

    def __contains__(self, session: object) -> bool:
        return session in self._world.sessions

    def take_up(self, client: Client, host: str | None) -> Session:
        """
        Return a session for a new connection.

        Args:
            host: the address it comes from; None if there is none.

        Raises:
            ServerFull: there are as many as there may be.
            TooManyConnections: this host has reached its limit.
            TooManyNewConnections: this host has reached its rate.
        """
        limits = self._world.limits
        if limits.max_clients and len(self._world.sessions) >= limits.max_clients:
            self._log.warn(
                "Refused a connection from {origin}: the server is full", origin=_origin(host)
            )
            raise ServerFull
        self._admit(host)
        self._numbers += 1
        bucket = TokenBucket(limits.rate, limits.burst)
        session = Session(
            client, host, self._numbers, self._world.seconds(), bucket, View(client.dialect)
        )
        self._world.sessions[session] = None
        self._world.begun[session] = None
        self._log_unless_banned(session)
        return session

    def _log_unless_banned(self, session: Session) -> None:
        if self._banned_at(session.host) is None:
            self._log_coming(session)

    def _log_coming(self, session: Session) -> None:
        """
        Log the connection of ``session``, now that its user is likely not banned.
        """
        session.is_logged = True
        self._log.info(
            "Connection {number} from {origin}",
            number=session.number,
            origin=_origin(session.host),
        )

    def _admit(self, host: str | None) -> None:
        if host is None:
            return
        try:
            self._hosts.admit(host, self._world.limits, self._world.seconds())
        except (TooManyConnections, TooManyNewConnections) as refusal:
            banned = self._banned_at(host)
            if banned is not None:
                self.refuse(banned, host)
            elif isinstance(refusal, TooManyConnections):
                self._log.warn(
                    "Refused a connection from {host!r}: too many connections", host=host
                )
            else:
                self._log.warn(
                    "Refused a connection from {host!r}: too many new connections", host=host
                )
            raise

    def refuse(self, banned: str, host: str | None) -> None:
        """
        Log that a ``banned`` user from ``host`` was refused; they may try again and again.
        """
        self._log.warn("Refused {whom!r}, who is banned", at_most=REFUSALS, whom=banned)
        if host is not None:
            self._quiet.pop(host, None)
            self._quiet[host] = banned, self._world.seconds() + _QUIET
            if len(self._quiet) > _MOST_QUIET:
                del self._quiet[next(iter(self._quiet))]

    def _banned_at(self, host: str | None) -> str | None:
        """
        Return the banned users who came from ``host`` not long ago and were refused.
        """
        banned, until = self._quiet.get(host or "", ("", 0.0))
        return banned if until > self._world.seconds() else None

    def name(self, session: Session) -> None:
        """
        Log that ``session`` has its name.
        """
        if not session.is_logged:
            self._log_coming(session)
        self._log.info("Connection {number} is {nick!r}", number=session.number, nick=session.nick)

    def let_go(self, session: Session, cause: str) -> None:
        """
        Remove ``session``, which is here, for ``cause``.
        """
        del self._world.sessions[session]
        self._world.begun.pop(session, None)
        session.closed = True
        if session.host is not None:
            self._hosts.release(session.host)
        if not session.is_logged:
            self._log_unless_banned(session)
        if session.is_logged:
            self._log.info(
                "Connection {number} {owned} closed: {cause!r}",
                number=session.number,
                owned=f"of {session.nick!r}" if session.nick else "without a name",
                cause=cause,
            )

    def tell_suppressed(self) -> None:
        """
        Log how many lines were left out of the log.
        """
        self._log.tell_suppressed()


def _origin(host: str | None) -> str:
    # A UNIX socket has none.
    return "no address" if host is None else repr(host)

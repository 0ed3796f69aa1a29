"""
Admission: how many connections there may be, those from which nothing has come included.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.limits import HostRates

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IReactorTime

#: Connections beyond the limit, so that a client reads in its own words that the server is full,
#: and a health check that the server lives.
SPARE = 16


class Member(Protocol):
    """
    A connection that is not recognised yet.

    Attributes:
        host: its address, as limits count it; None if there is none.
    """

    host: str | None

    def end(self, farewell: bytes) -> None:
        """
        Close it, with ``farewell`` to a user who was shown the prompt.
        """

    def give_way(self, refusal: bytes) -> None:
        """
        Close it for another one, with ``refusal`` where that can be read.
        """


class Counted(Protocol):
    """
    A door.

    Attributes:
        connections: the number of its open connections.
    """

    connections: int

    def refresh(self, settings: Any, motd: str) -> None:
        """
        Apply new settings, and a new message of the day.
        """


@define(eq=False)
class Admission:
    """
    Counts the connections of all ports and their doors.

    When there are as many as there may be, one that is silent gives way, the longest silent one of
    the host that has the most of them: a crowd that connects and says nothing keeps nobody out.

    Args:
        limit: returns how many there may be; 0 is no limit.

    Attributes:
        doors: those of all ports.
        handshakes: the TLS handshakes of each host.
        admitted: how many were let in since the start.
    """

    _limit: Callable[[], int]
    doors: list[Counted] = field(init=False, factory=list)
    handshakes: HostRates = field(init=False, factory=HostRates)
    admitted: int = field(init=False, default=0)
    # By host; no host is without any.
    _silent: dict[str | None, dict[Member, None]] = field(init=False, factory=dict)
    _heard: set[Member] = field(init=False, factory=set)

    @property
    def total(self) -> int:
        """
        How many there are: those that a door closes included, those that gave way not.
        """
        waiting = sum(map(len, self._silent.values())) + len(self._heard)
        return waiting + sum(door.connections for door in self.doors)

    @property
    def ended(self) -> int:
        """
        How many have ended since the start.
        """
        return self.admitted - self.total

    @property
    def overflows(self) -> bool:
        """
        Whether there are more than there may be.
        """
        limit = self._limit()
        return bool(limit) and self.total > limit

    def admit(self, member: Member, refusal: Callable[[], bytes], spare: int = SPARE) -> bool:
        """
        Count a new connection, and return whether there is room for it.

        Args:
            refusal: returns what one is told that gives way.
            spare: so many beyond the limit are let in, to be told why they must go.
        """
        limit = self._limit()
        if limit and self.total >= limit:
            if self._silent:
                crowd = max(self._silent.values(), key=len)
                longest = next(iter(crowd))
                longest.give_way(refusal())
                self.let_go(longest)
            elif self.total >= limit + spare:
                return False
        self.await_again(member)
        self.admitted += 1
        return True

    def hear(self, member: Member) -> None:
        """
        Note that ``member`` has sent something.
        """
        self._forget(member)
        self._heard.add(member)

    def await_again(self, member: Member) -> None:
        """
        Note that ``member`` is silent: nothing came, or nothing but what TLS begins with.
        """
        self._heard.discard(member)
        self._silent.setdefault(member.host, {})[member] = None

    def let_go(self, member: Member) -> None:
        """
        Count ``member`` no longer: it is with its door, or gone.
        """
        self._forget(member)
        self._heard.discard(member)

    def _forget(self, member: Member) -> None:
        crowd = self._silent.get(member.host, {})
        crowd.pop(member, None)
        if not crowd:
            self._silent.pop(member.host, None)

    def close(self, farewell: bytes) -> None:
        """
        End all that are with no door yet.
        """
        silent = chain.from_iterable(self._silent.values())
        for member in (*silent, *self._heard):
            member.end(farewell)

    def when_empty(self, clock: IReactorTime, within: float) -> Deferred[None]:
        """
        Return what fires once there is no connection any more, or ``within`` seconds are over.

        Those count too that were closed before and whose users have not read why yet.
        """
        done: Deferred[None] = Deferred()
        self._look_whether_empty(done, clock, clock.seconds() + within)
        return done

    def _look_whether_empty(self, done: Deferred[None], clock: IReactorTime, until: float) -> None:
        if self.total and clock.seconds() < until:
            clock.callLater(0.05, self._look_whether_empty, done, clock, until)
        else:
            done.callback(None)

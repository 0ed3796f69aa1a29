"""
Admission: how many connections there may be, those from which nothing has come included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from twisted_chat.limits import HostRates

if TYPE_CHECKING:
    from collections.abc import Callable


class Member(Protocol):
    """
    A connection that is not recognised yet.
    """

    def end(self, farewell: bytes) -> None:
        """
        Close it, with ``farewell`` to a user who was shown the prompt.
        """


class Counted(Protocol):
    """
    A door.

    Attributes:
        connections: the number of its open connections.
    """

    connections: int


@define(eq=False)
class Admission:
    """
    Counts the connections of all ports and their doors.

    When there are as many as there may be, the one that has been silent for longest gives way: a
    crowd that connects and says nothing keeps nobody out.

    Args:
        limit: returns how many there may be; 0 is no limit.

    Attributes:
        doors: those of all ports.
        handshakes: the TLS handshakes of each host.
    """

    _limit: Callable[[], int]
    doors: list[Counted] = field(init=False, factory=list)
    handshakes: HostRates = field(init=False, factory=HostRates)
    _silent: dict[Member, None] = field(init=False, factory=dict)
    _heard: set[Member] = field(init=False, factory=set)

    @property
    def total(self) -> int:
        """
        How many there are: those that a door closes included, those that gave way not.
        """
        waiting = len(self._silent) + len(self._heard)
        return waiting + sum(door.connections for door in self.doors)

    def admit(self, member: Member, refusal: Callable[[], bytes]) -> bool:
        """
        Count a new connection, and return whether there is room for it.

        Args:
            refusal: returns what one is told that gives way.
        """
        limit = self._limit()
        if limit and self.total >= limit:
            if not self._silent:
                return False
            longest = next(iter(self._silent))
            longest.end(refusal())
            self.let_go(longest)
        self._silent[member] = None
        return True

    def hear(self, member: Member) -> None:
        """
        Note that ``member`` has sent something.
        """
        self._silent.pop(member, None)
        self._heard.add(member)

    def await_again(self, member: Member) -> None:
        """
        Note that ``member`` has done what it must do before it speaks, such as a TLS handshake.
        """
        self._heard.discard(member)
        self._silent[member] = None

    def let_go(self, member: Member) -> None:
        """
        Count ``member`` no longer: it is with its door, or gone.
        """
        self._silent.pop(member, None)
        self._heard.discard(member)

    def close(self, farewell: bytes) -> None:
        """
        End all that are with no door yet.
        """
        for member in (*self._silent, *self._heard):
            member.end(farewell)

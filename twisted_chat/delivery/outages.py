"""
Outages: telling operators that the store fails, and that it works again.

A disk may fail and recover many times a minute, so this limits the messages.  That it fails is
always told at once; that it works again may be told later than it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds between two ends that are told.
INTERVAL = 60.0


@define(eq=False)
class Outages:
    """
    Tells of the beginning of an outage at once, and of an end at most once a minute.

    Until an end is told, lines are not said to be safe, whatever begins and ends meanwhile.

    Args:
        clock: for the minute.
        tell: told that an outage has begun (True), or that it has ended (False).
    """

    _clock: IReactorTime
    _tell: Callable[[bool], None]
    _is_on: bool = field(init=False, default=False)
    _is_told: bool = field(init=False, default=False)
    # Everything lost so far, and how much of that was told.
    _cost: int = field(init=False, default=0)
    _told_cost: int = field(init=False, default=0)
    _minute: IDelayedCall | None = field(init=False, default=None)
    _is_stopped: bool = field(init=False, default=False)

    def begin(self) -> None:
        """
        Note that an outage begins.
        """
        self._is_on = True
        if not self._is_told:
            self._is_told = True
            self._tell(True)

    def end(self, cost: int) -> None:
        """
        Note that the outage is over.

        Args:
            cost: the lines lost so far, in this outage and all before it.
        """
        self._is_on = False
        self.note(cost)

    def note(self, cost: int) -> None:
        """
        Note that something was lost, perhaps without an outage.

        Args:
            cost: as of `end`.
        """
        self._cost = cost
        if self._minute is None or not self._minute.active():
            self._tell_end()

    def stop(self) -> None:
        """
        Stop telling.
        """
        self._is_stopped = True
        if self._minute is not None and self._minute.active():
            self._minute.cancel()

    def _tell_end(self) -> None:
        is_news = self._is_told or self._cost != self._told_cost
        if is_news and not self._is_on:
            self._is_told = False
            self._told_cost = self._cost
            if not self._is_stopped:
                self._minute = self._clock.callLater(INTERVAL, self._tell_end)
            self._tell(False)

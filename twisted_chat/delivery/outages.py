"""
Outages: telling operators that the store fails, and that it works again.

A disk may fail and recover many times a minute, so this limits the messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds between two outages that are told.
INTERVAL = 60.0


@define(eq=False)
class Outages:
    """
    Tells of the beginning and the end of an outage, at most once a minute.

    One that begins too soon after another is told when the minute is over, if it lasts until then.
    Otherwise it is not told, unless lines were lost.

    Args:
        clock: for the minute.
        tell: told that an outage has begun (True), or that it has ended (False).
    """

    _clock: IReactorTime
    _tell: Callable[[bool], None]
    _is_on: bool = field(init=False, default=False)
    _is_told: bool = field(init=False, default=False)
    # Everything lost in outages, and how much of that was told.
    _cost: int = field(init=False, default=0)
    _told_cost: int = field(init=False, default=0)
    _minute: IDelayedCall | None = field(init=False, default=None)

    def begin(self) -> None:
        """
        Note that an outage begins.
        """
        self._is_on = True
        self._tell_news()

    def end(self, cost: int) -> None:
        """
        Note that the outage is over.

        Args:
            cost: the lines lost so far, in this outage and all before it.
        """
        self._is_on = False
        self._cost = cost
        if self._is_told:
            self._tell_end()

    def note(self, cost: int) -> None:
        """
        Note that something was lost without an outage, which is told at most once a minute too.

        Args:
            cost: as of `end`.
        """
        self._cost = cost
        is_quiet = self._minute is None or not self._minute.active()
        if is_quiet and not self._is_on and self._cost != self._told_cost:
            self._minute = self._clock.callLater(INTERVAL, self._tell_news)
            self._tell_end()

    def stop(self) -> None:
        """
        Stop telling.
        """
        if self._minute is not None and self._minute.active():
            self._minute.cancel()

    def _tell_news(self) -> None:
        if self._minute is not None and self._minute.active():
            return
        if self._is_on and not self._is_told:
            self._is_told = True
            self._minute = self._clock.callLater(INTERVAL, self._tell_news)
            self._tell(True)
        elif not self._is_on and self._cost != self._told_cost:
            self._tell_end()

    def _tell_end(self) -> None:
        self._is_told = False
        self._told_cost = self._cost
        self._tell(False)

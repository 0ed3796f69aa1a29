"""
Outages: operators are told that the store fails, and that it works again.

A disk may fail and mend many times a minute, which nobody wants to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

    from twisted_chat.world.world import World

#: Seconds from one trouble that is told to the next.
INTERVAL = 60.0


@define(eq=False)
class Outages:
    """
    Tells of the beginning and the end of a trouble, and of one a minute at most.

    What begins too soon after another one is told when the minute is over, if it goes on then.  If
    it does not, nothing is told of it, unless it has cost something.

    Args:
        clock: for the minute.
        tell: told that a trouble has begun (True), or that it has ended (False).
    """

    _clock: IReactorTime
    _tell: Callable[[bool], None]
    _is_on: bool = field(init=False, default=False)
    _is_told: bool = field(init=False, default=False)
    # What troubles have cost in all, and how much of that was told.
    _cost: int = field(init=False, default=0)
    _told_cost: int = field(init=False, default=0)
    _minute: IDelayedCall | None = field(init=False, default=None)

    def begin(self) -> None:
        """
        Take up that something is wrong.
        """
        self._is_on = True
        self._tell_news()

    def end(self, cost: int) -> None:
        """
        Take up that all is well.

        Args:
            cost: what was lost so far, in this trouble and all that were before it.
        """
        self._is_on = False
        self._cost = cost
        if self._is_told:
            self._tell_end()

    def stop(self) -> None:
        """
        Tell nothing any more.
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


def tell_staff(world: World, lost: int, *, begins: bool) -> None:
    """
    Tell the operators of the server who are here that an outage begins, or has ended.

    Args:
        lost: lines that were lost so far.
    """
    sentence = (
        "*** Messages are not saved at the moment: the disk fails. The log says why. ***"
        if begins
        else f"*** Messages are saved again; {lost} lines were lost. ***"
    )
    for user in world.users.values():
        if user.is_staff:
            user.notify(sentence)

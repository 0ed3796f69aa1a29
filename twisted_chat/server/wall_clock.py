"""
The wall clock: its steps are told to the log.

Timers follow a clock that never steps, but times are shown and kept by this one.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger

if TYPE_CHECKING:
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds between two looks.
INTERVAL = 10.0
#: The smallest step that is told, in seconds.
STEP = 2.0

_log = Logger()


@define(eq=False)
class WallClock:
    """
    Watches the wall clock.

    Args:
        clock: never steps.
    """

    _clock: IReactorTime
    # How far the wall clock is ahead of that.
    _ahead: float = field(init=False, default=0.0)
    _next: IDelayedCall | None = field(init=False, default=None)

    def start(self) -> None:
        """
        Begin to watch.
        """
        self._ahead = time.time() - self._clock.seconds()
        self._next = self._clock.callLater(INTERVAL, self._look)

    def stop(self) -> None:
        """
        End that.
        """
        if self._next is not None and self._next.active():
            self._next.cancel()

    def _look(self) -> None:
        self._next = self._clock.callLater(INTERVAL, self._look)
        ahead = time.time() - self._clock.seconds()
        step, self._ahead = ahead - self._ahead, ahead
        if abs(step) > STEP:
            _log.warn("The wall clock stepped by {step:.1f} s; timers are not affected", step=step)

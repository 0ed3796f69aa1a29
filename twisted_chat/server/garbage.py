"""
Garbage: when Python looks for objects that nothing but a cycle of them refers to.

Python goes through all objects now and then, and that takes 100 ms with 10,000 users: everybody
waits.  Nearly all of these objects stay as long as their users, so here they are set aside
(``gc.freeze``) a moment after they were made, and Python goes through what is younger.  A closed
connection is such a cycle.  All objects are gone through when as many connections have ended as
are open, so that each of them pays for its own share.
"""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds after which what is still there is set aside.
INTERVAL = 0.5
#: Seconds after which everything is gone through, whatever has ended.
AT_LEAST_EVERY = 3600.0
#: So few ended connections are not worth it; they hold about 5 MB.
FEW = 1000

# Objects made before the youngest are gone through, and how often until the next age.
_YOUNG, _OLDER = 5000, 10
# Python itself never goes through all.
_NEVER = 2**31 - 1


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """
    Collect no garbage in this block: nearly all that a start imports and makes stays.

    To go through it again and again would take a tenth of the start.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@define(eq=False)
class GarbageCollection:
    """
    Goes through objects in the place of Python, which counts them alone.

    Args:
        clock: calls it again.
        count: returns how many connections are open, and how many have ended since the start.
    """

    _clock: IReactorTime
    _count: Callable[[], tuple[int, int]]
    _thresholds: tuple[int, int, int] = field(init=False, default=(700, 10, 10))
    _ended: int = field(init=False, default=0)
    _all_at: float = field(init=False, default=0.0)
    _next: IDelayedCall | None = field(init=False, default=None)

    def start(self) -> None:
        """
        Take over from Python, and set aside all that was made for the start.

        Nearly all of that stays, so that it is not gone through now either: that would take a
        tenth of the start.
        """
        self._thresholds = gc.get_threshold()
        gc.set_threshold(_YOUNG, _OLDER, _NEVER)
        self._note_all()
        gc.freeze()
        self._next = self._clock.callLater(INTERVAL, self._look)

    def stop(self) -> None:
        """
        Leave it to Python again.
        """
        if self._next is not None and self._next.active():
            self._next.cancel()
            gc.set_threshold(*self._thresholds)
            gc.unfreeze()

    def _look(self) -> None:
        self._next = self._clock.callLater(INTERVAL, self._look)
        still_open, ended = self._count()
        if (
            ended - self._ended >= max(FEW, still_open)
            or self._clock.seconds() - self._all_at >= AT_LEAST_EVERY
        ):
            self._collect_all()
        else:
            gc.collect(1)
            gc.freeze()

    def _collect_all(self) -> None:
        self._note_all()
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def _note_all(self) -> None:
        _, self._ended = self._count()
        self._all_at = self._clock.seconds()

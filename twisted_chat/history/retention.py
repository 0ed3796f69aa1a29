"""
Retention: deleting old history in the background, a little at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import CancelledError, Deferred

from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import id_at

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from twisted_chat.history.recorder import Recorder
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.interface import Store
    from twisted_chat.text.durations import Duration
    from twisted_chat.world.world import World

#: Seconds from the start to the first round, and from the end of one round to the next.
SOON = 2.0
INTERVAL = 300.0
#: Lines, messages or rooms of one step, and the seconds between two.  A step takes about a
#: millisecond, which is all that a turn may wait for it; 4,000 lines a second can be deleted.
STEP = 200
PAUSE = 0.05


@define(eq=False)
class Retention:
    """
    Deletes history that is too old, and rooms without history.

    Args:
        world: says how long history is kept.
        store: holds them.
        recorder: holds the latest changes.
        timelines: have the latest lines in memory.
        log: for failures of the store.
    """

    _world: World
    _store: Store
    _recorder: Recorder
    _timelines: Timelines
    _log: LimitedLogger
    _rounds: Deferred[None] | None = field(init=False, default=None)

    def start(self) -> None:
        """
        Start the rounds.
        """
        self._rounds = Deferred.fromCoroutine(self._go_rounds())
        self._rounds.addErrback(_stopped)

    def stop(self) -> None:
        """
        Stop before the next step.
        """
        if self._rounds is not None:
            self._rounds.cancel()

    async def _go_rounds(self) -> None:
        await self._pause(SOON)
        while True:
            try:
                await self._forget_lines()
                await self._forget_rooms()
            except CancelledError:
                raise
            except StoreFailed as error:
                self._log.warn("Old history could not be deleted: {problem}", problem=str(error))
            except Exception:
                self._log.report("Old history could not be deleted")
            await self._pause(INTERVAL)

    async def _forget_lines(self) -> None:
        oldest = oldest_kept(self._world.limits.keep_history, self._world.now())
        # A store in memory has limited room; dropped lines must not be shown either.
        gone = self._store.forgotten + 1
        self._recorder.forget(gone, oldest / 1e6)
        self._timelines.forget_lines(gone, oldest / 1e6)
        while oldest and await self._store.prune(oldest, STEP):
            await self._pause(PAUSE)

    async def _forget_rooms(self) -> None:
        rooms = self._timelines.rooms()
        for start in range(0, len(rooms), STEP):
            await self._timelines.forget_rooms(rooms[start : start + STEP])
            await self._pause(PAUSE)

    def _pause(self, seconds: float) -> Deferred[None]:
        over: Deferred[None] = Deferred(lambda _: call.cancel())
        call = self._world.clock.callLater(seconds, over.callback, None)
        return over


def _stopped(failure: Failure) -> None:
    failure.trap(CancelledError)


def oldest_kept(age: Duration, now: float) -> int:
    """
    Return the earliest time that is kept at ``now``, in microseconds since the epoch.

    Args:
        age: how long history is kept; 0 is for ever.
        now: in seconds since the epoch.
    """
    return id_at(now - age.total_seconds()) if age else 0

"""
The calendar: users who see the time of each line are told when a new day begins.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.replies.pages import NewDay

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.world.world import World

#: Seconds between two looks at the clock: it may be set meanwhile, and the last session may end.
INTERVAL = 1.0


@define(eq=False)
class Calendar:
    """
    Looks for midnight for as long as there are sessions.

    Args:
        world: holds them.
        fanout: tells them.
    """

    _world: World
    _fanout: Fanout
    _watching: bool = field(init=False, default=False)
    _midnight: float = field(init=False, default=0.0)

    def watch(self) -> None:
        """
        Begin to look, if that has not begun.
        """
        if not self._watching:
            self._midnight = next_midnight(self._world.now())
            self._wait()

    def _wait(self) -> None:
        self._watching = True
        left = self._midnight - self._world.now()
        self._world.clock.callLater(min(max(left, 0.0), INTERVAL), self._look)

    def _look(self) -> None:
        self._watching = False
        if not self._world.sessions:
            return
        now = self._world.now()
        if now >= self._midnight:
            for session in self._world.sessions:
                if session.user is not None and session.view.dialect.preferences.time:
                    self._fanout.tell(session, NewDay(now))
        # The clock may have been set back too.
        self._midnight = next_midnight(now)
        self._wait()


def next_midnight(at: float) -> float:
    """
    Return when the day after ``at`` begins where the server is; a day may have 23 or 25 hours.
    """
    day = time.localtime(at)
    return time.mktime((day.tm_year, day.tm_mon, day.tm_mday + 1, 0, 0, 0, 0, 0, -1))

"""
Times out connections that give no name and guests who say nothing.

Users with an account may read for as long as they like: a peer that is gone is found by the door.

One sweep a second over all sessions costs less than a timer for each of them, which every line
would have to set back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.replies.server import Cause, Closed, ClosesSoon

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.people.connections import Connections
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World

#: Seconds between two looks at everybody.
INTERVAL = 1.0
#: Seconds of warning before an idle guest is closed; half of a timeout no longer than that.
WARNING = 60.0


@define(eq=False)
class Timeouts:
    """
    Watches sessions for as long as there are any.

    Args:
        world: holds them.
        fanout: warns them.
        connections: are closed.
    """

    _world: World
    _fanout: Fanout
    _connections: Connections
    _watching: bool = field(init=False, default=False)

    def watch(self) -> None:
        """
        Begin to watch, if that has not begun.
        """
        if not self._watching:
            self._watching = True
            self._world.clock.callLater(INTERVAL, self._sweep)

    def _sweep(self) -> None:
        self._watching = False
        if not self._world.sessions:
            return
        now = self._world.seconds()
        for session in tuple(self._world.sessions):
            if session.user is None:
                self._expect_name(session, now)
            elif session.user.account is None:
                self._expect_line(session, now)
        self.watch()

    def _expect_name(self, session: Session, now: float) -> None:
        timeout = self._world.limits.login_timeout
        if timeout and now - session.connected_at >= timeout:
            self._fanout.end_name_prompt(session)
            farewell = Closed(self._world.now(), Cause.NO_NAME, seconds=timeout)
            self._connections.close(session, farewell, "login timeout")

    def _expect_line(self, session: Session, now: float) -> None:
        timeout = self._world.limits.idle_timeout
        if not timeout:
            return
        idle = now - session.active_at
        if idle >= timeout:
            farewell = Closed(self._world.now(), Cause.IDLE, session.nick, timeout)
            self._connections.close(session, farewell, "idle timeout")
        elif (
            idle >= timeout - (WARNING if timeout > WARNING else timeout / 2)
            and session.warned_at <= session.active_at
        ):
            session.warned_at = now
            left = max(1, round(timeout - idle))
            self._fanout.tell(session, ClosesSoon(self._world.now(), Cause.IDLE, left))

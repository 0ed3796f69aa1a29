"""
Times out connections that give no name and guests who say nothing.

Users with an account may read for as long as they like: a peer that is gone is found by the door.

A look once a second costs less than a timer for each session, which every line would have to set
back.  It is at those sessions alone whose time may be over; when a line has come since, it is put
off until then.
"""

from __future__ import annotations

import math
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING
from weakref import ref

from attrs import define, field

from twisted_chat.events import Departure
from twisted_chat.replies.server import Cause, Closed, ClosesSoon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.people.connections import Connections
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World

#: Seconds between two looks at all sessions.
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
    # When to look at which session, the next one first; what was put off since is passed over.
    _looks: list[tuple[float, int, ref[Session]]] = field(init=False, factory=list)
    _order: Iterator[int] = field(init=False, factory=count)
    # The login and the idle timeout for which these are.
    _timeouts: tuple[float, float] = field(init=False, default=(0.0, 0.0))

    def watch(self) -> None:
        """
        Begin to watch, if that has not begun.
        """
        if not self._watching:
            self._watching = True
            self._world.clock.callLater(INTERVAL, self._sweep)

    def _sweep(self) -> None:
        self._watching = False
        begun, self._world.begun = self._world.begun, {}
        if not self._world.sessions:
            self._looks.clear()
            return
        now, limits = self._world.seconds(), self._world.limits
        timeouts = limits.login_timeout, limits.idle_timeout
        if timeouts != self._timeouts:
            self._timeouts, begun = timeouts, dict(self._world.sessions)
        for session in begun:
            self._put_off(session, now)
        for session in self._due(now):
            if session.user is None:
                self._expect_name(session, now)
            elif session.user.account is None:
                self._expect_line(session, now)
            self._put_off(session, now)
        self._forget_stale()
        self.watch()

    def _forget_stale(self) -> None:
        """
        Forget the looks at sessions that are gone, when these are most of them.
        """
        if len(self._looks) > 2 * len(self._world.sessions):
            self._looks = [look for look in self._looks if self._session_of(look) is not None]
            heapify(self._looks)

    def _session_of(self, look: tuple[float, int, ref[Session]]) -> Session | None:
        """
        Return the session of ``look``; None if it is gone, or another look has taken its place.
        """
        look_at, _, reference = look
        session = reference()
        if session is None or session.closed or session.look_at != look_at:
            return None
        return session

    def _due(self, now: float) -> list[Session]:
        """
        Take out the sessions that it is time to look at.
        """
        due: list[Session] = []
        while self._looks and self._looks[0][0] <= now:
            session = self._session_of(heappop(self._looks))
            if session is not None:
                session.look_at = math.inf
                due.append(session)
        return due

    def _put_off(self, session: Session, now: float) -> None:
        """
        Set the next look at ``session``: when its time may be over, or in the next second.
        """
        login_timeout, idle_timeout = self._timeouts
        user = session.user
        timeout = login_timeout if user is None else idle_timeout
        # An account that is given up is noted with the sessions that have begun.
        if session.closed or not timeout or (user is not None and user.account is not None):
            session.look_at = math.inf
            return
        if user is None:
            look_at = session.connected_at + timeout
        else:
            unwarned = timeout - _warning(timeout)
            look_at = session.active_at + unwarned
            if session.warned_at > session.active_at:
                # A line that comes now must be warned of again in time.
                look_at = min(session.active_at + timeout, now + unwarned)
        if session.look_at <= look_at:
            # It is looked at before that, and put off then.
            return
        session.look_at = look_at
        heappush(self._looks, (look_at, next(self._order), ref(session)))

    def _expect_name(self, session: Session, now: float) -> None:
        timeout = self._world.limits.login_timeout
        if session.is_waiting:
            # For the owner of an account, who answers in time or not.
            session.connected_at = now
        if timeout and now - session.connected_at >= timeout:
            self._fanout.end_name_prompt(session)
            farewell = Closed(self._world.now(), Cause.NO_NAME, seconds=timeout)
            self._connections.close(session, farewell, Departure(cause="login-timeout"))

    def _expect_line(self, session: Session, now: float) -> None:
        timeout = self._world.limits.idle_timeout
        if not timeout:
            return
        idle = now - session.active_at
        if idle >= timeout:
            farewell = Closed(self._world.now(), Cause.IDLE, session.nick, timeout)
            self._connections.close(session, farewell, Departure(cause="idle-timeout"))
        elif idle >= timeout - _warning(timeout) and session.warned_at <= session.active_at:
            session.warned_at = now
            left = max(1, round(timeout - idle))
            self._fanout.tell(session, ClosesSoon(self._world.now(), Cause.IDLE, left))


def _warning(timeout: float) -> float:
    """
    Return the seconds from the warning to the end.
    """
    return WARNING if timeout > WARNING else timeout / 2

"""
Disconnecting users a few at a time before a restart, so that they do not all return at once.
"""

from __future__ import annotations

import random
from collections import deque
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.events import Departure
from twisted_chat.replies.server import Cause, Closed, ClosesSoon

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.questions import Questions
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.programs.visits import Visits
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World

# Seconds between two rounds.  Users who leave in the same round are told in one line.
_INTERVAL = 0.25


@define(eq=False)
class LameDuck:
    """
    The last seconds of a server that accepts no more connections.

    Args:
        world: holds whose connections are to go.
        questions: tell them, also at a prompt.
        connections: are closed.
        visits: say which sessions go on after the restart.
        seconds: how long this may take.
        then: called when no session is left.
    """

    _world: World
    _questions: Questions
    _connections: Connections
    _visits: Visits
    _seconds: float
    _then: Callable[[], None]
    _moments: deque[tuple[float, Session]] = field(init=False, factory=deque)

    def begin(self) -> None:
        """
        Tell all sessions, and choose a moment for each.
        """
        sessions = list(self._world.sessions)
        random.shuffle(sessions)
        now = self._world.seconds()
        for place, session in enumerate(sessions):
            warning = ClosesSoon(self._world.now(), Cause.RESTART, self._seconds)
            self._questions.interrupt(session, warning)
            # Pure chance would crowd some moments, so each session has its own span.
            share = (place + random.random()) / len(sessions)  # noqa: S311  # no secret
            self._moments.append((now + share * (self._seconds - _INTERVAL), session))
        self._go_on()

    def _go_on(self) -> None:
        now = self._world.seconds()
        while self._moments and self._moments[0][0] <= now:
            _, session = self._moments.popleft()
            farewell = Closed(self._world.now(), Cause.RESTART, session.nick)
            if self._visits.goes_on(session):
                self._connections.dismiss(session, farewell, "restart")
            else:
                self._connections.close(session, farewell, Departure(cause="restart"))
        if self._moments and self._world.sessions:
            self._world.clock.callLater(_INTERVAL, self._go_on)
        else:
            self._then()

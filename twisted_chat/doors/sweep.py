"""
The sweep: finds the peers who do not take what the kernel holds for them.
"""

from __future__ import annotations

import socket
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from attrs import define, field

from twisted_chat.doors.sockets import acknowledged, socket_of, unacknowledged

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.doors.outbox import Outbox

# Seconds between two looks at a peer; less for short limits.
_LOOK_EVERY = 5.0
# Peers looked at in one turn of the reactor, which takes 0.2 to 0.4 ms.
_LOOKS_PER_TURN = 100


class _Owed(NamedTuple):
    """
    What the kernel holds for one peer.

    Attributes:
        due: how many bytes of the whole stream the peer has acknowledged when it has all of it.
        until: when it must have that, in seconds of the clock.
    """

    due: int
    until: float


@define(eq=False)
class Sweep:
    """
    Gives up peers that do not take what the kernel holds for them, for all connections of a door.

    What waits in an `Outbox` is timed by itself; this is for what waits behind it, and looks only
    every few seconds, because each look is a system call.

    Args:
        clock: wakes it.
        timeout: returns the seconds within which a peer must take what it is owed; 0 is no limit.
    """

    _clock: IReactorTime
    _timeout: Callable[[], float]
    _peers: dict[Outbox, socket.socket] = field(init=False, factory=dict)
    # Of those that had something to take at the last look, which few have at most times.
    _owed: dict[Outbox, _Owed] = field(init=False, factory=dict)
    _queue: deque[Outbox] = field(init=False, factory=deque)
    _is_awake: bool = field(init=False, default=False)

    def add(self, outbox: Outbox, transport: object) -> None:
        """
        Add the peer of ``transport``, if there is a TCP socket below it.
        """
        handle = socket_of(transport)
        if handle is None or handle.family == socket.AF_UNIX or not hasattr(socket, "TCP_INFO"):
            return
        self._peers[outbox] = handle
        if not self._is_awake:
            self._is_awake = True
            self._sleep()

    def remove(self, outbox: Outbox) -> None:
        """
        Remove a peer.
        """
        self._peers.pop(outbox, None)
        self._owed.pop(outbox, None)

    def _sleep(self) -> None:
        timeout = self._timeout()
        pause = min(_LOOK_EVERY, max(timeout / 6, 0.1)) if timeout else _LOOK_EVERY
        self._clock.callLater(pause, self._begin)

    def _begin(self) -> None:
        self._queue.extend(self._peers)
        self._look()

    def _look(self) -> None:
        now, timeout = self._clock.seconds(), self._timeout()
        for _ in range(min(_LOOKS_PER_TURN, len(self._queue))):
            outbox = self._queue.popleft()
            handle = self._peers.get(outbox)
            if handle is None or not timeout:
                continue
            if outbox.is_blocked:
                self._owed.pop(outbox, None)
            elif self._is_overdue(outbox, handle, now, timeout):
                outbox.give_up("not reading")
        if self._queue:
            self._clock.callLater(0, self._look)
        elif self._peers:
            self._sleep()
        else:
            self._is_awake = False

    def _is_overdue(
        self, outbox: Outbox, handle: socket.socket, now: float, timeout: float
    ) -> bool:
        """
        Return whether the peer has not taken in time what it was owed.

        If it has, it is given as long for what it is owed now.
        """
        try:
            owed = unacknowledged(handle.fileno())
            if not owed:
                self._owed.pop(outbox, None)
                return False
            taken = acknowledged(handle)
        except (OSError, ValueError):
            # It was closed.
            return False
        before = self._owed.get(outbox)
        if before is None or taken >= before.due:
            before = self._owed[outbox] = _Owed(taken + owed, now + timeout)
        return now >= before.until

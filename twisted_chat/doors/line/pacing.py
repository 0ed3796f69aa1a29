"""
Pacing: limits the rate of lines, and closes connections that stay faster.
"""

from __future__ import annotations

from attrs import define, field

from twisted_chat.doors.sockets import READ_SIZE

#: Lines of one connection that are processed in one turn of the reactor.
LINES_PER_TURN = 16
#: Seconds for which a client may send faster than allowed before it is closed.
FLOOD_TIMEOUT = 180.0


@define(eq=False)
class Pacing:
    """
    For how long one connection has been slowed.

    There is one from when lines had to wait until the connection has been slow enough again.  It
    is told the time, in seconds of a clock that never steps back.

    Args:
        slowed_at: since when.
    """

    _slowed_at: float
    _probe_at: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._probe_at = self._slowed_at + FLOOD_TIMEOUT

    def may_read(self, now: float) -> bool:
        """
        Return whether to read more though many lines wait.
        """
        return now >= self._probe_at

    def look_again(self, now: float) -> None:
        """
        Read on until the next line, to see whether a long paste ends there.
        """
        self._probe_at = now + FLOOD_TIMEOUT / 3

    def is_flood(self, now: float, lines: int, size: int, burst: float) -> bool:
        """
        Return whether this has gone on for too long, now that more was read.

        Args:
            lines: how many.
            size: in bytes.
            burst: lines that may come at once.
        """
        # A few words after a long paste are not a flood.
        return now - self._slowed_at >= FLOOD_TIMEOUT and (lines > burst or size >= READ_SIZE)

"""
Pacing: limits the rate of lines, and closes connections that stay faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.sockets import READ_SIZE

if TYPE_CHECKING:
    from twisted_chat.limits import TokenBucket

#: Lines of one connection that are processed in one turn of the reactor.
LINES_PER_TURN = 16
#: Seconds for which a client may send faster than allowed before it is closed.
FLOOD_TIMEOUT = 180.0


@define(eq=False)
class Pacing:
    """
    For how long one connection has been slowed.

    It is told the time, in seconds of a clock that never steps back.

    Attributes:
        is_slowed: lines had to wait, and the connection has not been slow enough since.
    """

    is_slowed: bool = field(init=False, default=False)
    _slowed_at: float = field(init=False, default=0.0)
    _probe_at: float = field(init=False, default=0.0)

    def slow_down(self, now: float) -> bool:
        """
        Note that lines must wait, and return whether to read more all the same.
        """
        if not self.is_slowed:
            self.is_slowed = True
            self._slowed_at = now
            self._probe_at = now + FLOOD_TIMEOUT
        return now >= self._probe_at

    def look_again(self, now: float) -> None:
        """
        Read on until the next line, to see whether a long paste ends there.
        """
        self._probe_at = now + FLOOD_TIMEOUT / 3

    def keeps_flooding(
        self, now: float, bucket: TokenBucket, lines: int, size: int, burst: float
    ) -> bool:
        """
        Return whether this has gone on for too long, now that more was read.

        Args:
            lines: how many.
            size: in bytes.
            burst: lines that may come at once.
        """
        if not self.is_slowed or bucket.is_full(now):
            self.is_slowed = False
            return False
        # A few words after a long paste are not a flood.
        return now - self._slowed_at >= FLOOD_TIMEOUT and (lines > burst or size >= READ_SIZE)

"""
The exchanges of keys of all connections: a few at once, so that a flood of them disturbs nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Exchanges at once; each takes a millisecond or two of the processor.
AT_ONCE = 10
#: Seconds after which an exchange that its client does not end counts no more: what it costs the
#: server is paid, and others need not wait for that client.
COUNTED_FOR = 1.0


@define(eq=False)
class Exchanges:
    """
    Lets connections exchange keys, in the order in which they ask.

    Args:
        clock: tells the time.
    """

    _clock: IReactorTime
    _open: dict[object, IDelayedCall] = field(init=False, factory=dict)
    _waiting: dict[object, Callable[[], None]] = field(init=False, factory=dict)

    def begin(self, connection: object, go_on: Callable[[], None]) -> None:
        """
        Call ``go_on`` once ``connection`` may exchange keys: now, or in a later turn.
        """
        if len(self._open) < AT_ONCE:
            self._count(connection)
            go_on()
        else:
            self._waiting[connection] = go_on

    def end(self, connection: object) -> None:
        """
        Note that ``connection`` exchanges no keys any more, or not yet and never.
        """
        self._waiting.pop(connection, None)
        timer = self._open.pop(connection, None)
        if timer is None:
            return
        if timer.active():
            timer.cancel()
        if self._waiting:
            following = next(iter(self._waiting))
            self._count(following)
            self._clock.callLater(0, self._waiting.pop(following))

    def _count(self, connection: object) -> None:
        self._open[connection] = self._clock.callLater(COUNTED_FOR, self.end, connection)

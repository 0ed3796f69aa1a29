"""
The exchanges of keys of all connections: a few at once, so that a flood of them disturbs nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Exchanges at once; each takes a millisecond or two of the processor.
AT_ONCE = 10
#: Seconds after which an exchange that its client does not end counts no more: what it costs the
#: server is paid, and others need not wait for that client.
COUNTED_FOR = 1.0


class Peer(Protocol):
    """
    A connection that exchanges keys.
    """

    @property
    def host(self) -> str | None:
        """
        Where it comes from, as limits count it; None if that is not known.
        """


@define(eq=False)
class Exchanges:
    """
    Lets connections exchange keys: hosts in turn, and those of one host in their order.

    So however many come from one host, another one waits for no more than one of them.

    Args:
        clock: tells the time.
    """

    _clock: IReactorTime
    _open: dict[Peer, IDelayedCall] = field(init=False, factory=dict)
    # By host; the one whose turn is next comes first.
    _waiting: dict[str | None, dict[Peer, Callable[[], None]]] = field(init=False, factory=dict)

    def begin(self, peer: Peer, go_on: Callable[[], None]) -> None:
        """
        Call ``go_on`` once ``peer`` may exchange keys: now, or in a later turn.
        """
        if len(self._open) < AT_ONCE:
            self._count(peer)
            go_on()
        else:
            self._waiting.setdefault(peer.host, {})[peer] = go_on

    def end(self, peer: Peer) -> None:
        """
        Note that ``peer`` exchanges no keys any more, or not yet and never.
        """
        self._take(peer)
        timer = self._open.pop(peer, None)
        if timer is None:
            return
        if timer.active():
            timer.cancel()
        if self._waiting:
            host, own = next(iter(self._waiting.items()))
            following = next(iter(own))
            go_on = self._take(following)
            if host in self._waiting:
                self._waiting[host] = self._waiting.pop(host)
            self._count(following)
            self._clock.callLater(0, go_on)

    def _take(self, peer: Peer) -> Callable[[], None]:
        own = self._waiting.get(peer.host, {})
        go_on = own.pop(peer, _nothing)
        if not own:
            self._waiting.pop(peer.host, None)
        return go_on

    def _count(self, peer: Peer) -> None:
        self._open[peer] = self._clock.callLater(COUNTED_FOR, self.end, peer)


def _nothing() -> None:
    pass

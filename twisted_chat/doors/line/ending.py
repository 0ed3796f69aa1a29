"""
How the input of a client ends: by nothing more to say, or with the whole connection.
"""

from __future__ import annotations

import select
from typing import TYPE_CHECKING

from attrs import define, field, frozen
from twisted.internet.abstract import FileDescriptor

if TYPE_CHECKING:
    from twisted_chat.doors.line.waiting import WaitingLines
    from twisted_chat.world.model import Session

# Of Linux; elsewhere an end of input is seen when it is read.
_HAS_ENDED = getattr(select, "POLLRDHUP", 0)


@frozen
class Peer:
    """
    The other side of a connection.

    Attributes:
        has_ended: it sends no more: it has closed its side, or all of the connection.
        is_lost: it takes nothing any more either.
    """

    has_ended: bool = False
    is_lost: bool = False


def look_at_peer(transport: object) -> Peer:
    """
    Return what is known of the other side of ``transport``, also if nothing is read from it.

    A peer that has closed the whole connection looks like one that still reads until something is
    sent to it: it answers that with a reset.
    """
    if not isinstance(transport, FileDescriptor) or transport.fileno() < 0:
        return Peer()
    poll = select.poll()
    poll.register(transport.fileno(), _HAS_ENDED)
    ((_, events),) = poll.poll(0) or [(0, 0)]
    return Peer(
        has_ended=bool(events & _HAS_ENDED),
        is_lost=bool(events & (select.POLLHUP | select.POLLERR)),
    )


@define(eq=False)
class Ending:
    """
    What is known of the end of one client's input.

    Args:
        waiting: the lines that still wait.

    Attributes:
        has_come: all that will come was read.
    """

    _waiting: WaitingLines
    has_come: bool = field(init=False, default=False)
    _is_probed: bool = field(init=False, default=False)

    def is_lost(self, session: Session, transport: object) -> bool:
        """
        Return whether nobody is at the other side of ``transport`` any more.
        """
        peer = look_at_peer(transport)
        if peer.has_ended and not peer.is_lost:
            # The end is read when there is room for what comes before it.
            self.probe(session)
        return peer.is_lost

    def probe(self, session: Session) -> None:
        """
        Send something, once, which a peer that has closed the whole connection does not take.
        """
        if not self._is_probed:
            self._is_probed = True
            self._waiting.tell(session)

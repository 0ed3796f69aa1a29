"""
What the kernel knows of the other side of a connection, while its lines wait.
"""

from __future__ import annotations

import select

from attrs import frozen
from twisted.internet.abstract import FileDescriptor

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

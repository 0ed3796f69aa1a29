"""
How the input of a client ends: by nothing more to say, or with the whole connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.line.peer import look_at_peer

if TYPE_CHECKING:
    from twisted_chat.doors.line.waiting import WaitingLines
    from twisted_chat.world.model import Session


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

"""
Held sessions: what stands in the place of a connection that is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.events import Broadcast, Event, Invited, Told
from twisted_chat.replies.programs import ReadUpTo
from twisted_chat.replies.reply import Labelled, Reply
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from twisted_chat.world.client import Prompt

#: What one session is told alone while it is held; of more, the earliest is forgotten.
MOST_KEPT = 1000
# What is for one session alone; all else is read again from the history of rooms.
_KEPT = (Reply, Told, Invited, Broadcast, ReadUpTo)


@define(eq=False)
class Held:
    """
    Stands in the place of a lost connection: keeps what its session alone is told.

    It is the `Client` of a held session, and its `Dialect` too.

    Attributes:
        told: what is kept, in order.
    """

    told: list[Event] = field(init=False, factory=list)
    is_private: bool = field(init=False, default=False)
    echoes: bool = field(init=False, default=True)
    can_be_asked: bool = field(init=False, default=False)
    is_holding_back: bool = field(init=False, default=False)
    is_personal: bool = field(init=False, default=False)
    merges_presence: bool = field(init=False, default=False)
    preferences: Preferences = field(init=False, factory=Preferences)

    @property
    def dialect(self) -> Held:
        """
        What keeps all that is told.
        """
        return self

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> Held:
        """
        Return this one: nothing makes a difference.
        """
        return self

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Keep ``event``, if it is not read from the history of a room; there is nobody to send to.
        """
        if isinstance(event.event if isinstance(event, Labelled) else event, _KEPT):
            self.told.append(event)
            del self.told[:-MOST_KEPT]
        return b""

    def write(self, data: bytes) -> None:
        """
        Do nothing.
        """

    def close(self, reason: str) -> None:
        """
        Do nothing: there is no connection.
        """

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return nothing: nobody is there.
        """
        return b""

    def hold_back(self, lines: int) -> None:
        """
        Do nothing.
        """

    def resume(self) -> None:
        """
        Do nothing.
        """

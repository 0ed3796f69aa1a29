"""
The dialect of values: what is told is kept as it is, and made into something else elsewhere.

Besides the door of values, single commands by SSH use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from twisted_chat.signals import is_signal
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from twisted_chat.events import Event
    from twisted_chat.world.client import Prompt


@frozen(eq=False)
class ValueDialect:
    """
    Keeps what is told; the bytes are no more than the place where that is.

    What is told to sessions with the same dialect is kept once for all of them.

    Attributes:
        told: everything that was told to anybody, and the prompts.
    """

    told: list[Event | Prompt | None] = field(factory=list)

    @property
    def is_personal(self) -> bool:
        """
        Whether a line that names its reader is rendered otherwise for that reader: never.
        """
        return False

    @property
    def merges_presence(self) -> bool:
        """
        Whether joins and parts that follow each other are read as one: never.
        """
        return False

    @property
    def follows_names(self) -> bool:
        """
        Whether it is told new names of users whom its program ignores: no.
        """
        return False

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return the place of ``event``; a signal has none.
        """
        if is_signal(event):
            return b""
        return self.keep(event)

    def keep(self, value: Event | Prompt | None) -> bytes:
        """
        Keep ``value``, and return its place.
        """
        self.told.append(value)
        return b"%d\n" % (len(self.told) - 1)

    @property
    def preferences(self) -> Preferences:
        """
        How it is: nothing makes a difference.
        """
        return Preferences()

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> ValueDialect:
        """
        Return this dialect: there is nothing to prefer.
        """
        return self

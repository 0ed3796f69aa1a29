"""
What a command is told: the dialect of its session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.signals import is_signal
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.events import Event


@define(eq=False)
class Told:
    """
    Keeps the events that it is to render.

    Args:
        as_json: returns an event as a line of JSON; None for lines that users read.

    Attributes:
        events: those that were not taken yet.
    """

    as_json: Callable[[Event], bytes] | None = None
    events: list[Event] = field(init=False, factory=list)
    is_personal: bool = field(init=False, default=False)
    merges_presence: bool = field(init=False, default=False)
    preferences: Preferences = field(init=False, factory=Preferences)

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> Told:
        """
        Return this dialect: there is nothing to prefer.
        """
        return self

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Keep ``event``, and return a byte in its place; nothing for a signal.
        """
        if is_signal(event):
            return b""
        self.events.append(event)
        return b"."

"""
Held sessions: what stands in the place of a connection that is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from twisted_chat.events import Event
    from twisted_chat.world.client import Prompt


@define(eq=False)
class Held:
    """
    Stands in the place of a lost connection: there is nobody to send to.

    It is the `Client` of a held session, and its `Dialect` too.  What its session alone is told
    stays in its `Inbox`, and what rooms hear is read again from their history.
    """

    is_private: bool = field(init=False, default=False)
    echoes: bool = field(init=False, default=True)
    can_be_asked: bool = field(init=False, default=False)
    # It is asked again when its program has come back.
    takes_questions: bool = field(init=False, default=True)
    marks_itself: bool = field(init=False, default=True)
    has_taken_all: bool = field(init=False, default=False)
    is_holding_back: bool = field(init=False, default=False)
    door: str = field(init=False, default="")
    device: str = field(init=False, default="")
    is_personal: bool = field(init=False, default=False)
    merges_presence: bool = field(init=False, default=False)
    follows_names: bool = field(init=False, default=False)
    preferences: Preferences = field(init=False, factory=Preferences)

    @property
    def dialect(self) -> Held:
        """
        What renders nothing.
        """
        return self

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> Held:
        """
        Return this one: nothing makes a difference.
        """
        return self

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return nothing.
        """
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

"""
The doorstep: the hub's client for a connection that has not logged in yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.text import PLAIN, TextDialect

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.world.client import Prompt


@define(eq=False)
class Doorstep:
    """
    A client that is told nothing but why it has to go.

    Args:
        send_away: ends the connection with a sentence.
    """

    _send_away: Callable[[bytes], None]
    dialect: TextDialect = field(init=False, default=PLAIN)
    is_private: bool = field(init=False, default=True)
    echoes: bool = field(init=False, default=False)
    can_be_asked: bool = field(init=False, default=False)
    marks_itself: bool = field(init=False, default=True)
    has_taken_all: bool = field(init=False, default=True)
    door: str = field(init=False, default="ssh")
    device: str = field(init=False, default="")
    takes_questions: bool = field(init=False, default=False)
    is_holding_back: bool = field(init=False, default=False)
    _told: bytes = field(init=False, default=b"")

    def write(self, data: bytes) -> None:
        """
        Note what is said last.
        """
        self._told = data

    def close(self, reason: str) -> None:
        """
        End the connection.
        """
        self._send_away(self._told.strip() or b"Goodbye.")

    def hold_back(self, lines: int) -> None:
        """
        Do nothing: no line comes before the login.
        """

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return nothing: questions are asked by SSH itself.
        """
        return b""

    def resume(self) -> None:
        """
        Do nothing: nothing waits.
        """

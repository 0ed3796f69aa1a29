"""
The output of a command: what its user reads of an event, as text or as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.doors.text import PLAIN
from twisted_chat.replies.pages import Transcript
from twisted_chat.replies.server import Closed
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.events import Event
    from twisted_chat.replies.reply import Refused

# What these have done, their user knows.
_SILENT = ("send", "msg")
# Events of rooms that are not talk stand in `tail -f` as in any room.
_TIMED = PLAIN.adapt(Preferences(time=True), several_rooms=False)


@frozen
class Output:
    """
    Turns events into what one command prints; each may be nothing.

    Args:
        verb: the first word of the command.
        as_json: returns an event as a line of JSON; None for text.
        has_terminal: it goes to a terminal, whose lines end with CR LF.
    """

    _verb: str
    _as_json: Callable[[Event], bytes] | None
    _has_terminal: bool

    def answer(self, event: Event, nick: str) -> bytes:
        """
        Return what the command has asked for, as ``nick`` reads it.
        """
        if self._as_json is not None:
            return self.fitted(self._as_json(event))
        if self._verb == "tail" and isinstance(event, Transcript):
            return self.fitted(b"".join(_TIMED.render(line) for line in event.lines))
        if self._verb in _SILENT or isinstance(event, Closed):
            return b""
        return self.fitted(PLAIN.render(event, nick))

    def told(self, event: Event) -> bytes:
        """
        Return what happens in the room that is followed.
        """
        return self.fitted((self._as_json or _TIMED.render)(event))

    def refusal(self, refused: Refused) -> bytes:
        """
        Return what a program reads of a refusal; users read `complaint` alone.
        """
        return b"" if self._as_json is None else self.fitted(self._as_json(refused))

    def complaint(self, event: Event) -> bytes:
        """
        Return ``event`` for the standard error.
        """
        return self.fitted(PLAIN.render(event))

    def fitted(self, data: bytes) -> bytes:
        """
        Return ``data`` with the ends of lines that its reader needs.
        """
        data = data.replace(b"\r\n", b"\n")
        return data.replace(b"\n", b"\r\n") if self._has_terminal else data

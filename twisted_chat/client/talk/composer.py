"""
The composer: what the user types is sent, or they are told why not.
"""

from __future__ import annotations

from attrs import define

from twisted_chat.client.show.line import Line, refusal, status
from twisted_chat.client.talk.arrival import Arrival
from twisted_chat.client.talk.outgoing import Outgoing
from twisted_chat.client.talk.rooms import Rooms
from twisted_chat.client.talk.telling import Telling
from twisted_chat.client.talk.typed import command, request_of

# Bytes of a request beside its text.
_AROUND = 512


@define(eq=False)
class Composer:
    """
    Sends what the user types.

    Args:
        arrival: knows whether the server knows the user.
        rooms: know the current one.
        outgoing: sends requests.
        telling: knows the user's last line in each room.

    Attributes:
        max_message: the bytes that a request may have.
    """

    _arrival: Arrival
    _rooms: Rooms
    _outgoing: Outgoing
    _telling: Telling
    max_message: int = 16384

    @property
    def longest(self) -> int:
        """
        The bytes that a message may have.
        """
        return self.max_message - _AROUND

    @property
    def last_own(self) -> tuple[int, str] | None:
        """
        The number and the text of the user's last line in the current room; None for none.
        """
        return self._telling.own.get(self._rooms.current)

    def typed(self, text: str) -> list[Line]:
        """
        Take a message of one line or several that the user typed; return what to tell them.
        """
        if not text.strip():
            return []
        if len(text.encode(errors="replace")) > self.longest:
            sentence = f"That was not sent: a message may have at most {self.longest} bytes."
            return [refusal(sentence)]
        if not self._arrival.was_in:
            return [refusal("That was not sent: the server does not know you yet.")]
        self._outgoing.send(request_of(text.strip("\n"), self._rooms.current))
        if self._outgoing.is_open:
            return []
        return [status("That will be sent when the connection is back.")]

    def edit(self, room: str, number: int, text: str) -> list[Line]:
        """
        Change a line of the user's own in ``room``, and return what to tell them.

        Where they have left that room for another one, nothing is changed: there, the number is
        that of another line.
        """
        if room != self._rooms.current or self._outgoing.is_moving:
            return [refusal(f"Line {number} was not changed: you are not in #{room} any more.")]
        self._outgoing.send(command("edit", number=number, text=text))
        return []

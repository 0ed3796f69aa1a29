"""
What was missed: reads all that was said while a connection was lost, page by page.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from twisted_chat.client.show.line import Line, Message
from twisted_chat.client.talk.outgoing import Outgoing
from twisted_chat.client.talk.rooms import Rooms
from twisted_chat.client.talk.telling import Telling

# Lines on a page; the server gives no more at once.
_PAGE = 200


@define(eq=False)
class Missed:
    """
    Reads what was missed.

    Args:
        rooms: know the last line of each room.
        outgoing: asks for pages.
        telling: makes lines of them.
    """

    _rooms: Rooms
    _outgoing: Outgoing
    _telling: Telling
    # The rooms whose last line is asked for.
    _looked_for: set[str] = field(init=False, factory=set)
    # The rooms that are read on, by the label of the request.
    _pages: dict[str, str] = field(init=False, factory=dict)

    def find_last(self, room: str) -> None:
        """
        Ask for the last line of ``room``, if none is known: what follows it may be missed.
        """
        if room in self._rooms.last or room in self._looked_for or not self._outgoing.is_open:
            return

        def found(answers: list[Message]) -> None:
            self._looked_for.discard(room)
            for page in answers:
                # In an empty room, whatever is said follows.
                self._rooms.note(room, 0)
                for line in page.get("lines", ()):
                    self._rooms.note(room, int(line["number"]))

        self._looked_for.add(room)
        self._outgoing.ask({"request": "history", "room": room, "count": 1}, found)

    def read_on(self, room: str) -> None:
        """
        Read what follows the last line known of ``room``.
        """
        if room in self._rooms.last:
            after = self._rooms.last[room]
            page = {"request": "history", "room": room, "after": after, "count": _PAGE}
            self._pages[self._outgoing.send(page)] = room

    def page(self, told: Message) -> Iterator[Line]:
        """
        Yield the lines of a page, and read on if it is of what was missed and not all of that.

        The server goes through by itself what a user missed who was not connected.
        """
        goes_on = self._pages.pop(str(told.get("label", "")), "") != ""
        if goes_on:
            told = {**told, "kind": "missed"}
        lines = list(self._telling.lines(told))
        if told["kind"] == "missed" and not told["count"] and told["has_more"]:
            # Below it stands that there is more.
            del lines[-1:]
            self.read_on(str(told["room"]))
        # The page before it has a heading already.
        yield from lines[goes_on:]

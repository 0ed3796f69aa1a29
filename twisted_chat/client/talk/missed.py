"""
What was missed: reads what was said while a connection was lost, or before the user came.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from twisted_chat.client.show.line import Kind, Line, Message
from twisted_chat.client.talk.outgoing import Outgoing
from twisted_chat.client.talk.rooms import Rooms
from twisted_chat.client.talk.telling import Telling

# Lines on a page; the server gives no more at once.
_PAGE = 200
_EARLIER = "--- /history shows earlier lines ---"


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
    # What was unread of rooms that the user looks at now, likewise.
    _unread: dict[str, Message] = field(init=False, factory=dict)

    def count_unread(self) -> None:
        """
        Ask how much is unread in all rooms, and which line of each was the last.
        """

        def found(answers: list[Message]) -> None:
            told = next((each for each in answers if each.get("event") == "unread"), None)
            self._rooms.count(told["rooms"] if told is not None else ())

        self._rooms.ask()
        self._outgoing.ask({"request": "unread"}, found)

    def show_unread(self, earlier: Message) -> None:
        """
        Show what was unread in a room from before the user came.

        Args:
            earlier: what the server has counted there.
        """
        request: Message = {"request": "history", "room": earlier["room"], "count": _PAGE}
        # What came since was shown.
        request["before"] = int(earlier["last"]) + 1
        self._unread[self._outgoing.send(request)] = earlier

    def mark_read(self) -> None:
        """
        Tell the server that all of the current room is read, and all messages, unless it knows.
        """
        if self._outgoing.is_open:
            for nick, id_ in self._rooms.letters.items():
                self._outgoing.tell({"request": "read", "nick": nick, "id": id_})
            self._rooms.letters.clear()
        room = self._rooms.current
        number = self._rooms.last.get(room, 0)
        if self._outgoing.is_open and number > self._rooms.read.get(room, 0):
            self._rooms.marked(room, number)
            self._outgoing.tell({"request": "read", "room": room, "number": number})

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
        label = str(told.get("label", ""))
        if label in self._unread:
            yield from self._unread_page(told, self._unread.pop(label))
            return
        goes_on = self._pages.pop(label, "") != ""
        if goes_on:
            told = {**told, "kind": "missed"}
        lines = list(self._telling.lines(told))
        if told["kind"] == "missed" and not told["count"] and told["has_more"]:
            # Below it stands that there is more.
            del lines[-1:]
            self.read_on(str(told["room"]))
        # The page before it has a heading already.
        yield from lines[goes_on:]

    def _unread_page(self, told: Message, earlier: Message) -> Iterator[Line]:
        lines = [each for each in told["lines"] if each["number"] > earlier["number"]]
        is_cut = bool(told["has_more"]) and len(lines) == len(told["lines"])
        counted = {
            "count": earlier["lines"], "mentions": earlier["mentions"],
            "is_at_least": earlier["is_at_least"],
        }  # fmt: skip
        page = {**told, **counted, "kind": "missed", "lines": lines, "has_more": False}
        for place, line in enumerate(self._telling.lines(page)):
            yield line
            if is_cut and not place:
                # Below the heading.
                yield Line(Kind.HEADING, line.at, _EARLIER, room=line.room)

"""
What waits to be read: unread lines of other rooms, and users who wrote in private.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from attrs import define, field

from twisted_chat.client.show.line import Message

# Lines that are remembered until the server has counted: it may never answer.
_MOST = 1000
# Letters, digits and what names hold beside them; elsewhere a name begins and ends.
_WORD = r"[\w'\u02bc\u2019-]"
# Thai, Lao, Tibetan, Burmese, Hangul, Khmer, kana and Han: written without spaces between words,
# or with particles behind the name (Unicode, Blocks.txt).
_SPACELESS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u30ff\u3130-\u318f\u3400-\u9fff"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@define
class Unread:
    """
    What was said in a room that the user does not look at.

    Attributes:
        lines: how many.
        mentions: how many of them name the user.
        is_at_least: there may be more.
        earlier: what the server has counted of it from before the user came, who was not shown
            that; None for nothing.
    """

    lines: int = 0
    mentions: int = 0
    is_at_least: bool = False
    earlier: Message | None = None


@define(eq=False)
class Rooms:
    """
    The rooms that the user is in, and which of them they look at.

    Attributes:
        current: where what they type is said; empty for none.
        last: the number of the last line known of each room.
        read: the number of the line up to which each room is read, as the server knows it.
        unread: of the rooms they are in, but for the current one.
        letters: the id of the last message of each user that was not marked as read yet.
        writers: who wrote to them in private and was not answered, the earliest first.
    """

    current: str = ""
    last: dict[str, int] = field(factory=dict)
    read: dict[str, int] = field(factory=dict)
    unread: dict[str, Unread] = field(factory=dict)
    letters: dict[str, int] = field(factory=dict)
    writers: dict[str, None] = field(factory=dict)
    # What was heard since the server was asked what is unread: the room, the number, and whether
    # it names the user; None if it was not asked.
    _heard: deque[tuple[str, int, bool]] | None = field(init=False, default=None)
    # The last lines that were known then: what came behind them is shown by itself.
    _known: dict[str, int] = field(init=False, factory=dict)

    @property
    def names(self) -> list[str]:
        """
        The names of all rooms, the current one first.
        """
        return [*([self.current] if self.current else []), *self.unread]

    def follow(self, told: Message, nick: str, *, is_back: bool) -> None:
        """
        Follow the user from room to room.

        Args:
            told: any event of the server.
            nick: of the user.
            is_back: the server tells where they are after a connection was lost.
        """
        match told.get("event"):
            # A visit beside others of the same user begins in their rooms.
            case "rooms-restored" | "welcome":
                for room in told["rooms"]:
                    self.add(room)
            case "entered" if told["is_elsewhere"] or (is_back and self.current):
                self.add(told["room"])
            case "current-room" if is_back and self.current:
                # They are put where they were.
                pass
            case "entered" | "current-room":
                self.enter(told["room"])
            case "left" if told["nick"] == nick:
                self.leave(told["room"])
            case "kicked" if told["is_yours"] and told["room"]:
                self.leave(told["room"])
            case "read-up-to":
                self.marked(told["room"], told["number"])
            case "private-read-up-to":
                self.marked_private(told["nick"], told["id"])

    def enter(self, room: str) -> None:
        """
        Talk in ``room`` from now on; it is read then.
        """
        if self.current and self.current != room:
            self.unread[self.current] = Unread()
        self.unread.pop(room, None)
        self.current = room

    def add(self, room: str) -> None:
        """
        Add a room that the user is in without talking there.
        """
        if room != self.current:
            self.unread.setdefault(room, Unread())

    def clear(self) -> None:
        """
        Forget everything: another user comes.
        """
        self.current = ""
        for known in (
            *(self.last, self.read, self.unread, self.letters, self.writers, self._known),
        ):
            known.clear()
        self._heard = None

    def leave(self, room: str) -> None:
        """
        Remove ``room``; the server says which one is talked in then.
        """
        self.unread.pop(room, None)
        self.last.pop(room, None)
        self.read.pop(room, None)
        if room == self.current:
            self.current = ""

    def heard(self, room: str, number: int, *, names_user: bool = False) -> None:
        """
        Count a line that another user said in ``room``.

        Args:
            number: of the line; 0 if it has none.
            names_user: it names the user of the client.
        """
        self.note(room, number)
        if self._heard is not None:
            self._heard.append((room, number, names_user))
        if room in self.unread:
            self.unread[room].lines += 1
            self.unread[room].mentions += names_user

    def marked(self, room: str, number: int) -> None:
        """
        Note that ``room`` is read up to line ``number``, here or elsewhere.
        """
        self.read[room] = max(number, self.read.get(room, 0))
        if room in self.unread and room in self.last and number >= self.last[room]:
            self.unread[room] = Unread()

    def marked_private(self, key: str, id_: int) -> None:
        """
        Note that what others wrote is read up to a message, by what the user typed or elsewhere.

        Args:
            key: the nick of the other user, without case; empty for all users.
            id_: of the message.
        """
        for nick in tuple(self.writers):
            if key in ("", nick.casefold()) and self.letters.get(nick, 0) <= id_:
                self.letters.pop(nick, None)
                self.answered(nick)

    def ask(self) -> None:
        """
        Note that the server is asked what is unread; `count` takes the answer.
        """
        self._heard, self._known = deque(maxlen=_MOST), dict(self.last)

    def count(self, told: Iterable[Message]) -> None:
        """
        Take what the server has counted, and add what was heard since.

        Args:
            told: of each room; a room that was never marked as read is not counted.
        """
        heard, self._heard = self._heard or (), None
        for each in told:
            room, after, last = each["room"], each["number"], int(each["last"])
            if last < self._known.get(room, 0):
                # The server keeps nothing, and was restarted: its numbers begin again.
                self.last[room] = last
                self.read.pop(room, None)
            if room not in self._known:
                self.note(room, last)
            if room not in self.unread or not after:
                continue
            self.read[room] = max(after, self.read.get(room, 0))
            lines, mentions = int(each["lines"]), int(each["mentions"])
            unread = Unread(lines, mentions, bool(each["is_at_least"]))
            if lines and room not in self._known:
                unread.earlier = each
            self.unread[room] = unread
            for name, number, names_user in heard:
                if name == room and number > last:
                    unread.lines += 1
                    unread.mentions += names_user

    def note(self, room: str, number: int) -> None:
        """
        Note that a line of this number is known.
        """
        self.last[room] = max(number, self.last.get(room, 0))

    def wrote(self, nick: str, id_: int) -> None:
        """
        Note that ``nick`` wrote in private.

        Args:
            id_: of the message; 0 if it is not kept.
        """
        self.writers[nick] = None
        if id_:
            self.letters[nick] = id_

    def answered(self, nick: str) -> None:
        """
        Note that the user wrote to ``nick`` in private.
        """
        self.writers.pop(nick, None)

    def next(self) -> str:
        """
        Return the room to look at next: one with mentions, with lines, or any; empty for none.
        """
        order = sorted(
            self.unread, key=lambda room: (-self.unread[room].mentions, -self.unread[room].lines)
        )
        return order[0] if order else ""


def names(text: str, words: Iterable[str]) -> bool:
    """
    Return whether ``text`` holds one of ``words`` as a word of its own, in any case.

    Words in scripts without spaces are found anywhere.
    """
    return any(
        re.search(
            re.escape(word)
            if _SPACELESS.match(word)
            else rf"(?<!{_WORD}){re.escape(word)}(?!{_WORD})",
            text,
            re.IGNORECASE,
        )
        for word in words
        if word
    )

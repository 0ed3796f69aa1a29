"""
Telling: turns messages of the server into lines, and counts what is unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import define, evolve, field

from twisted_chat.client.show import lists, pages, replies
from twisted_chat.client.show.line import Kind, Line, Message
from twisted_chat.client.show.news import news
from twisted_chat.client.talk.rooms import Rooms, names

# Not told to the user: what they see anyway, and what is for the client.
_QUIET = frozenset(
    {
        "hello", "done", "completed", "read-up-to", "numbered", "recalled", "token-changed",
        "unread", "attention", "private-read-up-to",
    }
)  # fmt: skip
# Pages whose lines follow each other, up to the last one known.
_IN_ORDER = frozenset({"earlier", "history", "missed"})
# Pages that are not worth a word if nothing is on them.
_UNASKED = frozenset({"earlier", "missed", "waiting", "changed"})


@define(eq=False)
class Telling:
    """
    Makes lines of what the server tells.

    Args:
        rooms: are told what was said in them.
        notify: words that count as the name of the user.

    Attributes:
        nick: of the user.
        own: the number and the text of the user's last line, by room.
    """

    _rooms: Rooms
    _notify: Sequence[str]
    nick: str = field(init=False, default="")
    own: dict[str, tuple[int, str]] = field(init=False, factory=dict)
    # As the user has set it at the server: words that count as their name, and the rooms of which
    # they are told otherwise than by mentions.
    _highlights: Sequence[str] = field(init=False, default=())
    _levels: dict[str, str] = field(init=False, factory=dict)

    def begin(self) -> None:
        """
        Note that the server does not know this visit yet, and says what its user has set.
        """
        self._highlights, self._levels = (), {}

    def lines(self, told: Message) -> Iterator[Line]:
        """
        Yield the lines to show for an event.

        Raises:
            LookupError, TypeError, ValueError: a member is missing, or is something else.
        """
        match told["event"]:
            case "said" | "acted" | "announced":
                if not self._was_read(told):
                    yield self._heard(told)
            case "told":
                yield self._written(told)
            case "transcript":
                yield from self._page(told)
            case "attention":
                self._highlights = [str(word) for word in told["highlights"]]
                self._levels = {str(room): str(level) for room, level in told["notify"].items()}
            case event if event not in _QUIET:
                yield from self._worded(told)

    def _was_read(self, told: Message) -> bool:
        """
        Return whether ``told`` answers what the user said, and they have read that already.

        An answer that was lost comes again, behind the page of what they missed.
        """
        last = self._rooms.last.get(str(told["room"]), 0)
        return "label" in told and 0 < int(told["number"]) <= last

    def _heard(self, told: Message) -> Line:
        room, number = str(told["room"]), int(told["number"])
        line = pages.talk(told, self.nick)
        if line is None:
            line = Line(Kind.NEWS, told["at"], str(told["text"]), room=room, number=number)
        if line.is_own:
            self._rooms.note(room, number)
            if number:
                self.own[room] = number, line.text
        else:
            level = self._levels.get(room, "mentions")
            words = [self.nick, *self._notify, *self._highlights]
            names_user = level != "none" and names(line.text, words)
            line = evolve(line, rings=names_user or level == "all")
            self._rooms.heard(room, number, names_user=names_user)
        return self._placed(line)

    def _written(self, told: Message) -> Line:
        line = pages.talk(told, self.nick)
        assert line is not None
        if line.is_own:
            self._rooms.answered(line.recipient)
            return line
        self._rooms.wrote(line.nick, int(told.get("kept_id", 0)))
        return evolve(line, rings=True)

    def _page(self, told: Message) -> Iterator[Line]:
        room, kind = told["room"], told["kind"]
        if room and kind in _IN_ORDER:
            for each in told["lines"]:
                self._rooms.note(room, int(each["number"]))
                event = each["event"]
                if event.get("nick") == self.nick and event["event"] in {"said", "acted"}:
                    self.own[room] = int(each["number"]), str(event["text"])
        if kind == "waiting":
            for each in told["lines"]:
                self._rooms.letters[str(each["event"]["nick"])] = int(each["id"])
        if told["lines"] or kind not in _UNASKED:
            lines = pages.page(told, self.nick)
            # The heading of a page names its room.
            yield from lines if room else map(self._placed, lines)

    def _placed(self, line: Line) -> Line:
        is_elsewhere = bool(line.room) and line.room != self._rooms.current
        return evolve(line, is_elsewhere=True) if is_elsewhere else line

    def _worded(self, told: Message) -> Iterator[Line]:
        at = told["at"]
        if text := news(told, self.nick):
            is_for_user = told["event"] == "invited" and told["nick"] != self.nick
            # Where the sentence names the room, it does not stand before it.
            room = "" if "#" in text else str(told.get("room", ""))
            yield self._placed(Line(Kind.NEWS, at, text, room=room, rings=is_for_user))
        rows = [*replies.reply(told), *lists.rows(told)]
        is_known = told["event"] in replies.EVENTS | lists.EVENTS
        if not (text or rows or is_known) and isinstance(told.get("sentence"), str):
            # Of what came to the protocol later, the server has the words.
            rows = told["sentence"].splitlines()
        if any(rows):
            yield Line(Kind.REPLY, at, "\n".join(filter(None, rows)))

"""
Made for reading only: joins and leaves in one, and pages of history.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from attrs import field, frozen

from twisted_chat.events import Departure, Event

#: Marks a field that programs are not told.
UNTOLD = "untold"


@frozen
class Presence(Event):
    """
    Joins and leaves of ``room`` with no other line between them.

    Made only for readers, from `Joined` and `Left` events that follow each other.

    Attributes:
        joined: the nicks that joined.
        left: the nicks that left, each with why.
        large: the room is so large that joins and leaves are counted, not named.
    """

    room: str
    joined: Sequence[str]
    left: Sequence[tuple[str, Departure]]
    large: bool


@frozen
class NewDay(Event):
    """
    A new day has begun where the server is.

    Made only for readers who see the time of each line.
    """


@frozen
class Recalled(Event):
    """
    A line of history.

    Made only for readers, as a part of a `Transcript`.

    Attributes:
        event: what happened.
        number: of the line, in the order of its room.
        edited_by: the nick of the user who changed its text; empty if nobody did.
        reactions: the symbols, each with the number of users who reacted with it.
        hit: which result of a search it is, from 1; 0 for none.
        id: of the line or message in the store, in the order of everything that is kept.
        account: that of the user who wrote it, or set the room so; empty for a guest.  Programs
            are not told, as the same event has none where it happens.
        reacted: who reacted, as the line itself has it, for `reactions_of` to read: few doors do,
            and the others are not to pay for it.  The author numbers say nothing to programs.
    """

    event: Event
    number: int
    edited_by: str = ""
    reactions: tuple[tuple[str, int], ...] = ()
    hit: int = 0
    id: int = 0
    account: str = field(default="", metadata={UNTOLD: True})
    reacted: str = field(default="", metadata={UNTOLD: True})


class PageKind(enum.Enum):
    """
    What a transcript is of.

    Attributes:
        EARLIER: the latest talk of a room that the reader enters.
        HISTORY: what a room heard.
        PINS: the pinned lines of a room.
        MISSED: what was said in a room while the reader was away.
        CHANGED: lines of a room that a program has, as they are by now.
        FOUND: the hits of a search, in ``room`` or in all.
        AROUND: what was heard around a hit.
        MESSAGES: what was written between the reader and ``nick``.
        WAITING: what was written to the reader while they were away.
    """

    EARLIER = "earlier"
    HISTORY = "history"
    PINS = "pins"
    MISSED = "missed"
    CHANGED = "changed"
    FOUND = "found"
    AROUND = "around"
    MESSAGES = "messages"
    WAITING = "waiting"


@frozen(eq=False)
class Transcript(Event):
    """
    A page of history.

    Made only for readers.  ``at`` is the time of reading; lines of other days show their date.

    Attributes:
        kind: what it is of.
        room: empty where it is of none, or of several.
        nick: with whom the reader wrote the messages; empty for others.
        lines: in the order in which they are read.
        has_more: there is a page to be read after it: of what is missed what was said later, of
            others what was before.
        count: how many lines there are in all, of what is missed and what waited; 0 on a page
            that goes on with a room.
        is_at_least: there may be more.
        omitted: how many of those are not on the page, for they would be too many.
        goes_on: the next page, of another room, follows at once.
        mentions: how many name the reader.
    """

    kind: PageKind
    lines: tuple[Recalled, ...]
    room: str = ""
    nick: str = ""
    has_more: bool = False
    count: int = 0
    is_at_least: bool = False
    omitted: int = 0
    mentions: int = 0
    goes_on: bool = False

    # Pages are compared by identity, so that the rendering of a page can be cached.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

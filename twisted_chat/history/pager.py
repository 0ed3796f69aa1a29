"""
What a session reads of the past, and how far it has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import DeferredLock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.history.search_syntax import Search
    from twisted_chat.world.model import Room, Session

#: The line below a page that is not the last, and below the last one.
MORE = "--- /more for what was before ---"
BEGINNING = "--- that is where it begins ---"
#: Rows on one page of a list.
ROWS = 50
#: Of one search, how many of the last hits can be shown.
MAX_HITS = 1000


@define(eq=False)
class Place:
    """
    How far back in a room somebody has read.

    Attributes:
        before: the number of the earliest line that they have read.
        count: lines on a page.
    """

    room: Room
    before: int
    count: int


@define(eq=False)
class Correspondence:
    """
    How far back somebody has read what was written between them and somebody else.

    Attributes:
        nick: what they called the other one.
        key: that, folded: whoever was called so when something was written is meant too.
        author: the other one, as an author of lines; 0 if nobody is called so now.
        before: the id of the earliest message that they have read.
        count: messages on a page.
    """

    nick: str
    key: str
    author: int
    before: int
    count: int


@define(eq=False)
class Hits:
    """
    What a search has found so far.

    Attributes:
        room: the only one that is searched; None for all that may be read.
        before: the id of the last that was found.
        count: how many they are.
        places: of the last `MAX_HITS`, by their numbers, the room and the number of the line.
    """

    search: Search
    room: Room | None
    before: int
    count: int = 0
    places: dict[int, tuple[Room, int]] = field(init=False, factory=dict)

    def add(self, room: Room, number: int) -> int:
        """
        Note one more, and return which it is.
        """
        self.count += 1
        self.places[self.count] = room, number
        self.places.pop(self.count - MAX_HITS, None)
        return self.count


@define(eq=False)
class Reader:
    """
    What one session reads back.

    Attributes:
        turning: held while a page is read, for the next one begins where it ends.
        hits: what was searched for last; None for nothing yet.
        paged: what another page is asked of, or what returns it; None for nothing yet.
    """

    turning: DeferredLock = field(init=False, factory=DeferredLock)
    hits: Hits | None = None
    paged: Place | Correspondence | Hits | Callable[[], Awaitable[str]] | None = None


def reader_of(session: Session) -> Reader:
    """
    Return what ``session`` reads back.
    """
    if session.reader is None:
        session.reader = Reader()
    return session.reader

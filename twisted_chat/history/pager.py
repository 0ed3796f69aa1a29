"""
Readers: what a session reads of the history, and how far it has read.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar
from weakref import WeakKeyDictionary

from attrs import define, field
from twisted.internet.defer import DeferredLock

from twisted_chat import errors
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.records import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.search_syntax import ParsedSearch
    from twisted_chat.replies.moderation import Listing
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session


class _HasId(Protocol):
    @property
    def id(self) -> int: ...


_Row = TypeVar("_Row", bound=_HasId)

#: Rows on one page of a list.
ROWS = 50
#: The most bytes of text on one page; a single longer line is shown whole.
MAX_BYTES = 65536
#: Latest results of one search that `/show` can use.
MAX_HITS = 1000


@define(eq=False)
class Place:
    """
    How far back a user has read in a room.

    Attributes:
        before: the number of the earliest line read.
        count: lines on a page.
        presence: who came, left or has another nick is shown too, and counted.
    """

    room: Room
    before: int
    count: int
    presence: bool = False


@define(eq=False)
class Missed:
    """
    What a user missed in one room, and how far they have read of it.

    Attributes:
        numbers: of the lines that they have not read, the oldest first.
        count: how many they missed.
        mentions: how many of those name them.
        is_at_least: there may be more.
        is_begun: they have read some.
    """

    room: Room
    numbers: list[int]
    count: int
    mentions: int
    is_at_least: bool
    is_begun: bool = False


@define(eq=False)
class Correspondence:
    """
    How far back a user has read the messages with another user.

    Attributes:
        nick: the nick of the other user, as typed.
        key: the same, folded; users who had it when a message was written count too.
        author: the author number of the other user; 0 if no user has this nick now.
        before: the id of the earliest message read.
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
    The results of a search so far.

    Attributes:
        room: the room that is searched; None for all readable ones.
        before: the id of the last result.
        count: the number of results.
        places: the room and line number of the last `MAX_HITS` results, by their numbers.
    """

    search: ParsedSearch
    room: Room | None
    before: int
    count: int = 0
    places: dict[int, tuple[Room, int]] = field(init=False, factory=dict)

    def add(self, room: Room, number: int) -> int:
        """
        Add a result, and return its number.
        """
        self.count += 1
        self.places[self.count] = room, number
        self.places.pop(self.count - MAX_HITS, None)
        return self.count


@define(eq=False)
class Pager:
    """
    The position of one session in the history.

    Attributes:
        turning: held while a page is read, because the next one begins where it ends.
        hits: the last search; None before the first one.
        next_page: shows or returns the next page; None if there is none.
    """

    turning: DeferredLock = field(init=False, factory=DeferredLock)
    hits: Hits | None = None
    next_page: Callable[[Session], Awaitable[Listing | None]] | None = None


@define(eq=False)
class Pagers:
    """
    The pagers of all sessions.

    Args:
        fanout: delivers the pages.
        deadlines: wait for the store.
    """

    _fanout: Fanout
    _deadlines: Deadlines
    # None of the values may hold its session.
    _pagers: WeakKeyDictionary[Session, Pager] = field(init=False, factory=WeakKeyDictionary)

    def of(self, session: Session) -> Pager:
        """
        Return the reader of ``session``.
        """
        pager = self._pagers.get(session)
        if pager is None:
            pager = self._pagers[session] = Pager()
        return pager

    def forget(self, session: Session) -> None:
        """
        Forget the pages of ``session``, which may get another user.
        """
        self._pagers.pop(session, None)

    @in_time
    async def more(self, session: Session) -> None:
        """
        Show the page before the one that ``session`` read last.

        Raises:
            NotAllowed: it has read no page yet.
            ChatError: as the command that showed the first page.
        """
        pager = self.of(session)
        async with pager.turning:
            if pager.next_page is None:
                raise errors.NotAllowed(
                    "There is nothing more to show. /history shows the latest lines.",
                    code="no-more",
                )
            page = await pager.next_page(session)
            if page is not None:
                self._fanout.tell(session, page)

    async def listed(
        self,
        session: Session,
        read: Callable[[Session, int, int], Awaitable[Sequence[_Row]]],
        page: Callable[[Session, Sequence[_Row], bool], Listing],
        count: int,
        before: int = LAST_ID,
    ) -> Listing:
        """
        Return the latest rows of a list as one page for ``session``; `more` shows those before.

        Args:
            read: returns at most so many of the latest rows with ids less than the given one.
            page: returns what ``session`` reads of these, told whether there are more.
            count: rows on a page, 1 to `ROWS`.
        """
        count = min(max(count, 1), ROWS)
        # One more line tells whether there is another page.
        rows = await read(session, count + 1, before)
        next_page = None
        if len(rows) > count:
            rows = rows[-count:]
            next_page = partial(self.listed, read=read, page=page, count=count, before=rows[0].id)
        self.of(session).next_page = next_page
        return page(session, rows, next_page is not None)


def beginning(lines: Sequence[Line], left: int) -> Sequence[Line]:
    """
    Return the first of ``lines`` that fit into ``left`` bytes, at least one.
    """
    return ending(lines[::-1], left)[::-1]


def ending(lines: Sequence[Line], left: int = MAX_BYTES) -> Sequence[Line]:
    """
    Return the last of ``lines`` that fit into ``left`` bytes, at least one.
    """
    start = len(lines)
    while start and left > 0:
        left -= len(lines[start - 1].text.encode())
        start -= 1
    return lines[start:]

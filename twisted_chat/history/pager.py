"""
What a session reads of the past, and how far it has come.
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
    from twisted_chat.world.model import Room, Session


class _HasId(Protocol):
    @property
    def id(self) -> int: ...


_Row = TypeVar("_Row", bound=_HasId)

#: The line below a page that is not the last.
MORE = "--- /more shows earlier lines ---"
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

    search: ParsedSearch
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
class Pager:
    """
    What one session reads back.

    Attributes:
        turning: held while a page is read, for the next one begins where it ends.
        hits: what was searched for last; None for nothing yet.
        next_page: shows a session the next page, or returns it; None for nothing to go on with.
    """

    turning: DeferredLock = field(init=False, factory=DeferredLock)
    hits: Hits | None = None
    next_page: Callable[[Session], Awaitable[str | None]] | None = None


@define(eq=False)
class Pagers:
    """
    The pagers of all sessions.

    Args:
        fanout: takes pages to their readers.
        deadlines: wait for the store.
    """

    _fanout: Fanout
    _deadlines: Deadlines
    # None of the values may hold its session.
    _pagers: WeakKeyDictionary[Session, Pager] = field(init=False, factory=WeakKeyDictionary)

    def of(self, session: Session) -> Pager:
        """
        Return what ``session`` reads back.
        """
        pager = self._pagers.get(session)
        if pager is None:
            pager = self._pagers[session] = Pager()
        return pager

    def forget(self, session: Session) -> None:
        """
        Let ``session``, which may be somebody else's from here on, have read nothing yet.
        """
        self._pagers.pop(session, None)

    @in_time
    async def more(self, session: Session) -> None:
        """
        Let ``session`` read the next page of what it read last.

        Raises:
            NotAllowed: that is nothing.
            ChatError: as for what was asked.
        """
        pager = self.of(session)
        async with pager.turning:
            if pager.next_page is None:
                raise errors.NotAllowed(
                    "There is nothing more to show. /history shows the latest lines."
                )
            page = await pager.next_page(session)
            if page is not None:
                self._fanout.notify(session, page)

    async def listed(
        self,
        session: Session,
        read: Callable[[Session, int, int], Awaitable[Sequence[_Row]]],
        told: Callable[[Session, Sequence[_Row]], list[str]],
        count: int,
        before: int = LAST_ID,
    ) -> str:
        """
        Return the latest rows of a list as one page for ``session``; `more` shows those before.

        Args:
            read: returns the latest rows, so many at most, whose id is less than what is given.
            told: returns the lines that ``session`` reads of these.
            count: rows on a page, 1 to `ROWS`.
        """
        count = min(max(count, 1), ROWS)
        # One more tells whether there is any.
        rows = await read(session, count + 1, before)
        next_page = None
        if len(rows) > count:
            rows = rows[-count:]
            next_page = partial(self.listed, read=read, told=told, count=count, before=rows[0].id)
        self.of(session).next_page = next_page
        return "\n".join(told(session, rows) + ([MORE] if next_page else []))

"""
The archive: what rooms heard before, read by one session, page by page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.events import Transcript
from twisted_chat.history.access import Shelf, without_ignored
from twisted_chat.history.pager import BEGINNING, MORE, Correspondence, Hits, Place, reader_of
from twisted_chat.history.reader import recall
from twisted_chat.history.search import Finds
from twisted_chat.store.deadlines import in_time
from twisted_chat.text.words import Heard
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session, User

#: Lines of one room that are counted, and shown if they fit, as missed.
MISSED = 1000
#: The most bytes of text on one page, but for a single line of more.
MAX_BYTES = 65536


@define(eq=False)
class Archive:
    """
    Shows sessions what was heard before.

    Args:
        hub: whose rooms and history it is.
        fanout: takes pages to their readers.

    Attributes:
        shelf: the rooms that somebody may read.
        finds: what is found there.
    """

    _hub: Hub
    _fanout: Fanout
    shelf: Shelf = field(init=False)
    finds: Finds = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.shelf = Shelf(self._hub)
        self.finds = Finds(self._hub, self.shelf)

    def show_earlier(self, session: Session, room: Room, before: int) -> None:
        """
        Let ``session``, which enters ``room``, read the latest talk from before line ``before``.

        The next page is what was before that.
        """
        user, count = session.user, self._hub.limits.history_lines
        if user is None or not count:
            return
        span = range(policy.readable_from(user, room), before)

        def earlier(_: object) -> Transcript | None:
            now, chronicle = self._hub.now(), room.chronicle
            page = self._hub.history.earlier(chronicle, room.name, now, span, count)
            if page is None:
                return None
            reader_of(session).paged = Place(room, page.lines[0].number, count)
            page = without_ignored(user, page)
            return page if page.lines else None

        reading = self._hub.history.complete(room.chronicle)
        if reading is not None:
            self._fanout.tell_later(session, reading.addCallback(earlier))
        elif (page := earlier(None)) is not None:
            self._fanout.tell(session, page)

    @in_time
    async def read_back(self, session: Session, room: Room, count: int) -> None:
        """
        Let ``session`` read the latest ``count`` lines of what ``room`` heard.

        Raises:
            NoSuchRoom: they may not know of the room.
            Unavailable: the store does not answer.
        """
        reader = reader_of(session)
        async with reader.turning:
            self.shelf.tell_unsaved(session)
            place = Place(room, room.chronicle.number + 1, count)
            await self._turn_back(session, place)
            reader.paged = place

    @in_time
    async def more(self, session: Session) -> None:
        """
        Let ``session`` read the next page of what it read last.

        Raises:
            NotAllowed: that is nothing.
            ChatError: as for what was asked.
        """
        reader = reader_of(session)
        async with reader.turning:
            if reader.paged is None:
                raise errors.NotAllowed(
                    "There is nothing to go on with; /history reads the latest lines."
                )
            if isinstance(reader.paged, Hits):
                await self.finds.turn(session, reader.paged)
            elif isinstance(reader.paged, Place):
                await self._turn_back(session, reader.paged)
            elif isinstance(reader.paged, Correspondence):
                await self._hub.messages.turn_back(session, reader.paged)
            else:
                self._hub.notify(session, await reader.paged())

    def page(
        self,
        session: Session,
        lines: Sequence[str],
        next_page: Callable[[], Awaitable[str]] | None,
    ) -> str:
        """
        Return ``lines`` as one page of a list for ``session``.

        Args:
            next_page: returns the one before; None if there is none.
        """
        reader_of(session).paged = next_page
        return "\n".join([*lines, MORE] if next_page else lines)

    async def _turn_back(self, session: Session, place: Place) -> None:
        room, history, user = place.room, self._hub.history, session.require_user()
        first = self.shelf.first_line(user, room)
        is_begun = place.before <= room.chronicle.number
        # One more tells whether there is any.
        found = await history.before(room.chronicle, place.before, place.count + 1)
        readable = [line for line in found if line.number >= first]
        lines = _fitting(readable[-place.count :])
        if not lines:
            raise errors.NotAllowed(
                f"There is nothing before that in #{room.name}."
                if is_begun
                else f"Nothing is kept of #{room.name} that you may read."
            )
        answered = await history.answered(room.chronicle, lines, first)
        place.before = lines[0].number
        is_all = len(lines) == len(readable)
        footing = BEGINNING if is_all else MORE
        recalled, heading = recall(room.name, lines, answered), f"--- in #{room.name} ---"
        self.shelf.show(session, user, Transcript(self._hub.now(), heading, recalled, footing))

    @in_time
    async def show_pins(self, session: Session, room: Room) -> None:
        """
        Let ``session`` read the lines of ``room`` that stay.

        Raises:
            NoSuchRoom: they may not know of the room.
            NotAllowed: there are none.
            Unavailable: the store does not answer.
        """
        history, user = self._hub.history, session.require_user()
        first = self.shelf.first_line(user, room)
        pinned = await history.pinned(room.chronicle)
        lines = _fitting([line for line in pinned if line.number >= first])
        if not lines:
            raise errors.NotAllowed(f"Nothing is pinned in #{room.name}. /pin pins a line.")
        answered = await history.answered(room.chronicle, lines, first)
        recalled, heading = recall(room.name, lines, answered), f"--- pinned in #{room.name} ---"
        page = Transcript(self._hub.now(), heading, recalled, numbered=True)
        self.shelf.show(session, user, page)

    @in_time
    async def catch_up(self, session: Session) -> None:
        """
        Let ``session`` read what its rooms heard while its owner was not here.

        Raises:
            NotAllowed: they have no account, were never away, or nothing was said.
            Unavailable: the store does not answer.
        """
        user = session.user
        if user is None or user.account is None:
            raise errors.NotAllowed(
                "Only people with an account can catch up; /register makes one."
            )
        self.shelf.tell_unsaved(session)
        after, before = user.account.missed
        pages, left = [], MAX_BYTES
        for room in tuple(user.rooms):
            first = policy.first_readable(user, room)
            missed = await self._hub.history.since(room.chronicle, after, before, MISSED)
            lines = [line for line in missed if line.number >= first > 0]
            if not lines:
                continue
            shown = _fitting(lines, left) if left > 0 else ()
            left -= sum(len(line.text.encode()) for line in shown)
            answered = await self._hub.history.answered(room.chronicle, shown, first)
            heading = _missed(user, room, lines, len(shown))
            recalled = recall(room.name, shown, answered)
            pages.append(Transcript(self._hub.now(), heading, recalled))
        if not pages:
            raise errors.NotAllowed("Nothing was said in your rooms while you were away.")
        pages[-1] = evolve(pages[-1], footing="--- now ---")
        for page in pages:
            self.shelf.show(session, user, page)
        # It is read as a whole, and what was read before that is not gone on with.
        reader_of(session).paged = None


def _missed(user: User, room: Room, lines: Sequence[Line], shown: int) -> str:
    """
    Return the line above what somebody has missed.
    """
    named = sum(Heard(line.text).names(user.key) for line in lines)
    count = f"{len(lines)} line{'' if len(lines) == 1 else 's'} in #{room.name}"
    more = " or more" if len(lines) == MISSED else ""
    you = f", {named} name{'s' if named == 1 else ''} you" if named else ""
    last = f", the last {shown}" if shown < len(lines) else ""
    return f"--- {count}{more}{you}{last} ---"


def _fitting(lines: Sequence[Line], left: int = MAX_BYTES) -> Sequence[Line]:
    """
    Return the last of ``lines``: as many as fit into ``left`` bytes, and one at least.
    """
    start = len(lines)
    while start and left > 0:
        left -= len(lines[start - 1].text.encode())
        start -= 1
    return lines[start:]

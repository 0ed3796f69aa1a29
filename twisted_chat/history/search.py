"""
Finds: what rooms heard, found by its words, and shown with what was around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.delivery.delivery import is_by
from twisted_chat.events import Recalled, Transcript
from twisted_chat.history.pager import MORE, Hits, reader_of
from twisted_chat.history.reader import recall
from twisted_chat.history.search_queue import Turns
from twisted_chat.history.search_syntax import read_search
from twisted_chat.store.deadlines import in_time
from twisted_chat.store.interface import Query
from twisted_chat.store.records import LAST_ID, id_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twisted_chat.history.access import Shelf
    from twisted_chat.hub import Hub
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Session, User

#: Hits on one page.
HITS = 10
#: Lines shown before and after a hit.
AROUND = 5


@define(eq=False)
class Finds:
    """
    Finds what was said, for sessions to read.

    Args:
        hub: whose rooms and history it is.
        shelf: knows who may read what.
    """

    _hub: Hub
    _shelf: Shelf
    _turns: Turns = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._turns = Turns(self._hub.clock)

    @in_time
    async def search(self, session: Session, text: str) -> None:
        """
        Let ``session`` read the latest lines that are found, in all rooms that it may read.

        Raises:
            BadSearch: ``text`` means nothing that could be found.
            ChatError: nothing was found, or that takes too long.
        """
        reader = reader_of(session)
        async with reader.turning:
            search = read_search(text, self._hub.now())
            room = self._shelf.find(session.require_user(), search.room) if search.room else None
            before = LAST_ID if search.before is None else id_at(search.before)
            hits = Hits(search, room, before)
            self._shelf.tell_unsaved(session)
            await self.turn(session, hits)
            reader.hits = reader.paged = hits

    @in_time
    async def show(self, session: Session, number: int) -> None:
        """
        Let ``session`` read what was heard around a hit of its last search.

        Raises:
            NotAllowed: there is none of this number.
            NoSuchRoom: they may not know of its room any more.
            Unavailable: the store does not answer.
        """
        hits, user = reader_of(session).hits, session.require_user()
        if hits is None or number not in hits.places:
            raise errors.NotAllowed(f"No line {number} was found. /search finds some.")
        room, hit = hits.places[number]
        first = self._shelf.first_line(user, room)
        span = range(max(first, hit - AROUND), hit + AROUND + 1)
        history = self._hub.history
        found = await history.before(room.chronicle, span.stop, len(span))
        lines = [line for line in found if line.number in span]
        answered = await history.answered(room.chronicle, lines, first)
        recalled = tuple(
            evolve(line, label="> " if line.number == hit else "  ")
            for line in recall(room.name, lines, answered)
        )
        page = Transcript(self._hub.now(), f"--- in #{room.name} ---", recalled)
        self._shelf.show(session, user, page)

    async def turn(self, session: Session, hits: Hits) -> None:
        """
        Let ``session`` read the next page of ``hits``.

        Raises:
            ChatError: nothing was found, or that takes too long.
        """
        user, search = session.require_user(), hits.search
        firsts = self._readable(user, hits)
        query = Query(
            search.terms,
            firsts,
            search.nick,
            0 if search.after is None else id_at(search.after),
            hits.before,
        )
        # One more tells whether there is any.
        found = await self._turns.take(session, lambda: self._hub.history.search(query, HITS + 1))
        if not found:
            raise errors.NotAllowed(f"Nothing {'more ' if hits.count else ''}was found.")
        lines = found[:HITS]
        hits.before = lines[-1].id
        recalled = await self._recall(user, hits, lines, firsts)
        is_all = len(found) <= HITS
        footing = "--- that is all ---" if is_all else MORE
        page = Transcript(
            self._hub.now(), "--- found ---", recalled, footing, labelled=hits.room is None
        )
        self._shelf.show(session, user, page)

    def _readable(self, user: User, hits: Hits) -> Mapping[int, int]:
        """
        Return from which line on ``user`` may read the rooms that are searched.
        """
        if hits.room is None:
            return self._shelf.first_lines(user)
        return {hits.room.chronicle.id: self._shelf.first_line(user, hits.room)}

    async def _recall(
        self, user: User, hits: Hits, lines: Sequence[Line], firsts: Mapping[int, int]
    ) -> tuple[Recalled, ...]:
        recalled: list[Recalled] = []
        for line in lines:
            room = self._shelf.room_of(line)
            if room is None:
                # Its store forgot it, or it was closed and left, while this was looked for.
                continue
            answered = await self._hub.history.answered(room.chronicle, [line], firsts[line.room])
            (found,) = recall(room.name, [line], answered)
            if not is_by(found.event, user.ignored):
                label = f"{hits.add(room, line.number)}. "
                recalled.append(evolve(found, label=label))
        return tuple(recalled)

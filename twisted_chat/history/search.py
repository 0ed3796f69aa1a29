"""
Search: searching history, and showing the lines around a result.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.history.pager import Hits, Pagers
from twisted_chat.history.reader import Reader
from twisted_chat.history.search_queue import SearchQueue
from twisted_chat.history.search_syntax import read_search
from twisted_chat.replies.pages import PageKind, Recalled, Transcript
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.query import Query
from twisted_chat.store.records import LAST_ID, READ_LATER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.access import Access
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: Results on one page.
HITS = 10
#: Lines shown before and after a result.
AROUND = 5
#: Lines behind it among which talk is looked for.
LOOKED_AT = 100


@define(eq=False)
class Search:
    """
    Searches history for sessions.

    Args:
        world: tells the time.
        fanout: delivers the pages.
        reader: asks the store.
        access: says which rooms a user may read.
        pagers: know the last search.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _access: Access
    _pagers: Pagers
    _deadlines: Deadlines
    _queue: SearchQueue = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._queue = SearchQueue(self._world.clock)

    @in_time
    async def search(self, session: Session, text: str) -> None:
        """
        Show ``session`` the latest lines that match ``text``, from all rooms its user may read.

        Raises:
            BadSearch: ``text`` is not a valid search.
            ChatError: nothing was found, or the search takes too long.
        """
        pager = self._pagers.of(session)
        async with pager.turning:
            search = read_search(text, self._world.now())
            room = self._access.find(session.require_user(), search.room) if search.room else None
            hits = Hits(search, room, LAST_ID)
            self._access.tell_unsaved(session)
            await self._turn(session, hits)
            pager.hits, pager.next_page = hits, partial(self._turn, hits=hits)

    @in_time
    async def show(self, session: Session, number: int, name: str = "") -> None:
        """
        Show ``session`` the lines around a result of its last search, or around a line.

        Args:
            number: of the result, of the line that one result is, or of a line of its room.
            name: of the room whose line is meant; empty for a result, or the current room.

        Raises:
            NotAllowed: there is no such result or line.
            NoSuchRoom: the user may not know of its room.
            Unavailable: the store does not answer.
        """
        user = session.require_user()
        if name:
            room, hit = self._access.find(user, name), number
        else:
            room, hit = self._meant(session, number)
        first = self._access.first_line(user, room)
        lines = [line for line in await self._around(room, hit) if line.number >= first]
        if hit not in [line.number for line in lines]:
            raise errors.NoSuchLine(hit, room.name)
        answered = await self._reader.answered(room.timeline, lines, first)
        recalled = tuple(
            evolve(line, hit=number) if line.number == hit else line
            for line in self._access.recall(user, room.name, lines, answered)
        )
        page = Transcript(self._world.now(), PageKind.AROUND, recalled, room.name)
        self._fanout.tell(session, page)

    async def _around(self, room: Room, hit: int) -> list[Line]:
        """
        Return line ``hit`` of ``room``, whatever it is, and the talk before and behind it.
        """
        reader, timeline = self._reader, room.timeline
        read = await reader.before(timeline, hit + LOOKED_AT + 1, LOOKED_AT + AROUND, READ_LATER)
        before = [line for line in read if line.number < hit][-AROUND:]
        behind = [line for line in read if line.number > hit][:AROUND]
        return [*before, *await reader.numbered(timeline, [hit]), *behind]

    def _meant(self, session: Session, number: int) -> tuple[Room, int]:
        """
        Return the room and the line that ``number`` means to ``session``, if no room is named.
        """
        hits = self._pagers.of(session).hits
        places = hits.places if hits else {}
        if number in places and not session.names_lines:
            return places[number]
        rooms = list(dict.fromkeys(room for room, line in places.values() if line == number))
        if len(rooms) == 1:
            return rooms[0], number
        if rooms and session.current not in rooms:
            # The line of this number in the current room is none that was found.
            raise errors.NotAllowed(
                f"Your last search found a line {number} in several rooms. Name the room, as "
                f"/show {number} {rooms[0].name} does.",
                code="line-of-several-rooms",
                number=number,
                room=rooms[0].name,
            )
        if session.current is None:
            raise _no_hit(session, number)
        return session.current, number

    async def _turn(self, session: Session, hits: Hits) -> None:
        """
        Show ``session`` the next page of ``hits``.

        Raises:
            ChatError: nothing was found, or the search takes too long.
        """
        user, search = session.require_user(), hits.search
        firsts = self._readable(user, hits)
        query = Query(
            search.terms,
            firsts,
            search.nick,
            hits.before,
            -math.inf if search.after is None else search.after,
            math.inf if search.before is None else search.before,
            is_everywhere=hits.room is None,
        )
        # One more line tells whether there is another page.
        found = await self._queue.take(session, lambda: self._reader.search(query, HITS + 1))
        if not found:
            raise _nothing(hits)
        lines, has_more = found[:HITS], len(found) > HITS
        hits.before = lines[-1].id
        recalled = await self._recall(user, hits, lines, firsts)
        if not recalled and not has_more:
            # All of them are words of users whom this one ignores.
            raise _nothing(hits)
        room = hits.room.name if hits.room else ""
        page = Transcript(self._world.now(), PageKind.FOUND, recalled, room, has_more=has_more)
        self._fanout.tell(session, page)

    def _readable(self, user: User, hits: Hits) -> Mapping[int, int]:
        """
        Return the first line that ``user`` may read of rooms, as a `Query` names them.
        """
        if hits.room is None:
            return self._access.first_lines(user)
        return {hits.room.timeline.id: self._access.first_line(user, hits.room)}

    async def _recall(
        self, user: User, hits: Hits, lines: Sequence[Line], firsts: Mapping[int, int]
    ) -> tuple[Recalled, ...]:
        recalled: list[Recalled] = []
        for line in lines:
            room = self._access.room_of(line)
            if room is None:
                # The room was deleted or closed during the search.
                continue
            answered = await self._reader.answered(room.timeline, [line], firsts.get(line.room, 1))
            recalled += [
                evolve(found, hit=hits.add(room, line.number))
                for found in self._access.recall(user, room.name, [line], answered)
            ]
        return tuple(recalled)


def _no_hit(session: Session, number: int) -> errors.NotAllowed:
    if session.names_lines:
        return errors.NotAllowed(
            f"Your last search found no line {number}. /show {number} room shows that of a room.",
            code="no-such-hit",
            number=number,
        )
    return errors.NotAllowed(
        f"Your last search has no result {number}.", code="no-such-hit", number=number
    )


def _nothing(hits: Hits) -> errors.NotAllowed:
    return errors.NotAllowed(
        f"Nothing {'more ' if hits.count else ''}was found.", code="nothing-found"
    )

"""
The archive: the history of rooms, shown to one session page by page.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.history.access import Access, heard
from twisted_chat.history.pager import Pagers, Place
from twisted_chat.history.reader import Reader
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.text.words import Heard
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session
    from twisted_chat.world.world import World

#: Missed lines of one room that are counted, and shown if they fit.
MISSED = 1000
#: The most bytes of text on one page; a single longer line is shown whole.
MAX_BYTES = 65536


@define(eq=False)
class Archive:
    """
    Shows history to sessions.

    Args:
        world: says how much of it.
        fanout: delivers the pages.
        reader: reads it.
        access: says which rooms a user may read.
        pagers: know the next page.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _access: Access
    _pagers: Pagers
    _deadlines: Deadlines

    def show_earlier(self, session: Session, room: Room, before: int) -> None:
        """
        Show the latest talk before line ``before`` to ``session``, which enters ``room``.

        `more` then shows the page before it.
        """
        user, count = session.user, self._world.limits.history_lines
        if user is None or not count:
            return
        span = range(policy.readable_from(user, room), before)

        def earlier(_: object) -> Transcript | None:
            now, timeline = self._world.now(), room.timeline
            lines = self._reader.latest(timeline, span, count)
            if not lines:
                return None
            place = Place(room, lines[0].number, count)
            self._pagers.of(session).next_page = partial(self._turn_back, place=place)
            if not user.ignored:
                return self._reader.earlier(timeline, room.name, now, span, lines)
            answered = timeline.answered_in(span)
            recalled = self._access.recall(user, room.name, lines, answered)
            return Transcript(now, PageKind.EARLIER, recalled, room.name) if recalled else None

        reading = self._reader.complete(room.timeline)
        if reading is not None:
            self._fanout.tell_later(session, reading.addCallback(earlier))
        elif (page := earlier(None)) is not None:
            self._fanout.tell(session, page)

    @in_time
    async def read_back(self, session: Session, room: Room, count: int) -> None:
        """
        Show the latest ``count`` lines of ``room`` to ``session``.

        Raises:
            NoSuchRoom: the user may not know of the room.
            Unavailable: the store does not answer.
        """
        pager = self._pagers.of(session)
        async with pager.turning:
            self._access.tell_unsaved(session)
            place = Place(room, room.timeline.number + 1, count)
            await self._turn_back(session, place)
            pager.next_page = partial(self._turn_back, place=place)

    async def _turn_back(self, session: Session, place: Place) -> None:
        room, reader, user = place.room, self._reader, session.require_user()
        first = self._access.first_line(user, room)
        is_begun = place.before <= room.timeline.number
        # One more line tells whether there is another page.
        found = await reader.before(room.timeline, place.before, place.count + 1)
        readable = [line for line in found if line.number >= first]
        lines = _fitting(readable[-place.count :])
        if not lines:
            raise errors.NotAllowed(
                f"There are no earlier lines in #{room.name}."
                if is_begun
                else f"There is no history of #{room.name} that you may read.",
                code="no-earlier-lines" if is_begun else "no-history",
                room=room.name,
            )
        answered = await reader.answered(room.timeline, lines, first)
        place.before = lines[0].number
        page = Transcript(
            self._world.now(),
            PageKind.HISTORY,
            self._access.recall(user, room.name, lines, answered),
            room.name,
            has_more=len(lines) < len(readable),
        )
        self._fanout.tell(session, page)

    @in_time
    async def show_pins(self, session: Session, room: Room) -> None:
        """
        Show the pinned lines of ``room`` to ``session``.

        Raises:
            NoSuchRoom: the user may not know of the room.
            NotAllowed: no line is pinned.
            Unavailable: the store does not answer.
        """
        reader, user = self._reader, session.require_user()
        first = self._access.first_line(user, room)
        pinned = await reader.pinned(room.timeline)
        lines = _fitting([line for line in pinned if line.number >= first])
        if not lines:
            raise errors.NotAllowed(
                f"No lines are pinned in #{room.name}. /pin pins one.",
                code="no-pins",
                room=room.name,
            )
        answered = await reader.answered(room.timeline, lines, first)
        recalled = self._access.recall(user, room.name, lines, answered)
        page = Transcript(self._world.now(), PageKind.PINS, recalled, room.name)
        self._fanout.tell(session, page)

    @in_time
    async def catch_up(self, session: Session) -> None:
        """
        Show ``session`` the lines in its user's rooms from while they were away.

        Raises:
            NotAllowed: the user has no account, was never away, or nothing was said.
            Unavailable: the store does not answer.
        """
        user = session.user
        if user is None or user.account is None:
            raise errors.NotAllowed(
                "Only users with an account can catch up. /register makes one.",
                code="account-needed",
            )
        self._access.tell_unsaved(session)
        after, before = user.account.missed
        pages, left = [], MAX_BYTES
        for room in tuple(user.rooms):
            first = policy.first_readable(user, room)
            missed = await self._reader.since(room.timeline, after, before, MISSED)
            lines = heard(user, [line for line in missed if line.number >= first > 0])
            if not lines:
                continue
            shown = _fitting(lines, left) if left > 0 else ()
            left -= sum(len(line.text.encode()) for line in shown)
            answered = await self._reader.answered(room.timeline, shown, first)
            page = Transcript(
                self._world.now(),
                PageKind.MISSED,
                self._access.recall(user, room.name, shown, answered),
                room.name,
                has_more=True,
                count=len(lines),
                is_at_least=len(lines) == MISSED,
                omitted=len(lines) - len(shown),
                mentions=sum(Heard(line.text).names(user.key) for line in lines),
            )
            pages.append(page)
        if not pages:
            raise errors.NotAllowed(
                "Nothing was said in your rooms while you were away.", code="nothing-missed"
            )
        pages[-1] = evolve(pages[-1], has_more=False)
        for page in pages:
            self._fanout.tell(session, page)
        # It is shown as a whole, so `more` has nothing to continue.
        self._pagers.of(session).next_page = None


def _fitting(lines: Sequence[Line], left: int = MAX_BYTES) -> Sequence[Line]:
    """
    Return the last of ``lines`` that fit into ``left`` bytes, at least one.
    """
    start = len(lines)
    while start and left > 0:
        left -= len(lines[start - 1].text.encode())
        start -= 1
    return lines[start:]

"""
The archive: the history of rooms, shown to one session page by page.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve
from twisted.internet.defer import Deferred

from twisted_chat import errors
from twisted_chat.history.access import Access, heard, heard_after, heard_before, mentions
from twisted_chat.history.pager import MAX_BYTES, Missed, Pagers, Place, beginning, ending
from twisted_chat.history.reader import Reader
from twisted_chat.history.recall import recall_earlier
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.replies.people import WasMissed
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.records import IDS_PER_SECOND, LAST_ID, READ_LATER
from twisted_chat.world import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Event
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Account, Room, Session, User
    from twisted_chat.world.world import World

#: Missed lines of one room that are counted and can be read; of more, the latest.
MISSED = 1000
#: Missed lines on one page.
MISSED_PAGE = 50


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
        span = range(readable.readable_from(user, room), before)

        def earlier() -> Transcript | None:
            now, timeline = self._world.now(), room.timeline
            lines = self._reader.latest(timeline, span, count)
            if not lines:
                return None
            place = Place(room, lines[0].number, count)
            self._pagers.of(session).next_page = partial(self._turn_back, place=place)
            if not user.ignored:
                return recall_earlier(self._world, timeline, room.name, now, span, lines)
            answered = timeline.answered_in(span)
            recalled = self._access.recall(user, room.name, lines, answered)
            return Transcript(now, PageKind.EARLIER, recalled, room.name) if recalled else None

        def pages(_: object) -> Sequence[Event]:
            page = earlier()
            return [] if page is None else [page]

        reading = self._reader.complete(room.timeline)
        if reading is not None:
            self._fanout.tell_later(session, reading.addCallback(pages))
        elif (page := earlier()) is not None:
            self._fanout.tell(session, page)

    @in_time
    async def read_back(
        self, session: Session, room: Room, count: int, *, presence: bool = False
    ) -> None:
        """
        Show the latest ``count`` lines of ``room`` to ``session``.

        Args:
            presence: those too that tell who came, left or has another nick.

        Raises:
            NoSuchRoom: the user may not know of the room.
            Unavailable: the store does not answer.
        """
        pager = self._pagers.of(session)
        async with pager.turning:
            self._access.tell_unsaved(session)
            place = Place(room, room.timeline.number + 1, count, presence)
            await self._turn_back(session, place)
            pager.next_page = partial(self._turn_back, place=place)

    async def _turn_back(self, session: Session, place: Place) -> None:
        room, reader, user = place.room, self._reader, session.require_user()
        first = self._access.first_line(user, room)
        is_begun = place.before <= room.timeline.number
        # One more line tells whether there is another page.
        kinds = () if place.presence else READ_LATER
        found = await reader.before(room.timeline, place.before, place.count + 1, kinds)
        readable = [line for line in found if line.number >= first]
        lines = ending(readable[-place.count :])
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
        if place.before <= user.settings.read_up_to(room.timeline.id) + 1 or not page.has_more:
            session.note_shown(room)

    @in_time
    async def show_place(
        self,
        session: Session,
        room: Room,
        count: int,
        *,
        before: int | None = None,
        after: int | None = None,
    ) -> None:
        """
        Show a page of ``room`` to a program: the last lines, or those on one side of a place.

        Args:
            count: lines on the page.
            before: the number of a line; with ``after`` it is a page around the place.
            after: likewise.

        Raises:
            NoSuchRoom: the user may not know of the room.
            Unavailable: the store does not answer.
        """
        self._access.tell_unsaved(session)
        user, timeline = session.require_user(), room.timeline
        first = self._access.first_line(user, room)
        lines: list[Line] = []
        has_more = False
        if before is not None or after is None:
            # Around a place, one half stands before it.
            most = count if after is None else count // 2
            place = LAST_ID if before is None else before
            readable = await heard_before(
                self._reader, user, timeline, place, most + 1, first, READ_LATER
            )
            lines = list(ending(readable[len(readable) - most :])) if most else []
            has_more = len(lines) < len(readable)
            count -= most if after is not None else 0
        if after is not None:
            behind = max(after, first - 1)
            later = await heard_after(
                self._reader, user, timeline, behind, timeline.number, count + 1, READ_LATER
            )
            fit = beginning(later[:count], MAX_BYTES)
            lines += fit
            has_more = has_more or len(fit) < len(later)
        answered = await self._reader.answered(timeline, lines, first)
        recalled = self._access.recall(user, room.name, lines, answered)
        now = self._world.now()
        page = Transcript(now, PageKind.HISTORY, recalled, room.name, has_more=has_more)
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
        lines = ending([line for line in pinned if line.number >= first])
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
        Show ``session`` the first lines in its user's rooms from while they were away.

        `more` then shows those after them.

        Raises:
            NotAllowed: the user has no account, was never away, or nothing was said.
            Unavailable: the store does not answer.
        """
        user = session.require_user()
        if user.account is None:
            raise errors.NotAllowed(
                "Only users with an account can catch up. /register makes one.",
                code="account-needed",
            )
        pager = self._pagers.of(session)
        async with pager.turning:
            self._access.tell_unsaved(session)
            missed = await self._missed(user, user.account)
            if not missed:
                raise errors.NotAllowed(
                    "Nothing was said in your rooms while you were away.", code="nothing-missed"
                )
            pager.next_page = None
            await self._turn_forward(session, missed)

    async def _missed(self, user: User, account: Account) -> list[Missed]:
        """
        Return what was said in the rooms of ``user`` while they were away.
        """
        after, before = account.missed
        found = []
        for room in tuple(user.rooms):
            first = readable.first_readable(user, room)
            missed = await self._reader.since(room.timeline, after, before, MISSED)
            lines = heard(user, [line for line in missed if line.number >= first > 0])
            if lines:
                named = await mentions(user, room, lines, self._deadlines)
                numbers = [line.number for line in lines]
                is_at_least = len(missed) == MISSED
                found.append(Missed(room, numbers, len(lines), named, is_at_least))
        return found

    async def _turn_forward(self, session: Session, missed: list[Missed]) -> None:
        """
        Show ``session`` the next page of what its user missed, of as many rooms as fit.

        Raises:
            Unavailable: the store does not answer.
        """
        user, pages = session.require_user(), list[Transcript]()
        lines_left, left = MISSED_PAGE, MAX_BYTES
        while missed and lines_left > 0 and left > 0:
            each = missed[0]
            first = readable.first_readable(user, each.room) or LAST_ID
            numbers = each.numbers[:lines_left]
            lines = await self._reader.numbered(each.room.timeline, numbers)
            shown = beginning([line for line in lines if line.number >= first], left)
            lines_left -= len(numbers)
            left -= sum(len(line.text.encode()) for line in shown)
            last = shown[-1].number if len(shown) < len(lines) and shown else numbers[-1]
            each.numbers = [number for number in each.numbers if number > last]
            answered = await self._reader.answered(each.room.timeline, shown, first)
            page = Transcript(
                self._world.now(),
                PageKind.MISSED,
                self._access.recall(user, each.room.name, shown, answered),
                each.room.name,
                has_more=True,
                count=0 if each.is_begun else each.count,
                is_at_least=each.is_at_least,
                mentions=each.mentions,
                goes_on=True,
            )
            pages.append(page)
            each.is_begun = True
            if not each.numbers:
                del missed[0]
                await self._note_shown(session, user, each.room)
        pages[-1] = evolve(pages[-1], has_more=bool(missed), goes_on=False)
        for page in pages:
            self._fanout.tell(session, page)
        next_page = partial(self._turn_forward, missed=missed) if missed else None
        self._pagers.of(session).next_page = next_page

    async def _note_shown(self, session: Session, user: User, room: Room) -> None:
        """
        Note that ``session`` was shown all that ``user`` missed, if nothing before was unread.
        """
        timeline = room.timeline
        if timeline.id in session.behind and user.account is not None:
            missed_from = await self._reader.number_at(timeline, user.account.missed[0] + 1)
            if user.settings.read_up_to(timeline.id) >= missed_from - 1:
                session.note_shown(room)

    def tell_missed(self, session: Session, account: Account) -> None:
        """
        Tell ``session``, whose user has just come back, how much was said meanwhile.
        """
        user = session.require_user()

        async def count() -> None:
            missed = list[Missed]()
            with contextlib.suppress(errors.Unavailable):
                # It is logged; nobody has asked.
                missed = await self._missed(user, account)
            if missed and session.user is user:
                since = account.missed[0] / IDS_PER_SECOND
                told = WasMissed(
                    self._world.now(),
                    sum(each.count for each in missed),
                    since,
                    sum(each.mentions for each in missed),
                    any(each.is_at_least for each in missed),
                )
                self._fanout.tell(session, told)

        Deferred.fromCoroutine(count()).addErrback(self._deadlines.report)

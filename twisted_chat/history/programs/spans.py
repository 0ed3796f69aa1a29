"""
Spans: what was said in a room between two places, for programs that have the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.history.access import heard_after, heard_before
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.records import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.access import Access
    from twisted_chat.history.reader import Reader
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: The kinds of lines that are shown: how the room was set is no talk.
SPOKEN = ("said", "acted", "announced")


@define(eq=False)
class Spans:
    """
    Shows spans of history to sessions.

    Args:
        world: tells the time.
        fanout: delivers the pages.
        reader: reads them.
        access: says which rooms a user may read.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _access: Access
    _deadlines: Deadlines

    @in_time
    async def show(
        self,
        session: Session,
        room: Room,
        count: int,
        *,
        after: int = 0,
        before: int = LAST_ID,
        from_end: bool = True,
        kinds: Sequence[str] = SPOKEN,
    ) -> None:
        """
        Show ``session`` at most ``count`` lines of ``room`` between two, neither of them.

        Args:
            after: the number of the line before the first one.
            before: the number of the line behind the last one.
            from_end: the last ones, if there are more; else the first ones.
            kinds: only lines of these kinds.

        Raises:
            NoSuchRoom: the user may not know of the room.
            NotAllowed: they may not read it.
            Unavailable: the store does not answer.
        """
        user = session.require_user()
        first = self._access.first_line(user, room)
        if from_end:
            lines = await self._before(user, room, before, count, max(after + 1, first), kinds)
        else:
            lines = await self._after(user, room, max(after, first - 1), before, count, kinds)
        await self._tell(session, room, lines, first)

    @in_time
    async def show_around(
        self,
        session: Session,
        room: Room,
        count: int,
        number: int,
        kinds: Sequence[str] = SPOKEN,
    ) -> None:
        """
        Show ``session`` at most ``count`` lines of ``room`` around line ``number``, and that one.

        Args:
            kinds: only lines of these kinds.

        Raises:
            ChatError: as for `show`.
        """
        user = session.require_user()
        first = self._access.first_line(user, room)
        earlier = await self._before(user, room, number, count // 2, first, kinds)
        rest = count - len(earlier)
        later = await self._after(user, room, max(number - 1, first - 1), LAST_ID, rest, kinds)
        await self._tell(session, room, [*earlier, *later], first)

    async def last_spoken(self, user: User, room: Room) -> Line | None:
        """
        Return the last line that was said in ``room``, of those that ``user`` may read.

        Raises:
            ChatError: as for `show`.
        """
        first = self._access.first_line(user, room)
        found = await self._before(user, room, LAST_ID, 1, first, SPOKEN)
        return found[-1] if found else None

    async def _before(
        self, user: User, room: Room, number: int, count: int, first: int, kinds: Sequence[str]
    ) -> list[Line]:
        timeline = room.timeline
        if count and number > timeline.number and not user.ignored:
            # As thousands ask who enter at one moment.
            found = await self._reader.latest_of(timeline, count, kinds)
            if found is not None:
                return [line for line in found if line.number >= first]
        return await heard_before(self._reader, user, timeline, number, count, first, kinds)

    async def _after(
        self, user: User, room: Room, number: int, before: int, count: int, kinds: Sequence[str]
    ) -> list[Line]:
        last = min(before - 1, room.timeline.number)
        return await heard_after(self._reader, user, room.timeline, number, last, count, kinds)

    async def _tell(self, session: Session, room: Room, lines: Sequence[Line], first: int) -> None:
        answered = await self._reader.answered(room.timeline, lines, first)
        recalled = self._access.recall(session.require_user(), room.name, lines, answered)
        page = Transcript(self._world.now(), PageKind.HISTORY, recalled, room.name)
        self._fanout.tell(session, page)

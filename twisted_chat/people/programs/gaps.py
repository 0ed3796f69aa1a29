"""
Gaps: what rooms heard while a program was gone.

All rooms together are told no more than one page; the program asks for the rest, as fast as it
reads.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from attrs import define, frozen
from twisted.internet.defer import Deferred

from twisted_chat.history.pager import beginning
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.store.records import LAST_ID, READ_LATER
from twisted_chat.text.names import fold
from twisted_chat.world import readable
from twisted_chat.world.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Event
    from twisted_chat.history.access import Access
    from twisted_chat.history.reader import Reader
    from twisted_chat.store.records import Line
    from twisted_chat.world.inbox import RoomLeft
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: Lines of all rooms, and bytes of their text, that a program which comes back is told at once,
#: those that it has and that were changed counted too; the last one is told whole.
MOST_LINES, MOST_BYTES = 200, 32768
#: The kinds of lines that a program has which tells only the numbers of lines.
_SPOKEN: tuple[str, ...] = ("said", "acted", "announced")


@frozen
class Gap:
    """
    What a program may have missed of a room.

    Attributes:
        name: of the room.
        timeline: its lines.
        after: the number of the last line that the program has; None if it does not say.
        last: the number of the last line that it is not told by itself.
        room: the room; None if the user has left it.
        first: the number of the line with which they had entered it, if they have left it.
        left: the id of that, likewise.
    """

    name: str
    timeline: Timeline
    after: int | None
    last: int
    room: Room | None = None
    first: int = 0
    left: int = 0

    def first_for(self, user: User) -> int:
        """
        Return the number of the first line that ``user`` may be told.

        Of a room that they have left, they may read what they have heard there themselves.
        """
        if self.room is None:
            return self.first
        return readable.first_readable(user, self.room) or LAST_ID


@define
class _Left:
    lines: int = MOST_LINES
    bytes: int = MOST_BYTES

    def take(self, lines: Sequence[Line]) -> Sequence[Line]:
        """
        Return the first of ``lines`` that there is room for.
        """
        if self.lines <= 0 or self.bytes <= 0:
            return []
        fit = beginning(lines[: self.lines], self.bytes)
        self.lines -= len(fit)
        self.bytes -= sum(len(line.text.encode("utf-8", "replace")) for line in fit)
        return fit


@define(eq=False)
class Gaps:
    """
    Tells programs what they have missed.

    Args:
        world: tells the time.
        fanout: delivers the pages.
        reader: reads them.
        access: says what a user may read.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _access: Access

    @staticmethod
    def of(
        session: Session, last: Mapping[str, int], left: Iterable[tuple[int, RoomLeft]]
    ) -> list[Gap]:
        """
        Return what the program of ``session`` may have missed; later lines it is told.

        Args:
            last: the number of the last line that it has, by the key of the room.
            left: the rooms that its user has left, each with the id of that.
        """
        user = session.require_user()
        here = {room.timeline.id: room for room in user.rooms}
        # These first: of the others, the program can ask for the rest.
        gaps = []
        for id_, each in left:
            room = here.get(each.room)
            # What they may read of a room that they are in again is not told twice.
            first = readable.first_readable(user, room) if room is not None else 0
            until = min(each.last, first - 1) if first else each.last
            if until >= each.first:
                timeline = Timeline(each.room, until, deque(maxlen=0), is_complete=False)
                after = last.get(fold(each.name))
                gaps.append(Gap(each.name, timeline, after, until, None, each.first, id_))
        for room in user.rooms:
            after, number = last.get(room.key), room.timeline.number
            gaps.append(Gap(room.name, room.timeline, after, number, room))
        return gaps

    def show(self, session: Session, gaps: Sequence[Gap], seen: int | None) -> None:
        """
        Tell ``session`` what was said, and which lines that it has were changed.

        It is told that before anything that happens from now on.

        Args:
            seen: the largest id that its program was told; None if it does not say.
        """
        now = self._world.now()
        instead = [
            Transcript(now, PageKind.MISSED, (), gap.name, has_more=True)
            for gap in gaps
            if seen is not None or gap.after is not None
        ]
        if instead:
            reading = Deferred.fromCoroutine(self._pages(session.require_user(), gaps, seen))
            self._fanout.tell_later(session, reading, instead)

    async def _pages(self, user: User, gaps: Iterable[Gap], seen: int | None) -> Sequence[Event]:
        left, pages = _Left(), list[Transcript]()
        for gap in gaps:
            after, kinds = gap.after, _SPOKEN
            if seen is not None:
                kinds = READ_LATER
                if after is None:
                    # All up to there was told, and so all up to the line that came last before.
                    after = await self._reader.number_at(gap.timeline, seen + 1) - 1
            if after is not None:
                pages += await self._missed(user, gap, after, kinds, left)
                if seen is not None:
                    pages += await self._changed(user, gap, after, seen, left)
        return pages

    async def _missed(
        self, user: User, gap: Gap, after: int, kinds: Sequence[str], left: _Left
    ) -> list[Transcript]:
        first = gap.first_for(user)
        found = await self._reader.after(
            gap.timeline, max(after, first - 1), gap.last, left.lines + 1, kinds
        )
        lines = left.take(found)
        has_more = len(lines) < len(found)
        return await self._page(user, gap, PageKind.MISSED, lines, first, has_more)

    async def _changed(
        self, user: User, gap: Gap, after: int, seen: int, left: _Left
    ) -> list[Transcript]:
        first = gap.first_for(user)
        # Later lines are told as they are by now.
        span = range(first, min(after, gap.last) + 1)
        found, has_more = await self._reader.changed(gap.timeline, seen, span, left.lines)
        lines = left.take(found)
        has_more = has_more or len(lines) < len(found)
        return await self._page(user, gap, PageKind.CHANGED, lines, first, has_more)

    async def _page(
        self,
        user: User,
        gap: Gap,
        kind: PageKind,
        lines: Sequence[Line],
        first: int,
        has_more: bool,
    ) -> list[Transcript]:
        answered = await self._reader.answered(gap.timeline, lines, first)
        if gap.room is None and lines:
            later = await self._changed_later(user, gap, [*answered.values(), *lines])
            answered = {each: line for each, line in answered.items() if each not in later}
            lines = [
                line._replace(reacted="", pinned=0) if line.number in later else line
                for line in lines
                if line.number not in later or line.state != "edited"
            ]
        if not (lines or has_more):
            return []
        recalled = self._access.recall(user, gap.name, lines, answered)
        return [Transcript(self._world.now(), kind, recalled, gap.name, has_more=has_more)]

    async def _changed_later(self, user: User, gap: Gap, lines: Sequence[Line]) -> set[int]:
        """
        Return the numbers of those ``lines`` that ``user`` may not read as they are by now.

        They were changed after the user had left; how they were before is not kept.
        """
        numbers = [line.number for line in lines]
        span = range(min(numbers), max(numbers) + 1)
        found, _ = await self._reader.changed(gap.timeline, gap.left, span, len(span))
        first = self._access.first_of(user, gap.timeline.id)
        return {line.number for line in found if line.number < first}

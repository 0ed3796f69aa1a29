"""
Gaps: what rooms heard while a program was gone.

All rooms together are told no more than one page; the program asks for the rest, as fast as it
reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, frozen
from twisted.internet.defer import Deferred

from twisted_chat.history.archive import beginning
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.store.records import LAST_ID, READ_LATER
from twisted_chat.world import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Event
    from twisted_chat.history.access import Access
    from twisted_chat.history.reader import Reader
    from twisted_chat.store.records import Line
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
        after: the number of the last line that it has; None if it does not say.
        last: the number of the last line that it is not told by itself.
    """

    room: Room
    after: int | None
    last: int


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
    def of(session: Session, last: Mapping[str, int]) -> list[Gap]:
        """
        Return what the program of ``session`` may have missed; later lines it is told.

        Args:
            last: the number of the last line that it has, by the key of the room.
        """
        rooms = session.require_user().rooms
        return [Gap(room, last.get(room.key), room.timeline.number) for room in rooms]

    def show(self, session: Session, gaps: Sequence[Gap], seen: int | None) -> None:
        """
        Tell ``session`` what was said, and which lines that it has were changed.

        It is told that before anything that happens from now on.

        Args:
            seen: the largest id that its program was told; None if it does not say.
        """
        now = self._world.now()
        instead = [
            Transcript(now, PageKind.MISSED, (), gap.room.name, has_more=True)
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
                    after = await self._reader.number_at(gap.room.timeline, seen + 1) - 1
            if after is not None:
                pages += await self._missed(user, gap, after, kinds, left)
                if seen is not None:
                    pages += await self._changed(user, gap, after, seen, left)
        return pages

    async def _missed(
        self, user: User, gap: Gap, after: int, kinds: Sequence[str], left: _Left
    ) -> list[Transcript]:
        first = readable.first_readable(user, gap.room) or LAST_ID
        found = await self._reader.after(
            gap.room.timeline, max(after, first - 1), gap.last, left.lines + 1, kinds
        )
        lines = left.take(found)
        has_more = len(lines) < len(found)
        return await self._page(user, gap.room, PageKind.MISSED, lines, first, has_more)

    async def _changed(
        self, user: User, gap: Gap, after: int, seen: int, left: _Left
    ) -> list[Transcript]:
        first = readable.first_readable(user, gap.room) or LAST_ID
        # Later lines are told as they are by now.
        span = range(first, after + 1)
        found, has_more = await self._reader.changed(gap.room.timeline, seen, span, left.lines)
        lines = left.take(found)
        has_more = has_more or len(lines) < len(found)
        return await self._page(user, gap.room, PageKind.CHANGED, lines, first, has_more)

    async def _page(
        self,
        user: User,
        room: Room,
        kind: PageKind,
        lines: Sequence[Line],
        first: int,
        has_more: bool,
    ) -> list[Transcript]:
        if not (lines or has_more):
            return []
        answered = await self._reader.answered(room.timeline, lines, first)
        recalled = self._access.recall(user, room.name, lines, answered)
        return [Transcript(self._world.now(), kind, recalled, room.name, has_more=has_more)]

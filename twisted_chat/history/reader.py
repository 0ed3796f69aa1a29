"""
Reader: what rooms heard, read again from the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define
from twisted.internet.defer import Deferred

from twisted_chat.history.retention import oldest_kept
from twisted_chat.store.interface import ALL_HEARD
from twisted_chat.store.records import READ_LATER, TALK, Line, id_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from twisted_chat.history.recorder import Recorder
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store, Unheard
    from twisted_chat.store.query import Query
    from twisted_chat.store.records import Message
    from twisted_chat.world.timeline import Timeline
    from twisted_chat.world.world import World

#: Lines among which a user's last one is looked for.
LOOKED_AT = 500


@define(eq=False)
class Reader:
    """
    Reads what rooms heard from the store.

    Args:
        world: says how long history is kept.
        store: holds them.
        recorder: knows the latest changes, which the store may not have yet.
        deadlines: wait for the store.
    """

    _world: World
    _store: Store
    _recorder: Recorder
    _deadlines: Deadlines

    def _oldest(self) -> float:
        """
        Return the earliest time of what may be read; older lines are about to be deleted.
        """
        return oldest_kept(self._world.limits.keep_history, self._world.now()) / 1e6

    def _current(self, lines: Iterable[Line]) -> list[Line]:
        """
        Return ``lines`` of the store in their current form, without those that are too old.
        """
        oldest = self._oldest()
        revised = self._recorder.revised
        current = (revised(line.room, line.number) or line for line in lines)
        return [line for line in current if line.at >= oldest]

    def complete(self, timeline: Timeline) -> Deferred[None] | None:
        """
        Load the latest talk of a room into memory.

        Returns:
            fires when it is loaded, or failed to load; None if it is in memory already.
        """
        if timeline.is_complete:
            return None
        done: Deferred[None] = Deferred()
        if timeline.waiting is not None:
            timeline.waiting.append(done)
            return done
        timeline.waiting = [done]
        first = timeline.recent[0].number if timeline.recent else timeline.number + 1
        reading = Deferred.fromCoroutine(self._fill(timeline, first))
        reading.addErrback(self._deadlines.report)
        reading.addBoth(lambda _: timeline.end_waiting())
        return done

    async def _fill(self, timeline: Timeline, first: int) -> None:
        most = timeline.recent.maxlen or 0
        lines = await self._store.lines(timeline.id, first, most, READ_LATER)
        answered = sorted({line.re for line in lines if line.re})
        quoted = await self._store.numbered(timeline.id, answered) if answered else []
        timeline.complete(self._current(lines), self._current(quoted))

    def latest(self, timeline: Timeline, span: range, count: int) -> list[Line]:
        """
        Return the latest ``count`` lines of talk in memory, the oldest first.

        Args:
            span: the numbers of lines that may be shown.
        """
        oldest = self._oldest()
        found = [line for line in timeline.recent if line.number in span and line.at >= oldest]
        return found[-count:]

    async def latest_of(
        self, timeline: Timeline, count: int, kinds: Sequence[str]
    ) -> list[Line] | None:
        """
        Return the latest ``count`` lines of a room, the oldest first, if memory has them.

        Where many enter a room in which little is said, the store would go through all who came
        before, for each of them.

        Args:
            kinds: only of these kinds.

        Returns:
            None if the store must be asked.
        """
        recent = timeline.recent
        if not recent.maxlen or not set(kinds) <= set(READ_LATER):
            return None
        if (reading := self.complete(timeline)) is not None:
            await reading
        oldest = self._oldest()
        found = [line for line in recent if line.kind in kinds and line.at >= oldest][-count:]
        has_all = timeline.is_complete and len(recent) < recent.maxlen
        return found if has_all or len(found) == count else None

    async def before(
        self, timeline: Timeline, number: int, count: int, kinds: Sequence[str] = ()
    ) -> list[Line]:
        """
        Return at most ``count`` lines of a room before line ``number``, the oldest first.

        Args:
            kinds: only of these kinds; empty for all.

        Raises:
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        lines = await self._deadlines.read(self._store.lines(timeline.id, number, count, kinds))
        return self._current(lines)

    async def numbered(self, timeline: Timeline, numbers: Sequence[int]) -> list[Line]:
        """
        Return those lines of a room that have these numbers, the oldest first.

        Raises:
            Unavailable: the store does not answer.
        """
        lines = await self._deadlines.read(self._store.numbered(timeline.id, numbers))
        return self._current(lines)

    async def number_at(self, timeline: Timeline, id_: int) -> int:
        """
        Return the number of the first line of a room whose id is at least ``id_``.

        Raises:
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        return await self._deadlines.read(self._store.first_since(timeline.id, id_))

    async def after(
        self, timeline: Timeline, number: int, last: int, count: int, kinds: Sequence[str]
    ) -> list[Line]:
        """
        Return at most ``count`` lines of a room behind line ``number``, up to ``last``.

        Args:
            kinds: only of these kinds.

        Raises:
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        found: list[Line] = []
        while number < last and len(found) < count:
            end = min(number + LOOKED_AT, last)
            lines = await self._deadlines.read(
                self._store.numbered(timeline.id, range(number + 1, end + 1))
            )
            found += [line for line in self._current(lines) if line.kind in kinds]
            number = end
        return found[:count]

    async def changed(
        self, timeline: Timeline, since: int, span: range, count: int
    ) -> tuple[list[Line], bool]:
        """
        Return at most ``count`` lines of a room, and whether there are more, as `Store.changed`.

        Raises:
            Unavailable: the store does not answer.
        """
        lines = await self._deadlines.read(
            self._store.changed(timeline.id, since, span, count + 1)
        )
        return self._current(lines[:count]), len(lines) > count

    async def since(self, timeline: Timeline, after: int, before: int, count: int) -> list[Line]:
        """
        Return the last ``count`` lines of talk with ids between two, the oldest first.

        Raises:
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        newest = timeline.number + 1
        lines = await self._deadlines.read(
            self._store.lines(timeline.id, newest, count, READ_LATER, after + 1)
        )
        return [line for line in self._current(lines) if line.id < before]

    async def messages(
        self,
        one: int,
        other: int,
        before: int,
        count: int,
        key: str,
        after: int = 0,
        *,
        from_end: bool = True,
        unheard: Unheard = ALL_HEARD,
    ) -> list[Message]:
        """
        Return messages between two users, as `Store.messages` does.

        Raises:
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        # What is too old is about to be deleted, and is not among the first ones.
        after = max(after, id_at(self._oldest()) - 1)
        found = await self._deadlines.read(
            self._store.messages(
                one, other, before, count, key, after, from_end=from_end, unheard=unheard
            )
        )
        oldest = self._oldest()
        return [message for message in found if message.at >= oldest]

    async def last_messages(self, one: int) -> list[Message]:
        """
        Return the last messages between ``one`` and each other user by each of their nicks.

        As `Store.last_messages` does.

        Raises:
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        found = await self._deadlines.read(self._store.last_messages(one))
        oldest = self._oldest()
        return [message for message in found if message.at >= oldest]

    async def messages_to(self, one: int, after: int, before: int, count: int) -> list[Message]:
        """
        Return the last messages to ``one``, as `Store.messages_to` does.

        Raises:
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        after = max(after, id_at(self._oldest()) - 1)
        return await self._deadlines.read(self._store.messages_to(one, after, before, count))

    def find(self, timeline: Timeline, number: int) -> Line | Deferred[Line | None] | None:
        """
        Return a line of a room, or a Deferred if it is not in memory.

        None stands for no such line; the Deferred may fail with `Unavailable`.
        """
        line = self._recorder.revised(timeline.id, number) or timeline.answered.get(number)
        if line is None:
            line = next((line for line in timeline.recent if line.number == number), None)
        if line is not None:
            return line if line.at >= self._oldest() else None
        if not 0 < number <= timeline.number:
            return None
        return Deferred.fromCoroutine(self._find(timeline, number))

    async def _find(self, timeline: Timeline, number: int) -> Line | None:
        found = await self._deadlines.read(self._store.numbered(timeline.id, [number]))
        return next(iter(self._current(found)), None)

    def find_last(
        self, timeline: Timeline, is_wanted: Callable[[Line], bool]
    ) -> Line | Deferred[Line | None] | None:
        """
        Return the latest line of talk that ``is_wanted``, or a Deferred, as `find` does.

        It is looked for among the latest `LOOKED_AT` lines only.
        """
        oldest = self._oldest()
        for line in reversed(timeline.recent):
            if is_wanted(line):
                return line if line.id >= oldest else None
        first = timeline.recent[0].number if timeline.recent else timeline.number + 1
        return Deferred.fromCoroutine(self._find_last(timeline, first, is_wanted))

    async def _find_last(
        self, timeline: Timeline, before: int, is_wanted: Callable[[Line], bool]
    ) -> Line | None:
        await self._deadlines.settle()
        lines = await self._deadlines.read(self._store.lines(timeline.id, before, LOOKED_AT, TALK))
        return next((line for line in reversed(self._current(lines)) if is_wanted(line)), None)

    async def search(self, query: Query, count: int) -> list[Line]:
        """
        Return at most ``count`` lines that ``query`` finds, the latest first.

        Raises:
            SearchTooLong: it takes too long.
            SearchNotReady: not all lines can be searched yet.
            Unavailable: the store does not answer.
        """
        await self._deadlines.settle()
        lines = await self._deadlines.read(self._store.search(query, count))
        return self._current(lines)

    async def pinned(self, timeline: Timeline) -> list[Line]:
        """
        Return the pinned lines of a room, the oldest first.

        Raises:
            Unavailable: the store does not answer.
        """
        lines = await self._deadlines.read(self._store.pinned(timeline.id))
        found = {line.number: line for line in lines}
        found.update(self._recorder.revised_in(timeline.id))
        return [line for _, line in sorted(found.items()) if line.pinned]

    async def answered(
        self, timeline: Timeline, lines: Iterable[Line], first: int
    ) -> dict[int, Line]:
        """
        Return, by number, the lines from ``first`` on that are answered by ``lines``.

        Raises:
            Unavailable: the store does not answer.
        """
        numbers = sorted({line.re for line in lines if line.re >= first})
        if not numbers:
            return {}
        found = await self._deadlines.read(self._store.numbered(timeline.id, numbers))
        return {line.number: line for line in self._current(found)}

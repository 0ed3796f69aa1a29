"""
A store that keeps what was said for as long as the server runs, and no more than fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import Deferred, succeed

from twisted_chat.records import Chronicled, Kept, Line, RoomOpened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted_chat.records import Change

#: Lines of one room that are kept if nothing else is said.
MAX_LINES = 10_000


@define(eq=False)
class MemoryStore:
    """
    Keeps changes in memory: a `Store` that answers at once.

    Args:
        most: lines of one room that are kept; of more, the oldest make way.
    """

    _most: int = MAX_LINES
    _rooms: dict[int, RoomOpened] = field(init=False, factory=dict)
    _lines: dict[int, dict[int, Line]] = field(init=False, factory=dict)

    def load(self) -> Kept:
        """
        Return what must be known before anything else is asked.
        """
        rooms = tuple(
            Chronicled(room.id, room.key, room.name, max(self._lines[room.id], default=0))
            for room in self._rooms.values()
        )
        ids = (line.id for lines in self._lines.values() for line in lines.values())
        return Kept(rooms, max(ids, default=0))

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Keep all of ``changes``.
        """
        for change in changes:
            if isinstance(change, Line):
                lines = self._lines[change.room]
                lines.setdefault(change.number, change)
                if len(lines) > self._most:
                    del lines[next(iter(lines))]
            else:
                self._rooms[change.id] = change
                self._lines.setdefault(change.id, {})
        return succeed(None)

    def lines(
        self, room: int, before: int, count: int, kinds: Sequence[str] = ()
    ) -> Deferred[list[Line]]:
        """
        Return the last lines of a room, the oldest first.
        """
        found: list[Line] = []
        for line in reversed(self._lines.get(room, {}).values()):
            if len(found) >= count:
                break
            if line.number < before and (not kinds or line.kind in kinds):
                found.append(line)
        return succeed(found[::-1])

    def close(self) -> Deferred[None]:
        """
        Do nothing: what is in memory goes with the server.
        """
        return succeed(None)

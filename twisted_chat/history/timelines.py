"""
Timelines: the rooms that have history, and the part of it that is in memory.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.store.records import RoomOpened
from twisted_chat.text.names import Taken, fold
from twisted_chat.world import readable
from twisted_chat.world.model import Room
from twisted_chat.world.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from twisted.internet.defer import Deferred

    from twisted_chat.store.interface import Store
    from twisted_chat.store.records import Change, Line
    from twisted_chat.store.snapshot import KnownRoom
    from twisted_chat.world.world import World

# Empty rooms whose latest lines stay in memory.
_DOZING = 1000
# Lines of a room that are in memory, even if fewer are shown to users who enter.
_AT_HAND = 20


def _do_nothing(_: int) -> None:
    pass


@define(eq=False)
class Timelines:
    """
    The timelines of all rooms that have history, empty rooms included.

    Args:
        world: holds the rooms that a user is in, or owns.
        store: holds the history.
        keep: called with each change to keep in this turn.

    Attributes:
        hidden: of rooms that are gone and had kept a user out, by their numbers in the store, from
            where on they may be read; also of those that were retired.
        on_ended: called with the number of each room that is gone, and with it all but those lines
            of it that everybody may read.
    """

    _world: World
    _store: Store
    _keep: Callable[[Change], None]
    # For every room with history: its number, and the number of its latest line.
    _known: dict[str, tuple[int, int]] = field(init=False, factory=dict)
    _names: dict[int, str] = field(init=False, factory=dict)
    _taken: Taken = field(init=False, factory=Taken)
    _timelines: dict[str, Timeline] = field(init=False, factory=dict)
    _dozing: OrderedDict[str, None] = field(init=False, factory=OrderedDict)
    _last_room: int = field(init=False, default=0)
    hidden: dict[int, int] = field(init=False, factory=dict)
    on_ended: Callable[[int], None] = field(init=False, default=_do_nothing)

    def begin(self, rooms: Sequence[KnownRoom], last_room: int) -> None:
        """
        Load the state from the store.

        Args:
            last_room: the greatest number of a room in the audit trail and the reports.
        """
        self._last_room = last_room
        for room in rooms:
            self._last_room = max(self._last_room, room.id)
            self._note(room.id, room.key, room.name, room.number)

    def open(self, key: str, name: str, tail: int) -> Timeline:
        """
        Return the timeline of a room that is made, or made again.

        Args:
            name: as it is written now; none that looks like it is free until `close`.
            tail: how many of its latest lines to keep in memory, at least.
        """
        self._dozing.pop(key, None)
        timeline = self._timelines.get(key)
        if timeline is None:
            if key not in self._known:
                self._last_room += 1
                self._note(self._last_room, key, name, 0)
            number, latest = self._known[key]
            # Also for a known room: the store may be about to delete it.
            self._keep(RoomOpened(number, key, name))
            at_hand: deque[Line] = deque(maxlen=max(tail, _AT_HAND))
            timeline = Timeline(number, latest, at_hand, is_complete=not latest)
            self._timelines[key] = timeline
        if name != self._names[timeline.id]:
            self._taken.add(name)
        return timeline

    def _note(self, room: int, key: str, name: str, number: int) -> None:
        self._known[key] = room, number
        self._names[room] = name
        self._taken.add(name)

    def close(self, key: str, name: str) -> None:
        """
        Drop the lines of an empty room from memory, sooner or later.

        Args:
            name: as it was opened.
        """
        if name != self._names[self._timelines[key].id]:
            self._taken.remove(name)
        self._dozing[key] = None
        if len(self._dozing) > _DOZING:
            self._put_to_sleep(next(iter(self._dozing)))

    def _put_to_sleep(self, key: str) -> None:
        del self._dozing[key]
        timeline = self._timelines.pop(key)
        self._known[key] = timeline.id, timeline.number

    def retire(self, key: str, name: str) -> None:
        """
        Forget an empty room whose lines nobody may read any more.

        A later room of its name is another one, which tells nothing of it: it begins with line 1,
        and names that look like this one are free.

        Args:
            name: as it was opened.
        """
        self._dozing.pop(key, None)
        self._timelines.pop(key, None)
        room, _ = self._known.pop(key)
        known = self._names.pop(room)
        self._taken.remove(known)
        if name != known:
            self._taken.remove(name)

    def asleep(self, name: str) -> Room | None:
        """
        Return an empty room as it would be if it were made again, for reading.

        Returns:
            a room that is not in `rooms`; None if there is no history to read.
        """
        key = fold(name)
        timeline = None if key in self._world.rooms else self._asleep(key)
        if timeline is None:
            return None
        room = Room(self._world, key, self._names[timeline.id], timeline)
        room.public_from = readable.readable_asleep([timeline.id], self.hidden)[timeline.id]
        return room if room.public_from <= timeline.number else None

    def _asleep(self, key: str) -> Timeline | None:
        timeline = self._timelines.get(key)
        if timeline is None and key in self._known:
            number, latest = self._known[key]
            timeline = Timeline(number, latest, deque(maxlen=0), is_complete=False)
        return timeline

    def like(self, name: str) -> str | None:
        """
        Return the name of another room, open or kept, that looks like ``name``; None for none.
        """
        known = self._known.get(fold(name))
        return self._taken.like(name, own=self._names[known[0]] if known else "")

    def names(self, rooms: Iterable[int]) -> list[str]:
        """
        Return the names of the rooms of these numbers, as far as they are known.
        """
        return [self._names[room] for room in rooms if room in self._names]

    def rooms(self) -> list[str]:
        """
        Return the folded names of all rooms with history.
        """
        return list(self._known)

    def ids(self) -> Iterator[int]:
        """
        Return the numbers, in the store, of all rooms with history.
        """
        return iter(self._names)

    def forget_lines(self, before: int, oldest: float = 0.0) -> None:
        """
        Drop lines from memory as `Timeline.forget` does, and empty rooms without lines.
        """
        for timeline in self._timelines.values():
            timeline.forget(before, oldest)
        for key in [key for key in self._dozing if not self._timelines[key].recent]:
            self._put_to_sleep(key)

    def forget_rooms(self, keys: Iterable[str]) -> Deferred[None]:
        """
        Forget the rooms that are not in memory and that the store deletes.

        Returns:
            fires when it is done; fails with `StoreFailed`.
        """
        asleep = {key: self._known[key] for key in keys if key not in self._timelines}
        asked = {room: key for key, (room, _) in asleep.items()}
        latest = dict(asleep.values())

        def forget(gone: list[int]) -> None:
            for key in [asked[room] for room in gone]:
                # A user may have opened it again meanwhile.
                if key not in self._timelines and self._known[key] == asleep[key]:
                    del self._known[key]
                    self._taken.remove(self._names.pop(asleep[key][0]))
                    self.on_ended(asleep[key][0])

        return self._store.prune_rooms(latest).addCallback(forget)

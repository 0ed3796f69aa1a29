"""
Presence: joins and parts that follow each other are told in one line, and in large rooms counted.

In a storm each of those who come or go hears another part of it, so nobody's part is copied: it is
found by its two ends, and its names are there for a dialect that goes through them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, TypeVar, overload

from attrs import define, field, frozen

from twisted_chat.delivery.rendering import render
from twisted_chat.events import Departure, Event, Joined, Left, Quit
from twisted_chat.replies.pages import Presence

if TYPE_CHECKING:
    from twisted_chat.delivery.turn import Turn
    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Dialect
    from twisted_chat.world.model import Room

#: A room with more members than this is large: there, people read how many came and went, not who.
LARGE_ROOM = 100

_T = TypeVar("_T")


@frozen
class Slice(Sequence[_T]):
    """
    A part of a list that is not copied.
    """

    _items: Sequence[_T]
    _start: int
    _stop: int

    def __len__(self) -> int:
        return self._stop - self._start

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        """
        Return one item, or several in a list of their own.
        """
        return self._items[self._start : self._stop][index]

    def __iter__(self) -> Iterator[_T]:
        """
        Go through the part.
        """
        return islice(self._items, self._start, self._stop)


@frozen
class Crowd:
    """
    Those who came to and went from a room between two places in the log.

    Attributes:
        room: the large room that it is.
        place: that of the first of them in the log.
        at: when that one came or went.
    """

    room: Room
    place: int
    at: float
    joined: Sequence[str]
    left: Sequence[tuple[str, Departure]]


class RoomPresence:
    """
    Who came to and went from one room in a turn, and what else was heard there.

    Attributes:
        others: the places in the log of what is no presence, ascending.
        indices: which entries of the room's these are.
    """

    def __init__(self, turn: Turn, room: Room) -> None:
        self._room = room
        positions, presence = turn.positions[room], frozenset(turn.presence[room])
        self.indices = [index for index in range(len(positions)) if index not in presence]
        self.others = [positions[index] for index in self.indices]
        self._places = [positions[index] for index in turn.presence[room]]
        events: list[Event] = [turn.log[place][0] for place in self._places]
        self._at = [event.at for event in events]
        self._joined = [event.nick for event in events if isinstance(event, Joined)]
        self._left = [
            (event.nick, _why(event)) for event in events if isinstance(event, (Left, Quit))
        ]
        # For each of them, how many joins stand before it.
        joins = (isinstance(event, Joined) for event in events)
        self._joins = list(accumulate(joins, initial=0))

    def heard(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """
        Go through the `others` from ``start`` to before ``stop``, each with its index.
        """
        first, last = bisect_left(self.others, start), bisect_left(self.others, stop)
        return zip(self.others[first:last], self.indices[first:last], strict=True)

    def crowd(self, start: int, stop: int) -> Crowd | None:
        """
        Return who came and went from ``start`` to before ``stop``; None if nobody did.
        """
        first, last = bisect_left(self._places, start), bisect_left(self._places, stop)
        if first == last:
            return None
        before, until = self._joins[first], self._joins[last]
        joined = Slice(self._joined, before, until)
        left = Slice(self._left, first - before, last - until)
        return Crowd(self._room, self._places[first], self._at[first], joined, left)


@define(eq=False)
class PresenceRun:
    """
    Joins and parts with nothing read between them, gathered by room.

    Attributes:
        is_open: there are some that were not taken.
    """

    _log: LimitedLogger
    _sizes: dict[Room, int]
    # Of each room who came, and who went: one by one, or many at once.
    _rooms: dict[Room, tuple[list[Sequence[str]], list[Sequence[tuple[str, Departure]]]]] = field(
        factory=dict
    )
    is_open: bool = False
    _seen: set[tuple[str, str]] = field(factory=set)
    _dialect: Dialect | None = None
    _at: float = 0.0

    def is_large(self, room: Room) -> bool:
        """
        Return whether presence in ``room`` is counted, because it was large in this turn.
        """
        return self._sizes.get(room, 0) > LARGE_ROOM

    def add(self, event: Joined | Left | Quit, room: Room, dialect: Dialect) -> list[bytes]:
        """
        Take ``event`` up, to be read in ``dialect``; return what must be read before it.

        In a large room presence is counted; else nobody stands twice in one line.
        """
        person = room.name, event.nick
        before = self.take() if person in self._seen and not self.is_large(room) else []
        self._dialect, self.is_open = dialect, True
        self._seen.add(person)
        joined, left = self._rooms.setdefault(room, ([], []))
        if isinstance(event, Joined):
            joined.append((event.nick,))
        else:
            left.append(((event.nick, _why(event)),))
        self._at = event.at
        return before

    def add_crowd(self, crowd: Crowd | None, dialect: Dialect) -> None:
        """
        Add those who came to and went from a large room, to be read in ``dialect``.
        """
        if crowd is None:
            return
        self._dialect, self._at, self.is_open = dialect, crowd.at, True
        joined, left = self._rooms.setdefault(crowd.room, ([], []))
        joined.append(crowd.joined)
        left.append(crowd.left)

    def take(self) -> list[bytes]:
        """
        Return one line for each room, and start again.
        """
        if self._dialect is None:
            return []
        lines = [
            render(
                self._log,
                self._dialect,
                Presence(self._at, room.name, _all(joined), _all(left), self.is_large(room)),
            )
            for room, (joined, left) in self._rooms.items()
        ]
        self._rooms.clear()
        self._seen.clear()
        self._dialect, self.is_open = None, False
        return lines


def _why(event: Left | Quit) -> Departure:
    return Departure(event.reason, event.cause, event.by)


def _all(parts: list[Sequence[_T]]) -> Sequence[_T]:
    # Nearly always there is one in a large room: who reads the count alone needs no copy.
    return parts[0] if len(parts) == 1 else tuple(chain.from_iterable(parts))

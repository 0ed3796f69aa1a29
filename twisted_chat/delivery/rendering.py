"""
Rendering: an event becomes the bytes of one dialect, and joins and parts become one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar, overload

from attrs import define, evolve, field, frozen

from twisted_chat.delivery.hooks import typed_in
from twisted_chat.events import Acted, Edited, Event, Joined, Left, Pinned, Quit, Reacted, Said
from twisted_chat.replies.pages import Presence
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Dialect
    from twisted_chat.world.model import Room

#: In a room with more members than this, joins and leaves are counted, not named.
LARGE_ROOM = 100

_T = TypeVar("_T")
# Events with a user's words, which are hidden from users who ignore that user.
_WORDS = (Said, Acted, Edited, Reacted)
# Events that may quote another user.
_QUOTES = (Said, Reacted, Pinned)


def render(log: LimitedLogger, dialect: Dialect, event: Event, reader: str = "") -> bytes:
    """
    Return ``event`` as ``reader`` reads it in ``dialect``; empty if it cannot be rendered.
    """
    try:
        return dialect.render(event, reader)
    except BaseException:  # an event may carry a plugin's object, and that may raise anything
        kind = type(event).__name__
        log.report("{kind} could not be rendered", secret=typed_in(event), kind=kind)
        return b""


def is_by(event: Event, ignored: Collection[str]) -> bool:
    """
    Return whether ``event`` holds words of one of ``ignored``, folded nicks.
    """
    return isinstance(event, _WORDS) and fold(event.nick) in ignored


def without_quote(event: Event, ignored: Collection[str]) -> Event:
    """
    Return ``event`` without a quote of one of ``ignored``, folded nicks.
    """
    if ignored and isinstance(event, _QUOTES) and event.quote and fold(event.quoted) in ignored:
        return evolve(event, quote="")
    return event


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


@define(eq=False)
class _People(Sequence[_T]):
    """
    The users who joined or left, one by one or many at once.
    """

    _parts: list[Sequence[_T]] = field(factory=list)

    def add(self, part: Sequence[_T]) -> None:
        """
        Add those of ``part``.
        """
        self._parts.append(part)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        """
        Return one of them, or several in a tuple of their own.
        """
        return tuple(self)[index]

    def __iter__(self) -> Iterator[_T]:
        """
        Go through all of them.
        """
        return chain.from_iterable(self._parts)


@define(eq=False)
class PresenceRun:
    """
    Joins and leaves with no other line between them, by room.
    """

    _log: LimitedLogger
    _sizes: dict[Room, int]
    _rooms: dict[Room, tuple[_People[str], _People[tuple[str, str]]]] = field(factory=dict)
    _seen: set[tuple[str, str]] = field(factory=set)
    _dialect: Dialect | None = None
    _at: float = 0.0

    def is_large(self, room: Room) -> bool:
        """
        Return whether presence in ``room`` is counted, because the room was large in this turn.
        """
        return self._sizes.get(room, 0) > LARGE_ROOM

    def add(self, event: Joined | Left | Quit, room: Room, dialect: Dialect) -> list[bytes]:
        """
        Add ``event``, to be read in ``dialect``; return the lines that must be read before it.

        In a large room presence is counted.  Otherwise no user is named twice in one line.
        """
        person = room.name, event.nick
        before = self.take() if person in self._seen and not self.is_large(room) else []
        self._dialect = dialect
        self._seen.add(person)
        joined, left = self._people_of(room)
        if isinstance(event, Joined):
            joined.add((event.nick,))
        else:
            left.add(((event.nick, event.reason),))
        self._at = event.at
        return before

    def add_many(
        self,
        room: Room,
        joined: Slice[str],
        left: Slice[tuple[str, str]],
        dialect: Dialect,
        at: float,
    ) -> None:
        """
        Add the joins and leaves of a large room, with names if ``dialect`` shows them.
        """
        self._dialect, self._at = dialect, at
        came, went = self._people_of(room)
        came.add(joined)
        went.add(left)

    def _people_of(self, room: Room) -> tuple[_People[str], _People[tuple[str, str]]]:
        people = self._rooms.get(room)
        if people is None:
            people = self._rooms[room] = _People(), _People()
        return people

    def take(self) -> list[bytes]:
        """
        Return one line for each room, and start again.
        """
        if self._dialect is None:
            return []
        lines = []
        for room, (joined, left) in self._rooms.items():
            if self.is_large(room):
                # A dialect that counts needs no names.
                presence = Presence(self._at, room.name, joined, left, large=True)
            else:
                presence = Presence(self._at, room.name, tuple(joined), tuple(left), large=False)
            lines.append(render(self._log, self._dialect, presence))
        self._rooms.clear()
        self._seen.clear()
        self._dialect = None
        return lines

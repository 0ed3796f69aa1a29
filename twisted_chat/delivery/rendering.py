"""
Rendering: an event becomes the bytes of one dialect, and joins and parts become one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar, overload

from attrs import define, evolve, field, frozen

from twisted_chat.delivery.hooks import typed_in
from twisted_chat.events import Acted, Edited, Event, Joined, Left, Pinned, Reacted, Said
from twisted_chat.replies import Presence
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Dialect
    from twisted_chat.world.model import Room

#: A room with more members than this is large: there, people read how many came and went, not who.
LARGE_ROOM = 100

_T = TypeVar("_T")
# What somebody put into words, to be read by those who do not ignore them.
_WORDS = (Said, Acted, Edited, Reacted)
# What quotes somebody else's.
_QUOTES = (Said, Reacted, Pinned)


def render(log: LimitedLogger, dialect: Dialect, event: Event, reader: str = "") -> bytes:
    """
    Return ``event`` as ``reader`` reads it in ``dialect``; nothing if that cannot be.
    """
    try:
        return dialect.render(event, reader)
    except BaseException:  # an event may carry a plugin's object, and that may raise anything
        kind = type(event).__name__
        log.report("{kind} could not be rendered", secret=typed_in(event), kind=kind)
        return b""


def is_by(event: Event, ignored: Collection[str]) -> bool:
    """
    Say whether ``event`` is something said by one of ``ignored``, folded nicks.
    """
    return isinstance(event, _WORDS) and fold(event.nick) in ignored


def without_quote(event: Event, ignored: Collection[str]) -> Event:
    """
    Return ``event`` as those read it who ignore ``ignored``: without what one of these said.
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
class PresenceRun:
    """
    Joins and parts with nothing read between them, gathered by room.
    """

    _log: LimitedLogger
    _sizes: dict[Room, int]
    # Of each room who came, and who went: one by one, or many at once.
    _rooms: dict[Room, tuple[list[Sequence[str]], list[Sequence[tuple[str, str]]]]] = field(
        factory=dict
    )
    _seen: set[tuple[str, str]] = field(factory=set)
    _dialect: Dialect | None = None
    _at: float = 0.0

    def is_large(self, room: Room) -> bool:
        """
        Say whether presence in ``room`` is told as a count: it was large at some time of the turn.
        """
        return self._sizes.get(room, 0) > LARGE_ROOM

    def add(self, event: Joined | Left, room: Room, dialect: Dialect) -> list[bytes]:
        """
        Take ``event`` up, to be read in ``dialect``; return what must be read before it.

        In a large room presence is counted; else nobody stands twice in one line.
        """
        person = event.room, event.nick
        before = self.take() if person in self._seen and not self.is_large(room) else []
        self._dialect = dialect
        self._seen.add(person)
        joined, left = self._rooms.setdefault(room, ([], []))
        if isinstance(event, Joined):
            joined.append((event.nick,))
        else:
            left.append(((event.nick, event.reason),))
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
        Add those who came to and went from a large room; ``dialect`` may go through their names.
        """
        self._dialect, self._at = dialect, at
        came, went = self._rooms.setdefault(room, ([], []))
        came.append(joined)
        went.append(left)

    def take(self) -> list[bytes]:
        """
        Return one line for each room and begin anew.
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
        self._dialect = None
        return lines


def _all(parts: list[Sequence[_T]]) -> Sequence[_T]:
    # Nearly always there is one in a large room: who reads the count alone needs no copy.
    return parts[0] if len(parts) == 1 else tuple(chain.from_iterable(parts))

"""
Chronicles: what is kept of each room, as much of it as is at hand, and which rooms those are.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.store.records import RoomOpened
from twisted_chat.text.names import Taken, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from twisted.internet.defer import Deferred

    from twisted_chat.events import Transcript
    from twisted_chat.store.interface import Chronicled, Store
    from twisted_chat.store.records import Change, Line

# Rooms with nobody in them whose latest lines stay at hand.
_DOZING = 1000
# Lines of a room that are at hand, however few are shown to whoever enters.
_AT_HAND = 20


@define(eq=False)
class Chronicle:
    """
    What is kept of a room that people are in, or were not long ago.

    Attributes:
        id: the room's number in the store.
        number: of its latest line; 0 if there is none.
        recent: its latest talk, the oldest first, as far as it is at hand.
        is_complete: all that is shown to whoever enters is at hand.
        spoken: the number of the latest talk; 0 for none since it was opened.
        answered: the lines, by number, that the latest answers quote.
        is_kept: what the room hears is kept from here on.
    """

    id: int
    number: int
    recent: deque[Line]
    is_complete: bool
    spoken: int = 0
    answered: OrderedDict[int, Line] = field(factory=OrderedDict)
    is_kept: bool = True
    # Those who wait until it is; None while it is not being read.
    waiting: list[Deferred[None]] | None = None
    # What whoever enters is shown: from which line on they may read, the first line, the last.
    shown: Transcript | None = None
    shown_span: tuple[int, int, int] = (0, 0, 0)

    def note_answered(self, line: Line) -> None:
        """
        Have ``line`` at hand, which one of the latest quotes.
        """
        # Of as many answers as are at hand, each quotes one line at most.
        self.answered[line.number] = line
        self.answered.move_to_end(line.number)
        if len(self.answered) > (self.recent.maxlen or 0):
            self.answered.popitem(last=False)

    def revise(self, line: Line) -> None:
        """
        Let ``line``, wherever it is at hand, be from here on as given.
        """
        for index, other in enumerate(self.recent):
            if other.number == line.number:
                self.recent[index] = line
        if line.number in self.answered:
            self.answered[line.number] = line
        self.shown = None

    def complete(self, recent: Iterable[Line], answered: Iterable[Line]) -> None:
        """
        Have the latest talk at hand, and what it answers, as it was read.
        """
        # More may have been said meanwhile, and then the oldest have no place.
        lines = [*recent, *self.recent]
        self.recent.clear()
        self.recent.extend(lines)
        for line in answered:
            self.note_answered(line)
        self.is_complete = True
        self.shown = None

    def end_waiting(self) -> None:
        """
        Let those go on who waited until it was complete.
        """
        waiting, self.waiting = self.waiting or [], None
        for done in waiting:
            done.callback(None)

    def forget(self, before: int) -> None:
        """
        Let go of lines whose id is less than ``before``.
        """
        while self.recent and self.recent[0].id < before:
            self.recent.popleft()
            self.shown = None
        for number in [line.number for line in self.answered.values() if line.id < before]:
            del self.answered[number]
            self.shown = None


@define(eq=False)
class Chronicles:
    """
    The chronicles of all rooms of which something is kept, whether anybody is there or not.

    Args:
        store: where they are kept.
        keep: called with each change that is to be kept with the turn.
    """

    _store: Store
    _keep: Callable[[Change], None]
    # Of every room of which something is kept: its number, and its latest line's.
    _known: dict[str, tuple[int, int]] = field(init=False, factory=dict)
    _names: dict[int, str] = field(init=False, factory=dict)
    _taken: Taken = field(init=False, factory=Taken)
    _chronicles: dict[str, Chronicle] = field(init=False, factory=dict)
    _dozing: OrderedDict[str, None] = field(init=False, factory=OrderedDict)
    _last_room: int = field(init=False, default=0)

    def begin(self, rooms: Sequence[Chronicled], last_room: int) -> None:
        """
        Go on from what the store keeps.

        Args:
            last_room: the greatest number of a room that may be forgotten but has left traces.
        """
        self._last_room = last_room
        for room in rooms:
            self._last_room = max(self._last_room, room.id)
            self._note(room.id, room.key, room.name, room.number)

    def open(self, key: str, name: str, tail: int) -> Chronicle:
        """
        Return what is kept of a room that somebody makes or brings to life again.

        Args:
            tail: how many of its latest lines are to be at hand, at least.
        """
        self._dozing.pop(key, None)
        chronicle = self._chronicles.get(key)
        if chronicle is None:
            if key not in self._known:
                self._last_room += 1
                self._note(self._last_room, key, name, 0)
            number, latest = self._known[key]
            # Also of a room that is known: the store may be about to forget it.
            self._keep(RoomOpened(number, key, name))
            at_hand: deque[Line] = deque(maxlen=max(tail, _AT_HAND))
            chronicle = Chronicle(number, latest, at_hand, is_complete=not latest)
            self._chronicles[key] = chronicle
        return chronicle

    def _note(self, room: int, key: str, name: str, number: int) -> None:
        self._known[key] = room, number
        self._names[room] = name
        self._taken.add(name)

    def close(self, key: str) -> None:
        """
        Let go of what is at hand of a room that everybody has left, sooner or later.
        """
        self._dozing[key] = None
        if len(self._dozing) > _DOZING:
            self._put_to_sleep(next(iter(self._dozing)))

    def _put_to_sleep(self, key: str) -> None:
        del self._dozing[key]
        chronicle = self._chronicles.pop(key)
        self._known[key] = chronicle.id, chronicle.number

    def asleep(self, key: str) -> Chronicle | None:
        """
        Return what is kept of a room that nobody is in, to be read; None if nothing is.
        """
        chronicle = self._chronicles.get(key)
        if chronicle is None and key in self._known:
            number, latest = self._known[key]
            chronicle = Chronicle(number, latest, deque(maxlen=0), is_complete=False)
        return chronicle

    def like(self, name: str) -> str | None:
        """
        Return the name of another room of which something is kept and that looks like ``name``.
        """
        known = self._known.get(fold(name))
        return self._taken.like(name, own=self._names[known[0]] if known else "")

    def names(self, rooms: Iterable[int]) -> list[str]:
        """
        Return the names of rooms by their numbers, of those that are known.
        """
        return [self._names[room] for room in rooms if room in self._names]

    def rooms(self) -> list[str]:
        """
        Return the folded names of all rooms of which something is kept.
        """
        return list(self._known)

    def ids(self) -> Iterator[int]:
        """
        Return the numbers, in the store, of all rooms of which something is kept.
        """
        return iter(self._names)

    def forget_lines(self, before: int) -> None:
        """
        Let go of lines at hand whose id is less than ``before``, and of empty rooms without any.
        """
        for chronicle in self._chronicles.values():
            chronicle.forget(before)
        for key in [key for key in self._dozing if not self._chronicles[key].recent]:
            self._put_to_sleep(key)

    def forget_rooms(self, keys: Iterable[str]) -> Deferred[None]:
        """
        Forget those of these rooms of which nothing is at hand, and that the store forgets.

        Returns:
            fires when that is done; fails with `StoreFailed`.
        """
        asleep = {key: self._known[key] for key in keys if key not in self._chronicles}
        asked = {room: key for key, (room, _) in asleep.items()}

        def forget(gone: list[int]) -> None:
            for key in [asked[room] for room in gone]:
                # Meanwhile somebody may have opened it again.
                if key not in self._chronicles and self._known[key] == asleep[key]:
                    del self._known[key]
                    self._taken.remove(self._names.pop(asleep[key][0]))

        return self._store.prune_rooms(list(asked)).addCallback(forget)

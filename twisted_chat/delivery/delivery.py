"""
Delivery: a turn's log becomes the bytes that each client is given.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from twisted_chat.delivery.hooks import typed_in
from twisted_chat.events import Acted, Edited, Event, Joined, Left, Pinned, Presence, Reacted, Said
from twisted_chat.text.names import fold
from twisted_chat.text.words import Heard
from twisted_chat.world.model import View

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from twisted_chat.delivery.fanout import Own, Turn
    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.model import Dialect, Room, Session, Write

#: A room with more members than this is told how many came and went, not who.
LARGE_ROOM = 100

#: How many are served before others have their turn; that takes 10 to 20 ms.
AT_ONCE = 2000
# To render so many lines for one reader alone takes as long as to send to another.
_LINES_AS_ONE = 16

# What somebody put into words, to be read by those who do not ignore them.
_WORDS = (Said, Acted, Edited, Reacted)
# What quotes somebody else's.
_QUOTES = (Said, Reacted, Pinned)


@define(eq=False)
class Delivery:
    """
    How one turn is delivered: the turn, and what has been rendered of it so far.
    """

    _turn: Turn
    _log: LimitedLogger
    # What was rendered, by dialect and place in the log; and all that is heard in a room.
    _lines: dict[Dialect, dict[int, bytes]] = field(init=False, factory=dict)
    _pages: dict[tuple[Room, Dialect], _Page] = field(init=False, factory=dict)
    _join_counts: dict[Room, list[int]] = field(init=False, factory=dict)
    _spoken_at: dict[Room, list[int]] = field(init=False, factory=dict)
    # Joins and parts that were read last and may go on; empty between two readers.
    _presence: _PresenceRun = field(init=False)
    _shares: list[tuple[bytes, list[Write]]] = field(init=False, factory=list)
    broken: set[Write] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        self._presence = _PresenceRun(self._log, self._turn.sizes)

    def settle(self) -> None:
        """
        Settle who reads what: what changes from here on is for the next delivery.
        """
        try:
            self._shares = self._shared()
        finally:
            for session, own in self._turn.own.items():
                own.close_stretch(session.view, len(self._turn.log))
                own.reader = session.nick
                session.own = None

    def serve(self) -> Iterator[None]:
        """
        Serve everybody; ``broken`` is then what raised.

        Yields after each `AT_ONCE` who were served, so that others have their turn.
        """
        served = 0
        for data, writes in self._shares:
            for start in range(0, len(writes), AT_ONCE):
                if served >= AT_ONCE:
                    yield
                    served = 0
                part = writes[start : start + AT_ONCE]
                served += len(part)
                self._write(data, part)
        for session, own in self._turn.own.items():
            if served >= AT_ONCE:
                yield
                served = 0
            # Some go through the whole log.
            served += 1 + len(self._turn.log) // _LINES_AS_ONE
            data = self._own_bytes(own)
            if data:
                self._write(data, [session.write])

    def _shared(self) -> list[tuple[bytes, list[Write]]]:
        """
        Return who is given the same bytes; all others have a share of their own.
        """
        turn = self._turn
        for room in turn.positions:
            self._set_apart(room)
        shares: list[tuple[bytes, list[Write]]] = []
        alone = {session.write for session in turn.own}
        merged: dict[Session, None] = {}
        for room in turn.positions:
            for dialect, audience in room.audience.items():
                apart = alone
                if len(turn.positions) > 1:
                    more = [each for each in audience if len(each.view.rooms) > 1]
                    merged.update((each, None) for each in more if each.own is None)
                    apart = alone.union(each.write for each in more)
                alike = [write for write in audience.values() if write not in apart]
                if alike:
                    shares.append((self._joined(View(dialect, (room,))), alike))
        if merged:
            shares += self._merged(merged)
        return shares

    def _merged(self, sessions: Iterable[Session]) -> Iterator[tuple[bytes, list[Write]]]:
        """
        Yield the shares of those who hear several of the turn's rooms: same rooms, same bytes.
        """
        alike: dict[View, list[Write]] = {}
        for session in sessions:
            view = session.view
            active = tuple(room for room in self._turn.positions if room in view.rooms)
            alike.setdefault(View(view.dialect, active), []).append(session.write)
        for view, writes in alike.items():
            yield self._joined(view), writes

    def _write(self, data: bytes, writes: Iterable[Write]) -> None:
        for write in writes:
            try:
                write(data)
            except Exception:
                # One client's failure is its own.
                self._log.report("A connection failed to write")
                self.broken.add(write)

    def _set_apart(self, room: Room) -> None:
        """
        Have those served alone who want less than the others, or a bell with it.
        """
        for session in room.apart:
            self._turn.own_of(session)
        for dialect, sessions in room.audience.items():
            if dialect.bell:
                heard = self._heard(room)
                for session in sessions:
                    if session.user and heard.names(session.user.key):
                        self._turn.own_of(session)

    def _heard(self, room: Room) -> Heard:
        events = (self._turn.log[position][0] for position in self._turn.positions[room])
        return Heard(*(event.text for event in events if isinstance(event, (Said, Acted))))

    def _joined(self, view: View) -> bytes:
        """
        Return all of the turn that is heard with ``view``.
        """
        lines = self._read(view, 0, len(self._turn.log))
        return b"".join([*lines, *self._presence.take()])

    def _own_bytes(self, own: Own) -> bytes:
        parts: list[bytes] = []
        for piece in own.pieces:
            if isinstance(piece, tuple):
                view, start, stop = piece
                reader = own.reader if view.dialect.bell else ""
                parts.extend(self._read(view, start, stop, reader))
            else:
                parts.extend(self._presence.take())
                parts.append(piece if isinstance(piece, bytes) else piece.data)
        parts.extend(self._presence.take())
        return b"".join(parts)

    def _read(self, view: View, start: int, stop: int, reader: str = "") -> Iterable[bytes]:
        """
        Return the lines of the log's entries from ``start`` to ``stop`` as read with ``view``.

        Args:
            reader: whose name makes a difference; empty if it makes none.
        """
        turn = self._turn
        active = [room for room in view.rooms if room in turn.positions]
        if not active:
            return []
        if len(active) > 1:
            rooms = set(active)
            heard = [at for at in range(start, stop) if not rooms.isdisjoint(turn.log[at][1])]
            return self._rendered(view, heard, reader)
        (room,) = active
        positions = turn.positions[room]
        first, last = bisect_left(positions, start), bisect_left(positions, stop)
        if view.ignored or reader:
            return self._rendered(view, positions[first:last], reader)
        return self._slices(room, view.dialect, first, last)

    def _slices(self, room: Room, dialect: Dialect, first: int, last: int) -> list[bytes]:
        # Nearly everything is read this way: parts of what was rendered once, between presence.
        page, positions = self._page_of(room, dialect), self._turn.positions[room]
        presence = self._turn.presence.get(room, [])
        begin, end = bisect_left(presence, first), bisect_left(presence, last)
        if begin == end:
            return [*self._presence.take(), page.part(first, last)] if first < last else []
        if self._presence.is_large(room):
            return self._counted(room, dialect, first, last)
        read: list[bytes] = []
        for index in presence[begin:end]:
            if first < index:
                read += [*self._presence.take(), page.part(first, index)]
            first = index + 1
            event = self._turn.log[positions[index]][0]
            if isinstance(event, (Joined, Left)):
                read += self._presence.add(event, room, dialect)
        if first < last:
            read += [*self._presence.take(), page.part(first, last)]
        return read

    def _counted(self, room: Room, dialect: Dialect, first: int, last: int) -> list[bytes]:
        # In a storm each of those who come or go hears another part of it: go from one line to the
        # next, and only count who came and went between them.
        page, positions = self._page_of(room, dialect), self._turn.positions[room]
        presence, joined = self._turn.presence[room], self._joined_before(room)
        spoken = self._spoken_in(room)
        read: list[bytes] = []
        for index in [*spoken[bisect_left(spoken, first) : bisect_left(spoken, last)], last]:
            begin, end = bisect_left(presence, first), bisect_left(presence, index)
            if begin < end:
                event = self._turn.log[positions[first]][0]
                if end - begin == 1 and isinstance(event, (Joined, Left)):
                    self._presence.add(event, room, dialect)
                else:
                    count = joined[end] - joined[begin]
                    self._presence.add_counts(
                        room, (count, end - begin - count), dialect, event.at
                    )
            if index < last:
                read += [*self._presence.take(), page.part(index, index + 1)]
            first = index + 1
        return read

    def _spoken_in(self, room: Room) -> list[int]:
        """
        Return which of the room's entries are no presence, ascending.
        """
        spoken = self._spoken_at.get(room)
        if spoken is None:
            presence = frozenset(self._turn.presence[room])
            count = len(self._turn.positions[room])
            spoken = [index for index in range(count) if index not in presence]
            self._spoken_at[room] = spoken
        return spoken

    def _joined_before(self, room: Room) -> list[int]:
        """
        Return, for each place among the room's presence, how many joins stand before it.
        """
        counts = self._join_counts.get(room)
        if counts is None:
            positions, log = self._turn.positions[room], self._turn.log
            events = (log[positions[index]][0] for index in self._turn.presence[room])
            joins = (isinstance(event, Joined) for event in events)
            counts = self._join_counts[room] = list(accumulate(joins, initial=0))
        return counts

    def _page_of(self, room: Room, dialect: Dialect) -> _Page:
        page = self._pages.get((room, dialect))
        if page is None:
            log, presence = self._turn.log, frozenset(self._turn.presence.get(room, ()))
            lines = [
                b"" if index in presence else render(self._log, dialect, log[position][0])
                for index, position in enumerate(self._turn.positions[room])
            ]
            page = _Page(b"".join(lines), list(accumulate(map(len, lines), initial=0)))
            self._pages[room, dialect] = page
        return page

    def _line(self, dialect: Dialect, position: int) -> bytes:
        lines = self._lines.setdefault(dialect, {})
        if position not in lines:
            lines[position] = render(self._log, dialect, self._turn.log[position][0])
        return lines[position]

    def _rendered(self, view: View, heard: Iterable[int], reader: str) -> Iterator[bytes]:
        dialect = view.dialect
        for position in heard:
            event, rooms = self._turn.log[position]
            if isinstance(event, (Joined, Left)):
                if isinstance(event, Left) and fold(event.nick) in view.ignored:
                    event = evolve(event, reason="")
                yield from self._presence.add(event, rooms[0], dialect)
            elif not (view.ignored and is_by(event, view.ignored)):
                yield from self._presence.take()
                told = without_quote(event, view.ignored)
                yield (
                    render(self._log, dialect, told, reader)
                    if reader or told is not event
                    else self._line(dialect, position)
                )


@frozen
class _Page:
    """
    All that is told in a room in one dialect, joined, and where each line begins.

    Presence has no lines there: how it is told differs from reader to reader.
    """

    _text: bytes
    _starts: list[int]

    def part(self, first: int, last: int) -> bytes:
        """
        Return the lines from ``first`` to before ``last``; for all of them, the very same object.
        """
        return self._text[self._starts[first] : self._starts[last]]


@define(eq=False)
class _PresenceRun:
    """
    Joins and parts with nothing read between them, gathered by room.
    """

    _log: LimitedLogger
    _sizes: dict[Room, int]
    _rooms: dict[Room, tuple[list[str], list[tuple[str, str]]]] = field(factory=dict)
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
            joined.append(event.nick)
        else:
            left.append((event.nick, event.reason))
        self._at = event.at
        return before

    def add_counts(self, room: Room, counts: tuple[int, int], dialect: Dialect, at: float) -> None:
        """
        Take up how many came to and went from a large room; no names of theirs are read.
        """
        joined, left = counts
        self._dialect, self._at = dialect, at
        names, partings = self._rooms.setdefault(room, ([], []))
        names += [""] * joined
        partings += [("", "")] * left

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
                Presence(self._at, room.name, tuple(joined), tuple(left), self.is_large(room)),
            )
            for room, (joined, left) in self._rooms.items()
        ]
        self._rooms.clear()
        self._seen.clear()
        self._dialect = None
        return lines


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

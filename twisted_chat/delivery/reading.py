"""
Reading: what sessions read of a turn, rendered once for all who read the same.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from attrs import define, field

from twisted_chat.delivery.presence import Crowd, PresenceRun, RoomPresence
from twisted_chat.delivery.rendering import (
    is_by,
    render,
    render_all,
    without_quote,
    without_reason,
)
from twisted_chat.events import Acted, Joined, Left, Quit, Renamed, Said
from twisted_chat.replies.reply import Rung
from twisted_chat.text.names import fold
from twisted_chat.world.model import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twisted_chat.delivery.turn import Own, Piece, Turn
    from twisted_chat.events import Event
    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Dialect
    from twisted_chat.world.model import Room

# The lines of a room in one dialect, where each begins and the last ends, and their places in the
# log.
_Page: TypeAlias = tuple[bytes, "Sequence[int]", "Sequence[int]"]
_NO_PAGE: _Page = (b"", (0,), ())


@define(eq=False)
class Reading:
    """
    The lines of one turn, as far as they are rendered.

    Args:
        turn: what is read.
        log: for lines that cannot be rendered.
    """

    _turn: Turn
    _log: LimitedLogger
    # Rendered lines by dialect and place in the log, and whole pages by room and dialect.
    _lines: dict[Dialect, dict[int, bytes]] = field(init=False, factory=dict)
    _pages: dict[tuple[Room, Dialect], tuple[bytes, Sequence[int]]] = field(
        init=False, factory=dict
    )
    _rooms: dict[Room, RoomPresence] = field(init=False, factory=dict)
    # The joins and leaves that were read last and may continue; empty between two readers.
    _presence: PresenceRun = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._presence = PresenceRun(self._log, self._turn.sizes)

    def of_room(self, room: Room, dialect: Dialect) -> bytes:
        """
        Return everything of the turn that is read in ``room`` by who is in no other one.
        """
        if room in self._turn.presence and dialect.merges_presence:
            return self.joined(View(dialect, (room,)))
        return self._page_of(room, dialect)[0]

    def joined(self, view: View) -> bytes:
        """
        Return everything of the turn that a session with ``view`` reads.
        """
        lines = self._read(view, 0, len(self._turn.log))
        return b"".join([*lines, *self._ended_presence()])

    def _ended_presence(self) -> list[bytes]:
        """
        Return the joins and leaves that were read last, now that something else is read.
        """
        return self._presence.take() if self._presence.is_open else []

    def pieces_of(self, own: Own) -> list[Piece]:
        """
        Return what a session that is served alone reads.
        """
        if not own.pieces:
            return []
        pieces: list[Piece] = []
        last: View | None = None
        page: _Page | None = None
        for piece in own.pieces:
            if isinstance(piece, tuple):
                view, start, stop = piece
                if view is not last:
                    last, page = view, self._sole_page(view)
                if page is not None:
                    # A stretch between two lines of its own: there are as many as it said.
                    text, starts, positions = page
                    first, end = bisect_left(positions, start), bisect_left(positions, stop)
                    if first < end:
                        pieces.append(text[starts[first] : starts[end]])
                    continue
                reader = own if view.dialect.is_personal else None
                pieces.extend(self._read(view, start, stop, reader))
            else:
                if self._presence.is_open:
                    pieces.extend(self._presence.take())
                pieces.append(piece)
        pieces.extend(self._ended_presence())
        return pieces

    def _sole_page(self, view: View) -> _Page | None:
        """
        Return the one page of which sessions with ``view`` read every line as it stands there.

        None if there is more to it: several rooms, users who came or went, or what is read in
        another way by who ignores others or is named.
        """
        turn = self._turn
        if turn.presence or view.ignored or view.dialect.is_personal:
            return None
        active = [room for room in view.rooms if room in turn.positions]
        if len(active) > 1:
            return None
        if not active:
            return _NO_PAGE
        return (*self._page_of(active[0], view.dialect), turn.positions[active[0]])

    def _read(
        self, view: View, start: int, stop: int, reader: Own | None = None
    ) -> Iterable[bytes]:
        """
        Return the log's lines from ``start`` to ``stop``, as sessions with ``view`` read them.

        Args:
            reader: for whom lines are rendered; None if it makes no difference.
        """
        turn = self._turn
        active = [room for room in view.rooms if room in turn.positions]
        if not active:
            return []
        if len(active) > 1 or view.ignored or reader is not None:
            return self._rendered(view, self._heard(view, active, start, stop), reader)
        (room,) = active
        positions = turn.positions[room]
        first, last = bisect_left(positions, start), bisect_left(positions, stop)
        return self._slices(room, view.dialect, first, last)

    def _heard(
        self, view: View, rooms: list[Room], start: int, stop: int
    ) -> Iterator[int | Crowd]:
        """
        Yield the places of what is heard, and of large rooms who came and went between, at once.
        """
        turn = self._turn
        large: dict[Room, RoomPresence] = {}
        # Of who is ignored the reasons are left out, one by one.
        if view.dialect.merges_presence and not view.ignored:
            crowded = [room for room in rooms if self._presence.is_large(room)]
            large = {room: self._presence_of(room) for room in crowded}
        heard: set[int] = set()
        for room in rooms:
            places = large[room].others if room in large else turn.positions[room]
            heard.update(places[bisect_left(places, start) : bisect_left(places, stop)])
        if not large:
            yield from sorted(heard)
            return
        came_or_went: list[tuple[int, int | Crowd]] = []
        for place in [*sorted(heard), stop]:
            if place < stop and isinstance(turn.log[place][0], (Joined, Left)):
                came_or_went.append((place, place))
                continue
            crowds = (presence.crowd(start, place) for presence in large.values())
            came_or_went += [(crowd.place, crowd) for crowd in crowds if crowd]
            yield from (each for _, each in sorted(came_or_went, key=itemgetter(0)))
            came_or_went.clear()
            if place < stop:
                yield place
            start = place + 1

    def _slices(self, room: Room, dialect: Dialect, first: int, last: int) -> list[bytes]:
        # Nearly everything is read this way: parts of a page that was rendered once, between
        # presence.
        (page, starts), positions = self._page_of(room, dialect), self._turn.positions[room]
        presence = self._turn.presence.get(room) if dialect.merges_presence else None
        begin = end = 0
        if presence:
            begin, end = bisect_left(presence, first), bisect_left(presence, last)
        if not presence or begin == end:
            # Of all lines this is the page itself.
            part = page[starts[first] : starts[last]]
            # Of signals, nothing is read: that ends no run.
            return [*self._ended_presence(), part] if part else []
        if self._presence.is_large(room):
            return self._counted(room, dialect, first, last)
        read: list[bytes] = []
        for index in presence[begin:end]:
            if starts[first] < starts[index]:
                read += [*self._ended_presence(), page[starts[first] : starts[index]]]
            first = index + 1
            event = self._turn.log[positions[index]][0]
            if isinstance(event, (Joined, Left, Quit)):
                read += self._presence.add(event, room, dialect)
        if starts[first] < starts[last]:
            read += [*self._ended_presence(), page[starts[first] : starts[last]]]
        return read

    def _counted(self, room: Room, dialect: Dialect, first: int, last: int) -> list[bytes]:
        # From one line to the next; the joins and leaves between them are not gone through.
        (page, starts), positions = self._page_of(room, dialect), self._turn.positions[room]
        presence = self._presence_of(room)
        start, stop = positions[first], positions[last - 1] + 1
        read: list[bytes] = []
        for place, index in presence.heard(start, stop):
            line = page[starts[index] : starts[index + 1]]
            # Of a signal nothing is read, so that presence goes on behind it.
            if line:
                self._presence.add_crowd(presence.crowd(start, place), dialect)
                read += [*self._ended_presence(), line]
                start = place + 1
        self._presence.add_crowd(presence.crowd(start, stop), dialect)
        return read

    def _presence_of(self, room: Room) -> RoomPresence:
        presence = self._rooms.get(room)
        if presence is None:
            presence = self._rooms[room] = RoomPresence(self._turn, room)
        return presence

    def _page_of(self, room: Room, dialect: Dialect) -> tuple[bytes, Sequence[int]]:
        # All its lines but presence, which differs by reader, joined; and where each begins.
        page = self._pages.get((room, dialect))
        if page is None:
            log = self._turn.log
            events: list[Event | None] = [log[each][0] for each in self._turn.positions[room]]
            if dialect.merges_presence:
                for index in self._turn.presence.get(room, ()):
                    events[index] = None
            lines = render_all(self._log, dialect, events)
            page = b"".join(lines), list(accumulate(map(len, lines), initial=0))
            self._pages[room, dialect] = page
        return page

    def _line(self, dialect: Dialect, position: int) -> bytes:
        lines = self._lines.setdefault(dialect, {})
        if position not in lines:
            lines[position] = render(self._log, dialect, self._turn.log[position][0])
        return lines[position]

    def _for_reader(self, own: Own, event: Event, position: int) -> Event:
        """
        Return ``event`` as its reader is told it: what they want to be told of rings.

        Args:
            position: of it in the log.
        """
        key, room = fold(own.reader), self._turn.log[position][1][0]
        if own.settings is None or not isinstance(event, (Said, Acted)) or fold(event.nick) == key:
            return event
        heard = self._turn.heard(position)
        is_rung = heard is not None and own.settings.deserves(key, room.timeline.id, heard)
        return Rung(event.at, event) if is_rung else event

    def _line_for(self, view: View, position: int, reader: Own | None) -> bytes:
        event = self._turn.log[position][0]
        told = without_quote(event, view.ignored)
        if reader is not None:
            rung = self._for_reader(reader, told, position)
            return render(self._log, view.dialect, rung, reader.reader)
        if told is not event:
            return render(self._log, view.dialect, told)
        return self._line(view.dialect, position)

    def _rendered(
        self, view: View, heard: Iterable[int | Crowd], reader: Own | None
    ) -> Iterator[bytes]:
        dialect = view.dialect
        for position in heard:
            if isinstance(position, Crowd):
                self._presence.add_crowd(position, dialect)
                continue
            event, rooms = self._turn.log[position]
            if isinstance(event, (Joined, Left, Quit)):
                if not isinstance(event, Joined) and view.ignored:
                    event = without_reason(event, view.ignored)
                if dialect.merges_presence:
                    for room in rooms:
                        if room in view.rooms:
                            yield from self._presence.add(event, room, dialect)
                else:
                    yield render(self._log, dialect, event)
            elif not (view.ignored and is_by(event, view.ignored)) or (
                dialect.follows_names and isinstance(event, Renamed)
            ):
                line = self._line_for(view, position, reader)
                if line:
                    yield from self._ended_presence()
                    yield line

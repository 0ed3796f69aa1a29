"""
Delivery: turns the log of a turn into the bytes of each client.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.delivery.presence import Crowd, PresenceRun, RoomPresence
from twisted_chat.delivery.rendering import (
    is_by,
    named_in,
    render,
    without_quote,
    without_reason,
)
from twisted_chat.delivery.turn import Awaited, Piece
from twisted_chat.events import Joined, Left, Quit
from twisted_chat.world.client import Prompt
from twisted_chat.world.model import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twisted_chat.delivery.turn import Own, Turn
    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Client, Dialect, Write
    from twisted_chat.world.model import Room, Session

#: Sessions that are served before other work gets a turn; that takes 10 to 20 ms.
AT_ONCE = 2000
# Rendering so many lines for one session costs as much as serving another session.
_LINES_AS_ONE = 16


@define(eq=False)
class Delivery:
    """
    The delivery of one turn, and the lines rendered so far.

    Args:
        backlogs: what sessions are still to read, which wait for lines of the store; changed here.
    """

    _turn: Turn
    _log: LimitedLogger
    _backlogs: dict[Session, list[Piece]]
    # Rendered lines by dialect and place in the log, and whole pages by room and dialect.
    _lines: dict[Dialect, dict[int, bytes]] = field(init=False, factory=dict)
    _pages: dict[tuple[Room, Dialect], tuple[bytes, Sequence[int]]] = field(
        init=False, factory=dict
    )
    _rooms: dict[Room, RoomPresence] = field(init=False, factory=dict)
    # The joins and leaves that were read last and may continue; empty between two readers.
    _presence: PresenceRun = field(init=False)
    # Who did something in the turn, or is quoted: who ignores none of them reads as all do.
    _named: frozenset[str] = field(init=False, default=frozenset())
    _shares: list[tuple[bytes, list[Write]]] = field(init=False, factory=list)
    broken: set[Write] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        self._presence = PresenceRun(self._log, self._turn.sizes)

    def settle(self) -> None:
        """
        Settle who reads what; later changes belong to the next delivery.
        """
        for session in self._backlogs:
            # Whatever happens now stands behind what it waits for.
            self._turn.own_of(session)
        try:
            self._shares = self._shared()
        finally:
            for session, own in self._turn.own.items():
                if own.start != len(self._turn.log):
                    own.close_stretch(session.view, len(self._turn.log))
                own.reader = session.user.nick if session.user else ""

    def serve(self) -> Iterator[None]:
        """
        Serve every session; afterwards ``broken`` holds those whose write raised.

        Yields after each `AT_ONCE` sessions, so that other work gets a turn.
        """
        served = 0
        closing = {session for session, _ in self._turn.closing}
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
            # Some sessions read the whole log.
            served += 1 + len(self._turn.log) // _LINES_AS_ONE
            pieces = self._backlogs.pop(session, []) + self._own_pieces(own)
            if session not in closing and any(
                isinstance(piece, Awaited) and piece.data is None for piece in pieces
            ):
                self._backlogs[session] = pieces
                continue
            try:
                data = _joined(pieces, session.client)
            except Exception:
                # Of its client, whose failure is its own.
                self._log.report("A connection failed to show a prompt")
                self.broken.add(session.write)
                continue
            if data:
                self._write(data, [session.write])

    def _shared(self) -> list[tuple[bytes, list[Write]]]:
        """
        Return the bytes that several sessions share, with the sessions' writes.
        """
        turn = self._turn
        if any(room.apart for room in turn.positions):
            self._named = named_in(event for event, _ in turn.log)
        audiences = {room: self._audience(room) for room in turn.positions}
        shares: list[tuple[bytes, list[Write]]] = []
        alone = {session.write for session in turn.own}
        merged: dict[Session, None] = {}
        for room, audience_of in audiences.items():
            for dialect, audience in audience_of.items():
                apart = alone
                if len(turn.positions) > 1:
                    more = [each for each in audience if len(each.view.rooms) > 1]
                    merged.update((each, None) for each in more if each not in turn.own)
                    apart = alone.union(each.write for each in more)
                alike = [write for write in audience.values() if write not in apart]
                if alike:
                    shares.append((self._joined(View(dialect, (room,))), alike))
        if merged:
            shares += self._merged(merged)
        return shares

    def _merged(self, sessions: Iterable[Session]) -> Iterator[tuple[bytes, list[Write]]]:
        """
        Yield the shares of sessions in several rooms of the turn: same rooms, same bytes.
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
                # The failure of one client concerns no other.
                self._log.report("A connection failed to write")
                self.broken.add(write)

    def _audience(self, room: Room) -> dict[Dialect, dict[Session, Write]]:
        """
        Return the sessions that read the same of ``room``, as `Room.audience` does.

        Marked to be served alone are those that ignore users of this turn, or get a bell.
        """
        audience = dict(room.audience)
        for session in room.apart:
            if self._named.isdisjoint(session.view.ignored):
                dialect = session.view.dialect
                if audience.get(dialect) is room.audience.get(dialect):
                    audience[dialect] = dict(room.audience.get(dialect, ()))
                audience[dialect][session] = session.write
            else:
                self._turn.own_of(session)
        for dialect, sessions in audience.items():
            if dialect.is_personal:
                spoken = self._turn.spoken_in(room)
                for session in sessions:
                    if session.user and spoken.names(session.user.key):
                        self._turn.own_of(session)
        return audience

    def _joined(self, view: View) -> bytes:
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

    def _own_pieces(self, own: Own) -> list[Piece]:
        pieces: list[Piece] = []
        for piece in own.pieces:
            if isinstance(piece, tuple):
                view, start, stop = piece
                reader = own.reader if view.dialect.is_personal else ""
                pieces.extend(self._read(view, start, stop, reader))
            else:
                pieces.extend(self._ended_presence())
                pieces.append(piece)
        pieces.extend(self._ended_presence())
        return pieces

    def _read(self, view: View, start: int, stop: int, reader: str = "") -> Iterable[bytes]:
        """
        Return the log's lines from ``start`` to ``stop``, as sessions with ``view`` read them.

        Args:
            reader: the nick for which lines are rendered; empty if it makes no difference.
        """
        turn = self._turn
        active = [room for room in view.rooms if room in turn.positions]
        if not active:
            return []
        if len(active) > 1 or view.ignored or reader:
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
            return [*self._ended_presence(), part] if first < last else []
        if self._presence.is_large(room):
            return self._counted(room, dialect, first, last)
        read: list[bytes] = []
        for index in presence[begin:end]:
            if first < index:
                read += [*self._ended_presence(), page[starts[first] : starts[index]]]
            first = index + 1
            event = self._turn.log[positions[index]][0]
            if isinstance(event, (Joined, Left, Quit)):
                read += self._presence.add(event, room, dialect)
        if first < last:
            read += [*self._ended_presence(), page[starts[first] : starts[last]]]
        return read

    def _counted(self, room: Room, dialect: Dialect, first: int, last: int) -> list[bytes]:
        # From one line to the next; the joins and leaves between them are not gone through.
        (page, starts), positions = self._page_of(room, dialect), self._turn.positions[room]
        presence = self._presence_of(room)
        start, stop = positions[first], positions[last - 1] + 1
        read: list[bytes] = []
        for place, index in presence.heard(start, stop):
            self._presence.add_crowd(presence.crowd(start, place), dialect)
            read += [*self._ended_presence(), page[starts[index] : starts[index + 1]]]
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
            log, merged = self._turn.log, dialect.merges_presence
            presence = frozenset(self._turn.presence.get(room, ()) if merged else ())
            lines = [
                b"" if index in presence else render(self._log, dialect, log[position][0])
                for index, position in enumerate(self._turn.positions[room])
            ]
            page = b"".join(lines), list(accumulate(map(len, lines), initial=0))
            self._pages[room, dialect] = page
        return page

    def _line(self, dialect: Dialect, position: int) -> bytes:
        lines = self._lines.setdefault(dialect, {})
        if position not in lines:
            lines[position] = render(self._log, dialect, self._turn.log[position][0])
        return lines[position]

    def _rendered(self, view: View, heard: Iterable[int | Crowd], reader: str) -> Iterator[bytes]:
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
            elif not (view.ignored and is_by(event, view.ignored)):
                yield from self._ended_presence()
                told = without_quote(event, view.ignored)
                yield (
                    render(self._log, dialect, told, reader)
                    if reader or told is not event
                    else self._line(dialect, position)
                )


def _joined(pieces: Iterable[Piece], client: Client) -> bytes:
    """
    Return what ``pieces`` are at ``client``, without lines that have not come.
    """
    parts: list[bytes] = []
    for piece in pieces:
        if piece is None or isinstance(piece, Prompt):
            parts.append(client.prompt(piece))
        else:
            parts.append(piece if isinstance(piece, bytes) else piece.data or b"")
    return b"".join(parts)

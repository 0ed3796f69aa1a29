"""
Fan-out: what happens in one turn of the reactor becomes one write for each client.

During a turn, events are only queued.  At its end each room's events are rendered once for each
dialect that somebody there reads, joined once, and every session of that dialect is given the
same bytes object.  Under load a turn takes longer, so more is joined: batches grow by themselves.

Whoever must see something of their own in a turn (they spoke, were answered, came or went, changed
how they read) is served alone.  Such a session has an `Own`: pieces of its own, and stretches of
the turn's log as its view was during each.  So every session reads its events in exactly the order
in which the hub made them.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.events import Acted, Event, Joined, Left, Presence, Said
from twisted_chat.hooks import typed_in
from twisted_chat.log import report
from twisted_chat.names import fold, fold_text, mentions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.people import Dialect, Room, Session, View

#: A room with more members than this is told how many came and went, not who.
LARGE_ROOM = 100

_log = Logger()


@define(eq=False)
class Own:
    """
    What one session alone reads in this turn.

    Attributes:
        pieces: rendered lines of its own, and ``(view, start, stop)`` stretches of the log.
        start: where in the log the stretch begins that is still open.
    """

    pieces: list[bytes | tuple[View, int, int]] = field(factory=list)
    start: int = 0

    def close_stretch(self, view: View, stop: int) -> None:
        """
        End the open stretch, read with ``view``, before the log's entry ``stop``.
        """
        if view.rooms and stop > self.start:
            self.pieces.append((view, self.start, stop))
        self.start = stop


@define(eq=False)
class Turn:
    """
    What was queued in one turn.

    Attributes:
        log: every event with the rooms that hear it.
        positions: for each room, which entries of the log are its own, ascending.
        own: the sessions that are served alone.
        closing: the sessions to close once they were served, and why.
    """

    log: list[tuple[Event, Sequence[Room]]] = field(factory=list)
    positions: dict[Room, list[int]] = field(factory=dict)
    own: list[Session] = field(factory=list)
    closing: list[tuple[Session, str]] = field(factory=list)
    has_presence: bool = False

    def own_of(self, session: Session) -> Own:
        """
        Return what ``session`` alone reads in this turn; from here on it is served alone.
        """
        if session.own is None:
            session.own = Own()
            self.own.append(session)
        return session.own


@define(eq=False)
class Fanout:
    """
    Queues events and flushes them at the end of the turn.

    Args:
        clock: what ends the turn, by ``callLater(0)``.
        on_broken: called, after the flush, with each session whose client raised.
    """

    _clock: IReactorTime
    _on_broken: Callable[[Session], None]
    _turn: Turn | None = None

    def post(self, event: Event, rooms: Sequence[Room], but: Session | None = None) -> None:
        """
        Queue ``event`` for everybody who hears one of ``rooms``, once each, without ``but``.
        """
        turn = self._turn or self._begin()
        position = len(turn.log)
        if but is not None:
            turn.own_of(but).close_stretch(but.view, position)
        turn.log.append((event, rooms))
        for room in rooms:
            positions = turn.positions.get(room)
            if positions is None:
                turn.positions[room] = [position]
            else:
                positions.append(position)
        if type(event) in _PRESENCE:
            turn.has_presence = True
        if but is not None and but.own is not None:
            but.own.start = position + 1

    def tell(self, session: Session, event: Event) -> None:
        """
        Queue ``event`` for ``session`` alone.
        """
        turn = self._turn or self._begin()
        own = turn.own_of(session)
        own.close_stretch(session.view, len(turn.log))
        own.pieces.append(_render(session.view.dialect, event, session.nick))

    def look(self, session: Session, view: View) -> None:
        """
        Let ``session`` read with ``view`` from here on.
        """
        if view == session.view:
            return
        turn = self._turn or self._begin()
        turn.own_of(session).close_stretch(session.view, len(turn.log))
        for room in session.view.rooms:
            room.dismiss(session, session.view)
        session.view = view
        for room in view.rooms:
            room.admit(session, view)

    def close(self, session: Session, reason: str) -> None:
        """
        Close ``session`` when it has been served.
        """
        turn = self._turn or self._begin()
        turn.closing.append((session, reason))

    def flush(self) -> None:
        """
        Serve everybody what was queued, and then close whom to close.
        """
        turn, self._turn = self._turn, None
        if turn is None:
            return
        broken = _Delivery(turn).run()
        for session, reason in turn.closing:
            try:
                session.client.close(reason)
            except Exception:
                report(_log, "Connection {number} failed to close", number=session.number)
        for session in broken:
            self._on_broken(session)

    def _begin(self) -> Turn:
        self._turn = Turn()
        self._clock.callLater(0, self.flush)
        return self._turn


@define(eq=False)
class _Delivery:
    """
    One flush: the turn, and what has been rendered of it so far.
    """

    _turn: Turn
    _rendered: dict[tuple[Dialect, int], bytes] = field(init=False, factory=dict)
    _merged: dict[Session, None] = field(init=False, factory=dict)
    _broken: dict[Session, None] = field(init=False, factory=dict)

    def run(self) -> Iterable[Session]:
        """
        Serve everybody and return the sessions whose client raised.
        """
        turn = self._turn
        for room in turn.positions:
            self._set_apart(room)
        for room, positions in turn.positions.items():
            for dialect, sessions in room.audience.items():
                self._serve(dialect, sessions, positions)
        self._serve_merged()
        for session in turn.own:
            own, session.own = session.own, None
            if own is not None:
                self._write(session, self._own_bytes(session, own))
        return self._broken

    def _set_apart(self, room: Room) -> None:
        """
        Have those served alone who want less than the others, or a bell with it.
        """
        for session in room.apart:
            self._turn.own_of(session)
        for dialect, sessions in room.audience.items():
            if dialect.bell:
                spoken = self._spoken(room)
                for session in sessions:
                    if session.user is not None and mentions(spoken, session.user.key):
                        self._turn.own_of(session)

    def _spoken(self, room: Room) -> str:
        events = (self._turn.log[position][0] for position in self._turn.positions[room])
        texts = [event.text for event in events if isinstance(event, (Said, Acted))]
        return fold_text("\n".join(texts)) if texts else ""

    def _serve(
        self, dialect: Dialect, sessions: Iterable[Session], positions: Sequence[int]
    ) -> None:
        """
        Serve those of one dialect in one room; they are given the same bytes.
        """
        several = len(self._turn.positions) > 1
        data = b""
        for session in tuple(sessions):
            if session.own is not None:
                continue
            if several and len(session.view.rooms) > 1:
                self._merged[session] = None
                continue
            if not data:
                data = self._joined(dialect, positions)
            self._write(session, data)

    def _write(self, session: Session, data: bytes) -> None:
        # The isolation point of the fan-out: one client's failure is its own.
        if not data:
            return
        try:
            session.client.write(data)
        except Exception:
            report(_log, "Connection {number} failed to write", number=session.number)
            self._broken[session] = None

    def _serve_merged(self) -> None:
        """
        Serve those who hear several of this turn's rooms; the same rooms, the same bytes.
        """
        shared: dict[tuple[Dialect, frozenset[Room]], bytes] = {}
        for session in self._merged:
            view = session.view
            active = frozenset(room for room in view.rooms if room in self._turn.positions)
            data = shared.get((view.dialect, active))
            if data is None:
                heard = self._heard(view, 0, len(self._turn.log))
                data = shared[view.dialect, active] = self._joined(view.dialect, heard)
            self._write(session, data)

    def _own_bytes(self, session: Session, own: Own) -> bytes:
        own.close_stretch(session.view, len(self._turn.log))
        run = _PresenceRun()
        parts: list[bytes] = []
        for piece in own.pieces:
            if isinstance(piece, bytes):
                parts.extend(run.take())
                parts.append(piece)
            else:
                view, start, stop = piece
                reader = session.nick if view.dialect.bell else ""
                heard = self._heard(view, start, stop)
                parts.extend(self._lines(view.dialect, heard, run, reader))
        parts.extend(run.take())
        return b"".join(parts)

    def _heard(self, view: View, start: int, stop: int) -> Sequence[int]:
        """
        Return which of the log's entries from ``start`` to ``stop`` a session of ``view`` hears.
        """
        active = [room for room in view.rooms if room in self._turn.positions]
        if len(active) == 1:
            positions = self._turn.positions[active[0]]
            heard = positions[bisect_left(positions, start) : bisect_left(positions, stop)]
        else:
            rooms = set(active)
            log = self._turn.log
            heard = [i for i in range(start, stop) if not rooms.isdisjoint(log[i][1])]
        if view.ignored:
            heard = [i for i in heard if not _is_by(self._turn.log[i][0], view.ignored)]
        return heard

    def _joined(self, dialect: Dialect, heard: Sequence[int]) -> bytes:
        """
        Return the lines of the entries ``heard`` as those who share them are given them.
        """
        run = _PresenceRun()
        return b"".join([*self._lines(dialect, heard, run), *run.take()])

    def _lines(
        self, dialect: Dialect, heard: Sequence[int], run: _PresenceRun, reader: str = ""
    ) -> Iterator[bytes]:
        """
        Yield the lines of the entries ``heard``; presence that may go on is left in ``run``.
        """
        log = self._turn.log
        if not self._turn.has_presence:
            for position in heard:
                yield self._line(dialect, position, reader)
            return
        for position in heard:
            event, rooms = log[position]
            if isinstance(event, (Joined, Left)):
                if not run.fits(event):
                    yield from run.take()
                run.add(event, rooms[0], dialect)
            else:
                yield from run.take()
                yield self._line(dialect, position, reader)

    def _line(self, dialect: Dialect, position: int, reader: str) -> bytes:
        event = self._turn.log[position][0]
        if reader:
            return _render(dialect, event, reader)
        line = self._rendered.get((dialect, position))
        if line is None:
            line = self._rendered[dialect, position] = _render(dialect, event)
        return line


@define(eq=False)
class _PresenceRun:
    """
    Joins and parts with nothing read between them, gathered by room.
    """

    _rooms: dict[Room, tuple[list[str], list[tuple[str, str]], float]] = field(factory=dict)
    _seen: set[tuple[str, str]] = field(factory=set)
    _dialect: Dialect | None = None

    def fits(self, event: Joined | Left) -> bool:
        """
        Say whether ``event`` can be told in the same line; not if its person is there already.
        """
        return (event.room, event.nick) not in self._seen

    def add(self, event: Joined | Left, room: Room, dialect: Dialect) -> None:
        """
        Take ``event`` up, to be read in ``dialect``.
        """
        self._dialect = dialect
        self._seen.add((event.room, event.nick))
        joined, left, _ = self._rooms.setdefault(room, ([], [], event.at))
        if isinstance(event, Joined):
            joined.append(event.nick)
        else:
            left.append((event.nick, event.reason))

    def take(self) -> list[bytes]:
        """
        Return one line for each room and begin anew.
        """
        if self._dialect is None:
            return []
        lines = [
            _render(
                self._dialect,
                Presence(
                    at, room.name, tuple(joined), tuple(left), len(room.members) > LARGE_ROOM
                ),
            )
            for room, (joined, left, at) in self._rooms.items()
        ]
        self._rooms.clear()
        self._seen.clear()
        self._dialect = None
        return lines


_PRESENCE = frozenset({Joined, Left})


def _is_by(event: Event, ignored: frozenset[str]) -> bool:
    return isinstance(event, (Said, Acted)) and fold(event.nick) in ignored


def _render(dialect: Dialect, event: Event, reader: str = "") -> bytes:
    try:
        return dialect.render(event, reader)
    except BaseException:  # an event may carry a plugin's object, and that may raise anything
        kind = type(event).__name__
        report(_log, "{kind} could not be rendered", secret=typed_in(event), kind=kind)
        return b""

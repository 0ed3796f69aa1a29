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

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.delivery import Delivery, render
from twisted_chat.events import Event, Joined, Left

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.log import LimitedLogger
    from twisted_chat.people import Room, Session, View, Write


@define(eq=False)
class Own:
    """
    What one session alone reads in this turn.

    Attributes:
        pieces: rendered lines of its own, and ``(view, start, stop)`` stretches of the log.
        start: where in the log the stretch begins that is still open.
        reader: the nick that the session goes by at the end of the turn.
    """

    pieces: list[bytes | tuple[View, int, int]] = field(factory=list)
    start: int = 0
    reader: str = ""

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
        presence: for each room, which of its positions are joins and parts, ascending.
        sizes: for each room with presence, the most members it had meanwhile.
        own: the sessions that are served alone, and what each of them reads.
        closing: the sessions to close once they were served, and why.
    """

    log: list[tuple[Event, Sequence[Room]]] = field(factory=list)
    positions: dict[Room, list[int]] = field(factory=dict)
    own: dict[Session, Own] = field(factory=dict)
    closing: list[tuple[Session, str]] = field(factory=list)
    presence: dict[Room, list[int]] = field(factory=dict)
    sizes: dict[Room, int] = field(factory=dict)

    def own_of(self, session: Session) -> Own:
        """
        Return what ``session`` alone reads in this turn; from here on it is served alone.
        """
        if session.own is None:
            session.own = self.own[session] = Own()
        return session.own


@define(eq=False)
class Fanout:
    """
    Queues events and flushes them at the end of the turn.

    Args:
        clock: what ends the turn, by ``callLater(0)``.
        on_broken: called, after the flush, with the ``write`` of every session whose raised.
        log: for what goes wrong.
    """

    _clock: IReactorTime
    _on_broken: Callable[[Collection[Write]], None]
    _log: LimitedLogger
    # What is queued, and what is being delivered: that may take several turns of the reactor.
    _turn: Turn | None = None
    _delivering: Iterator[None] | None = None

    def post(self, event: Event, rooms: Sequence[Room], but: Session | None = None) -> None:
        """
        Queue ``event`` for everybody who hears one of ``rooms``, once each, without ``but``.
        """
        turn = self._turn or self._begin()
        position = len(turn.log)
        if but is not None:
            own = but.own or turn.own_of(but)
            if own.start != position:
                own.close_stretch(but.view, position)
            own.start = position + 1
        turn.log.append((event, rooms))
        for room in rooms:
            positions = turn.positions.get(room)
            if positions is None:
                turn.positions[room] = [position]
            else:
                positions.append(position)

    def post_presence(self, event: Joined | Left, room: Room) -> None:
        """
        Queue that somebody came to or went from ``room``, for everybody who hears it.
        """
        self.post(event, (room,))
        assert self._turn is not None
        index = len(self._turn.positions[room]) - 1
        self._turn.presence.setdefault(room, []).append(index)
        # Whoever comes is not among the members yet, whoever goes is not any more.
        size = len(room.members) + 1
        self._turn.sizes[room] = max(size, self._turn.sizes.get(room, 0))

    def tell(self, session: Session, event: Event) -> None:
        """
        Queue ``event`` for ``session`` alone.
        """
        turn = self._turn or self._begin()
        own = turn.own_of(session)
        own.close_stretch(session.view, len(turn.log))
        own.pieces.append(render(self._log, session.view.dialect, event, session.nick))

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

    def forget(self, session: Session) -> None:
        """
        Tell ``session``, whose connection is lost, nothing of this turn.
        """
        if session.own is not None:
            session.own.pieces.clear()

    def close(self, session: Session, reason: str) -> None:
        """
        Close ``session`` when it has been served.
        """
        turn = self._turn or self._begin()
        turn.closing.append((session, reason))

    def flush(self) -> None:
        """
        Serve everybody all that was queued, now.
        """
        while self._turn is not None or self._delivering is not None:
            self._go_on()

    def _go_on(self) -> None:
        """
        Deliver a part of what was queued: nearly always that is all of it.
        """
        if self._delivering is None:
            turn, self._turn = self._turn, None
            if turn is None:
                return
            self._delivering = self._deliver(turn)
        for _ in self._delivering:
            self._clock.callLater(0, self._go_on)
            return
        self._delivering = None
        if self._turn is not None:
            self._clock.callLater(0, self._go_on)

    def _deliver(self, turn: Turn) -> Iterator[None]:
        """
        Serve everybody what was queued in ``turn``, with pauses, and then close whom to close.
        """
        delivery = Delivery(turn, self._log)
        try:
            yield from delivery.run()
        except Exception:
            self._log.report("A turn could not be delivered")
        for session, reason in turn.closing:
            try:
                session.client.close(reason)
            except Exception:
                self._log.report("A connection failed to close")
        if delivery.broken:
            try:
                self._on_broken(delivery.broken)
            except Exception:
                self._log.report("A broken connection could not be let go")

    def _begin(self) -> Turn:
        self._turn = Turn()
        if self._delivering is None:
            self._clock.callLater(0, self._go_on)
        return self._turn

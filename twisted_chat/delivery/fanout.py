"""
Fan-out: what happens in one turn of the reactor becomes one write for each client.

During a turn, events are only queued.  At its end each room's events are rendered once for each
dialect that somebody there reads, joined once, and every session of that dialect is given the
same bytes object.  Under load a turn takes longer, so more is joined: batches grow by themselves.

Whoever must see something of their own in a turn (they spoke, were answered, came or went, changed
how they read) is served alone.  Such a session has an `Own`: pieces of its own, and stretches of
the turn's log as its view was during each.  So every session reads its events in exactly the order
in which they happened.

Nobody is told anything before it is kept: a turn's changes go to the journal, and while that takes
its time, the next turn gathers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.delivery.delivery import Delivery
from twisted_chat.delivery.journal import PATIENCE
from twisted_chat.delivery.labels import label_of, request_now
from twisted_chat.delivery.rendering import render
from twisted_chat.delivery.turn import Awaited, Turn
from twisted_chat.events import Event, Joined, Left
from twisted_chat.replies import Labelled, Notice
from twisted_chat.world.model import view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.delivery.journal import Journal
    from twisted_chat.log import LimitedLogger
    from twisted_chat.replies import Transcript
    from twisted_chat.store.records import Change
    from twisted_chat.world.client import Prompt, Write
    from twisted_chat.world.model import Room, Session, User, View
    from twisted_chat.world.world import World


@define(eq=False)
class Fanout:
    """
    Queues events and flushes them at the end of the turn.

    Attributes:
        observers: each is given every turn when it is kept, before anybody is told of it.

    Args:
        world: its clock ends the turn, by ``callLater(0)``.
        journal: keeps what a turn changed.
        log: for what goes wrong.
        on_broken: called, after the flush, with the ``write`` of every session whose raised.
    """

    _world: World
    _journal: Journal
    _log: LimitedLogger
    _on_broken: Callable[[Collection[Write]], None]
    observers: list[Callable[[Turn], object]] = field(init=False, factory=list)
    # What is queued, and what is being delivered: that may take several turns of the reactor.
    _turn: Turn | None = field(init=False, default=None)
    _delivering: Iterator[None] | None = field(init=False, default=None)
    # What is being delivered waits until all of this is kept or read.
    _held: Turn | None = field(init=False, default=None)
    _is_kept: bool = field(init=False, default=True)
    # What was asked for last did not come in time, and is not waited for.
    _is_reading_slow: bool = field(init=False, default=False)
    _patience: IDelayedCall | None = field(init=False, default=None)
    _finished: list[Deferred[None]] = field(init=False, factory=list)

    def post(self, event: Event, rooms: Sequence[Room], but: Iterable[Session] = ()) -> None:
        """
        Queue ``event`` for everybody who hears one of ``rooms``, once each, without ``but``.

        Who asked for it with a label is told it with that.
        """
        request = request_now()
        if request is not None:
            asker, _ = request
            if asker not in but and not set(rooms).isdisjoint(asker.view.rooms):
                self.post(event, rooms, (*but, asker))
                self.tell(asker, event)
                return
        turn = self._turn or self._begin()
        position = len(turn.log)
        for session in but:
            own = turn.own_of(session)
            if own.start != position:
                own.close_stretch(session.view, position)
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
        Queue ``event`` for ``session`` alone, with the label of its request if it has one.
        """
        label = label_of(session)
        if label:
            event = Labelled(event.at, event, label)
        self._put(session, render(self._log, session.view.dialect, event, session.nick))

    def notify(self, session: Session, text: str) -> None:
        """
        Tell ``session`` alone ``text``, one line for each of its lines.
        """
        if not session.closed:
            now = self._world.now()
            for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
                self.tell(session, Notice(now, line))

    def show(self, session: Session, page: Transcript) -> None:
        """
        Let ``session`` alone read ``page``.
        """
        if not session.closed:
            self.tell(session, page)

    def prompt(self, session: Session, prompt: Prompt | None) -> None:
        """
        Queue that ``session`` is shown ``prompt``, or with None that what it was asked ends.
        """
        if session.client.can_be_asked:
            self._put(session, prompt)

    def _put(self, session: Session, piece: bytes | Prompt | None) -> None:
        turn = self._turn or self._begin()
        own = turn.own_of(session)
        own.close_stretch(session.view, len(turn.log))
        own.pieces.append(piece)

    def tell_later(self, session: Session, event: Deferred[Event | None]) -> None:
        """
        Queue, for ``session`` alone, what ``event`` fires with.

        The turn waits for it, for a second at most: nobody reads out of order.  Once that was too
        long, no turn waits again until something was read in time: it is told when it is there.
        """
        turn = self._turn or self._begin()
        own = turn.own_of(session)
        own.close_stretch(session.view, len(turn.log))
        piece = Awaited()
        own.pieces.append(piece)
        is_waited_for = not self._is_reading_slow
        turn.awaited += is_waited_for
        asked_at = self._world.clock.seconds()
        label = label_of(session)

        def arrive(found: Event | None) -> None:
            is_in_time = self._world.clock.seconds() - asked_at < PATIENCE
            self._is_reading_slow = self._is_reading_slow and not is_in_time
            if found is not None:
                if label:
                    found = Labelled(found.at, found, label)
                data = render(self._log, session.view.dialect, found, session.nick)
                if is_waited_for or turn in (self._turn, self._held):
                    piece.data = data
                elif is_in_time and not session.closed:
                    self._put(session, data)
            release()

        def fail(failure: Failure) -> None:
            try:
                failure.raiseException()
            except Exception:
                self._log.report("What somebody is to read could not be read")
            release()

        def release() -> None:
            turn.awaited -= is_waited_for
            if turn is self._held:
                self._release()

        event.addCallback(arrive).addErrback(fail)

    def keep(self, change: Change) -> None:
        """
        Have ``change`` kept before anybody is told of this turn.
        """
        turn = self._turn or self._begin()
        turn.changes.append(change)

    def commit(self, change: Change) -> Deferred[None]:
        """
        Have ``change`` kept with this turn, or not at all.

        Returns:
            fires when it is kept, before anybody is told of the turn; fails with `StoreFailed`
            if it is not, and never will be.
        """
        self.keep(change)
        assert self._turn is not None
        done: Deferred[None] = Deferred()
        self._turn.promises += ((change, done),)
        return done

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

    def refresh(self, user: User) -> None:
        """
        Let each session of ``user`` read as they are, and where they are, from here on.
        """
        for session in user.sessions:
            self.look(session, view_of(session))

    def forget(self, session: Session) -> None:
        """
        Tell ``session``, whose connection is lost, nothing of this turn.
        """
        own = self._turn.own.get(session) if self._turn else None
        if own is not None:
            own.pieces.clear()

    def close(self, session: Session, reason: str) -> None:
        """
        Close ``session`` when it has been served.
        """
        turn = self._turn or self._begin()
        turn.closing.append((session, reason))

    def finish(self) -> Deferred[None]:
        """
        Serve everybody all that was queued, now, or as soon as it is kept.

        Returns:
            fires when nothing is left.
        """
        finished: Deferred[None] = Deferred()
        self._finished.append(finished)
        while self._held is None and (self._turn or self._delivering):
            self._go_on()
        self._tell_finished()
        return finished

    def _tell_finished(self) -> None:
        if self._turn is None and self._delivering is None:
            finished, self._finished = self._finished, []
            for each in finished:
                each.callback(None)

    def _go_on(self) -> None:
        """
        Deliver a part of what was queued: nearly always that is all of it.
        """
        if self._held is not None or (self._delivering is None and not self._end_turn()):
            return
        assert self._delivering is not None
        for _ in self._delivering:
            self._world.clock.callLater(0, self._go_on)
            return
        self._delivering = None
        if self._turn is not None:
            self._world.clock.callLater(0, self._go_on)
        elif self._finished:
            self._tell_finished()

    def _end_turn(self) -> bool:
        """
        Begin to deliver what was queued, and say whether nothing is to be waited for.
        """
        turn, self._turn = self._turn, None
        if turn is None:
            return False
        self._delivering = self._deliver(turn)
        # Who reads what is settled as of now, whatever happens while that is kept.
        next(self._delivering, None)
        self._is_kept = not turn.changes or self._journal.keep(
            turn.changes, self._on_kept, turn.promises
        )
        if self._is_kept and not turn.awaited:
            return True
        self._held = turn
        if turn.awaited:
            self._patience = self._world.clock.callLater(PATIENCE, self._lose_patience, turn)
        return False

    def _on_kept(self) -> None:
        self._is_kept = True
        self._release()

    def _lose_patience(self, turn: Turn) -> None:
        self._log.warn("History was not read within {seconds:g} s", seconds=PATIENCE)
        self._is_reading_slow = True
        turn.awaited = 0
        self._release()

    def _release(self) -> None:
        turn = self._held
        if turn is None or turn.awaited > 0 or not self._is_kept:
            return
        self._held = None
        if self._patience is not None and self._patience.active():
            self._patience.cancel()
        self._go_on()

    def _deliver(self, turn: Turn) -> Iterator[None]:
        """
        Settle who reads what of ``turn``; serve everybody, with pauses; then close whom to close.
        """
        delivery = Delivery(turn, self._log)
        try:
            delivery.settle()
            yield
            if self.observers:
                self._observe(turn)
            yield from delivery.serve()
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

    def _observe(self, turn: Turn) -> None:
        for observer in self.observers:
            try:
                observer(turn)
            except Exception:
                self._log.report("An observer of turns failed")

    def _begin(self) -> Turn:
        self._turn = Turn()
        if self._delivering is None:
            self._world.clock.callLater(0, self._go_on)
        return self._turn

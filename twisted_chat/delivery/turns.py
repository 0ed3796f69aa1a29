"""
Turns: each is kept, and then delivered.

Nothing is sent before it is kept: a turn's changes go to the journal, and meanwhile the next turn
gathers.

A quiet server delivers at once.  A busy one, where rooms are told more than `BUSY` events a
second, rests after each turn, and reads what has come meanwhile at once: a turn costs as much as
several of its lines, and in small rooms, where nearly every turn would have one line, that saves
more than half of the work.  The reactor's thread sleeps, so that it is woken once for all who say
something, and not by each.  It rests for so long that the next turn, if it takes as long as this
one from its first event on, ends `WITHIN` seconds after that event; where turns take longer than
half of that, it does not rest.  Nor does it where a turn waits for a disk: then the next one
gathers anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.delivery.delivery import Delivery
from twisted_chat.delivery.turn import Piece, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.delivery.journal import Journal
    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.model import Session

#: Seconds within which a busy server tells what is said, as long as nothing holds it up.
WITHIN = 0.004
#: Events in rooms a second from which on a server is busy, and the seconds in which they count.
BUSY, SPAN = 1000, 0.1


@define(eq=False)
class Turns:
    """
    Delivers one turn after the other.

    Attributes:
        current: the queued turn; None if nothing is queued.
        backlogs: what sessions are still to read that wait for lines of the store.
        held: the turn that is not kept yet, and so not delivered; None if there is none.
        observers: called with every turn when it is kept, before it is sent.
        on_broken: called after a delivery with the sessions whose client raised; what closes them
            sets it.

    Args:
        clock: ends the turn, by ``callLater``.
        journal: keeps the changes of a turn.
        log: for failures.
        pause: sleeps for at most so many seconds; None for a server that never rests.
    """

    _clock: IReactorTime
    _journal: Journal
    _log: LimitedLogger
    _pause: Callable[[float], object] | None = None
    current: Turn | None = field(init=False, default=None)
    backlogs: dict[Session, list[Piece]] = field(init=False, factory=dict)
    held: Turn | None = field(init=False, default=None)
    observers: list[Callable[[Turn], object]] = field(init=False, factory=list)
    on_broken: Callable[[Collection[Session]], None] = field(init=False)
    # That of the turn being delivered, which may take several turns of the reactor.
    _delivering: Iterator[None] | None = field(init=False, default=None)
    # When the queued turn was opened, and when the last one began to be delivered.
    _opened_at: float = field(init=False, default=0.0)
    _began_at: float = field(init=False, default=float("-inf"))
    # The events of the last turns, the less of each the longer ago it was.
    _events: float = field(init=False, default=0.0)
    _finished: list[Deferred[None]] = field(init=False, factory=list)

    def open(self) -> Turn:
        """
        Return the queued turn, which is begun if there is none.
        """
        if self.current is None:
            self.current = Turn()
            self._opened_at = self._clock.seconds()
            if self._delivering is None:
                self._schedule()
        return self.current

    def kept(self) -> Deferred[None] | None:
        """
        Return what fires when the store has all that has happened; None if it has that already.

        So a user who reads finds what they have said at the same moment.
        """
        current, held = self.current, self.held
        turn = current if current is not None and current.changes else held
        if turn is None:
            return None
        kept: Deferred[None] = Deferred()
        turn.readers += (kept,)
        return kept

    def forget(self, session: Session) -> None:
        """
        Send nothing of what is queued to ``session``.
        """
        self.backlogs.pop(session, None)
        own = self.current.own.get(session) if self.current else None
        if own is not None:
            own.pieces.clear()

    def finish(self) -> Deferred[None]:
        """
        Deliver everything that is queued, now or as soon as it is kept.

        Returns:
            fires when nothing is queued.
        """
        finished: Deferred[None] = Deferred()
        self._finished.append(finished)
        while self.held is None and (self.current or self._delivering):
            self._go_on()
        self._tell_finished()
        return finished

    def _tell_finished(self) -> None:
        if self.current is None and self._delivering is None:
            finished, self._finished = self._finished, []
            for each in finished:
                each.callback(None)

    def _schedule(self) -> None:
        # Behind what is read now.
        self._clock.callLater(0, self._take)

    def _take(self) -> None:
        """
        Deliver the queue, and rest afterwards if the server is busy.
        """
        opened_at = self._opened_at
        if self._go_on() and self._pause is not None and self._events > BUSY * SPAN:
            rest = WITHIN - 2 * (self._clock.seconds() - opened_at)
            # The clock may step back.
            if 0 < rest <= WITHIN:
                self._pause(rest)

    def _go_on(self) -> bool:
        """
        Deliver a part of the queue, nearly always all of it; return whether a turn is done.
        """
        if self.held is not None or (self._delivering is None and not self._end_turn()):
            return False
        assert self._delivering is not None
        for _ in self._delivering:
            self._schedule()
            return False
        self._delivering = None
        if self.current is not None:
            self._schedule()
        elif self._finished:
            self._tell_finished()
        return True

    def _end_turn(self) -> bool:
        """
        Begin to deliver the queue; return whether it can be sent at once.
        """
        turn, self.current = self.current, None
        if turn is None:
            return False
        self._note(turn)
        self._delivering = self._deliver(turn)
        # The readers of each event are settled now, whatever happens until it is kept.
        next(self._delivering, None)
        if not turn.changes or self._journal.keep(turn.changes, self._on_kept, turn.promises):
            _tell(turn.readers)
            return True
        self.held = turn
        return False

    def _note(self, turn: Turn) -> None:
        now = self._clock.seconds()
        rest = 1 - (now - self._began_at) / SPAN
        self._events = len(turn.log) + (self._events * rest if 0 < rest <= 1 else 0.0)
        self._began_at = now

    def _on_kept(self) -> None:
        turn, self.held = self.held, None
        assert turn is not None
        _tell(turn.readers)
        self._go_on()

    def _deliver(self, turn: Turn) -> Iterator[None]:
        """
        Settle who reads what of ``turn``, serve every session with pauses, then close sessions.
        """
        delivery = Delivery(turn, self._log, self.backlogs)
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
                self.on_broken(delivery.broken)
            except Exception:
                self._log.report("A broken connection could not be closed")

    def _observe(self, turn: Turn) -> None:
        for observer in self.observers:
            try:
                observer(turn)
            except Exception:
                self._log.report("An observer of turns failed")


def _tell(readers: Iterable[Deferred[None]]) -> None:
    for each in readers:
        each.callback(None)

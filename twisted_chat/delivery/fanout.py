"""
Fan-out: all events of one turn of the reactor become one write for each client.

During a turn, events are only queued.  At its end each room's events are rendered once for each
dialect in the room and joined once, and every session of that dialect gets the same bytes object.
Under load a turn takes longer, so batches grow.

A session that must read something of its own in a turn (its user spoke, was answered, joined or
left, or changed preferences) is served alone.  It has an `Own`: its own pieces, and stretches of
the turn's log, each with the view it had then.  So every session reads its events in exactly the
order in which they happened.

Nothing is sent before it is kept: a turn's changes go to the journal, and meanwhile the next turn
gathers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.delivery.delivery import Delivery
from twisted_chat.delivery.journal import PATIENCE
from twisted_chat.delivery.labels import label_of, request_now
from twisted_chat.delivery.rendering import render
from twisted_chat.delivery.turn import Awaited, Decision, Turn
from twisted_chat.events import Event, Joined, Left, Quit
from twisted_chat.replies.reply import Labelled, Notice, Refused
from twisted_chat.world.model import view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from twisted.internet.interfaces import IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.delivery.journal import Journal
    from twisted_chat.errors import ChatError
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.records import Change
    from twisted_chat.world.client import Prompt, Write
    from twisted_chat.world.model import Room, Session, User, View
    from twisted_chat.world.world import World


@define(eq=False)
class Fanout:
    """
    Queues events, and delivers them at the end of the turn.

    Attributes:
        observers: called with every turn when it is kept, before it is sent.

    Args:
        world: its clock ends the turn, by ``callLater(0)``.
        journal: keeps the changes of a turn.
        log: for failures.
        on_broken: called after a delivery with every ``write`` that raised.
    """

    _world: World
    _journal: Journal
    _log: LimitedLogger
    _on_broken: Callable[[Collection[Write]], None]
    observers: list[Callable[[Turn], object]] = field(init=False, factory=list)
    # The queued turn, and the one being delivered, which may take several turns of the reactor.
    _turn: Turn | None = field(init=False, default=None)
    _delivering: Iterator[None] | None = field(init=False, default=None)
    # The delivery waits until all of this turn is kept and read.
    _held: Turn | None = field(init=False, default=None)
    _is_kept: bool = field(init=False, default=True)
    # The last read from the store was late, so the next one is not waited for.
    _is_reading_slow: bool = field(init=False, default=False)
    _patience: IDelayedCall | None = field(init=False, default=None)
    _finished: list[Deferred[None]] = field(init=False, factory=list)

    def post(self, event: Event, rooms: Sequence[Room], but: Iterable[Session] = ()) -> None:
        """
        Queue ``event`` once for every session in one of ``rooms``, except ``but``.

        The session that asked for it with a label is told it with that.
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

    def post_presence(self, event: Joined | Left | Quit, *rooms: Room) -> None:
        """
        Queue a join or leave of ``rooms`` for every session in one of them, once each.
        """
        self.post(event, rooms)
        turn = self._turn
        assert turn is not None
        for room in rooms:
            turn.presence.setdefault(room, []).append(len(turn.positions[room]) - 1)
            # The user is not a member yet, or no longer.
            size = len(room.members) + 1
            turn.sizes[room] = max(size, turn.sizes.get(room, 0))

    def tell(self, session: Session, event: Event) -> None:
        """
        Queue ``event`` for ``session`` alone, with the label of its request if it has one.

        Nothing is queued if it is on its way out.
        """
        if session.closed:
            return
        label = label_of(session)
        if label:
            event = Labelled(event.at, event, label)
        self._put(session, render(self._log, session.view.dialect, event, session.nick))

    def tell_all(self, user: User, event: Event) -> None:
        """
        Queue ``event`` for each session of ``user``; nothing if they have gone.
        """
        for session in user.sessions:
            self.tell(session, event)

    def tell_staff(self, event: Event) -> None:
        """
        Queue ``event`` for every operator of the server who is here.
        """
        for user in self._world.users.values():
            if user.is_staff:
                self.tell_all(user, event)

    def refuse(self, session: Session, refusal: ChatError) -> None:
        """
        Tell ``session`` alone why what it asked for is not done.
        """
        self.tell(session, Refused.of(refusal, self._world.now()))

    def notify(self, session: Session, text: str) -> None:
        """
        Send ``text``, in the words of a plugin, to ``session`` alone, line by line.
        """
        now = self._world.now()
        for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
            self.tell(session, Notice(now, line))

    def answer(self, session: Session, answer: str | Event | ChatError) -> None:
        """
        Tell ``session`` alone what a command or a question came to; a plugin's may be text.
        """
        if isinstance(answer, str):
            self.notify(session, answer)
        elif isinstance(answer, Event):
            self.tell(session, answer)
        else:
            self.refuse(session, answer)

    def end_name_prompt(self, session: Session) -> None:
        """
        End the prompt for a name, if it stands there, so that a line may follow.
        """
        if session.user is None and session.question is None and not session.closed:
            self.prompt(session, None)

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
        Queue the result of ``event`` for ``session`` alone.

        The turn waits for it, at most a second, so that the order is kept.  After a read that was
        late, no turn waits until a read is in time again; the result is sent when it comes.
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
                self._log.report("A page of history could not be read")
            release()

        def release() -> None:
            turn.awaited -= is_waited_for
            if turn is self._held:
                self._release()

        event.addCallback(arrive).addErrback(fail)

    def keep(self, change: Change, decision: Decision | None = None) -> None:
        """
        Keep ``change`` before anything of this turn is sent.

        Args:
            decision: of which users are told if it cannot be kept yet.
        """
        turn = self._turn or self._begin()
        turn.changes.append(change)
        if decision is not None:
            turn.decisions.append(decision)

    def commit(self, change: Change) -> Deferred[None]:
        """
        Keep ``change`` with this turn, or not at all.

        Returns:
            fires when it is kept, before the turn is sent; fails with `StoreFailed` if it is never
            kept.
        """
        self.keep(change)
        assert self._turn is not None
        done: Deferred[None] = Deferred()
        self._turn.promises += ((change, done),)
        return done

    def look(self, session: Session, view: View) -> None:
        """
        Set ``session``'s view to ``view``.
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
        Update the views of the sessions of ``user``.
        """
        for session in user.sessions:
            self.look(session, view_of(session))

    def forget(self, session: Session) -> None:
        """
        Send nothing of this turn to ``session``, whose connection is lost.
        """
        own = self._turn.own.get(session) if self._turn else None
        if own is not None:
            own.pieces.clear()

    def close(self, session: Session, reason: str) -> None:
        """
        Close ``session`` after it has been served.
        """
        turn = self._turn or self._begin()
        turn.closing.append((session, reason))

    def finish(self) -> Deferred[None]:
        """
        Deliver everything that is queued, now or as soon as it is kept.

        Returns:
            fires when nothing is queued.
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
        Deliver a part of the queue, nearly always all of it.
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
        Begin to deliver the queue; return whether it can be sent at once.
        """
        turn, self._turn = self._turn, None
        if turn is None:
            return False
        self._delivering = self._deliver(turn)
        # The readers of each event are settled now, whatever happens until it is kept.
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
        Settle who reads what of ``turn``, serve every session with pauses, then close sessions.
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
                self._log.report("A broken connection could not be closed")

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

"""
Fan-out: all events of one turn of the reactor become one write for each client.

During a turn, events are only queued.  At its end each room's events are rendered once for each
dialect in the room and joined once, and every session of that dialect gets the same bytes object.
Under load a turn takes longer, so batches grow.

A session that must read something of its own in a turn (its user spoke, was answered, joined or
left, or changed preferences) is served alone.  It has an `Own`: its own pieces, and stretches of
the turn's log, each with the view it had then.  So every session reads its events in exactly the
order in which they happened.

A session that waits for a page of history has a backlog: whatever it is to read meanwhile stands
there, behind that page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define
from twisted.internet.defer import Deferred

from twisted_chat.delivery.labels import label_of, request_now
from twisted_chat.delivery.rendering import render
from twisted_chat.delivery.turn import Awaited, Decision, Piece
from twisted_chat.events import Event, Joined, Left, Quit
from twisted_chat.replies.reply import Labelled, Notice, Refused
from twisted_chat.signals import Signal
from twisted_chat.text.checks import require_sendable
from twisted_chat.world.model import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twisted.python.failure import Failure

    from twisted_chat.delivery.turn import Turn
    from twisted_chat.delivery.turns import Turns
    from twisted_chat.errors import ChatError
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.records import Change
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Room, Session, User, View
    from twisted_chat.world.world import World

#: Seconds for which a session waits for a page of history.
READ_TIMEOUT = 1.0


@define(eq=False)
class Fanout:
    """
    Queues events, which are delivered at the end of the turn.

    Args:
        world: who is here.
        turns: delivers each turn.
        log: for failures.
    """

    _world: World
    _turns: Turns
    _log: LimitedLogger

    def post(self, event: Event, rooms: Sequence[Room], but: Iterable[Session] = ()) -> None:
        """
        Queue ``event`` once for every session in one of ``rooms``, except ``but``.

        The session that asked for it with a label is told it with that.
        """
        request, asker = request_now(), None
        if request is not None and request[0] not in but:
            asker = request[0]
            if set(rooms).isdisjoint(asker.view.rooms):
                asker = None
            else:
                but = (*but, asker)
        turn = self._turns.current or self._turns.open()
        position = len(turn.log)
        for session in but:
            own = turn.own.get(session) or turn.own_of(session)
            if own.start != position:
                turn.close_stretch(own, session.view)
            own.start = position + 1
        turn.log.append((event, rooms))
        for room in rooms:
            positions = turn.positions.get(room)
            if positions is None:
                turn.positions[room] = [position]
            else:
                positions.append(position)
        if asker is not None:
            self.tell(asker, event)

    def post_presence(self, event: Joined | Left | Quit, *rooms: Room) -> None:
        """
        Queue a join or leave of ``rooms`` for every session in one of them, once each.
        """
        self.post(event, rooms)
        turn = self._turns.current
        assert turn is not None
        for room in rooms:
            turn.presence.setdefault(room, []).append(len(turn.positions[room]) - 1)
            # The user is not a member yet, or no longer.
            size = len(room.members) + 1
            turn.sizes[room] = max(size, turn.sizes.get(room, 0))

    def signal(self, user: User, signal: Signal, rooms: Sequence[Room] | None = None) -> None:
        """
        Queue ``signal`` of ``user`` for them, and for every session that shares a room with them.

        Args:
            rooms: only those in one of these rooms.
        """
        told = tuple(user.rooms) if rooms is None else rooms
        if told:
            self.post(signal, told, user.sessions)
        self.tell_all(user, signal)
        for follow in self._world.followers:
            follow(user, signal)

    def tell(self, session: Session, event: Event) -> None:
        """
        Queue ``event`` for ``session`` alone, with the label of its request if it has one.

        Nothing is queued if it is on its way out.
        """
        if session.closed:
            return
        reader = session.user.nick if session.user else ""
        if request_now() is not None and (label := label_of(session)):
            answer = Labelled(event.at, event, label)
            data = render(self._log, session.view.dialect, answer, reader)
            if session.inbox is not None:
                session.inbox.answers.note(label, event, len(data))
        else:
            is_kept = session.inbox is not None and not isinstance(event, Signal)
            told = session.inbox.put(event) if session.inbox and is_kept else event
            data = render(self._log, session.view.dialect, told, reader)
        self._put(session, data)

    def add(self, turn: Turn, user: User, event: Event) -> None:
        """
        Add ``event`` for each session of ``user`` to ``turn``, which is about to be sent.
        """
        for session in user.sessions:
            if not session.closed:
                line = render(self._log, session.view.dialect, event, session.nick)
                turn.own_of(session).pieces.append(line)

    def tell_all(self, user: User, event: Event, but: Session | None = None) -> None:
        """
        Queue ``event`` for each session of ``user``; nothing if they have gone.

        Args:
            but: the one of them that is not told.
        """
        for session in user.sessions:
            if session is not but:
                self.tell(session, event)

    def warn(self, users: Iterable[User], event: Event) -> None:
        """
        Send ``event`` to each session of ``users``, before anything that is queued.

        So they know that the next turn is not kept before they read it.
        """
        for session in [each for user in users for each in user.sessions if not each.closed]:
            try:
                session.client.write(render(self._log, session.view.dialect, event, session.nick))
            except Exception:
                # The next turn finds that too, and removes it.
                self._log.report("A connection failed to write")

    def refuse(self, session: Session, refusal: ChatError) -> None:
        """
        Tell ``session`` alone why what it asked for is not done.
        """
        self.tell(session, Refused.of(refusal, self._world.now()))

    def notify(self, session: Session, text: str) -> None:
        """
        Send ``text``, in the words of a plugin, to ``session`` alone, line by line.

        Raises:
            ValueError: it is too long.
        """
        require_sendable(text)
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

    def _put(self, session: Session, piece: Piece) -> None:
        turn = self._turns.current or self._turns.open()
        own = turn.own.get(session) or turn.own_of(session)
        if own.start != len(turn.log):
            turn.close_stretch(own, session.view)
        own.pieces.append(piece)

    def tell_later(
        self,
        session: Session,
        events: Deferred[Sequence[Event]],
        instead: Sequence[Event] = (),
    ) -> None:
        """
        Queue the result of ``events`` for ``session`` alone.

        Whatever else it is to read waits for that, at most `READ_TIMEOUT` seconds, so that its
        order is kept; nobody else waits.

        Args:
            instead: what it is told if that takes longer, or fails.
        """
        label = label_of(session)
        piece = Awaited()
        self._put(session, piece)

        def arrive(found: Sequence[Event]) -> bytes:
            told = [Labelled(each.at, each, label) if label else each for each in found]
            dialect, nick = session.view.dialect, session.nick
            return b"".join(render(self._log, dialect, each, nick) for each in told)

        def fail(failure: Failure) -> bytes:
            try:
                failure.raiseException()
            except Exception:
                self._log.report("A page of history could not be read")
            return arrive(instead)

        def give_up(_: object, seconds: float) -> bytes:
            self._log.warn("History was not read within {seconds:g} s", seconds=seconds)
            return arrive(instead)

        def settle(data: bytes) -> None:
            piece.data = data
            if session in self._turns.backlogs:
                self._turns.open()

        reading = events.addCallback(arrive).addTimeout(READ_TIMEOUT, self._world.clock, give_up)
        reading.addErrback(fail).addCallback(settle)

    def keep(self, change: Change, decision: Decision | None = None) -> None:
        """
        Keep ``change`` before anything of this turn is sent.

        Args:
            decision: of which users are told if it cannot be kept yet.
        """
        turn = self._turns.current or self._turns.open()
        turn.changes.append(change)
        if decision is not None:
            turn.decisions[decision] = None

    def commit(self, change: Change) -> Deferred[None]:
        """
        Keep ``change`` with this turn, or not at all.

        Returns:
            fires when it is kept, before the turn is sent; fails with `StoreFailed` if it is never
            kept.
        """
        turn = self._turns.current or self._turns.open()
        turn.changes.append(change)
        done: Deferred[None] = Deferred()
        turn.promises += ((change, done),)
        return done

    def look(self, session: Session, view: View) -> None:
        """
        Set ``session``'s view to ``view``.
        """
        if view == session.view:
            return
        turn = self._turns.current or self._turns.open()
        turn.close_stretch(turn.own_of(session), session.view)
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
        self._turns.forget(session)

    def close(self, session: Session, reason: str) -> None:
        """
        Close ``session`` after it has been served.
        """
        turn = self._turns.current or self._turns.open()
        turn.closing.append((session, reason))

    def finish(self) -> Deferred[None]:
        """
        Deliver everything that is queued, as `Turns.finish` does.
        """
        return self._turns.finish()

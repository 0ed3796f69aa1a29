"""
Holding: when its connection is lost, the session of a program is held for it to come back.

Nobody is told that it left.  What it alone is told meanwhile waits in its inbox, and what rooms
hear it reads from their history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from twisted_chat.events import Departure
from twisted_chat.limits import TokenBucket
from twisted_chat.people.programs.visits import Visit, key_of
from twisted_chat.replies.rooms import CurrentRoom
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.signals import AwayChanged
from twisted_chat.store.records import LAST_ID, id_at
from twisted_chat.text.names import fold
from twisted_chat.world.held import Held
from twisted_chat.world.model import Session, User, View, view_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted_chat.auth.tokens import Tokens
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.programs.visits import Visits
    from twisted_chat.people.sessions import Sessions
    from twisted_chat.people.settings import Settings
    from twisted_chat.replies.reply import Marked
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.store.snapshot import KeptToken, Snapshot
    from twisted_chat.world.inbox import RoomLeft
    from twisted_chat.world.model import Room
    from twisted_chat.world.world import World

#: Seconds for which a session is held.
HELD_FOR = 600.0


@frozen
class Resumed:
    """
    What a session was told alone, and its program has not read.

    Attributes:
        told: that, in order.
        left: the rooms that its user has left meanwhile, each with the id of that, in order.
        is_whole: it is all there was.
    """

    told: tuple[Marked, ...]
    left: tuple[tuple[int, RoomLeft], ...]
    is_whole: bool


@define(eq=False)
class Holding:
    """
    Holds the sessions of programs, and lets them go on.

    Args:
        world: knows the time, and who is here.
        fanout: serves them.
        timelines: know the names of rooms.
        registry: opens rooms again after a restart.
        membership: tells who is in which room.
        sessions: count connections.
        accounts: know the owners.
        connections: end sessions.
        settings: come back after a restart.
        tokens: are what programs come back with.
        visits: know whose they are.
        recorder: says what came last.
        questions: go on with the session.
    """

    _world: World
    _fanout: Fanout
    _timelines: Timelines
    _registry: Registry
    _membership: Membership
    _sessions: Sessions
    _accounts: Accounts
    _connections: Connections
    _settings: Settings
    _tokens: Tokens
    _visits: Visits
    _recorder: Recorder
    _questions: Questions
    # The earliest first; and those of each address.
    _held: dict[Visit, None] = field(init=False, factory=dict)
    _from: dict[str | None, dict[Visit, None]] = field(init=False, factory=dict)

    # -- gone -------------------------------------------------------------------------------------

    def hold(self, session: Session, why: Departure) -> None:
        """
        Hold ``session``, whose connection is lost, if it has a token; disconnect it otherwise.

        Of too many, or too many from one address, the one that was lost first leaves.
        """
        visit = self._visits.of(session)
        if visit is None or session.closed or session not in self._world.sessions:
            self._connections.disconnect(session, why)
            return
        self._fanout.forget(session)
        self._sessions.let_go(session, why.cause.replace("-", " ") or "held")
        session.closed = False
        visit.why = why
        limits = self._world.limits
        if limits.max_clients and len(self._held) >= limits.max_clients:
            self._leave(next(iter(self._held)))
        own = self._from.get(session.host, {}) if session.host is not None else {}
        if limits.max_per_host and len(own) >= limits.max_per_host:
            self._leave(next(iter(own)))
        self._stand_in(visit, self._world.now() + HELD_FOR)
        if (user := session.user) is not None and _is_gone(user):
            self._fanout.signal(user, AwayChanged(self._world.now(), user.nick, ""))

    def _stand_in(self, visit: Visit, until: float) -> None:
        session = visit.session
        session.use(Held())
        session.is_held = True
        if session.inbox is not None:
            lost = id_at(visit.token.until - HELD_FOR) if visit.token.until else LAST_ID
            # What it was told since, also before a restart, nobody has read.
            session.inbox.held_from = min(lost, self._recorder.last_id)
        self._fanout.look(session, view_of(session))
        self._held[visit] = None
        self._from.setdefault(session.host, {})[visit] = None
        seconds = min(max(until - self._world.now(), 0.0), HELD_FOR)
        visit.timer = self._world.clock.callLater(seconds, self._leave, visit)
        self._visits.keep(visit, until)

    def _wait_no_more(self, visit: Visit) -> None:
        """
        Stop the timer of ``visit``.
        """
        if visit.timer is None:
            return
        if visit.timer.active():
            visit.timer.cancel()
        visit.timer = None
        del self._held[visit]
        host = visit.session.host
        del self._from[host][visit]
        if not self._from[host]:
            del self._from[host]

    def ended(self, visit: Visit) -> None:
        """
        Remove the user of ``visit``, if it is held: its token has ended.
        """
        self._wait_no_more(visit)
        if visit.session.is_held:
            self._leave(visit)

    def _leave(self, visit: Visit) -> None:
        """
        Remove the user of a held session: nobody came back in time, or its token has ended.
        """
        session, user = visit.session, visit.session.user
        self._wait_no_more(visit)
        session.closed, session.is_held = True, False
        if user is not None:
            self._connections.part(session, user, visit.why)

    # -- back -------------------------------------------------------------------------------------

    def resume(self, session: Session, token: str, seen: int | None) -> Resumed | None:
        """
        Continue the session that ``token`` was given to with ``session``, a new connection.

        Args:
            seen: the largest id that its program was told; None if it does not say.

        Returns:
            what that was told alone behind ``seen``, or else since its connection was lost; None
            if no session goes on with this token.

        Raises:
            Sanctioned: its user was banned meanwhile.
        """
        visit = self._visits.find(token)
        user = visit.session.user if visit is not None else None
        if visit is None or user is None:
            return None
        marks = (user.key, user.account.id) if user.account else (user.key,)
        self._connections.check_name(session, *marks)
        before = visit.session
        if not before.is_held:
            self._put_out(before)
        self._wait_no_more(visit)
        inbox = before.inbox
        assert inbox is not None
        behind = inbox.held_from if seen is None else seen
        told, left = tuple(inbox.behind(behind)), tuple(inbox.left_behind(behind))
        resumed = Resumed(told, left, behind >= inbox.lost)
        inbox.go_on(self._world.now(), seen or 0)
        visit.key = key_of(token)
        was_gone = _is_gone(user)
        self._take_over(session, visit, user)
        if was_gone:
            self._fanout.signal(user, AwayChanged(self._world.now(), user.nick, None))
        self._visits.move(visit, session)
        self._visits.keep(visit)
        return resumed

    def _put_out(self, session: Session) -> None:
        """
        Hold ``session``, though its connection is not known to be lost, and close that.
        """
        farewell = Closed(self._world.now(), Cause.RESUMED, session.nick)
        client, dialect = session.client, session.view.dialect
        self.hold(session, Departure(cause="resumed"))
        # What it has not read yet is read at the other connection.
        client.write(dialect.render(farewell, session.nick))
        client.close("resumed")

    def _take_over(self, session: Session, visit: Visit, user: User) -> None:
        before = visit.session
        self._fanout.look(before, View(before.view.dialect))
        user.sessions[user.sessions.index(before)] = session
        before.user, before.is_held, before.closed = None, False, True
        session.user, session.current = user, before.current
        session.correspondent, session.line_bucket = before.correspondent, before.line_bucket
        session.asked_back, session.is_sure = before.asked_back, before.is_sure
        self._questions.programs.move(before, session)
        session.opened_by = f"token {visit.token.hash}" if user.account else ""
        session.active_at = self._world.seconds()
        self._world.begun[session] = None
        self._sessions.name(session)
        self._fanout.look(session, view_of(session))
        for room in user.rooms:
            self._fanout.tell(session, self._membership.entered(user, room))
        current = session.current
        if current is not None and current is not user.rooms[-1]:
            self._fanout.tell(session, CurrentRoom(self._world.now(), current.name))

    # -- after a restart --------------------------------------------------------------------------

    def begin(self, kept: Snapshot) -> None:
        """
        Load the tokens, and hold the sessions that went on when the server ended.

        Those that were held already are held for the rest of their time.
        """
        for each in kept.tokens:
            token = each.token
            self._tokens.load(token)
            if token.account and self._world.account_called(token.account) is None:
                self._tokens.end(token)
                continue
            if token.is_open and self._bring_back(each):
                continue
            # Its time was over while the server was down, and so is what was kept for it.
            if not token.account:
                self._tokens.end(token)
            elif token.is_open:
                self._tokens.keep(evolve(token, is_open=False, rooms=(), until=0.0))

    def _bring_back(self, kept: KeptToken) -> bool:
        """
        Hold the session of ``kept`` again, and return whether that can be.
        """
        token, now = kept.token, self._world.now()
        if token.until and token.until <= now:
            return False
        if not token.account and self._world.limits.guests == "off":
            return False
        user = self._world.users.get(fold(token.nick))
        if user is None:
            user = self._user_of(kept)
        elif user.visit != token.visit:
            return False
        limits = self._world.limits
        held = Held()
        bucket = TokenBucket(limits.rate, limits.burst)
        session = Session(held, None, 0, self._world.seconds(), bucket, View(held))
        session.user = user
        session.current = user.rooms[-1] if user.rooms else None
        user.sessions.append(session)
        visit = self._visits.add(Visit(token, session, done=dict(kept.done)), kept)
        self._stand_in(visit, token.until or now + HELD_FOR)
        return True

    def _user_of(self, kept: KeptToken) -> User:
        token, credentials = kept.token, kept.credentials
        user = User(self._world, token.nick, token.since, token.visit)
        self._world.add_user(user)
        for room in self._rooms_of(token.rooms):
            room.members[user] = room.timeline.number
            user.rooms.append(room)
        account = self._world.account_called(token.account)
        if account is not None and credentials is not None:
            account.roles = credentials.roles
            self._settings.load(account, credentials)
            self._accounts.own(user, account)
        return user

    def _rooms_of(self, numbers: Iterable[int]) -> list[Room]:
        """
        Return the rooms of these numbers that still are for everybody, or have an owner.
        """
        found = []
        for name in self._timelines.names(numbers):
            key = fold(name)
            room = self._world.rooms.get(key)
            found.append(self._registry.open(key, name) if room is None else room)
        return found


def _is_gone(user: User) -> bool:
    """
    Return whether ``user`` is away for nothing but lost connections.
    """
    return user.away is None and user.is_away

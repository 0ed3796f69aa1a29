"""
Visits: how users are here, also while their program is gone for a moment.

The session of a program has a token.  When its connection is lost, the session is held for a
while, for the program to come back with its token: nobody is told that it left, and whatever it
alone is told meanwhile is kept for it.  What rooms hear it reads from their history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from attrs import define, evolve, field

from twisted_chat.auth.tokens import hash_of, new_token
from twisted_chat.errors import ChatError
from twisted_chat.events import Departure, Event
from twisted_chat.limits import MAX_REASON, TokenBucket, require_short
from twisted_chat.replies.people import Away, Device, Devices, Unlinked
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.store.tokens import RequestDone, Token
from twisted_chat.text.names import fold
from twisted_chat.world import sanctioned
from twisted_chat.world.held import Held
from twisted_chat.world.model import Session, User, View, view_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.auth.tokens import Tokens
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.sessions import Sessions
    from twisted_chat.people.settings import Settings
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.store.interface import KeptToken, Snapshot
    from twisted_chat.world.model import Account, Room
    from twisted_chat.world.world import World

#: Seconds for which a session is held.
HELD_FOR = 600.0
#: The requests of one session that are known to be done; of more, the earliest is forgotten.
MOST_DONE = 1000


@define(eq=False)
class Visit:
    """
    The session of a program, which goes on from one connection to the next.

    Attributes:
        token: what it is known by.
        session: the one there is now.
        done: the labels of its requests that are done, the earliest first.
        why: why its user leaves when the time is over.
    """

    token: Token
    session: Session
    done: dict[str, None] = field(factory=dict)
    why: Departure = field(init=False, default=Departure())
    timer: IDelayedCall | None = field(init=False, default=None)


@define(eq=False)
class Visits:
    """
    Marks users as away, and holds the sessions of programs.

    Args:
        world: knows the time, and who is here.
        fanout: has tokens kept.
        timelines: know the names of rooms.
        registry: opens rooms again after a restart.
        membership: tells who enters which room.
        sessions: count connections.
        accounts: know the owners.
        connections: end sessions.
        settings: come back after a restart.
        tokens: are what programs come back with.
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
    # Those that are held, the earliest first.
    _held: dict[Visit, None] = field(init=False, factory=dict)
    # Those that go on, by the hash of the token.
    _visits: dict[str, Visit] = field(init=False, factory=dict)
    _of: WeakKeyDictionary[Session, Visit] = field(init=False, factory=WeakKeyDictionary)

    def set_away(self, user: User, reason: str | None) -> Away:
        """
        Mark ``user`` as away for ``reason`` (may be empty), or as back with None.

        Raises:
            Sanctioned: they are muted on the server, and so cannot give a reason.
            TooMuch: the reason is too long.
        """
        if reason:
            sanctioned.check_voice(user)
        require_short("reason", reason or "", MAX_REASON)
        user.away = reason
        return Away(self._world.now(), user.nick, reason, is_yours=True)

    # -- tokens -----------------------------------------------------------------------------------

    def start(self, session: Session, device: str, token: str = "") -> str:
        """
        Make ``session`` one that may be resumed, and return its token.

        Args:
            device: what the program calls its device.
            token: that with which it came; a new one is made if empty.
        """
        user, now = session.require_user(), self._world.now()
        token = token or new_token()
        known = self._tokens.find(token)
        if known is None:
            known = Token(hash_of(token), 0, device, now, now, user.nick, user.visit, user.since)
        visit = Visit(known, session)
        self._visits[known.hash] = self._of[session] = visit
        self._note(visit)
        if user.account is not None:
            for surplus in self._tokens.surplus(user.account):
                self._end(surplus)
        return token

    def _note(self, visit: Visit) -> None:
        """
        Have kept how ``visit`` stands.
        """
        user = visit.session.user
        if user is None:
            return
        visit.token = evolve(
            visit.token,
            account=user.account.id if user.account else 0,
            used_at=self._world.now(),
            nick=user.nick,
            visit=user.visit,
            since=user.since,
            rooms=tuple(room.timeline.id for room in user.rooms),
            is_open=True,
        )
        self._tokens.keep(visit.token)

    def note(self, user: User) -> None:
        """
        Note that the rooms, the nick or the account of ``user`` have changed.
        """
        for session in user.sessions:
            visit = self._of.get(session)
            if visit is not None:
                self._note(visit)

    def _end(self, token: Token) -> None:
        """
        End ``token``; a connected session that has it goes on without.
        """
        self._tokens.end(token)
        visit = self._visits.pop(token.hash, None)
        if visit is not None:
            self._wait_no_more(visit)
            self._of.pop(visit.session, None)
            if visit.session.is_held:
                self._leave(visit)

    def revoke(self, account: Account) -> None:
        """
        End all tokens of ``account``, and its sessions that are held.
        """
        for token in self._tokens.of(account):
            self._end(token)

    def devices(self, session: Session) -> Devices:
        """
        Return the devices of the account of ``session``.

        Raises:
            NotAllowed: it is logged in to none.
        """
        tokens = self._tokens.of(session.require_account())
        rows = [_row(number, token) for number, token in enumerate(tokens, 1)]
        return Devices(self._world.now(), tuple(rows))

    def unlink(self, session: Session, number: int) -> Unlinked:
        """
        End the token of a device of the account of ``session``, and its session.

        Args:
            number: of the device, as `devices` has it.

        Raises:
            NotAllowed: it is logged in to no account.
            ChatError: there is no such device.
        """
        tokens = self._tokens.of(session.require_account())
        if not 0 < number <= len(tokens):
            raise ChatError(
                f"There is no device {number}. /devices lists them.",
                code="no-such-device",
                number=number,
            )
        token = tokens[number - 1]
        visit = self._visits.get(token.hash)
        self._end(token)
        now = self._world.now()
        if visit is not None and visit.session is not session:
            farewell = Closed(now, Cause.GHOST, session.nick)
            self._connections.close(visit.session, farewell, Departure(cause="ghost"))
        return Unlinked(now, _row(number, token))

    # -- requests that are done -------------------------------------------------------------------

    def is_done(self, session: Session, label: str) -> bool:
        """
        Return whether ``session`` has asked for something with this label, and that was done.
        """
        visit = self._of.get(session)
        return visit is not None and label in visit.done

    def note_done(self, session: Session, label: str) -> None:
        """
        Note that what ``session`` asked for with ``label`` is done, together with what it did.
        """
        visit = self._of.get(session)
        if visit is None or label in visit.done:
            return
        visit.done[label] = None
        forgotten = next(iter(visit.done)) if len(visit.done) > MOST_DONE else ""
        visit.done.pop(forgotten, None)
        self._fanout.keep(RequestDone(visit.token.hash, label, forgotten))

    def goes_on(self, session: Session) -> bool:
        """
        Return whether the program of ``session`` may come back to it.
        """
        return session in self._of

    # -- gone and back ----------------------------------------------------------------------------

    def hold(self, session: Session, why: Departure) -> None:
        """
        Hold ``session``, whose connection is lost, if it has a token; disconnect it otherwise.
        """
        visit = self._of.get(session)
        if visit is None or session.closed or session not in self._world.sessions:
            self._connections.disconnect(session, why)
            return
        self._fanout.forget(session)
        self._sessions.let_go(session, why.cause.replace("-", " ") or "held")
        session.closed = False
        visit.why = why
        most = self._world.limits.max_clients
        if most and len(self._held) >= most:
            self._leave(next(iter(self._held)))
        self._stand_in(visit)
        self._note(visit)

    def _stand_in(self, visit: Visit) -> None:
        session = visit.session
        session.client = held = Held()
        session.write = held.write
        session.is_held = True
        self._fanout.look(session, view_of(session))
        self._held[visit] = None
        visit.timer = self._world.clock.callLater(HELD_FOR, self._leave, visit)

    def _wait_no_more(self, visit: Visit) -> None:
        """
        Stop the timer of ``visit``.
        """
        self._held.pop(visit, None)
        if visit.timer is not None and visit.timer.active():
            visit.timer.cancel()
        visit.timer = None

    def _leave(self, visit: Visit) -> None:
        """
        Remove the user of a held session: nobody came back in time, or its token has ended.
        """
        session, user = visit.session, visit.session.user
        self._wait_no_more(visit)
        session.closed, session.is_held = True, False
        if user is not None:
            self._connections.part(session, user, visit.why)

    def parted(self, session: Session, why: Departure) -> None:
        """
        Note that ``session`` has left its user.

        A token of an account may be used again, unless its user has logged out.
        """
        visit = self._of.pop(session, None)
        if visit is None:
            return
        self._wait_no_more(visit)
        self._visits.pop(visit.token.hash, None)
        account = self._world.account_called(visit.token.account)
        if account is None or why.cause == "logged-out":
            self._tokens.end(visit.token)
        else:
            self._tokens.keep(evolve(visit.token, is_open=False, rooms=()))
        if why.cause == "banned" and account is not None:
            self.revoke(account)

    def resume(self, session: Session, token: str) -> list[Event] | None:
        """
        Continue the session that ``token`` was given to with ``session``, a new connection.

        Returns:
            what that was told alone meanwhile; None if no session goes on with this token.

        Raises:
            Sanctioned: its user was banned meanwhile.
        """
        visit = self._visits.get(hash_of(token))
        user = visit.session.user if visit is not None else None
        if visit is None or user is None:
            return None
        marks = (user.key, user.account.id) if user.account else (user.key,)
        self._connections.check_name(session, *marks)
        before = visit.session
        if not before.is_held:
            # Its connection is as good as lost, though nobody has noticed yet.
            client = before.client
            self.hold(before, Departure(cause="resumed"))
            client.close("resumed")
        self._wait_no_more(visit)
        told = before.client.told if isinstance(before.client, Held) else []
        self._take_over(session, before, user)
        del self._of[before]
        self._of[session], visit.session = visit, session
        self._note(visit)
        return told

    def _take_over(self, session: Session, before: Session, user: User) -> None:
        self._fanout.look(before, View(before.view.dialect))
        user.sessions[user.sessions.index(before)] = session
        before.user, before.is_held, before.closed = None, False, True
        session.user, session.current = user, before.current
        session.correspondent, session.line_bucket = before.correspondent, before.line_bucket
        session.asked_back, session.is_sure = before.asked_back, before.is_sure
        session.active_at = self._world.seconds()
        self._world.begun[session] = None
        self._sessions.name(session)
        self._fanout.look(session, view_of(session))
        for room in user.rooms:
            self._fanout.tell(session, self._membership.entered(user, room))

    # -- after a restart --------------------------------------------------------------------------

    def begin(self, kept: Snapshot) -> None:
        """
        Load the tokens, and hold the sessions that went on when the server ended.
        """
        for each in kept.tokens:
            token = each.token
            if token.account and self._world.account_called(token.account) is None:
                continue
            self._tokens.load(token)
            if token.is_open and not self._bring_back(each):
                self._tokens.load(evolve(token, is_open=False))

    def _bring_back(self, kept: KeptToken) -> bool:
        """
        Hold the session of ``kept`` again, and return whether that can be.
        """
        token = kept.token
        user = self._world.users.get(fold(token.nick))
        if user is None:
            user = self._user_of(kept)
        elif user.visit != token.visit:
            return False
        limits, now = self._world.limits, self._world.seconds()
        held = Held()
        bucket = TokenBucket(limits.rate, limits.burst)
        session = Session(held, None, 0, now, bucket, View(held))
        session.user = user
        session.current = user.rooms[-1] if user.rooms else None
        user.sessions.append(session)
        visit = Visit(token, session, dict.fromkeys(kept.done))
        self._visits[token.hash] = self._of[session] = visit
        self._stand_in(visit)
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


def _row(number: int, token: Token) -> Device:
    return Device(number, token.device, token.made_at, token.used_at, token.is_open)

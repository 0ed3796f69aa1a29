"""
Visits: how users are here, also while their program is gone for a moment.

The session of a program has a token.  When its connection is lost, the session is held for a
while, for the program to come back with its token: nobody is told that it left, and whatever it
alone is told meanwhile is kept for it.  What rooms hear it reads from their history.
"""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.events import Broadcast, Departure, Event, Invited, Told
from twisted_chat.limits import MAX_REASON, TokenBucket, require_short
from twisted_chat.replies.people import Away
from twisted_chat.replies.reply import Labelled, Reply
from twisted_chat.store.tokens import RequestDone, Token, TokenEnded, TokenKept
from twisted_chat.text.names import fold
from twisted_chat.world import sanctioned
from twisted_chat.world.model import Session, User, View, view_of
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.sessions import Sessions
    from twisted_chat.people.settings import Settings
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.store.interface import KeptToken, Snapshot
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Account, Room
    from twisted_chat.world.world import World

#: Seconds for which a session is held.
HELD_FOR = 600.0
#: What one session is told alone while it is held; of more, the earliest is forgotten.
MOST_KEPT = 1000
#: The requests of one session that are known to be done; of more, the earliest is forgotten.
MOST_DONE = 1000
#: Tokens of one account; of more, that which was used the longest ago ends.
MOST_TOKENS = 100
# Bytes of chance in a token.
_BYTES = 24
# What is for one session alone; all else is read again from the history of rooms.
_KEPT = (Reply, Told, Invited, Broadcast)


@define(eq=False)
class Held:
    """
    Stands in the place of a lost connection: keeps what its session alone is told.

    It is the `Client` of a held session, and its `Dialect` too.

    Attributes:
        told: what is kept, in order.
    """

    told: list[Event] = field(init=False, factory=list)
    is_private: bool = field(init=False, default=False)
    echoes: bool = field(init=False, default=True)
    can_be_asked: bool = field(init=False, default=False)
    is_holding_back: bool = field(init=False, default=False)
    is_personal: bool = field(init=False, default=False)
    merges_presence: bool = field(init=False, default=False)
    preferences: Preferences = field(init=False, factory=Preferences)

    @property
    def dialect(self) -> Held:
        """
        What keeps all that is told.
        """
        return self

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> Held:
        """
        Return this one: nothing makes a difference.
        """
        return self

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Keep ``event``, if it is not read from the history of a room; there is nobody to send to.
        """
        if isinstance(event.event if isinstance(event, Labelled) else event, _KEPT):
            self.told.append(event)
            del self.told[:-MOST_KEPT]
        return b""

    def write(self, data: bytes) -> None:
        """
        Do nothing.
        """

    def close(self, reason: str) -> None:
        """
        Do nothing: there is no connection.
        """

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return nothing: nobody is there.
        """
        return b""

    def hold_back(self, lines: int) -> None:
        """
        Do nothing.
        """

    def resume(self) -> None:
        """
        Do nothing.
        """


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

    def stop(self) -> None:
        """
        Let the time not run out.
        """
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        self.timer = None


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
    # All tokens, and the visits that go on, by the hash of the token.
    _tokens: dict[str, Token] = field(init=False, factory=dict)
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
        Let ``session`` be one that may be resumed, and return its token.

        Args:
            device: what the program calls its device.
            token: that with which it came; a new one is made if empty.
        """
        user, now = session.require_user(), self._world.now()
        token = token or token_urlsafe(_BYTES)
        hash_ = _hash(token)
        known = self._tokens.get(hash_)
        if known is None:
            known = Token(hash_, 0, device, now, now, user.nick, user.visit, user.since)
        visit = Visit(known, session)
        self._visits[hash_] = self._of[session] = visit
        self._note(visit)
        self._require_few(user)
        return token

    def _note(self, visit: Visit) -> None:
        """
        Have kept how ``visit`` stands.
        """
        user = visit.session.user
        if user is None:
            return
        visit.token = token = evolve(
            visit.token,
            account=user.account.id if user.account else 0,
            used_at=self._world.now(),
            nick=user.nick,
            visit=user.visit,
            since=user.since,
            rooms=tuple(room.timeline.id for room in user.rooms),
            is_open=True,
        )
        self._tokens[token.hash] = token
        self._fanout.keep(TokenKept(token))

    def note(self, user: User) -> None:
        """
        Note that the rooms, the nick or the account of ``user`` have changed.
        """
        for session in user.sessions:
            visit = self._of.get(session)
            if visit is not None:
                self._note(visit)

    def _require_few(self, user: User) -> None:
        if user.account is None:
            return
        own = [token for token in self._tokens.values() if token.account == user.account.id]
        own.sort(key=lambda token: (token.is_open, token.used_at))
        for token in own[:-MOST_TOKENS]:
            self._end(token.hash)

    def _end(self, hash_: str) -> None:
        """
        Let a token be worth nothing; the session that has it goes on without, if it is connected.
        """
        del self._tokens[hash_]
        self._fanout.keep(TokenEnded(hash_))
        visit = self._visits.pop(hash_, None)
        if visit is not None:
            visit.stop()
            self._of.pop(visit.session, None)
            if visit.session.is_held:
                self._leave(visit)

    def revoke(self, account: Account) -> None:
        """
        End all tokens of ``account``, and its sessions that are held.
        """
        for token in [each for each in self._tokens.values() if each.account == account.id]:
            self._end(token.hash)

    def account_of(self, token: str) -> Account:
        """
        Return the account that ``token`` belongs to.

        Raises:
            UnknownToken: to none.
        """
        known = self._tokens.get(_hash(token))
        account = self._world.account_called(known.account) if known is not None else None
        if account is None:
            raise errors.UnknownToken
        return account

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
        self._stand_in(visit)
        self._note(visit)

    def _stand_in(self, visit: Visit) -> None:
        session = visit.session
        session.client = held = Held()
        session.write = held.write
        session.is_held = True
        self._fanout.look(session, view_of(session))
        visit.timer = self._world.clock.callLater(HELD_FOR, self._leave, visit)

    def _leave(self, visit: Visit) -> None:
        """
        Let the user of a held session leave: nobody came back in time, or its token has ended.
        """
        session, user = visit.session, visit.session.user
        visit.stop()
        session.closed, session.is_held = True, False
        if user is not None:
            self._connections.part(session, user, visit.why)

    def parted(self, session: Session, why: Departure) -> None:
        """
        Note that ``session`` has left its user; a token of an account may be used again.
        """
        visit = self._of.pop(session, None)
        if visit is None:
            return
        visit.stop()
        token = visit.token
        self._visits.pop(token.hash, None)
        if not token.account:
            self._tokens.pop(token.hash, None)
            self._fanout.keep(TokenEnded(token.hash))
        elif token.hash in self._tokens:
            self._tokens[token.hash] = token = evolve(token, is_open=False, rooms=())
            self._fanout.keep(TokenKept(token))
        account = self._world.account_called(token.account)
        if why.cause == "banned" and account is not None:
            self.revoke(account)

    def resume(self, session: Session, token: str) -> list[Event] | None:
        """
        Let ``session``, a new connection, be the one that ``token`` was given to.

        Returns:
            what that was told alone meanwhile; None if no session goes on with this token.

        Raises:
            Sanctioned: its user was banned meanwhile.
        """
        visit = self._visits.get(_hash(token))
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
        visit.stop()
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
            self._tokens[token.hash] = token
            if token.is_open and not self._bring_back(each):
                self._tokens[token.hash] = evolve(token, is_open=False)

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


def _hash(token: str) -> str:
    # A token is long and by chance, so that nobody guesses it from a plain hash.
    return sha256(token.encode("utf-8", "replace")).hexdigest()

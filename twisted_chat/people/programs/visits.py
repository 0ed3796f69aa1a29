"""
Visits: the sessions of programs, each known by a token.

A session goes on from one connection to the next.
"""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from attrs import define, evolve, field

from twisted_chat.auth.tokens import hash_of, new_token
from twisted_chat.events import Departure
from twisted_chat.replies.programs import TokenChanged
from twisted_chat.store.tokens import Token
from twisted_chat.world.inbox import Inbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.auth.tokens import Tokens
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.store.records import Change
    from twisted_chat.store.snapshot import KeptToken
    from twisted_chat.world.model import Account, Session, User
    from twisted_chat.world.world import World

#: Seconds between two looks at what programs have read by now.
INTERVAL = 60.0
# Bytes of the key of a visit.
_KEY = 16


@define(eq=False)
class Visit:
    """
    The session of a program, which goes on from one connection to the next.

    Attributes:
        token: what it is known by.
        session: the one there is now.
        key: made from the token itself, so that marks of requests tell nothing to others; empty
            until its program has come back to a server that was restarted.
        done: the labels of its requests that are done, the earliest first, each with its mark;
            None for none.
        asked: the marks of those that are being done, by label; likewise.
        why: why its user leaves when the time is over.
        timer: ends the time for which it is held; None while it is not.
    """

    token: Token
    session: Session
    key: bytes = field(default=b"", repr=False)
    done: dict[str, str] | None = None
    asked: dict[str, str] | None = field(init=False, default=None)
    why: Departure = field(init=False, default=Departure())
    timer: IDelayedCall | None = field(init=False, default=None)


@define(eq=False)
class Visits:
    """
    Knows the sessions of programs by their tokens.

    Args:
        world: knows the time, and the accounts.
        fanout: has tokens kept.
        tokens: are what programs come back with.
        recorder: gives what a session is told its place in the order of everything.

    Attributes:
        on_ended: called with each visit whose token has ended, before its session goes on without.
    """

    _world: World
    _fanout: Fanout
    _tokens: Tokens
    _recorder: Recorder
    on_ended: Callable[[Visit], None] = field(init=False)
    # By the hash of the token.
    _visits: dict[str, Visit] = field(init=False, factory=dict)
    _of: dict[Session, Visit] = field(init=False, factory=dict)
    # Those whose program has come back with another session, while requests of theirs went on.
    _moved: WeakKeyDictionary[Session, Visit] = field(init=False, factory=WeakKeyDictionary)
    # Those between two users, each with its device; some go before they have another one.
    _between: WeakKeyDictionary[Session, str] = field(init=False, factory=WeakKeyDictionary)
    _is_sweeping: bool = field(init=False, default=False)
    # Inboxes share what they call.
    _new_inbox: Callable[[str], Inbox] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._new_inbox = partial(Inbox, next_id=self._recorder.next_id, keep=self._keep_told)

    # -- beginning and end ------------------------------------------------------------------------

    def start(self, session: Session, device: str, token: str = "") -> str:
        """
        Make ``session`` one that may be resumed, and return its token.

        Args:
            device: what the program calls its device.
            token: that with which it came; a new one is made if empty.
        """
        user, now = session.require_user(), self._world.now()
        earlier = self._of.get(session)
        if earlier is not None:
            del self._visits[earlier.token.hash]
            self._tokens.end(earlier.token)
        token = token or new_token()
        known = self._tokens.find(token)
        if known is None:
            known = Token(hash_of(token), 0, device, now, now, user.nick, user.visit, user.since)
        visit = self.add(Visit(known, session, key_of(token)))
        self.keep(visit)
        if user.account is not None:
            for surplus in self._tokens.surplus(user.account):
                self.end(surplus)
        return token

    def add(self, visit: Visit, kept: KeptToken | None = None) -> Visit:
        """
        Add ``visit``, and return it.

        Args:
            kept: what was kept of it when the server ended.
        """
        inbox = self._new_inbox(visit.token.hash)
        if kept is not None and kept.told:
            inbox.load(kept.told)
            self._watch()
        visit.session.inbox = inbox
        self._visits[visit.token.hash] = self._of[visit.session] = visit
        return visit

    def _keep_told(self, change: Change) -> None:
        self._fanout.keep(change)
        self._watch()

    def _watch(self) -> None:
        if not self._is_sweeping:
            self._is_sweeping = True
            self._world.clock.callLater(INTERVAL, self._sweep)

    def _sweep(self) -> None:
        """
        Delete what was read from inboxes, also where nothing more is told.
        """
        self._is_sweeping = False
        inboxes = [each.inbox for each in self._of if each.inbox is not None]
        for inbox in inboxes:
            inbox.forget(self._world.now())
        if not all(inbox.is_empty for inbox in inboxes):
            self._watch()

    def move(self, visit: Visit, session: Session) -> None:
        """
        Continue ``visit`` with ``session``.
        """
        before = visit.session
        del self._of[before]
        self._moved[before] = visit
        session.inbox, before.inbox = before.inbox, None
        self._of[session], visit.session = visit, session

    def find(self, token: str) -> Visit | None:
        """
        Return what goes on with ``token``; None for nothing.
        """
        return self._visits.get(hash_of(token))

    def of_token(self, token: Token) -> Visit | None:
        """
        Return what goes on with ``token``; None for nothing.
        """
        return self._visits.get(token.hash)

    def of(self, session: Session) -> Visit | None:
        """
        Return the visit whose session ``session`` is now; None for none.
        """
        return self._of.get(session)

    def begun_by(self, session: Session) -> Visit | None:
        """
        Return the visit that ``session`` made requests in, also if another session has it now.

        None if it had none, or that is over.
        """
        visit = self._of.get(session) or self._moved.get(session)
        return visit if visit is not None and visit.session in self._of else None

    def keep(self, visit: Visit, until: float = 0.0) -> None:
        """
        Have kept how ``visit`` stands.

        Args:
            until: when the time is over for which it is held; 0 while it is not.
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
            until=until,
            door=visit.session.client.door or visit.token.door,
        )
        self._tokens.keep(visit.token)

    def note(self, user: User) -> None:
        """
        Note that the rooms, the nick or the account of ``user`` have changed.
        """
        for session in user.sessions:
            visit = self._of.get(session)
            if visit is not None:
                self.keep(visit, visit.token.until)

    def end(self, token: Token) -> None:
        """
        End ``token``; a connected session that has it goes on without.
        """
        self._tokens.end(token)
        visit = self._visits.pop(token.hash, None)
        if visit is not None:
            self._of.pop(visit.session, None)
            visit.session.inbox = None
            self._tell(visit.session, "")
            self.on_ended(visit)

    def _tell(self, session: Session, token: str) -> None:
        self._fanout.tell(session, TokenChanged(self._world.now(), token))

    def revoke(self, account: Account, asker: Session | None = None) -> None:
        """
        End all tokens of ``account``, and its sessions that are held.

        Args:
            asker: the session of the owner who wants that; it is given another token.
        """
        own = self._of.get(asker) if asker is not None else None
        for token in self._tokens.of(account):
            self.end(token)
        if asker is not None and own is not None and asker.user is not None:
            self._tell(asker, self.start(asker, own.token.device))

    def parted(self, session: Session, why: Departure) -> None:
        """
        Note that ``session`` has left its user.

        A token of an account may be used again, unless its user has logged out.
        """
        visit = self._of.pop(session, None)
        if visit is None:
            return
        session.inbox = None
        self._visits.pop(visit.token.hash, None)
        account = self._world.account_called(visit.token.account)
        if account is None or why.cause in {"logged-out", "logged-in"}:
            self._tokens.end(visit.token)
        else:
            self._tokens.keep(evolve(visit.token, is_open=False, rooms=(), until=0.0))
        if why.cause == "logged-out":
            self._tell(session, "")
        elif why.cause == "logged-in":
            self._between[session] = visit.token.device
        self.on_ended(visit)

    def given(self, session: Session) -> None:
        """
        Give ``session``, which has a user again, another token if it had one before.
        """
        device = self._between.pop(session, None)
        if device is not None:
            self._tell(session, self.start(session, device))

    def goes_on(self, session: Session) -> bool:
        """
        Return whether the program of ``session`` may come back to it.
        """
        return session in self._of


def key_of(token: str) -> bytes:
    """
    Return a key that only who has ``token`` can make.
    """
    data = token.encode("utf-8", "replace")
    return blake2b(data, digest_size=_KEY, person=b"labels").digest()

"""
Logins: logging in with a password, and logging out.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.auth.prompts import PASSWORD
from twisted_chat.errors import ChatError, LoginEnded, NotAllowed
from twisted_chat.events import Departure
from twisted_chat.replies.people import (
    AccountChange,
    AccountChanged,
    ConnectionsClosed,
    LooksRegistered,
)
from twisted_chat.replies.rooms import RoomsRestored
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.auth.prompts import PasswordPrompts
    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.history.archive import Archive
    from twisted_chat.history.messages import Messages
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.moderation.actions import Moderation
    from twisted_chat.people.arrivals import Arrivals
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.nicks import Nicks
    from twisted_chat.people.reading.marks import Marks
    from twisted_chat.people.reading.notifying import Notifying
    from twisted_chat.people.settings import Settings
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.store.snapshot import Credentials
    from twisted_chat.world.model import Account, Session, User
    from twisted_chat.world.world import World


def _nothing(*_: object) -> None:
    pass


@define(eq=False)
class Logins:
    """
    Gives sessions to the owners of accounts.

    Args:
        world: knows the accounts.
        fanout: tells users about their login.
        questions: ask for a name.
        verifier: says whether a password is right.
        prompts: ask for it.
        recorder: says what came last.
        timelines: know the names of rooms.
        messages: that waited for the owner.
        membership: brings the owner back to rooms.
        moderation: holds bans of the account.
        connections: are closed by their owner.
        nicks: give a user the name of the account.
        arrivals: give connections to users.
        settings: are those of the account.
        archive: knows what the owner missed.
        marks: know what they have read.
        notifying: knows of what they want to be told.
    """

    _world: World
    _fanout: Fanout
    _questions: Questions
    _verifier: Verifier
    _prompts: PasswordPrompts
    _recorder: Recorder
    _timelines: Timelines
    _messages: Messages
    _membership: Membership
    _moderation: Moderation
    _connections: Connections
    _nicks: Nicks
    _arrivals: Arrivals
    _settings: Settings
    _archive: Archive
    _marks: Marks
    _notifying: Notifying

    def introduce(self, session: Session, name: str) -> None:
        """
        Give ``session`` the nick ``name``; if it is registered, ask for its password first.

        Raises:
            BadName: ``name`` is not valid, or looks like the name of another user.
            NickInUse: another user has it.
            NotAllowed: the session is being closed, or the connection is not safe enough.
        """
        nick = read_nick(name)
        account = self._world.find_account(nick)
        if account is None:
            self._arrivals.enter(session, name)
            return
        if fold(nick) != account.key:
            self._fanout.tell(session, LooksRegistered(self._world.now(), nick, account.name))
        self.ask_to_log_in(session, account.name)

    def ask_to_log_in(self, session: Session, name: str) -> None:
        """
        Ask ``session`` for the password of an account, and log it in.

        A client cannot tell whether there is such an account.

        Raises:
            NotAllowed: the connection is not safe enough.
        """
        account = self._world.find_account(name)
        self._prompts.ask_owner(
            session,
            account,
            PASSWORD,
            partial(self._come_in, session, name, account),
        )

    async def log_in(self, session: Session, name: str, password: str) -> None:
        """
        Log ``session`` in as the owner of an account.

        Raises:
            ChatError: the name or the password is wrong, they may not come in, or the connection
                is not safe enough for a password.
        """
        account = self._world.find_account(name)
        self._require_safe(session, account)
        await self._come_in(session, name, account, password)

    def _require_safe(self, session: Session, account: Account | None) -> None:
        is_staff = account is not None and account.is_staff
        self._prompts.require_safe(session, is_staff=is_staff)

    async def _come_in(
        self, session: Session, name: str, account: Account | None, typed: str
    ) -> None:
        owned, credentials = await self._verifier.verified(session, name, account, typed)
        self._enter(session, owned, credentials)

    async def prove(
        self, session: Session, name: str, password: str
    ) -> tuple[Account, Callable[[], None]]:
        """
        Verify a password, and log nobody in yet.

        Returns:
            The account, and a check that the password still opens it, as for `come_back`.

        Raises:
            ChatError: as for `log_in`.
        """
        account = self._world.find_account(name)
        self._verifier.require_safe(session, is_staff=account is not None and account.is_staff)
        owned, _ = await self._verifier.verified(session, name, account, password)
        return owned, self.until_revoked(owned)

    def until_revoked(
        self, account: Account, opens: Callable[[], bool] | None = None
    ) -> Callable[[], None]:
        """
        Return a check that what opens ``account`` just now still does.

        Args:
            opens: returns whether it does, where it may end by itself, as a key may.
        """
        revoked = account.revoked

        def check() -> None:
            if account.revoked != revoked or (opens is not None and not opens()):
                raise LoginEnded

        return check

    async def come_back(
        self,
        session: Session,
        account: Account,
        check: Callable[[], object],
        opened_by: str = "",
        leave: Callable[[User, User], None] = _nothing,
    ) -> None:
        """
        Log ``session``, which has a token or a key of ``account``, in.

        Args:
            check: raises an error if that opens the account no more.
            opened_by: what has opened it, as `Session.opened_by` says.
            leave: called with the user of ``session`` and the one whom the owner is already,
                once nothing keeps it from going over from one to the other.

        Raises:
            ChatError: so it is, they may not come in, or the connection is not safe enough.
        """
        credentials = await self._verifier.credentials(account)
        # Only now: it may have ended while the store was asked.
        check()
        if credentials is None:
            raise LoginEnded
        self._enter(session, account, credentials, leave)
        session.opened_by = opened_by

    def _enter(
        self,
        session: Session,
        account: Account,
        credentials: Credentials,
        leave: Callable[[User, User], None] = _nothing,
    ) -> None:
        if session.closed:
            return
        account.roles = credentials.roles
        self._settings.load(account, credentials)
        self._verifier.require_safe(session, is_staff=account.is_staff)
        self._connections.check_name(session, account.key, account.id)
        owner, before = account.user, session.user
        stayed = set(before.rooms) if before is not None and owner is None else set()
        if owner is not None and owner is before:
            raise NotAllowed(
                f"You are already logged in as {account.name}.",
                code="logged-in",
                account=account.name,
            )
        if owner is None and before is not None and before.account is None:
            self._nicks.become(before, account)
        else:
            if owner is not None and before is not None:
                leave(before, owner)
            self._arrivals.detach(session, Departure(cause="logged-in", by=account.name))
            if owner is None:
                self._arrivals.enter(session, account.name, account)
            else:
                # The admin program may have changed the roles.
                owner.roles = set(account.roles)
                self._arrivals.attach(session, owner)
        if owner is None:
            account.missed = account.seen or credentials.seen, self._recorder.last_id + 1
            self._bring_back(session, credentials)
            self._moderation.greet(session)
            self._messages.show_waiting(session, account)
            self._archive.tell_missed(session, account)
        self._marks.begin(session)
        if before is not None and session.client.marks_itself:
            # At its hello, a program is told that behind the answer.
            rooms = session.require_user().rooms
            entered = [room for room in rooms if room not in stayed]
            self._marks.tell(session, entered if session.shows_marks else ())
            self._notifying.tell(session, always=True)

    def _bring_back(self, session: Session, credentials: Credentials) -> None:
        """
        Bring a user who has just logged in back to their rooms.
        """
        user, current, back = session.user, session.current, []
        assert user is not None
        for name in self._timelines.names(credentials.seats):
            if fold(name) not in [room.key for room in user.rooms]:
                with contextlib.suppress(ChatError):
                    back.append(self._membership.join(session, name, returns=True))
        session.current = current or session.current
        if back:
            names = tuple(room.name for room in back)
            self._fanout.tell(session, RoomsRestored(self._world.now(), names))
        self._arrivals.resume_talk(session)

    def put_out(self, user: User, asker: Session | None) -> None:
        """
        Take the sessions of ``user``, who is a guest now, from them, and ask each for a name.

        Those that come once are closed.

        Args:
            asker: the session that has brought that about, and is asked when its answer is done;
                None if it has its answer already.
        """
        for session in tuple(user.sessions):
            self._take(session)
            if session is not asker:
                self._questions.ask_name(session)

    def log_out(self, session: Session) -> None:
        """
        Log ``session`` out, and ask it for a name; one that comes once is closed.

        Raises:
            NotAllowed: it is not logged in.
        """
        told = AccountChanged(
            self._world.now(), session.require_account().name, AccountChange.LOGGED_OUT
        )
        # First, as nothing is told behind what closes it.
        self._fanout.tell(session, told)
        self._take(session)
        self._questions.ask_name(session)

    def _take(self, session: Session) -> None:
        """
        Take ``session`` from its user.
        """
        why = Departure(cause="logged-out")
        if session.comes_once:
            farewell = Closed(self._world.now(), Cause.QUIT, session.nick)
            self._connections.close(session, farewell, why)
        else:
            self._arrivals.detach(session, why)

    def ask_to_close_others(self, session: Session, name: str) -> None:
        """
        Close the other sessions of an account for its owner.

        Raises:
            NotAllowed: the connection is not safe enough for a password.
        """
        account = self._world.find_account(name)
        user = session.user
        if account is not None and user is not None and user.account is account:
            self._close_others(session, account)
            # A user who does not know that none is asked for may have typed a password ahead.
            self._questions.withhold(session)
        else:
            self._prompts.ask_owner(
                session,
                account,
                PASSWORD,
                partial(self._ghost, session, name, account),
            )

    async def close_others(self, session: Session, name: str, password: str) -> None:
        """
        Close the other sessions of an account.

        Raises:
            ChatError: the name or the password is wrong, or the connection is not safe enough.
        """
        account = self._world.find_account(name)
        self._require_safe(session, account)
        await self._ghost(session, name, account, password)

    async def _ghost(
        self, session: Session, name: str, account: Account | None, typed: str
    ) -> None:
        owned, _ = await self._verifier.verified(session, name, account, typed)
        self._close_others(session, owned)

    def _close_others(self, session: Session, account: Account) -> None:
        sessions = account.user.sessions if account.user else []
        others = [each for each in sessions if each is not session]
        now = self._world.now()
        for other in others:
            farewell = Closed(now, Cause.GHOST, other.nick)
            self._connections.close(other, farewell, Departure(cause="ghost"))
        self._fanout.tell(session, ConnectionsClosed(now, account.name, len(others)))

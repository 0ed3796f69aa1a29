"""
Registration: makes accounts, for users who are here and for newcomers.

An account is told to its owner when it is kept, and refused if it cannot be.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.auth.passwords import new_password
from twisted_chat.errors import (
    ChatError,
    ConnectionClosing,
    NotAllowed,
    RegistrationClosed,
    TooManyNewAccounts,
    WrongCode,
)
from twisted_chat.limits import HostRates
from twisted_chat.people.nicks import registered
from twisted_chat.replies.people import AccountChange, AccountChanged
from twisted_chat.store.interface import ChangeRefused, NameRefused
from twisted_chat.store.records import AccountMade
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import fold
from twisted_chat.world.model import Account

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted_chat.auth.prompts import PasswordPrompts
    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.limits import TokenBucket
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.logins import Logins
    from twisted_chat.people.nicks import Nicks
    from twisted_chat.people.owners.invitations import Invitations
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class Registration:
    """
    Makes accounts.

    Args:
        world: knows who is here.
        fanout: tells newcomers.
        verifier: hashes passwords.
        prompts: ask for passwords.
        recorder: numbers accounts.
        accounts: hold the accounts.
        connections: look whether a name is banned.
        nicks: for whether a name is free.
        logins: let newcomers in.
        invitations: are what newcomers may need.
    """

    _world: World
    _fanout: Fanout
    _verifier: Verifier
    _prompts: PasswordPrompts
    _recorder: Recorder
    _accounts: Accounts
    _connections: Connections
    _nicks: Nicks
    _logins: Logins
    _invitations: Invitations
    _made: HostRates = field(init=False, factory=HostRates)

    def ask_to_register(self, session: Session, code: str = "") -> Awaitable[object] | None:
        """
        Ask ``session`` for a password, twice, and register its user's nick with it.

        Args:
            code: of an invitation; it is asked for if it is needed and empty.

        Raises:
            NotAllowed: the user has an account already, or the connection is not safe enough.
            RegistrationClosed: nobody registers.
            TooManyNewAccounts: the host has reached its rate of new accounts.
        """
        user = self._newcomer(session)
        done = partial(self._register, session, user)
        return self._ask(session, user.nick, code, done)

    def ask_to_come_in(
        self, session: Session, name: str, code: str = ""
    ) -> Awaitable[object] | None:
        """
        Ask ``session``, which has no user yet, for a password for a new account, and let it in.

        Args:
            code: as for `ask_to_register`.

        Raises:
            ChatError: the name cannot be had, or as for `ask_to_register`.
        """
        nick = self._free(session, name)
        return self._ask(session, nick, code, partial(self._come_in, session, nick))

    def _ask(
        self,
        session: Session,
        nick: str,
        code: str,
        done: Callable[[str, str], object],
    ) -> Awaitable[object] | None:
        """
        Ask for what is needed: a code that nobody has given yet, and then a password.
        """

        def ask_password(code: str) -> None:
            self._prompts.ask_new(session, nick, lambda password: done(password, code))

        async def check(typed: str) -> None:
            await self._invitations.check(session, typed)
            ask_password(typed)

        if not self._world.limits.needs_code:
            if code:
                raise NotAllowed(
                    "No code is needed here. Type /register alone; the password is asked for.",
                    code="no-code-needed",
                )
            ask_password("")
        elif code:
            return check(code)
        else:
            self._prompts.ask_code(session, check)
        return None

    def _newcomer(self, session: Session) -> User:
        """
        Return the user of ``session``, who may make an account.

        Raises:
            NotAllowed: they have one already.
            RegistrationClosed: nobody makes one.
            TooManyNewAccounts: the host has reached its rate of new accounts.
        """
        user = session.require_user()
        if user.account is not None:
            raise NotAllowed(
                f"You are already logged in as {user.account.name}.",
                code="logged-in",
                account=user.account.name,
            )
        self._require_open(session)
        return user

    def _free(self, session: Session, name: str) -> str:
        """
        Return ``name``, with which a newcomer may make an account.

        Raises:
            ChatError: another user has it, it is none, or as for `_newcomer`.
        """
        nick = read_nick(name)
        self._nicks.require_free(nick)
        self._require_open(session)
        return nick

    def _require_open(self, session: Session) -> None:
        try:
            if self._world.limits.registration == "closed":
                raise RegistrationClosed
            self._allowance(session)
        except (RegistrationClosed, TooManyNewAccounts):
            self._prompts.withhold(session)
            raise

    def _allowance(self, session: Session) -> TokenBucket | None:
        """
        Return the bucket that limits new accounts from the host of ``session``; None for no limit.

        Raises:
            TooManyNewAccounts: it is empty.
        """
        if session.host is None:
            return None
        now = self._world.seconds()
        bucket = self._made.bucket(session.host, self._world.limits.register_rate, now)
        wait = bucket.wait(now)
        if wait:
            raise TooManyNewAccounts(math.ceil(wait))
        return bucket

    async def register(self, session: Session, password: str, code: str = "") -> AccountChanged:
        """
        Make the name that the user of ``session`` goes by their own.

        Args:
            code: of an invitation, where one is needed.

        Raises:
            BadPassword: ``password`` is not one that may be used.
            TooManyNewAccounts: the host has reached its rate of new accounts.
            ChatError: the name is a user's, others can listen in, the code is wrong, nobody
                registers, or it cannot be kept.
        """
        user = self._newcomer(session)
        self._prompts.require_safe(session)
        return await self._register(session, user, new_password(password, user.nick), code)

    async def come_in(self, session: Session, name: str, password: str, code: str = "") -> None:
        """
        Make an account, and let ``session``, which has no user yet, in to it.

        Args:
            code: as for `register`.

        Raises:
            ChatError: as for `register`, or they may not come in.
        """
        nick = self._free(session, name)
        self._prompts.require_safe(session)
        await self._come_in(session, nick, new_password(password, nick), code)

    async def make(
        self, session: Session, name: str, password: str, code: str = ""
    ) -> tuple[Account, Callable[[], None]]:
        """
        Make an account for the newcomer of ``session``, who has no user yet and is let in later.

        Args:
            code: as for `register`.

        Returns:
            The account, and a check that its password still opens it, as for `Logins.come_back`.

        Raises:
            ChatError: as for `register`.
        """
        nick = self._free(session, name)
        self._prompts.require_safe(session)
        account = await self._make_free(session, nick, new_password(password, nick), code)
        return account, self._logins.until_revoked(account)

    async def _register(
        self, session: Session, user: User, password: str, code: str
    ) -> AccountChanged:
        def require_same() -> None:
            if session.user is not user or user.account is not None:
                raise ChatError(
                    "Your name or account changed meanwhile, so nothing was registered.",
                    code="changed-meanwhile",
                )

        def kept(account: Account) -> None:
            # The user may have left or logged in meanwhile.
            is_theirs = user.is_here and user.key == account.key
            if is_theirs and user.account is None and account.user is None:
                self._accounts.own(user, account)
                self._accounts.adopt_key(session, account)

        account = await self._make(session, user.nick, password, code, require_same, kept)
        return AccountChanged(self._world.now(), account.name, AccountChange.REGISTERED)

    async def _make_free(self, session: Session, nick: str, password: str, code: str) -> Account:
        def require_free() -> None:
            if session.user is not None or session.closed:
                raise ConnectionClosing
            self._nicks.require_free(nick)
            self._connections.check_name(session, fold(nick))

        return await self._make(session, nick, password, code, require_free, lambda _: None)

    async def _come_in(self, session: Session, nick: str, password: str, code: str) -> None:
        account = await self._make_free(session, nick, password, code)
        await self._logins.come_back(session, account, self._logins.until_revoked(account))
        self._accounts.adopt_key(session, account)
        now = self._world.now()
        self._fanout.tell(session, AccountChanged(now, account.name, AccountChange.REGISTERED))

    async def _make(
        self,
        session: Session,
        name: str,
        password: str,
        code: str,
        check: Callable[[], None],
        kept: Callable[[Account], None],
    ) -> Account:
        """
        Make the account called ``name``.

        Args:
            check: raises an error if what was so at the beginning is no more.
            kept: called with the account when it is on the disk.
        """
        # Before the password costs anything.
        await self._invitations.check_needed(session, code)
        hash_ = await self._verifier.hash(password)
        invitation, let_go = await self._invitations.hold_needed(session, code)
        try:
            check()
            if self._world.limits.registration == "closed":
                raise RegistrationClosed  # as the others
            other = self._world.registered.like(name)
            if other is not None:
                raise registered(name, other)
            # Other sessions of the same host may have been quicker.
            allowance = self._allowance(session)
            if allowance is not None:
                allowance.spend()
            now = self._world.now()
            account = Account(self._recorder.next_id(now), name, fold(name))
            # Reserve the name while the disk is busy.
            self._world.add_account(account)
        except BaseException:
            let_go()
            raise

        def make() -> None:
            let_go()
            self._verifier.succeeded(session, str(account.id))
            kept(account)

        def give_up() -> None:
            let_go()
            self._accounts.remove(account)

        made = AccountMade(account.id, account.name, account.key, hash_, invitation, now)
        try:
            await self._accounts.write(made, make, give_up)
        except NameRefused as error:
            # By the admin program, just now.
            raise registered(name, error.other) from error
        except ChangeRefused as error:
            # It was ended after it was looked at.
            raise WrongCode("invitation") from error
        return account

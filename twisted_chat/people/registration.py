"""
Registration: registers, changes and deletes accounts.

A change to an account is told to its owner when it is kept, and refused if it cannot be.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.auth.passwords import new_password
from twisted_chat.auth.prompts import CURRENT_PASSWORD, PASSWORD_TO_UNREGISTER
from twisted_chat.errors import (
    ChatError,
    LooksLike,
    NotAllowed,
    TooManyNewAccounts,
    TooMuch,
)
from twisted_chat.limits import HostRates, Rate
from twisted_chat.replies.people import AccountChange, AccountChanged, Exported, RoleChanged
from twisted_chat.store.records import AccountMade, AccountRemoved, PasswordSet, RolesSet
from twisted_chat.text.names import fold, shortened
from twisted_chat.world.model import ROLES, Account

if TYPE_CHECKING:
    from pathlib import Path

    from twisted_chat.auth.prompts import PasswordPrompts
    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.limits import TokenBucket
    from twisted_chat.moderation.reports import Reports
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World


#: Files of one account.
EXPORTS = Rate(1, 60)


@define(eq=False)
class Registration:
    """
    Makes accounts, changes them and gives them up.

    Args:
        world: knows who is here.
        fanout: has changes kept with the turn.
        store: for the kept data of a user.
        deadlines: wait for it.
        verifier: hashes passwords, and says whether one is right.
        prompts: ask for passwords.
        recorder: numbers accounts.
        audit: is told who gives and takes roles.
        ranks: end with an account.
        registry: removes rooms without an owner.
        reports: are read by new operators.
        accounts: hold the accounts.
        exports: the folder for the files of `Store.export`.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _deadlines: Deadlines
    _verifier: Verifier
    _prompts: PasswordPrompts
    _recorder: Recorder
    _audit: AuditLog
    _ranks: Ranks
    _registry: Registry
    _reports: Reports
    _accounts: Accounts
    exports: Path
    _made: HostRates = field(init=False, factory=HostRates)
    # By the number of the account.
    _exported: HostRates = field(init=False, factory=HostRates)

    def ask_to_register(self, session: Session) -> None:
        """
        Ask ``session`` for a password, twice, and register its user's nick with it.

        Raises:
            NotAllowed: the user has an account already, or the connection is not safe enough.
            TooManyNewAccounts: the host has reached its rate of new accounts.
        """
        user = self._newcomer(session)
        self._prompts.ask_new(session, user.nick, partial(self._register, session, user))

    def _newcomer(self, session: Session) -> User:
        """
        Return the user of ``session``, who may make an account.

        Raises:
            NotAllowed: they have one already.
            TooManyNewAccounts: the host has reached its rate of new accounts.
        """
        user = session.require_user()
        if user.account is not None:
            raise NotAllowed(
                f"You are already logged in as {user.account.name}.",
                code="logged-in",
                account=user.account.name,
            )
        try:
            self._allowance(session)
        except TooManyNewAccounts:
            self._prompts.withhold(session)
            raise
        return user

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

    async def register(self, session: Session, password: str) -> AccountChanged:
        """
        Make the name that the user of ``session`` goes by their own.

        Raises:
            BadPassword: ``password`` is not one that may be used.
            TooManyNewAccounts: the host has reached its rate of new accounts.
            ChatError: the name is a user's, others can listen in, or it cannot be kept.
        """
        user = self._newcomer(session)
        self._prompts.require_safe(session)
        return await self._register(session, user, new_password(password, user.nick))

    async def _register(self, session: Session, user: User, password: str) -> AccountChanged:
        hash_ = await self._verifier.hash(password)
        if session.user is not user or user.account is not None:
            raise ChatError(
                "Your name or account changed meanwhile, so nothing was registered.",
                code="changed-meanwhile",
            )
        name = user.nick
        other = self._world.registered.like(name)
        if other is not None:
            raise LooksLike(name, other, "which is registered")
        # Other sessions of the same host may have been quicker.
        allowance = self._allowance(session)
        if allowance is not None:
            allowance.spend()
        account = Account(self._recorder.next_id(self._world.now()), name, fold(name))
        # Reserve the name while the disk is busy.
        self._world.add_account(account)

        def kept() -> None:
            self._verifier.succeeded(session, str(account.id))
            # The user may have left or logged in meanwhile.
            is_theirs = user.is_here and user.key == account.key
            if is_theirs and user.account is None and account.user is None:
                self._accounts.own(user, account)
                self._accounts.adopt_key(session, account)

        made = AccountMade(account.id, account.name, account.key, hash_)
        await self._accounts.write(made, kept, partial(self._accounts.remove, account))
        return AccountChanged(self._world.now(), name, AccountChange.REGISTERED)

    def ask_to_change_password(self, session: Session) -> None:
        """
        Ask ``session`` for the old password and, twice, for a new one.

        Raises:
            NotAllowed: it is logged in to no account, or the connection is not safe enough.
        """
        account = session.require_account()

        async def check(typed: str) -> None:
            await self._verifier.verified(session, account.name, account, typed)
            self._prompts.ask_new(
                session,
                account.name,
                partial(self._set_password, session, account),
                is_staff=account.is_staff,
            )

        self._prompts.ask_owner(session, account, CURRENT_PASSWORD, check)

    async def change_password(self, session: Session, old: str, new: str) -> AccountChanged:
        """
        Give the account of ``session`` a new password.

        Raises:
            ChatError: one of them will not do, or others can listen in, or it cannot be kept.
        """
        account = session.require_account()
        self._prompts.require_safe(session, is_staff=account.is_staff)
        password = new_password(new, account.name)
        await self._verifier.verified(session, account.name, account, old)
        return await self._set_password(session, account, password)

    async def _set_password(
        self, session: Session, account: Account, password: str
    ) -> AccountChanged:
        hash_ = await self._verifier.hash(password)
        self._accounts.revoke(account, session)
        await self._accounts.write(PasswordSet(account.id, hash_))
        return AccountChanged(self._world.now(), account.name, AccountChange.PASSWORD_CHANGED)

    def ask_to_unregister(self, session: Session) -> None:
        """
        Ask ``session`` for its password, and delete its account.

        Raises:
            NotAllowed: it is logged in to no account, or the connection is not safe enough.
        """
        account = session.require_account()
        self._prompts.ask_owner(
            session,
            account,
            PASSWORD_TO_UNREGISTER,
            partial(self._unregister, session, account),
        )

    async def unregister(self, session: Session, password: str) -> AccountChanged:
        """
        Give the account of ``session`` up.

        Raises:
            ChatError: the password is wrong, or others can listen in, or it cannot be kept.
        """
        account = session.require_account()
        self._prompts.require_safe(session, is_staff=account.is_staff)
        return await self._unregister(session, account, password)

    async def _unregister(self, session: Session, account: Account, typed: str) -> AccountChanged:
        await self._verifier.verified(session, account.name, account, typed)
        await self._accounts.write(AccountRemoved(account.id), partial(self._give_up, account))
        return AccountChanged(self._world.now(), account.name, AccountChange.UNREGISTERED)

    def _give_up(self, account: Account) -> None:
        self._accounts.revoke(account)
        self._accounts.remove(account)
        self._verifier.throttle.forget(str(account.id))
        for room in self._ranks.unregister(account.id, account.name):
            self._registry.release(room)

    async def export(self, session: Session) -> Exported:
        """
        Write all that is kept about the owner of an account to a file for the operator.

        It takes the place of an earlier one.

        Raises:
            NotAllowed: ``session`` is logged in to no account.
            TooMuch: this account's was written not long ago, by whatever connection.
            ChatError: the file cannot be written.
        """
        account = session.require_account()
        now = self._world.seconds()
        bucket = self._exported.bucket(str(account.id), EXPORTS, now)
        # Not a second more because of a rounding error.
        wait = math.ceil(bucket.wait(now) - 1e-6)
        if wait:
            raise TooMuch(
                f"/export can be used again in {wait} s.",
                code="too-often",
                command="export",
                seconds=wait,
            )
        bucket.spend()
        await self._deadlines.settle()
        writing = self._store.export(account.id, self.exports)
        path = await self._deadlines.answer(
            writing,
            ChatError(
                "That takes longer. Ask the server's operator for the file later.",
                code="export-takes-longer",
            ),
        )
        return Exported(self._world.now(), account.name, path.name)

    async def grant(
        self, name: str, role: str, *, granted: bool, by: User | None = None
    ) -> RoleChanged:
        """
        Give a role to an account, or take it away.

        Args:
            by: the operator; None if they are not here.

        Raises:
            ChatError: there is no such account or role, or the change cannot be stored.
        """
        account = self._world.find_account(name)
        if account is None:
            raise ChatError(
                f"There is no account {shortened(name)}.",
                code="no-such-account",
                account=shortened(name),
            )
        if role not in ROLES:
            known = ", ".join(ROLES)
            raise ChatError(
                f"There is no role {shortened(role)}. Known roles: {known}.",
                code="no-such-role",
                role=shortened(role),
                known=ROLES,
            )
        if by is not None:
            self._audit.spend(by)
        credentials = await self._deadlines.answer(self._store.credentials(account.id))
        before = credentials.roles if credentials else frozenset()
        roles = before | {role} if granted else before - {role}

        def changed(*, is_yours: bool) -> RoleChanged:
            return RoleChanged(self._world.now(), account.name, role, granted, is_yours)

        def kept() -> None:
            account.roles = roles
            if by is not None:
                deed = f"grant {role} to" if granted else f"revoke {role} from"
                self._audit.note(by, None, deed, account.name)
            if account.user is not None:
                account.user.roles = set(roles)
                self._fanout.tell_all(account.user, changed(is_yours=True))
                self._reports.greet(account.user.sessions[0])

        await self._accounts.write(RolesSet(account.id, roles), kept)
        return changed(is_yours=False)

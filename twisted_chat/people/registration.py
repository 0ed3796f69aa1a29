"""
Registration: how accounts come to be, change and end.

What changes an account is told to its owner when it is kept, and refused if it cannot be.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.auth.passwords import read_password
from twisted_chat.errors import (
    ChatError,
    LooksLike,
    NotAllowed,
    TooManyNewAccounts,
)
from twisted_chat.limits import HostRates
from twisted_chat.store.records import AccountMade, AccountRemoved, PasswordSet, RolesSet
from twisted_chat.text.names import fold, shortened, with_article
from twisted_chat.world.model import ROLES, Account

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twisted.python.failure import Failure

    from twisted_chat.auth.prompts import PasswordPrompts
    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.limits import TokenBucket
    from twisted_chat.moderation.bans import Bans
    from twisted_chat.moderation.reports import Reports
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.store.records import Change
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World


_UNKNOWN = "It is not known whether that was saved; please look again later."


def _nothing() -> None:
    pass


@define(eq=False)
class Registration:
    """
    Makes accounts, changes them and gives them up.

    Args:
        world: knows who is here.
        fanout: has changes kept with the turn.
        journal: says whether anything can be kept now.
        store: has what is kept on somebody.
        deadlines: wait for it.
        verifier: hashes passwords, and says whether one is right.
        prompts: ask for passwords.
        recorder: numbers accounts.
        audit: is told who gives and takes roles.
        ranks: end with an account.
        registry: lets rooms go that are nobody's.
        bans: follow who gives an account up.
        reports: are read by new operators.
        accounts: hold what is registered.
        exports: the folder for what `Store.export` writes.
    """

    _world: World
    _fanout: Fanout
    _journal: Journal
    _store: Store
    _deadlines: Deadlines
    _verifier: Verifier
    _prompts: PasswordPrompts
    _recorder: Recorder
    _audit: AuditLog
    _ranks: Ranks
    _registry: Registry
    _bans: Bans
    _reports: Reports
    _accounts: Accounts
    exports: Path
    _made: HostRates = field(init=False, factory=HostRates)

    def ask_to_register(self, session: Session) -> None:
        """
        Ask ``session`` for a password, twice, and make the name it goes by its user's own.

        Raises:
            NotAllowed: it is their own already, or the connection is not safe enough.
            TooManyNewAccounts: their host makes accounts as fast as it may.
        """
        user = self._newcomer(session)
        self._prompts.ask_new(session, partial(self._register, session, user))

    def _newcomer(self, session: Session) -> User:
        """
        Return the user of ``session``, who may make an account.

        Raises:
            NotAllowed: they have one already.
            TooManyNewAccounts: their host makes accounts as fast as it may.
        """
        user = session.require_user()
        if user.account is not None:
            raise NotAllowed(f"You are logged in as {user.account.name} already.")
        try:
            self._allowance(session)
        except TooManyNewAccounts:
            self._prompts.withhold(session)
            raise
        return user

    def _allowance(self, session: Session) -> TokenBucket | None:
        """
        Return what a new account from the host of ``session`` is taken from; None if from nothing.

        Raises:
            TooManyNewAccounts: nothing is left of it.
        """
        if session.host is None:
            return None
        now = self._world.seconds()
        bucket = self._made.bucket(session.host, self._world.limits.register_rate, now)
        wait = bucket.wait(now)
        if wait:
            raise TooManyNewAccounts(math.ceil(wait))
        return bucket

    async def register(self, session: Session, password: str) -> str:
        """
        Make the name that the user of ``session`` goes by their own.

        Returns:
            the sentence that says so.

        Raises:
            BadPassword: ``password`` is not one that may be used.
            TooManyNewAccounts: their host makes accounts as fast as it may.
            ChatError: the name is somebody's, or others can listen in, or it cannot be kept.
        """
        user = self._newcomer(session)
        self._prompts.require_safe(session)
        return await self._register(session, user, read_password(password))

    async def _register(self, session: Session, user: User, password: str) -> str:
        hash_ = await self._verifier.hash(password)
        if session.user is not user or user.account is not None:
            raise ChatError("You have gone meanwhile.")
        name = user.nick
        other = self._accounts.names.like(name)
        if other is not None:
            raise LooksLike(name, other, "which is registered")
        # Others from there may have been quicker.
        allowance = self._allowance(session)
        if allowance is not None:
            allowance.spend()
        account = Account(self._recorder.next_id(self._world.now()), name, fold(name))
        # Nobody else may have it while the disk takes its time.
        self._accounts.add(account)

        def kept() -> None:
            self._verifier.succeeded(session, str(account.id))
            # Meanwhile they may have gone, or logged in.
            is_theirs = user.is_here and user.key == account.key
            if is_theirs and user.account is None and account.user is None:
                self._accounts.own(user, account)

        made = AccountMade(account.id, account.name, account.key, hash_)
        await self._write(made, kept, partial(self._accounts.remove, account))
        return f"{name} is yours from here on: whoever wants to be {name} needs your password."

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
                session, partial(self._set_password, account), is_staff=account.is_staff
            )

        self._prompts.ask_owner(session, account, "Your password so far: ", check)

    async def change_password(self, session: Session, old: str, new: str) -> str:
        """
        Give the account of ``session`` a new password.

        Returns:
            the sentence that says so.

        Raises:
            ChatError: one of them will not do, or others can listen in, or it cannot be kept.
        """
        account = session.require_account()
        self._prompts.require_safe(session, is_staff=account.is_staff)
        password = read_password(new)
        await self._verifier.verified(session, account.name, account, old)
        return await self._set_password(account, password)

    async def _set_password(self, account: Account, password: str) -> str:
        hash_ = await self._verifier.hash(password)
        await self._write(PasswordSet(account.id, hash_))
        return "Your password is changed."

    def ask_to_unregister(self, session: Session) -> None:
        """
        Ask ``session`` for its password, and give its account up.

        Raises:
            NotAllowed: it is logged in to no account, or the connection is not safe enough.
        """
        account = session.require_account()
        self._prompts.ask_owner(
            session,
            account,
            "Your password, to give up your account: ",
            partial(self._unregister, session, account),
        )

    async def unregister(self, session: Session, password: str) -> str:
        """
        Give the account of ``session`` up.

        Returns:
            the sentence that says so.

        Raises:
            ChatError: the password is wrong, or others can listen in, or it cannot be kept.
        """
        account = session.require_account()
        self._prompts.require_safe(session, is_staff=account.is_staff)
        return await self._unregister(session, account, password)

    async def _unregister(self, session: Session, account: Account, typed: str) -> str:
        await self._verifier.verified(session, account.name, account, typed)
        await self._write(AccountRemoved(account.id), partial(self._give_up, account))
        return f"{account.name} is nobody's any more. What you said stays where you said it."

    def _give_up(self, account: Account) -> None:
        self._accounts.remove(account)
        self._verifier.throttle.forget(str(account.id))
        owner, account.user = account.user, None
        if owner is not None:
            owner.account = None
            owner.roles = set()
            self._bans.follow(account.id, owner.visit)
        for room in self._ranks.unregister(account.id):
            self._registry.release(room)

    async def export(self, session: Session) -> str:
        """
        Write all that is kept on the owner of an account to a file of the operator's.

        Returns:
            the sentence that says so.

        Raises:
            NotAllowed: ``session`` is logged in to no account.
            ChatError: the file cannot be written.
        """
        account = session.require_account()
        writing = self._store.export(account.id, self.exports)
        path = await self._deadlines.answer(
            writing, "That takes longer; the operator has the file when it is written."
        )
        return f"All that is kept on you is in {path.name}; the operator has it."

    async def grant(self, name: str, role: str, *, granted: bool, by: User | None = None) -> str:
        """
        Give a role to the owner of an account, or take it.

        Args:
            by: who does; None for somebody who is not here.

        Returns:
            the sentence that says so.

        Raises:
            ChatError: there is no such account or role, or it cannot be kept.
        """
        account = self._world.find_account(name)
        if account is None:
            raise ChatError(f"There is no account {shortened(name)}.")
        if role not in ROLES:
            raise ChatError(f"There is no role {shortened(role)}; there is: {', '.join(ROLES)}.")
        credentials = await self._deadlines.answer(self._store.credentials(account.id))
        before = credentials.roles if credentials else frozenset()
        roles = before | {role} if granted else before - {role}

        def kept() -> None:
            account.roles = roles
            if by is not None:
                deed = f"grant {role} to" if granted else f"revoke {role} from"
                self._audit.note(by, None, deed, account.name)
            if account.user is not None:
                account.user.roles = set(roles)
                what = "are now" if granted else "are no longer"
                account.user.notify(f"You {what} {with_article(role)}.")
                self._reports.greet(account.user.sessions[0])

        await self._write(RolesSet(account.id, roles), kept)
        return f"{account.name} is {'now' if granted else 'no longer'} {with_article(role)}."

    async def _write(
        self,
        change: Change,
        kept: Callable[[], None] = _nothing,
        refused: Callable[[], None] = _nothing,
    ) -> None:
        """
        Have ``change`` kept.

        Args:
            kept: called when it is, also if nobody waits for that any longer.
            refused: called when it cannot be, likewise.

        Raises:
            ChatError: it cannot be, or it is not known yet.
        """
        if self._journal.is_failing:
            refused()
            raise ChatError("Nothing can be saved at the moment, please try again later.")

        def fail(failure: Failure) -> Failure:
            refused()
            return failure

        written = self._fanout.commit(change).addCallbacks(lambda _: kept(), fail)
        await self._deadlines.answer(written, _UNKNOWN)

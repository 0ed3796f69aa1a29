"""
Upkeep: changes passwords, deletes accounts, and writes down what is kept about their owners.

A change is told to the owner when it is kept, and refused if it cannot be.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.auth.passwords import new_password
from twisted_chat.auth.prompts import CURRENT_PASSWORD, PASSWORD_TO_UNREGISTER
from twisted_chat.delivery.labels import keep
from twisted_chat.errors import ChatError, TooMuch
from twisted_chat.limits import HostRates, Rate
from twisted_chat.replies.people import AccountChange, AccountChanged, Exported
from twisted_chat.store.records import AccountRemoved, PasswordSet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twisted_chat.auth.prompts import PasswordPrompts
    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.logins import Logins
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.world.model import Account, Session
    from twisted_chat.world.world import World

#: Files of one account.
EXPORTS = Rate(1, 60)


@define(eq=False)
class Upkeep:
    """
    Changes accounts, and gives them up.

    Args:
        world: knows the time.
        fanout: tells owners.
        store: for the kept data of a user.
        deadlines: wait for it.
        verifier: hashes passwords, and says whether one is right.
        prompts: ask for passwords.
        ranks: end with an account.
        registry: removes rooms without an owner.
        accounts: hold the accounts.
        logins: put those out who may not stay without one.
        exports: the folder for the files of `Store.export`.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _deadlines: Deadlines
    _verifier: Verifier
    _prompts: PasswordPrompts
    _ranks: Ranks
    _registry: Registry
    _accounts: Accounts
    _logins: Logins
    exports: Path
    # By the number of the account.
    _exported: HostRates = field(init=False, factory=HostRates)

    def ask_to_change_password(self, session: Session) -> None:
        """
        Ask ``session`` for the old password and, twice, for a new one.

        Raises:
            NotAllowed: it is logged in to no account, or the connection is not safe enough.
        """
        account = session.require_account()

        async def check(typed: str) -> None:
            still = self._logins.until_revoked(account)
            await self._verifier.verified(session, account.name, account, typed)
            self._prompts.ask_new(
                session,
                account.name,
                partial(self._set_password, session, account, still),
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
        still = self._logins.until_revoked(account)
        await self._verifier.verified(session, account.name, account, old)
        return await self._set_password(session, account, still, password)

    async def _set_password(
        self, session: Session, account: Account, still: Callable[[], None], password: str
    ) -> AccountChanged:
        """
        Give ``account`` a new password.

        Args:
            still: raises an error if the old one, which was typed, opens it no more.
        """
        hash_ = await self._verifier.hash(password)
        still()
        self._accounts.revoke(account, session)

        def kept() -> None:
            # Until now the old password was the right one, and may have begun something.
            account.revoked += 1

        await self._accounts.write(PasswordSet(account.id, hash_), kept)
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

    async def unregister(self, session: Session, password: str) -> AccountChanged | None:
        """
        Give the account of ``session`` up.

        Returns:
            what is to be told; None if that was told, and a name asked for, as nobody is let in
            without an account.

        Raises:
            ChatError: the password is wrong, or others can listen in, or it cannot be kept.
        """
        account = session.require_account()
        self._prompts.require_safe(session, is_staff=account.is_staff)
        return await self._unregister(session, account, password)

    async def _unregister(
        self, session: Session, account: Account, typed: str
    ) -> AccountChanged | None:
        await self._verifier.verified(session, account.name, account, typed)
        asker: Session | None = session
        is_told = False

        def told() -> AccountChanged:
            return AccountChanged(self._world.now(), account.name, AccountChange.UNREGISTERED)

        def kept() -> None:
            nonlocal is_told
            owner = account.user
            self._give_up(session, account)
            if owner is not None and self._world.limits.guests != "on":
                if session.user is owner:
                    is_told = True
                    self._fanout.tell(session, told())
                self._logins.put_out(owner, asker)

        try:
            # What it tells belongs to the request.
            await self._accounts.write(AccountRemoved(account.id), keep(kept))
        except ChatError:
            # It may be kept later: then nobody waits for it.
            asker = None
            raise
        return None if is_told else told()

    def _give_up(self, session: Session, account: Account) -> None:
        owner = account.user
        self._accounts.revoke(account, spared=session)
        self._accounts.remove(account)
        self._verifier.throttle.forget(str(account.id))
        for room in self._ranks.unregister(account.id, account.name, owner):
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

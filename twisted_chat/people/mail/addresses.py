"""
Addresses: to which the owners of accounts are told by mail what they missed.

An address counts once its owner has typed the code that was sent there.  Until then it is in
memory only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from twisted_chat.auth.codes import SHORT, hash_of_code, new_code, require_code
from twisted_chat.errors import ChatError, TooMuch, WrongCode
from twisted_chat.limits import Rate
from twisted_chat.people.mail.letters import NoPost, Post, code_letter, read_address
from twisted_chat.people.mail.quotas import Quota, Quotas
from twisted_chat.replies.mail import MailCodeSent, MailShown
from twisted_chat.store.settings import AddressEnded, AddressKept, Mailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.logins import Logins
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.model import Account, Session
    from twisted_chat.world.world import World

#: Seconds for which a code is good.
GOOD_FOR = 3600.0
#: Seconds from one mail with news to the next.
APART = 3600.0
#: Letters with codes for one account and from one host; to one mailbox for one account, and for
#: all of them: strangers who ask in vain keep its owner waiting for an hour, not for a day.
BY_ACCOUNT, BY_HOST = Rate(3, 3600), Rate(5, 3600)
TO_MAILBOX, TO_MAILBOX_BY_ALL = Rate(3, 86400), Rate(4, 4 * 3600)
_NEWS = Rate(1, APART)


@frozen
class _Asked:
    """
    An address that is not confirmed yet.

    Attributes:
        check: raises an error if the account was closed to all that opens it since.
        hash: of the code that was sent there.
        until: when the code ends, in seconds of the world's clock.
    """

    address: str = field(repr=False)
    check: Callable[[], None]
    hash: str = field(repr=False)
    until: float


@define(eq=False)
class Addresses:
    """
    Takes addresses, and confirms them.

    Args:
        world: knows the time.
        fanout: has it kept when a mail was made.
        verifier: counts wrong codes.
        accounts: keep addresses.
        logins: know what opens accounts.

    Attributes:
        post: sends letters; what may set it sets it.
        kept: the confirmed addresses, by account.
        on_changed: called with each account that has got an address, or has none any more.
    """

    _world: World
    _fanout: Fanout
    _verifier: Verifier
    _accounts: Accounts
    _logins: Logins
    post: Post = field(init=False, factory=NoPost)
    kept: dict[Account, AddressKept] = field(init=False, factory=dict)
    on_changed: Callable[[Account], None] = field(init=False)
    _asked: dict[Account, _Asked] = field(init=False, factory=dict)
    _quotas: Quotas = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._quotas = Quotas(self._world, self._fanout)

    def begin(self, kept: Snapshot) -> None:
        """
        Load the addresses that the store holds, and how many mails were sent.
        """
        self._quotas.begin(kept.allowances)
        for each, _ in kept.addresses:
            account = self._world.account_called(each.account)
            if account is not None:
                self.kept[account] = each

    def show(self, session: Session) -> MailShown:
        """
        Return where the owner of the account of ``session`` is told what they missed.

        Raises:
            NotAllowed: it is logged in to none.
        """
        return self._shown(session.require_account())

    def _shown(self, account: Account) -> MailShown:
        kept, asked = self.kept.get(account), self._asked_by(account)
        return MailShown(
            self._world.now(), kept.address if kept else "", asked.address if asked else ""
        )

    def ask(self, session: Session, typed: str) -> MailCodeSent:
        """
        Send a code to the address that was ``typed``; an earlier code of the account ends.

        Raises:
            NotAllowed: ``session`` is logged in to no account.
            TooMuch: codes were sent often enough for this account, from its host or to there.
            ChatError: it is no address, or this server sends no mail.
        """
        account = session.require_account()
        if not self.post.place:
            raise ChatError("This server sends no mail.", code="no-mail")
        address = read_address(typed)
        self._spend(account, session.host, address)
        code, until = new_code(SHORT), self._world.seconds() + GOOD_FOR
        check = self._logins.until_revoked(account)
        asked = self._asked[account] = _Asked(address, check, hash_of_code(code), until)

        def is_wanted() -> bool:
            return self._asked_by(account) is asked

        minutes = round(GOOD_FOR / 60)
        self.post.send(code_letter(address, self.post.place, code, minutes, is_wanted))
        return MailCodeSent(self._world.now(), address, GOOD_FOR)

    def _spend(self, account: Account, host: str | None, address: str) -> None:
        quotas = [
            Quota(f"account {account.id}", BY_ACCOUNT),
            Quota.to_mailbox(address, TO_MAILBOX, whose=f"account {account.id}"),
            Quota.to_mailbox(address, TO_MAILBOX_BY_ALL),
        ]
        if host is not None:
            quotas.append(Quota(f"host {host}", BY_HOST))
        wait = math.ceil(self._quotas.wait(*quotas) - 1e-6)
        if wait > 0:
            # The same, whichever it is: nobody learns who else was sent one.
            raise TooMuch(
                f"Codes were sent often enough; please try again in {math.ceil(wait / 60)} min.",
                code="too-often",
                command="mail",
                seconds=wait,
            )
        self._quotas.spend(*quotas)

    async def confirm(self, session: Session, typed: str) -> MailShown:
        """
        Keep the address to which the code was sent that was ``typed``.

        Raises:
            NotAllowed: ``session`` is logged in to no account.
            WrongCode: it is worth nothing.
            TooManyGuesses: there were too many wrong ones.
            ChatError: it cannot be kept.
        """
        account, hash_ = session.require_account(), require_code(typed, SHORT, "mail")

        async def find() -> _Asked | None:
            asked = self._asked_by(account)
            return asked if asked is not None and asked.hash == hash_ else None

        asked = await self._verifier.find_code(session, find, WrongCode("mail"))
        asked.check()
        # Neither another address nor /mail off is a way to be sent more.
        mailed_at = self._mailed_at(account)
        kept = AddressKept(account.id, asked.address, self._world.now(), mailed_at)

        def begin() -> None:
            if self._asked.get(account) is asked:
                del self._asked[account]
            if self._world.account_called(account.id) is account:
                self.kept[account] = kept
                self.on_changed(account)

        await self._accounts.write(kept, begin)
        return self._shown(account)

    async def end(self, session: Session) -> MailShown:
        """
        Forget the address of the account of ``session``, and one that waits to be confirmed.

        Raises:
            NotAllowed: it is logged in to none.
            ChatError: that cannot be kept.
        """
        account = session.require_account()
        self._asked.pop(account, None)
        if account in self.kept:
            # At once: what is not kept ends with the server.
            self.forget(account)
            await self._accounts.write(AddressEnded(account.id))
        return self._shown(account)

    def mailed(self, account: Account) -> None:
        """
        Note that a mail was made for the owner of ``account``.
        """
        now = self._world.now()
        self.kept[account] = evolve(self.kept[account], mailed_at=now)
        self._fanout.keep(Mailed(account.id, now))
        # With the account: it counts also once the address is forgotten.
        self._quotas.spend(self._news_of(account))

    def _mailed_at(self, account: Account) -> float:
        """
        Return when the last mail was made for the owner of ``account``, as far as that counts.
        """
        if account in self.kept:
            return self.kept[account].mailed_at
        wait = self._quotas.wait(self._news_of(account))
        return self._world.now() + wait - APART if wait else 0.0

    def _news_of(self, account: Account) -> Quota:
        return Quota(f"news {account.id}", _NEWS)

    def revoke(self, account: Account, *_: object) -> None:
        """
        End the code of ``account``: all that opened it has ended.
        """
        self._asked.pop(account, None)

    def forget(self, account: Account) -> None:
        """
        Forget the address of ``account``, which is deleted or wants no mail.
        """
        self._asked.pop(account, None)
        if self.kept.pop(account, None) is not None:
            self.on_changed(account)

    def _asked_by(self, account: Account) -> _Asked | None:
        asked = self._asked.get(account)
        if asked is not None and asked.until <= self._world.seconds():
            del self._asked[account]
            return None
        return asked

"""
Accounts: names that belong to somebody, how they come to be, change and end.

Accounts are known by heart, but for their passwords: a hash is read from the store when its owner
comes, and so are the owner's roles.  What changes an account is told to its owner when the store
has it, and refused if it cannot have it.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from attrs import define, field
from twisted.internet.defer import maybeDeferred
from twisted.python.failure import Failure

from twisted_chat.errors import (
    ChatError,
    LooksLike,
    NotAllowed,
    TooManyNewAccounts,
    WrongPassword,
)
from twisted_chat.limits import HostRates
from twisted_chat.store.deadlines import within
from twisted_chat.store.interface import NotWritten, StoreFailed, Unanswered
from twisted_chat.store.records import (
    AccountMade,
    AccountRemoved,
    Came,
    PasswordSet,
    RolesSet,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.text.names import fold, shortened
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from twisted_chat.auth.prompts import Challenges
    from twisted_chat.hub import Hub
    from twisted_chat.limits import TokenBucket
    from twisted_chat.store.interface import Credentials, Kept, Store
    from twisted_chat.store.records import Change
    from twisted_chat.world.model import Room, Session, User

    _Result = TypeVar("_Result")

#: What somebody may be allowed beyond the ordinary.
ROLES = ("operator",)


_WRONG = "Wrong name or password."
_NO_ANSWER = "The database does not answer, please try again later."
_NOT_WRITTEN = "The file cannot be written; the operator finds the reason in the log."
_UNKNOWN = "It is not known whether that was saved; please look again later."


def _nothing() -> None:
    pass


@define(eq=False)
class Account:
    """
    A name that belongs to somebody.

    Attributes:
        id: its number; what its owner says is theirs by it.
        name: as it was registered; ``key`` is its folded form.
        roles: what its owner may do beyond the ordinary, as far as is known: from the shell, they
            may have been given more since.
        user: its owner, if they are here.
        missed: between which ids what they missed is, the last time they were away.
        seen: the id of what came last before they went; 0 where only the store knows.
        shown: the id of the last message that waited for them and was shown.
    """

    id: int
    name: str
    key: str
    roles: frozenset[str] = frozenset()
    user: User | None = None
    missed: tuple[int, int] = (0, 0)
    seen: int = 0
    shown: int = 0

    @property
    def is_staff(self) -> bool:
        """
        Whether its owner operates the server.
        """
        return policy.is_staff(self.roles)


@define(eq=False)
class Accounts:
    """
    The accounts of a hub.
    """

    _hub: Hub
    _store: Store
    _challenges: Challenges
    _accounts: dict[str, Account] = field(init=False, factory=dict)
    _made: HostRates = field(init=False, factory=HostRates)

    def begin(self, kept: Kept) -> None:
        """
        Know what the store keeps.
        """
        for each in kept.accounts:
            self._add(Account(each.id, each.name, each.key, each.roles))

    def find(self, name: str) -> Account | None:
        """
        Return the account of this name, or the only one of what looks like it; None for none.
        """
        return self._accounts.get(self._hub.nicks.key_of(name))

    def _add(self, account: Account) -> None:
        self._accounts[account.key] = account
        self._hub.nicks.registered.add(account.name)

    # -- whose owner is here ------------------------------------------------------------------

    def own(self, user: User, account: Account) -> None:
        """
        Let ``account`` be that of ``user``, who is here.
        """
        user.account, account.user = account, user
        user.roles = set(account.roles)
        self._hub.ownership.adopt(user)
        self._hub.penalties.follow(user.visit, account.id)
        self._hub.keep(Came(account.id))
        for room in user.rooms:
            self.seat(user, room)

    def gone(self, user: User) -> None:
        """
        Note that ``user`` is not here any more.
        """
        if user.account is not None:
            user.account.user = None
            user.account.seen = self._hub.history.last_id
            self._hub.keep(Went(user.account.id, user.account.seen))

    def seat(self, user: User, room: Room) -> None:
        """
        Note that ``user`` is in ``room``, to come back to it.
        """
        if user.account is not None:
            self._hub.keep(Seated(user.account.id, room.chronicle.id))

    def unseat(self, user: User, room: Room) -> None:
        """
        Note that ``user`` has left ``room`` for good.
        """
        if user.account is not None:
            self._hub.keep(Unseated(user.account.id, room.chronicle.id))

    # -- changes ----------------------------------------------------------------------------------

    def register(self, session: Session) -> None:
        """
        Ask ``session`` for a password, twice, and make the name it goes by its user's own.

        Raises:
            NotAllowed: it is their own already, or the connection is not safe enough.
            TooManyNewAccounts: their host makes accounts as fast as it may.
        """
        user = session.user
        if user is None:
            raise NotAllowed("Please give your name first.")
        if user.account is not None:
            raise NotAllowed(f"You are logged in as {user.account.name} already.")
        try:
            self._allowance(session)
        except TooManyNewAccounts:
            self._challenges.withhold(session)
            raise
        self._challenges.ask_new(session, partial(self._register, session, user))

    def _allowance(self, session: Session) -> TokenBucket | None:
        """
        Return what a new account from the host of ``session`` is taken from; None if from nothing.

        Raises:
            TooManyNewAccounts: nothing is left of it.
        """
        if session.host is None:
            return None
        now = self._hub.seconds()
        bucket = self._made.bucket(session.host, self._hub.limits.register_rate, now)
        wait = bucket.wait(now)
        if wait:
            raise TooManyNewAccounts(math.ceil(wait))
        return bucket

    async def _register(self, session: Session, user: User, password: str) -> str:
        hash_ = await self._challenges.hash(password)
        if session.user is not user or user.account is not None:
            raise ChatError("You have gone meanwhile.")
        name = user.nick
        other = self._hub.nicks.registered.like(name)
        if other is not None:
            raise LooksLike(name, other, "which is registered")
        # Others from there may have been quicker.
        allowance = self._allowance(session)
        if allowance is not None:
            allowance.spend()
        account = Account(self._hub.history.next_id(self._hub.now()), name, fold(name))
        # Nobody else may have it while the disk takes its time.
        self._add(account)

        def kept() -> None:
            self._challenges.succeeded(session, str(account.id))
            # Meanwhile they may have gone, or logged in.
            is_theirs = user.is_here and user.key == account.key
            if is_theirs and user.account is None and account.user is None:
                self.own(user, account)

        made = AccountMade(account.id, account.name, account.key, hash_)
        await self._write(made, kept, partial(self._remove, account))
        return f"{name} is yours from here on: whoever wants to be {name} needs your password."

    def change_password(self, session: Session) -> None:
        """
        Ask ``session`` for the old password and, twice, for a new one.

        Raises:
            NotAllowed: it is logged in to no account, or the connection is not safe enough.
        """
        account = self.account_of(session)

        async def check(typed: str) -> None:
            await self.verified(session, account.name, account, typed)
            self._challenges.ask_new(
                session, partial(self._set_password, account), is_staff=account.is_staff
            )

        self.ask(session, account, "Your password so far: ", check)

    async def _set_password(self, account: Account, password: str) -> str:
        hash_ = await self._challenges.hash(password)
        await self._write(PasswordSet(account.id, hash_))
        return "Your password is changed."

    def unregister(self, session: Session) -> None:
        """
        Ask ``session`` for its password, and give its account up.

        Raises:
            NotAllowed: it is logged in to no account, or the connection is not safe enough.
        """
        account = self.account_of(session)

        async def give_up(typed: str) -> str:
            await self.verified(session, account.name, account, typed)
            await self._write(AccountRemoved(account.id), partial(self._give_up, account))
            return f"{account.name} is nobody's any more. What you said stays where you said it."

        self.ask(session, account, "Your password, to give up your account: ", give_up)

    def _give_up(self, account: Account) -> None:
        self._remove(account)
        self._challenges.guesses.forget(str(account.id))
        owner, account.user = account.user, None
        if owner is not None:
            owner.account = None
            owner.roles = set()
            self._hub.penalties.follow(account.id, owner.visit)
        self._hub.ownership.unregister(account.id)

    async def export(self, session: Session) -> str:
        """
        Write all that is kept on the owner of an account to a file of the operator's.

        Returns:
            the sentence that says so.

        Raises:
            NotAllowed: ``session`` is logged in to no account.
            ChatError: the file cannot be written.
        """
        account = self.account_of(session)
        writing = self._store.export(account.id, self._hub.exports)
        path = await self._read(
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
        account = self.find(name)
        if account is None:
            raise ChatError(f"There is no account {shortened(name)}.")
        if role not in ROLES:
            raise ChatError(f"There is no role {shortened(role)}; there is: {', '.join(ROLES)}.")
        credentials = await self._read(self._store.credentials(account.id))
        before = credentials.roles if credentials else frozenset()
        roles = before | {role} if granted else before - {role}

        def kept() -> None:
            account.roles = roles
            if by is not None:
                deed = f"grant {role} to" if granted else f"revoke {role} from"
                self._hub.trail.note(by, None, deed, account.name)
            if account.user is not None:
                account.user.roles = set(roles)
                what = "are now" if granted else "are no longer"
                account.user.notify(f"You {what} {_article(role)} {role}.")
                self._hub.reports.greet(account.user.sessions[0])

        await self._write(RolesSet(account.id, roles), kept)
        return f"{account.name} is {'now' if granted else 'no longer'} {_article(role)} {role}."

    def _remove(self, account: Account) -> None:
        # On a slow disk it may be given up twice; the name may be another's by then.
        if self._accounts.get(account.key) is account:
            del self._accounts[account.key]
            self._hub.nicks.registered.remove(account.name)

    # -- asking -----------------------------------------------------------------------------------

    def ask(
        self,
        session: Session,
        account: Account | None,
        prompt: str,
        answered: Callable[[str], object],
    ) -> None:
        """
        Ask ``session`` for the password of ``account``; None stands for one that is not there.

        Raises:
            NotAllowed: the connection is not safe enough.
        """
        is_staff = account is not None and account.is_staff
        self._challenges.ask(session, prompt, answered, is_staff=is_staff)

    def account_of(self, session: Session) -> Account:
        """
        Return the account of whoever is at ``session``.

        Raises:
            NotAllowed: they have none, or are not logged in to it.
        """
        account = session.user.account if session.user else None
        if account is None:
            raise NotAllowed(
                "You have no account. /register makes your name your own, /login nick logs in."
            )
        return account

    async def verified(
        self, session: Session, name: str, account: Account | None, typed: str
    ) -> tuple[Account, Credentials]:
        """
        Return the account and what is kept of it, if ``typed`` is its password.

        Raises:
            ChatError: it is not; there is no such account; or one has guessed too often.
        """
        found: Credentials | None = None

        async def known() -> str | None:
            nonlocal found
            found = await self._read(self._store.credentials(account.id if account else 0))
            return found.password if found else None

        # Worked out in either case, so that it takes no longer where there is no account.
        unknown = self._challenges.unknown(fold(name[:64]))
        key = str(account.id) if account else unknown
        password = await self._challenges.verify(session, key, typed, known, _WRONG)
        if account is None or found is None or self.find(account.name) is not account:
            # It was given up while that was looked at.
            raise WrongPassword(_WRONG)
        anew = await self._challenges.rehash(found.password, password)
        if anew is not None:
            written = maybeDeferred(self._store.write, [PasswordSet(account.id, anew)])
            written.addErrback(self._hub.history.report)
        return account, found

    # -- the store --------------------------------------------------------------------------------

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
        if self._hub.journal.is_in_trouble:
            refused()
            raise ChatError("Nothing can be saved at the moment, please try again later.")

        def fail(failure: Failure) -> Failure:
            refused()
            return failure

        written = maybeDeferred(self._store.write, [change])
        await self._read(written.addCallbacks(lambda _: kept(), fail), _UNKNOWN)

    async def _read(self, answer: Deferred[_Result], unanswered: str = _NO_ANSWER) -> _Result:
        """
        Return what the store answers.

        Args:
            unanswered: the sentence for whoever it keeps waiting.

        Raises:
            ChatError: it does not answer.
        """
        try:
            return await within(self._hub.clock, answer, self._hub.history.report)
        except Unanswered as error:
            raise ChatError(unanswered) from error
        except NotWritten as error:
            self._hub.history.report(Failure())
            raise ChatError(_NOT_WRITTEN) from error
        except StoreFailed as error:
            raise ChatError(_NO_ANSWER) from error


def _article(role: str) -> str:
    return "an" if role[0] in "aeiou" else "a"

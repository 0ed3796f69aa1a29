"""
Verifier: checking passwords, and limiting wrong ones.
"""

from __future__ import annotations

import contextlib
import math
from functools import partial
from hashlib import blake2b
from secrets import token_bytes
from typing import TYPE_CHECKING, TypeVar

from attrs import define, field

from twisted_chat.auth.passwords import read_password
from twisted_chat.auth.throttle import Throttle
from twisted_chat.errors import (
    BadPassword,
    CannotCheck,
    CannotHash,
    ChatError,
    LoginEnded,
    NotAllowed,
    TooManyGuesses,
    TooMuch,
    WrongPassword,
)
from twisted_chat.events import Departure
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.store.allowances import MAILS, AllowanceKept
from twisted_chat.store.records import PasswordSet
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from twisted_chat.auth.passwords import Hasher
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.log import LimitedLogger
    from twisted_chat.replies.reply import Reply
    from twisted_chat.store.allowances import Allowance
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.store.snapshot import Credentials
    from twisted_chat.world.model import Account, Session
    from twisted_chat.world.world import World

_Found = TypeVar("_Found")

# Marks a name that nobody has registered.
_UNKNOWN = "?"
_WRONG = "Wrong name or password."
# Where that is for a reason that is not the user's.
_LATER = "now, please try again later. The server's log says why."
_CANNOT_CHECK = f"That password cannot be checked {_LATER}"
_CANNOT_HASH = f"A new password cannot be saved {_LATER}"


@define(eq=False)
class Verifier:
    """
    Verifies passwords, of accounts and of rooms.

    Args:
        world: knows the accounts.
        fanout: has it kept how often was guessed.
        store: has the hashes.
        deadlines: wait for it.
        hasher: verifies them.
        close: tells a session a farewell, and closes it for a reason.
        log: for failures of the hasher.

    Attributes:
        throttle: the guesses that were used up, at accounts and at rooms.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _deadlines: Deadlines
    _hasher: Hasher
    _close: Callable[[Session, Reply, Departure], None]
    _log: LimitedLogger
    _secret: bytes = field(init=False, factory=partial(token_bytes, 16))
    throttle: Throttle = field(init=False, factory=Throttle)

    def begin(self, allowances: Iterable[Allowance]) -> None:
        """
        Load the used guesses from the store, and delete what is settled there.
        """
        now = self._world.now()
        rows = list(allowances)
        guesses = (row for row in rows if row.account != MAILS)
        self.throttle.load(row for row in guesses if not row.is_settled(now))
        for row in rows:
            if row.is_settled(now):
                self._fanout.keep(AllowanceKept(row, is_settled=True))

    def unknown(self, name: str) -> str:
        """
        Return the key of guesses at ``name``, which is not registered.

        It does not reveal the name: a user may have typed a password there.
        """
        return _UNKNOWN + blake2b(name.encode(), key=self._secret, digest_size=16).hexdigest()

    def require_safe(self, session: Session, *, is_staff: bool) -> bool:
        """
        Return whether the connection is safe for a password, or every connection is allowed.

        Raises:
            NotAllowed: it is not, and a password may not be sent over it.
        """
        rule = self._world.limits.password_over_cleartext
        if rule == "allow" or session.client.is_private:
            return True
        if rule == "deny" or is_staff:
            raise NotAllowed(
                "This connection is not encrypted. To give a password, please connect over TLS.",
                code="not-encrypted",
            )
        return False

    async def verify(
        self,
        session: Session,
        key: str,
        typed: str,
        known: Callable[[], Awaitable[str | None]],
        refusal: WrongPassword,
        whose: str,
    ) -> str:
        """
        Return the normalised password of ``typed``, if it is the right one.

        Args:
            key: the number of an account, the folded name of a room with its ``#``, or a key from
                `unknown`.
            known: reads the hash; None if there is none, which a client cannot notice.
            refusal: raised for a wrong password.
            whose: whose password it is, for the log: the name of an account or of a room.

        Raises:
            WrongPassword: it is.
            TooManyGuesses: there were too many guesses.
            BusyWithLogins: too many are waiting.
            CannotCheck: it cannot be verified now.
        """
        throttle, now, host = self.throttle, self._world.now(), session.host
        wait = throttle.guess(key, host, now)
        if wait:
            # Nothing is stored here, because that would take longer for an existing account; a
            # turn that is lost with the server is given again.
            refused = TooManyGuesses(math.ceil(wait))
            self._fail(session, refused)
            raise refused
        # It is kept once it is known to be wrong, before its answer is told: whatever ends the
        # server before, the right password costs nothing.
        # Text that cannot be a password takes as long as a wrong password.
        password = normalised(typed)
        try:
            hashed = await known()
            is_right = await self._hasher.verify(hashed if password else None, password or typed)
        except Exception as error:
            # It was not checked: too many users log in, or the database does not answer.
            throttle.give_back(key, host, self._world.now())
            if isinstance(error, TooMuch):
                raise
            if isinstance(error, ChatError):
                raise CannotCheck(str(error)) from error
            # A damaged hash, or no memory or thread: it concerns this password only, as far as
            # known.
            self._report("The password of {whose} cannot be checked", typed, whose=whose)
            raise CannotCheck(_CANNOT_CHECK) from error
        if not is_right:
            self._keep(key, host)
            self._log.warn(
                "Connection {number} from {origin} gave a wrong password for {whose}",
                number=session.number,
                origin="no address" if session.host is None else repr(session.host),
                whose=whose,
            )
            self._fail(session, refusal)
            raise refusal
        session.failures = 0
        self.succeeded(session, key)
        return password

    async def find_code(
        self,
        session: Session,
        find: Callable[[], Awaitable[_Found | None]],
        refusal: ChatError,
    ) -> _Found:
        """
        Return what a typed code stands for; each wrong one is a guess, as a wrong password is.

        Args:
            find: looks for it; returns None if it is worth nothing.
            refusal: raised then.

        Raises:
            ChatError: so it is, or there were too many guesses, or nobody can look now.
        """
        throttle, now, host = self.throttle, self._world.now(), session.host
        wait = throttle.guess("", host, now)
        if wait:
            refused = TooManyGuesses(math.ceil(wait), "codes")
            self._fail(session, refused)
            raise refused
        try:
            found = await find()
        except BaseException:
            throttle.give_back("", host, self._world.now())
            raise
        if found is None:
            self._keep("", host)
            self._log.warn(
                "Connection {number} from {origin} gave a wrong code",
                number=session.number,
                origin="no address" if host is None else repr(host),
            )
            self._fail(session, refusal)
            raise refusal
        throttle.give_back("", host, self._world.now())
        session.failures = 0
        return found

    def succeeded(self, session: Session, key: str) -> None:
        """
        Note that the owner of ``key`` logged in from the address of ``session``.
        """
        self.throttle.succeeded(key, session.host, self._world.now())
        self._keep(key, session.host)

    async def hash(self, password: str) -> str:
        """
        Return a new hash of ``password``, to be kept.

        Raises:
            BusyWithLogins: too many are waiting.
            CannotHash: it cannot be made now.
        """
        try:
            return await self._hasher.hash(password)
        except ChatError:
            raise
        except Exception as error:
            self._report("A new password cannot be hashed", password)
            raise CannotHash(_CANNOT_HASH) from error

    async def rehash(self, hash_: str, password: str) -> str | None:
        """
        Return a new hash of ``password`` in the place of one that costs another effort.

        Returns:
            None if it costs the same, or none can be made now: then the next time.
        """
        with contextlib.suppress(ChatError, ValueError):
            if self._hasher.needs_rehash(hash_):
                return await self.hash(password)
        return None

    def _report(self, template: str, secret: str, **fields: str) -> None:
        self._log.report(template, secret=secret, **fields)

    def _fail(self, session: Session, refusal: ChatError) -> None:
        session.failures += 1
        if session.failures >= session.most_failures:
            if not session.client.can_be_asked:
                # A program reads what became of its request.
                self._fanout.refuse(session, refusal)
            farewell = Closed(self._world.now(), Cause.GUESSING, session.nick)
            self._close(session, farewell, Departure(cause="too-many-wrong-passwords"))

    def _keep(self, key: str, host: str | None) -> None:
        now = self._world.now()
        for row in self.throttle.rows_of(key, host):
            # Of a name without an account nothing is kept, in about the same time.
            is_settled = row.account.startswith(_UNKNOWN) or row.is_settled(now)
            self._fanout.keep(AllowanceKept(row, is_settled))

    async def verified(
        self, session: Session, name: str, account: Account | None, typed: str
    ) -> tuple[Account, Credentials]:
        """
        Return the account and its credentials, if ``typed`` is its password, and still is then.

        Raises:
            ChatError: it is not, there is no such account, or there were too many guesses.
        """
        found: Credentials | None = None
        revoked = account.revoked if account else 0

        async def known() -> str | None:
            nonlocal found
            found = await self._deadlines.answer(
                self._store.credentials(account.id if account else 0)
            )
            return found.password if found else None

        # Computed in both cases, so that the time does not tell whether there is an account.
        unknown = self.unknown(fold(name[:64]))
        key = str(account.id) if account else unknown
        # A name that is not registered may be a password that was typed in the wrong place.
        whose = repr(account.name) if account else "no account"
        refusal = WrongPassword(_WRONG)
        password = await self.verify(session, key, typed, known, refusal, whose)
        if (
            account is None
            or found is None
            or self._world.find_account(account.name) is not account
        ):
            # It was deleted meanwhile.
            raise WrongPassword(_WRONG)
        anew = await self.rehash(found.password, password)
        if account.revoked != revoked:
            # The password was changed meanwhile, or its owner banned.
            raise LoginEnded
        if anew is not None:
            self._fanout.keep(PasswordSet(account.id, anew))
        return account, found

    async def credentials(self, account: Account) -> Credentials | None:
        """
        Return the credentials of ``account``; None if it was deleted.

        Raises:
            ChatError: the store does not answer.
        """
        found = await self._deadlines.answer(self._store.credentials(account.id))
        return found if self._world.account_called(account.id) is account else None


def normalised(typed: str) -> str:
    """
    Return the password that ``typed`` means; empty if it can be none.
    """
    try:
        return read_password(typed)
    except BadPassword:
        return ""

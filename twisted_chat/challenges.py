"""
Challenges: how people are asked for passwords, and how often they may be wrong.
"""

from __future__ import annotations

import contextlib
import inspect
import math
from functools import partial
from hashlib import blake2b
from secrets import token_bytes
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.errors import (
    BadPassword,
    BusyWithLogins,
    CannotCheck,
    CannotHash,
    ChatError,
    NotAllowed,
    TooManyGuesses,
    TooMuch,
    WrongPassword,
)
from twisted_chat.guesses import Guesses
from twisted_chat.passwords import read_password
from twisted_chat.records import AllowanceKept

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from twisted_chat.guesses import Allowance
    from twisted_chat.hub import Hub
    from twisted_chat.passwords import Hasher
    from twisted_chat.people import Session
    from twisted_chat.questions import Questions

#: Wrong passwords after which a connection is closed.
MAX_FAILURES = 5

# After these one may try again.
_TRY_AGAIN = (BadPassword, WrongPassword, TooManyGuesses, BusyWithLogins)
# What stands before a name that nobody has.
_UNKNOWN = "?"
# Where that is for a reason that is not the person's.
_LATER = "now, please try again later; the operator finds the reason in the log."
_CANNOT_CHECK = f"That password cannot be checked {_LATER}"
_CANNOT_HASH = f"A new password cannot be kept {_LATER}"
# What a question for one is called in the log.
_NAME = "a password"


@define(eq=False)
class Challenges:
    """
    Asks sessions for passwords, old and new.

    Attributes:
        guesses: those that were used up, at accounts and at rooms.
    """

    _hub: Hub
    _questions: Questions
    _hasher: Hasher
    _secret: bytes = field(init=False, factory=partial(token_bytes, 16))
    guesses: Guesses = field(init=False, factory=Guesses)

    def begin(self, allowances: Iterable[Allowance]) -> None:
        """
        Go on from what the store keeps, and have it forget what is as good as new.
        """
        now = self._hub.now()
        rows = list(allowances)
        self.guesses.load(row for row in rows if not row.is_settled(now))
        for row in rows:
            if row.is_settled(now):
                self._hub.keep(AllowanceKept(row, is_settled=True))

    def unknown(self, name: str) -> str:
        """
        Return what is guessed at where nobody has ``name``: no trace of it is kept.

        It may be a password, typed where a name belongs.
        """
        return _UNKNOWN + blake2b(name.encode(), key=self._secret, digest_size=16).hexdigest()

    def ask(
        self,
        session: Session,
        prompt: str,
        answered: Callable[[str], object],
        *,
        is_staff: bool = False,
    ) -> None:
        """
        Ask ``session`` for a secret, if its connection is safe enough.

        Args:
            answered: given what was typed.
            is_staff: it lets in an operator of the server, so that nobody may listen in.

        Raises:
            NotAllowed: the connection is not safe enough.
        """
        try:
            is_safe = self.require_safe(session, is_staff=is_staff)
        except NotAllowed:
            self.withhold(session)
            raise
        if not is_safe:
            self._hub.notify(
                session,
                "This connection is not encrypted: who listens in can read your password.",
            )
        self._ask(session, prompt, answered)

    def withhold(self, session: Session) -> None:
        """
        Let nobody read what follows of a secret that ``session`` is not asked for after all.
        """
        self._questions.withhold(session, 1)

    def _ask(self, session: Session, prompt: str, answered: Callable[[str], object]) -> None:
        """
        Ask ``session`` for a secret, again and again until it is a good one or an empty line.

        What comes behind one that is refused is another one, be it typed ahead or typed anew.
        """

        async def attempt(typed: str) -> object:
            if not typed:
                raise ChatError("Never mind.")
            try:
                outcome = answered(typed)
                return await outcome if inspect.isawaitable(outcome) else outcome
            except _TRY_AGAIN as refusal:
                if session.question is question:
                    self._hub.notify(session, str(refusal))
                    self._ask(session, prompt, answered)
                return None
            except (CannotCheck, CannotHash):
                # There may be another try behind it, or the new password.
                if session.question is question:
                    self._questions.withhold(session)
                raise

        question = self._questions.ask_own(session, prompt, attempt, _NAME)

    def require_safe(self, session: Session, *, is_staff: bool) -> bool:
        """
        Return whether nobody can listen in, or nobody minds.

        Raises:
            NotAllowed: somebody can, and that may not be.
        """
        rule = self._hub.limits.password_over_cleartext
        if rule == "allow" or session.client.is_private:
            return True
        if rule == "deny" or is_staff:
            raise NotAllowed(
                "A password would pass unencrypted here; please connect over TLS for that."
            )
        return False

    def ask_new(
        self, session: Session, done: Callable[[str], object], *, is_staff: bool = False
    ) -> None:
        """
        Ask ``session`` for a new password, twice.

        Args:
            done: given the password; what it returns or raises is used as of a command.
            is_staff: as for `ask`.

        Raises:
            NotAllowed: the connection is not safe enough.
        """

        def first(typed: str) -> None:
            self._ask(session, "Once more: ", partial(second, read_password(typed)))

        def second(password: str, typed: str) -> object:
            if _normal(typed) == password:
                return done(password)
            sentence = "The two are not the same, please begin again; an empty line gives up."
            self._hub.notify(session, sentence)
            self._ask(session, "New password: ", first)
            return None

        self.ask(session, "New password: ", first, is_staff=is_staff)

    async def verify(
        self,
        session: Session,
        key: str,
        typed: str,
        known: Callable[[], Awaitable[str | None]],
        refusal: str,
    ) -> str:
        """
        Return the password that ``typed`` means, if it is the right one.

        Args:
            key: what it is guessed at: the number of an account, a room's folded name with its
                ``#``, or what `unknown` returns.
            known: reads its hash, or None where there is none, which cannot be told from outside.
            refusal: the sentence for a wrong one.

        Raises:
            WrongPassword: it is.
            TooManyGuesses: one has guessed too often.
            BusyWithLogins: so many wait already.
            CannotCheck: it cannot be verified now.
        """
        guesses, now, host = self.guesses, self._hub.now(), session.host
        wait = guesses.guess(key, host, now)
        if wait:
            # Were anything kept, that would take longer for an account: a turn that is lost with
            # the server is given anew.
            self._fail(session)
            raise TooManyGuesses(math.ceil(wait))
        self._keep(key, host)
        # What cannot be a password costs as much as one that is wrong.
        password = _normal(typed)
        try:
            hashed = await known()
            is_right = await self._hasher.verify(hashed if password else None, password or typed)
        except Exception as error:
            # Nobody has looked at it: too many log in, or the database does not answer.
            guesses.give_back(key, host, self._hub.now())
            self._keep(key, host)
            if isinstance(error, TooMuch):
                raise
            if isinstance(error, ChatError):
                raise CannotCheck(str(error)) from error
            # A hash that is none, no memory, no thread: of this one alone, as far as is known.
            whose = "nobody" if key.startswith(_UNKNOWN) else key
            self._report("The password of {whose} cannot be checked", typed, whose=whose)
            raise CannotCheck(_CANNOT_CHECK) from error
        if not is_right:
            self._fail(session)
            raise WrongPassword(refusal)
        session.failures = 0
        self.succeeded(session, key)
        return password

    async def hash(self, password: str) -> str:
        """
        Return a new hash of ``password``, to be kept.

        Raises:
            BusyWithLogins: so many wait already.
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
        self._hub.isolation.log.report(template, secret=secret, **fields)

    def _fail(self, session: Session) -> None:
        session.failures += 1
        if session.failures >= MAX_FAILURES:
            what = "too many wrong passwords"
            self._hub.close(session, f"Disconnected: {what}.", what)

    def succeeded(self, session: Session, key: str) -> None:
        """
        Know the address of ``session`` as that of somebody who knows the password of ``key``.
        """
        self.guesses.succeeded(key, session.host, self._hub.now())
        self._keep(key, session.host)

    def _keep(self, key: str, host: str | None) -> None:
        now = self._hub.now()
        for row in self.guesses.rows_of(key, host):
            if not row.account.startswith(_UNKNOWN):
                self._hub.keep(AllowanceKept(row, row.is_settled(now)))


def _normal(typed: str) -> str:
    try:
        return read_password(typed)
    except BadPassword:
        return ""

"""
Password prompts: how people are asked for passwords, old and new.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.auth.passwords import read_password
from twisted_chat.auth.verifier import Verifier, normalised
from twisted_chat.errors import (
    BadPassword,
    BusyWithLogins,
    CannotCheck,
    CannotHash,
    ChatError,
    NotAllowed,
    PasswordRequired,
    TooManyGuesses,
    WrongPassword,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.world.model import Account, Session


# After these one may try again.
_TRY_AGAIN = (BadPassword, WrongPassword, TooManyGuesses, BusyWithLogins)
# What a question for one is called in the log.
_NAME = "a password"


@define(eq=False)
class PasswordPrompts:
    """
    Asks sessions for passwords, old and new.

    Args:
        fanout: tells people why they are asked again.
        questions: ask for a line.
        verifier: says whether a connection is safe enough.
    """

    _fanout: Fanout
    _questions: Questions
    _verifier: Verifier

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
            PasswordRequired: its client cannot be asked.
        """
        if not session.client.can_be_asked:
            raise PasswordRequired
        self.require_safe(session, is_staff=is_staff)
        self._ask(session, prompt, answered)

    def require_safe(self, session: Session, *, is_staff: bool = False) -> None:
        """
        Refuse a password of ``session`` if others may read it on its way, or warn of that.

        Args:
            is_staff: as for `ask`.

        Raises:
            NotAllowed: the connection is not safe enough.
        """
        try:
            is_safe = self._verifier.require_safe(session, is_staff=is_staff)
        except NotAllowed:
            self.withhold(session)
            raise
        if not is_safe:
            self._fanout.notify(
                session,
                "This connection is not encrypted: who listens in can read your password.",
            )

    def ask_owner(
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
        self.ask(session, prompt, answered, is_staff=is_staff)

    def withhold(self, session: Session) -> None:
        """
        Let nobody read what follows of a secret that ``session`` is not asked for after all.
        """
        self._questions.withhold(session, waits=True)

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
                    self._fanout.notify(session, str(refusal))
                    self._ask(session, prompt, answered)
                return None
            except (CannotCheck, CannotHash):
                # There may be another try behind it, or the new password.
                if session.question is question:
                    self._questions.withhold(session)
                raise

        question = self._questions.ask_own(session, prompt, attempt, _NAME)

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
            if normalised(typed) == password:
                return done(password)
            sentence = "The two are not the same, please begin again; an empty line gives up."
            self._fanout.notify(session, sentence)
            self._ask(session, "New password: ", first)
            return None

        self.ask(session, "New password: ", first, is_staff=is_staff)

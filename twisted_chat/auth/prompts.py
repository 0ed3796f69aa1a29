"""
Password prompts: asking users for passwords, old and new.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.auth.passwords import new_password
from twisted_chat.auth.verifier import Verifier, normalised
from twisted_chat.errors import (
    BadPassword,
    BusyWithLogins,
    CannotCheck,
    CannotHash,
    ChatError,
    InvitationNeeded,
    NotAllowed,
    PasswordRequired,
    TooManyGuesses,
    WrongCode,
    WrongPassword,
)
from twisted_chat.replies.server import Hint, Warned
from twisted_chat.world.client import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.world.model import Account, Session
    from twisted_chat.world.world import World


#: What is asked of the owner of an account: who they are, and what they confirm.
PASSWORD = Prompt(code="password", secret=True)
CURRENT_PASSWORD = Prompt(code="current-password", secret=True)
PASSWORD_TO_UNREGISTER = Prompt(code="password-to-unregister", secret=True)
#: What a newcomer has from an operator, where nobody registers without.
INVITATION_CODE = Prompt(code="invitation-code")
_NEW = Prompt(code="new-password", secret=True)
_REPEATED = Prompt(code="repeated-password", secret=True)
# After these errors the user may try again.
_TRY_AGAIN = (BadPassword, WrongPassword, WrongCode, TooManyGuesses, BusyWithLogins)
# How a prompt for a password is called in the log.
_NAME = "a password"


@define(eq=False)
class PasswordPrompts:
    """
    Asks sessions for passwords, known and new ones.

    Args:
        world: tells the time.
        fanout: tells users why they are asked again.
        questions: ask for a line.
        verifier: says whether a connection is safe enough.
    """

    _world: World
    _fanout: Fanout
    _questions: Questions
    _verifier: Verifier

    def ask(
        self,
        session: Session,
        prompt: Prompt,
        answered: Callable[[str], object],
        *,
        is_staff: bool = False,
    ) -> None:
        """
        Ask ``session`` for a password, if its connection is safe enough.

        Args:
            prompt: a secret one, with a code.
            answered: called with the typed line.
            is_staff: the account is that of an operator of the server, so the connection must be
                safe.

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
            self._fanout.tell(session, Warned(self._world.now(), Hint.NOT_ENCRYPTED))

    def ask_code(self, session: Session, answered: Callable[[str], object]) -> None:
        """
        Ask ``session`` for an invitation code, which may be read: it is good once.

        Raises:
            InvitationNeeded: its client cannot be asked.
        """
        if not session.client.can_be_asked:
            raise InvitationNeeded
        self._ask(session, INVITATION_CODE, answered)

    def ask_owner(
        self,
        session: Session,
        account: Account | None,
        prompt: Prompt,
        answered: Callable[[str], object],
    ) -> None:
        """
        Ask ``session`` for the password of ``account``; None is an account that does not exist.

        Raises:
            NotAllowed: the connection is not safe enough.
        """
        is_staff = account is not None and account.is_staff
        self.ask(session, prompt, answered, is_staff=is_staff)

    def withhold(self, session: Session) -> None:
        """
        Discard what ``session`` may have typed ahead for a prompt that is not shown after all.
        """
        self._questions.withhold(session, 1)

    def _ask(self, session: Session, prompt: Prompt, answered: Callable[[str], object]) -> None:
        """
        Ask ``session`` for a password until it is accepted, or until an empty line cancels.

        The line after a refused password is taken as a password again, even if it was typed ahead.
        """

        async def attempt(typed: str) -> object:
            if not typed:
                raise ChatError("Cancelled.", code="cancelled")
            try:
                outcome = answered(typed)
                return await outcome if inspect.isawaitable(outcome) else outcome
            except _TRY_AGAIN as refusal:
                if session.question is question:
                    self._fanout.refuse(session, refusal)
                    self._ask(session, prompt, answered)
                return None
            except (CannotCheck, CannotHash):
                # Another try, or the new password, may follow it.
                if session.question is question:
                    self._questions.withhold(session)
                raise

        question = self._questions.ask_own(session, prompt, attempt, _NAME)

    def ask_new(
        self,
        session: Session,
        name: str,
        done: Callable[[str], object],
        *,
        is_staff: bool = False,
    ) -> None:
        """
        Ask ``session`` for a new password, twice.

        Args:
            name: of the account or the room that it is for.
            done: called with the password; its result is treated as that of a command.
            is_staff: as in `ask`.

        Raises:
            NotAllowed: the connection is not safe enough.
        """

        def first(typed: str) -> None:
            self._ask(session, _REPEATED, partial(second, new_password(typed, name)))

        def second(password: str, typed: str) -> object:
            if normalised(typed) == password:
                return done(password)
            sentence = "The two passwords differ. Please start again, or press Enter to cancel."
            self._fanout.refuse(session, ChatError(sentence, code="passwords-differ"))
            self._ask(session, _NEW, first)
            return None

        self.ask(session, _NEW, first, is_staff=is_staff)

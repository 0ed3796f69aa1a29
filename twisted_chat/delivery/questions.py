"""
Questions: the next line that a person types is an answer, and neither talk nor a command.

A session has one question at a time, as `Session.question`.  It stands there until what the answer
brings about is settled, so that what was typed behind it (a paste, a script) waits for that.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat.errors import CannotBeAsked, ChatError, NotAllowed
from twisted_chat.text.durations import in_seconds
from twisted_chat.world.client import Prompt, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.isolation import Isolation
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World

#: Seconds within which a line came with the one before it: a paste, or a script.
TOGETHER = 2.0
# Seconds after which the server takes a question back.
_OWN_WITHIN = 60.0
# Where the server itself fails.
_CANNOT = (
    "That cannot be done now, please try again later; the operator finds the reason in the log."
)
# What the lines that may be some are called in the log.
_HELD_BACK = "a line that may be a secret"
#: What is read in place of a line that might have been a secret.
WITHHELD = (
    "That line was not sent, as it may be the answer to what you were asked. "
    "If it is not, please type it again."
)


@define(eq=False)
class Questions:
    """
    What people are asked.
    """

    _world: World
    _fanout: Fanout
    _isolation: Isolation

    def ask(
        self,
        session: Session,
        prompt: str,
        answered: Callable[[str], object],
        *,
        secret: bool = False,
        within: float = 60.0,
        name: str,
    ) -> Question:
        """
        Ask whoever is at ``session``, with a name or without, for a line that is not talk.

        Whatever ``answered`` does wrong ends there, in the log; what it returns or raises is used
        as of a command: a string is told, and so is a `ChatError`.

        Args:
            prompt: what they read, such as ``Password: ``, with no new line behind it.
            answered: given the next line they type, in place of the room or a command; its spaces
                are kept, and it may be empty.  It may return a Deferred or be an ``async def``.
            secret: let their terminal not show what they type, where it can do that.
            within: seconds after which the question is taken back; 0 is no limit.
            name: what ``answered`` is called in the log, and counted as.

        Returns:
            the question; its ``cancel()`` takes it back.

        Raises:
            NotAllowed: they have another question to answer, ``answered`` is switched off because
                it kept failing, or the connection is being closed.
            CannotBeAsked: their client shows no prompts.
        """
        self._require_askable(session)
        standing = session.question
        if standing is not None and (
            standing.is_own or (standing.prompt and not standing.is_answered)
        ):
            raise NotAllowed("Another question is to be answered first.")
        if self._isolation.is_off(name):
            raise NotAllowed("That is switched off, because it kept failing.")
        take_back = partial(self._take_back, session)
        question = Question(prompt, secret, answered, name, take_back)
        return self._put(session, question, within)

    def _require_askable(self, session: Session) -> None:
        if session.closed:
            raise NotAllowed("The connection is being closed.")
        if not session.client.can_be_asked:
            raise CannotBeAsked

    def ask_own(
        self, session: Session, prompt: str, answered: Callable[[str], object], name: str
    ) -> Question:
        """
        Ask for a secret of the server's.  What a plugin asks at the moment is taken back for it.

        Args:
            name: what it is called in the log.

        Raises:
            NotAllowed: the connection is being closed.
            CannotBeAsked: its client shows no prompts.
        """
        self._require_askable(session)
        standing = session.question
        if standing is not None and not standing.is_answered:
            # Of an answered one, what is typed stays hidden.
            self.drop(session)
        take_back = partial(self._take_back, session)
        question = Question(prompt, True, answered, name, take_back, is_own=True)
        return self._put(session, question, _OWN_WITHIN)

    def withhold(self, session: Session, *, waits: bool = False) -> None:
        """
        Let nobody read what may follow of a secret that ``session`` is not asked for after all.

        It may have been typed ahead, with other tries or a new one twice: every line of it goes
        nowhere, up to the first pause.

        Args:
            waits: the first line may come at any time, and not only together with what was before.
        """
        # A program gives each secret with its request, and nothing behind it.
        if not session.closed and session.client.can_be_asked:
            self.drop(session)
            self._withhold(session, 0.0 if waits else TOGETHER, withhold)

    def withhold_rest(self, session: Session) -> None:
        """
        Take lines that come at once for the rest of a secret: nobody reads them.

        For what refuses to ask for one, as it may have been typed ahead.
        """
        if session.question is None:
            self.withhold(session)

    def _withhold(self, session: Session, within: float, refuse: Callable[[str], object]) -> None:
        def take(typed: str) -> None:
            self._withhold(session, TOGETHER, _withhold_too)
            refuse(typed)

        take_back = partial(self._take_back, session)
        question = Question("", False, take, _HELD_BACK, take_back, is_own=True)
        session.question = question
        if within:
            question.timer = self._world.clock.callLater(
                within, self._let_through, session, question
            )

    def _let_through(self, session: Session, question: Question) -> None:
        if session.client.has_more:
            # It came with what was before, and waits for the rate of lines or for its end.
            question.timer = self._world.clock.callLater(
                TOGETHER, self._let_through, session, question
            )
        else:
            question.cancel()

    def _put(self, session: Session, question: Question, within: float) -> Question:
        session.question = question
        self._fanout.prompt(session, _shown(question))
        if within:
            sentence = f"No answer came within {in_seconds(within)}."
            question.timer = self._world.clock.callLater(within, question.cancel, sentence)
        return question

    def answer(self, session: Session, text: str) -> None:
        """
        Take ``text`` for the answer to what ``session`` is asked; for doors.
        """
        session.line_bucket.spend()
        question = session.question
        if question is None or question.is_answered:
            return
        question.is_answered = True
        self._stop(question)
        if question.prompt:
            self._fanout.prompt(session, evolve(_shown(question), is_answered=True))
        self._isolation.run(
            question.name,
            partial(question.answered, text),
            done=partial(self._settle, session, question),
            refused=partial(self._settle, session, question),
            failed=partial(self._fail, session, question),
            secret=text,
            counts=not question.is_own,
        )

    def _fail(self, session: Session, question: Question) -> None:
        sentence = "Sorry, that failed. It has been logged."
        if question.is_own:
            sentence = _CANNOT
            if session.question is question:
                self.withhold(session)
        self._settle(session, question, sentence)

    def _settle(self, session: Session, question: Question, reply: object = None) -> None:
        if session.question is question:
            # Not before: what is typed stays hidden from one secret question to the next.
            self._end(session, question)
            session.question = None
        if isinstance(reply, str):
            self._fanout.notify(session, reply)
        if not session.closed:
            if session.question is None or not session.question.prompt:
                self.ask_name(session)
            session.client.resume()

    def warn_of_shown(self, session: Session) -> None:
        """
        Tell ``session`` that it shows the secret that it is asked for, and ask again; for doors.
        """
        question = session.question
        if question is not None and not question.is_answered:
            # On a line of its own, behind the prompt.
            self._fanout.notify(
                session, "\nYour client shows what you type here: see that nobody looks on."
            )
            self._fanout.prompt(session, _shown(question))

    def _take_back(self, session: Session, question: Question, sentence: str) -> None:
        if session.question is not question or question.is_answered:
            return
        self.drop(session)
        if question.secret:
            take_back = partial(self._take_back, session)
            session.question = Question(
                "", False, withhold, _HELD_BACK, take_back, is_own=question.is_own
            )
        if sentence:
            self._fanout.notify(session, sentence)
        if sentence or question.prompt:
            self.ask_name(session)

    def ask_name(self, session: Session) -> None:
        """
        Have ``session`` asked for a name, if it has none.
        """
        if session.user is None and not session.closed:
            self._fanout.prompt(session, Prompt(wants_name=True))

    def drop(self, session: Session) -> None:
        """
        Take back whatever ``session``, which is to be closed, was asked.
        """
        question, session.question = session.question, None
        if question is not None:
            self._end(session, question)

    def _end(self, session: Session, question: Question) -> None:
        self._stop(question)
        if question.prompt:
            self._fanout.prompt(session, None)

    def _stop(self, question: Question) -> None:
        if question.timer is not None and question.timer.active():
            question.timer.cancel()


def _shown(question: Question) -> Prompt:
    return Prompt(question.prompt, question.secret)


def withhold(_: str) -> None:
    """
    Take a line for a secret that was asked for, or might have been: it goes nowhere.
    """
    raise ChatError(WITHHELD)


def _withhold_too(_: str) -> None:
    # Short: there may be thousands.
    raise ChatError("That one was not sent either.")

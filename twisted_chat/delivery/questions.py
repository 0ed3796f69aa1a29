"""
Questions: the next line that a person types is an answer, and neither talk nor a command.

A session has one question at a time, as `Session.question`.  It stands there until what the answer
brings about is settled, so that what was typed behind it (a paste, a script) waits for that.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.errors import ChatError, NotAllowed
from twisted_chat.people.timeouts import in_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session

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


@define(eq=False, repr=False)
class Question:
    """
    What a person is asked.

    Attributes:
        prompt: what they read, with no new line behind it.  Without one nothing is asked, and the
            next line is still taken for an answer.
        secret: their terminal is not to show what they type.
        answered: given the line.
        name: what ``answered`` is called in the log.
        is_own: the server asks it and no plugin.  It is never switched off, and while it is asked
            or its answer looked at, no plugin asks anything: that would be given the secret.
        is_answered: the line has come.
    """

    _questions: Questions
    session: Session
    prompt: str
    secret: bool
    answered: Callable[[str], object]
    name: str
    is_own: bool = False
    is_answered: bool = field(init=False, default=False)
    timer: IDelayedCall | None = field(init=False, default=None)

    @property
    def is_guarded(self) -> bool:
        """
        Whether what is typed may be a secret, be it asked for or only held back.
        """
        return self.secret or not self.prompt

    def cancel(self, sentence: str = "") -> None:
        """
        Take it back, and tell the person the ``sentence``; nothing happens if it was answered.

        The line that they may have begun to type into a secret question is not said to anybody.
        """
        self._questions.take_back(self, sentence)


@define(eq=False)
class Questions:
    """
    What the people of a hub are asked.
    """

    _hub: Hub
    _fanout: Fanout

    def ask(
        self,
        session: Session,
        prompt: str,
        answered: Callable[[str], object],
        *,
        secret: bool,
        within: float,
        name: str,
    ) -> Question:
        """
        As `Hub.ask`.

        Args:
            name: what ``answered`` is called in the log, and counted as.
        """
        if session.closed:
            raise NotAllowed("The connection is being closed.")
        standing = session.question
        if standing is not None and (
            standing.is_own or (standing.prompt and not standing.is_answered)
        ):
            raise NotAllowed("Another question is to be answered first.")
        if self._hub.isolation.is_off(name):
            raise NotAllowed("That is switched off, because it kept failing.")
        return self._put(Question(self, session, prompt, secret, answered, name), within)

    def ask_own(
        self, session: Session, prompt: str, answered: Callable[[str], object], name: str
    ) -> Question:
        """
        Ask for a secret of the server's.  What a plugin asks at the moment is taken back for it.

        Args:
            name: what it is called in the log.

        Raises:
            NotAllowed: the connection is being closed.
        """
        if session.closed:
            raise NotAllowed("The connection is being closed.")
        standing = session.question
        if standing is not None and not standing.is_answered:
            # Of an answered one, what is typed stays hidden.
            self.drop(session)
        question = Question(self, session, prompt, True, answered, name, is_own=True)
        return self._put(question, _OWN_WITHIN)

    def withhold(self, session: Session, *, waits: bool = False) -> None:
        """
        Let nobody read what may follow of a secret that ``session`` is not asked for after all.

        It may have been typed ahead, with other tries or a new one twice: every line of it goes
        nowhere, up to the first pause.

        Args:
            waits: the first line may come at any time, and not only together with what was before.
        """
        if not session.closed:
            self.drop(session)
            self._withhold(session, 0.0 if waits else TOGETHER, withhold)

    def _withhold(self, session: Session, within: float, refuse: Callable[[str], object]) -> None:
        def take(typed: str) -> None:
            self._withhold(session, TOGETHER, _withhold_too)
            refuse(typed)

        question = Question(self, session, "", False, take, _HELD_BACK, is_own=True)
        session.question = question
        if within:
            question.timer = self._hub.clock.callLater(within, self._let_through, question)

    def _let_through(self, question: Question) -> None:
        if question.session.client.has_more:
            # It came with what was before, and waits for the rate of lines or for its end.
            question.timer = self._hub.clock.callLater(TOGETHER, self._let_through, question)
        else:
            question.cancel()

    def _put(self, question: Question, within: float) -> Question:
        session = question.session
        session.question = question
        self._fanout.put(session, session.client.ask(question))
        if within:
            sentence = f"No answer came within {in_seconds(within)}."
            question.timer = self._hub.clock.callLater(within, question.cancel, sentence)
        return question

    def answer(self, session: Session, text: str) -> None:
        """
        As `Hub.answer`.
        """
        session.line_bucket.spend()
        question = session.question
        if question is None or question.is_answered:
            return
        question.is_answered = True
        self._stop(question)
        self._fanout.put(session, session.client.answered())
        self._hub.isolation.run(
            question.name,
            partial(question.answered, text),
            done=partial(self._settle, question),
            refused=partial(self._settle, question),
            failed=partial(self._fail, question),
            secret=text,
            counts=not question.is_own,
        )

    def _fail(self, question: Question) -> None:
        sentence = "Sorry, that failed. It has been logged."
        if question.is_own:
            sentence = _CANNOT
            if question.session.question is question:
                self.withhold(question.session)
        self._settle(question, sentence)

    def _settle(self, question: Question, reply: object = None) -> None:
        session = question.session
        if session.question is question:
            # Not before: what is typed stays hidden from one secret question to the next.
            self._end(question)
            session.question = None
        if isinstance(reply, str):
            self._hub.notify(session, reply)
        if not session.closed:
            if session.question is None or not session.question.prompt:
                self._hub.ask_name(session)
            session.client.resume()

    def warn_of_shown(self, session: Session) -> None:
        """
        As `Hub.warn_of_shown`.
        """
        question = session.question
        if question is not None and not question.is_answered:
            # On a line of its own, behind the prompt.
            self._hub.notify(
                session, "\nYour client shows what you type here: see that nobody looks on."
            )
            self._fanout.put(session, session.client.ask(question))

    def take_back(self, question: Question, sentence: str) -> None:
        """
        As `Question.cancel`.
        """
        session = question.session
        if session.question is not question or question.is_answered:
            return
        self.drop(session)
        if question.secret:
            session.question = Question(
                self, session, "", False, withhold, _HELD_BACK, is_own=question.is_own
            )
        if sentence:
            self._hub.notify(session, sentence)
        if sentence or question.prompt:
            self._hub.ask_name(session)

    def drop(self, session: Session) -> None:
        """
        Take back whatever ``session``, which is to be closed, was asked.
        """
        question, session.question = session.question, None
        if question is not None:
            self._end(question)

    def _end(self, question: Question) -> None:
        self._stop(question)
        if question.prompt:
            self._fanout.put(question.session, question.session.client.unask(question))

    def _stop(self, question: Question) -> None:
        if question.timer is not None and question.timer.active():
            question.timer.cancel()


def withhold(_: str) -> None:
    """
    Take a line for a secret that was asked for, or might have been: it goes nowhere.
    """
    raise ChatError(WITHHELD)


def _withhold_too(_: str) -> None:
    # Short: there may be thousands.
    raise ChatError("That one was not sent either.")

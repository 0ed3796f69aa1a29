"""
Questions: the next line that a person types is an answer, and neither talk nor a command.

A session has one question at a time, as `Session.question`.  It stands there until what the answer
brings about is settled, so that what was typed behind it (a paste, a script) waits for that.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.errors import NotAllowed
from twisted_chat.timeouts import in_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.people import Session

# Seconds after which the server takes a question back.
_OWN_WITHIN = 60.0
# Where the server itself fails.
_CANNOT = (
    "That cannot be done now, please try again later; the operator finds the reason in the log."
)


@define(eq=False, repr=False)
class Question:
    """
    What a person is asked.

    Attributes:
        prompt: what they read, with no new line behind it.
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
        if (standing is not None and (standing.is_own or not standing.is_answered)) or (
            session.client.is_holding_back
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

    def withhold(self, session: Session, lines: int = 0) -> None:
        """
        Let nobody read what may follow of a secret that ``session`` is not asked for after all.

        It may have been typed ahead, with other tries or a new one twice: every line of it goes
        nowhere, up to the first pause.

        Args:
            lines: so many, and what comes at once behind them, also behind a pause.
        """
        if not session.closed:
            session.client.hold_back(lines)

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
            if session.question is None:
                self._hub.ask_name(session)
            session.client.resume()

    def ask_again(self, session: Session, sentence: str) -> None:
        """
        As `Hub.ask_again`.
        """
        question = session.question
        if question is None or question.is_answered:
            return
        self._fanout.put(session, session.client.answered())
        if sentence:
            self._hub.notify(session, sentence)
        self._fanout.put(session, session.client.ask(question))

    def take_back(self, question: Question, sentence: str) -> None:
        """
        As `Question.cancel`.
        """
        session = question.session
        if session.question is not question or question.is_answered:
            return
        self.drop(session)
        if sentence:
            self._hub.notify(session, sentence)
        if question.secret:
            self.withhold(session, 1)
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
        self._fanout.put(question.session, question.session.client.unask(question))

    def _stop(self, question: Question) -> None:
        if question.timer is not None and question.timer.active():
            question.timer.cancel()

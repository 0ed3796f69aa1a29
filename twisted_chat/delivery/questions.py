"""
Questions: the next line that a person types is an answer, and neither talk nor a command.

A session has one question at a time, as `Session.question`.  It stands there until what the answer
brings about is settled, so that what was typed behind it (a paste, a script) waits for that.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat.errors import CannotBeAsked, NotAllowed
from twisted_chat.text.durations import in_seconds
from twisted_chat.world.client import Prompt, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.isolation import Isolation
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World

# Seconds after which the server takes a question back.
_OWN_WITHIN = 60.0
# Where the server itself fails.
_CANNOT = (
    "That cannot be done now, please try again later; the operator finds the reason in the log."
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
        if (standing is not None and (standing.is_own or not standing.is_answered)) or (
            session.client.is_holding_back
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

    def withhold(self, session: Session, lines: int = 0) -> None:
        """
        Let nobody read what may follow of a secret that ``session`` is not asked for after all.

        It may have been typed ahead, with other tries or a new one twice: every line of it goes
        nowhere, up to the first pause.

        Args:
            lines: so many, and what comes at once behind them, also behind a pause.
        """
        # A program gives each secret with its request, and nothing behind it.
        if not session.closed and session.client.can_be_asked:
            session.client.hold_back(lines)

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
            if session.question is None:
                self.ask_name(session)
            session.client.resume()

    def ask_again(self, session: Session, sentence: str) -> None:
        """
        Tell ``session`` the ``sentence``, and ask again what it is asked; for doors.
        """
        question = session.question
        if question is None or question.is_answered:
            return
        self._fanout.prompt(session, evolve(_shown(question), is_answered=True))
        if sentence:
            self._fanout.notify(session, sentence)
        self._fanout.prompt(session, _shown(question))

    def _take_back(self, session: Session, question: Question, sentence: str) -> None:
        if session.question is not question or question.is_answered:
            return
        self.drop(session)
        if sentence:
            self._fanout.notify(session, sentence)
        if question.secret:
            self.withhold(session, 1)
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
        self._fanout.prompt(session, None)

    def _stop(self, question: Question) -> None:
        if question.timer is not None and question.timer.active():
            question.timer.cancel()


def _shown(question: Question) -> Prompt:
    return Prompt(question.prompt, question.secret)

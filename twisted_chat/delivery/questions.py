"""
Questions: the next line that a user types is an answer, not talk or a command.

A session has one question at a time, `Session.question`.  It stays there until the answer has been
processed, so that lines typed after it (a paste, a script) wait.  A client that shows prompts is
shown one; one that takes questions is told `Asked`, and answers it in a way of its door.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat.delivery.programs.asking import ProgramQuestions
from twisted_chat.errors import (
    CannotBeAsked,
    ChatError,
    ConnectionClosing,
    Failed,
    NotAllowed,
    Unanswered,
)
from twisted_chat.isolation import name_of
from twisted_chat.replies.questions import Choices
from twisted_chat.replies.reply import Reply
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
_CANNOT = "That cannot be done now, please try again later. The server's log says why."


@define(eq=False)
class Questions:
    """
    Asks the questions of the server and of plugins.

    Attributes:
        programs: tells clients of them that take questions, instead of prompts.
    """

    _world: World
    _fanout: Fanout
    _isolation: Isolation
    programs: ProgramQuestions = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.programs = ProgramQuestions(self._world, self._fanout)

    def ask(
        self,
        session: Session,
        prompt: str,
        answered: Callable[[str], object],
        *,
        secret: bool = False,
        within: float = 60.0,
        name: str = "",
    ) -> Question:
        """
        Ask ``session`` for a line that is neither talk nor a command.

        An error in ``answered`` is logged.  Its result is treated like that of a command: a string
        is told, and so is a `ChatError`.

        Args:
            prompt: what the user reads, such as ``Password: ``, without a line end.
            answered: called with the next line that is typed; its spaces are kept, and it may be
                empty.  It may return a Deferred or be an ``async def``.
            secret: hide typing, if the terminal can do that.
            within: seconds after which the question is withdrawn; 0 is no limit.
            name: what ``answered`` is called in the log, and counted as, if not its own name.

        Returns:
            the question, with a ``cancel()``.

        Raises:
            NotAllowed: there is another question, ``answered`` is switched off because it kept
                failing, or the session is being closed.
            CannotBeAsked: the client shows no questions.
        """
        # No two modules share a name: one's failures switch off nothing of another's.
        asker = str(sys._getframe(1).f_globals.get("__name__", ""))  # noqa: SLF001  # documented
        whose = name_of(answered, asker)
        name = f"{name} ({whose})" if name else whose
        prompted = Prompt(prompt, secret)
        return self.put(session, prompted, answered, within=within, name=name, asker=asker)

    def put(
        self,
        session: Session,
        prompt: Prompt,
        answered: Callable[[str], object],
        *,
        within: float,
        name: str,
        takes_commands: bool = False,
        withdrawn: Callable[[str | ChatError], None] | None = None,
        asker: str = "",
    ) -> Question:
        """
        Ask ``session`` what ``prompt`` says, for a plugin.

        Args:
            answered: as for `ask`, and so are ``within`` and ``name``.
            takes_commands: as of `Question`, and so are ``withdrawn`` and ``asker``.

        Raises:
            NotAllowed: as for `ask`.
            CannotBeAsked: the client shows no questions.
        """
        if session.closed:
            raise ConnectionClosing
        client, standing = session.client, session.question
        if not (client.can_be_asked or client.takes_questions):
            raise CannotBeAsked
        if (standing is not None and (standing.is_own or not standing.is_answered)) or (
            client.is_holding_back
        ):
            raise NotAllowed("Please answer the other question first.", code="asked-already")
        if self._isolation.is_off(name):
            raise NotAllowed(
                "That is switched off, because it kept failing.", code="switched-off", command=""
            )
        question = Question(
            session, prompt, answered, name, self._take_back, within,
            takes_commands=takes_commands, withdrawn=withdrawn, asker=asker,
        )  # fmt: skip
        return self._put(question)

    def ask_own(
        self, session: Session, prompt: Prompt, answered: Callable[[str], object], name: str
    ) -> Question:
        """
        Ask for a secret for the server itself.  A question of a plugin is withdrawn for it.

        Args:
            prompt: a secret one, with a code.
            name: its name in the log.

        Raises:
            NotAllowed: the connection is being closed.
            CannotBeAsked: its client shows no prompts.
        """
        if session.closed:
            raise ConnectionClosing
        if not session.client.can_be_asked:
            raise CannotBeAsked
        standing = session.question
        if standing is not None and not standing.is_answered:
            # After an answered one, typing stays hidden.
            self.drop(session, is_closing=False)
        return self._put(
            Question(session, prompt, answered, name, self._take_back, _OWN_WITHIN, is_own=True)
        )

    def withhold(self, session: Session, lines: int = 0) -> None:
        """
        Discard what ``session`` may have typed ahead for a prompt that is not shown after all.

        A password may have been typed ahead, with other tries or a new one twice: all lines up to
        the first pause are discarded.

        Args:
            lines: so many, and what comes at once behind them, also behind a pause.
        """
        # A program gives each secret with its request, and nothing behind it.
        if not session.closed and session.client.can_be_asked:
            session.client.hold_back(lines)

    def _put(self, question: Question) -> Question:
        question.session.question = question
        if question.within:
            refusal = Unanswered(
                f"No answer came within {in_seconds(question.within)}.",
                code="no-answer",
                seconds=question.within,
            )
            question.timer = self._world.clock.callLater(question.within, question.cancel, refusal)
        self._show(question)
        return question

    def _show(self, question: Question) -> None:
        """
        Show ``question``, in the way of the client.
        """
        session, prompt = question.session, question.prompt
        if session.client.can_be_asked:
            if prompt.options:
                self._fanout.tell(session, Choices(self._world.now(), prompt.options))
            self._fanout.prompt(session, prompt)
        elif session.client.takes_questions:
            self.programs.ask(question)

    def answer(self, session: Session, text: str) -> None:
        """
        Take ``text`` as the answer to the question of ``session``; for doors.
        """
        session.line_bucket.spend()
        question = session.question
        if question is None or question.is_answered:
            return
        question.is_answered = True
        self._stop(question)
        if question.prompt.text or question.prompt.code:
            self._fanout.prompt(session, evolve(question.prompt, is_answered=True))
        self._isolation.run(
            question.name,
            question.answered,
            text,
            done=partial(self._settle, question),
            refused=partial(self._settle, question),
            failed=partial(self._fail, question),
            secret=text,
            counts=not question.is_own,
        )

    def _fail(self, question: Question) -> None:
        session = question.session
        refusal: ChatError = Failed()
        if question.is_own:
            refusal = ChatError(_CANNOT, code="cannot-now")
            if session.question is question:
                self.withhold(session)
        self._settle(question, refusal)

    def _settle(self, question: Question, reply: object = None) -> None:
        session = question.session
        if session.question is question:
            # Not earlier: typing stays hidden between two secret questions.
            self._end(session, question)
            session.question = None
        if isinstance(reply, (str, Reply, ChatError)):
            self._fanout.answer(session, reply)
        if not session.closed:
            if session.question is None:
                self.ask_name(session)
            session.client.resume()

    def withdraw(self, module: str, why: ChatError) -> None:
        """
        Withdraw all questions that ``module`` has asked by `ask`, and tell who was asked ``why``.
        """
        for session in tuple(self._world.sessions):
            question = session.question
            if question is not None and f"{question.asker}.".startswith(f"{module}."):
                question.cancel(why)

    def cancel(self, session: Session) -> None:
        """
        Withdraw the open question of ``session``, whose user has answered so; for doors.
        """
        question = session.question
        if question is not None and not question.is_answered:
            # What they typed has ended the line.
            self._fanout.prompt(session, evolve(question.prompt, is_answered=True))
            question.cancel(Unanswered("Cancelled."))

    def ask_again(self, session: Session, why: Reply | ChatError | None = None) -> None:
        """
        Tell ``session`` why, and ask its question again; for doors.
        """
        question = session.question
        if question is None or question.is_answered:
            return
        self._fanout.prompt(session, evolve(question.prompt, is_answered=True))
        if why is not None:
            self._fanout.answer(session, why)
        self._fanout.prompt(session, question.prompt)

    def interrupt(self, session: Session, told: Reply) -> None:
        """
        Tell ``session`` something nobody asked for; at a prompt, in a line of its own before it.
        """
        question = session.question
        standing = question.prompt if question is not None and not question.is_answered else None
        if question is None and session.user is None:
            standing = Prompt(wants_name=True)
        if standing is not None:
            self._fanout.prompt(session, None)
        self._fanout.tell(session, told)
        if standing is not None:
            self._fanout.prompt(session, standing)

    def _take_back(self, question: Question, why: str | ChatError) -> None:
        session = question.session
        if session.question is not question or question.is_answered:
            return
        session.question = None
        self._end(session, question)
        if session.client.takes_questions:
            self.programs.end(question, why)
        if question.withdrawn is not None:
            question.withdrawn(why)
        elif why:
            self._fanout.answer(session, why)
        if question.secret:
            self.withhold(session, 1)
        self.ask_name(session)

    def ask_name(self, session: Session) -> None:
        """
        Ask ``session`` for a name, if it has none.
        """
        if session.user is None and not session.closed:
            self._fanout.prompt(session, Prompt(wants_name=True))

    def drop(self, session: Session, *, is_closing: bool = True) -> None:
        """
        Withdraw the question of ``session``, and tell nobody.

        Args:
            is_closing: its user leaves; otherwise another question takes the place.
        """
        question, session.question = session.question, None
        if question is not None:
            self._end(session, question)
            if question.withdrawn is None or question.is_answered:
                return
            if is_closing:
                # When they have left: what the command does then is told to nobody.
                self._world.clock.callLater(0, question.withdrawn, "")
            else:
                question.withdrawn(Unanswered("Cancelled."))

    def _end(self, session: Session, question: Question) -> None:
        self._stop(question)
        self._fanout.prompt(session, None)

    def _stop(self, question: Question) -> None:
        if question.timer is not None and question.timer.active():
            question.timer.cancel()

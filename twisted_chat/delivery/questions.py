"""
Questions: the next line that a user types is an answer, not talk or a command.

A session has one question at a time, `Session.question`.  It stays there until the answer has been
processed, so that lines typed after it (a paste, a script) wait.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.errors import ChatError, ConnectionClosing, Failed, NotAllowed, Withheld
from twisted_chat.replies.reply import Reply
from twisted_chat.replies.server import Hint, Warned
from twisted_chat.text.durations import in_seconds
from twisted_chat.world.client import Prompt, PromptEnd, Question

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
_CANNOT = "That cannot be done now, please try again later. The server's log says why."
# The name, in the log, of lines that may be secrets.
_HELD_BACK = "a line that may be a secret"


@define(eq=False)
class Questions:
    """
    Asks the questions of the server and of plugins.
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
        Ask ``session`` for a line that is neither talk nor a command.

        An error in ``answered`` is logged.  Its result is treated like that of a command: a string
        is told, and so is a `ChatError`.

        Args:
            prompt: what the user reads, such as ``Password: ``, without a line end.
            answered: called with the next line that is typed; its spaces are kept, and it may be
                empty.  It may return a Deferred or be an ``async def``.
            secret: hide typing, if the terminal can do that.
            within: seconds after which the question is withdrawn; 0 is no limit.
            name: what ``answered`` is called in the log, and counted as.

        Returns:
            the question, with a ``cancel()``.

        Raises:
            NotAllowed: there is another question, ``answered`` is switched off because it kept
                failing, or the session is being closed.
        """
        self._require_askable(session)
        standing = session.question
        if standing is not None and (
            standing.is_own or (standing.prompt and not standing.is_answered)
        ):
            raise NotAllowed("Please answer the other question first.", code="asked-already")
        if self._isolation.is_off(name):
            raise NotAllowed(
                "That is switched off, because it kept failing.", code="switched-off", command=""
            )
        take_back = partial(self._take_back, session)
        question = Question(prompt, secret, answered, name, take_back)
        return self._put(session, question, within)

    def _require_askable(self, session: Session) -> None:
        if session.closed:
            raise ConnectionClosing
        if not session.client.can_be_asked:
            raise NotAllowed(
                "Nobody answers questions on this connection.", code="cannot-be-asked"
            )

    def ask_own(
        self, session: Session, prompt: str, answered: Callable[[str], object], name: str
    ) -> Question:
        """
        Ask for a secret for the server itself.  A question of a plugin is withdrawn for it.

        Args:
            name: its name in the log.

        Raises:
            NotAllowed: the connection is being closed.
        """
        self._require_askable(session)
        standing = session.question
        if standing is not None and not standing.is_answered:
            # After an answered one, typing stays hidden.
            self.drop(session)
        take_back = partial(self._take_back, session)
        question = Question(prompt, True, answered, name, take_back, is_own=True)
        return self._put(session, question, _OWN_WITHIN)

    def withhold(self, session: Session, *, waits: bool = False) -> None:
        """
        Discard what ``session`` may have typed ahead for a prompt that is not shown after all.

        A password may have been typed ahead, with other tries or a new one twice: all lines up to
        the first pause are discarded.

        Args:
            waits: the first line may come at any time, not only together with the one before.
        """
        if not session.closed:
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
            # It came with the line before, and waits for the rate of lines or for its end.
            question.timer = self._world.clock.callLater(
                TOGETHER, self._let_through, session, question
            )
        else:
            question.cancel()

    def _put(self, session: Session, question: Question, within: float) -> Question:
        session.question = question
        self._fanout.prompt(session, Prompt(question.prompt, question.secret))
        if within:
            refusal = ChatError(
                f"No answer came within {in_seconds(within)}.", code="no-answer", seconds=within
            )
            question.timer = self._world.clock.callLater(within, question.cancel, refusal)
        return question

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
        self._fanout.prompt(session, PromptEnd(is_answered=True, is_over=False))
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
        refusal: ChatError = Failed()
        if question.is_own:
            refusal = ChatError(_CANNOT, code="cannot-now")
            if session.question is question:
                self.withhold(session)
        self._settle(session, question, refusal)

    def _settle(self, session: Session, question: Question, reply: object = None) -> None:
        if session.question is question:
            # Not earlier: typing stays hidden between two secret questions.
            self._end(session, question)
            session.question = None
        if isinstance(reply, (str, Reply, ChatError)):
            self._fanout.answer(session, reply)
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
            self._fanout.tell(session, Warned(self._world.now(), Hint.TYPING_SHOWN))
            self._fanout.prompt(session, Prompt(question.prompt, question.secret))

    def _take_back(self, session: Session, question: Question, why: str | ChatError) -> None:
        if session.question is not question or question.is_answered:
            return
        self.drop(session)
        if question.secret:
            take_back = partial(self._take_back, session)
            session.question = Question(
                "", False, withhold, _HELD_BACK, take_back, is_own=question.is_own
            )
        if why:
            self._fanout.answer(session, why)
        if why or question.prompt:
            self.ask_name(session)

    def ask_name(self, session: Session) -> None:
        """
        Ask ``session`` for a name, if it has none.
        """
        if session.user is None and not session.closed:
            self._fanout.prompt(session, Prompt(wants_name=True))

    def drop(self, session: Session) -> None:
        """
        Withdraw the question of ``session``, which is being closed.
        """
        question, session.question = session.question, None
        if question is not None:
            self._end(session, question)

    def _end(self, session: Session, question: Question) -> None:
        self._stop(question)
        if question.prompt:
            self._fanout.prompt(session, PromptEnd(question.is_answered, is_over=True))

    def _stop(self, question: Question) -> None:
        if question.timer is not None and question.timer.active():
            question.timer.cancel()


def withhold(_: str) -> None:
    """
    Discard a line that may be a secret, and tell the user.
    """
    raise Withheld


def _withhold_too(_: str) -> None:
    # Short: there may be thousands.
    raise Withheld(is_first=False)

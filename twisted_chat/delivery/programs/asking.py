"""
Questions as programs are told them: what is asked, until when, and why it is asked no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.delivery.labels import unlabelled
from twisted_chat.errors import CannotBeAsked, ChatError
from twisted_chat.replies.questions import Asked, QuestionEnded

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.world.client import Question
    from twisted_chat.world.model import Session
    from twisted_chat.world.world import World


@define(eq=False)
class ProgramQuestions:
    """
    Tells clients that take questions, instead of prompts, of those of their sessions.
    """

    _world: World
    _fanout: Fanout
    _count: int = field(init=False, default=0)

    def ask(self, question: Question) -> None:
        """
        Tell the client of ``question`` what it is asked, under a new number.
        """
        self._count += 1
        question.number = self._count
        prompt, timer = question.prompt, question.timer
        left = timer.getTime() - self._world.clock.seconds() if timer is not None else 0.0
        told = Asked(
            self._world.now(), question.number, prompt.text.strip(), prompt.type, prompt.options,
            prompt.default, prompt.secret, left,
        )  # fmt: skip
        # Not an answer to the request: it is not told again when that is over.
        with unlabelled():
            self._fanout.tell(question.session, told)

    def end(self, question: Question, why: str | ChatError) -> None:
        """
        Tell the client of ``question`` that it is asked no more, and why.
        """
        code = why.code if isinstance(why, ChatError) else "cancelled"
        with unlabelled():
            self._fanout.tell(
                question.session, QuestionEnded(self._world.now(), question.number, code)
            )

    def resume(self, session: Session) -> None:
        """
        Ask the open question of ``session`` again, whose program has come back.

        It is withdrawn where that program takes no questions any more.
        """
        question = session.question
        if question is None or question.is_answered:
            return
        if session.client.takes_questions:
            self.ask(question)
        else:
            question.cancel(CannotBeAsked())

    def move(self, before: Session, session: Session) -> None:
        """
        Move the question of ``before`` to ``session``, with which its user goes on.
        """
        session.question, before.question = before.question, None
        if session.question is not None:
            session.question.session = session

"""
What the user of one connection answers to questions, and lines that may be such an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from twisted_chat.doors.line.holdback import HoldBack
from twisted_chat.doors.line.telnet.codes import INTERRUPT
from twisted_chat.doors.text import NEWLINE
from twisted_chat.errors import LineTooLong, Withheld
from twisted_chat.replies.server import Hint, Warned
from twisted_chat.text.clean import read_typed, strip_escapes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted_chat.doors.line.terminal import Carrier
    from twisted_chat.doors.line.waiting import WaitingLines
    from twisted_chat.hub import Hub
    from twisted_chat.world.client import Question
    from twisted_chat.world.model import Session


@define(eq=False)
class Answers:
    """
    Takes answers, keeps no copy of them, and holds back what may be one.

    Args:
        terminal: sends the lines.
        waiting: the lines that wait.
        carrier: the connection.
        answer: takes an answer that has been read.

    Attributes:
        hold: which lines are held back; None until there is one, as for nearly all connections.
    """

    _hub: Hub
    terminal: Any
    _waiting: WaitingLines
    _carrier: Carrier
    _answer: Callable[[Session, str], None]
    hold: HoldBack | None = field(init=False, default=None)

    @property
    def is_holding_back(self) -> bool:
        """
        Whether lines that come now go nowhere, for they may be a secret.
        """
        return self.hold is not None and self.hold.is_on

    def hold_back(self, lines: int = 0) -> None:
        """
        Let lines that wait go nowhere, and those that come at once, or ``lines`` however late.
        """
        self._hold_back(lines, has_begun=self.terminal.has_begun_line)
        self._waiting.withhold()

    def _hold_back(self, lines: int, *, has_begun: bool) -> None:
        if self.hold is None:
            self.hold = HoldBack(self._hub.seconds)
        self.hold.begin(lines, has_begun=has_begun)

    def takes(self, session: Session, lines: Sequence[bytes | None]) -> bool:
        """
        Return whether ``lines`` that were read now are held back; their user is told so.
        """
        hold = self.hold
        if hold is None or not hold.takes(lines, goes_on=self.terminal.has_begun_line):
            return False
        self._tell_of_held(session, lines)
        return True

    def drop(self, session: Session, lines: Sequence[bytes | None]) -> None:
        """
        Hold back ``lines`` that waited.
        """
        if self.hold is not None:
            self.hold.takes(lines, goes_on=self.terminal.has_begun_line)
        self._tell_of_held(session, lines)

    def _tell_of_held(self, session: Session, lines: Sequence[bytes | None]) -> None:
        count = sum(line != b"" for line in lines)
        if not count or session.closed:
            return
        session.line_bucket.spend(count)
        self._hub.refuse(session, Withheld(count))
        self._hub.ask_name(session)

    def begin(self) -> None:
        """
        Hold no more lines back: a question is asked, and the next line is its answer.
        """
        if self.hold is not None:
            self.hold.end()

    def pause(self) -> None:
        """
        Let no time pass while nothing is read.
        """
        if self.hold is not None:
            self.hold.pause()

    def resume(self) -> None:
        """
        Undo `pause`.
        """
        if self.hold is not None:
            self.hold.resume()

    def is_interrupted(self, question: Question) -> bool:
        """
        Return whether Ctrl-C was typed at ``question``; no Enter follows it.
        """
        if question.is_answered:
            return False
        interrupted = self.terminal.cut(INTERRUPT)
        if interrupted:
            self._waiting.put_last(interrupted)
            if question.secret:
                # Ctrl-C at the beginning of a line is what it is.  Elsewhere some clients send
                # it in place of a letter, and the rest of the line is the rest of a password.
                has_begun = interrupted != INTERRUPT or self.terminal.has_begun_line
                self._hold_back(0, has_begun=has_begun)
        return bool(interrupted)

    def take(self, session: Session, question: Question, line: bytes | None) -> None:
        """
        Take a line, None for one that was too long, as the answer to ``question``.
        """
        if line is None:
            session.line_bucket.spend()
            self._hub.ask_again(session, LineTooLong(self.terminal.limit))
        elif INTERRUPT in line:
            rest = line.partition(INTERRUPT)[2]
            if rest and not question.secret:
                self._waiting.put_first(rest)
            if not self.terminal.hides_typing:
                self._carrier.reply(NEWLINE)
            self._give_up(session, question)
            if question.secret:
                self._tell_of_held(session, [rest])
            if self.hold is not None and self.terminal.sends_keys:
                # Ctrl-C is a key there, and what is typed next is seen to be no secret.
                self.hold.end()
        elif text := read_typed(line):
            self._answer(session, text)
        elif line and not strip_escapes(line.decode("utf-8", "replace")):
            # Nobody gives up with a key such as Up, or with the mark behind what they pasted.
            self._hub.ask_again(session)
        else:
            self._give_up(session, question)

    def warn_of_shown(self, session: Session) -> None:
        """
        Tell the user that a secret is shown while they type it: their client refuses to hide it.
        """
        question = session.question
        if question is not None and question.secret and not question.is_answered:
            self._hub.ask_again(session, Warned(self._hub.now(), Hint.TYPING_SHOWN))

    def _give_up(self, session: Session, question: Question) -> None:
        """
        Answer nothing.  Text that comes at once after that, at a secret, was an answer too.
        """
        self._hub.answer(session, "")
        if question.secret:
            self.hold_back()

"""
What is read from one client: lines, blocks of them, and what stops those that wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from twisted_chat.doors.line.arrival import brings_in
from twisted_chat.doors.line.blocks import Blocks
from twisted_chat.doors.line.telnet.codes import ETX
from twisted_chat.replies.server import Hint, Warned
from twisted_chat.text.clean import read_typed

if TYPE_CHECKING:
    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.line.answers import Answers
    from twisted_chat.doors.line.waiting import WaitingLines
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


@define(eq=False)
class Intake:
    """
    Takes what is read from one client to the lines that wait.

    Args:
        terminal: the client.
        answers: hold back what may be one.
        waiting: the lines that wait.
    """

    _hub: Hub
    _dispatcher: Dispatcher
    terminal: Any
    _answers: Answers
    _waiting: WaitingLines
    _blocks: Blocks = field(init=False, factory=Blocks)

    def take(self, session: Session, data: bytes, size: int) -> None:
        """
        Take ``data`` without telnet, which was ``size`` bytes with it, and do what may be done.
        """
        if ETX in data:
            data = self._interrupt(session, data)
        self._split(session, data, size)

    def begin(self) -> None:
        """
        Begin with no line before: the last one was a name, and what follows is typed behind it.
        """
        self._blocks.begin()

    def look_for_lost_letters(self, session: Session, line: bytes) -> None:
        """
        Tell the user if their client leaves out letters, and ask it not to.
        """
        times = self.terminal.ask_for_letters(line)
        if times:
            hint = Hint.LETTERS_LOST if times == 1 else Hint.LETTERS_STILL_LOST
            self._hub.tell(session, Warned(self._hub.now(), hint))

    def _interrupt(self, session: Session, data: bytes) -> bytes:
        """
        Stop what waits if Ctrl-C was typed in ``data``, and return what to go on with.
        """
        stop = self.terminal.find_interrupt(data)
        if stop < 0 or session.question is not None:
            # A question is given up when its turn comes.
            return data
        if stop:
            self._split(session, data[:stop], 0)
        if self._waiting.interrupt(session):
            self.terminal.drop_begun()
        return data[stop:]

    def _split(self, session: Session, data: bytes, size: int) -> None:
        """
        Take the lines of ``data``, as of `take`.
        """
        lines = self.terminal.split(data)
        if len(lines) == 1 and self._brings_in(session, lines[0]):
            self._answers.begin()
        if self._answers.hold is not None and self._answers.takes(session, lines):
            lines = []
        waiting = self._waiting
        if waiting.pacing is not None and waiting.close_flood(session, len(lines), size):
            return
        now = self._hub.clock.seconds()
        if cost := self.terminal.cost(size, len(lines)):
            waiting.charge(session, cost)
        if not lines:
            waiting.add(session, (), now)
            return
        block = self._blocks.take(lines, now)
        if waiting.lines and len(block) == 1 and self._leaves(session, *block[0]):
            waiting.interrupt(session)
        waiting.add(session, block, now)

    def _leaves(self, session: Session, line: bytes | None, is_in_block: bool) -> bool:
        """
        Return whether a line says by itself that its user leaves.
        """
        if not line or is_in_block or session.user is None or session.question is not None:
            return False
        return self._dispatcher.leaves(read_typed(line))

    def _brings_in(self, session: Session, line: bytes | None) -> bool:
        """
        Return whether a line that came alone is a command in the place of a name.
        """
        if not line or session.user is not None or session.question is not None:
            return False
        return brings_in(read_typed(line))

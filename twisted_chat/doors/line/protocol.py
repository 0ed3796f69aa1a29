"""
The line door: for telnet, nc and other clients that send lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.protocols.basic import LineReceiver
from zope.interface import implementer

from twisted_chat.doors.line.answers import Answers
from twisted_chat.doors.line.arrival import introduce, seems_telnet
from twisted_chat.doors.line.editing import TerminalConnection
from twisted_chat.doors.line.ending import Ending
from twisted_chat.doors.line.intake import Intake
from twisted_chat.doors.line.telnet.codes import ETX, INTERRUPT
from twisted_chat.doors.line.terminal import Terminal
from twisted_chat.doors.line.waiting import WaitingLines, awaits_answer
from twisted_chat.doors.recognise import FAREWELLS, is_program
from twisted_chat.doors.text import NEWLINE, PLAIN
from twisted_chat.errors import LineTooLong, Unfinished
from twisted_chat.text.clean import read_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.python.failure import Failure

    from twisted_chat.doors.line.blocks import Line
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Session


# As a number, it is found in a line in an eighth of the time.
_LF = 0x0A
#: Seconds for which a client that was asked for the size of its window is awaited.
WINDOW_WAIT = 0.25


@implementer(IHalfCloseableProtocol)
class ChatProtocol(LineReceiver, TerminalConnection):
    """
    One connection: turns its bytes into lines for the dispatcher, and is the hub's `Client`.

    It keeps the contract of `LineReceiver` (`lineReceived`, `lineLengthExceeded`), but not its
    parser, which knows a single delimiter, copies its buffer for each line, and closes on a long
    one.
    """

    delimiter = NEWLINE
    #: The user sees the line they type.
    echoes = False
    can_be_asked = True
    takes_questions = False
    marks_itself = False
    door = "line"
    #: The prompt was shown before there was a session.
    is_invited = False
    factory: Any
    transport: Any

    def __init__(self, factory: Any) -> None:
        super().__init__()
        self.factory = factory
        self.dialect = PLAIN
        hub, dispatcher = factory.hub, factory.dispatcher
        own = Terminal(factory.limits.max_line, self)
        # Another one where lines are edited here.
        self._terminal = own
        # None until telnet was spoken, which it never is with most.
        self._editing = None
        self._waiting = WaitingLines(hub, dispatcher, self)
        self._answers = Answers(hub, own, self._waiting, self, factory.dispatcher.answer)
        self._is_new = True
        self._intake = Intake(hub, dispatcher, own, self._answers, self._waiting)
        # So is the line that is being done.
        self._is_in_block = False
        # None until it begins.
        self._ending: Ending | None = None

    # -- the connection ---------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """
        Get a session from the hub, greet the client, and ask for a name.
        """
        if self.take_up() and not self.is_invited:
            self.write(self.factory.invitation)

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Tell the hub, and stop all timers.
        """
        self._waiting.stop()
        self.let_go(reason)

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return what writes to the terminal by ``send``, which sends bytes as they are.
        """
        write: Callable[[bytes], None] = self._terminal.writer(send)
        return write

    def close(self, reason: str, *, linger: bool = True) -> None:
        """
        Send what was written, then close.
        """
        self._terminal.finish()
        super().close(reason, linger=linger)

    def drop(self) -> None:
        """
        Do no line that was read.
        """
        self._waiting.clear()

    def readConnectionLost(self) -> None:
        """
        Close when all lines have been processed and answered; no more will come.

        nc does this at the end of its input, and still reads.
        """
        self._end().has_come = True
        if self._is_closed:
            self.transport.loseConnection()
            return
        self.drained()
        if self.session is not None:
            self._end().probe(self.session)

    def _end(self) -> Ending:
        if self._ending is None:
            self._ending = Ending(self._waiting)
        return self._ending

    def is_lost(self, session: Session) -> bool:
        """
        Return whether nobody is there any more; the lines that wait are dropped then.
        """
        is_lost = self._end().is_lost(session, self.transport)
        if is_lost:
            self.cut("")
        return is_lost

    def pause(self) -> None:
        """
        Read nothing.
        """
        if not self.paused:
            self.pauseProducing()
            self._answers.pause()

    def unpause(self) -> None:
        """
        Read on.
        """
        self.resumeProducing()
        self._answers.resume()

    def end_input(self) -> None:
        """
        Take it that no more lines come, in the next turn.
        """
        self.factory.hub.clock.callLater(0, self.readConnectionLost)

    # -- lines ------------------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        """
        Take what was read.
        """
        session = self.session
        if self._is_closed or session is None or session.closed or not data:
            return
        if self._is_new:
            self._is_new = False
            is_named_next = session.question is None
            if is_named_next and seems_telnet(data) and self._terminal.ask_for_window():
                # So that even the first page fits.
                self._waiting.do_later(session, WINDOW_WAIT)
        self._intake.take(session, self._terminal.decode(data), len(data))

    def do_line(self, session: Session, line: Line) -> None:
        """
        Do a line: it is an answer, a name, or for the dispatcher.
        """
        data, self._is_in_block = line
        if session.question is not None:
            self._intake.begin()
            if data != b"" or not self._is_in_block:
                self._answers.take(session, session.question, data)
        elif data is None:
            self.lineLengthExceeded(b"")
        else:
            self.lineReceived(data)

    def withhold(self, lines: Sequence[Line]) -> None:
        """
        Drop lines that may be a secret.
        """
        if self.session is not None:
            self._answers.drop(self.session, [data for data, _ in lines])

    def run_dry(self, session: Session) -> None:
        """
        Process what else has come, read on, or close if no more will come.
        """
        if self._is_closed:
            return
        if self._editing is not None:
            self._editing.look(session)
        question = session.question
        if question is not None and self._answers.is_interrupted(question):
            self._waiting.do_later(session)
        elif self._ending is None or not self._ending.has_come:
            if self.paused:
                self.unpause()
        elif awaits_answer(session) or (session.running and question is None):
            self._waiting.is_held = True
        else:
            if self._terminal.has_begun_line:
                self.factory.hub.refuse(session, Unfinished())
            self.factory.hub.close(session, "", "")

    def lineReceived(self, line: bytes) -> None:
        """
        Process a line without its end: a name first, then any line.
        """
        session = self.session
        if session is None:
            return
        if _LF in line or ETX in line:
            # Only what was pasted as one has several lines; without a question, an interrupt means
            # nothing.
            text = "\n".join(map(read_typed, line.replace(INTERRUPT, b"").split(b"\n")))
        else:
            text = read_typed(line)
        if "\ufffd" in text:
            self._intake.look_for_lost_letters(session, line)
        if session.user is not None:
            # A line of nothing but keys is no blank one.
            in_block = self._is_in_block and bool(text or not line)
            self.factory.dispatcher.dispatch(session, text, in_block=in_block)
            return
        self._intake.begin()
        session.line_bucket.spend()
        program = is_program(line)
        if program is not None:
            # The prompt stands on the line.
            self.write(NEWLINE + FAREWELLS[program])
            # One that sends several packets would lose the answer by a reset.
            self.close("not a chat client")
            return
        refused = introduce(self.factory.hub, session, text.strip())
        if refused is not None:
            if self.factory.dispatcher.may_ask_secret(refused):
                self.hold_back()
            # Behind a name there may be its password.
            self._waiting.withhold()

    def lineLengthExceeded(self, line: bytes) -> None:
        """
        Tell the user that a line was too long and dropped.
        """
        session = self.session
        if session is None:
            return
        session.line_bucket.spend()
        self.factory.hub.refuse(session, LineTooLong(self._terminal.limit))
        self.factory.hub.ask_name(session)

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return the prompt, after the bytes that hide typing; None returns the bytes that end it.
        """
        if prompt is not None and not prompt.is_answered and not prompt.wants_name:
            self._answers.begin()
        if prompt is None and self._editing is not None and self.session is not None:
            # Before typing is shown again: a telnet may hide it only once (BusyBox 1.36).
            self._editing.look(self.session)
        shown: bytes = self._terminal.show(prompt)
        return shown

    def resume(self) -> None:
        """
        Process the lines that waited for an answer.
        """
        if self._waiting.is_held and self.session is not None and not self._is_closed:
            self._waiting.go_on(self.session)

    @property
    def is_holding_back(self) -> bool:
        """
        Whether lines that come now go nowhere, for they may be a secret.
        """
        return self._answers.is_holding_back

    def hold_back(self, lines: int = 0) -> None:
        """
        Let lines that wait go nowhere, and those that come at once, or ``lines`` however late.
        """
        self._answers.hold_back(lines)

    def warn_of_shown(self) -> None:
        """
        Tell the user that their client shows the secret that they type.
        """
        if self.session is not None:
            self._answers.warn_of_shown(self.session)

    def drained(self) -> None:
        """
        Do the lines that waited for the client to read.
        """
        super().drained()
        session = self.session
        if session is not None and self._waiting.is_idle and not self._is_closed:
            self._waiting.do(session)

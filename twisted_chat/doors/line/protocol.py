"""
The line door: for telnet, nc and other clients that send lines.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    ISSLTransport,
)
from twisted.internet.protocol import ServerFactory
from twisted.protocols.basic import LineReceiver
from zope.interface import implementer

from twisted_chat.doors.connection import READ_SIZE, Connection
from twisted_chat.doors.line.framing import LineSplitter
from twisted_chat.doors.line.holdback import HoldBack
from twisted_chat.doors.line.pacing import LINES_PER_TURN, Pacing, is_behind
from twisted_chat.doors.line.telnet import IAC, INTERRUPT, TelnetFilter
from twisted_chat.doors.recognise import ENOUGH, farewell_to, farewell_to_line
from twisted_chat.doors.text import NEWLINE, PLAIN, TextDialect
from twisted_chat.errors import ChatError, LineTooLong, Withheld
from twisted_chat.limits import option
from twisted_chat.replies.reply import Notice
from twisted_chat.replies.server import Cause, Closed, Hint, Warned
from twisted_chat.text.clean import clean, has_lost_bytes, read_typed, strip_escapes
from twisted_chat.text.names import LEAVING_WORDS, narrow
from twisted_chat.world.client import Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.interfaces import IAddress, IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.world.client import Question
    from twisted_chat.world.model import Session

PROMPT = b"Enter your name: "


@frozen(kw_only=True, slots=False)
class LineLimits:
    """
    The limits of one connection of this door.  Zero means no limit.
    """

    max_line: int = option(4096, "Bytes in one line.")
    send_queue: int = option(262144, "Bytes that may wait for one client to read.")
    send_timeout: float = option(30.0, "Seconds within which a client must read what waits.")


@implementer(IHalfCloseableProtocol)
class ChatProtocol(LineReceiver, Connection):
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
    factory: ChatFactory
    transport: Any

    def __init__(self, factory: ChatFactory) -> None:
        super().__init__()
        self.factory = factory
        self.dialect: TextDialect = PLAIN
        self._splitter = LineSplitter(factory.limits.max_line)
        self._telnet: TelnetFilter | None = None
        # What was shown last, if nothing has ended it.
        self._prompt: Prompt | None = Prompt(wants_name=True)
        self._waiting: deque[bytes | None] = deque()
        self._next: IDelayedCall | None = None
        self._opener: bytes | None = b""
        self._is_held = False
        self._has_ended = False
        self._hold: HoldBack | None = None
        self._to_drop = 0
        self._has_lost_letters = self._has_told_of_loss = False
        self._pacing = Pacing()

    # -- the connection ---------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """
        Get a session from the hub, greet the client, and ask for a name.
        """
        if self.take_up(self._go_on):
            self.write(self.factory.greeting + PROMPT)

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Tell the hub, and stop all timers.
        """
        if self._next is not None and self._next.active():
            self._next.cancel()
        self.let_go()

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
        self._has_ended = True
        if self._is_closed:
            self.transport.loseConnection()
        elif self._next is None:
            self._do_lines()

    # -- lines ------------------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        """
        Remove telnet commands, split the rest once, and process as many lines as allowed.
        """
        session = self.session
        if self._is_closed or session is None or session.closed or not data:
            return
        if self._opener is not None and not self._welcomes(session, data):
            return
        size = len(data)
        if self._telnet is not None:
            data = self._telnet.feed(data)
        elif IAC in data:
            data = self._speak_telnet().feed(data)
        lines = self._splitter.feed(data)
        if self._hold is not None and self._hold.takes(lines, goes_on=bool(self._splitter.begun)):
            self._tell_of_held(lines)
            lines = []
        if self._pacing.is_slowed and self._keeps_flooding(session, len(lines), size):
            return
        if not lines:
            self._charge(session, size)
        # Empty lines are ignored, but a read of nothing else counts as one press of Enter.
        self._waiting.extend([line for line in lines if line != b""] or lines[:1])
        if self._next is None:
            self._do_lines()

    def _welcomes(self, session: Session, data: bytes) -> bool:
        """
        Return whether the first bytes may come from a user who may connect.
        """
        opener = (self._opener or b"") + data[:ENOUGH]
        self._opener = opener if len(opener) < ENOUGH and b"\n" not in opener else None
        farewell = farewell_to(opener)
        if farewell is not None:
            self._send_away(farewell)
            return False
        self.locate()
        return not self._is_closed

    def _do_lines(self) -> None:
        self._next = None
        session, waiting, dispatcher = self.session, self._waiting, self.factory.dispatcher
        if session is None or session.closed or self._is_closed:
            waiting.clear()
            return
        if waiting:
            if is_behind(self._outbox, self.factory.limits.send_queue):
                # Continues when the outbox is empty.
                self._pause()
                return
            session.stir(self.factory.hub.seconds())
        limited = dispatcher.is_limited(session)
        for _ in range(LINES_PER_TURN):
            if self._to_drop and not self._awaits_answer(session):
                self._drop_waiting()
            if not waiting:
                break
            wait = limited and dispatcher.wait(session)
            if wait:
                self._slow_down(wait)
                return
            if self._awaits_answer(session):
                self._is_held = True
                self._pause()
                return
            self._do_line(session, waiting.popleft())
            if session.closed or self._is_closed:
                waiting.clear()
                return
        self._look_ahead(session)

    @staticmethod
    def _awaits_answer(session: Session) -> bool:
        return session.question is not None and session.question.is_answered

    def _do_line(self, session: Session, line: bytes | None) -> None:
        if session.question is not None:
            self._answer(session, session.question, line)
        elif line is None:
            self.lineLengthExceeded(b"")
        else:
            self.lineReceived(line)

    def _look_ahead(self, session: Session) -> None:
        hub = self.factory.hub
        if self._waiting:
            self._pause()
            self._next = hub.clock.callLater(0, self._do_lines)
        elif self._is_interrupted(session):
            self._next = hub.clock.callLater(0, self._do_lines)
        elif self._has_ended and self._awaits_answer(session):
            self._is_held = True
        elif self._has_ended:
            hub.close(session, "", "", cause="hung up")
        elif self.paused:
            self._resume()

    def lineReceived(self, line: bytes) -> None:
        """
        Process a line without its end: a name first, then any line.
        """
        session = self.session
        if session is None:
            return
        # Without a question, an interrupt means nothing.
        text = read_typed(line.replace(INTERRUPT, b""))
        if "\ufffd" in text:
            self._look_for_lost_letters(session, line)
        if session.user is not None:
            self.factory.dispatcher.dispatch(session, text)
            return
        session.line_bucket.spend()
        farewell = farewell_to_line(line)
        if farewell is not None:
            self._send_away(farewell)
        else:
            self._introduce(session, text.strip())

    def _look_for_lost_letters(self, session: Session, line: bytes) -> None:
        """
        Ask a telnet that takes letters for its own keys, and speaks no telnet, to send them all.
        """
        if self._has_told_of_loss or not has_lost_bytes(line) or not self._may_speak_telnet():
            return
        self._speak_telnet().ask_for_binary()
        hint = Hint.LETTERS_LOST
        if self._has_lost_letters:
            self._has_told_of_loss = True
            hint = Hint.LETTERS_STILL_LOST
        self._has_lost_letters = True
        self.factory.hub.tell(session, Warned(self.factory.hub.now(), hint))

    def lineLengthExceeded(self, line: bytes) -> None:
        """
        Tell the user that a line was too long and dropped.
        """
        session = self.session
        if session is None:
            return
        session.line_bucket.spend()
        refusal = LineTooLong(self._splitter.limit)
        if session.question is not None:
            self.factory.hub.ask_again(session, refusal)
        else:
            self.factory.hub.refuse(session, refusal)
            self.factory.hub.ask_name(session)

    def _introduce(self, session: Session, name: str) -> None:
        command, _, rest = narrow(name).partition(" ")
        command = command.lower()
        if command == "/login":
            # As one who has read of it says that name here.
            command, name = "", rest.strip()
        try:
            if command.removeprefix("/") in LEAVING_WORDS:
                self.factory.hub.connections.quit(session)
            elif command.startswith("/"):
                raise ChatError(
                    "Please give your name first; commands come after that.", code="nameless"
                )
            elif not name:
                self.factory.hub.ask_name(session)
            else:
                self.factory.hub.logins.introduce(session, name)
        except ChatError as refusal:
            self.factory.hub.refuse(session, refusal)
            self.factory.hub.ask_name(session)
            if self.factory.dispatcher.may_ask_secret(command.removeprefix("/")):
                self.hold_back()
            # Behind a name there may be its password.
            self._to_drop = len(self._waiting)

    # -- questions --------------------------------------------------------------------------------

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return the prompt, after the bytes that hide typing; None returns the bytes that end it.
        """
        before, self._prompt = self._prompt, prompt
        if prompt is None:
            # A new line stands behind an answer already.
            is_open = before is not None and not before.is_answered
            return self._show_typing() + (NEWLINE if is_open else b"")
        if prompt.is_answered:
            # A client that hides what is typed does not show the new line either.
            hides_typing = self._telnet is not None and self._telnet.hides_typing
            return NEWLINE if hides_typing else b""
        if self._hold is not None and not prompt.wants_name:
            self._hold.end()
        text = PROMPT if prompt.wants_name else clean(prompt.text).encode()
        if not prompt.secret:
            return self._show_typing() + text
        if self._may_speak_telnet():
            return self._speak_telnet().hide_typing() + text
        return text

    def _show_typing(self) -> bytes:
        return b"" if self._telnet is None else self._telnet.show_typing()

    def resume(self) -> None:
        """
        Process the lines that waited for an answer.
        """
        if self._is_held and self._next is None and not self._is_closed:
            self._next = self.factory.hub.clock.callLater(0, self._do_lines)
        self._is_held = False

    @property
    def is_holding_back(self) -> bool:
        """
        Whether lines that come now go nowhere, for they may be a secret.
        """
        return self._hold is not None and self._hold.is_on

    def hold_back(self, lines: int = 0) -> None:
        """
        Let lines that wait go nowhere, and those that come at once, or ``lines`` however late.
        """
        self._hold_back(lines, has_begun=bool(self._splitter.begun))
        # They are dropped behind what is told now.
        self._to_drop = len(self._waiting)

    def _hold_back(self, lines: int, *, has_begun: bool) -> None:
        if self._hold is None:
            self._hold = HoldBack(self.factory.hub.seconds)
        self._hold.begin(lines, has_begun=has_begun)

    def _drop_waiting(self) -> None:
        lines = [self._waiting.popleft() for _ in range(self._to_drop)]
        self._to_drop = 0
        if self._hold is not None:
            self._hold.takes(lines, goes_on=bool(self._splitter.begun))
        self._tell_of_held(lines)

    def _tell_of_held(self, lines: Sequence[bytes | None]) -> None:
        count = sum(line != b"" for line in lines)
        session, hub = self.session, self.factory.hub
        if not count or session is None or session.closed:
            return
        session.line_bucket.spend(count)
        hub.refuse(session, Withheld(count))
        hub.ask_name(session)

    def _may_speak_telnet(self) -> bool:
        """
        Return whether the client may speak telnet; within TLS, only if it has done so.
        """
        if self._telnet is not None and self._telnet.spoken:
            return True
        return not ISSLTransport.providedBy(self.transport)

    def _speak_telnet(self) -> TelnetFilter:
        if self._telnet is None:
            self._telnet = TelnetFilter(self._reply, self._warn_of_shown, self._splitter.begun)
        return self._telnet

    def _warn_of_shown(self) -> None:
        """
        Tell the user that a secret is shown while they type it: their client refuses to hide it.
        """
        session = self.session
        question = session.question if session else None
        if session and question and question.secret and not question.is_answered:
            hub = self.factory.hub
            hub.ask_again(session, Warned(hub.now(), Hint.TYPING_SHOWN))

    def _is_interrupted(self, session: Session) -> bool:
        """
        Return whether Ctrl-C was typed at a question; no Enter follows it.
        """
        if session.question is None or session.question.is_answered:
            return False
        interrupted = self._splitter.cut(INTERRUPT)
        if interrupted:
            self._waiting.append(interrupted)
            if session.question.secret:
                # Ctrl-C at the beginning of a line is what it is.  Elsewhere some clients send
                # it in place of a letter, and the rest of the line is the rest of a password.
                has_begun = interrupted != INTERRUPT or bool(self._splitter.begun)
                self._hold_back(0, has_begun=has_begun)
        return bool(interrupted)

    def _answer(self, session: Session, question: Question, line: bytes | None) -> None:
        """
        Take a line, None for one too long, as the answer to a question, and keep no copy.
        """
        self._opener = None
        if line is None:
            self.lineLengthExceeded(b"")
        elif INTERRUPT in line:
            rest = line.partition(INTERRUPT)[2]
            if rest and not question.secret:
                self._waiting.appendleft(rest)
            if self._telnet is None or not self._telnet.hides_typing:
                self.write(NEWLINE)
            self._give_up(session, question)
            if question.secret:
                self._tell_of_held([rest])
        elif text := read_typed(line):
            self.factory.hub.answer(session, text)
        elif line and not strip_escapes(line.decode("utf-8", "replace")):
            # Nobody gives up with a key such as Up, or with the mark behind what they pasted.
            self.factory.hub.ask_again(session)
        else:
            self._give_up(session, question)

    def _give_up(self, session: Session, question: Question) -> None:
        """
        Answer nothing.  Text that comes at once after that, at a secret, was an answer too.
        """
        self.factory.hub.answer(session, "")
        if question.secret:
            self.hold_back()

    # -- slowing down -----------------------------------------------------------------------------

    def _slow_down(self, wait: float) -> None:
        """
        Hold the lines, and stop reading.
        """
        clock = self.factory.hub.clock
        if not self._pacing.slow_down(clock.seconds()):
            self._pause()
        elif self.paused:
            self._pacing.look_again(clock.seconds())
            self._resume()
        self._next = clock.callLater(wait, self._do_lines)

    def _charge(self, session: Session, size: int) -> None:
        """
        Count bytes without a line end, such as telnet commands, as lines of full length.
        """
        session.line_bucket.spend(size / (self.factory.limits.max_line or READ_SIZE))
        wait = self.factory.dispatcher.wait(session)
        if wait and self._next is None:
            self._slow_down(wait)

    def _keeps_flooding(self, session: Session, lines: int, size: int) -> bool:
        hub = self.factory.hub
        if not self._pacing.keeps_flooding(
            hub.seconds(), session.line_bucket, lines, size, hub.limits.burst
        ):
            return False
        farewell = Closed(hub.now(), Cause.FLOODING, session.nick)
        hub.connections.close(session, farewell, "flooding")
        self.drop()
        return True

    def _pause(self) -> None:
        if not self.paused:
            self.pauseProducing()
            if self._hold is not None:
                self._hold.pause()

    def _resume(self) -> None:
        self.resumeProducing()
        if self._hold is not None:
            self._hold.resume()

    def _go_on(self) -> None:
        if self._next is None and not self._is_closed:
            self._do_lines()

    # -- notices outside the hub ------------------------------------------------------------------

    def _reply(self, data: bytes) -> None:
        self.write(data)

    def _send_away(self, farewell: bytes) -> None:
        self.write(farewell)
        self.close("not a chat client", linger=False)


class ChatFactory(ServerFactory[ChatProtocol]):
    """
    Makes a `ChatProtocol` for each connection, all with one hub.

    Attributes:
        hub: holds the state of rooms; the factories of all doors share it.
        is_proxied: a proxy sends the client's address ahead of the first bytes.
        connections: the number of open connections, those being closed included.
    """

    noisy = False

    def __init__(
        self,
        hub: Hub,
        dispatcher: Dispatcher,
        limits: LineLimits | None = None,
        *,
        motd: str = "",
        is_proxied: bool = False,
    ) -> None:
        self.connections = 0
        self.hub = hub
        self.dispatcher = dispatcher
        self.limits = limits or LineLimits()
        self.is_proxied = is_proxied
        self.greet_with(motd)

    def greet_with(self, motd: str) -> None:
        """
        Show ``motd`` to every new connection from now on.
        """
        self.greeting = b"".join(PLAIN.render(Notice(0, line)) for line in motd.splitlines())

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        """
        Return the protocol for a connection.
        """
        return ChatProtocol(self)

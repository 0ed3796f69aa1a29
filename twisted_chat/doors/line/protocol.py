"""
The line door: for telnet, nc, and whatever else sends lines.
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

from twisted_chat.delivery.questions import WITHHELD
from twisted_chat.doors.connection import READ_SIZE, Connection
from twisted_chat.doors.line.framing import LineSplitter
from twisted_chat.doors.line.pacing import LINES_PER_TURN, Pacing, is_behind
from twisted_chat.doors.line.telnet import IAC, INTERRUPT, TelnetFilter
from twisted_chat.doors.recognise import ENOUGH, farewell_to, farewell_to_line
from twisted_chat.doors.text import NEWLINE, PLAIN, TextDialect
from twisted_chat.errors import ChatError
from twisted_chat.limits import option
from twisted_chat.replies import Notice
from twisted_chat.text.clean import clean, has_lost_bytes, read_typed
from twisted_chat.text.names import LEAVING_WORDS, narrow
from twisted_chat.world.client import Prompt

if TYPE_CHECKING:
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
    What one connection of this door may use.  Zero is no limit.
    """

    max_line: int = option(4096, "Bytes in one line.")
    send_queue: int = option(262144, "Bytes that may wait for one reader.")
    send_timeout: float = option(30.0, "Seconds in which a reader must have read what waits.")


@implementer(IHalfCloseableProtocol)
class ChatProtocol(LineReceiver, Connection):
    """
    One connection: its bytes become lines for the dispatcher, and it is the hub's `Client`.

    Of `LineReceiver` the contract is kept (`lineReceived`, `lineLengthExceeded`), not the parser:
    that one knows a single delimiter, copies its buffer for each line, and closes on a long one.
    """

    delimiter = NEWLINE
    #: Who types a line sees it.
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
        self._is_rest_withheld = False
        self._pacing = Pacing()

    # -- the connection ---------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """
        Have the hub take the connection up, greet, and ask for the name.
        """
        if self.take_up(self._go_on):
            self.write(self.factory.greeting + PROMPT)

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Let the hub know, and stop all that was to come.
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
        Close when all that came has been done and answered: nothing more comes.

        That is how nc ends with its input, and still reads.
        """
        self._has_ended = True
        if self._is_closed:
            self.transport.loseConnection()
        elif self._next is None:
            self._do_lines()

    # -- lines ------------------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        """
        Take telnet out, split what is left, once, and do as many lines as may be done now.
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
        if lines and self._is_rest_withheld:
            self._is_rest_withheld = False
            self._withhold(lines.pop(0))
        if self._pacing.is_slowed and self._keeps_flooding(session, len(lines), size):
            return
        if not lines:
            self._charge(session, size)
        # Empty lines mean nothing; a read of nothing else is one press of Enter.
        self._waiting.extend([line for line in lines if line != b""] or lines[:1])
        if self._next is None:
            self._do_lines()

    def _welcomes(self, session: Session, data: bytes) -> bool:
        """
        Say whether this may be a person, by the first bytes, and whether they may come in.
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
                # Goes on when the outbox is empty.
                self._pause()
                return
            session.stir(self.factory.hub.seconds())
        limited = session.line_bucket.rate
        for _ in range(min(LINES_PER_TURN, len(waiting))):
            wait = limited and dispatcher.wait(session)
            if wait:
                self._slow_down(wait)
                return
            question = session.question
            if question is not None and question.is_answered:
                self._is_held = True
                self._pause()
                return
            line = waiting.popleft()
            if question is not None:
                self._answer(session, question, line)
            elif line is None:
                self.lineLengthExceeded(b"")
            else:
                self.lineReceived(line)
            if session.closed or self._is_closed:
                waiting.clear()
                return
        self._look_ahead(session)

    def _look_ahead(self, session: Session) -> None:
        hub = self.factory.hub
        if self._waiting:
            self._pause()
            self._next = hub.clock.callLater(0, self._do_lines)
        elif self._is_interrupted(session):
            self._next = hub.clock.callLater(0, self._do_lines)
        elif self._has_ended and session.question is not None and session.question.is_answered:
            self._is_held = True
        elif self._has_ended:
            hub.close(session, "", "", cause="hung up")
        elif self.paused:
            self.resumeProducing()

    def lineReceived(self, line: bytes) -> None:
        """
        Take a line without its end: a name while there is none, and then whatever was typed.
        """
        session = self.session
        if session is None:
            return
        # An interrupt means nothing where nothing is asked.
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
        if not has_lost_bytes(line) or not self._may_speak_telnet():
            return
        if self._speak_telnet().ask_for_binary():
            self.factory.hub.notify(
                session,
                "Your client left out some letters of that line. "
                "It is asked to send all; please type the next line as usual.",
            )

    def lineLengthExceeded(self, line: bytes) -> None:
        """
        Say that a line was too long.  The person stays; the line is gone.
        """
        session = self.session
        if session is None:
            return
        session.line_bucket.spend()
        limit = self._splitter.limit
        sentence = f"That line was longer than {limit} bytes and was not sent."
        if session.question is not None:
            session.question.cancel(sentence)
        else:
            self.factory.hub.notify(session, sentence)
            self.factory.hub.ask_name(session)

    def _introduce(self, session: Session, name: str) -> None:
        command = narrow(name).partition(" ")[0].lower()
        try:
            if command.removeprefix("/") in LEAVING_WORDS:
                self.factory.hub.close(session, "Goodbye.", "quit")
            elif command.startswith("/"):
                raise ChatError("Please give your name first, commands come after that.")
            elif not name:
                self.factory.hub.ask_name(session)
            else:
                self.factory.hub.logins.introduce(session, name)
        except ChatError as refusal:
            self.factory.hub.notify(session, str(refusal))
            self.factory.hub.ask_name(session)

    # -- questions --------------------------------------------------------------------------------

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return what shows ``prompt``, behind what hides a secret, and with None what ends it.
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
        Do the lines that waited for what an answer brings about.
        """
        if self._is_held and self._next is None and not self._is_closed:
            self._next = self.factory.hub.clock.callLater(0, self._do_lines)
        self._is_held = False

    @property
    def has_more(self) -> bool:
        """
        Whether something came that was not done yet: a line that waits, or the beginning of one.
        """
        return bool(self._waiting or self._splitter.begun)

    def _may_speak_telnet(self) -> bool:
        """
        Say whether the other side may be telnet: within TLS it is if it has said so.
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
        Tell the person that a secret is shown while they type it: their client refuses to hide it.
        """
        session = self.session
        question = session.question if session else None
        if session and question and question.secret and not question.is_answered:
            self.factory.hub.warn_of_shown(session)

    def _is_interrupted(self, session: Session) -> bool:
        """
        Say whether Ctrl-C was typed into a question: nobody types Enter behind that.
        """
        if session.question is None or session.question.is_answered:
            return False
        interrupted = self._splitter.cut(INTERRUPT)
        if interrupted:
            self._waiting.append(interrupted)
            self._is_rest_withheld = session.question.is_guarded
        return bool(interrupted)

    def _answer(self, session: Session, question: Question, line: bytes | None) -> None:
        """
        Take a line, None for one too long, for the answer to a question, and keep nothing of it.
        """
        self._opener = None
        if line is None:
            self.lineLengthExceeded(b"")
        elif INTERRUPT in line:
            rest = line.partition(INTERRUPT)[2]
            if not question.is_guarded and rest:
                self._waiting.appendleft(rest)
            if self._telnet is None or not self._telnet.hides_typing:
                self.write(NEWLINE)
            self.factory.hub.answer(session, "")
            if question.is_guarded:
                self._withhold(rest)
        else:
            self.factory.hub.answer(session, read_typed(line))

    def _withhold(self, rest: bytes | None) -> None:
        """
        Keep back what stands behind an interrupt in the line of a secret question.

        Who pressed Ctrl-C reads that they are to type it again.  But some clients send an
        interrupt in place of a letter of the password; then it may come once more.
        """
        session, hub = self.session, self.factory.hub
        if session is not None and rest != b"":
            hub.notify(session, WITHHELD)
            hub.ask_name(session)
            hub.withhold(session)

    # -- slowing down -----------------------------------------------------------------------------

    def _slow_down(self, wait: float) -> None:
        """
        Let the lines wait, and what comes after them stay where it is.
        """
        clock = self.factory.hub.clock
        if not self._pacing.slow_down(clock.seconds()):
            self._pause()
        elif self.paused:
            self._pacing.look_again(clock.seconds())
            self.resumeProducing()
        self._next = clock.callLater(wait, self._do_lines)

    def _charge(self, session: Session, size: int) -> None:
        """
        Count bytes that end no line (of telnet, of a line without end) as lines of full length.
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
        hub.close(session, "Disconnected: too many lines for too long.", "flooding")
        self.drop()
        return True

    def _pause(self) -> None:
        if not self.paused:
            self.pauseProducing()

    def _go_on(self) -> None:
        if self._next is None and not self._is_closed:
            self._do_lines()

    # -- what is said outside the hub -------------------------------------------------------------

    def _reply(self, data: bytes) -> None:
        self.write(data)

    def _send_away(self, farewell: bytes) -> None:
        self.write(farewell)
        self.close("not a chat client", linger=False)


class ChatFactory(ServerFactory[ChatProtocol]):
    """
    Makes a `ChatProtocol` for each connection, all around one hub.

    Attributes:
        hub: holds the room state; every other door's factory is given the same.
        is_proxied: a proxy says, ahead of its first bytes, whom it brings.
        connections: how many are open, those on their way out included.
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
        Show ``motd`` to whoever comes from here on.
        """
        self.greeting = b"".join(PLAIN.render(Notice(0, line)) for line in motd.splitlines())

    def buildProtocol(self, addr: IAddress | None) -> ChatProtocol:
        """
        Return the protocol for a connection.
        """
        return ChatProtocol(self)

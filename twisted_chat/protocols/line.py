"""
The line door: for telnet, nc, and whatever else sends lines.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.abstract import FileDescriptor
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    IHandshakeListener,
    ISSLTransport,
)
from twisted.internet.protocol import ServerFactory
from twisted.protocols.basic import LineReceiver
from twisted.protocols.policies import ProtocolWrapper
from zope.interface import implementer

from twisted_chat.clean import clean, has_lost_bytes, read_typed, strip_escapes
from twisted_chat.errors import ChatError
from twisted_chat.events import Notice
from twisted_chat.limits import option
from twisted_chat.names import LEAVING_WORDS, narrow
from twisted_chat.protocols.framing import LineSplitter
from twisted_chat.protocols.holdback import HoldBack
from twisted_chat.protocols.openers import ENOUGH, farewell_to, farewell_to_line
from twisted_chat.protocols.outbox import Outbox
from twisted_chat.protocols.telnet import IAC, INTERRUPT, TelnetFilter
from twisted_chat.protocols.text import NEWLINE, PLAIN, TextDialect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.interfaces import IAddress, IDelayedCall
    from twisted.python.failure import Failure

    from twisted_chat.commands import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.people import Session
    from twisted_chat.questions import Question

PROMPT = b"Enter your name: "
# Read in place of a line that may be a secret.
WITHHELD = (
    "That line was not sent, as it may be the answer to what you were asked. "
    "If it is not, please type it again in a moment."
)
_WITHHELD_SOME = (
    "Those {} lines were not sent, as there may be an answer to what you were asked among them. "
    "If there is not, please type them again in a moment."
)

#: Lines of one connection that are done in one turn of the reactor.
LINES_PER_TURN = 16
#: Bytes read at once, and so the most that waits while a connection is slowed.
READ_SIZE = 16384
#: Seconds for which somebody may send faster than allowed before they are closed.
PATIENCE = 180.0
#: Seconds in which a proxy says whom it brings.
LOCATE_WITHIN = 1.0
#: Seconds in which a TLS client completes its handshake.
HANDSHAKE_WITHIN = 10.0
#: Seconds from the decision to close a connection until it is cut.
CLOSE_WITHIN = 5.0
# Seconds between two looks whether all has arrived that was sent before a close.
_LINGER = 0.05
#: From this share of the send queue on, a reader's own lines wait.
SOFT_SHARE = 16


@frozen(kw_only=True, slots=False)
class LineLimits:
    """
    What one connection of this door may use.  Zero is no limit.
    """

    max_line: int = option(4096, "Bytes in one line.")
    send_queue: int = option(262144, "Bytes that may wait for one reader.")
    send_timeout: float = option(30.0, "Seconds in which a reader must have read what waits.")


@implementer(IHalfCloseableProtocol, IHandshakeListener)
class ChatProtocol(LineReceiver):
    """
    One connection: its bytes become lines for the dispatcher, and it is the hub's `Client`.

    Of `LineReceiver` the contract is kept (`lineReceived`, `lineLengthExceeded`), not the parser:
    that one knows a single delimiter, copies its buffer for each line, and closes on a long one.

    Attributes:
        session: None until the hub has taken the connection up.
        write: sends bytes, unless the connection is on its way out.
    """

    delimiter = NEWLINE
    factory: ChatFactory
    write: Callable[[bytes], None]
    transport: Any

    def __init__(self, factory: ChatFactory) -> None:
        self.factory = factory
        self.dialect: TextDialect = PLAIN
        self.session: Session | None = None
        self._splitter = LineSplitter(factory.limits.max_line)
        self._telnet: TelnetFilter | None = None
        self._waiting: deque[bytes | None] = deque()
        self._next: IDelayedCall | None = None
        self._cutting: IDelayedCall | None = None
        self._locating: IDelayedCall | None = None
        self._shaking_hands: IDelayedCall | None = None
        self._lingering: IDelayedCall | None = None
        self._opener: bytes | None = b""
        self._is_closed = False
        self._is_held = False
        self._has_ended = False
        self._hold: HoldBack | None = None
        self._to_drop = 0
        self._has_lost_letters = self._has_told_of_loss = False
        self._slowed_at: float | None = None
        self._probe_at = 0.0
        self._reason = ""

    # -- the connection ---------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """
        Have the hub take the connection up, greet, and ask for the name.
        """
        factory, limits = self.factory, self.factory.limits
        factory.connections += 1
        _prepare(self.transport)
        self._outbox = Outbox(
            self.transport,
            factory.hub.clock,
            limits.send_queue,
            limits.send_timeout,
            self._cut,
            self._go_on,
        )
        self.write = self._outbox.write
        host = None if factory.is_proxied else host_of(self.transport.getPeer())
        try:
            self.session = factory.hub.connect(self, host)
        except ChatError as refusal:
            self._refuse(refusal)
        else:
            self.write(factory.greeting + PROMPT)
            if factory.is_proxied:
                # Who says nothing is counted all the same.
                self._locating = factory.hub.clock.callLater(LOCATE_WITHIN, self._locate)
            elif ISSLTransport.providedBy(self.transport):
                # Behind a proxy's header nobody tells when the handshake is completed.
                self._shaking_hands = factory.hub.clock.callLater(
                    HANDSHAKE_WITHIN, self._cut, "no handshake"
                )

    def handshakeCompleted(self) -> None:
        """
        Give the person as much time for a name as everybody has.
        """
        if self._shaking_hands is not None and self._shaking_hands.active():
            self._shaking_hands.cancel()
        self._shaking_hands = None

    def connectionLost(self, reason: Failure | None = None) -> None:
        """
        Let the hub know, and stop all that was to come.
        """
        self.factory.connections -= 1
        self._is_closed = True
        self._waiting.clear()
        self._outbox.stopProducing()
        for call in (
            self._next, self._cutting, self._lingering, self._locating, self._shaking_hands,
        ):  # fmt: skip
            if call is not None and call.active():
                call.cancel()
        if self.session is not None:
            self.factory.hub.disconnect(self.session, self._reason)

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

    def writeConnectionLost(self) -> None:
        """
        Close, now that all is handed to the kernel, when it has arrived as well.
        """
        if self._outbox.is_owed():
            self._lingering = self.factory.hub.clock.callLater(_LINGER, self.writeConnectionLost)
        else:
            self.transport.loseConnection()

    def close(self, reason: str, *, linger: bool = True) -> None:
        """
        Send what was written, then close; cut the connection if that takes too long.

        Args:
            linger: go on to read, and not to hear, until the other side has all of it.  For a
                connection that is closed with unread input is reset, and what is under way lost.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self._waiting.clear()
        self._reason = reason
        is_owed = linger and self._outbox.is_owed()
        self._outbox.close()
        if is_owed:
            if self.paused:
                self.resumeProducing()
            self.transport.loseWriteConnection()
        else:
            self.transport.loseConnection()
        # For a peer that does not read, that would never end.
        self._cutting = self.factory.hub.clock.callLater(
            CLOSE_WITHIN, self.transport.abortConnection
        )

    def _cut(self, reason: str) -> None:
        # This may happen within the fan-out; the hub hears of it when the connection is lost.
        self._is_closed = True
        self._waiting.clear()
        self._reason = reason
        self.transport.abortConnection()

    def _refuse(self, refusal: ChatError) -> None:
        if ISSLTransport.providedBy(self.transport):
            # To say why would cost a handshake.
            self._cut("refused")
        else:
            self._tell(str(refusal))
            # So many may be refused that there are no descriptors to linger with.
            self.close("refused", linger=False)

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
        if self._hold is not None and self._hold.takes(lines, goes_on=bool(self._splitter.begun)):
            self._tell_of_held(lines)
            lines = []
        if self._slowed_at is not None and self._keeps_flooding(session, len(lines), size):
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
        self._locate()
        return not self._is_closed

    def _locate(self) -> None:
        """
        Count the connection as its host's, now that the proxy has said whom it brings.
        """
        session = self.session
        if not self.factory.is_proxied or session is None or session.host is not None:
            return
        host = host_of(self.transport.getPeer())
        try:
            if host is not None:
                self.factory.hub.locate(session, host)
        except ChatError as refusal:
            self._refuse(refusal)

    def _do_lines(self) -> None:
        self._next = None
        session, waiting, dispatcher = self.session, self._waiting, self.factory.dispatcher
        if session is None or session.closed or self._is_closed:
            waiting.clear()
            return
        if waiting:
            if self._is_behind():
                # Goes on when the outbox is empty.
                self._pause()
                return
            session.stir(self.factory.hub.seconds())
        limited = session.line_bucket.rate
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
        if self._has_told_of_loss or not has_lost_bytes(line) or not self._may_speak_telnet():
            return
        self._speak_telnet().ask_for_binary()
        told = "It is asked to send them; please type that line again."
        if self._has_lost_letters:
            self._has_told_of_loss = True
            told = "It goes on to; another one, such as GNU's telnet or nc, sends them."
        self._has_lost_letters = True
        self.factory.hub.notify(session, f"Your client left out some letters of that line. {told}")

    def lineLengthExceeded(self, line: bytes) -> None:
        """
        Say that a line was too long.  The person stays; the line is gone.
        """
        session = self.session
        if session is None:
            return
        session.line_bucket.spend()
        limit = self.factory.limits.max_line
        sentence = f"That line was longer than {limit} bytes and was not sent."
        if session.question is not None:
            self.factory.hub.ask_again(session, sentence)
        else:
            self.factory.hub.notify(session, sentence)
            self.factory.hub.ask_name(session)

    def _introduce(self, session: Session, name: str) -> None:
        command, _, rest = narrow(name).partition(" ")
        command = command.lower()
        if command == "/login":
            # As one who has read of it says that name here.
            command, name = "", rest.strip()
        try:
            if command.removeprefix("/") in LEAVING_WORDS:
                self.factory.hub.close(session, "Goodbye.", "quit")
            elif command.startswith("/"):
                raise ChatError("Please give your name first, commands come after that.")
            elif not name:
                self.factory.hub.ask_name(session)
            else:
                self.factory.hub.arrivals.introduce(session, name)
        except ChatError as refusal:
            self.factory.hub.notify(session, str(refusal))
            self.factory.hub.ask_name(session)
            if self.factory.dispatcher.may_ask_secret(command.removeprefix("/")):
                self.hold_back()
            # Behind a name there may be its password.
            self._to_drop = len(self._waiting)

    # -- questions --------------------------------------------------------------------------------

    def ask(self, question: Question) -> bytes:
        """
        Return the prompt; before that of a secret question, what hides what is typed.
        """
        if self._hold is not None:
            self._hold.end()
        prompt = clean(question.prompt).encode()
        if not question.secret:
            return self._show_typing() + prompt
        if self._may_speak_telnet():
            return self._speak_telnet().hide_typing() + prompt
        return prompt

    def answered(self) -> bytes:
        """
        Return the new line that a client which hides what is typed did not show.
        """
        hides_typing = self._telnet is not None and self._telnet.hides_typing
        return NEWLINE if hides_typing else b""

    def unask(self, question: Question) -> bytes:
        """
        Return what shows again what is typed, behind a new line if there was no answer.
        """
        return self._show_typing() + (b"" if question.is_answered else NEWLINE)

    def _show_typing(self) -> bytes:
        return b"" if self._telnet is None else self._telnet.show_typing()

    def ask_name(self) -> bytes:
        """
        Return the prompt for the name.
        """
        return PROMPT

    def resume(self) -> None:
        """
        Do the lines that waited for what an answer brings about.
        """
        if self._is_held and self._next is None and not self._is_closed:
            self._next = self.factory.hub.clock.callLater(0, self._do_lines)
        self._is_held = False

    @property
    def is_private(self) -> bool:
        """
        Whether nobody between the two ends can read along: it is encrypted, or leaves no machine.
        """
        if ISSLTransport.providedBy(self.transport):
            return True
        if self.factory.is_proxied:
            # Who knows how the proxy was reached.
            return False
        peer = self.transport.getPeer()
        return isinstance(peer, UNIXAddress) or is_loopback(host_of(peer))

    # -- what may be a secret ---------------------------------------------------------------------

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
        hub.notify(session, WITHHELD if count == 1 else _WITHHELD_SOME.format(count))
        hub.ask_name(session)

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
            # On a line of its own, behind the prompt.
            self.factory.hub.ask_again(
                session, "\nYour client shows what you type here: see that nobody looks on."
            )

    def _is_interrupted(self, session: Session) -> bool:
        """
        Say whether Ctrl-C was typed into a question: nobody types Enter behind that.
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
        Take a line, None for one too long, for the answer to a question, and keep nothing of it.
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
            self.factory.hub.ask_again(session, "")
        else:
            self._give_up(session, question)

    def _give_up(self, session: Session, question: Question) -> None:
        """
        Answer nothing.  What comes at once behind that, at a secret, was to be an answer too.
        """
        self.factory.hub.answer(session, "")
        if question.secret:
            self.hold_back()

    # -- slowing down -----------------------------------------------------------------------------

    def _is_behind(self) -> bool:
        limit = self.factory.limits.send_queue
        return bool(limit) and self._outbox.pending > limit // SOFT_SHARE

    def _slow_down(self, wait: float) -> None:
        """
        Let the lines wait, and what comes after them stay where it is.
        """
        clock = self.factory.hub.clock
        now = clock.seconds()
        if self._slowed_at is None:
            self._slowed_at = now
            self._probe_at = now + PATIENCE
        if now < self._probe_at:
            self._pause()
        elif self.paused:
            # Is that the end of a long paste, or does it go on and on?  Look, until the next line.
            self._probe_at = now + PATIENCE / 3
            self._resume()
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
        now = hub.seconds()
        if session.line_bucket.is_full(now):
            self._slowed_at = None
        elif (
            self._slowed_at is not None
            and now - self._slowed_at >= PATIENCE
            # A word or two after a long paste are no flood.
            and (lines > hub.limits.burst or size >= READ_SIZE)
        ):
            hub.close(session, "Disconnected: too many lines for too long.", "flooding")
            self._waiting.clear()
            return True
        return False

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

    # -- what is said outside the hub -------------------------------------------------------------

    def _tell(self, text: str) -> None:
        self.write(self.dialect.render(Notice(0, text)))

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


def host_of(address: IAddress | None) -> str | None:
    """
    Return the host as limits count it: an IPv4 address or an IPv6 /64; None where there is none.

    An address that nobody can have, such as ``::``, is counted like any other, and is all who have
    it: that is how an address looks that was not understood.
    """
    if not isinstance(address, (IPv4Address, IPv6Address)):
        return None
    try:
        ip = ipaddress.ip_address(address.host.partition("%")[0])
    except ValueError:
        return address.host
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    if ip.is_loopback:
        # Of its own /64 nothing else is this machine.
        return str(ip)
    return str(ipaddress.ip_network((ip, 64), strict=False))


def is_loopback(host: str | None) -> bool:
    """
    Say whether ``host``, as limits count it, is this machine; what is not known is not.
    """
    try:
        return ipaddress.ip_network(host or "").is_loopback
    except ValueError:
        return False


def _prepare(transport: object) -> None:
    while isinstance(transport, ProtocolWrapper):
        transport = transport.transport
    if not isinstance(transport, FileDescriptor):
        return
    transport.bufferSize = READ_SIZE
    handle = getattr(transport, "socket", None)
    if not isinstance(handle, socket.socket) or handle.family == socket.AF_UNIX:
        return
    with contextlib.suppress(OSError):
        handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # Telnet sends the end of an interrupt as urgent data.  Left out of the stream, the byte
        # that comes next would be taken for it.
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)

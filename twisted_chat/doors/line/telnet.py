"""
Removing telnet commands from a stream of bytes, and answering them.

The server does not begin with telnet, because nc shows such bytes as rubbish.  It speaks telnet
only to a client that has spoken it, and telnet does not speak first on a port other than its own.
There are two exceptions.  A secret is one: telnet shows every letter until it is told not to.  The
other is a client that ends its first line as telnet does (RFC 854, page 11), with CR LF or CR NUL:
it is asked for the width of its window, in bytes that the next line writes over.

A telnet client is asked for eight bits (BINARY, RFC 856).  Without that, the telnet of BSD and its
heirs (inetutils) strips the eighth bit of each typed byte and compares the rest with the keys of
its commands: for some letters in UTF-8 it sends the first byte and a command in place of the
second.  The module reads that as the letter that was typed.
"""

from __future__ import annotations

import codecs
import enum
import re
from collections import deque
from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

# Commands, RFC 854 page 14, and before them EOF, SUSP and ABORT, RFC 1184 page 4.
EOF, SUSP = 236, 237
SE, NOP, DM, BRK, IP, AO, AYT, EC, EL, GA, SB = range(240, 251)
WILL, WONT, DO, DONT, IAC = range(251, 256)

# Nothing below is a command; text with a stray 0xFF in it may hold all of that.
_FIRST_COMMAND = EOF

# The bytes of letters in whose place telnet sends these: its keys Ctrl-C, Ctrl-O, Ctrl-Z and
# Ctrl-\ with the eighth bit set.
_TYPED_AS = {IP: 0x83, AO: 0x8F, SUSP: 0x9A, BRK: 0x9C}
# Bytes that a letter of UTF-8 may lack of its end.
_LONGEST_BEGINNING = 3

#: Ctrl-C in the stream of bytes: as a terminal sends it, and what IP stands for.
INTERRUPT = b"\x03"
# It, and what erases the character before it and the line, as the keys that do so elsewhere.
_KEYS = {IP: INTERRUPT[0], EC: 0x7F, EL: 0x15}

# Options, by their number with IANA.
BINARY, ECHO, SGA, TIMING_MARK, NAWS, CHARSET = 0, 1, 3, 6, 31, 42

# The options that the client may use: UTF-8, no go-aheads, its window's size and its charsets.
_WELCOME = frozenset({BINARY, SGA, NAWS, CHARSET})
# Options that we use when asked.  Not SGA nor ECHO: with them a client sends every key by itself
# and leaves line editing to us.
_WILLING = frozenset({BINARY, CHARSET})

# What the telnets of BSD and its heirs offer: remote flow control and line mode.  They show all of
# UTF-8 as it is.  Sent BINARY, they no longer add a CR to the LF of each line that is typed.
_OF_BSD = frozenset({33, 34})

# CHARSET (RFC 2066) subnegotiation.
_REQUEST, _ACCEPTED, _REJECTED = 1, 2, 3

#: So many replies to negotiation are sent on one connection.
MAX_REPLIES = 64
# Offers to echo that a client may leave unanswered and that are remembered: nc answers none.
_MAX_OFFERS = 16
#: Bytes of one subnegotiation that are kept; a longer one ends at the next line end.
MAX_SUBNEGOTIATION = 512
#: The limits of a believable window size.
COLUMNS = (20, 500)
ROWS = (5, 300)


_LINE_END = re.compile(rb"[\r\n]")


class _State(enum.Enum):
    """
    The state of the parser between two bytes.
    """

    DATA = enum.auto()
    COMMAND = enum.auto()
    OPTION = enum.auto()
    SUBNEGOTIATION = enum.auto()
    SUBNEGOTIATION_COMMAND = enum.auto()


@frozen
class Window:
    """
    The size of a client's window, in characters.
    """

    columns: int
    rows: int


@define(eq=False)
class TelnetFilter:
    """
    The telnet state of one connection; how the stream is cut into chunks makes no difference.

    Negotiation never loops: an option is answered only if that changes its state (RFC 1143), and
    the number of answers is limited.

    Args:
        reply: sends bytes to the client.
        on_shown: called when the client still shows typing, although it was asked to hide it.
        on_window: called when the size of its window is known, or another one.
        tail: the last bytes that came before the first command.
        on_end: called when the client has come to the end of its input.

    Attributes:
        spoken: the client has sent a telnet command.
        window: the window size, once known.
        replies: the number of answers sent.
        hides_typing: the client has agreed not to show typing.
        interrupted: an interrupt has come, and nobody has set this back.
    """

    _reply: Callable[[bytes], None]
    _on_shown: Callable[[], None]
    _on_window: Callable[[], None]
    _tail: bytes = b""
    _on_end: Callable[[], object] = bool
    spoken: bool = field(init=False, default=False)
    window: Window | None = field(init=False, default=None)
    replies: int = field(init=False, default=0)
    hides_typing: bool = field(init=False, default=False)
    interrupted: bool = field(init=False, default=False)
    # We have said that we echo; and, of what we have said of that (RFC 1143), what the client has
    # still to answer.
    _will_echo: bool = field(init=False, default=False)
    _echo_offers: deque[bool] = field(init=False, factory=lambda: deque(maxlen=_MAX_OFFERS))
    # It would show an end of a line that is typed as a LF alone, were it sent eight bits.
    _draws: bool = field(init=False, default=False)
    _asked_for_binary: bool = field(init=False, default=False)
    _awaits_binary: bool = field(init=False, default=False)
    _asked_for_window: bool = field(init=False, default=False)
    _awaits_window: bool = field(init=False, default=False)
    _state: _State = field(init=False, default=_State.DATA)
    _command: int = field(init=False, default=0)
    _payload: bytearray = field(init=False, factory=bytearray)
    _ours: set[int] = field(init=False, factory=set)
    _theirs: set[int] = field(init=False, factory=set)

    def hide_typing(self) -> bytes:
        """
        Return the bytes that tell the client that we echo (RFC 857), so that it shows no typing.

        The answer to that is neither awaited nor answered again.  Nothing is said where that holds
        already.
        """
        if self._will_echo:
            return b""
        self._will_echo = True
        self._echo_offers.append(True)
        # Whatever is typed is not to be taken for a command, a secret least of all.
        return self._eight_bits() + bytes([IAC, WILL, ECHO])

    def show_typing(self) -> bytes:
        """
        Return the bytes that undo `hide_typing`; empty if that is done already.
        """
        if not self._will_echo:
            return b""
        self._will_echo = False
        if self._echo_offers or self.hides_typing:
            self._echo_offers.append(False)
        self.hides_typing = False
        return bytes([IAC, WONT, ECHO])

    def ask_for_binary(self) -> None:
        """
        Ask the client to send typed bytes unchanged, unless that was done or it does so.
        """
        self._send(self._eight_bits())

    def _eight_bits(self) -> bytes:
        if self._asked_for_binary or BINARY in self._theirs:
            return b""
        self._asked_for_binary = self._awaits_binary = True
        return bytes([IAC, DO, BINARY])

    def ask_for_window(self) -> bytes:
        """
        Return the bytes that ask for eight bits, and for the size of the window (RFC 1073).

        Empty if that was asked already.
        """
        if self._asked_for_window:
            return b""
        self._asked_for_window = self._awaits_window = True
        return self._eight_bits() + bytes([IAC, DO, NAWS])

    def feed(self, chunk: bytes) -> bytes:
        """
        Process a chunk, and return the bytes that are not telnet.
        """
        if self._state is _State.DATA and IAC not in chunk:
            self._remember(chunk)
            return chunk
        data = bytearray()
        position, end = 0, len(chunk)
        while position < end:
            if self._state in (_State.DATA, _State.SUBNEGOTIATION):
                stop = chunk.find(IAC, position)
                stop = end if stop < 0 else stop
                self._take(chunk[position:stop], data)
                if stop < end:
                    inside = self._state is _State.SUBNEGOTIATION
                    self._state = _State.SUBNEGOTIATION_COMMAND if inside else _State.COMMAND
                position = stop + 1
            else:
                self._step(chunk[position], data)
                position += 1
        self._remember(data)
        return bytes(data)

    def _remember(self, data: bytes | bytearray) -> None:
        self._tail = (self._tail + data[-_LONGEST_BEGINNING:])[-_LONGEST_BEGINNING:]

    def _take(self, run: bytes, data: bytearray) -> None:
        if self._state is _State.DATA:
            data += run
            return
        room = MAX_SUBNEGOTIATION - len(self._payload)
        self._payload += run[:room]
        # No valid one is longer.  Its end may never come, but the next line will.
        line_end = _LINE_END.search(run, room)
        if line_end is not None:
            self._state = _State.DATA
            data += run[line_end.start() :]

    def _step(self, byte: int, data: bytearray) -> None:
        if self._state is _State.COMMAND:
            self._state = _State.DATA
            self._obey(byte, data)
        elif self._state is _State.OPTION:
            self._state = _State.DATA
            self._negotiate(self._command, byte)
        elif byte == IAC:
            self._state = _State.SUBNEGOTIATION
            self._take(bytes([IAC]), data)
        elif byte == SE:
            self._state = _State.DATA
            self._subnegotiate(bytes(self._payload))
        else:
            # Not a legal end, but the client has left the subnegotiation.
            self._state = _State.DATA
            self._obey(byte, data)

    def _obey(self, byte: int, data: bytearray) -> None:
        if byte == IAC:
            data.append(IAC)
            return
        if byte >= _FIRST_COMMAND and not self.spoken:
            self.spoken = True
            self._send(self.ask_for_window())
        if byte in (WILL, WONT, DO, DONT):
            self._state, self._command = _State.OPTION, byte
        elif byte == SB:
            self._state = _State.SUBNEGOTIATION
            self._payload.clear()
        elif byte in b"\r\n":
            # Not telnet: a stray 0xFF before the end of a line must not join two lines.
            data.append(byte)
        elif byte == AYT:
            self._send(b"\r\n[Yes]\r\n")
        elif byte in _TYPED_AS and self._is_within_letter(data, _TYPED_AS[byte]):
            data.append(_TYPED_AS[byte])
        elif byte in _KEYS:
            data.append(_KEYS[byte])
            self.interrupted = self.interrupted or byte == IP
        elif byte == EOF:
            self._on_end()
        # AO and undefined commands are ignored.

    def _is_within_letter(self, data: bytearray, byte: int) -> bool:
        """
        Return whether ``byte`` continues an unfinished letter of the input.
        """
        came = self._tail + data[-_LONGEST_BEGINNING:] + bytes([byte])
        for size in range(2, _LONGEST_BEGINNING + 2):
            try:
                codecs.utf_8_decode(came[-size:], "strict", False)
            except UnicodeDecodeError:
                continue
            return True
        return False

    def _negotiate(self, command: int, option: int) -> None:
        if command == DO and option == TIMING_MARK:
            # After an interrupt the client shows nothing until this comes (RFC 860), so it is not
            # counted; it is as long as the request.
            self._reply(bytes([IAC, WILL, TIMING_MARK]))
        elif option == ECHO and command in (DO, DONT) and (self._will_echo or self._echo_offers):
            self._hear_of_echo(agrees=command == DO)
        elif option == BINARY and command in (WILL, WONT) and self._awaits_binary:
            # An answer is not answered.
            self._awaits_binary = False
            if command == WILL:
                self._theirs.add(BINARY)
        elif option == NAWS and command in (WILL, WONT) and self._awaits_window:
            self._awaits_window = False
            if command == WILL:
                self._theirs.add(NAWS)
        elif command in (DO, DONT):
            willing = _WILLING - {BINARY} if self._draws else _WILLING
            self._settle(option, command == DO, self._ours, willing, WILL, WONT)
        else:
            self._draws = self._draws or option in _OF_BSD
            self._settle(option, command == WILL, self._theirs, _WELCOME, DO, DONT)

    def _hear_of_echo(self, *, agrees: bool) -> None:
        offers = self._echo_offers
        offered = offers.popleft() if offers else self._will_echo
        if offered and not agrees and offers:
            # A refused option need not be taken back, so the client does not answer that.
            offers.popleft()
        if offers:
            # Of an earlier question.
            return
        self.hides_typing = self._will_echo and agrees
        if self._will_echo and not agrees:
            self._on_shown()

    def _settle(
        self, option: int, wanted: bool, on: set[int], granted: frozenset[int], yes: int, no: int
    ) -> None:
        if wanted == (option in on):
            return
        if not wanted:
            on.discard(option)
            self._send(bytes([IAC, no, option]))
        elif option in granted:
            on.add(option)
            self._send(bytes([IAC, yes, option]))
        else:
            self._send(bytes([IAC, no, option]))

    def _subnegotiate(self, payload: bytes) -> None:
        option, rest = payload[:1], payload[1:]
        if option == bytes([NAWS]) and len(rest) == 4:
            columns, rows = int.from_bytes(rest[:2], "big"), int.from_bytes(rest[2:], "big")
            # RFC 1073: zero means that the client leaves it to us.
            self.window = Window(_clamp(columns or 80, COLUMNS), _clamp(rows or 24, ROWS))
            self._on_window()
        elif option == bytes([CHARSET]) and rest[:1] == bytes([_REQUEST]):
            self._choose_charset(rest[1:])

    def _choose_charset(self, offer: bytes) -> None:
        if offer.startswith(b"[TTABLE]"):
            offer = offer[9:]
        for name in offer[1:].split(offer[:1]) if offer else []:
            if name.upper() == b"UTF-8":
                self._send(bytes([IAC, SB, CHARSET, _ACCEPTED]) + name + bytes([IAC, SE]))
                return
        self._send(bytes([IAC, SB, CHARSET, _REJECTED, IAC, SE]))

    def _send(self, data: bytes) -> None:
        if data and self.replies < MAX_REPLIES:
            self.replies += 1
            self._reply(data)


def _clamp(number: int, bounds: tuple[int, int]) -> int:
    return min(max(number, bounds[0]), bounds[1])

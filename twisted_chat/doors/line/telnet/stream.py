"""
The stream of bytes of a telnet client: its text, without the commands of telnet among it.

Some telnets send the first byte of a letter and a command in place of the second.  The module
reads that as the letter that was typed.
"""

from __future__ import annotations

import codecs
import enum
import re
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.doors.line.telnet.codes import (
    AO,
    AYT,
    BRK,
    DO,
    DONT,
    EC,
    EL,
    EOF,
    IAC,
    INTERRUPT,
    IP,
    SB,
    SE,
    SUSP,
    WILL,
    WONT,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.doors.line.telnet.options import Options

# Nothing below is a command; text with a stray 0xFF in it may hold all of that.
_FIRST_COMMAND = EOF

# The bytes of letters in whose place telnet sends these: its keys Ctrl-C, Ctrl-O, Ctrl-Z and
# Ctrl-\ with the eighth bit set.
_TYPED_AS = {IP: 0x83, AO: 0x8F, SUSP: 0x9A, BRK: 0x9C}
# Bytes that a letter of UTF-8 may lack of its end.
_LONGEST_BEGINNING = 3

# Ctrl-C, and what erases the character before it and the line, as the keys that do so elsewhere.
_KEYS = {IP: INTERRUPT[0], EC: 0x7F, EL: 0x15}

#: Bytes of one subnegotiation that are kept; a longer one ends at the next line end.
MAX_SUBNEGOTIATION = 512

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


@define(eq=False)
class TelnetFilter:
    """
    Takes telnet out of the stream of one connection; how that is cut makes no difference.

    Args:
        options: those of the client.
        tail: the last bytes that came before the first command.
        on_end: called when the client has come to the end of its input.

    Attributes:
        spoken: the client has sent a telnet command.
        interrupted: an interrupt has come, and nobody has set this back.
    """

    options: Options
    _tail: bytes = b""
    _on_end: Callable[[], object] = bool
    spoken: bool = field(init=False, default=False)
    interrupted: bool = field(init=False, default=False)
    _state: _State = field(init=False, default=_State.DATA)
    _command: int = field(init=False, default=0)
    _payload: bytearray = field(init=False, factory=bytearray)

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
            self.options.negotiate(self._command, byte)
        elif byte == IAC:
            self._state = _State.SUBNEGOTIATION
            self._take(bytes([IAC]), data)
        elif byte == SE:
            self._state = _State.DATA
            self.options.subnegotiate(bytes(self._payload))
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
            self.options.send(self.options.ask_for_window())
        if byte in (WILL, WONT, DO, DONT):
            self._state, self._command = _State.OPTION, byte
        elif byte == SB:
            self._state = _State.SUBNEGOTIATION
            self._payload.clear()
        elif byte in b"\r\n":
            # Not telnet: a stray 0xFF before the end of a line must not join two lines.
            data.append(byte)
        elif byte == AYT:
            self.options.send(b"\r\n[Yes]\r\n")
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

"""
Keys: what a terminal sends, read from bytes that may be cut anywhere.

The sequences are those of ECMA-48 and of xterm, which other terminals follow; what is not known is
left out, and no part of it is taken for text.
"""

from __future__ import annotations

import codecs
import enum
import re
from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes of one paste; what is beyond is left out, which `Pasted` says.
MOST_PASTED = 65536
#: Seconds without a byte after which a paste that has no end is over: its terminal has lost it.
PASTE_ENDS_AFTER = 2.0
_ESC = 0x1B
# A paste in brackets, as xterm sends it in mode 2004.
_PASTE, _PASTE_END = b"\x1b[200~", b"\x1b[201~"
_KEEP = len(_PASTE_END) - 1
# A control sequence, with the bracket that the Linux console puts before its function keys; and
# one that may still become one.
_SEQUENCE = re.compile(rb"\x1b\[(?:\[[A-Z]|([0-?]{0,24})[ -/]{0,4}([@-Z\\-~]))")
_BEGUN = re.compile(rb"\x1b\[(?:\[|[0-?]{0,24}[ -/]{0,4})")
_TEXT = re.compile(rb"[^\x00-\x1f\x7f]+")


class Key(enum.Enum):
    """
    A key that does something, named for what it does.
    """

    LEFT = enum.auto()
    RIGHT = enum.auto()
    WORD_LEFT = enum.auto()
    WORD_RIGHT = enum.auto()
    HOME = enum.auto()
    END = enum.auto()
    UP = enum.auto()
    DOWN = enum.auto()
    SEARCH = enum.auto()
    ERASE = enum.auto()
    DELETE = enum.auto()
    KILL_WORD = enum.auto()
    KILL_NEXT_WORD = enum.auto()
    KILL_BEFORE = enum.auto()
    KILL_BEHIND = enum.auto()
    YANK = enum.auto()
    COMPLETE = enum.auto()
    ENTER = enum.auto()
    NEW_LINE = enum.auto()
    INTERRUPT = enum.auto()
    #: Ctrl-D: the end of the input on an empty line, and else as DELETE.
    LEAVE = enum.auto()
    CLEAR = enum.auto()
    ESCAPE = enum.auto()


@frozen
class Pasted:
    """
    Text that was pasted, perhaps of several lines.

    Attributes:
        is_cut: it was longer.
    """

    text: str
    is_cut: bool = False


_CONTROLS = {
    0x01: Key.HOME,
    0x02: Key.LEFT,
    0x03: Key.INTERRUPT,
    0x04: Key.LEAVE,
    0x05: Key.END,
    0x06: Key.RIGHT,
    0x07: Key.ESCAPE,
    0x08: Key.ERASE,
    0x09: Key.COMPLETE,
    0x0A: Key.ENTER,
    0x0B: Key.KILL_BEHIND,
    0x0C: Key.CLEAR,
    0x0D: Key.ENTER,
    0x0E: Key.DOWN,
    0x10: Key.UP,
    0x12: Key.SEARCH,
    0x15: Key.KILL_BEFORE,
    0x17: Key.KILL_WORD,
    0x19: Key.YANK,
    0x7F: Key.ERASE,
}
# Behind ESC, as Alt with that key sends it.
_ALT = {
    0x08: Key.KILL_WORD,
    0x0D: Key.NEW_LINE,
    0x0A: Key.NEW_LINE,
    0x62: Key.WORD_LEFT,
    0x64: Key.KILL_NEXT_WORD,
    0x66: Key.WORD_RIGHT,
    0x7F: Key.KILL_WORD,
}
_FINALS = {
    b"A": Key.UP,
    b"B": Key.DOWN,
    b"C": Key.RIGHT,
    b"D": Key.LEFT,
    b"F": Key.END,
    b"H": Key.HOME,
}
_NUMBERS = {
    b"1": Key.HOME,
    b"3": Key.DELETE,
    b"4": Key.END,
    b"7": Key.HOME,
    b"8": Key.END,
}
# Ctrl, Alt, or both, with Shift or without (xterm, "PC-Style Function Keys").
_WITH_MORE = {b"3", b"4", b"5", b"6", b"7", b"8"}
_WORDS = {Key.LEFT: Key.WORD_LEFT, Key.RIGHT: Key.WORD_RIGHT, Key.DELETE: Key.KILL_NEXT_WORD}


@define(eq=False)
class KeyReader:
    """
    Turns bytes into keys and text, the same however the bytes are cut.
    """

    _waiting: bytes = field(init=False, default=b"")
    _decoder: codecs.IncrementalDecoder = field(
        init=False, factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    # What was pasted so far; None while nothing is.
    _pasted: bytearray | None = field(init=False, default=None)
    _is_cut: bool = field(init=False, default=False)
    # When the last bytes came.
    _fed_at: float = field(init=False, default=0.0)
    _after_return: bool = field(init=False, default=False)

    def feed(self, data: bytes, now: float = 0.0) -> Iterator[Key | str | Pasted]:
        """
        Take bytes, and yield the keys that are complete now; text comes in pieces.

        Args:
            now: the time, in seconds of any clock.
        """
        if self._pasted is not None and now - self._fed_at >= PASTE_ENDS_AFTER:
            # Otherwise no key would do anything any more.
            rest, self._waiting = self._waiting, b""
            self._keep_pasted(rest)
            yield self._end_paste()
        self._fed_at = now
        self._waiting += data
        while self._waiting:
            before = len(self._waiting)
            if self._pasted is not None:
                found: Key | str | Pasted | None = self._take_pasted()
            elif self._waiting[0] == _ESC:
                found = self._take_escape()
            else:
                found = self._take_plain()
            if found is not None:
                yield found
            elif len(self._waiting) == before:
                return

    def _skip(self, count: int) -> None:
        self._waiting = self._waiting[count:]

    def _take_pasted(self) -> Pasted | None:
        assert self._pasted is not None
        end = self._waiting.find(_PASTE_END)
        # The end may have begun in the last bytes.
        here = max(0, len(self._waiting) - _KEEP) if end < 0 else end
        self._keep_pasted(self._waiting[:here])
        if end < 0:
            self._skip(here)
            return None
        self._skip(end + len(_PASTE_END))
        return self._end_paste()

    def _keep_pasted(self, data: bytes) -> None:
        assert self._pasted is not None
        room = MOST_PASTED - len(self._pasted)
        self._pasted += data[:room]
        self._is_cut = self._is_cut or len(data) > room

    def _end_paste(self) -> Pasted:
        assert self._pasted is not None
        text, is_cut = bytes(self._pasted).decode("utf-8", "replace"), self._is_cut
        self._pasted, self._is_cut = None, False
        return Pasted(text.replace("\r\n", "\n").replace("\r", "\n"), is_cut)

    def _take_escape(self) -> Key | None:
        """
        Take what begins with ESC; None if it is not complete, or means nothing.
        """
        self._after_return = False
        waiting = self._waiting
        if len(waiting) < 2:
            return None
        second = waiting[1]
        if second == ord("["):
            return self._take_sequence()
        if second == ord("O"):
            if len(waiting) < 3:
                return None
            # A key that does something by itself is no part of a sequence.
            self._skip(2 if waiting[2] < 0x20 else 3)
            return _FINALS.get(waiting[2:3])
        if second == _ESC or second >= 0x80 or (second < 0x20 and second not in _ALT):
            self._skip(1)
            return Key.ESCAPE
        self._skip(2)
        return _ALT.get(second)

    def _take_sequence(self) -> Key | None:
        waiting = self._waiting
        found = _SEQUENCE.match(waiting)
        if found is None:
            begun = _BEGUN.match(waiting)
            assert begun is not None
            if begun.end() < len(waiting):
                # What follows can be no part of a sequence.
                self._skip(begun.end())
            return None
        self._skip(found.end())
        if found[0] == _PASTE:
            self._pasted = bytearray()
            return None
        if found[2] is None:
            return None
        number, _, modifier = found[1].partition(b";")
        key = _NUMBERS.get(number) if found[2] == b"~" else _FINALS.get(found[2])
        return _WORDS.get(key, key) if modifier in _WITH_MORE and key is not None else key

    def _take_plain(self) -> Key | str | None:
        text = _TEXT.match(self._waiting)
        if text is not None:
            self._after_return = False
            self._skip(text.end())
            return self._decoder.decode(text[0]) or None
        # A letter that was begun ends here.
        if begun := self._decoder.decode(b"", final=True):
            return begun
        byte, follows = self._waiting[0], self._after_return
        self._skip(1)
        self._after_return = byte == 0x0D
        if follows and byte in b"\n\0":
            # Enter of telnet is CR LF or CR NUL (RFC 854, page 11).
            return None
        return _CONTROLS.get(byte)
